"""What the customer sees of a sale, from the greeting to the change; told late and seldom, never at a key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.kernel.money import Money
from core.printing.pole import Rows
from pos_desktop.screens.display.presenter import EVERY_MS, MOST_LINES, PAID_MS, CustomerFeed
from pos_desktop.screens.display.state import Moment, Shown, ShownLine, pole_rows
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, TurnedTimer, stocked_shop
from tests.support.shop import TestShop


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with three items."""
    shop = stocked_shop(tmp_path / "stocked", clock)
    yield shop
    shop.books_agree()
    shop.close()


class Display:
    """A customer in front of a counter."""

    def __init__(self, shop: TestShop, upi_id: str = "") -> None:
        self.counter = Counter(shop, upi_id=upi_id)
        self.timer = TurnedTimer()
        self.seen: list[Shown] = []
        self.feed = CustomerFeed(self.counter.places, "Test Medicals", self.timer, self.seen.append)

    @property
    def last(self) -> Shown:
        """What stands there once it was told."""
        self.timer.rings()
        return self.seen[-1]

    def moment(self) -> Moment:
        """How far the sale is (a method, so that mypy does not take it for unchanged)."""
        return self.last.moment

    @property
    def rows(self) -> Rows:
        return pole_rows(self.last)


@pytest.fixture
def display(shop: TestShop) -> Display:
    return Display(shop)


def test_a_sale_from_the_greeting_to_the_change(display: Display) -> None:
    assert (display.last.moment, display.rows[0].strip()) == (Moment.WELCOME, "Test Medicals")
    display.counter.adds("para", "2")
    assert display.last.lines == (ShownLine("Paracetamol 500", "2 x 10's", Money(51_30)),)
    assert display.rows == ("Paracetamol 500     ", "2 x 10's       51.30")
    display.counter.adds("panto", "5t")
    assert display.last.lines[display.last.at].quantity == "5 loose"
    assert (display.last.count, display.last.total) == (2, display.counter.billing.draft.totals.total)
    display.counter.billing.open_tender()
    total = display.last.total
    assert (display.last.moment, display.rows[0]) == (Moment.PAYING, "TOTAL        2 items")
    display.counter.billing.checkout.type("500")
    display.counter.billing.checkout.enter()
    paid = display.last
    assert (paid.moment, paid.received, paid.change) == (Moment.PAID, Money(500_00), Money(500_00) - total)
    assert pole_rows(paid)[0].split() == ["Paid", "500.00"]
    display.counter.adds("para", "1")
    assert display.last.moment is Moment.LINES


def test_many_changes_are_told_once_and_no_key_does_the_work(display: Display) -> None:
    before = len(display.seen)
    for quantity in ("1", "2", "3"):
        display.counter.adds("para", quantity)
    assert (len(display.seen), [ms for ms, _ in display.timer.calls]) == (before, [EVERY_MS])
    assert display.last.count == 1
    assert len(display.seen) == before + 1


def test_what_was_paid_does_not_stay_for_the_next_customer(display: Display) -> None:
    display.counter.adds("para", "1")
    display.counter.pays()
    assert display.moment() is Moment.PAID
    assert PAID_MS in [ms for ms, _ in display.timer.calls]
    display.timer.rings()
    assert display.moment() is Moment.WELCOME


def test_paper_that_comes_later_and_another_s_bill_change_nothing(display: Display) -> None:
    display.counter.adds("para", "1")
    display.counter.pays()
    display.timer.rings()
    display.timer.rings()
    assert display.last.moment is Moment.WELCOME
    display.counter.billing.checkout.print_again()
    assert display.last.moment is Moment.WELCOME


def test_only_the_bill_with_the_keys_is_shown(display: Display) -> None:
    display.counter.adds("para", "1")
    display.counter.places.hold()
    assert display.last.moment is Moment.WELCOME
    display.counter.adds("panto", "1")
    assert display.last.lines[0].name == "Pantoprazole 40"
    display.counter.places.go_to(1)
    assert display.last.lines[0].name == "Paracetamol 500"


def test_a_bill_saved_after_it_was_left_says_nothing_to_the_next_customer(display: Display) -> None:
    display.counter.adds("para", "1")
    display.counter.billing.open_tender()
    display.counter.lanes.holds_writes = True
    display.counter.billing.checkout.enter()
    display.counter.places.hold()
    display.counter.lanes.answer()
    assert display.last.moment is Moment.WELCOME


def test_the_code_of_a_upi_payment_is_the_one_of_the_tender(shop: TestShop) -> None:
    display = Display(shop, upi_id="shop@okbank")
    display.counter.adds("para", "2")
    display.counter.billing.open_tender()
    display.counter.billing.checkout.type("20u")
    tender = display.counter.billing.checkout.tender
    assert tender is not None
    assert tender.upi
    assert (display.last.upi, display.last.upi_amount) == (tender.upi, Money(20_00))
    display.counter.billing.checkout.enter()
    assert (display.last.upi, display.last.due) == ("", tender.total - Money(20_00))


def test_lines_around_the_one_at_work_are_shown(display: Display) -> None:
    assert MOST_LINES == 7
    for item in ("para", "panto", "azi"):
        display.counter.adds(item, "1")
    display.counter.billing.edit_line(0)
    assert (display.last.at, display.last.count, len(display.last.lines)) == (0, 3, 3)


def test_who_leaves_has_the_customer_greeted(display: Display) -> None:
    display.counter.adds("para", "1")
    display.feed.leave()
    assert display.seen[-1].moment is Moment.WELCOME
    count = len(display.seen)
    display.timer.rings()
    assert len(display.seen) == count
