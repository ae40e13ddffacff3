"""A shop is checked whole beside whoever works in it, and the check stops when it is asked to."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from core.app.checking import CheckPart, check_shop
from core.kernel.errors import EnvironmentFault
from core.storage.sqlite import SqliteDatabase
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"


@pytest.fixture
def billing(shop: TestShop) -> TestShop:
    shop.receives("PCM500", packs=100)
    shop.bills(("PCM500", "2"))
    return shop


def stopping_at(part: CheckPart, stop: threading.Event) -> Callable[[CheckPart], None]:
    """Return what asks the check to stop when that part begins."""
    return lambda begun: stop.set() if begun is part else None


def test_a_sound_shop_holds(billing: TestShop, clock: TurnedClock) -> None:
    told: list[CheckPart] = []
    checked = check_shop(billing.shop, clock, tell=told.append, stop=threading.Event())

    assert checked is not None
    assert checked.holds
    assert (checked.at, checked.report.events, told) == (clock.now(), 3, [CheckPart.FILE, CheckPart.BOOKS])


@pytest.mark.parametrize("part", list(CheckPart))
def test_it_stops_in_either_part(billing: TestShop, clock: TurnedClock, part: CheckPart) -> None:
    stop = threading.Event()
    assert check_shop(billing.shop, clock, tell=stopping_at(part, stop), stop=stop) is None

    billing.bills(("PCM500", "1"))  # nothing is held any more


def test_a_query_is_interrupted_in_the_middle(
    billing: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One long query, as the check of a large file is: it ends only because SQLite is asked to stop."""
    stop = threading.Event()

    def count_for_ever(database: SqliteDatabase) -> None:
        with database.reader.connect() as connection:
            threading.Timer(0, stop.set).start()
            connection.exec_driver_sql(_ENDLESS)

    monkeypatch.setattr("core.app.checking.verify", count_for_ever)
    assert check_shop(billing.shop, clock, tell=lambda _: None, stop=stop) is None


def test_a_fault_is_not_taken_for_a_stop(
    billing: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise EnvironmentFault("storage.damaged")

    monkeypatch.setattr("core.app.checking.file_faults", fail)
    with pytest.raises(EnvironmentFault, match=r"storage\.damaged"):
        check_shop(billing.shop, clock, tell=lambda _: None, stop=threading.Event())
