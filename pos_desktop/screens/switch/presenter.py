"""Switching the user by PIN, without Qt: who can take over here, and the PIN that is being typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from core.auth.dto import SessionView, UserView
from core.auth.queries import list_users
from core.boundary.messages import explain
from core.kernel.errors import Problem
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.shell.texts import tr


class SwitchTo(Protocol):
    """Proves a name and a PIN in the background: hashing takes a while by design."""

    def __call__(
        self, username: str, pin: str, done: Callable[[SessionView], None], failed: Callable[[Exception], None]
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


class Switch:
    """The panel: closed, or open with the people who have a PIN and are not at work here already.

    ``listen`` tells the view that something changed; the PIN is kept by nobody here. ``attempt`` counts the submits,
    so that the view empties the field for the next.
    """

    def __init__(
        self,
        lanes: Lanes,
        *,
        own_name: str,
        switch_to: SwitchTo,
        entered: Callable[[SessionView], None],
        report_bug: Callable[[Exception], None],
        before: str = "",
    ) -> None:
        """Start closed. ``before`` is who worked here last: two people who take turns find each other chosen."""
        self._lanes = lanes
        self._own_name = own_name
        self._switch_to = switch_to
        self._entered = entered
        self._report_bug = report_bug
        self._before = before
        self._listener: Callable[[], None] = lambda: None
        self.people: Sequence[UserView] = ()
        self.at = 0
        self._sought = ""
        self.is_open = False
        self.is_read = False
        self.is_busy = False
        self.sentence = ""
        self.attempt = 0

    def listen(self, listener: Callable[[], None]) -> None:
        """Have changes told."""
        self._listener = listener

    def open(self) -> None:
        """F11: open the panel, or close it again."""
        if self.is_open:
            self.close()
            return
        self.is_open, self.is_read, self.people, self.at, self.sentence = True, False, (), 0, ""
        self._lanes.read(list_users, self._show, self._failed_to_read)
        self._listener()

    def close(self) -> None:
        """Esc: go back to where one was; a PIN that is being compared still lets in if it is right."""
        if self.is_open and not self.is_busy:
            self.is_open = False
            self._listener()

    def move(self, by: int) -> None:
        """Up and Down: another of the people."""
        self._sought = ""
        if self.people and not self.is_busy:
            self.at = max(0, min(len(self.people) - 1, self.at + by))
            self._mended()

    def choose(self, number: int) -> None:
        """The mouse: one of the people."""
        self.move(number - self.at)

    def find(self, letter: str) -> None:
        """A letter: whose name goes on with what was typed, else the next whose name begins with it."""
        for sought in dict.fromkeys((self._sought + letter.casefold(), letter.casefold())):
            first = 0 if len(sought) > 1 else 1  # who is chosen already may go on being meant
            count = len(self.people)
            for step in range(first, count + first):
                number = (self.at + step) % count
                person = self.people[number]
                if any(name.casefold().startswith(sought) for name in (person.username, person.full_name)):
                    self.move(number - self.at)
                    self._sought = sought
                    return

    def typed(self) -> None:
        """A digit: what was wrong is being mended."""
        self._sought = ""
        self._mended()

    def submit(self, pin: str) -> None:
        """Enter: take over."""
        if self.is_busy or not self.people:
            return
        self.sentence = ""
        if pin:
            self.is_busy = True
            self._switch_to(self.people[self.at].username, pin, self._done, self._failed)
        else:
            self.sentence = tr("Type the PIN of {user}.", user=self.people[self.at].username)
        self.attempt += 1
        self._listener()

    def _show(self, users: Sequence[UserView]) -> None:
        people = [user for user in users if user.is_active and user.has_pin and user.username != self._own_name]
        self.people = sorted(people, key=lambda user: (user.username != self._before, user.username))
        self.is_read = True
        self._listener()

    def _failed_to_read(self, error: Exception) -> None:
        self.is_read = True
        self._fault(error)

    def _done(self, session: SessionView) -> None:
        self.is_busy = self.is_open = False
        self._entered(session)

    def _failed(self, error: Exception) -> None:
        self.is_busy = False
        self._fault(error)

    def _fault(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self.sentence = explain(error)
        else:
            self._report_bug(error)
        self._listener()

    def _mended(self) -> None:
        self.sentence = ""
        self._listener()
