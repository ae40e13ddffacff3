"""Goods and their bill in the real window, by keys alone: supplier, lines, what was short, F12."""

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
from pos_desktop.screens.goods_in.draft import Cell
from pos_desktop.screens.goods_in.screen import GoodsInScreen
from pos_desktop.shell import theme
from tests.core.purchasing.support import pack, receives, supplier
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Down


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    """A shop with stock, people and a supplier, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        licences = ({"number": "KL-KTM-20B-77", "valid_until": "2028-12-31"},)
        supplier(shop, gstin="32AAACK9110F1Z2", payment_days=21, phone="0481 2560001", licences=licences)
        receives(shop, pack("PAN40", mrp="160.00", rate="88.00"))
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def goods_in(place: Workplace) -> GoodsInScreen:
    place.presses(Qt.Key.Key_G, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, GoodsInScreen)
    return here


def test_a_bill_is_entered_by_keys_alone(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.PHARMACIST][:2])
    screen = goods_in(place)
    view, do = screen.view, screen.view.presenter
    place.waits(lambda: do.desk.form is not None, "whose bill it is")

    # the supplier is offered: Down takes it, Enter; number, day as it stands, total
    place.types("kerala")
    place.waits(lambda: do.desk.form is not None and bool(do.desk.form.offers.get("supplier")), "the supplier offered")
    place.presses(DOWN, ENTER, TAB)
    place.types("KP/1047", TAB)
    place.presses(TAB)
    place.types("945.00", ENTER)
    place.waits(lambda: do.desk.form is None, "the supplier read")
    assert do.heading == "Kerala Pharma  ·  Bill KP/1047"
    assert view.search.hasFocus()

    # the item's fields, each left by Enter; a scheme says what is free
    place.types("panto")
    place.waits(lambda: bool(do.search.hits) and not do.search.is_waiting, "hits")
    place.presses(ENTER)
    place.waits(lambda: do.line is not None, "the line")
    assert view.cells[Cell.BATCH].hasFocus()
    assert [row.supplier for row in do.past()] == ["Kerala Pharma"]
    place.types("PX-901", ENTER)
    place.types("09/28", ENTER)
    place.presses(ENTER)  # the MRP of last time
    place.types("10", ENTER)
    place.types("10+1", ENTER)
    place.types("90", ENTER)
    place.presses(ENTER, ENTER)
    assert view.search.hasFocus()
    assert view.totals._values["state"].text() == "Closes"

    # one strip was broken: F6, Tab to what was damaged
    place.presses(Qt.Key.Key_F6, TAB)
    place.types("1", ENTER)
    place.waits(lambda: do.desk.form is None, "what was damaged")
    place.presses(Qt.Key.Key_F12)
    place.waits(lambda: do.desk.form is not None, "why it is taken so")
    place.types("one strip broken, told the driver", ENTER)
    place.waits(lambda: do.draft.is_empty, "the bill")
    assert do.desk.notice.text.startswith("Bill KP/1047 of Kerala Pharma over ₹945.00 is entered")


def test_what_is_typed_stays_over_a_restart(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.PHARMACIST][:2])
    screen = goods_in(place)
    do = screen.view.presenter
    place.waits(lambda: do.desk.form is not None, "whose bill it is")
    place.presses(ESC)
    place.types("panto")
    place.waits(lambda: bool(do.search.hits) and not do.search.is_waiting, "hits")
    place.presses(ENTER)
    place.waits(lambda: do.line is not None, "the line")
    place.types("PX-901", ENTER)
    assert screen.close_problem() is None
    place.presses(Qt.Key.Key_1, modifiers=ALT)
    again = goods_in(place)
    assert again.view.presenter.rows()[0].batch == "PX-901"
    assert again.view.cells[Cell.EXPIRY].hasFocus()
