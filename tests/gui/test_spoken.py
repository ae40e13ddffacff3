"""What a screen reader says of every window, and in which order the keys go through a form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

from core.auth.dto import SetPassword
from core.auth.service import set_password
from pos_desktop.screens.billing.screen import BillingScreen
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, hire
from tests.support.program import Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
CTRL = Qt.KeyboardModifier.ControlModifier
#: What people work with.
_WORKED = (QLineEdit, QComboBox, QAbstractItemView, QAbstractButton)


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock) -> Iterator[Workplace]:
    shop = stocked_shop(tmp_path / "shop", clock)
    hire(shop.shop.database)
    with shop.shop.database.write(CONSOLE) as uow:
        set_password(uow, SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False))
    shop.close()
    with workplace(qapp, tmp_path / "shop", clock, TurnedUptime()) as made:
        made.comes_in("owner", OWNERS_PASSWORD)
        yield made


def spoken(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def nameless(window: QWidget) -> list[str]:
    """Return what can be worked with in a window and has no name that could be said."""
    found: list[QWidget] = []
    for kind in _WORKED:
        found += [widget for widget in window.findChildren(kind) if widget.isVisible()]
    assert found
    return [f"{type(widget).__name__} in {window}" for widget in found if not _is_inside(widget) and not spoken(widget)]


def _is_inside(widget: QWidget) -> bool:
    """Say whether a widget is a part of one that has a name."""
    parent: object = widget.parent()
    return isinstance(parent, QComboBox | QAbstractItemView)


def test_every_screen_names_what_is_worked_with(place: Workplace) -> None:
    screens = place.window._screens
    assert len(screens) >= 9
    for screen in screens:
        place.window.show_screen(screens.index(screen))
        for _ in range(5):
            place.app.processEvents()
        assert nameless(screen.widget) == [], screen.title
    assert nameless(place.window) == []


@pytest.mark.parametrize("key", [Qt.Key.Key_B, Qt.Key.Key_G, Qt.Key.Key_W])
def test_tab_goes_through_a_form_as_it_is_read(place: Workplace, key: Qt.Key) -> None:
    place.adds("para", "1")
    place.presses(key, modifiers=CTRL)
    place.waits(lambda: place.billing.asking.form is not None, "the form")
    screen = place.window.screen_here
    assert isinstance(screen, BillingScreen)
    form = screen.view.form
    assert nameless(form) == []
    places: list[tuple[int, int]] = []
    first = place.app.focusWidget()
    for _ in range(20):
        here = place.app.focusWidget()
        assert here is not None
        assert form.isAncestorOf(here), "the keys have left the form"
        corner = here.mapTo(form, here.rect().topLeft())
        if places and here is first:
            break
        places.append((corner.y(), corner.x()))
        place.presses(Qt.Key.Key_Tab)
    assert len(places) >= 4
    assert places == sorted(places)
