"""What the health screen has done by core, in the background; each piece asks for the right once more. Knows no Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from core.app.backups.care import back_up_beside, prove_beside
from core.app.backups.folder import Backup, backups_folder, choose_second_folder, list_backups
from core.app.backups.state import Failure, read_state
from core.app.checking import Checked, CheckPart, check_shop
from core.app.health import Health, confirm_clock, health
from core.app.recovery import RecoverySheet, recovery_sheet
from core.app.shop import Shop
from core.app.verify import VerifyReport
from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.kernel.actor import Actor
from core.kernel.clock import Clock

T = TypeVar("T")
Failed = Callable[[Exception], None]


class Run(Protocol):
    """Runs work off the window's thread and answers on it, as ``Background.run`` does."""

    def __call__(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """The state of the shop, and its backups, the newest first."""

    health: Health
    backups: tuple[Backup, ...]


class Care:
    """Core's services about backups and health, for one open shop and whoever is logged in.

    ``post`` has something done on the window's thread while work goes on. ``turn`` is held by whoever makes or proves
    backups in this program: somebody who asks for one waits until the caretaker is done.
    """

    def __init__(
        self,
        run: Run,
        post: Callable[[Callable[[], None]], None],
        shop: Shop,
        clock: Clock,
        actor: Actor,
        turn: threading.Lock,
    ) -> None:
        self._run = run
        self._post = post
        self._shop = shop
        self._clock = clock
        self._actor = actor
        self._turn = turn

    def look(self, done: Callable[[Found], None], failed: Failed) -> None:
        """See how the shop is."""

        def work() -> Found:
            self._require(Permission.MAKE_BACKUP)
            backups = list_backups(backups_folder(self._shop.folder))
            return Found(health(self._shop, self._clock), tuple(backups))

        self._run(work, done, failed)

    def back_up(self, done: Callable[[Backup, Failure | None], None], failed: Failed) -> None:
        """Make a backup; ``done`` also gets what the second folder had against it."""

        def work() -> tuple[Backup, Failure | None]:
            self._require(Permission.MAKE_BACKUP)
            with self._turn:
                made = back_up_beside(self._shop.database, self._shop.folder, self._clock)
            return made, read_state(backups_folder(self._shop.folder)).second_failure

        self._run(work, lambda answer: done(*answer), failed)

    def prove(self, name: str, done: Callable[[Backup, VerifyReport], None], failed: Failed) -> None:
        """Restore a backup into a scratch file and verify it."""

        def work() -> tuple[Backup, VerifyReport]:
            self._require(Permission.MAKE_BACKUP)
            with self._turn:
                return prove_beside(self._shop.database, self._shop.folder, name, self._clock)

        self._run(work, lambda answer: done(*answer), failed)

    def check(
        self,
        tell: Callable[[CheckPart], None],
        stop: threading.Event,
        done: Callable[[Checked | None], None],
        failed: Failed,
    ) -> None:
        """Check the file and all books; ``done`` gets None when it was stopped."""

        def work() -> Checked | None:
            self._require(Permission.MAKE_BACKUP)
            return check_shop(self._shop, self._clock, tell=lambda part: self._post(lambda: tell(part)), stop=stop)

        self._run(work, done, failed)

    def choose_second(self, folder: Path | None, done: Callable[[], None], failed: Failed) -> None:
        """Copy backups to another folder from now on, None for no copies."""

        def work() -> None:
            self._require(Permission.MAKE_BACKUP)
            choose_second_folder(self._shop.folder, folder)

        self._run(work, lambda _: done(), failed)

    def sheet(self, done: Callable[[RecoverySheet], None], failed: Failed) -> None:
        """Return the recovery sheet."""

        def work() -> RecoverySheet:
            self._require(Permission.RESTORE_BACKUP)
            return recovery_sheet(self._shop, self._clock)

        self._run(work, done, failed)

    def confirm_clock(self, done: Callable[[], None], failed: Failed) -> None:
        """Say that the computer's clock is right."""

        def work() -> None:
            with self._shop.database.write(self._actor) as uow:
                confirm_clock(uow)

        self._run(work, lambda _: done(), failed)

    def _require(self, right: Permission) -> None:
        with self._shop.database.read() as session:
            require_to_read(session, self._actor, right)
