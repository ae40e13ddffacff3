"""The log-in window without Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.boundary.messages import explain
from core.kernel.actor import Actor
from core.kernel.errors import Problem
from pos_desktop.shell.texts import tr


class Authenticate(Protocol):
    """Proves a name and a password in the background: hashing takes a while by design."""

    def __call__(
        self,
        username: str,
        password: str,
        done: Callable[[Actor], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class Login:
    """Who wants in. ``listen`` tells the view that something changed; the password is kept by nobody here."""

    def __init__(self, *, authenticate: Authenticate, entered: Callable[[Actor], None], last_user: str = "") -> None:
        self._authenticate = authenticate
        self._entered = entered
        self._listener: Callable[[], None] = lambda: None
        self.username = last_user
        self.is_busy = False
        self.problems: dict[str, str] = {}
        self.attempt = 0

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    @property
    def first_field(self) -> str:
        """The field that the focus belongs to."""
        return "username" if "username" in self.problems or not self.username else "password"

    def typed(self) -> None:
        """Something was typed: what was wrong is being mended."""
        if self.problems:
            self.problems = {}
            self._listener()

    def submit(self, username: str, password: str) -> None:
        """Enter: try to get in."""
        if self.is_busy:
            return
        self.username = username.strip()
        self.problems = {}
        if not self.username:
            self.problems["username"] = tr("Type your user name.")
        elif not password:
            self.problems["password"] = tr("Type your password.")
        else:
            self.is_busy = True
            self._authenticate(self.username, password, self._done, self._failed)
        self.attempt += 1
        self._listener()

    def _done(self, actor: Actor) -> None:
        self.is_busy = False
        self._listener()
        self._entered(actor)

    def _failed(self, error: Exception) -> None:
        self.is_busy = False
        if isinstance(error, Problem):
            self.problems["password"] = explain(error)
        self._listener()
        if not isinstance(error, Problem):
            raise error
