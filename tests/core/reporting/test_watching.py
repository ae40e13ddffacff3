"""The counter watch: who took what off, opened, cancelled and was allowed, counted and one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.app.paperwork import open_drawer, print_bill
from core.app.printers import change_printers
from core.audit.log import write_event
from core.auth.dto import AskOverride, Method
from core.auth.login import Door
from core.auth.overrides import authorise
from core.auth.permissions import Need, Permission
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.reporting.watched import Watched
from core.sales.cuts import CutKind
from core.sales.dto import CancelBill
from core.sales.model import DraftCut
from core.spool.dto import PrinterKind, Printers, PrinterSetup
from tests.core.reporting.counter_days import CounterDays, counter_days
from tests.support.clock import TurnedClock
from tests.support.people import OWNERS_PASSWORD, hire
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime

_COUNTS = "user bills lines cuts abandoned drawer reprints cancelled corrected payment_changes overrides"


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterDays]:
    lived = counter_days(tmp_path_factory.mktemp("watching"))
    yield lived
    lived.shop.books_agree()
    lived.shop.close()


def test_each_user_is_counted(days: CounterDays) -> None:
    assert days.shown("counter-watch", _COUNTS) == [
        ("owner", "6", "0", "0", "0", "0", "0", "3", "1", "3", "0"),
        ("ravi", "5", "2", "1", "1", "1", "1", "1", "0", "0", "1"),
    ]
    assert days.shown("counter-watch", "user lines_amount cuts_amount abandoned_amount cancelled_amount") == [
        ("owner", "0.00", "0.00", "0.00", "484.00"),
        ("ravi", "51.30", "12.83", "140.00", "26.00"),
    ]
    assert days.shown("counter-watch", _COUNTS, days="yesterday") == [
        ("owner", "2", *"000000000"),
        ("ravi", "2", *"000000000"),
    ]
    assert days.rows("counter-watch", days="18-11-2026") == []
    assert days.total("counter-watch", "bills") == "11"


def test_events_stand_in_the_order_of_time_with_what_they_are_about(days: CounterDays) -> None:
    number = days.number
    found = days.shown("counter-events", "at user what bill subject quantity amount after_tender reason")
    assert [(row[0].removeprefix("20-11-2026 "), *row[1:]) for row in found] == [
        ("10:20", "owner", "Bill cancelled", number("wrong"), "", "", "103.00", "", "wrong person"),
        (
            *("12:10", "owner", "Bill corrected", number("first"), "Asha Menon", "", "124.00", ""),
            f"three, not four (now {number('second')})",
        ),
        ("12:40", "owner", "Payment changed", number("cheque"), "", "", "257.00", "", "paid otherwise at 12:40"),
        ("12:50", "owner", "Payment changed", number("cheque"), "", "", "257.00", "", "paid otherwise at 12:50"),
        ("13:05", "owner", "Payment changed", number("gone"), "", "", "257.00", "", "paid otherwise at 13:05"),
        ("13:10", "owner", "Bill cancelled", number("gone"), "", "", "257.00", "", "the patient came back"),
        ("14:00", "ravi", "Line deleted", number("first"), "Paracetamol 500", "2:0", "51.30", "", ""),
        ("14:00", "ravi", "Drawer opened", "", "", "", "", "", ""),
        ("14:00", "ravi", "Bill printed again", number("cash"), "", "", "257.00", "", ""),
        ("14:05", "ravi", "Quantity cut", "", "Paracetamol 500", "0:5", "12.83", "yes", ""),
        ("14:05", "ravi", "Bill abandoned", "", "3 lines", "", "140.00", "yes", ""),
        ("14:20", "ravi", "Bill cancelled", number("ravis"), "", "", "26.00", "", "double entry"),
        ("14:20", "ravi", "Supervisor allowed", "", "cancel bill", "", "", "", "it was me (owner)"),
    ]
    opened = dict(zip((row[2] for row in found), days.targets("counter-events"), strict=True))
    assert opened["Bill printed again"] == number("cash")
    assert opened["Line deleted"] == number("first")
    assert opened["Drawer opened"] == opened["Bill abandoned"] == ""


@pytest.mark.parametrize(
    ("what", "count"),
    [
        ("line", 1), ("quantity", 1), ("draft", 1), ("drawer", 1), ("reprint", 1), ("cancelled", 3),
        ("corrected", 1), ("payment", 3), ("override", 1),
    ],
)  # fmt: skip
def test_events_are_asked_for_by_kind_and_user(days: CounterDays, what: str, count: int) -> None:
    wanted = [row for row in days.rows("counter-events") if row.values[2] == Watched(what).words]
    assert days.rows("counter-events", what=what) == wanted
    assert len(wanted) == count
    by_user = [days.rows("counter-events", what=what, user=user) for user in ("owner", "ravi")]
    assert sorted(map(str, wanted)) == sorted(str(row) for rows in by_user for row in rows)
    days.pages_agree("counter-events", what=what)
    days.pages_agree("counter-events", what=what, user="ravi")


def test_events_read_by_the_page_are_all_of_them(days: CounterDays) -> None:
    assert days.pages_agree("counter-events") == 13
    assert days.pages_agree("counter-events", user="ravi") == 7
    assert days.pages_agree("counter-events", days="yesterday") == 0


def test_a_user_of_the_watch_opens_their_events(days: CounterDays) -> None:
    for row in days.rows("counter-watch"):
        assert row.target is not None
        name, values = row.target  # type: ignore[misc]
        events = days.rows(name, **values)
        assert {event.values[1] for event in events} == {row.values[0]}


def test_every_kind_of_cut_is_known() -> None:
    assert {kind.value for kind in CutKind} <= {what.value for what in Watched}


def test_what_is_asked_for_must_be_known(days: CounterDays) -> None:
    for values, code, where in (
        ({"what": "theft"}, "reports.no_choice", "what"),
        ({"user": "nobody"}, "auth.no_user", "user"),
    ):
        asked: dict[str, Any] = dict(values)
        with pytest.raises(RuleBroken) as refused:
            days.rows("counter-events", **asked)
        assert (refused.value.code, refused.value.where) == (code, where)


@pytest.mark.parametrize("name", ["counter-watch", "counter-events"])
def test_the_watch_is_for_owner_and_accountant(days: CounterDays, name: str) -> None:
    assert days.rows(name, actor=days.people[Role.ACCOUNTANT]) == days.rows(name)
    for role in (Role.CASHIER, Role.PHARMACIST):
        with pytest.raises(RuleBroken) as refused:
            days.rows(name, actor=days.people[role], days="today")
        assert refused.value.code == "reports.out_of_scope"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("counter-watch", {}),
        ("counter-events", {}),
        ("counter-events", {"user": "ravi"}),
        *(("counter-events", {"what": what.value}) for what in Watched),
    ],
)
def test_the_watch_is_read_by_indexes(days: CounterDays, name: str, values: dict[str, Any]) -> None:
    for statement, steps in days.reads_by_indexes(name, **values):
        if "FROM audit_event" in statement:
            # by its kind and time: by the user it would be every bill that they ever posted
            assert any("ix_audit_event_kind (kind=? AND " in step for step in steps), (statement, steps)


# --- days and their edges ----------------------------------------------------------------------------------------


def watched_shop(shop: TestShop) -> CounterDays:
    """Return a shop with a drawer that opens, and somebody at its counter."""
    address = str(shop.shop.folder.parent / "receipts.bin")
    setup = PrinterSetup(name="Receipts", kind=PrinterKind.FILE, address=address, opens_drawer=True)
    with shop.shop.database.write(shop.actor) as uow:
        change_printers(uow, Printers(printers=(setup,), receipts="Receipts"))
    shop.receives("PCM500", packs=100)
    return CounterDays(shop, hire(shop.shop.database, Role.CASHIER), new_id(), {})


def test_a_day_ends_at_midnight_in_india(shop: TestShop, clock: TurnedClock) -> None:
    lived = watched_shop(shop)
    ravi = lived.people[Role.CASHIER]
    midnight = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    for instant in (midnight - timedelta(microseconds=1), midnight):
        clock.instant = instant
        with shop.shop.database.write(ravi) as uow:
            open_drawer(uow)
        bill = shop.bills(("PCM500", "1"))
        with shop.shop.database.write(ravi) as uow:
            print_bill(uow, bill.bill_id, duplicate=True)
    for day, shown in (("20-11-2026", "20-11-2026 23:59"), ("21-11-2026", "21-11-2026 00:00")):
        assert lived.shown("counter-events", "at what", days=day) == [
            (shown, "Drawer opened"),
            (shown, "Bill printed again"),
        ]
        assert lived.shown("counter-watch", "user bills drawer reprints", days=day) == [
            ("owner", "1", "0", "0"),
            ("ravi", "0", "1", "1"),
        ]
    assert lived.rows("counter-events", days="22-11-2026") == []


def test_what_happens_in_one_moment_is_told_once_each(shop: TestShop) -> None:
    """A clock that stands still, or a window that takes off several lines at once: pages lose and repeat nothing."""
    lived = watched_shop(shop)
    ravi = lived.people[Role.CASHIER]
    with shop.shop.database.write(ravi) as uow:
        row = {
            "node_id": uow.node.id, "draft_id": new_id(), "item_code": "PCM500", "item_name": "Paracetamol",
            "pieces_per_pack": 10, "units": 10, "lines": 1, "amount_paise": 2565, "is_after_tender": False,
            "on_date": uow.today, "at": uow.now, "username": "ravi",
        }  # fmt: skip
        uow.record(DraftCut, [{**row, "id": new_id(), "kind": kind} for kind in ("line", "quantity", "line", "line")])
        write_event(uow, "draft.cut", row["draft_id"])  # type: ignore[arg-type]
    for _ in range(3):
        with shop.shop.database.write(ravi) as uow:
            open_drawer(uow)
    assert lived.pages_agree("counter-events") == 7
    assert lived.shown("counter-watch", "user lines cuts drawer") == [("ravi", "3", "1", "3")]


def test_an_override_that_was_not_used_is_none(shop: TestShop) -> None:
    lived = watched_shop(shop)
    ravi = lived.people[Role.CASHIER]
    command = CancelBill(number=shop.bills(("PCM500", "1")).number, reason="double entry")
    asked = AskOverride(
        command_id=command.command_id,
        permission=Permission.CANCEL_BILL,
        supervisor="owner",
        secret=OWNERS_PASSWORD,
        method=Method.PASSWORD,
        reason="it was me",
    )
    authorise(Door(shop.shop.database, TurnedUptime()), ravi, asked)
    assert lived.rows("counter-events") == []
    assert lived.shown("counter-watch", "user overrides") == [("owner", "0")]


def test_a_discount_that_was_allowed_names_its_bill_and_how_much(shop: TestShop) -> None:
    lived = watched_shop(shop)
    shop.actor = lived.people[Role.CASHIER]
    line = {"item": "PCM500", "quantity": "1", "discount_percent": "12"}
    command_id = new_id()
    with pytest.raises(RuleBroken) as refused:
        shop.bills(line, command_id=command_id)
    need = refused.value.values["need"]
    assert isinstance(need, Need)
    asked = AskOverride(
        command_id=command_id,
        permission=Permission.DISCOUNT_BILL,
        amount=need.amount,
        supervisor="owner",
        secret=OWNERS_PASSWORD,
        method=Method.PASSWORD,
        reason="an old customer",
    )
    authorise(Door(shop.shop.database, TurnedUptime()), shop.actor, asked)
    bill = shop.bills(line, command_id=command_id)
    assert lived.shown("counter-events", "user what bill subject reason") == [
        ("ravi", "Supervisor allowed", bill.number, "discount bill, 12 %", "an old customer (owner)")
    ]
    assert lived.targets("counter-events") == [bill.number]
