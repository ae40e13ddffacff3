"""The registers' screen without a window: rows of Schedule H1 by days, their papers, pharmacists and licences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import delete

from core.audit.log import write_event
from core.boundary.frozen import load
from core.catalog.dto import DrugSchedule
from core.dispensing.model import RegisteredPharmacist
from core.kernel.clock import business_date
from core.kernel.days import Days, Preset, typed_days
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.ids import new_id
from core.printing.page import Page as PaperPage
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.settings.dto import Licence
from core.settings.queries import shop_view
from pos_desktop.runtime.form_desk import SentForm
from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.screens.registers import h1
from pos_desktop.screens.registers.h1 import Ways
from pos_desktop.screens.registers.presenter import Page, RegistersPresenter
from pos_desktop.screens.registers.rows import licence_row
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.lanes import TestLanes
from tests.support.shop import TestShop

DAY = date(2026, 11, 20)


class Desk:
    """The screen over a real shop; papers are noted."""

    def __init__(self, shop: TestShop, folder: Path, *, may_read: bool = True, may_change: bool = True) -> None:
        self.shop = shop
        self.lanes = TestLanes(shop.shop.database, shop.actor)
        self.board = TopicBoard()
        self.told: list[frozenset[Topic]] = []
        self.board.listen(self.told.append)
        self.bugs: list[Exception] = []
        self.papers: list[tuple[int, str]] = []
        self.takes_paper = True
        self.paper_fault: EnvironmentFault | None = None
        self.do = RegistersPresenter(
            self.lanes,
            self.board,
            shop.actor,
            Ways(folder=folder, print_pages=self._print),
            clock=shop.clock,
            today=lambda: business_date(shop.clock.now()),
            may_read=may_read,
            may_change=may_change,
            report_bug=self.bugs.append,
        )
        self.do.refresh()

    def _print(self, pages: Sequence[PaperPage], title: str, *, lying: bool) -> bool:
        if self.paper_fault is not None:
            raise self.paper_fault
        if self.takes_paper:
            self.papers.append((len(pages), title))
        return self.takes_paper

    @property
    def form(self) -> SentForm:
        form = self.do.desk.form
        assert form is not None
        return form

    def sends(self, **typed: str) -> None:
        values = {field.name: field.value for field in self.form.fields}
        self.do.desk.submit({**values, **{name.rstrip("_"): text for name, text in typed.items()}})

    def page(self) -> Page:
        """Return the page that is shown; mypy would take an attribute for unchanged."""
        return self.do.page

    @property
    def said(self) -> str:
        return self.do.desk.notice.text

    @property
    def entries(self) -> list[int]:
        return [int(row.number[-6:]) for row in self.do.h1.rows]


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    made.receives("CEFI", name="Cefixime 200", manufacturer="Alembic", schedules=frozenset({DrugSchedule.H1}), packs=40)
    made.on_duty()
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def desk(shop: TestShop, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(shop, tmp_path / "papers")
    yield made
    assert made.bugs == []


def supplied(shop: TestShop, count: int = 1) -> list[BillView]:
    return [shop.bills(("CEFI", "1t"), dispensing=shop.prescribed()) for _ in range(count)]


def cancelled(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong patient"))


def test_an_empty_register_and_its_first_rows(desk: Desk) -> None:
    assert (desk.entries, desk.do.h1.is_read, desk.do.h1.card) == ([], True, None)
    assert desk.do.h1.about == "Today, 20-11-2026: 0 rows"
    first, _ = supplied(desk.shop, 2)
    cancelled(desk.shop, first)
    desk.do.refresh()
    assert desk.entries == [1, 2, 3]
    assert [[badge.text for badge in row.state] for row in desk.do.h1.rows] == [["VOIDED"], [], ["VOIDS"]]
    assert [row.is_void for row in desk.do.h1.rows] == [True, False, True]
    # the newest stands last and is chosen
    card = desk.do.h1.card
    assert card is not None
    assert card.number == desk.do.h1.rows[-1].number
    assert [badge.text for badge in card.badges] == ["VOIDS"]
    said = {fact.label: fact.text for section in card.sections for fact in section.facts}
    assert (said["Voids"], said["Reason"]) == (desk.do.h1.rows[0].number, "wrong patient")
    desk.do.h1.move(-5)
    card = desk.do.h1.card
    assert card is not None
    by_title = {section.title: {fact.label: fact.text for fact in section.facts} for section in card.sections}
    with desk.shop.shop.database.read() as session:
        pharmacist = shop_view(session).pharmacist
    assert pharmacist is not None
    assert by_title["Pharmacist"] == {"Name": pharmacist.name, "Registration": pharmacist.registration}
    assert by_title[""]["Bill"] == first.number
    assert by_title["Drug"]["Quantity"] == "0:1"
    assert {"Batch", "Expiry", "Manufacturer", "Pack"} <= by_title["Drug"].keys()
    assert {"Name", "Address"} <= by_title["Patient"].keys()
    assert {"Name", "Address"} <= by_title["Prescriber"].keys()


def test_days_are_a_preset_or_typed(desk: Desk, clock: TurnedClock) -> None:
    supplied(desk.shop)
    clock.turn(hours=24)
    desk.shop.on_duty()
    supplied(desk.shop)
    desk.do.refresh()
    assert desk.entries == [2]
    whole, none = [1, 2], list[int]()
    turned = ([1], whole, none, whole, none, whole, none, [2])
    for preset, entries in zip([*list(Preset)[1:], Preset.TODAY], turned, strict=True):
        desk.do.h1.turn_preset()
        assert (desk.do.h1.preset, desk.entries) == (preset, entries)
    for text, entries in (("20-11-2026", [1]), ("2026-11-21 to 20-11-2026", [1, 2]), ("11-2026", [1, 2])):
        desk.do.h1.search(text)
        assert desk.entries == entries
    assert desk.do.h1.about == "01-11-2026 to 30-11-2026: 2 rows"
    for text in ("11", "31-02-2026", "13-2026", "asha"):
        desk.do.h1.search(text)
        assert desk.entries == [1, 2]
        assert f'"{text}"' in desk.said
    desk.do.escape()
    assert (desk.do.h1.text, desk.entries, desk.said) == ("", [2], "")


@given(st.dates(date(2000, 1, 2), date(2099, 12, 31)))
def test_presets_and_months_are_whole(today: date) -> None:
    this, last = Preset.THIS_MONTH.days(today), Preset.LAST_MONTH.days(today)
    assert Preset.TODAY.days(today) == Days(today, today)
    assert (this.first.day, this.last, last.first.day) == (1, today, 1)
    assert last.last + timedelta(days=1) == this.first
    assert typed_days(f"{last.first:%m-%Y}", today) == last
    assert typed_days(f"{today:%d-%m-%Y} to {last.first:%d/%m/%Y}", today) == Days(last.first, today)


def test_the_register_is_read_as_one_moves_down(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(h1, "PAGE", 4)
    monkeypatch.setattr(h1, "_NEAR", 1)
    supplied(desk.shop, 10)
    desk.do.refresh()
    assert (desk.entries, desk.do.h1.chosen_at) == ([1, 2, 3, 4], 0)
    assert desk.do.h1.about == "Today, 20-11-2026: the first 4 rows, more below"
    desk.do.h1.move(2)
    assert len(desk.entries) == 4
    desk.lanes.holds_reads = True
    desk.do.h1.move(1)
    desk.do.h1.more()  # one page at a time
    assert len(desk.lanes.reads) == 1
    desk.lanes.reads.pop()()
    desk.lanes.holds_reads = False
    assert len(desk.entries) == 8
    desk.do.refresh()  # what was read stays read
    assert (len(desk.entries), desk.do.h1.has_more) == (8, True)
    desk.do.h1.move(9)
    assert (desk.entries, desk.do.h1.has_more) == (list(range(1, 11)), False)

    # a page that is still being read when other days are asked for comes too late
    desk.do.h1.turn_preset()
    desk.do.h1.search("11-2026")
    desk.lanes.holds_reads = True
    desk.do.h1.more()
    desk.do.h1.search("10-2026")
    late, newest = desk.lanes.reads
    newest()
    late()
    assert desk.entries == []


def test_the_register_goes_to_a_file_and_to_paper(desk: Desk, tmp_path: Path) -> None:
    supplied(desk.shop)
    desk.do.refresh()
    desk.do.h1.save_pdf()
    proposed = desk.form.fields[0].value
    assert proposed == str(tmp_path / "papers" / "H1-register-2026-11-20-to-2026-11-20.pdf")
    desk.do.turn()  # not while a form is open
    desk.sends(file=str(tmp_path))
    assert list(desk.form.problems) == ["file"]
    (tmp_path / "a file").write_bytes(b"")
    desk.sends(file=str(tmp_path / "a file" / "x.pdf"))
    assert list(desk.form.problems) == ["file"]
    desk.sends()
    assert desk.do.desk.form is None
    assert desk.said == f"The register of 20-11-2026 is in {proposed}."
    text = PdfReader(proposed).pages[0].extract_text()
    assert desk.do.h1.rows[0].number in text

    desk.do.h1.print_register()
    assert desk.papers == [(1, "Schedule H1 register, 20-11-2026")]
    assert desk.said == "The register of 20-11-2026 is printed: 1 page."
    desk.do.h1.choose(0)
    desk.takes_paper = False
    desk.do.h1.print_register()
    assert len(desk.papers) == 1
    desk.paper_fault = EnvironmentFault("printer.refused", printer="HP")
    desk.do.h1.print_register()
    assert "HP" in desk.said


def test_pharmacists_join_leave_and_come_back(desk: Desk) -> None:
    desk.do.turn()
    assert desk.page() is Page.PHARMACISTS
    do = desk.do.pharmacists
    (own,) = do.rows
    assert [badge.text for badge in own.state] == ["ON DUTY HERE"]
    do.open_new()
    desk.sends(name="Biju K", registration=own.registration)
    assert list(desk.form.problems) == ["registration"]
    desk.sends(name=" ", registration="KSPC 77")
    assert list(desk.form.problems) == ["name"]
    desk.sends(name="Biju K", registration="KSPC 77")
    assert desk.said == "Biju K, KSPC 77, is on the list."
    assert desk.told == [frozenset({Topic.SETTINGS})]
    assert do.chosen is not None
    assert do.chosen.name == "Biju K"
    do.open_back()  # is on the list already
    assert desk.do.desk.form is None
    do.open_end()
    desk.sends()
    assert desk.said == "Biju K is off the list."
    assert [(row.name, row.is_active) for row in do.rows] == [(own.name, True), ("Biju K", False)]
    do.open_end()
    assert desk.do.desk.form is None
    do.open_back()
    desk.sends(username="biju")
    assert [(row.name, row.username, row.is_active) for row in do.rows][-1] == ("Biju K", "biju", True)
    do.choose(0)
    assert do.chosen_at == 0
    desk.do.escape()
    assert desk.page() is Page.H1


def test_a_pharmacist_who_is_only_offered_is_put_on_the_list(tmp_path: Path, clock: TurnedClock) -> None:
    shop = stocked_shop(tmp_path / "shop", clock)
    with shop.shop.database.write(shop.actor) as uow:  # as a shop from before there was a list
        uow.session.execute(delete(RegisteredPharmacist))
        write_event(uow, "pharmacist.ended", new_id())
    desk = Desk(shop, tmp_path)
    desk.do.turn()
    do = desk.do.pharmacists
    assert [badge.text for badge in do.rows[0].state] == ["NOT ON THE LIST YET"]
    do.open_new()
    assert do.rows[0].name in desk.form.about
    desk.do.escape()
    do.open_back()
    desk.sends()
    assert do.rows[0].is_listed
    shop.close()


def test_licences_are_entered_renewed_and_ended(desk: Desk) -> None:
    desk.do.turn()
    desk.do.turn()
    assert desk.page() is Page.LICENCES
    do = desk.do.licences
    before = [(row.form, row.number) for row in do.rows]
    do.open_new()
    for field, typed in (
        ("from", {"from_": "31-02-2026"}),
        ("to", {"to": "soon"}),
        ("number", {"number": " "}),
        ("to", {"number": "X-1", "from_": "01-01-2027", "to": "31-12-2026"}),
        ("number", {"form": before[0][0], "number": before[0][1]}),
    ):
        desk.sends(**typed)
        assert list(desk.form.problems) == [field], typed
    desk.sends(form="20F", number="X-1", to="31-12-2026")
    assert desk.said == "Licence X-1 on form 20F is entered."
    assert desk.told[-1] == frozenset({Topic.SETTINGS})
    row = do.rows[do.chosen_at]
    assert (row.form, row.number, row.valid_from, row.valid_to) == ("20F", "X-1", "", "31-12-2026")
    assert [badge.text for badge in row.state] == ["41 DAYS LEFT"]

    do.open_renew()
    assert {field.name: field.value for field in desk.form.fields} == {"number": "X-1", "from": "", "to": "31-12-2026"}
    desk.sends(number="X-2", from_="01-01-2027", to="2031-12-31")
    assert desk.said == "Licence X-2 is renewed until 31-12-2031."
    row = do.rows[do.chosen_at]
    assert (row.number, [badge.text for badge in row.state]) == ("X-2", ["NOT VALID YET"])
    assert [(row.form, row.number) for row in do.rows] == sorted([*before, ("20F", "X-2")])

    do.open_end()
    desk.sends()
    assert desk.said == "Licence X-2 on form 20F has ended."
    assert [(row.form, row.number) for row in do.rows] == before
    assert do.chosen_at == 0


@pytest.mark.parametrize(
    ("first", "last", "mark"),
    [
        (None, None, "NO LAST DAY ENTERED"),
        (None, DAY - timedelta(days=1), "EXPIRED"),
        (None, DAY, "LAST DAY TODAY"),
        (None, DAY + timedelta(days=1), "1 DAY LEFT"),
        (DAY, DAY + timedelta(days=90), "90 DAYS LEFT"),
        (DAY, DAY + timedelta(days=91), "VALID"),
        (DAY + timedelta(days=1), None, "NOT VALID YET"),
    ],
)
def test_a_licence_is_marked_before_it_ends(first: date | None, last: date | None, mark: str) -> None:
    days = {"from": first and first.isoformat(), "to": last and last.isoformat()}
    row = licence_row(load(Licence, {"form": "20", "number": "K-1", **days}), DAY)
    assert [badge.text for badge in row.state] == [mark]


def test_a_fault_is_said_and_the_form_stays(desk: Desk) -> None:
    desk.do.turn()
    desk.do.turn()
    desk.do.licences.open_end()
    desk.lanes.fault = EnvironmentFault("storage.disk_full")
    desk.sends()
    assert "disk is full" in desk.form.sentence
    desk.do.escape()
    assert (desk.do.desk.form, desk.page()) == (None, Page.LICENCES)


def test_who_only_looks_changes_nothing(shop: TestShop, tmp_path: Path) -> None:
    desk = Desk(shop, tmp_path, may_change=False)
    for _ in range(2):
        desk.do.turn()
        here = desk.do.here
        assert not isinstance(here, h1.H1Presenter)
        here.open_new()
        here.open_end()
        assert desk.do.desk.form is None


def test_who_may_not_read_the_register_has_the_other_pages(shop: TestShop, tmp_path: Path) -> None:
    desk = Desk(shop, tmp_path, may_read=False)
    assert desk.page() is Page.PHARMACISTS
    desk.do.turn()
    assert desk.page() is Page.LICENCES
    desk.do.turn()
    assert desk.page() is Page.PHARMACISTS
    desk.do.escape()
    assert desk.page() is Page.PHARMACISTS


def test_no_days_has_a_sentence() -> None:
    with pytest.raises(RuleBroken, match=r"days\.unreadable"):
        typed_days("00-2026", DAY)
