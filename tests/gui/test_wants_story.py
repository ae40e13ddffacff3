"""The want book in the real windows, by keys alone: refused at the counter, come, handed out."""

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
from core.kernel.actor import Role
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.billing.view import BillingView
from pos_desktop.screens.wants.presenter import WantsPresenter
from pos_desktop.screens.wants.screen import WantsScreen
from pos_desktop.shell import theme
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape
W = Qt.Key.Key_W


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with stock and people, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def view_of(place: Workplace) -> BillingView:
    here = place.window.screen_here
    assert isinstance(here, BillingScreen)
    return here.view


def book_of(place: Workplace) -> WantsPresenter:
    """Go to the want book by its key."""
    place.presses(Qt.Key.Key_5, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, WantsScreen)
    return here.view.presenter


def asks(place: Workplace) -> None:
    """Ctrl+W, and wait for its form."""
    place.presses(W, modifiers=CTRL)
    form = place.billing.asking.form
    assert form is not None
    assert form.purpose is Purpose.WANT


def test_a_short_line_and_an_unknown_name_are_noted_and_later_handed_out(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.CASHIER][:2])
    billing, view = place.billing, view_of(place)

    # six packs are asked for and four are there: Enter says so, Ctrl+W, Tab, the telephone, Enter
    place.types("panto", ENTER)
    place.waits(lambda: len(billing.draft.lines) == 1 and not billing.draft.waits, "the line")
    place.types("6", ENTER)
    assert "Ctrl+W notes the rest" in billing.desk.notice.text
    asks(place)
    assert view.form.form.rows["quantity"].edit.hasFocus()
    place.presses(TAB)
    place.types("9847012345", ENTER)
    place.waits(lambda: billing.asking.form is None, "the note")
    assert view.quantity.hasFocus()
    assert view.quantity.text() == "4:0"
    place.presses(ENTER)
    assert view.search.hasFocus()

    # nothing is called so: it is noted as it was said, and the search is free for the next item
    place.types("burnol")
    place.waits(lambda: not billing.search.is_waiting, "no hits")
    asks(place)
    place.presses(TAB)
    place.types("one tube", ENTER)
    place.waits(lambda: billing.asking.form is None, "the note")
    assert view.search.hasFocus()
    assert view.search.text() == ""

    # a hit that the customer does not want after all: Esc, and the list is there as it was
    place.types("para")
    place.waits(lambda: bool(billing.search.hits) and not billing.search.is_waiting, "hits")
    asks(place)
    place.presses(ESC)
    assert view.search.hasFocus()
    assert view.search.text() == "para"
    assert view.hits.isVisible()
    place.presses(ESC)

    place.presses(Qt.Key.Key_F12, ENTER)
    place.waits(lambda: billing.saving.last is not None, "the bill")

    book = book_of(place)
    place.waits(lambda: len(book.rows) == 2, "both wants")
    assert [(row.item, row.quantity, row.phone) for row in book.rows] == [
        ("burnol", "one tube", ""),
        ("Pantoprazole 40", "2:0", "9847012345"),
    ]
    place.presses(Qt.Key.Key_Down, Qt.Key.Key_F3, ENTER)
    place.waits(lambda: "tell 9847012345" in book.desk.notice.text, "that it came")
    place.presses(Qt.Key.Key_F4)
    place.types("her son", ENTER)
    place.waits(lambda: len(book.rows) == 1, "that it was handed out")
    place.presses(Qt.Key.Key_F5, ESC, Qt.Key.Key_F5, ENTER)
    place.waits(lambda: book.rows == [], "that it was given up")
    place.presses(Qt.Key.Key_F8)
    place.waits(lambda: len(book.rows) == 2, "what ended")


def test_who_orders_sees_the_book_and_no_key_that_writes(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.PURCHASE_CLERK][:2])
    book_of(place)
    here = place.window.screen_here
    assert here is not None
    assert [action.key for action in here.key_actions()] == ["F8"]


def test_who_neither_bills_nor_orders_has_no_want_book(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.ACCOUNTANT][:2])
    assert "Alt+5" not in [button.entry.key for button in place.window.rail.buttons]
