"""A shop that does not open, without Qt: what is wrong, the recovery code where its key is missing, or a backup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.boundary.messages import explain
from core.kernel.errors import Problem
from pos_desktop.shell.texts import tr

_KEY_FAULTS = frozenset({"key.missing", "key.wrong"})


class Unlock(Protocol):
    """Gives the key of a recovery code to this computer, in the background."""

    def __call__(self, code: str, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class Trouble:
    """What keeps the shop shut. ``unlocked`` is called when its key was given, ``restore`` opens a backup instead."""

    def __init__(
        self, fault: Problem, *, unlock: Unlock, unlocked: Callable[[], None], restore: Callable[[], None]
    ) -> None:
        self._unlock = unlock
        self._unlocked = unlocked
        self._restore = restore
        self._listener: Callable[[], None] = lambda: None
        self.asks_code = fault.code in _KEY_FAULTS
        self.sentence = (
            tr("The shop is encrypted and its key is not on this computer: type the code of its recovery sheet.")
            if self.asks_code
            else explain(fault)
        )
        self.code = ""
        self.problem = ""
        self.is_busy = False

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    def type(self, text: str) -> None:
        """The code as typed so far."""
        if text != self.code and not self.is_busy:
            self.code, self.problem = text, ""
            self._listener()

    def submit(self) -> None:
        """Enter: try the code."""
        if not self.asks_code or self.is_busy:
            return
        self.is_busy, self.problem = True, ""
        self._listener()
        self._unlock(self.code, self._done, self._failed)

    def restore(self) -> None:
        """F8: put a backup in the shop's place."""
        if not self.is_busy:
            self._restore()

    def _done(self) -> None:
        self.is_busy, self.code = False, ""
        self._unlocked()

    def _failed(self, error: Exception) -> None:
        self.is_busy = False
        if isinstance(error, Problem):
            self.problem = (
                tr("The shop does not open with this code: compare it with its own sheet.")
                if error.code in _KEY_FAULTS
                else explain(error)
            )
        self._listener()
        if not isinstance(error, Problem):
            raise error
