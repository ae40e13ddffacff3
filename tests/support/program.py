"""The whole program with its real windows, drawn in memory, and fingers that type at a person's pace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from core.kernel.clock import Clock, Uptime
from pos_desktop.app import Program
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.login.view import LoginWindow
from pos_desktop.screens.switch.view import SwitchPanel
from pos_desktop.shell.window import MainWindow
from pos_desktop.walk import Fingers

#: From key to key of a scanner.
_SCANNER_MS = 5
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Workplace:
    """A program that is open on a shop's folder, and somebody who types."""

    def __init__(self, app: QApplication, folder: Path, clock: Clock, uptime: Uptime) -> None:
        self.app = app
        self.program = Program(app, folder, clock, uptime)
        self.fingers = Fingers(app)
        self.program.begin()

    @property
    def window(self) -> MainWindow:
        """The main window; somebody is at work."""
        window = self.program.window
        assert isinstance(window, MainWindow)
        return window

    @property
    def door(self) -> LoginWindow:
        """The log-in, or the lock."""
        window = self.program.window
        assert isinstance(window, LoginWindow)
        return window

    @property
    def billing(self) -> BillingPresenter:
        """The bill being typed."""
        assert self.program.billing is not None
        return self.program.billing

    @property
    def panel(self) -> SwitchPanel:
        """The switch panel of the window."""
        (panel,) = self.window.findChildren(SwitchPanel)
        return panel

    @property
    def user(self) -> str:
        """Who the status line says is at work; empty at the log-in."""
        window = self.program.window
        return window.status_line._user.value.accessibleName() if isinstance(window, MainWindow) else ""

    def waits(self, is_so: Callable[[], bool], what: str) -> None:
        """Turn the event loop until something is so."""
        self.fingers.until(is_so, what)

    def presses(self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.fingers.press(key, modifiers=modifiers)

    def types(self, text: str, *keys: Qt.Key) -> None:
        """Type, then press keys."""
        self.fingers.type(text)
        self.presses(*keys)

    def scans(self, code: str) -> None:
        """Let a scanner type a code and its Enter, each key a few milliseconds after the one before."""
        self.app.processEvents()
        target = QApplication.focusWidget()
        assert target is not None
        for letter in [*code, "\r"]:
            self.fingers._time += _SCANNER_MS
            key = Qt.Key.Key_Return if letter == "\r" else Qt.Key(ord(letter.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
                event.setTimestamp(self.fingers._time)
                QApplication.sendEvent(target, event)
        self.app.processEvents()

    def comes_in(self, username: str, secret: str) -> None:
        """Type name and password or PIN at the log-in or the lock."""
        self.door.username.clear()
        self.door.username.setFocus()
        self.types(username, Qt.Key.Key_Tab)
        self.types(secret, Qt.Key.Key_Return)
        self.waits(lambda: self.user == username, f"{username} to be let in")

    def adds(self, text: str, quantity: str = "1") -> None:
        """Put an item on the bill by keys."""
        before = len(self.billing.draft.lines)
        self.types(text, Qt.Key.Key_Return)
        self.waits(lambda: len(self.billing.draft.lines) > before and not self.billing.draft.waits, text)
        self.types(quantity, Qt.Key.Key_Return)

    def switches(self, letter: str, pin: str, username: str) -> None:
        """F11, the first letter of the name, the PIN, Enter."""
        self.presses(Qt.Key.Key_F11)
        self.waits(lambda: bool(self.panel.switch.people), "the people")
        self.types(letter + pin, Qt.Key.Key_Return)
        self.waits(lambda: self.user == username, f"{username} to take over")

    def buries(self) -> None:
        """Let what was closed be deleted, as the event loop does in time."""
        for _ in range(3):
            self.app.processEvents()
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@contextmanager
def workplace(app: QApplication, folder: Path, clock: Clock, uptime: Uptime) -> Iterator[Workplace]:
    """Open the program, and end it as its last window does."""
    made = Workplace(app, folder, clock, uptime)
    program = made.program
    try:
        yield made
    finally:
        program.end()
        window = program.window
        if isinstance(window, MainWindow):
            window.leave()
        if window is not None:
            window.close()
            window.deleteLater()
        for one in (program._scanner, program.idle):
            app.removeEventFilter(one)
        program.deleteLater()
        made.buries()
