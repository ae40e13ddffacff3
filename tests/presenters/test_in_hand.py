"""A strip in hand whose purchase is not entered: typed off the pack at the counter, sold, kept over a power cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.kernel.actor import Role
from core.sales.awaited import awaited_purchases
from core.sales.correcting import correct_bill
from core.sales.dto import AwaitedView, CorrectBill
from pos_desktop.screens.billing.asking import BillForm, Purpose
from pos_desktop.screens.billing.state import Focus
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop

STRIP = {"batch": "new 9", "expiry": "03/29", "mrp": "160.00"}


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    made = stocked_shop(tmp_path / "shop", clock)
    yield made
    made.books_agree()
    made.close()


@pytest.fixture
def counter(shop: TestShop) -> Counter:
    return Counter(shop)


def form_of(counter: Counter) -> BillForm:
    form = counter.billing.asking.form
    assert form is not None
    assert form.purpose is Purpose.IN_HAND
    return form


def sends(counter: Counter, **typed: str) -> None:
    counter.billing.take_in_hand()
    values = {field.name: field.value for field in form_of(counter).fields}
    counter.billing.asking.submit({**values, **typed})


def awaited(shop: TestShop) -> list[AwaitedView]:
    with shop.shop.database.read() as session:
        return awaited_purchases(session)


def batches(counter: Counter) -> list[tuple[str, str, bool]]:
    return [(row.batch, row.quantity, row.is_awaited) for row in counter.billing.editor.rows() if not row.sentence]


def test_a_line_that_is_short_takes_the_rest_from_the_packs_in_hand(counter: Counter, shop: TestShop) -> None:
    counter.adds("pan", "6")  # four are there
    counter.billing.take_in_hand()
    assert {field.name: field.value for field in form_of(counter).fields}["quantity"] == "2:0"
    counter.billing.asking.escape()
    sends(counter, **STRIP)

    assert counter.billing.asking.form is None
    assert counter.focus() is Focus.SEARCH
    assert batches(counter) == [("P1", "4:0 = 40", False), ("NEW9", "2:0 = 20", True)]
    assert counter.total == "924.00"  # four at 151.05, two at 160.00, rounded
    counter.pays()
    assert str(counter.last().bill.total) == "924.00"
    assert [(one.item, one.batch, one.expiry, one.units) for one in awaited(shop)] == [("PAN40", "NEW9", "03/2029", 20)]
    assert shop.units("PAN40") == 0


def test_a_whole_line_of_them_follows_its_quantity_and_undo_takes_it_back(counter: Counter) -> None:
    counter.adds("pan", "1")
    sends(counter, **STRIP)
    assert batches(counter) == [("NEW9", "1:0 = 10", True)]
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("3")
    counter.billing.quantity_entered()
    assert batches(counter) == [("NEW9", "3:0 = 30", True)]
    counter.billing.undo()
    counter.billing.undo()
    assert batches(counter) == [("P1", "1:0 = 10", False)]


def test_empty_fields_take_the_line_from_stock_again(counter: Counter) -> None:
    counter.adds("pan", "1")
    sends(counter, **STRIP)
    sends(counter, batch="", expiry="", mrp="")
    assert batches(counter) == [("P1", "1:0 = 10", False)]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"batch": ""}, "batch"),
        ({"expiry": ""}, "expiry"),
        ({"expiry": "13/2029"}, "expiry"),
        ({"expiry": "10/2026"}, "expiry"),
        ({"mrp": ""}, "mrp"),
        ({"mrp": "free"}, "mrp"),
        ({"quantity": "many"}, "quantity"),
        ({"batch": "P1", "expiry": "01/2027", "mrp": "151.05"}, "batch"),
    ],
)
def test_what_cannot_be_so_is_said_at_its_field_and_the_line_stays(
    counter: Counter, typed: dict[str, str], field: str
) -> None:
    counter.adds("pan", "1")
    sends(counter, **{**STRIP, **typed})
    assert form_of(counter).problems.get(field)
    counter.billing.asking.escape()
    assert batches(counter) == [("P1", "1:0 = 10", False)]


def test_the_strip_is_there_again_after_the_power_went(counter: Counter, shop: TestShop) -> None:
    counter.adds("pan", "6")
    sends(counter, **STRIP)
    shown = batches(counter)
    counter.billing.keep_now()

    later = Counter(shop)
    assert batches(later) == shown
    later.pays()
    assert [one.units for one in awaited(shop)] == [20]


def test_a_corrected_bill_brings_the_strip_back_to_the_counter(counter: Counter, shop: TestShop) -> None:
    counter.adds("pan", "6")
    sends(counter, **STRIP)
    shown = batches(counter)
    counter.pays()
    with shop.shop.database.write(shop.actor) as uow:
        draft = correct_bill(uow, CorrectBill(number=counter.last().bill.number, reason="wrong phone")).draft
    later = Counter(shop)
    later.billing.take_over(draft, {"PAN40": shop.stock("PAN40")})
    assert batches(later) == shown


def test_a_cashier_needs_a_supervisor_for_it(shop: TestShop) -> None:
    shop.acts(Role.CASHIER)
    counter = Counter(shop)
    counter.adds("pan", "1")
    sends(counter, **STRIP)
    counter.pays()
    assert counter.billing.saving.last is None
    tender = counter.tender()
    assert tender is not None
    assert 'the right "sell awaiting purchase"' in tender.sentence


def test_a_bill_that_is_cut_to_the_cash_keeps_the_packs_that_were_counted_out(counter: Counter) -> None:
    counter.adds("para", "3")
    counter.adds("pan", "6")
    sends(counter, **STRIP)
    counter.billing.fit_to_cash()
    counter.billing.asking.submit({"cash": "950"})
    assert batches(counter)[1:] == [("P1", "4:0 = 40", False), ("NEW9", "2:0 = 20", True)]
    assert counter.billing.draft.lines[0].units == 10  # what is left of the cash after 924.20


def test_without_a_line_it_says_what_to_do(counter: Counter) -> None:
    counter.billing.take_in_hand()
    assert counter.billing.asking.form is None
    assert counter.billing.desk.notice.text == "There is no line yet: type an item's name or scan a pack first."
