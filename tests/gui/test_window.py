"""The main window: screens and their keys, topics, looks, the status line, the list of keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_desktop.runtime.topics import Topic, TopicBoard
from pos_desktop.shell import theme
from pos_desktop.shell.device_state import DeviceState
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.looks import Looks
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.status_line import ShellStatus
from pos_desktop.shell.tone import Tone
from pos_desktop.shell.window import MainWindow
from pos_desktop.widgets.labels import BadgeLabel

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
LONG_NAME = "Sri Venkateswara Medicals and General Stores, Thrissur Rd"


class Placeholder(Screen):
    """A screen with one field; it notes what happens to it."""

    def __init__(self, name: str, key: str, topics: frozenset[Topic] = frozenset()) -> None:
        super().__init__()
        self.rail = RailEntry(name, key, "billing")
        self.topics = topics
        self.happened: list[str] = []
        self.problem: str | None = None
        self.may_hold = True
        self._widget = QWidget()
        self.field = QLineEdit()
        QVBoxLayout(self._widget).addWidget(self.field)

    @property
    def widget(self) -> QWidget:
        return self._widget

    def key_actions(self) -> Sequence[KeyAction]:
        return [
            KeyAction("F2", "Customer", lambda: self.happened.append("F2")),
            KeyAction("F5", "Hold", lambda: self.happened.append("F5"), self.may_hold),
            KeyAction("Enter", "Pick", lambda: self.happened.append("Enter"), is_bound=False),
            KeyAction("Ctrl+Shift+P", "Hidden", lambda: self.happened.append("hidden"), in_bar=False),
        ]

    def activated(self) -> None:
        self.happened.append("activated")
        self.field.setFocus()

    def deactivated(self) -> None:
        self.happened.append("deactivated")

    def refresh(self) -> None:
        self.happened.append("refresh")

    def close_problem(self) -> str | None:
        return self.problem


class Desk:
    """A window with two screens."""

    def __init__(self, qtbot: QtBot, looks: Looks) -> None:
        self.board = TopicBoard()
        self.billing = Placeholder("Billing", "Alt+1", frozenset({Topic.ITEMS}))
        self.stock = Placeholder("Stock", "Alt+2", frozenset({Topic.STOCK, Topic.ITEMS}))
        self.window = MainWindow([self.billing, self.stock], looks, self.board)
        qtbot.addWidget(self.window, before_close_func=self._forgive)
        self.window.resize(1366, 768)
        self.window.show_screen(0)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.billing.field.setFocus()
        self.billing.happened.clear()

    def _forgive(self, _: Any) -> None:
        self.billing.problem = self.stock.problem = None

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget(), key, modifiers)


@pytest.fixture
def desk(qtbot: QtBot, looks: Looks) -> Desk:
    return Desk(qtbot, looks)


def test_a_screens_keys_work_and_stand_in_the_bar(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F2)
    desk.press(Qt.Key.Key_P, CTRL | Qt.KeyboardModifier.ShiftModifier)

    assert desk.billing.happened == ["F2", "hidden"]
    assert desk.window.key_bar.shown_keys() == ["F1", "F2", "F5", "Enter"]


def test_a_disabled_key_does_nothing_until_the_screen_says_otherwise(desk: Desk) -> None:
    desk.billing.may_hold = False
    desk.billing.keys_changed.emit()
    desk.press(Qt.Key.Key_F5)
    assert desk.billing.happened == []

    desk.billing.may_hold = True
    desk.billing.keys_changed.emit()
    desk.press(Qt.Key.Key_F5)
    assert desk.billing.happened == ["F5"]


def test_the_bar_can_be_clicked(desk: Desk, qtbot: QtBot) -> None:
    bar = desk.window.key_bar
    place, action = bar._places[1]
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place.center())

    assert action.key == "F2"
    assert desk.billing.happened == ["F2"]


def test_a_narrow_bar_drops_what_has_no_room(desk: Desk) -> None:
    desk.window.key_bar.resize(150, 34)

    assert desk.window.key_bar.shown_keys() == ["F1"]


def test_screens_change_by_key_and_take_their_keys_along(desk: Desk) -> None:
    desk.press(Qt.Key.Key_2, ALT)
    desk.press(Qt.Key.Key_F2)

    assert desk.billing.happened == ["deactivated"]
    assert desk.stock.happened == ["activated", "F2"]
    assert desk.window.stack.currentWidget() is desk.stock.widget
    assert desk.window.rail.buttons[1].isChecked()

    desk.press(Qt.Key.Key_1, ALT)
    desk.press(Qt.Key.Key_F2)
    assert desk.billing.happened == ["deactivated", "activated", "F2"]


def test_a_click_on_the_rail_changes_the_screen(desk: Desk) -> None:
    QTest.mouseClick(desk.window.rail.buttons[1], Qt.MouseButton.LeftButton)

    assert desk.window.screen_here is desk.stock


def test_a_visible_screen_reads_again_at_once_a_hidden_one_when_it_is_shown(desk: Desk) -> None:
    desk.board.announce([Topic.STOCK])
    desk.board.announce([Topic.ITEMS, Topic.STOCK])
    assert desk.billing.happened == ["refresh"]
    assert desk.stock.happened == []

    desk.window.show_screen(1)
    desk.window.show_screen(0)
    desk.window.show_screen(1)
    assert desk.stock.happened == ["refresh", "activated", "deactivated", "activated"]


def test_ctrl_t_changes_the_theme_at_once_and_for_good(desk: Desk, looks: Looks) -> None:
    light = desk.window.grab().toImage()
    desk.press(Qt.Key.Key_T, CTRL)
    assert theme.current().name == "dark"
    assert desk.window.grab().toImage() != light

    again = Looks(looks._app, looks._file)
    assert again.preferences.theme == "dark"
    desk.press(Qt.Key.Key_T, CTRL)
    assert theme.current().name == "light"
    assert desk.window.grab().toImage() == light


def test_ctrl_plus_and_minus_scale_and_the_rail_gives_way(desk: Desk) -> None:
    wide = desk.window.rail.width()
    for _ in range(3):
        desk.press(Qt.Key.Key_Plus, CTRL)
    assert theme.current().scale == 130
    assert desk.window.rail.width() < wide

    for _ in range(9):
        desk.press(Qt.Key.Key_Equal, CTRL)
    assert theme.current().scale == 160
    desk.press(Qt.Key.Key_Minus, CTRL)
    assert theme.current().scale == 150
    desk.press(Qt.Key.Key_0, CTRL)
    assert theme.current().scale == 100


def test_f1_lists_the_keys_and_esc_gives_the_field_back(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F1)
    assert desk.window.key_list.is_open
    assert desk.window.focusWidget() is desk.window.key_list

    desk.press(Qt.Key.Key_F2)
    desk.press(Qt.Key.Key_A)
    assert desk.billing.happened == []

    desk.press(Qt.Key.Key_Escape)
    assert desk.window.key_list.isHidden()
    assert desk.window.focusWidget() is desk.billing.field
    desk.press(Qt.Key.Key_F2)
    assert desk.billing.happened == ["F2"]


def test_f1_again_or_a_click_beside_it_closes_the_list(desk: Desk) -> None:
    desk.press(Qt.Key.Key_F1)
    desk.press(Qt.Key.Key_F1)
    assert desk.window.focusWidget() is desk.billing.field

    desk.window.toggle_key_list()
    QTest.mouseClick(desk.window.key_list, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert desk.window.key_list.isHidden()


def test_the_status_line_says_where_one_is(desk: Desk) -> None:
    desk.window.set_status(
        ShellStatus(LONG_NAME, "C1", "anitha", "26-27", "C1/26-27/000001", DeviceState("ready", Tone.GOOD))
    )
    line = desk.window.status_line

    shown = [line._shop, *(field.value for field in (line._counter, line._user, line._year, line._next, line._printer))]
    names = [label.accessibleName() for label in shown]
    assert names == [LONG_NAME, "C1", "anitha", "26-27", "C1/26-27/000001", "ready"]
    assert desk.window.windowTitle() == f"Billing – {LONG_NAME} – Nuskha"
    assert not line._demo.isVisible()


def test_what_is_not_known_is_a_dash_and_no_printer_is_said(desk: Desk) -> None:
    line = desk.window.status_line

    assert line._next.value.accessibleName() == "–"
    assert line._printer.value.accessibleName() == "none"


def test_a_demo_shop_is_marked_in_title_and_line(desk: Desk) -> None:
    desk.window.set_status(ShellStatus("Demo Pharmacy", is_demo=True))

    assert desk.window.windowTitle().startswith("DEMO – ")
    badges = [badge for badge in desk.window.status_line.findChildren(BadgeLabel) if badge.isVisible()]
    assert [badge.accessibleName() for badge in badges] == ["DEMO"]


def test_a_notice_leaves_the_keys_where_they_are(desk: Desk) -> None:
    acted: list[str] = []
    desk.window.show_notice(Tone.DANGER, "The printer does not answer.", "Print again", lambda: acted.append("again"))

    assert desk.window.focusWidget() is desk.billing.field
    assert desk.window.notice.text == "The printer does not answer."
    QTest.mouseClick(desk.window.notice._action, Qt.MouseButton.LeftButton)
    QTest.mouseClick(desk.window.notice._close, Qt.MouseButton.LeftButton)
    assert acted == ["again"]
    assert desk.window.notice.text == ""


def test_a_screen_with_unsaved_work_keeps_the_window_open(desk: Desk) -> None:
    desk.stock.problem = "A count is not finished."
    assert not desk.window.close()
    assert desk.window.screen_here is desk.stock
    assert desk.window.notice.text == "A count is not finished."

    desk.stock.problem = None
    closed: list[bool] = []
    desk.window.closed.connect(lambda: closed.append(True))
    assert desk.window.close()
    assert closed == [True]


def test_the_windows_place_is_remembered(desk: Desk, looks: Looks, qtbot: QtBot) -> None:
    desk.window.resize(800, 640)  # the offscreen screen is 800 wide
    desk.window.close()
    again = MainWindow([Placeholder("Billing", "Alt+1")], looks, TopicBoard())
    qtbot.addWidget(again)

    assert (again.width(), again.height()) == (800, 640)


def test_a_closed_window_hears_no_topics(desk: Desk) -> None:
    desk.window.close()
    desk.board.announce([Topic.ITEMS])

    assert desk.billing.happened == []


def test_a_key_bound_twice_is_a_bug(desk: Desk, looks: Looks, qtbot: QtBot) -> None:
    clashing = Placeholder("Billing", "F2")
    window = MainWindow([clashing], looks, TopicBoard())
    qtbot.addWidget(window)

    with pytest.raises(AssertionError, match="F2"):
        window.show_screen(0)
