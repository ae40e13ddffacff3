"""What is worth a look on a line, said in one sentence and marked: nothing of it keeps anybody from going on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.app.choices import set_choice
from core.kernel.actor import Actor, Role
from core.kernel.dates import Expiry
from core.settings.choices import BelowCost, Choice
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.rows import LineRow, Shelf, shelf_of
from pos_desktop.screens.billing.state import Focus
from pos_desktop.shell.tone import Tone
from tests.presenters.test_asking import Till, till
from tests.support.clock import TurnedClock
from tests.support.counter import Counter, stocked_shop
from tests.support.shop import TestShop

__all__ = ["till"]

SALT: dict[str, Any] = {"form": "tablet", "schedules": frozenset()}


@pytest.fixture
def counter(tmp_path: Path, clock: TurnedClock) -> Iterator[Counter]:
    """A counter with an item that costs nearly its price, and two of the same salt."""
    shop = stocked_shop(tmp_path / "shop", clock)
    stocks(shop)
    yield Counter(shop)
    shop.books_agree()
    shop.close()


def stocks(shop: TestShop) -> None:
    shop.receives("DEAR", name="Dear tablets", mrp="105.00", cost="95.0000")
    shop.receives("DOLO", name="Dolo 650", salts="Paracetamol 650mg", **SALT)
    shop.receives("CALPOL", name="Calpol 650", salts="Paracetamol 650 mg", **SALT)
    shop.receives("P500", name="Plain 500", salts="Paracetamol 500mg", **SALT)


def chooses(counter: Counter, choice: BelowCost) -> None:
    with counter.shop.shop.database.write(Actor(None, "owner", Role.OWNER)) as uow:
        set_choice(uow, Choice.BELOW_COST, choice)


def discounts(counter: Counter, typed: str, cell: Focus = Focus.DISCOUNT) -> None:
    counter.billing.discount_line() if cell is Focus.DISCOUNT else counter.billing.discount_bill()
    counter.billing.editor.type(typed, cell)
    counter.billing.discounts.enter()


def said(counter: Counter) -> tuple[Tone, str]:
    notice = counter.billing.desk.notice
    return notice.tone, notice.text


def row(counter: Counter, number: int) -> LineRow:
    return next(found for found in counter.billing.editor.rows() if found.number == number)


# --- below cost ---------------------------------------------------------------------------------------------------


def test_who_may_see_cost_is_told_what_a_line_loses(counter: Counter) -> None:
    counter.adds("dear", "1")
    assert not row(counter, 1).is_below_cost
    discounts(counter, "10")
    assert row(counter, 1).is_below_cost
    assert said(counter) == (
        Tone.WARNING,
        "Dear tablets is billed below cost: it brings ₹90.00 without GST and cost ₹95.00, a loss of ₹5.00 (5 %).",
    )
    assert counter.focus() is Focus.SEARCH
    counter.pays()
    assert str(counter.last().bill.total) == "95.00"


def test_a_discount_on_the_bill_is_counted(counter: Counter) -> None:
    counter.adds("para", "1")
    counter.adds("dear", "1")
    discounts(counter, "10", Focus.BILL_DISCOUNT)
    assert [row(counter, 1).is_below_cost, row(counter, 2).is_below_cost] == [False, True]
    assert said(counter)[1].startswith("Dear tablets is billed below cost")


def test_a_cashier_is_told_only_that_it_is_below(till: Till) -> None:
    till.shop.acts(Role.OWNER)
    stocks(till.shop)
    till.shop.actor = till.session.actor
    chooses(till, BelowCost.SUPERVISOR)
    till.adds("dear", "1")
    discounts(till, "4")
    assert said(till) == (Tone.ACCENT, "")
    till.shop.acts(Role.OWNER)
    till.shop.receives("DEAREST", name="Dearest tablets", mrp="105.00", cost="101.0000")
    till.shop.actor = till.session.actor
    till.adds("dearest", "1")
    assert said(till) == (
        Tone.WARNING,
        "Dearest tablets is billed below what it cost: take less off, or have a supervisor allow it at saving.",
    )

    till.pays()

    assert till.asks_for is Purpose.OVERRIDE
    assert "₹101" not in till.form.about
    till.allows()
    assert [line.item_name for line in till.last().bill.lines] == ["Dear tablets", "Dearest tablets"]
    assert till.facts() == [("asha", "sell_below_cost", "ravi", "ravi")]


def test_what_the_shop_does_not_do_is_refused_at_its_line(counter: Counter) -> None:
    chooses(counter, BelowCost.REFUSE)
    counter.adds("dear", "1")
    discounts(counter, "10")
    assert "which this shop does not do" in said(counter)[1]
    counter.adds("para", "1")
    counter.pays()
    assert counter.billing.saving.last is None
    assert (counter.focus(), counter.billing.editor.current) == (Focus.DISCOUNT, 0)
    assert "which this shop does not do" in counter.billing.editor.rows()[1].sentence
    counter.billing.editor.type("4", Focus.DISCOUNT)
    counter.billing.discounts.enter()
    counter.pays()
    assert counter.last().bill.discount.paise == 4_20


def test_a_line_that_loses_by_the_bills_discount_is_free_again_when_that_is_less(counter: Counter) -> None:
    chooses(counter, BelowCost.REFUSE)
    counter.adds("dear", "1")
    discounts(counter, "10", Focus.BILL_DISCOUNT)
    counter.pays()
    assert counter.focus() is Focus.QUANTITY
    counter.billing.escape()
    discounts(counter, "4", Focus.BILL_DISCOUNT)
    counter.pays()
    assert counter.last().bill.discount.paise == 4_20


# --- the same again -----------------------------------------------------------------------------------------------


def test_an_item_picked_again_says_what_there_was_and_is(counter: Counter) -> None:
    counter.adds("para", "2")
    assert said(counter)[1] == ""
    counter.types("para")
    counter.billing.search_entered()
    assert said(counter) == (Tone.ACCENT, "Paracetamol 500 was on line 1 already: 2:0 before, 3:0 now.")
    counter.billing.quantity_typed("1:5")
    counter.billing.quantity_entered()
    assert said(counter)[1] == "Paracetamol 500 was on line 1 already: 2:0 before, 3:5 now."


def test_another_line_that_ends_says_nothing_of_it(counter: Counter) -> None:
    counter.adds("para", "2")
    counter.adds("panto", "1")
    counter.types("para")
    counter.billing.search_entered()
    counter.billing.move(1)
    counter.billing.search_typed("")
    counter.billing.desk.hush()
    counter.billing.quantity_entered()
    assert said(counter)[1] == ""


def test_the_same_salt_under_another_name_is_named(counter: Counter) -> None:
    counter.adds("dolo", "1")
    counter.adds("plain", "1")
    assert said(counter)[1] == ""  # of another strength
    counter.adds("calpol", "1")
    assert said(counter) == (
        Tone.WARNING,
        "Calpol 650 has the same salts in the same strengths as Dolo 650 on line 1: are both meant?",
    )
    assert [row(counter, number).same_salts for number in (1, 2, 3)] == [None, None, 1]
    counter.billing.editor.move(-2)
    counter.billing.remove_line()
    assert [row(counter, number).same_salts for number in (1, 2)] == [None, None]
    counter.billing.undo()
    assert [row(counter, number).same_salts for number in (1, 2, 3)] == [None, None, 1]


def test_a_line_that_ended_before_its_stock_was_read_is_looked_at_then(counter: Counter) -> None:
    counter.adds("dolo", "1")
    counter.types("calpol")
    counter.lanes.holds_reads = True
    counter.billing.search_entered()
    counter.billing.quantity_entered()
    assert said(counter)[1] == ""
    counter.lanes.answer()
    assert said(counter)[1].startswith("Calpol 650 has the same salts")


# --- expiry -------------------------------------------------------------------------------------------------------


def test_stock_that_ends_before_the_course_does_is_near_its_end() -> None:
    expiry, today = Expiry.parse("03/2027"), date(2026, 11, 20)  # 131 days
    assert shelf_of(expiry, today) is Shelf.GOOD
    assert shelf_of(expiry, today, days=131) is Shelf.GOOD
    assert shelf_of(expiry, today, days=132) is Shelf.NEAR


def test_a_course_longer_than_the_batch_lasts_is_marked(counter: Counter) -> None:
    shop = counter.shop
    shop.on_duty()
    shop.receives("LONG", name="Long course", expiry="03/2027", packs=40, schedules=frozenset({"H"}))
    written = shop.prescribed(lines=[{"item": "LONG", "dose": "1-0-1", "days": 180}], repeats=1)
    shop.bills(("LONG", "1"), dispensing=written)
    counter.adds("long", "30")  # 300 pieces, 150 days
    assert row(counter, 1).shelf is Shelf.GOOD
    counter.billing.prescribe()
    form = counter.billing.asking.form
    assert form is not None
    known = form.fields[0].choices[1][0]
    counter.billing.asking.submit({"choice": known})
    assert row(counter, 1).shelf is Shelf.NEAR
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("20")  # 100 days
    counter.billing.quantity_entered()
    assert row(counter, 1).shelf is Shelf.GOOD
    counter.billing.edit_line(0)
    counter.billing.quantity_typed("30")
    counter.billing.quantity_entered()
    counter.timer.rings()
    shop.reopen()
    assert row(Counter(shop), 1).shelf is Shelf.NEAR
