"""What is done with a recovery sheet: the file and the note in the background, the printer's own window here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.app.recovery import RecoverySheet, note_sheet_kept
from core.kernel.clock import Clock
from core.kernel.errors import Problem
from pos_desktop.runtime.background import Background
from pos_desktop.shell.texts import tr

Failed = Callable[[Exception], None]


class SheetWork:
    """Saves, prints and confirms sheets for a data folder. ``parent`` is the window that the printer is asked in."""

    def __init__(
        self, background: Background, folder: Path, clock: Clock, parent: Callable[[], QWidget | None]
    ) -> None:
        self._background = background
        self._folder = folder
        self._clock = clock
        self._parent = parent

    def save(self, sheet: RecoverySheet, path: Path, done: Callable[[], None], failed: Failed) -> None:
        """Write the sheet as a PDF."""
        self._background.run(lambda: sheet.write_pdf(path), lambda _: done(), failed)

    def print(self, sheet: RecoverySheet, done: Callable[[bool], None], failed: Failed) -> None:
        """Ask for a printer and print; a page is spooled in no time."""
        from pos_desktop.devices.pages import ask_and_print  # lazy: Qt's print support is rarely wanted

        try:
            was_printed = ask_and_print(self._parent(), sheet.pages, tr("Recovery sheet"))
        except Problem as problem:
            failed(problem)
        else:
            done(was_printed)

    def confirm(self, sheet: RecoverySheet, done: Callable[[], None], failed: Failed) -> None:
        """Keep that somebody holds the sheet."""
        self._background.run(lambda: note_sheet_kept(self._folder, sheet.key_id, self._clock), lambda _: done(), failed)
