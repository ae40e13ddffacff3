"""The bill is cut to the cash that the customer has, at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.kernel.money import Money
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.state import Focus
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop


@pytest.fixture
def counter(tmp_path: Path, clock: TurnedClock) -> Iterator[Counter]:
    """A counter with three items on its shelves."""
    shop = stocked_shop(tmp_path / "shop", clock)
    yield Counter(shop)
    shop.books_agree()
    shop.close()


def has(counter: Counter, cash: str) -> None:
    """``/``, the cash, Enter."""
    counter.billing.search_typed("/")
    form = counter.billing.asking.form
    assert form is not None
    assert form.purpose is Purpose.CASH
    assert counter.billing.search.typed == ""
    counter.billing.asking.submit({"cash": cash})


def units(counter: Counter) -> list[int | None]:
    return [line.units for line in counter.billing.draft.lines]


def test_the_lines_are_cut_to_the_cash_and_one_undo_brings_them_back(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.adds("panto", "2")
    before = counter.billing.draft.entries

    has(counter, "200")

    assert counter.billing.asking.form is None
    assert (units(counter), counter.total) == ([13, 11], "199.00")
    assert counter.billing.desk.notice.text == (
        "Cut to the ₹200.00 there are: Paracetamol 500 2:0 to 1:3, Pantoprazole 40 2:0 to 1:1. "
        "The bill comes to ₹199.00; Ctrl+Z takes it back."
    )
    assert counter.focus() is Focus.SEARCH
    counter.billing.undo()
    assert (counter.billing.draft.entries, counter.total) == (before, "353.00")
    has(counter, "200.00")
    counter.pays("200")
    assert counter.last().bill.change == Money(1_00)


def test_discounts_of_lines_and_bill_are_counted(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.adds("panto", "2")
    counter.billing.discount_line()
    counter.billing.editor.type("10", Focus.DISCOUNT)
    counter.billing.discounts.enter()
    counter.billing.discount_bill()
    counter.billing.editor.type("₹20", Focus.BILL_DISCOUNT)
    counter.billing.discounts.enter()

    has(counter, "200")

    assert Money(186_00) < counter.billing.draft.totals.total <= Money(200_00)
    counter.pays("200")
    assert counter.last().bill.total <= Money(200_00)


def test_enough_cash_cuts_nothing_and_leaves_nothing_to_undo(counter: Counter) -> None:
    counter.adds("para", "2")
    has(counter, "51")
    assert counter.billing.desk.notice.text == "₹51.00 is enough: the bill comes to ₹51.00."
    counter.billing.undo()
    assert counter.codes == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [("10", "One piece of each line comes to ₹18.00, more than ₹10.00"), ("ten", "amount"), ("", "amount")],
)
def test_what_cannot_be_is_said_at_the_field_and_cuts_nothing(counter: Counter, typed: str, words: str) -> None:
    counter.adds("para", "2")
    counter.adds("panto", "2")
    has(counter, typed)
    form = counter.billing.asking.form
    assert form is not None
    assert words in form.problems["cash"]
    counter.billing.asking.escape()
    assert units(counter) == [20, 20]


def test_nothing_is_asked_without_a_line_or_of_one_that_cannot_be_sold(counter: Counter) -> None:
    counter.billing.search_typed("/")
    assert counter.billing.asking.form is None
    assert "no line yet" in counter.billing.desk.notice.text
    counter.types("para")
    counter.billing.search_entered()
    counter.billing.quantity_typed("20")
    counter.billing.fit_to_cash()
    assert counter.billing.asking.form is None
    assert counter.focus() is Focus.QUANTITY


def test_a_line_whose_stock_is_still_read_is_waited_for(counter: Counter) -> None:
    counter.types("para")
    counter.lanes.holds_reads = True
    counter.billing.search_entered()
    counter.billing.quantity_entered()
    counter.billing.search_typed("/")
    assert counter.billing.asking.form is None
    assert "still being read" in counter.billing.desk.notice.text


def test_a_slash_within_a_name_is_searched_for(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.types("pa/")
    assert counter.billing.asking.form is None
    assert counter.billing.search.typed == "pa/"
