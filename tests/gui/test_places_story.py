"""Five bills side by side in the real window, by keys alone: each stays as it was left, wherever the keys are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.billing.view import BillingView
from pos_desktop.shell import theme
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, cheap_secrets, hire
from tests.support.program import CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, ESC, DOWN, F2, F5, F7, F12 = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Down,
    Qt.Key.Key_F2,
    Qt.Key.Key_F5,
    Qt.Key.Key_F7,
    Qt.Key.Key_F12,
)
#: As long as names of real shops are, and as long as a card can hold one.
NAMES = ("Thiruvananthapuram Sree Chithira Ayurvedic Medical Store", "Sree Padmanabha Charitable Dispensary " * 5)


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with its owner at the counter."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            set_password(uow, SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False))
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            made.comes_in("owner", OWNERS_PASSWORD)
            made.window.resize(1366, 768)
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def screen(place: Workplace) -> BillingScreen:
    here = place.window.screen_here
    assert isinstance(here, BillingScreen)
    return here


def view(place: Workplace) -> BillingView:
    return screen(place).view


def goes_to(place: Workplace, number: int) -> BillingView:
    """Press Ctrl and the number of a place; return what is shown then."""
    place.presses(Qt.Key(Qt.Key.Key_0 + number), modifiers=CTRL)
    assert place.program.places is not None
    assert place.program.places.number == number
    assert view(place).isVisible()
    return view(place)


def has_keys(field: QLineEdit) -> bool:
    return QApplication.focusWidget() is field


def test_bills_are_held_and_recalled_by_keys_and_saved_each_in_its_turn(place: Workplace) -> None:
    strip = screen(place).strip
    assert strip.isHidden()
    place.presses(Qt.Key.Key_F1)
    place.presses(Qt.Key.Key_2, modifiers=CTRL)  # while the keys are listed none goes to another bill
    place.presses(ESC)
    assert has_keys(view(place).search)
    assert place.program.places is not None
    assert place.program.places.number == 1
    place.adds("para", "2:5")
    place.presses(F5)
    assert strip.isVisible()
    assert [cell.text for cell in strip.cells[:3]] == [
        "Bill 1, Paracetamol 500, ₹64.00",
        "Bill 2, this bill, has the keys",
        "Bill 3, free",
    ]
    assert has_keys(view(place).search)
    assert view(place).notice.text.startswith("Bill 1 is held")
    place.adds("panto", "1")
    assert place.window.windowTitle().startswith("Billing ₹151.00, lines: 1, held: 1 – ")
    assert not place.window.may_leave()
    assert "Bills are being typed (Ctrl+1, Ctrl+2)" in place.window.notice.text
    place.presses(F12, ENTER)
    place.waits(lambda: place.billing.saving.last is not None and place.billing.draft.is_empty, "the bill")
    assert goes_to(place, 1).lines.shown_rows[0].quantity == "2:5 = 25"
    assert "C1/26-27/000001  ₹151.00" in view(place).last_bill.text
    place.presses(F12, ENTER)
    place.waits(lambda: place.billing.draft.is_empty, "the bill that was held")
    assert "C1/26-27/000002" in view(place).last_bill.text
    assert strip.isHidden()
    assert place.window.may_leave()


def test_what_is_half_typed_stays_with_the_keys_where_they_were(place: Workplace) -> None:
    # a quantity
    place.adds("para", "1")
    place.presses(ENTER)
    place.types("3")
    first = view(place)
    # a search with its list, gone down to the second hit
    second = goes_to(place, 2)
    place.types("pa")
    place.waits(second.hits.isVisible, "the hits")
    place.presses(DOWN)
    # a customer's telephone number
    third = goes_to(place, 3)
    assert not second.hits.isVisible()
    place.presses(F2)
    place.types("Asha", ENTER)
    place.types("98")
    # a prescription
    fourth = goes_to(place, 4)
    place.adds("azi", "1")
    place.presses(F7)
    place.waits(lambda: place.billing.asking.form is not None, "the form")
    form = place.billing.asking.form
    assert form is not None
    assert form.purpose is Purpose.PRESCRIPTION
    place.types("Raman N", Qt.Key.Key_Tab)
    place.types("9847")
    phone = QApplication.focusWidget()
    assert isinstance(phone, QLineEdit)

    assert goes_to(place, 1) is first
    assert (has_keys(first.quantity), first.quantity.text()) == (True, "3")
    assert goes_to(place, 2) is second
    assert (has_keys(second.search), second.search.text(), second.hits.isVisible()) == (True, "pa", True)
    place.presses(ENTER)
    place.waits(lambda: len(place.billing.draft.lines) == 1, "the second hit")
    assert place.billing.draft.lines[0].item.code == "PCM500"
    assert goes_to(place, 3) is third
    assert third.customer.isVisible()
    assert (third.customer_name.text(), has_keys(third.customer_phone)) == ("Asha", True)
    place.types("47", ENTER)
    assert place.billing.draft.customer_phone == "9847"
    assert goes_to(place, 4) is fourth
    assert fourth.form.is_open
    assert (has_keys(phone), phone.text()) == (True, "9847")
    assert fourth.form.form.values()["patient.name"] == "Raman N"
    place.presses(ESC)
    assert has_keys(fourth.search)
    goes_to(place, 1)
    place.presses(ENTER, F12, ENTER)
    place.waits(lambda: place.billing.saving.last is not None, "the first bill")
    assert place.billing.saving.last is not None
    assert [line.units for line in place.billing.saving.last.bill.lines] == [30]
    for number in (2, 3, 4):
        goes_to(place, number)
        place.billing.clear()


def test_all_bills_come_back_after_the_log_in_and_long_names_have_their_room(place: Workplace) -> None:
    for number, name in enumerate(NAMES, start=1):
        goes_to(place, number)
        place.adds("para", f"{number}")
        place.billing.customer_typed(name, "")
    place.presses(Qt.Key.Key_L, modifiers=CTRL)
    place.comes_in("owner", OWNERS_PASSWORD)
    assert place.program.places is not None
    assert (place.program.places.number, place.program.places.typed) == (2, [1, 2])
    cells = screen(place).strip.cells
    assert len({cell.width() for cell in cells[:2]}) == 1
    assert cells[-1].geometry().right() <= screen(place).strip.width()
    assert NAMES[1].strip()[:100] in cells[1].text
    assert goes_to(place, 1).lines.shown_rows[0].quantity == "1:0 = 10"
    for number in (1, 2):
        goes_to(place, number)
        place.billing.clear()


def test_the_last_bill_is_repeated_by_keys_in_a_place_of_its_own(place: Workplace) -> None:
    place.adds("para", "2:5")
    place.adds("panto", "1")
    place.presses(F12, ENTER)
    place.waits(lambda: place.billing.saving.last is not None and place.billing.draft.is_empty, "the bill")
    place.adds("para", "1")
    place.presses(F5)
    place.presses(Qt.Key.Key_R, modifiers=CTRL)
    second = view(place)
    place.waits(second.repeats.isVisible, "the list")
    assert [row.items for row in second.repeats.shown_rows] == ["Paracetamol 500, Pantoprazole 40"]
    assert has_keys(second.search)
    goes_to(place, 1)
    assert not second.repeats.isVisible()
    goes_to(place, 2)
    assert second.repeats.isVisible()
    place.presses(ENTER)
    place.waits(lambda: len(place.billing.draft.lines) == 2, "the lines")
    assert not second.repeats.isVisible()
    assert [row.item for row in second.lines.shown_rows if row.number is not None] == [
        "Paracetamol 500",
        "Pantoprazole 40",
    ]
    assert "is repeated" in second.notice.text
    place.presses(Qt.Key.Key_Z, modifiers=CTRL)
    assert [line.item.code for line in place.billing.draft.lines] == ["PCM500"]
    for number in (1, 2):
        goes_to(place, number)
        place.billing.clear()
