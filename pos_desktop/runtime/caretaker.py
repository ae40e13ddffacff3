"""Looks after the open shop while people bill: backups and proofs when they are due, and how old the last one is.

Once a day it counts what sells most, too, for the search.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from core.app.backups.care import look_after
from core.app.backups.folder import backups_folder
from core.app.backups.state import BackupState, read_state
from core.inventory.popularity import count_popularity_if_due
from core.kernel.clock import Clock
from core.kernel.errors import Problem
from core.storage.sqlite import SqliteDatabase
from pos_desktop.runtime.background import Background
from pos_desktop.runtime.words import age_in_words

_LOOK_EVERY_MS = 60_000
#: Somebody else makes or proves a backup just now: nothing went wrong, and a minute later it is asked again.
_BUSY = "backup.busy"


class Caretaker(QObject):
    """Asks every minute whether a backup, the weekly proof or the count is due, and makes it in the background.

    ``told`` gets the age of the newest backup in words and the state of the folder; ``changed`` hears of each backup
    made or proved, or that failed; ``failed`` gets what went wrong. ``turn`` is held while it works, as by whoever
    else makes or proves backups in this program: one waits for the other instead of being refused. Nothing of it
    waits for the window, and the window never waits for it.
    """

    def __init__(
        self,
        database: SqliteDatabase,
        folder: Path,
        clock: Clock,
        turn: threading.Lock,
        *,
        told: Callable[[str, BackupState], None],
        changed: Callable[[], None],
        failed: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._database = database
        self._folder = folder
        self._clock = clock
        self._turn = turn
        self._told = told
        self._changed = changed
        self._failed = failed
        self._background = Background(self)
        self._is_busy = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_EVERY_MS)
        self.tell()
        self.look()

    def tell_to(self, told: Callable[[str, BackupState], None]) -> None:
        """Tell somebody else from now on, and at once: the window is another user's."""
        self._told = told
        self.tell()

    def look(self) -> None:
        """Make a backup and prove it if that is due, and tell how old the newest is."""
        if self._is_busy:
            return
        self._is_busy = True
        self._background.run(self._look_after, self._done, self._gone_wrong)

    def tell(self) -> None:
        """Tell how old the newest backup is: after somebody made one by hand, too."""
        state = read_state(backups_folder(self._folder))
        self._told(age_in_words(state.last_success, self._clock.now()), state)

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def wait(self) -> None:
        """Wait for a backup or proof that is being made; any thread may."""
        self._background.wait()

    def _look_after(self) -> bool:
        """Do what is due; say whether a backup was. The proof reads a scratch copy, billing goes on."""
        count_popularity_if_due(self._database)
        with self._turn:
            return look_after(self._database, self._folder, self._clock)

    def _done(self, was_due: bool) -> None:
        self._is_busy = False
        self.tell()
        if was_due:
            self._changed()

    def _gone_wrong(self, error: Exception) -> None:
        self._done(was_due=True)
        if not (isinstance(error, Problem) and error.code == _BUSY):
            self._failed(error)
