"""The dashboard without a window: what its cards say, when it reads again, where they lead, and its paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from core.app.backups.state import BackupState, Failure
from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.errors import EnvironmentFault
from core.kernel.money import Money
from core.parties.dto import CustomerDetails
from core.printing.page import Page, TextInk
from core.reporting.dashboard import Part, parts_for
from core.reporting.registry import REPORTS
from core.reporting.running import open_report, reports_for
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from pos_desktop.screens.dashboard.places import rows_of_cards
from pos_desktop.screens.dashboard.presenter import DashboardPresenter
from pos_desktop.screens.dashboard.rows import CARDS, Card, TableRow
from pos_desktop.shell.tone import Tone
from tests.core.opening.support import add
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.lanes import OWNER, TestLanes
from tests.support.people import CONSOLE, hire
from tests.support.shop import TestShop

EVERY = ("today", "hours", "ways", "days", "months", "dues", "sellers", "slow", "stock", "expiring")


class Desk:
    """The dashboard over a real shop; papers and opened reports are noted."""

    def __init__(self, shop: TestShop, actor: Actor = OWNER) -> None:
        self.shop = shop
        self.actor = actor
        self.lanes = TestLanes(shop.shop.database, actor)
        self.bugs: list[Exception] = []
        self.papers: list[tuple[Sequence[Page], str]] = []
        self.opened: list[tuple[str, Mapping[str, str]]] = []
        self.backups = BackupState(last_success=shop.clock.now() - timedelta(hours=2))
        self.takes_paper = True
        self.paper_fault: EnvironmentFault | None = None
        self.told = 0
        with shop.shop.database.read() as session:
            parts = parts_for(session, actor)
            reports = [report.id for report in reports_for(session, actor)]
        self.do = DashboardPresenter(
            self.lanes,
            actor,
            parts=parts,
            reports=reports,
            now=shop.clock.now,
            today=lambda: business_date(shop.clock.now()),
            backups=lambda: self.backups,
            print_pages=self._print,
            report_bug=self.bugs.append,
            open_report=lambda report, values: self.opened.append((report, values)),
        )
        self.do.listen(self._hear)

    def _hear(self) -> None:
        self.told += 1

    def _print(self, pages: Sequence[Page], title: str) -> bool:
        if self.paper_fault is not None:
            raise self.paper_fault
        self.papers.append((pages, title))
        return self.takes_paper

    def card(self, name: str) -> Card:
        return next(card for card in self.do.cards if card.name == name)

    def rows(self, name: str) -> list[str]:
        return [row.reading for row in self.card(name).rows]

    @property
    def said(self) -> str:
        return self.do.desk.notice.text


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A stocked shop at half past three: 51.00 yesterday at three, today 26.00 at two and 151.00 at three."""
    made = stocked_shop(tmp_path / "shop", TurnedClock(clock.instant))
    assert isinstance(made.clock, TurnedClock)
    made.clock.instant = clock.instant  # the shop was stocked at half past two
    made.bills(("PCM500", "2"), paid="60.00")
    made.clock.instant += timedelta(hours=23)
    made.bills(("PCM500", "1"))
    made.clock.instant += timedelta(minutes=45)
    made.bills(("PAN40", "1"), payments=[{"mode": "upi", "amount": "151.00"}])
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def desk(shop: TestShop) -> Iterator[Desk]:
    made = Desk(shop)
    yield made
    assert made.bugs == []


def turned(shop: TestShop, **by: int) -> None:
    assert isinstance(shop.clock, TurnedClock)
    shop.clock.turn(**by)


# --- what the cards say ------------------------------------------------------------------------------------------


def test_the_cards_of_a_day(desk: Desk) -> None:
    assert desk.do.names == EVERY
    assert {card.empty for card in desk.do.cards} == {"Being read …"}
    desk.do.refresh()
    assert desk.do.is_read
    assert desk.do.heading == "Saturday, 21-11-2026"
    today = desk.card("today")
    assert (today.figure, today.note) == ("₹177.00", "2 bills  ·  average ₹88.50")
    assert today.head == ("", "until 15:00", "whole day")
    assert desk.rows("today") == ["Today 26.00 177.00", "Yesterday 0.00 51.00", "Last Saturday 0.00 0.00"]
    hours = desk.card("hours").chart
    assert hours is not None
    assert [series.name for series in hours.series] == ["Today"]  # a week ago nothing was sold
    assert (hours.points[0], hours.points[-1]) == ("09:00 – 10:00", "20:00 – 21:00")
    assert hours.series[0].numbers == (0, 0, 0, 0, 0, 26_00, 151_00, None, None, None, None, None)
    ways = desk.card("ways").shares
    assert ways is not None
    assert ways.reading == "Cash ₹26.00 (15 %), UPI ₹151.00 (85 %)"
    days, months = desk.card("days"), desk.card("months")
    assert days.chart is not None
    assert months.chart is not None
    assert (days.about, days.is_line, months.about, months.is_line) == ("₹228.00", True, "₹228.00", False)
    assert days.chart.reading(29).startswith("Saturday, 21-11-2026: Net sales ₹177.00, Margin ₹")
    assert days.chart.reading(28).startswith("Friday, 20-11-2026: Net sales ₹51.00, Margin ₹")
    assert months.chart.labels == ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")
    assert months.chart.points[-1] == "Nov 2026"
    assert desk.rows("sellers") == ["Pantoprazole 40 1:0 151.05", "Paracetamol 500 3:0 76.95"]
    assert desk.card("slow").empty
    assert desk.card("stock").note.endswith("  ·  3 items")
    assert desk.card("expiring").head == ("", "Batches", "Cost", "MRP")
    assert desk.card("expiring").rows[0] == TableRow(("Expired", "1", "30.00", "51.30"), Tone.DANGER)
    assert desk.card("expiring").rows[1].tone is Tone.MUTED
    assert desk.rows("dues")[3:] == ["UPI to confirm (1) 151.00", "Last backup 2 h"]
    assert "Sales today. ₹177.00. 2 bills" in today.reading


def test_a_cancelled_bill_and_a_shop_that_waits(shop: TestShop, desk: Desk) -> None:
    bill = shop.bills(("PCM500", "1"))
    _cancels(shop, bill)
    desk.do.refresh()
    assert desk.card("today").note == "3 bills  ·  1 cancelled  ·  average ₹88.50"
    turned(shop, days=1, hours=-15)  # shortly after midnight
    desk.do.refresh()
    assert desk.card("today").figure == "₹0.00"
    assert desk.card("today").note == "0 bills"
    assert desk.rows("today")[:2] == ["Today – 0.00", "Yesterday – 177.00"]
    assert desk.card("hours").empty
    assert desk.card("ways").empty


def _cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(OWNER) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="not wanted"))


def test_every_card_of_an_empty_shop_says_what_would_be_there(tmp_path: Path, clock: TurnedClock) -> None:
    shop = TestShop.create(tmp_path / "empty", clock)
    desk = Desk(shop)
    desk.do.refresh()
    for card in desk.do.cards:
        if card.name == "dues":
            assert card.note == "Nobody owes anything, and no UPI payment waits."
            assert desk.rows("dues") == ["Last backup 2 h"]
        else:
            assert card.empty
            assert (card.figure, card.rows, card.chart, card.shares) == ("", (), None, None)
    shop.close()


def test_backups_are_told_with_their_tone(shop: TestShop, desk: Desk) -> None:
    def last() -> TableRow:
        return desk.card("dues").rows[-1]

    desk.do.refresh()
    assert last() == TableRow(("Last backup", "2 h"), Tone.PLAIN)
    turned(shop, hours=1)
    desk.do.tick()
    assert last() == TableRow(("Last backup", "3 h"), Tone.PLAIN)
    failure = Failure(at=datetime(2026, 11, 21, tzinfo=UTC), code="x", message="the disk is full")
    desk.backups = BackupState(failures=1, last_failure=failure)
    desk.do.refresh()
    assert last() == TableRow(("Last backup", "none"), Tone.DANGER)
    desk.backups = BackupState()
    desk.do.refresh()
    assert last() == TableRow(("Last backup", "none"), Tone.WARNING)


# --- rights ------------------------------------------------------------------------------------------------------


def test_who_sees_what(shop: TestShop) -> None:
    people = hire(shop.shop.database)
    cashier = Desk(shop, people[Role.CASHIER])
    cashier.do.refresh()
    assert cashier.do.names == ("today", "hours", "ways")
    assert cashier.card("today").empty  # nothing of their own yet
    shop.actor = people[Role.CASHIER]
    shop.bills(("PCM500", "1"))
    shop.actor = OWNER
    cashier.do.refresh()
    today = cashier.card("today")
    assert (today.about, today.figure, today.rows) == ("your own bills", "₹27.00", ())
    hours = cashier.card("hours").chart
    assert hours is not None
    assert len(hours.series) == 1
    pharmacist = Desk(shop, people[Role.PHARMACIST])
    assert pharmacist.do.names == ("slow", "stock", "expiring")
    with shop.shop.database.write(CONSOLE) as uow:
        set_role_right(uow, SetRoleRight(user_role=Role.ACCOUNTANT, permission=Permission.SEE_COST, granted=False))
    accountant = Desk(shop, people[Role.ACCOUNTANT])
    accountant.do.refresh()
    days = accountant.card("days").chart
    assert days is not None
    assert [series.name for series in days.series] == ["Net sales"]
    assert accountant.card("stock").about == "at MRP"
    assert accountant.card("expiring").head == ("", "Batches", "MRP")
    assert cashier.bugs == pharmacist.bugs == accountant.bugs == []


def test_a_right_that_is_taken_away_meanwhile_is_said(shop: TestShop) -> None:
    accountant = hire(shop.shop.database)[Role.ACCOUNTANT]
    desk = Desk(shop, accountant)
    desk.do.refresh()
    with shop.shop.database.write(CONSOLE) as uow:
        set_role_right(uow, SetRoleRight(user_role=Role.ACCOUNTANT, permission=Permission.VIEW_REPORTS, granted=False))
    desk.do.refresh()
    assert "view reports" in desk.said
    assert desk.bugs == []


# --- reading -----------------------------------------------------------------------------------------------------


def test_one_reading_of_a_part_at_a_time_and_the_newest_counts(shop: TestShop, desk: Desk) -> None:
    desk.lanes.holds_reads = True
    for _ in range(4):
        desk.do.refresh()
    assert len(desk.lanes.reads) == len(Part)
    desk.lanes.reads.pop(0)()  # the quick part comes first
    assert desk.card("today").figure == "₹177.00"
    shop.bills(("PCM500", "1"))
    assert len(desk.lanes.reads) == len(Part)  # once more of what was asked for meanwhile, and no oftener
    desk.lanes.answer()
    assert desk.card("today").figure == "₹204.00"
    assert desk.lanes.reads == []
    desk.do.refresh()
    assert len(desk.lanes.reads) == len(Part)
    desk.lanes.answer()
    assert desk.lanes.reads == []


def test_another_day_begins(shop: TestShop, desk: Desk) -> None:
    desk.do.refresh()
    told = desk.told
    desk.do.tick()
    assert desk.told == told + 1
    desk.lanes.holds_reads = True
    turned(shop, hours=9)
    desk.do.tick()
    assert desk.do.heading == "Sunday, 22-11-2026"
    assert {card.empty for card in desk.do.cards} == {"Being read …"}  # what was today is not shown as today
    desk.lanes.answer()
    assert desk.rows("today")[1] == "Yesterday – 177.00"


def test_what_was_read_of_the_day_before_is_dropped(shop: TestShop, desk: Desk) -> None:
    desk.lanes.holds_reads = True
    desk.do.refresh()
    turned(shop, hours=9)
    desk.lanes.reads.pop(0)()
    assert desk.card("today").empty == "Being read …"
    desk.lanes.answer()
    assert desk.card("today").figure == "₹0.00"


def test_a_fault_is_reported_and_the_next_reading_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("pos_desktop.screens.dashboard.presenter.read_part", fails)
        desk.do.refresh()
    assert [str(bug) for bug in desk.bugs] == ["a bug"] * len(Part)
    desk.bugs.clear()
    assert not desk.do.is_read
    desk.do.refresh()
    assert desk.do.is_read


# --- ways out ----------------------------------------------------------------------------------------------------


def test_cards_lead_to_reports_that_there_are(shop: TestShop, desk: Desk) -> None:
    desk.do.refresh()
    dues = desk.card("dues")
    assert "ledger-account" not in [target.report for target in dues.targets]  # nobody owes: there is no such account
    clinic = CustomerDetails(name="City Clinic", credit_limit=Money(1_000_00))
    shop.bills(
        ("PAN40", "1"),
        customer={"id": str(*add(shop, clinic))},
        payments=[{"mode": "credit", "amount": "151.00"}],
    )
    desk.do.refresh()
    for card in desk.do.cards:
        target = desk.do.target(card)
        assert target is not None, card.name
        assert target.report in REPORTS
        desk.do.open(card.name)
    assert [report for report, _ in desk.opened][:6] == [
        "bills",
        "sales-by-hour",
        "sales-by-mode",
        "sales-by-day",
        "sales-by-day",
        "ledger-account",
    ]
    asked = dict(zip(EVERY, (dict(values) for _, values in desk.opened), strict=True))
    assert asked["today"] == {"days": "21-11-2026"}
    assert asked["days"] == {"days": "23-10-2026 to 21-11-2026"}
    assert asked["months"] == {"days": "01-12-2025 to 21-11-2026"}
    assert asked["sellers"] == {"days": "23-10-2026 to 21-11-2026"}
    assert asked["expiring"] == {"months": "3"}


def test_every_target_can_be_asked_for_what_it_is(desk: Desk) -> None:
    desk.do.refresh()
    today = business_date(desk.shop.clock.now())
    with desk.shop.shop.database.read() as session:
        for card in desk.do.cards:
            for target in card.targets:
                if target.report in REPORTS:
                    open_report(session, OWNER, target.report, target.values, today)


def test_without_a_window_of_reports_nothing_is_opened(desk: Desk) -> None:
    desk.do.refresh()
    desk.do.open_report = None
    assert desk.do.target(desk.card("today")) is None
    desk.do.open("today")
    desk.do.open("no such card")
    assert desk.opened == []


def test_who_may_not_see_a_report_is_not_led_there(shop: TestShop) -> None:
    people = hire(shop.shop.database)
    pharmacist = Desk(shop, people[Role.PHARMACIST])
    pharmacist.do.refresh()
    led = {card.name: pharmacist.do.target(card) for card in pharmacist.do.cards}
    assert {name: target.report for name, target in led.items() if target} == {
        "slow": "slow-stock",
        "stock": "stock-by-item",
        "expiring": "expiry",
    }


def test_the_page_is_printed(desk: Desk) -> None:
    desk.do.print()
    assert desk.papers == []  # nothing is read yet
    desk.do.refresh()
    desk.do.print()
    ((pages, title),) = desk.papers
    assert title == "Today, 21-11-2026"
    texts = [ink.text for ink in pages[0].inks if isinstance(ink, TextInk)]
    assert len(pages) == 1
    assert {"Test Medicals", "Saturday, 21-11-2026, 15:15", "₹177.00", "Pantoprazole 40", "Expired"} <= set(texts)
    assert desk.said == "The page of Saturday, 21-11-2026 is printed."
    desk.do.desk.say("")
    desk.takes_paper = False
    desk.do.print()
    assert desk.said == ""
    desk.paper_fault = EnvironmentFault("printer.refused", printer="Office")
    desk.do.print()
    assert "Office" in desk.said
    desk.paper_fault = None
    desk.lanes.holds_reads = True
    desk.do.print()
    desk.do.print()  # one page at a time
    assert len(desk.lanes.reads) == 1
    desk.lanes.answer()
    assert len(desk.papers) == 3


# --- places ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_every_card_has_one_place_and_rows_are_full(columns: int) -> None:
    for parts in ((*Part,), (Part.STOCK,), (Part.TODAY,), (Part.TODAY, Part.DUES)):
        names = [name for part in parts for name in CARDS[part]]
        rows = rows_of_cards(names, columns)
        placed = [name for row in rows for spot in row for name in spot.names]
        assert sorted(placed) == sorted(names)
        for row in rows:
            assert row[0].begins == 0
            assert all(one.begins + one.width == other.begins for one, other in pairwise(row))
            assert row[-1].begins + row[-1].width == 12


def test_cards_are_read_in_the_order_of_their_numbers() -> None:
    for columns in (1, 2, 3):
        rows = rows_of_cards(EVERY, columns)
        assert [name for row in rows for spot in row for name in spot.names] == list(EVERY)
