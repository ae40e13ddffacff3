"""The program put together, with a shop in a folder: who sees backups, the alarm, and a restore from the window."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.app.backups.creating import back_up
from core.app.backups.folder import backups_folder, list_backups
from core.app.backups.manifest import Reason
from core.app.checked import note_check
from core.app.shop import shop_file
from core.auth.dto import AddUser
from core.auth.service import add_user
from core.kernel.actor import Role
from core.storage.keys import RawKey
from pos_desktop.app import Program
from pos_desktop.screens.health.screen import HealthScreen
from pos_desktop.screens.health.state import Panel
from pos_desktop.screens.login.view import LoginWindow
from pos_desktop.screens.restore.presenter import Stage
from pos_desktop.screens.restore.view import RestoreWindow
from pos_desktop.screens.trouble.view import TroubleWindow
from pos_desktop.shell import theme
from pos_desktop.shell.window import MainWindow
from pos_desktop.walk import Fingers
from tests.support.clock import TurnedClock
from tests.support.shop import KOCHI, TestShop

ALT = Qt.KeyboardModifier.AltModifier
PASSWORD = KOCHI["owner"]["password"]


class Desk:
    """The running program on a shop with two bills."""

    def __init__(self, qtbot: QtBot, app: QApplication, folder: Path, clock: TurnedClock) -> None:
        self.qtbot = qtbot
        self.folder = folder
        self.program = Program(app, folder, clock)
        self.program.begin()

    @property
    def window(self) -> QWidget:
        window = self.program.window
        assert window is not None
        return window

    @property
    def main(self) -> MainWindow:
        assert isinstance(self.window, MainWindow)
        return self.window

    @property
    def health(self) -> HealthScreen:
        screen = self.main.screen_here
        assert isinstance(screen, HealthScreen)
        return screen

    @property
    def restore(self) -> RestoreWindow:
        assert isinstance(self.window, RestoreWindow)
        return self.window

    @property
    def trouble(self) -> TroubleWindow:
        assert isinstance(self.window, TroubleWindow)
        return self.window

    def logs_in(self, user: str = "owner") -> None:
        assert isinstance(self.window, LoginWindow)
        self.window.login.submit(user, PASSWORD)
        self.until(lambda: isinstance(self.program.window, MainWindow))
        self.main.activateWindow()
        self.until(self.main.isActiveWindow)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focus = self.window.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key, modifiers)

    def opens_health(self) -> None:
        self.press(Qt.Key.Key_9, ALT)
        self.until(lambda: self.health.desk.found is not None)

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so)

    def backups(self) -> list[str]:
        return [backup.name for backup in list_backups(backups_folder(self.folder))]


@pytest.fixture
def folder(shop: TestShop) -> Path:
    shop.receives("PCM500", packs=100)
    shop.bills(("PCM500", "2"))
    shop.bills(("PCM500", "1"))
    cashier = {"username": "cashier", "password": PASSWORD, "role": Role.CASHIER, "must_change_password": False}
    with shop.shop.database.write(shop.actor) as uow:
        add_user(uow, AddUser.model_validate(cashier))
    shop.close()
    return shop.shop.folder


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, folder: Path, clock: TurnedClock) -> Iterator[Desk]:
    with opened(qtbot, qapp, folder, clock) as made:
        yield made


def test_a_backup_is_made_proved_and_listed_by_keys(desk: Desk, clock: TurnedClock) -> None:
    desk.logs_in()
    desk.until(lambda: len(desk.backups()) == 1)
    desk.opens_health()
    desk.until(desk.health.view.table.hasFocus)
    clock.turn(hours=1)
    desk.press(Qt.Key.Key_F5)
    desk.until(lambda: "is made and opens" in desk.health.view.said.text)
    desk.until(lambda: desk.health.view.model.rowCount() == 2)
    desk.press(Qt.Key.Key_F6)
    desk.until(lambda: desk.health.view.said.text.startswith("Proved:"))
    desk.press(Qt.Key.Key_F7)
    desk.until(lambda: desk.health.view.said.text.startswith("File and books hold"))

    assert desk.health.view.cards[2].shown()["Books"].endswith("HOLDS")
    assert desk.main.windowTitle().startswith("Backup and health – Test Medicals")


def test_a_cashier_sees_no_backups_but_the_alarm(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: TurnedClock
) -> None:
    monkeypatch.setattr("core.app.backups.creating.free_bytes", lambda _: 0)
    desk.logs_in("cashier")
    labels = [button.entry.label for button in desk.main.rail.buttons]
    assert labels == ["Billing", "Items", "Parties", "Bills", "Wants", "Counter", "Today", "Reports"]
    caretaker = desk.program._caretaker
    assert caretaker is not None
    caretaker.wait()
    assert desk.main.alarm.text == ""
    clock.turn(minutes=6)
    desk.until(lambda: not caretaker._is_busy)
    caretaker.look()
    desk.until(lambda: "The last 2 backups failed" in desk.main.alarm.text)

    assert desk.main.alarm.text.endswith("Tell the owner.")
    desk.main.notice.clear()
    assert desk.main.alarm.isVisible()


def test_a_check_that_failed_stays_above_every_screen_until_one_passes(desk: Desk, clock: TurnedClock) -> None:
    note_check(desk.program.folder, clock.now(), books=["Bill C1/26-27/000001 was altered."])
    desk.logs_in()
    desk.until(lambda: "found a fault in the books: Bill C1/26-27/000001 was altered. Restore" in desk.main.alarm.text)
    desk.opens_health()
    desk.press(Qt.Key.Key_F7)
    desk.until(lambda: desk.health.view.said.text.startswith("File and books hold"))
    desk.until(lambda: desk.main.alarm.text == "")


def test_the_alarm_leads_to_the_screen_and_ends_with_a_backup(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: TurnedClock
) -> None:
    monkeypatch.setattr("core.app.backups.creating.free_bytes", lambda _: 0)
    desk.logs_in()
    caretaker = desk.program._caretaker
    assert caretaker is not None
    desk.until(lambda: not caretaker._is_busy)
    desk.opens_health()
    desk.press(Qt.Key.Key_F5)
    desk.until(lambda: "The last 2 backups failed" in desk.main.alarm.text)
    monkeypatch.undo()
    desk.until(lambda: desk.health.desk.can_do)
    desk.press(Qt.Key.Key_F5)

    desk.until(desk.main.alarm.isHidden)


def test_whoever_only_looks_into_a_backup_comes_back(desk: Desk) -> None:
    desk.logs_in()
    desk.until(lambda: len(desk.backups()) == 1)
    desk.opens_health()
    main = desk.main
    desk.until(lambda: desk.health.desk.chosen_backup is not None)
    desk.press(Qt.Key.Key_F8)
    assert main.isHidden()
    assert desk.backups()[0] in desk.restore.restoring.path
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: desk.restore.restoring.stage is Stage.LOOKED)
    assert "Test Medicals on this computer is backed up first" in desk.restore.warning.text
    desk.press(Qt.Key.Key_Escape)
    desk.press(Qt.Key.Key_Escape)

    assert desk.window is main
    assert main.isVisible()
    assert desk.program.shop is not None


def test_a_backup_restored_from_the_window_goes_on_in_a_new_series(desk: Desk) -> None:
    desk.logs_in()
    desk.until(lambda: len(desk.backups()) == 1)
    desk.opens_health()
    desk.until(lambda: desk.health.desk.chosen_backup is not None)
    desk.press(Qt.Key.Key_F8)
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: desk.restore.restoring.stage is Stage.LOOKED)
    desk.press(Qt.Key.Key_Return)
    desk.until(lambda: desk.restore.restoring.stage is Stage.DONE)
    assert "Counter C1 goes on as C1A" in desk.restore.outcome.text()
    desk.press(Qt.Key.Key_Return)
    desk.logs_in()
    field = desk.main.status_line._next

    desk.until(lambda: field.value.accessibleName() == "C1A/26-27/000001")
    desk.opens_health()
    desk.until(lambda: {row.reason for row in desk.health.desk.rows} >= {"by itself", "before a restore"})


@pytest.mark.qt_log_ignore("does not support raise")
def test_a_bill_being_typed_is_not_thrown_away_by_a_restore(desk: Desk) -> None:
    desk.logs_in()
    desk.until(lambda: len(desk.backups()) == 1)
    billing = desk.program.billing
    assert billing is not None
    billing.search_typed("pcm500")
    desk.until(lambda: bool(billing.search.hits))
    billing.search_entered()
    desk.until(lambda: len(billing.draft.lines) == 1)
    desk.opens_health()
    desk.press(Qt.Key.Key_F8)

    assert "A bill is being typed" in desk.main.notice.text
    billing.clear()


def test_the_folder_and_the_sheet_open_by_keys(desk: Desk, qapp: QApplication, tmp_path: Path) -> None:
    desk.logs_in()
    desk.opens_health()
    desk.press(Qt.Key.Key_F4)
    view = desk.health.view
    assert view.folder.hasFocus()
    fingers = Fingers(qapp)
    fingers.type(str(tmp_path))
    fingers.press(Qt.Key.Key_Return)
    desk.until(lambda: view.said.text.startswith("Each backup is copied to"))
    assert view.table.hasFocus()
    desk.press(Qt.Key.Key_F9)
    assert "no recovery sheet" in view.said.text
    assert desk.health.desk.panel is Panel.FACTS


@contextmanager
def opened(qtbot: QtBot, app: QApplication, folder: Path, clock: TurnedClock) -> Iterator[Desk]:
    """Start the program on a folder and end it."""
    made = Desk(qtbot, app, folder, clock)
    try:
        yield made
    finally:
        window = made.program.window
        made.program.end()
        if window is not None:
            window.hide()  # at once: until it is deleted it would take the keys of the next test's window
            window.deleteLater()
        theme.apply_theme(app, theme.LIGHT)


def test_a_key_that_is_gone_is_given_again_by_the_sheet(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, clock: TurnedClock
) -> None:
    shop = TestShop.create(tmp_path / "shop", clock, encrypt=True)
    key = shop.shop.database.key
    assert key is not None
    shop.close()
    shutil.rmtree(shop.shop.folder / "keys")
    with opened(qtbot, qapp, shop.shop.folder, clock) as desk:
        fingers = Fingers(qapp)
        desk.trouble.activateWindow()
        qtbot.waitUntil(desk.trouble.code.hasFocus)
        fingers.type(RawKey.new().recovery_code)
        fingers.press(Qt.Key.Key_Return)
        desk.until(lambda: "does not open with this code" in desk.trouble.row.problem)
        desk.trouble.code.clear()
        fingers.type(key.recovery_code)
        fingers.press(Qt.Key.Key_Return)

        desk.until(lambda: isinstance(desk.window, LoginWindow))
        desk.logs_in()


def test_a_damaged_shop_is_replaced_by_its_backup(
    qtbot: QtBot, qapp: QApplication, shop: TestShop, clock: TurnedClock
) -> None:
    shop.receives("PCM500", packs=1)
    made = back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)
    shop.close()
    shop_file(shop.shop.folder).write_bytes(b"a word processor was here" * 400)
    with opened(qtbot, qapp, shop.shop.folder, clock) as desk:
        assert "is not a shop of this program" in desk.trouble.notice.text
        desk.trouble.activateWindow()
        qtbot.waitUntil(desk.trouble.isActiveWindow)
        desk.press(Qt.Key.Key_F8)
        desk.press(Qt.Key.Key_Escape)  # and back, while nothing is decided
        desk.trouble.activateWindow()
        qtbot.waitUntil(desk.trouble.isActiveWindow)
        desk.press(Qt.Key.Key_F8)
        desk.restore.restoring.choose(str(made.path))
        desk.until(lambda: desk.restore.restoring.stage is Stage.LOOKED)
        desk.press(Qt.Key.Key_Return)
        desk.until(lambda: desk.restore.restoring.stage is Stage.DONE)
        assert "could not be read" in desk.restore.outcome.text()
        desk.press(Qt.Key.Key_Return)
        desk.logs_in()
