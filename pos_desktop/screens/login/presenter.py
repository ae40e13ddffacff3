"""The log-in window without Qt: coming in by password, and unlocking a terminal that locked itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.auth.dto import Method, SessionView
from core.boundary.messages import explain
from core.kernel.errors import Problem, RuleBroken
from pos_desktop.shell.texts import tr

#: After these a PIN lets nobody in any more: the window asks for the password.
_PASSWORD_NEEDED = {"auth.no_session", "auth.pin_needs_password", "auth.password_due"}


class Authenticate(Protocol):
    """Proves a name and a secret in the background: hashing takes a while by design."""

    def __call__(
        self,
        username: str,
        secret: str,
        done: Callable[[SessionView], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class ReplacePassword(Protocol):
    """Changes a password that somebody else gave, and lets in with the new one, in the background."""

    def __call__(
        self,
        username: str,
        password: str,
        new_password: str,
        done: Callable[[SessionView], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class Login:
    """Who wants in. ``listen`` tells the view that something changed; the secrets are kept by nobody here.

    With ``unlock`` the terminal locked itself: the PIN lets in as well as the password, whoever it is, and ``method``
    says which is being typed; the password first where ``last_user`` has no PIN. ``is_due`` while a password that
    somebody else gave must be changed: the new one is typed twice then.
    """

    def __init__(
        self,
        *,
        authenticate: Authenticate,
        entered: Callable[[SessionView], None],
        last_user: str = "",
        replace: ReplacePassword | None = None,
        unlock: Authenticate | None = None,
        has_pin: bool = True,
    ) -> None:
        self._authenticate = authenticate
        self._entered = entered
        self._replace = replace
        self._unlock = unlock
        self._listener: Callable[[], None] = lambda: None
        self.username = last_user
        self.method = Method.PIN if unlock is not None and has_pin else Method.PASSWORD
        self.is_busy = False
        self.is_due = False
        self.problems: dict[str, str] = {}
        self.attempt = 0

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    @property
    def is_locked(self) -> bool:
        """Whether this is a terminal that locked itself."""
        return self._unlock is not None

    @property
    def first_field(self) -> str:
        """The field that the focus belongs to."""
        wrong = next((name for name in ("username", "password", "new", "again") if name in self.problems), "")
        if wrong == "username" or not self.username:
            return "username"
        return wrong or ("new" if self.is_due else "password")

    def typed(self, name: str = "") -> None:
        """Something was typed: what was wrong is being mended; another name is asked for its own password."""
        was_due = self.is_due
        if name == "username":
            self.is_due = False
        if self.problems or was_due != self.is_due:
            self.problems = {}
            self._listener()

    def toggle_method(self) -> None:
        """F2 on a locked terminal: the password instead of the PIN, or back."""
        if self.is_locked and not self.is_busy and not self.is_due:
            self.method = Method.PIN if self.method is Method.PASSWORD else Method.PASSWORD
            self.problems = {}
            self.attempt += 1
            self._listener()

    def submit(self, username: str, secret: str, new: str = "", again: str = "") -> None:
        """Enter: try to get in; ``new`` and ``again`` are the new password where one is due."""
        if self.is_busy:
            return
        self.username = username.strip()
        self.problems = {}
        if not self.username:
            self.problems["username"] = tr("Type your user name.")
        elif not secret:
            is_pin = self.method is Method.PIN
            self.problems["password"] = tr("Type your PIN.") if is_pin else tr("Type your password.")
        elif self.is_due:
            self._submit_new(secret, new, again)
        else:
            self.is_busy = True
            prove = self._unlock if self._unlock is not None and self.method is Method.PIN else self._authenticate
            prove(self.username, secret, self._done, self._failed)
        self.attempt += 1
        self._listener()

    def _submit_new(self, password: str, new: str, again: str) -> None:
        assert self._replace is not None
        if not new:
            self.problems["new"] = tr("Type a password of your own.")
        elif new != again:
            self.problems["again"] = explain(RuleBroken("auth.password_differs"))
        else:
            self.is_busy = True
            self._replace(self.username, password, new, self._done, self._failed)

    def _done(self, session: SessionView) -> None:
        self.is_busy = False
        self._listener()
        self._entered(session)

    def _failed(self, error: Exception) -> None:
        self.is_busy = False
        if not isinstance(error, Problem):
            self._listener()
            raise error
        was_pin = self.method is Method.PIN
        if error.code in _PASSWORD_NEEDED:
            self.method = Method.PASSWORD
        if error.code == "auth.password_due" and not was_pin and self._replace is not None:
            self.is_due = True
            self.problems["new"] = explain(error)
        else:
            self.problems["new" if (error.where == "new_password") else "password"] = explain(error)
        self.attempt += 1
        self._listener()
