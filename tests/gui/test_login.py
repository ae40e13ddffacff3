"""The log-in by keyboard, against a real shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from core.auth.dto import LogIn, SessionView
from core.auth.login import Door as CountedDoor
from core.auth.login import log_in
from pos_desktop.runtime.qt_lanes import QtLanes
from pos_desktop.screens.login.presenter import Login
from pos_desktop.screens.login.view import LoginWindow
from pos_desktop.shell.looks import Looks
from pos_desktop.widgets.labels import BadgeLabel
from tests.support.shop import KOCHI, TestShop

PASSWORD = KOCHI["owner"]["password"]


class Door:
    """A log-in put together as the program does."""

    def __init__(
        self, qtbot: QtBot, looks: Looks, shop: TestShop, last_user: str = "", *, is_demo: bool = False
    ) -> None:
        self.database = shop.shop.database
        self.lanes = QtLanes(self.database)
        self.entered: list[SessionView] = []
        login = Login(authenticate=self._check, entered=self.entered.append, last_user=last_user)
        self.window = LoginWindow(login, looks, "Test Medicals", is_demo=is_demo, hint="user demo" if is_demo else "")
        qtbot.addWidget(self.window)
        self.window.resize(1366, 768)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()

    def _check(
        self, username: str, secret: str, done: Callable[[SessionView], None], failed: Callable[[Exception], None]
    ) -> None:
        door = CountedDoor(self.database)
        self.lanes.read(lambda _: log_in(door, LogIn(username=username, password=secret)), done, failed)

    def types(self, text: str, key: Qt.Key) -> None:
        QTest.keyClicks(self.window.focusWidget(), text)
        QTest.keyClick(self.window.focusWidget(), key)


@pytest.fixture
def door(qtbot: QtBot, looks: Looks, shop: TestShop) -> Iterator[Door]:
    made = Door(qtbot, looks, shop)
    yield made
    made.lanes.close()


def test_name_enter_password_enter(door: Door, qtbot: QtBot) -> None:
    assert door.window.username.hasFocus()
    door.types("Owner", Qt.Key.Key_Return)
    assert door.window.password.hasFocus()
    door.types(PASSWORD, Qt.Key.Key_Return)
    assert not door.window.enter.isEnabled()

    qtbot.waitUntil(lambda: len(door.entered) == 1)
    assert door.entered[0].username == "owner"


def test_a_wrong_password_says_so_and_waits_selected(door: Door, qtbot: QtBot) -> None:
    door.types("owner", Qt.Key.Key_Tab)
    door.types("wrong", Qt.Key.Key_Return)
    row = door.window.rows["password"]

    qtbot.waitUntil(lambda: row.problem == "User name or password is wrong: try again.")
    assert door.window.password.hasFocus()
    assert door.window.password.selectedText() == "wrong"
    QTest.keyClicks(door.window.password, PASSWORD)
    assert row.problem == ""
    QTest.keyClick(door.window.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(door.entered) == 1)


def test_the_last_user_types_only_the_password(qtbot: QtBot, looks: Looks, shop: TestShop) -> None:
    door = Door(qtbot, looks, shop, "owner", is_demo=True)
    assert door.window.password.hasFocus()
    assert door.window.windowTitle().startswith("DEMO – ")
    assert any(badge.accessibleName() == "DEMO" for badge in door.window.findChildren(BadgeLabel))
    door.types(PASSWORD, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: len(door.entered) == 1)
    door.lanes.close()


def test_a_password_is_hidden_until_one_looks(door: Door) -> None:
    password = door.window.password
    assert password.echoMode() is QLineEdit.EchoMode.Password
    QTest.mouseClick(password._eye, Qt.MouseButton.LeftButton)
    assert password.echoMode() is QLineEdit.EchoMode.Normal
    QTest.mouseClick(password._eye, Qt.MouseButton.LeftButton)
    assert password.echoMode() is QLineEdit.EchoMode.Password
