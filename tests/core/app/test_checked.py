"""A check that failed is said until a later one passes, and bills go on meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.app.backups.creating import back_up
from core.app.backups.folder import backups_folder
from core.app.backups.manifest import Reason
from core.app.backups.proving import prove_newest
from core.app.backups.restoring import restore
from core.app.checked import LastCheck, check_alarms, note_check, read_check
from core.app.checking import check_books, check_file, check_shop
from core.app.health import health
from core.app.shop import open_shop
from core.app.verify import explain_finding
from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


@pytest.fixture
def billing(shop: TestShop, clock: TurnedClock) -> TestShop:
    """A shop that is well: billed, backed up, proven."""
    shop.receives("PCM500", packs=100)
    shop.bills(("PCM500", "2"))
    back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)
    prove_newest(shop.shop.folder, clock)
    return shop


def alter(shop: TestShop, paise: int) -> None:
    """Change the first posted bill behind the guards."""
    with shop.shop.database.writer.begin() as connection:
        guard = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'guard_bill_update'").scalar()
        connection.exec_driver_sql("DROP TRIGGER guard_bill_update")
        connection.exec_driver_sql(
            "UPDATE bill SET total_paise = total_paise + ? WHERE number = 'C1/26-27/000001'", (paise,)
        )
        connection.exec_driver_sql(str(guard))


def problems(shop: TestShop, clock: TurnedClock) -> list[str]:
    return [explain(problem) for problem in health(shop.shop, clock).problems]


def test_faults_of_the_books_are_said_until_a_check_passes(billing: TestShop, clock: TurnedClock) -> None:
    alter(billing, -100)
    assert problems(billing, clock) == [], "nobody has looked"
    report = check_books(billing.shop, clock)
    first, count = explain_finding(report.findings[0]), len(report.findings)
    assert count > 1
    clock.turn(hours=24)
    billing.reopen()
    said = (
        f"The check of 20-11-2026 found {count} faults in the books; the first: {first.rstrip('.')}. "
        "Restore the newest proven backup (Alt+9) or call for help; bills go on meanwhile."
    )
    assert said in problems(billing, clock)
    billing.bills(("PCM500", "1"))
    assert check_file(billing.shop, clock) == []
    assert said in problems(billing, clock), "the file was sound all the while"
    alter(billing, 100)
    assert check_books(billing.shop, clock).holds
    assert said not in problems(billing, clock)
    assert check_alarms(read_check(billing.shop.folder)) == []


def test_the_check_of_the_window_is_kept_too(billing: TestShop, clock: TurnedClock) -> None:
    for paise, is_said in ((100, True), (-100, False)):
        alter(billing, paise)
        checked = check_shop(billing.shop, clock, tell=lambda _: None, stop=threading.Event())
        assert checked is not None
        assert checked.holds is not is_said
        assert bool(check_alarms(read_check(billing.shop.folder))) is is_said


def test_a_file_that_cannot_be_read_is_a_check_that_failed(
    billing: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise EnvironmentFault("storage.damaged")

    monkeypatch.setattr("core.app.checking.file_faults", fail)
    with pytest.raises(EnvironmentFault):
        check_shop(billing.shop, clock, tell=lambda _: None, stop=threading.Event())
    (alarm,) = check_alarms(read_check(billing.shop.folder))
    assert "found a fault in the books: there are pages of the file that cannot be read. Restore" in explain(alarm)
    assert check_books(billing.shop, clock).holds
    assert check_alarms(read_check(billing.shop.folder)) != [], "the file was not checked again"


def test_a_check_that_was_stopped_says_nothing(billing: TestShop, clock: TurnedClock) -> None:
    stop = threading.Event()
    alter(billing, 100)
    assert check_shop(billing.shop, clock, tell=lambda _: stop.set(), stop=stop) is None
    assert read_check(billing.shop.folder) == LastCheck()


def test_a_restored_shop_is_not_accused_of_what_was_set_aside(billing: TestShop, clock: TurnedClock) -> None:
    made = back_up(billing.shop.database, billing.shop.folder, Reason.BY_HAND, clock)
    alter(billing, 100)
    check_books(billing.shop, clock)
    assert check_alarms(read_check(billing.shop.folder))
    billing.close()
    clock.turn(minutes=1)
    restore(billing.shop.folder, made.path, billing.actor, clock)
    billing.shop = open_shop(billing.shop.folder, clock)
    assert check_alarms(read_check(billing.shop.folder)) == []


def test_what_is_no_result_or_cannot_be_kept_stops_nobody(tmp_path: Path, clock: TurnedClock) -> None:
    backups_folder(tmp_path).mkdir()
    (backups_folder(tmp_path) / "check.json").write_text('{"books": 7}')
    assert read_check(tmp_path) == LastCheck()
    note_check(tmp_path, clock.now(), books=["a row was altered."])
    assert len(check_alarms(read_check(tmp_path))) == 1
    other = tmp_path / "other"
    other.mkdir()
    backups_folder(other).write_text("no folder")
    note_check(other, clock.now(), books=["a row was altered."])
    assert read_check(other) == LastCheck()
