"""Discounts and the cash a customer has, in the real window by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.money import Money
from pos_desktop.screens.billing.columns import DISCOUNT, ITEM, LINE_COLUMNS
from pos_desktop.screens.billing.view import BillingView
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, cheap_secrets, hire
from tests.support.program import CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, ESC, F12 = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_F12
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop, its owner at the counter."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        shop.receives("DEAR", name="Dear tablets", mrp="105.00", cost="95.0000", schedules=frozenset())
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            made.comes_in("owner", OWNERS_PASSWORD)
            yield made
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def view(place: Workplace) -> BillingView:
    found = place.window.findChild(BillingView)
    assert isinstance(found, BillingView)
    return found


def test_a_line_and_the_bill_are_discounted_without_the_mouse(place: Workplace) -> None:
    window = view(place)
    place.adds("para", "2:5")
    place.adds("panto", "1")
    assert window.lines.isColumnHidden(DISCOUNT)

    place.presses(Qt.Key.Key_D, modifiers=CTRL)
    assert window.discount.hasFocus()
    assert not window.lines.isColumnHidden(DISCOUNT)
    cell = window.lines.visualRect(window.lines.model().index(1, DISCOUNT))
    assert cell.contains(window.discount.geometry().center())
    place.types("10", ENTER)
    assert window.search.hasFocus()
    assert window.discount.isHidden()
    assert place.billing.editor.rows()[1].off == "10%"

    place.presses(Qt.Key.Key_D, modifiers=CTRL | SHIFT)
    assert window.bill_discount.hasFocus()
    place.types("5/-", ENTER)
    assert window.bill_discount.isHidden()
    assert window.search.hasFocus()
    shown = place.billing.draft.totals
    assert shown.discount == Money(15_11 + 5_00)

    place.presses(Qt.Key.Key_D, modifiers=CTRL | SHIFT)
    place.types("9%")
    assert place.billing.draft.totals != shown
    place.presses(ESC)
    assert place.billing.draft.totals == shown

    place.presses(F12, ENTER)
    place.waits(lambda: place.billing.saving.last is not None, "the bill")
    assert place.billing.saving.last is not None
    bill = place.billing.saving.last.bill
    assert (bill.discount, bill.total) == (shown.discount, shown.total)


def test_the_bill_is_cut_to_the_cash_without_the_mouse(place: Workplace) -> None:
    window = view(place)
    place.adds("para", "2")
    place.adds("panto", "2")
    place.types("/")
    place.waits(lambda: window.form.is_open, "the question")
    assert window.search.text() == ""
    place.types("200", ENTER)
    place.waits(lambda: not window.form.is_open, "the cut")
    assert window.search.hasFocus()
    assert place.billing.draft.totals.total == Money(199_00)
    assert "Paracetamol 500 2:0 to 1:3" in window.notice.text

    place.presses(Qt.Key.Key_Z, modifiers=CTRL)
    assert place.billing.draft.totals.total == Money(353_00)
    place.types("/")
    place.presses(ESC)
    assert window.search.hasFocus()
    place.types("/")
    place.types("100", ENTER)
    place.presses(F12, ENTER)
    place.waits(lambda: place.billing.saving.last is not None, "the bill")
    assert place.billing.saving.last is not None
    assert place.billing.saving.last.bill.total <= Money(100_00)


def test_a_line_below_cost_is_marked_and_billed_all_the_same(place: Workplace) -> None:
    window = view(place)
    place.adds("dear", "1")
    place.presses(Qt.Key.Key_D, modifiers=CTRL)
    place.types("10", ENTER)
    place.waits(lambda: "a loss of ₹5.00 (5 %)" in window.notice.text, "the sentence")
    (row,) = window.lines.shown_rows
    assert [badge.text for badge in LINE_COLUMNS[ITEM].badges(row)] == ["BELOW COST"]  # type: ignore[misc]
    assert window.search.hasFocus()
    place.presses(F12, ENTER)
    place.waits(lambda: place.billing.saving.last is not None, "the bill")
