"""Purchases in the real window, by keys alone: an order made, its goods come on a challan, the bill entered later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from core.app.shop import open_shop
from core.app.verify import verify
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.actor import Role
from pos_desktop.screens.goods_in.draft import Cell
from pos_desktop.screens.goods_in.screen import GoodsInScreen
from pos_desktop.screens.purchases.pages import Page
from pos_desktop.screens.purchases.screen import PurchasesScreen
from pos_desktop.shell import theme
from tests.core.purchasing.support import bought, pack, receives, supplier
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Down


@pytest.fixture
def place(
    qapp: QApplication, tmp_path: Path, clock: TurnedClock, request: pytest.FixtureRequest
) -> Iterator[Workplace]:
    """A shop with stock, people and a supplier that brought goods on a challan, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        licences = ({"number": "KL-KTM-20B-77", "valid_until": "2028-12-31"},)
        supplier(shop, gstin="32AAACK9110F1Z2", payment_days=21, licences=licences)
        receives(shop, pack("PAN40", mrp="160.00", rate=None), document="DC 12")
        if "goods_go_back" in request.node.name:  # what no bill asks for cannot go back
            bought(shop, pack("PAN40", batch="B8", mrp="160.00", rate="90"), total="945", number="KP/54")
        if "asked_back" in request.node.name:
            missing = pack("PAN40", batch="B9", mrp="160.00", rate="90", short="1")
            bought(shop, missing, total="945", number="KP/56", match_reason="one strip short")
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def purchases(place: Workplace) -> PurchasesScreen:
    place.presses(Qt.Key.Key_P, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, PurchasesScreen)
    return here


def test_an_order_is_made_and_copied_by_keys_alone(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen = purchases(place)
    do = screen.view.presenter
    place.presses(Qt.Key.Key_F2)
    place.types("Kerala Pharma", ENTER)
    place.waits(lambda: do.page is Page.NEW_ORDER, "the lines")
    place.presses(Qt.Key.Key_F5)
    place.waits(lambda: do.desk.form is not None, "the form of a new line")
    place.types("pan40", TAB)
    place.types("20", ENTER)
    place.waits(lambda: len(do.order.rows()) == 1 and do.desk.form is None, "the line")
    assert [row.quantity for row in do.order.rows()] == ["20"]
    place.presses(ENTER)  # on the line: its form
    place.waits(lambda: do.desk.form is not None, "the form of the line")
    place.presses(TAB)
    place.types("2", ENTER)
    place.waits(lambda: [row.free for row in do.order.rows()] == ["2"], "the free goods")
    place.presses(Qt.Key.Key_F12)
    place.waits(lambda: do.page is Page.ORDERS and bool(do.here.rows), "the order")
    place.waits(lambda: bool(do.here.lines), "its lines")
    place.presses(Qt.Key.Key_F10)
    place.waits(lambda: "clipboard" in do.desk.notice.text, "the text")
    assert "Pantoprazole 40" in QGuiApplication.clipboard().text()


def test_the_bill_of_a_challan_is_entered_later(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen = purchases(place)
    do = screen.view.presenter
    place.presses(Qt.Key.Key_2, modifiers=CTRL)
    place.waits(lambda: bool(do.here.lines), "the receipt")
    place.presses(Qt.Key.Key_F3)
    goods_in = place.window.screen_here
    assert isinstance(goods_in, GoodsInScreen)
    entry = goods_in.view.presenter
    place.waits(lambda: bool(entry.draft.receipt) and entry.desk.form is not None, "the bill's head")
    place.presses(TAB)
    place.types("KP/55", TAB, TAB)
    place.types("945", ENTER)
    place.waits(lambda: entry.desk.form is None, "the head taken")
    assert entry.heading == "Kerala Pharma  ·  Bill KP/55  ·  for C1G/26-27/000001"
    entry.go_to(Cell.RATE)
    place.types("90", ENTER)
    place.presses(Qt.Key.Key_F12)
    place.waits(lambda: entry.draft.is_empty, "the bill")
    purchases(place)
    place.presses(Qt.Key.Key_3, modifiers=CTRL)
    place.waits(lambda: [row.number for row in do.here.rows] == ["KP/55"], "the bill among the bills")
    place.types("dolo")
    place.waits(lambda: do.here.rows == [], "no bill of that item")
    place.presses(ESC)
    place.waits(lambda: [row.number for row in do.here.rows] == ["KP/55"], "all bills again")
    place.types("pantop")
    place.waits(lambda: [row.number for row in do.here.rows] == ["KP/55"] and bool(do.here.text), "the bill of it")
    assert screen.view.pages[Page.BILLS].search.text() == "pantop"


def test_goods_go_back_by_keys_alone(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen = purchases(place)
    do = screen.view.presenter
    place.presses(Qt.Key.Key_5, modifiers=CTRL)
    place.presses(Qt.Key.Key_F2)
    place.types("Kerala Pharma", TAB)
    place.types("broken strips", ENTER)
    place.waits(lambda: do.page is Page.NEW_RETURN and bool(do.back.rows()), "the lots of the supplier")
    place.presses(DOWN)
    place.waits(lambda: do.back.at == 1, "the lot that is billed")
    place.presses(ENTER)
    place.waits(lambda: do.desk.form is not None, "how much of the lot")
    place.types("1", TAB)
    place.presses(ENTER)
    place.waits(lambda: [row.back for row in do.back.rows()] == ["", "1"], "what goes back")
    place.presses(Qt.Key.Key_F12)
    place.waits(lambda: do.page is Page.DEBIT_NOTES and bool(do.here.lines), "the debit note")
    assert "is written" in do.desk.notice.text
    assert [row.about for row in do.here.rows] == ["broken strips"]


def test_what_was_missing_is_asked_back_by_keys_alone(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    screen = purchases(place)
    do = screen.view.presenter
    place.presses(Qt.Key.Key_4, modifiers=CTRL)
    place.waits(lambda: [row.number for row in do.here.rows] == ["KP/56"], "what differs")
    place.presses(Qt.Key.Key_3, modifiers=CTRL)
    place.waits(lambda: do.page is Page.BILLS and do.may_claim, "the bill that asks for what was not there")
    assert ("F6", True) in [(key.key, key.enabled) for key in screen.key_actions()]
    place.presses(Qt.Key.Key_F6)
    place.waits(lambda: do.desk.form is not None, "the form")
    place.presses(ENTER)
    place.waits(lambda: do.desk.form is not None and bool(do.desk.form.problems), "that a reason is missing")
    place.types("one strip short", ENTER)
    place.waits(lambda: do.desk.form is None and "is written" in do.desk.notice.text, "the debit note")
    place.waits(lambda: bool(do.here.lines) and not do.may_claim, "nothing left to ask back")
    assert ("F6", False) in [(key.key, key.enabled) for key in screen.key_actions()]
    place.presses(Qt.Key.Key_5, modifiers=CTRL)
    place.waits(lambda: [row.about for row in do.here.rows] == ["one strip short"] and bool(do.here.lines), "the note")
    place.presses(Qt.Key.Key_4, modifiers=CTRL)
    place.waits(lambda: do.page is Page.DIFFERENCES and do.here.rows == [], "a board on which nothing differs")
    place.presses(Qt.Key.Key_5, modifiers=CTRL)
    place.waits(lambda: do.page is Page.DEBIT_NOTES and do.may_end, "the note, which may be taken back")
    place.presses(Qt.Key.Key_F4)
    place.waits(lambda: do.desk.form is not None, "the form that asks why")
    place.types("it came after all", ENTER)
    place.waits(lambda: [badge.text for row in do.here.rows for badge in row.marks] == ["TAKEN BACK"], "what it is now")
    assert ("F4", False) in [(key.key, key.enabled) for key in screen.key_actions()]
    place.presses(Qt.Key.Key_4, modifiers=CTRL)
    place.waits(lambda: [row.number for row in do.here.rows] == ["KP/56"], "what differs again")


def test_who_may_not_purchase_looks_for_what_was_asked_back_and_sees_no_key_for_it(place: Workplace) -> None:
    username, password, _ = PEOPLE[Role.ACCOUNTANT]
    place.comes_in(username, password)
    screen = purchases(place)
    do = screen.view.presenter
    place.presses(Qt.Key.Key_3, modifiers=CTRL)
    place.waits(lambda: [row.number for row in do.here.rows] == ["KP/56"] and bool(do.here.lines), "the bill")
    assert [key.key for key in screen.key_actions() if key.in_bar] == []
    place.presses(Qt.Key.Key_F6)
    assert do.desk.form is None
    place.presses(Qt.Key.Key_5, modifiers=CTRL)
    place.waits(lambda: do.page is Page.DEBIT_NOTES, "the debit notes")
    assert [key.key for key in screen.key_actions() if key.in_bar] == ["F7", "F9"]
    place.presses(Qt.Key.Key_F2)
    assert do.desk.form is None
