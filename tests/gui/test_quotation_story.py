"""A quotation in the real windows, by keys alone: made of a bill, found again by letters, billed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.kernel.actor import Role
from core.sales.quotations import quotation_by_number
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.billing.view import BillingView
from pos_desktop.shell import theme
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import PEOPLE, cheap_secrets, hire
from tests.support.program import CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, ESC, DOWN, Q = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Q
FIRST, SECOND = "C1Q/26-27/000001", "C1Q/26-27/000002"


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with stock, people and a printer that is a file, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        shop.prints_to(tmp_path / "paper.bin")
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        with opened.database.read() as session:
            assert quotation_by_number(session, FIRST).billed_as == "C1/26-27/000001"
            assert quotation_by_number(session, SECOND).billed_as is None
        opened.close()


def view_of(place: Workplace) -> BillingView:
    here = place.window.screen_here
    assert isinstance(here, BillingScreen)
    return here.view


def quotes(place: Workplace, text: str, quantity: str, name: str, number: str) -> None:
    place.presses(Qt.Key.Key_F2)
    place.types(name, ENTER, ENTER)
    place.adds(text, quantity)
    place.presses(Q, modifiers=CTRL)
    place.waits(lambda: f"Quotation {number} over" in place.billing.desk.notice.text, "the quotation")


def test_a_bill_becomes_a_quotation_and_a_bill_again(place: Workplace, tmp_path: Path) -> None:
    place.comes_in(*PEOPLE[Role.CASHIER][:2])
    billing, view, paper = place.billing, view_of(place), tmp_path / "paper.bin"
    quotes(place, "para", "2", "Asha Menon", FIRST)
    assert billing.draft.is_empty
    assert view.search.hasFocus()
    place.waits(lambda: paper.exists() and FIRST.encode() in paper.read_bytes(), "the paper")
    assert b"QUOTATION" in paper.read_bytes()
    quotes(place, "panto", "1", "Ravi Kumar", SECOND)

    # the list of those that wait hangs under the search, and letters narrow it down
    place.presses(Q, modifiers=CTRL)
    place.waits(view.quotations.isVisible, "the list")
    assert [row.number for row in view.quotations.shown_rows] == [SECOND, FIRST]
    sentence = view.notice.mapToGlobal(view.notice.rect().bottomLeft()).y()
    assert view.quotations.geometry().top() > sentence  # which says what letters and keys do
    place.presses(DOWN)
    assert view.quotations.currentIndex().row() == 1
    place.types("rav")
    place.waits(lambda: [row.customer for row in view.quotations.shown_rows] == ["Ravi Kumar"], "Ravi's")
    place.presses(ESC)
    assert not view.quotations.isVisible()
    assert (view.search.text(), view.search.hasFocus()) == ("", True)

    place.presses(Q, modifiers=CTRL)
    place.types("asha", ENTER)
    place.waits(lambda: len(billing.draft.lines) == 1, "the lines")
    assert not view.quotations.isVisible()
    assert view.search.text() == ""
    assert billing.desk.notice.text.startswith(f"Quotation {FIRST} is on this bill")
    assert "Asha Menon" in view.customer_button.text()
    place.presses(Qt.Key.Key_F12, ENTER)
    place.waits(lambda: billing.saving.last is not None, "the bill")
    assert billing.draft.quotation is None
