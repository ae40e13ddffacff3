"""The recovery sheet on the screen without Qt: shown, printed, saved, and confirmed by typing a group of it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.app.recovery import RecoverySheet
from core.boundary.messages import explain
from core.kernel.errors import Problem
from core.kernel.recovery_code import is_group_of
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone

Failed = Callable[[Exception], None]


class SaveSheet(Protocol):
    """Writes the sheet as a PDF in the background."""

    def __call__(self, sheet: RecoverySheet, path: Path, done: Callable[[], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class PrintSheet(Protocol):
    """Asks for a printer and prints the sheet."""

    def __call__(self, sheet: RecoverySheet, done: Callable[[bool], None], failed: Failed) -> None:
        """Call ``done`` with whether it was printed (False: the user chose no printer), or ``failed``."""
        ...


class ConfirmSheet(Protocol):
    """Keeps that somebody has shown to hold the sheet."""

    def __call__(self, sheet: RecoverySheet, done: Callable[[], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about what was done with the sheet."""

    tone: Tone
    text: str


class SheetDesk:
    """The sheet of an encrypted shop. ``confirmed`` is called once its holder has typed the asked group.

    The code is hidden while the group is typed: whoever can type it holds the sheet and does not read it off.
    """

    def __init__(
        self, *, save: SaveSheet, print_sheet: PrintSheet, confirm: ConfirmSheet, confirmed: Callable[[], None]
    ) -> None:
        self._save = save
        self._print = print_sheet
        self._confirm = confirm
        self._confirmed = confirmed
        self._listener: Callable[[], None] = lambda: None
        self.sheet: RecoverySheet | None = None
        self.is_asking = False
        self.is_busy = False
        self.typed = ""
        self.problem = ""
        self.said: Said | None = None

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    def open(self, sheet: RecoverySheet) -> None:
        """Show a sheet."""
        self.sheet = sheet
        self.is_asking, self.typed, self.problem, self.said = False, "", "", None
        self._listener()

    def close(self) -> None:
        """Forget the sheet: a code is kept no longer than it is looked at."""
        self.sheet = None
        self._listener()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of the code, in their order."""
        return tuple(self.sheet.recovery_code.split("-")) if self.sheet else ()

    @property
    def asked_group(self) -> int:
        """Which group is asked for, from 1: another one for each key."""
        return sum(map(ord, self.sheet.key_id)) % len(self.groups) + 1 if self.sheet else 1

    def type(self, text: str) -> None:
        """The group as typed so far."""
        if text != self.typed:
            self.typed, self.problem = text, ""
            self._listener()

    def next(self) -> None:
        """Enter: hide the code and ask for a group of it, then compare."""
        if self.sheet is None or self.is_busy:
            return
        if not self.is_asking:
            self.is_asking, self.typed, self.problem, self.said = True, "", "", None
        elif not is_group_of(self.sheet.recovery_code, self.asked_group, self.typed):
            self.problem = tr(
                "That is not group {group} of the sheet: compare it, or show the code again (Esc).",
                group=self.asked_group,
            )
        else:
            self.is_busy = True
            self._confirm(self.sheet, self._done, self._failed)
        self._listener()

    def back(self) -> bool:
        """Esc: show the code again. Say whether there was something to go back from."""
        if not self.is_asking or self.is_busy:
            return False
        self.is_asking, self.problem = False, ""
        self._listener()
        return True

    def save(self, path: Path) -> None:
        """Write the sheet as a PDF."""
        if self.sheet is None or self.is_busy:
            return
        self.is_busy = True
        self.said = Said(Tone.ACCENT, tr("Saving the sheet ..."))
        self._listener()
        where = str(path)
        self._save(
            self.sheet,
            path,
            lambda: self._did(tr("Saved as {path}. Keep it off this computer.", path=where)),
            self._failed,
        )

    def print(self) -> None:
        """F9: print the sheet."""
        if self.sheet is None or self.is_busy:
            return
        self.is_busy = True
        self._print(self.sheet, self._printed, self._failed)

    def _printed(self, was_printed: bool) -> None:
        if was_printed:
            self._did(tr("The sheet was sent to the printer. Lock it away."))
            return
        self.is_busy = False
        self._listener()

    def _did(self, sentence: str) -> None:
        self.is_busy = False
        self.said = Said(Tone.GOOD, sentence)
        self._listener()

    def _done(self) -> None:
        self.is_busy = False
        self._listener()
        self._confirmed()

    def _failed(self, error: Exception) -> None:
        self.is_busy = False
        if isinstance(error, Problem):
            self.said = Said(Tone.DANGER, explain(error))
        self._listener()
        if not isinstance(error, Problem):
            raise error
