"""Looks after the open shop while people bill: a backup when one is due, and how old the last one is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from core.app.backups.creating import back_up_if_due
from core.app.backups.folder import backups_folder
from core.app.backups.state import read_state
from core.kernel.clock import Clock
from core.storage.sqlite import SqliteDatabase
from pos_desktop.runtime.background import Background
from pos_desktop.shell.texts import tr

_LOOK_EVERY_MS = 60_000
_HOUR = 60


class Caretaker(QObject):
    """Asks every minute whether a backup is due and makes it in the background.

    ``told`` gets the age of the newest backup in words and whether that is as it should be; ``failed`` gets what went
    wrong. Nothing of it waits for the window, and the window never waits for it.
    """

    def __init__(
        self,
        database: SqliteDatabase,
        folder: Path,
        clock: Clock,
        *,
        told: Callable[[str, bool], None],
        failed: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._database = database
        self._folder = folder
        self._clock = clock
        self._told = told
        self._failed = failed
        self._background = Background(self)
        self._is_busy = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_EVERY_MS)
        self.look()

    def look(self) -> None:
        """Make a backup if one is due, and tell how old the newest is."""
        if self._is_busy:
            return
        self._is_busy = True
        self._background.run(
            lambda: back_up_if_due(self._database, self._folder, self._clock), lambda _: self._tell(), self._gone_wrong
        )

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def wait(self) -> None:
        """Wait for a backup or proof that is being made; any thread may."""
        self._background.wait()

    def _gone_wrong(self, error: Exception) -> None:
        self._tell()
        self._failed(error)

    def _tell(self) -> None:
        self._is_busy = False
        state = read_state(backups_folder(self._folder))
        self._told(age_in_words(state.last_success, self._clock.now()), not state.failures)


def age_in_words(made_at: datetime | None, now: datetime) -> str:
    """Return how long ago something was made: minutes below an hour, hours below a day, then days."""
    if made_at is None:
        return tr("none")
    minutes = max(0, (now - made_at) // timedelta(minutes=1))
    if minutes < _HOUR:
        return tr("{count} min", count=minutes)
    if minutes < 24 * _HOUR:
        return tr("{count} h", count=minutes // _HOUR)
    return tr("{count} days", count=minutes // (24 * _HOUR))
