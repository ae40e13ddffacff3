"""What the health screen says, and the computer's clock that is doubted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.app import health as module
from core.app.backups.creating import back_up
from core.app.backups.folder import backups_folder
from core.app.backups.manifest import Reason
from core.app.backups.proving import prove_newest
from core.app.backups.state import Failure, read_state, write_state
from core.app.health import LOW_DISK_BYTES, Health, confirm_clock, health
from core.app.integrity import integrity_faults
from core.audit.clock import MOST_AHEAD, MOST_BEHIND, odd_clock
from core.boundary.messages import explain
from core.kernel.actor import Role
from core.sales.posting import post_bill
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

SECOND = timedelta(seconds=1)


def codes(found: Health) -> list[str]:
    """Return what is not well; each has its sentence."""
    assert all(map(explain, found.problems))
    return [problem.code for problem in found.problems]


def test_a_new_shop_wants_a_backup_and_then_a_proof(shop: TestShop, clock: TurnedClock) -> None:
    assert codes(health(shop.shop, clock)) == ["health.no_backup"]
    made = back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)
    assert codes(health(shop.shop, clock)) == ["health.not_proven"]
    prove_newest(shop.shop.folder, clock)
    found = health(shop.shop, clock)
    assert found.is_well
    assert (found.shop, found.counter, found.encrypted) == ("Test Medicals", "C1", False)
    assert (found.newest_backup, found.backups) == (made.name, 1)
    assert found.newest_entry == clock.now()


def test_failures_are_said_with_their_reason(shop: TestShop, clock: TurnedClock) -> None:
    back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)
    failure = Failure(at=clock.now(), code="storage.disk_full", message="The disk is full.")
    state = read_state(backups_folder(shop.shop.folder)).model_copy(
        update={"failures": 2, "last_failure": failure, "second_failure": failure, "proof_failure": failure}
    )
    write_state(backups_folder(shop.shop.folder), state)
    found = health(shop.shop, clock)
    assert codes(found) == ["health.backups_fail", "health.proof_failed", "health.second_fails", "health.not_proven"]
    assert "The disk is full." in explain(found.problems[0])


def test_a_disk_that_gets_full_is_said(shop: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, said in ((LOW_DISK_BYTES, False), (LOW_DISK_BYTES - 1, True)):
        monkeypatch.setattr(module, "free_bytes", lambda _folder, free=free: free)
        assert ("health.disk_low" in codes(health(shop.shop, clock))) is said


@pytest.mark.parametrize(
    ("off", "code"),
    [
        (-MOST_BEHIND, None),
        (-MOST_BEHIND - SECOND, "clock.behind"),
        (timedelta(days=-4000), "clock.behind"),
        (MOST_AHEAD, None),
        (MOST_AHEAD + SECOND, "clock.ahead"),
        (timedelta(days=366), "clock.ahead"),
        (timedelta(0), None),
    ],
)
def test_how_far_a_clock_may_be_off(clock: TurnedClock, off: timedelta, code: str | None) -> None:
    found = odd_clock(clock.now() + off, clock.now())
    assert (found.code if found else None) == code
    assert found is None or "20-11-2026 15:30" in explain(found)


@pytest.mark.parametrize(("days", "code"), [(-400, "clock.behind"), (400, "clock.ahead")])
def test_a_wrong_clock_stops_posting_until_the_owner_says_it_is_right(
    shop: TestShop, clock: TurnedClock, days: int, code: str
) -> None:
    shop.receives("PCM500", expiry="12/2099")
    shop.bills(("PCM500", "1"))
    clock.turn(days=days)
    shop.reopen()
    assert code in codes(health(shop.shop, clock)), "named at open"
    with shop.refuses(code):
        shop.bills(("PCM500", "1"))
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.not_allowed"), shop.shop.database.write(shop.actor) as uow:
        confirm_clock(uow)
    shop.acts(Role.OWNER)
    with shop.shop.database.write(shop.actor) as uow:
        confirm_clock(uow)
    assert code not in codes(health(shop.shop, clock))
    shop.bills(("PCM500", "1"))
    clock.turn(days=-days)
    with shop.refuses("clock.behind" if days > 0 else "clock.ahead"):
        shop.bills(("PCM500", "1"))
    shop.books_agree()


def test_a_clock_of_1980_is_named_before_anything_is_judged_by_it(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", expiry="12/2099")
    bill = shop.bill_command(("PCM500", "1"))
    with shop.shop.database.write(shop.actor) as uow:
        posted = post_bill(uow, bill)
    clock.turn(days=-365 * 46)
    with shop.refuses("clock.behind"):
        shop.bills(("PCM500", "1"))
    with shop.shop.database.write(shop.actor) as uow:
        assert post_bill(uow, bill).number == posted.number, "sent again, it is the same bill whatever the clock says"


def test_events_keep_their_order_whatever_the_clock_does(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", expiry="12/2099")
    clock.turn(minutes=-4)
    shop.bills(("PCM500", "1"))
    clock.turn(minutes=-4)
    shop.bills(("PCM500", "1"))
    with shop.shop.database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT hlc, at FROM audit_event ORDER BY seq").all()
    hlcs = [row[0] for row in rows]
    assert hlcs == sorted(set(hlcs))
    assert rows[-1][1] < rows[0][1]
    shop.books_agree()


def test_integrity_names_a_planted_trigger_and_a_broken_index(shop: TestShop) -> None:
    assert integrity_faults(shop.shop) == []
    with shop.shop.database.writer.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER evil AFTER INSERT ON bill BEGIN SELECT 1; END")
    assert integrity_faults(shop.shop) == ["trigger evil was added"]
    with shop.shop.database.writer.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA writable_schema=ON")
        raw.execute("UPDATE sqlite_master SET sql = replace(sql, 'name_key)', 'code)') WHERE name = 'ix_item_name_key'")
        raw.execute("PRAGMA writable_schema=RESET")
    shop.receives("PCM500")
    assert "index ix_item_name_key was changed" in integrity_faults(shop.shop)
