"""Who is at work at this terminal: coming in, taking over, locking, leaving, and a supervisor beside."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from core.auth.dto import AskOverride, ChangePassword, LogIn, OverrideView, SessionView, SwitchUser
from core.auth.login import (
    Door,
    EndReason,
    change_password,
    log_in,
    log_out,
    switch_user,
    unlock_terminal,
)
from core.auth.overrides import authorise
from core.auth.queries import user_by_name
from core.boundary.frozen import load
from core.kernel.actor import Actor
from core.kernel.clock import Uptime
from core.kernel.errors import Problem
from core.storage.database import Database
from pos_desktop.runtime.background import Background

_log = logging.getLogger(__name__)

Failed = Callable[[Exception], None]


class Terminal:
    """The door of the open shop as this window goes through it; each step runs in the background.

    ``session`` is who is at work here, None for nobody. A terminal that locked itself keeps what it needs for the PIN
    that unlocks it.
    """

    def __init__(self, background: Background, uptime: Uptime) -> None:
        """Nobody is there, and no shop is open yet."""
        self.uptime = uptime
        self.session: SessionView | None = None
        self._background = background
        self._door: Door | None = None
        self._locked: SessionView | None = None
        self._left = threading.Event()
        self._left.set()

    def open_shop(self, database: Database) -> None:
        """Stand at the door of a shop."""
        self._door = Door(database, self.uptime)

    # --- in ------------------------------------------------------------------------------------------------------

    def log_in(self, username: str, secret: str, done: Callable[[SessionView], None], failed: Failed) -> None:
        """Come in by password; fails with what ``core.auth.login.log_in`` raises."""
        door = self._its_door
        self._come_in(lambda: log_in(door, load(LogIn, {"username": username, "password": secret})), done, failed)

    def replace_password(
        self, username: str, password: str, new_password: str, done: Callable[[SessionView], None], failed: Failed
    ) -> None:
        """Change a password that somebody else gave, and come in with the new one."""
        door = self._its_door

        def replace() -> SessionView:
            command = load(ChangePassword, {"password": password, "new_password": new_password})
            name = load(LogIn, {"username": username, "password": password}).username
            with door.database.read() as session:
                user = user_by_name(session, name)
            change_password(door, Actor(user.user_id, user.username, user.role), command)
            return log_in(door, LogIn(username=name, password=command.new_password))

        self._come_in(replace, done, failed)

    def switch(self, username: str, pin: str, done: Callable[[SessionView], None], failed: Failed) -> None:
        """Take over by PIN from whoever is at work here."""
        door, running = self._its_door, self.session
        assert running is not None
        command = SwitchUser(username=username, pin=pin)
        self._come_in(lambda: switch_user(door, running.session_id, command), done, failed)

    def unlock(self, username: str, secret: str, done: Callable[[SessionView], None], failed: Failed) -> None:
        """Come in by PIN at a terminal that locked itself."""
        door, locked = self._its_door, self._locked
        assert locked is not None

        def unlock() -> SessionView:
            self._left.wait()  # the end of the session that locked may still be on its way to the disk
            return unlock_terminal(door, locked.session_id, load(SwitchUser, {"username": username, "pin": secret}))

        self._come_in(unlock, done, failed)

    @property
    def can_unlock(self) -> bool:
        """Whether a PIN may let in: the terminal locked itself."""
        return self._locked is not None

    # --- out -----------------------------------------------------------------------------------------------------

    def leave(self, reason: EndReason) -> None:
        """End the session in the background. A disk that refuses keeps nobody in: the window is closed anyway."""
        session, self.session = self.session, None
        if session is None:
            return
        self._locked = session if reason is EndReason.IDLE else None
        database = self._its_door.database
        self._left.clear()

        def end() -> None:
            try:
                with database.write(session.actor) as uow:
                    log_out(uow, session.session_id, reason)
            finally:
                self._left.set()

        self._background.run(end, lambda _: None, _note)

    # --- beside --------------------------------------------------------------------------------------------------

    def change_own_password(self, command: ChangePassword, done: Callable[[None], None], failed: Failed) -> None:
        """Change the password of who is at work here."""
        door, session = self._its_door, self.session
        assert session is not None
        self._background.run(lambda: change_password(door, session.actor, command), done, failed)

    def authorise(self, ask: AskOverride, done: Callable[[OverrideView], None], failed: Failed) -> None:
        """Have a supervisor allow a command of who is at work here."""
        door, session = self._its_door, self.session
        assert session is not None
        self._background.run(lambda: authorise(door, session.actor, ask, session.session_id), done, failed)

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _its_door(self) -> Door:
        assert self._door is not None
        return self._door

    def _come_in(self, prove: Callable[[], SessionView], done: Callable[[SessionView], None], failed: Failed) -> None:
        def came_in(session: SessionView) -> None:
            self.session, self._locked = session, None
            done(session)

        self._background.run(prove, came_in, failed)


def _note(error: Exception) -> None:
    """Note that a session's end could not be written; a later log-in here ends it for PINs all the same."""
    level = logging.WARNING if isinstance(error, Problem) else logging.ERROR
    _log.log(level, "the end of a session could not be written", exc_info=error)
