"""The bill in memory: its totals are those of its lines, and undo restores exactly."""

from __future__ import annotations

import statistics
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import EnvironmentFault
from core.kernel.gst import TaxType
from core.kernel.money import ZERO, Money
from core.kernel.quantity import BareNumber, parse_quantity
from core.sales.drafting import price_bill
from core.sales.dto import TenderInput, TenderMode
from pos_desktop.screens.billing.draft import Draft
from pos_desktop.screens.billing.draft_lines import Entry, Totals
from tests.support.sale_items import batch, hit_of, item

TODAY = date(2026, 11, 20)

ITEMS = [
    item("PCM500", batch("A1"), batch("A2", "08/2027", "27.00", 30)).model_copy(update={"composition": "PCM 500"}),
    item("AMOX", batch("B1", "01/2027", "101.37", 15), pieces=15, gst="12"),
    item("SYRUP", batch("C1", "12/2027", "88.50", 4), pieces=1, gst="18"),
    item("OLD", batch("D1", "10/2026", "10.00", 50), batch("D2", "02/2027", "10.35", 7)).model_copy(
        update={"composition": "PCM 500"}
    ),
    item("NONE"),
]

TYPED = st.one_of(
    st.sampled_from(["1", "2", "2:5", "25t", ":3", "", "0", "abc", "2:", "13", "999999", "7t"]),
    st.integers(1, 40).map(str),
)
DISCOUNTS = st.sampled_from(["", "0", "5", "7.5%", "100", "₹12", "3.33rs", "150/-", "5x", "101"])
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, len(ITEMS) - 1), TYPED),
        st.tuples(st.just("hit"), st.integers(0, len(ITEMS) - 1), TYPED),
        st.tuples(st.just("supply"), st.integers(0, len(ITEMS) - 1), st.just("")),
        st.tuples(st.just("retype"), st.integers(0, 9), TYPED),
        st.tuples(st.just("retype_same"), st.integers(0, 9), TYPED),
        st.tuples(st.just("settle"), st.integers(0, 9), st.just("")),
        st.tuples(st.just("batch"), st.integers(0, 9), st.sampled_from(["A1", "A2", "D1", "zz", None])),
        st.tuples(st.just("discount"), st.integers(0, 9), DISCOUNTS),
        st.tuples(st.just("bill"), st.integers(0, 9), DISCOUNTS),
        st.tuples(st.just("remove"), st.integers(0, 9), st.just("")),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just("")),
    ),
    max_size=25,
)


def new_draft(bare: BareNumber = BareNumber.PACKS) -> Draft:
    return Draft(lambda: TODAY, bare=bare)


def apply(draft: Draft, edit: tuple[str, int, str | None]) -> None:
    kind, number, text = edit
    if kind == "undo":
        draft.undo()
    elif kind == "bill":
        draft.discount_bill(text or "")
        draft.settle_bill()
    elif kind == "add":
        draft.add(ITEMS[number], text or "")
    elif kind == "hit":
        draft.add(hit_of(ITEMS[number], TODAY), text or "")
    elif kind == "supply":
        draft.supply(ITEMS[number])
    elif draft.lines:
        index = number % len(draft.lines)
        if kind == "retype":
            draft.retype(index, text or "")
        elif kind == "retype_same":
            draft.retype(index, text or "")
            draft.retype(index, f"{text}1", same_edit=True)
        elif kind == "settle":
            draft.settle(index)
        elif kind == "batch":
            draft.pick_batch(index, text)
        elif kind == "discount":
            draft.rediscount(index, text or "")
        elif kind == "remove":
            draft.remove(index)


def seen(draft: Draft) -> list[tuple[object, ...]]:
    """Everything of the lines; two problems are the same where they say the same."""
    return [
        (line.entry, line.item, line.units, line.priced, line.problem and (line.problem.code, line.problem.values))
        for line in draft.lines
    ]


def of_the_whole_bill(draft: Draft) -> tuple[Totals, Money, Money]:
    portions = [priced.portion for line in draft.lines for priced in line.portions]
    bill = price_bill(portions, TaxType.INTRA, draft.taken_off_bill)
    tax = Money.total(line.split.tax for line in bill.lines)
    return Totals(bill.gross, bill.discount, tax, bill.payable), bill.total, bill.round_off


@given(EDITS)
def test_totals_are_those_of_the_whole_bill(edits: list[tuple[str, int, str | None]]) -> None:
    draft = new_draft()
    for edit in edits:
        apply(draft, edit)

        assert (draft.totals, draft.totals.total, draft.totals.round_off) == of_the_whole_bill(draft)


@given(
    EDITS,
    st.sampled_from(["add", "retype", "batch", "remove", "discount", "bill"]),
    st.integers(0, 4),
    TYPED | DISCOUNTS,
)
def test_undo_restores_exactly(edits: list[tuple[str, int, str | None]], kind: str, number: int, typed: str) -> None:
    draft = new_draft()
    for each in ITEMS:  # their batches are known, so that nothing but the change can differ
        draft.supply(each)
    for edit in edits:
        apply(draft, edit)
    before, totals = seen(draft), draft.totals
    if kind not in {"add", "bill"} and not before:
        return
    if kind == "bill" and typed == draft.bill_discount:
        return  # nothing changed, so there is nothing to undo
    apply(draft, (kind, number, "A1" if kind == "batch" else typed))

    draft.undo()

    assert seen(draft) == before
    assert draft.totals == totals
    assert all(draft.find(line.entry.item_id) == index for index, line in enumerate(draft.lines))


@given(EDITS)
def test_undoing_everything_leaves_an_empty_bill(edits: list[tuple[str, int, str | None]]) -> None:
    draft = new_draft()
    for edit in edits:
        apply(draft, edit)
    while draft.undo() is not None:
        pass

    assert draft.is_empty
    assert draft.totals == Totals()


@given(EDITS)
def test_what_can_be_sold_becomes_a_command_of_the_same_pieces(edits: list[tuple[str, int, str | None]]) -> None:
    draft = new_draft()
    for edit in edits:
        apply(draft, edit)
    if draft.first_problem() is not None or draft.bill_problem is not None or draft.waits or not draft.lines:
        return

    command = draft.command([TenderInput(mode=TenderMode.CASH, amount=draft.totals.total)])

    asked = {line.item: parse_quantity(line.quantity, 1) for line in command.lines}
    assert asked == {line.item.code: line.units for line in draft.lines}


def test_an_item_picked_again_adds_to_its_line() -> None:
    draft = new_draft()
    draft.add(ITEMS[0], "2:5")

    index = draft.add(ITEMS[0], "1")
    draft.settle(index)

    assert [line.units for line in draft.lines] == [35]
    assert draft.entries == (Entry(ITEMS[0].item_id, "3:5"),)
    draft.undo()
    assert draft.entries == (Entry(ITEMS[0].item_id, "2:5"),)


def test_a_line_waits_for_its_batches_and_keeps_its_quantity() -> None:
    draft = new_draft()
    draft.add(hit_of(ITEMS[0], TODAY), "1")
    draft.retype(0, "2:5", same_edit=True)
    assert (draft.waits, draft.totals.total) == (True, ZERO)

    draft.supply(ITEMS[0])

    assert (draft.waits, draft.first_problem()) == (False, None)
    assert draft.totals.total == Money.parse("64.00")
    assert draft.totals.round_off == Money.parse("-0.12")


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "quantity.zero"), ("0", "quantity.zero"), ("2x", "quantity.unreadable"), ("14", "stock.not_enough")],
)
def test_a_line_that_cannot_be_sold_says_why_and_counts_nothing(typed: str, code: str) -> None:
    draft = new_draft()

    draft.add(ITEMS[0], typed)

    line = draft.lines[0]
    assert line.problem is not None
    assert line.problem.code == code
    assert line.entry.typed == typed
    assert draft.totals == Totals()


def test_expired_stock_is_left_out_and_not_picked() -> None:
    draft = new_draft()
    draft.add(ITEMS[3], "7t")
    assert [priced.portion.batch.number for priced in draft.lines[0].portions] == ["D2"]

    draft.pick_batch(0, "D1")

    problem = draft.lines[0].problem
    assert problem is not None
    assert problem.code == "stock.expired"


def test_a_bare_number_may_mean_pieces() -> None:
    draft = new_draft(BareNumber.PIECES)

    draft.add(ITEMS[0], "25")
    draft.add(ITEMS[0], "1")
    draft.settle(0)

    assert draft.lines[0].units == 26
    assert draft.lines[0].entry.typed == "2:6"


def test_an_edit_that_changed_nothing_is_not_undone() -> None:
    draft = new_draft()
    draft.add(ITEMS[0], "2")
    draft.add(ITEMS[1], "1")
    draft.retype(0, "3")
    draft.retype(0, "2", same_edit=True)
    draft.settle(0)

    draft.undo()

    assert [line.item.code for line in draft.lines] == ["PCM500"]


def test_a_refused_line_blocks_until_it_is_changed() -> None:
    draft = new_draft()
    draft.add(ITEMS[0], "2")
    draft.refuse(0, EnvironmentFault("storage.busy"))
    assert draft.first_problem() == 0
    assert draft.totals.payable == Money.parse("51.30")

    draft.retype(0, "1")

    assert draft.first_problem() is None


def test_the_five_hundredth_line_costs_as_much_as_the_first() -> None:
    draft = new_draft()

    def calls(number: int) -> int:
        made = item(f"I{number}", batch(f"N{number}"))
        counted = 0

        def count(_frame: object, event: str, _argument: object) -> None:
            nonlocal counted
            counted += event == "call"

        sys.setprofile(count)
        try:
            draft.add(made, "2")
            draft.retype(len(draft.lines) - 1, "3", same_edit=True)
        finally:
            sys.setprofile(None)
        return counted

    costs = [calls(number) for number in range(500)]

    # The median: a garbage collection may call a finaliser within any one of them.
    assert statistics.median(costs[-21:]) == statistics.median(costs[1:22])
