"""The dashboard as a screen of the main window: its keys, and when it reads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from pos_desktop.runtime.topics import Topic
from pos_desktop.screens.dashboard.presenter import DashboardPresenter
from pos_desktop.screens.dashboard.view import KEYS, DashboardView
from pos_desktop.shell.keys import KeyAction
from pos_desktop.shell.screen import RailEntry, Screen
from pos_desktop.shell.texts import tr

_LOOK_EVERY_MS = 60_000


class DashboardScreen(Screen):
    """How the shop does today; whoever sees no report has no such screen."""

    topics = frozenset({Topic.BILLS, Topic.STOCK, Topic.ITEMS, Topic.CASH, Topic.PARTIES, Topic.BACKUPS})

    def __init__(self, presenter: DashboardPresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rail = RailEntry(tr("Today"), "Alt+D", "today")
        self.view = DashboardView(presenter)
        self._presenter = presenter
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(presenter.tick)
        self._was_read = presenter.is_read
        presenter.listen(self._draw)

    @property
    def widget(self) -> QWidget:
        """The window's content."""
        return self.view

    def key_actions(self) -> Sequence[KeyAction]:
        """Return the keys of the cards."""
        do = self._presenter
        last = KEYS[min(len(do.names), len(KEYS)) - 1]
        return (
            KeyAction(f"1 … {last}", tr("To a card"), self.view.take_focus, is_bound=False),
            KeyAction("Enter", tr("Its report"), self.view.open_here, do.open_report is not None, is_bound=False),
            KeyAction("← →", tr("Along a chart"), self.view.take_focus, is_bound=False, in_bar=False),
            KeyAction("F9", tr("Print"), do.print, do.is_read),
        )

    def activated(self) -> None:
        """Take the focus; another day may have begun, so it is read each time."""
        self._presenter.refresh()
        self._timer.start()
        self.view.take_focus()

    def deactivated(self) -> None:
        """Nobody looks."""
        self._timer.stop()

    def refresh(self) -> None:
        """Read again: a bill was posted, goods came in, a backup was made."""
        self._presenter.refresh()

    def _draw(self) -> None:
        self.view.draw()
        if self._presenter.is_read != self._was_read:
            self._was_read = self._presenter.is_read
            self.keys_changed.emit()
