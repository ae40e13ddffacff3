"""Keeps on the disk what is being made in a window of purchases, so that it comes back after a power cut. No Qt."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.purchasing.entry_drafts import EntryKind, keep_entry, kept_entry
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.lanes import Lanes
from pos_desktop.screens.goods_in.keeping import KEEP_AFTER_MS


class Keeper:
    """Writes some time after a change what ``written`` says, None where nothing is being made."""

    def __init__(
        self,
        lanes: Lanes,
        actor: Actor,
        kind: EntryKind,
        later: Callable[[int, Callable[[], None]], None],
        written: Callable[[], dict[str, Any] | None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Start with nothing to keep."""
        self._lanes = lanes
        self._actor = actor
        self._kind = kind
        self._later = later
        self._written = written
        self._failed = failed
        self._is_kept = True
        self._is_reading = False
        self._asked_meanwhile: list[Callable[[], None]] = []

    def changed(self) -> None:
        """Keep it soon; changes until then go with it."""
        if self._is_kept:
            self._is_kept = False
            self._later(KEEP_AFTER_MS, self.keep_now)

    def keep_now(self) -> None:
        """Keep what changed at once."""
        if self._is_kept:
            return
        self._is_kept = True
        said, kind = self._written(), self._kind
        body = None if said is None else json.dumps(said, ensure_ascii=False)

        def work(uow: UnitOfWork) -> None:
            keep_entry(uow, kind, body)

        self._lanes.write(work, lambda _: None, self._failed)

    def bring_back(
        self,
        done: Callable[[dict[str, Any]], None],
        is_booked: Callable[[Session, UUID], bool] = lambda session, command_id: False,
    ) -> None:
        """Read what was kept; ``done`` is called where something was that ``is_booked`` does not find in the books."""
        username, kind = self._actor.username, self._kind
        self._is_reading = True

        def read(session: Session) -> dict[str, Any] | None:
            body = kept_entry(session, kind, username)
            said: dict[str, Any] | None = None if body is None else json.loads(body)
            return None if said is None or is_booked(session, UUID(said["command_id"])) else said

        def take(said: dict[str, Any] | None) -> None:
            if said is not None:
                done(said)
            self._now_known()

        def failed(error: Exception) -> None:
            self._failed(error)
            self._now_known()

        self._lanes.read(read, take, failed)

    def when_known(self, call: Callable[[], None]) -> None:
        """Call as soon as it is known what was kept: at once, unless that is being read."""
        if self._is_reading:
            self._asked_meanwhile.append(call)
        else:
            call()

    def _now_known(self) -> None:
        self._is_reading = False
        asked, self._asked_meanwhile = self._asked_meanwhile, []
        for call in asked:
            call()
