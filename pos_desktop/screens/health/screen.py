"""Backup and health as a screen of the main window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.health.presenter import HealthDesk
from pos_desktop.screens.health.state import Panel
from pos_desktop.screens.health.view import HealthView
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr

KEY = "Alt+9"


class HealthScreen(Screen):
    """Backup and health as a screen of the shell."""

    topics = frozenset({Topic.BACKUPS})

    def __init__(self, desk: HealthDesk, parent: QObject | None = None, view: HealthView | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Backups"), KEY, "backup")
        self.desk = desk
        self.view = view or HealthView(desk)
        desk.listen(self._draw)

    @property
    def title(self) -> str:
        """What goes on, so that the task bar tells it too."""
        desk = self.desk
        return tr("Backup and health: {doing}", doing=desk.running.text) if desk.running else tr("Backup and health")

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of what fills the screen."""
        desk = self.desk
        if desk.panel is Panel.FOLDER:
            return (
                KeyAction("Enter", tr("Copy backups there"), desk.use_folder, is_bound=False),
                KeyAction("Ctrl+O", tr("Choose a folder"), self.view.browse),
                KeyAction("F6", tr("Use no second folder"), desk.use_no_folder),
                KeyAction("Esc", tr("Back"), desk.escape),
            )
        if desk.panel is Panel.SHEET:
            is_asking = desk.sheet.is_asking
            return (
                KeyAction("Enter", tr("Confirm") if is_asking else tr("I have it"), desk.sheet.next, is_bound=False),
                KeyAction("F9", tr("Print"), desk.sheet.print, not is_asking),
                KeyAction("Ctrl+S", tr("Save as PDF"), self.view.sheet.ask_and_save, not is_asking),
                KeyAction("Esc", tr("Back"), desk.escape),
            )
        can_stop = desk.running is not None and desk.running.can_stop
        return (
            KeyAction("F4", tr("Second folder"), desk.open_folder, desk.can_do),
            KeyAction("F5", tr("Back up now"), desk.back_up, desk.can_do),
            KeyAction("F6", tr("Prove it"), desk.prove, desk.can_do),
            KeyAction("F7", tr("Check all"), desk.check, desk.can_do),
            *(
                (
                    KeyAction("F8", tr("Restore"), desk.restore, desk.can_do),
                    KeyAction("F9", tr("Recovery sheet"), desk.open_sheet, desk.can_do),
                )
                if desk.may_restore
                else ()
            ),
            *(
                (KeyAction("F10", tr("The clock is right"), desk.confirm_clock, desk.can_do),)
                if desk.clock_is_odd
                else ()
            ),
            KeyAction("Esc", tr("Stop") if can_stop else tr("Back"), desk.escape),
        )

    def activated(self) -> None:
        """Look again, and take the focus."""
        self.desk.read()
        self.view.take_focus()

    def deactivated(self) -> None:
        """Leave no recovery code behind."""
        self.desk.leave()

    def refresh(self) -> None:
        """A backup was made or proved."""
        self.desk.read()

    def _draw(self) -> None:
        self.view.draw()
        self.keys_changed.emit()
        self.title_changed.emit()
