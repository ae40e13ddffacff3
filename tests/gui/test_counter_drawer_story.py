"""A counter's drawer in the real windows, by keys alone: opened, a bill, cash out, handed over."""

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
from pos_desktop.screens.counter.presenter import CounterPresenter
from pos_desktop.screens.counter.screen import CounterScreen
from pos_desktop.shell import theme
from pos_desktop.shell.status_line import StatusField
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
ENTER, TAB, ESC = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape
F2, F3, F4, F5 = Qt.Key.Key_F2, Qt.Key.Key_F3, Qt.Key.Key_F4, Qt.Key.Key_F5


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


def counter_of(place: Workplace) -> CounterPresenter:
    """Go to the drawer by its key."""
    place.presses(Qt.Key.Key_6, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, CounterScreen)
    do = here.view.presenter
    place.waits(lambda: do.is_read, "the drawer")
    return do


def drawer_in_status_line(place: Workplace) -> str:
    """Return what the status line says of the drawer, nothing while it says nothing."""
    fields = [
        field for field in place.window.status_line.findChildren(StatusField) if field._caption.text() == "Drawer"
    ]
    (field,) = fields
    return field.value.accessibleName() if field.isVisible() else ""


def keys_of(place: Workplace) -> list[str]:
    here = place.window.screen_here
    assert here is not None
    return [action.key for action in here.key_actions()]


def test_a_day_at_the_drawer_without_a_mouse(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    assert drawer_in_status_line(place) == ""
    do = counter_of(place)
    place.presses(F2)
    place.types("500", ENTER)
    place.waits(lambda: do.view is not None and do.desk.form is None, "the counter to be open")
    place.waits(lambda: drawer_in_status_line(place) == "500.00", "the status line")

    place.presses(Qt.Key.Key_1, modifiers=ALT)
    place.adds("pan", "1")
    place.presses(Qt.Key.Key_F12, ENTER)
    place.waits(lambda: drawer_in_status_line(place) == "651.00", "the bill in the drawer")

    counter_of(place)
    place.presses(F4, TAB)
    place.types("40", TAB)
    place.types("Courier", TAB)
    place.types("parcel", ENTER)
    place.waits(lambda: drawer_in_status_line(place) == "611.00", "the expense")
    place.presses(F3, ESC)
    assert do.desk.form is None

    # notes and coins are counted: 500, 100 and one of ten
    place.presses(F5, TAB, TAB)
    place.types("1", TAB)
    place.presses(TAB)
    place.types("1", TAB)
    place.presses(TAB, TAB)
    place.types("1", ENTER)
    place.waits(lambda: do.desk.form is None, "the handover")
    assert do.view is not None
    assert [(one.to_username, str(one.cash), str(one.difference)) for one in do.view.handovers] == [
        ("asha", "610.00", "-1.00")
    ]
    here = place.window.screen_here
    assert isinstance(here, CounterScreen)
    assert here.view.title.text() == "₹611.00 should be in the drawer"


def test_each_role_has_the_keys_of_its_rights(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.CASHIER][:2])
    counter_of(place)
    assert keys_of(place) == ["F2", "F5"]
    place.program.log_out()
    place.comes_in(*PEOPLE[Role.ACCOUNTANT][:2])
    counter_of(place)
    assert keys_of(place) == ["F3", "F4"]
    place.program.log_out()
    place.comes_in(*PEOPLE[Role.PURCHASE_CLERK][:2])
    assert "Alt+6" not in [button.entry.key for button in place.window.rail.buttons]
