"""Five bills side by side: each is as if it had been typed alone, and only saved ones are in the books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from core.catalog.dto import DrugSchedule
from core.kernel.actor import Role
from core.kernel.errors import EnvironmentFault
from core.kernel.ids import new_id
from core.sales.drafts import SavedDraft, SavedLine, save_draft, saved_drafts
from core.sales.dto import BillView
from core.sales.model import Bill, BillDraft
from pos_desktop.screens.billing.keeping import read_kept
from pos_desktop.screens.billing.places import PlaceRow
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.saving import Paper
from pos_desktop.screens.billing.state import Focus, Part, Popup
from pos_desktop.shell.tone import Tone
from tests.support.clock import TurnedClock
from tests.support.counter import BARCODE, Counter, stocked_shop
from tests.support.shop import TestShop


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with three items."""
    shop = stocked_shop(tmp_path / "stocked", clock)
    yield shop
    shop.books_agree()
    shop.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def row(counter: Counter, number: int) -> PlaceRow:
    return counter.places.rows()[number - 1]


def fills(counter: Counter, *numbers: int) -> None:
    """Type a bill of one tablet in each of these places."""
    for number in numbers:
        counter.places.go_to(number)
        counter.adds("para", "1t")


# --- hold and recall -----------------------------------------------------------------------------------------------


def test_a_bill_that_is_held_stays_where_it_is_and_the_next_free_place_is_opened(counter: Counter) -> None:
    counter.adds("panto", "2")
    first = counter.billing.draft.command_id
    counter.places.hold()
    assert (counter.places.number, counter.codes, counter.focus()) == (2, [], Focus.SEARCH)
    assert counter.billing.desk.notice.text == "Bill 1 is held: Ctrl+1 goes back to it."
    counter.adds("para", "1")
    counter.pays()
    assert (counter.places.number, counter.codes) == (2, [])
    counter.places.go_to(1)
    assert (counter.codes, counter.billing.draft.command_id) == (["PAN40"], first)
    counter.pays()
    assert [counter.last().bill.number, counter.last().bill.bill_id] == ["C1/26-27/000002", first]


def test_the_next_free_place_is_the_one_behind_this_and_then_from_the_first(counter: Counter) -> None:
    fills(counter, 1, 3, 4)
    counter.places.hold()
    assert counter.places.number == 5
    counter.adds("para", "1t")
    counter.places.hold()
    assert counter.places.number == 2


def test_an_empty_bill_is_not_held_and_with_five_one_sentence_says_what_to_do(counter: Counter) -> None:
    counter.places.hold()
    assert counter.places.number == 1
    assert counter.billing.desk.notice.text.startswith("Nothing is typed here")
    fills(counter, 1, 2, 3, 4, 5)
    counter.places.hold()
    assert counter.places.number == 5
    assert counter.billing.desk.notice.text.startswith("All five bills are in use: save one (F12)")
    assert counter.codes == ["PCM500"]


def test_nothing_that_is_half_typed_is_lost(counter: Counter) -> None:
    billing = counter.billing
    counter.adds("panto", "2")
    counter.adds("para", "1")
    billing.customer_typed("Ravi Kumar", "9847000000")
    billing.edit_line(0)
    billing.quantity_typed("1:5")
    counter.places.go_to(2)
    counter.types("pa")
    counter.billing.move(1)
    counter.places.go_to(3)
    counter.billing.show_customer()
    counter.billing.customer_typed("Asha", "")
    counter.places.go_to(4)
    counter.adds("azi")
    counter.pays()
    form = counter.billing.asking.form
    assert form is not None

    counter.places.go_to(1)
    assert (counter.focus(), counter.billing.editor.quantity, counter.total) == (Focus.QUANTITY, "1:5", "252.00")
    counter.places.go_to(2)
    assert (counter.popup(), counter.billing.desk.popup_index, counter.billing.search.typed) == (Popup.HITS, 1, "pa")
    counter.places.go_to(3)
    assert (counter.focus(), counter.billing.customer_open) == (Focus.CUSTOMER, True)
    counter.places.go_to(4)
    assert counter.billing.asking.form is form
    counter.places.go_to(1)
    counter.billing.quantity_entered()
    for _ in range(2):
        counter.billing.undo()
    assert [(line.item.code, line.entry.typed) for line in counter.billing.draft.lines] == [("PAN40", "2")]
    assert counter.billing.draft.customer_name == "Ravi Kumar"


def test_a_payment_that_is_half_typed_is_closed_and_asked_for_anew(counter: Counter) -> None:
    counter.adds("panto", "1")
    counter.billing.open_tender()
    counter.billing.checkout.type("50")
    counter.places.go_to(2)
    counter.places.go_to(1)
    assert (counter.tender(), counter.focus(), counter.codes) == (None, Focus.SEARCH, ["PAN40"])


def test_cash_asked_before_the_batches_are_read_is_not_opened_behind_ones_back(counter: Counter) -> None:
    counter.types("panto")
    counter.lanes.holds_reads = True
    counter.billing.search_entered()
    counter.billing.open_tender()
    counter.places.go_to(2)
    counter.lanes.answer()
    counter.places.go_to(1)
    assert (counter.tender(), counter.total) == (None, "151.00")


def test_the_rows_of_the_strip(counter: Counter) -> None:
    alone = [counter.places.is_alone]
    counter.adds("panto", "1")
    counter.places.hold()
    assert [*alone, counter.places.is_alone] == [True, False]
    counter.adds("para", "1")
    counter.billing.customer_typed("Ravi", "98")
    counter.places.go_to(3)
    counter.types("azi")
    shown = [(one.who, str(one.total), one.in_front, one.is_free) for one in counter.places.rows()]
    assert shown == [
        ("Pantoprazole 40", "151.00", False, False),
        ("Ravi", "26.00", False, False),
        ("azi", "0.00", True, False),
        ("", "0.00", False, True),
        ("", "0.00", False, True),
    ]
    assert counter.places.typed == [1, 2]


# --- what is on its way --------------------------------------------------------------------------------------------


def test_a_late_answer_finds_the_bill_that_asked(counter: Counter) -> None:
    counter.types("para")
    counter.lanes.holds_reads = True
    counter.billing.search_entered()
    counter.billing.quantity_typed("2:5")
    counter.places.scanned(BARCODE)  # as the second thing on this bill
    counter.places.go_to(2)
    counter.lanes.answer()
    assert (counter.codes, counter.billing.desk.notice.text) == ([], "")
    counter.places.go_to(1)
    assert [(line.item.code, line.units) for line in counter.billing.draft.lines] == [("PCM500", 35)]


def test_a_scan_is_for_the_bill_that_has_the_keys(counter: Counter) -> None:
    counter.adds("panto", "1")
    counter.places.hold()
    counter.places.scanned(BARCODE)
    assert counter.codes == ["PCM500"]
    counter.places.go_to(1)
    assert counter.codes == ["PAN40"]


def test_a_bill_that_is_being_saved_is_left_alone_while_the_next_customer_is_served(counter: Counter) -> None:
    counter.adds("panto", "2")
    counter.lanes.holds_writes = True
    counter.pays()
    counter.places.hold()
    assert (counter.places.number, row(counter, 1).is_busy, counter.places.is_busy) == (2, True, True)
    counter.adds("para", "1")
    counter.pays()
    assert len(counter.lanes.writes) == 2
    assert counter.tender() is not None
    counter.lanes.answer()
    assert [one.is_free for one in counter.places.rows()] == [True] * 5
    assert not counter.places.is_busy
    assert counter.last().bill.number == "C1/26-27/000002"
    assert [number for number, _ in counter.printer.printed] == ["C1/26-27/000001", "C1/26-27/000002"]


def test_a_bill_that_could_not_be_saved_meanwhile_is_said_where_the_keys_are(counter: Counter) -> None:
    counter.adds("panto", "2")
    counter.lanes.holds_writes = True
    counter.pays("500")
    counter.places.hold()
    counter.adds("para", "1")
    counter.lanes.fault = EnvironmentFault("storage.disk_full")
    counter.lanes.answer()
    notice = counter.billing.desk.notice
    assert (notice.tone, notice.text[:24]) == (Tone.DANGER, "Bill 1 was not saved and")
    assert row(counter, 1).is_refused
    assert counter.codes == ["PCM500"]
    counter.lanes.holds_writes = False
    counter.places.go_to(1)
    assert not row(counter, 1).is_refused
    tender = counter.tender()
    assert tender is not None
    assert (tender.typed, bool(tender.sentence)) == ("500", True)
    counter.billing.checkout.enter()
    assert counter.last().bill.number == "C1/26-27/000001"


def test_a_paper_that_does_not_come_is_said_where_the_keys_are(counter: Counter) -> None:
    counter.printer.holds = True
    counter.adds("panto", "1")
    counter.pays()
    counter.places.go_to(2)
    counter.adds("para", "1")
    counter.pays()
    counter.printer.waiting[0](EnvironmentFault("printer.unreachable", address="x"))
    assert counter.billing.desk.notice.text.startswith("Bill C1/26-27/000001 is saved; its paper waits")
    counter.printer.waiting[1](EnvironmentFault("printer.unreachable", address="x"))
    assert counter.last().paper is Paper.FAILED
    counter.places.go_to(1)
    counter.printer.holds = False
    counter.billing.checkout.print_again()  # the last bill is the counter's
    assert counter.printer.printed == [("C1/26-27/000002", True)]


def test_the_last_bill_is_told_to_the_view_in_front(counter: Counter) -> None:
    told: list[tuple[int, Part]] = []
    counter.printer.holds = True
    counter.adds("panto", "1")
    counter.pays()
    counter.places.go_to(3)
    counter.places.listen(lambda number, parts: told.append((number, parts)), lambda: None)
    counter.printer.waiting[0](EnvironmentFault("printer.unreachable", address="x"))
    assert told == [(3, Part.LAST_BILL)]


# --- what changes elsewhere ----------------------------------------------------------------------------------------


def test_held_bills_read_stock_when_they_get_the_keys_and_cost_nothing_before(counter: Counter, shop: TestShop) -> None:
    counter.adds("panto", "4")
    counter.places.hold()
    counter.adds("para", "1")
    shop.bills(("PAN40", "1"))
    counter.lanes.holds_reads = True
    counter.places.stock_changed()
    counter.places.stock_changed()
    assert len(counter.lanes.reads) == 1  # of the one line in front, which is still being read
    counter.lanes.answer()
    assert counter.places.at(1).draft.first_problem() is None
    counter.places.go_to(1)
    assert len(counter.lanes.reads) == 1
    counter.lanes.answer()
    assert counter.billing.draft.first_problem() == 0
    counter.places.go_to(2)
    counter.places.go_to(1)
    assert counter.lanes.reads == []


def test_held_bills_cut_no_stock(counter: Counter, shop: TestShop) -> None:
    before = shop.units("PAN40")
    for number in (1, 2, 3):
        counter.places.go_to(number)
        counter.adds("panto", "3")
    counter.timer.rings()
    assert shop.units("PAN40") == before
    counter.pays()
    assert shop.units("PAN40") == before - 30
    counter.places.go_to(1)
    counter.pays()
    assert (counter.billing.draft.first_problem(), counter.focus()) == (0, Focus.QUANTITY)
    assert shop.units("PAN40") == before - 30


# --- keeping -------------------------------------------------------------------------------------------------------


def killed(counter: Counter) -> Counter:
    """The program is killed and started again; what its timer had not yet written is gone."""
    counter.shop.reopen()
    return Counter(counter.shop)


def test_every_bill_comes_back_in_its_place_with_the_keys_where_they_were(counter: Counter) -> None:
    counter.adds("panto", "2")
    counter.places.go_to(3)
    counter.adds("para", "1")
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("1:5")
    counter.places.go_to(5)
    counter.types("azi")
    counter.places.go_to(3)
    ids = [counter.places.at(number).draft.command_id for number in (1, 3)]
    counter.timer.rings()

    again = killed(counter)

    assert again.places.number == 3
    assert [one.who for one in again.places.rows()] == ["Pantoprazole 40", "", "Paracetamol 500", "", "azi"]
    assert (again.focus(), again.billing.editor.quantity) == (Focus.QUANTITY, "1:5")
    assert [again.places.at(number).draft.command_id for number in (1, 3)] == ids
    again.pays()
    again.places.go_to(1)
    again.pays()
    again.timer.rings()
    assert [one.who for one in killed(again).places.rows()] == ["", "", "", "", "azi"]


def test_an_empty_place_in_front_comes_back_as_the_first_that_is_free(counter: Counter) -> None:
    fills(counter, 1, 2)
    counter.places.hold()
    counter.timer.rings()
    again = killed(counter)
    assert (again.places.number, again.codes) == (3, [])


def test_a_bill_on_its_way_when_the_power_went_is_saved_once_or_comes_back(counter: Counter) -> None:
    counter.adds("para", "1")
    counter.pays()  # since a first paper is confirmed, a shop is shown those that are not
    counter.adds("panto", "2")
    counter.timer.rings()
    counter.printer.holds = True
    counter.lanes.holds_writes = True
    counter.pays()
    counter.places.hold()
    counter.adds("para", "1")
    counter.lanes.writes.pop(0)()
    counter.timer.rings()
    counter.lanes.answer()
    again = killed(counter)
    assert [one.who for one in again.places.rows()] == ["", "Paracetamol 500", "", "", ""]
    assert (again.last().bill.number, again.last().paper) == ("C1/26-27/000002", Paper.UNCONFIRMED)


def test_bills_belong_to_who_typed_them_each_in_its_place(counter: Counter, shop: TestShop) -> None:
    fills(counter, 1, 2, 3)
    counter.places.leave()
    shop.acts(Role.PHARMACIST)
    other = Counter(shop)
    assert other.places.typed == []
    fills(other, 2, 5)
    other.places.leave()
    shop.acts(Role.OWNER)
    back = Counter(shop)
    assert (back.places.typed, back.places.number) == ([1, 2, 3], 3)
    back.places.go_to(2)
    back.billing.clear()
    back.places.leave()
    shop.acts(Role.PHARMACIST)
    assert Counter(shop).places.typed == [2, 5]
    with shop.shop.database.read() as session:
        owners = sorted((draft.owner, draft.place) for draft in saved_drafts(session).values())
    assert owners == [("owner", 1), ("owner", 3), ("pharmacist", 2), ("pharmacist", 5)]


def test_a_draft_of_an_earlier_version_comes_back_in_the_first_place(shop: TestShop) -> None:
    draft = SavedDraft(command_id=new_id(), lines=(SavedLine(item="PAN40", typed="2"),), owner="owner")
    with shop.shop.database.write(shop.actor) as uow:
        save_draft(uow, 0, draft)
    with shop.shop.database.write(shop.actor) as uow:
        kept = uow.session.get(BillDraft, 0)
        assert kept is not None
        before = json.loads(kept.body)
        for name in ("place", "in_front"):  # version 0.2 wrote neither
            del before[name]
        kept.body = json.dumps(before)
    counter = Counter(shop)
    assert (counter.places.number, counter.codes) == (1, ["PAN40"])
    assert counter.billing.draft.command_id == draft.command_id


def test_drafts_of_others_add_no_statement_to_the_log_in(counter: Counter, shop: TestShop) -> None:
    def statements() -> int:
        asked: list[str] = []
        with shop.shop.database.read() as session:
            connection = session.connection()

            def note(*args: object) -> None:
                asked.append(str(args[2]))

            event.listen(connection, "before_cursor_execute", note)
            kept = read_kept(session, counter.shop.clock.now().date(), "owner")
        assert [one.draft is not None for one in kept.places].count(True) == 5
        return len(asked)

    fills(counter, 1, 2, 3, 4, 5)
    counter.timer.rings()
    alone = statements()
    with shop.shop.database.write(shop.actor) as uow:
        for slot in range(20, 40):
            lines = (SavedLine(item="PAN40", typed="1"), SavedLine(item="PCM500", typed="1"))
            save_draft(uow, slot, SavedDraft(command_id=new_id(), lines=lines, owner=f"user{slot}"))
    assert statements() == alone


# --- any interleaving ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """A shop with so much of two items that no bill changes what another costs."""
    shop = TestShop.create(
        tmp_path_factory.mktemp("ample") / "shop", TurnedClock(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    )
    shop.receives("PCM500", name="Paracetamol 500", packs=100_000, schedules=frozenset[DrugSchedule]())
    shop.receives("PAN40", name="Pantoprazole 40", mrp="151.05", packs=100_000, schedules=frozenset[DrugSchedule]())
    yield shop
    shop.books_agree()
    shop.close()


@dataclass
class Desk:
    """Somebody at a counter who does what a step says, and what was saved."""

    shop: TestShop
    counter: Counter = field(init=False)
    saved: dict[int, list[BillView]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counter = self.comes_in()

    def comes_in(self) -> Counter:
        counter = Counter(self.shop)
        counter.board.listen(lambda topics: counter.places.stock_changed())
        return counter

    def does(self, step: tuple[str, str, str]) -> None:
        """Do a step on the bill that has the keys."""
        kind, text, more = step
        billing = self.counter.billing
        before = self.counter.places.saving.last
        if kind == "add":
            self.counter.adds(text, more)
        elif kind == "type":
            self.counter.types(text)
        elif kind == "edit":
            billing.edit_line(len(billing.draft.lines) - 1)
            billing.quantity_typed(more)
        elif kind == "enter":
            billing.quantity_entered()
        elif kind == "name":
            billing.customer_typed(text, "")
        elif kind == "pay":
            self.counter.pays()
            billing.checkout.close()
        else:
            getattr(billing, kind)()
        last = self.counter.places.saving.last
        if last is not None and (before is None or last.bill.bill_id != before.bill.bill_id):
            self.saved.setdefault(self.counter.places.number, []).append(last.bill)

    def is_killed(self) -> None:
        """The program ends by force once all is kept, and begins again."""
        self.counter.timer.rings()
        self.counter = self.comes_in()

    def ends(self) -> None:
        """Leave no draft behind."""
        for number in (1, 2, 3, 4, 5):
            self.counter.places.go_to(number)
            self.counter.billing.clear()
            self.counter.billing.search_typed("")
        self.counter.timer.rings()


def state(billing: BillingPresenter) -> tuple[object, ...]:
    """Return all that is typed on a bill and what it comes to."""
    draft = billing.draft
    return (
        [
            (line.item.code, line.entry.typed, line.entry.base, line.units, line.problem and line.problem.code)
            for line in draft.lines
        ],
        (draft.customer_name, billing.search.typed, billing.editor.current, billing.editor.quantity),
        draft.totals,
        (billing.desk.focus, billing.desk.popup, len(billing.search.hits)),
    )


def stands(bill: BillView) -> tuple[object, ...]:
    """Return what a saved bill says, but for its number and when."""
    return [(line.item_code, line.units, line.amount) for line in bill.lines], bill.total, bill.customer_name


quantities = st.sampled_from(["", "2", "1:5", "7t", "x"])
on_a_bill = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(["para", "panto"]), st.sampled_from(["", "2", "1:5"])),
    st.tuples(st.just("type"), st.sampled_from(["pa", "para"]), st.just("")),
    st.tuples(st.just("edit"), st.just(""), quantities),
    st.tuples(st.just("name"), st.sampled_from(["Ravi", "Asha Menon", ""]), st.just("")),
    st.tuples(st.sampled_from(["undo", "clear", "remove_line", "enter", "pay", "escape"]), st.just(""), st.just("")),
)
steps = st.lists(
    st.one_of(
        on_a_bill,
        on_a_bill,
        st.tuples(st.just("go"), st.integers(1, 5)),
        st.sampled_from([("hold",), ("kill",), ("sale",)]),
    ),
    min_size=8,
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_bills_side_by_side_are_as_if_each_had_been_typed_alone(ample: TestShop, steps: list[tuple[str, ...]]) -> None:
    with ample.shop.database.read() as session:
        known = set(session.scalars(select(Bill.id)))
    units = {code: ample.units(code) for code in ("PCM500", "PAN40")}
    desk = Desk(ample)
    alone: dict[int, list[tuple[str, str, str] | None]] = {number: [] for number in range(1, 6)}
    elsewhere: list[BillView] = []
    for step in steps:
        if step[0] == "go":
            desk.counter.places.go_to(int(step[1]))
        elif step[0] == "hold":
            desk.counter.places.hold()
        elif step[0] == "kill":
            desk.is_killed()
            for own in alone.values():
                own.append(None)
        elif step[0] == "sale":
            elsewhere.append(ample.bills(("PAN40", "1t")))
            desk.counter.places.stock_changed()
        else:
            taken = (step[0], step[1], step[2])
            desk.does(taken)
            alone[desk.counter.places.number].append(taken)
    states = {number: state(desk.counter.places.at(number)) for number in alone}

    saved = [*elsewhere, *(bill for bills in desk.saved.values() for bill in bills)]
    with ample.shop.database.read() as session:
        assert set(session.scalars(select(Bill.id))) - known == {bill.bill_id for bill in saved}
    for code, before in units.items():
        sold = sum(line.units for bill in saved for line in bill.lines if line.item_code == code)
        assert ample.units(code) == before - sold
    desk.ends()

    for number, taken_alone in alone.items():
        single = Desk(ample)
        for one in taken_alone:
            if one is None:
                single.is_killed()
            else:
                single.does(one)
        assert single.counter.places.number == 1
        assert state(single.counter.billing) == states[number]
        assert list(map(stands, single.saved.get(1, []))) == list(map(stands, desk.saved.get(number, [])))
        single.ends()
    assert desk.counter.bugs == []


def test_ids_of_bills_side_by_side_are_their_own(counter: Counter) -> None:
    ids: set[UUID] = {counter.places.at(number).draft.command_id for number in range(1, 6)}
    assert len(ids) == 5
