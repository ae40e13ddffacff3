"""No report of stock, registers or a batch reads a large table from its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.dto import DrugSchedule
from core.catalog.model import Item
from core.dispensing.model import H1Entry
from core.reporting.running import open_report, read_page
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill
from core.sales.model import Bill
from core.storage.sqlite import SqliteDatabase
from tests.core.reporting.told import asked
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop

YEAR = {"days": "2026-27"}
TRACE = {"item": "CEFI", "batch": "A1"}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop of more items than one statement reads, with supplies of two days and a cancelled one."""
    made = stocked_shop(tmp_path / "shop", clock)
    for number in range(130):
        made.receives(f"X{number:03}", name=f"Item {number:03}", packs=1, min_stock_units=20)
    made.receives("CEFI", name="Cefixime 200", schedules=frozenset({DrugSchedule.H1, DrugSchedule.H}), packs=9)
    made.on_duty()
    for _ in range(3):
        made.bills(("CEFI", "1"), dispensing=made.prescribed())
    clock.turn(hours=24)
    made.on_duty()
    bills = [made.bills(("CEFI", "1"), dispensing=made.prescribed()) for _ in range(3)]
    made.bills({"item": "PAN40", "quantity": "2", "awaiting": {"batch": "N", "expiry": "03/2029", "mrp": "30.00"}})
    with made.shop.database.write(made.actor) as uow:
        cancel_bill(uow, CancelBill(number=bills[0].number, reason="wrong patient"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("name", "values", "least"),
    [
        ("stock", {}, 136),
        ("stock", {"item": "PCM500"}, 3),
        ("stock", {"rack": "R1"}, 0),
        ("stock-by-item", {}, 134),
        ("stock-by-item", {"show": "below"}, 130),
        ("expiry", {"months": "60"}, 136),
        ("batch-trace", TRACE, 8),
        ("batch-trace", {"item": "PAN40", "batch": "N"}, 2),
        ("h1-register", YEAR, 7),
        ("prescription-register", YEAR, 6),
        ("prescription-register", {**YEAR, "schedule": "X"}, 0),
        ("x-transcription", YEAR, 0),
    ],
)
def test_nothing_large_is_read_from_its_beginning(
    shop: TestShop, name: str, values: dict[str, Any], least: int
) -> None:
    opened = asked(shop, name, **values)
    database = shop.shop.database
    assert isinstance(database, SqliteDatabase)
    rows: list[Any] = []

    def reads(session: Session) -> None:
        open_report(session, shop.actor, name, values, opened.today)
        rows.extend(opened.rows(session))
        if opened.report.is_paged and rows:
            after = read_page(opened, session, limit=max(1, len(rows) // 2)).end
            rows.extend(opened.rows(session, after=after) if after is not None else ())

    plans = plans_of(database, reads)
    assert len(rows) >= least
    assert plans
    refuse_scans(plans)


def test_what_expires_is_found_by_what_stands(shop: TestShop) -> None:
    database = shop.shop.database
    assert isinstance(database, SqliteDatabase)
    opened = asked(shop, "expiry")
    plans = plans_of(database, lambda session: list(opened.rows(session)))
    assert any("SCAN stock_balance USING INDEX ix_stock_balance_standing" in plan for _, plan in plans)


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        (select(Item.name), False),
        (select(Bill.total_paise).where(Bill.username == "owner"), False),
        (select(H1Entry.drug).order_by(H1Entry.on_date, H1Entry.number), False),
        (select(Item.id).order_by(Item.name_key), True),
        (select(Item.name).where(Item.code == "PCM500"), True),
    ],
)
def test_a_scan_is_noticed(shop: TestShop, statement: Any, allowed: bool) -> None:
    database = shop.shop.database
    assert isinstance(database, SqliteDatabase)
    plans = plans_of(database, lambda session: session.execute(statement).all())
    assert len(plans) == 1
    if allowed:
        refuse_scans(plans)
    else:
        with pytest.raises(AssertionError, match="SCAN"):
            refuse_scans(plans)
