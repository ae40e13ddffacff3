"""Keeps on the disk what is being entered in a window of purchases, so that it comes back after a power cut. No Qt."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.purchasing.entry_drafts import EntryKind, keep_entry, kept_entry
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.form_desk import FormDesk, SentForm
from pos_desktop.runtime.lanes import Lanes

EntryT = TypeVar("EntryT")

#: From a change to its being asked to the disk.
KEEP_AFTER_MS: Final = 600


class EntryKeeper:
    """Writes some time after a change what ``written`` says, None where nothing is being entered."""

    def __init__(
        self,
        lanes: Lanes,
        actor: Actor,
        kind: EntryKind,
        later: Callable[[int, Callable[[], None]], None],
        written: Callable[[], dict[str, Any] | None],
        desk: FormDesk,
    ) -> None:
        """Start with nothing to keep."""
        self._lanes = lanes
        self._actor = actor
        self._kind = kind
        self._later = later
        self._written = written
        self._desk = desk
        self._is_kept = True
        self._is_reading = False
        self._asked_meanwhile: list[Callable[[], None]] = []
        self._gives_way: SentForm | None = None

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

        self._lanes.write(work, lambda _: None, self._desk.failed)

    def bring_back(
        self,
        read_back: Callable[[Session, dict[str, Any]], EntryT | None],
        done: Callable[[EntryT, bool], None],
    ) -> None:
        """Read what was kept. ``read_back`` makes of it what it was, None where the books have it by now.

        ``done`` is called where something was, and hears whether a form for a new one gave way to it.
        """
        username, kind = self._actor.username, self._kind
        self._is_reading = True

        def read(session: Session) -> EntryT | None:
            body = kept_entry(session, kind, username)
            return None if body is None else read_back(session, json.loads(body))

        def take(entry: EntryT | None) -> None:
            if entry is not None:
                gave_way = self._gives_way is not None and self._desk.form is self._gives_way
                if gave_way:
                    self._desk.form = None
                done(entry, gave_way)
            self._now_known()

        def failed(error: Exception) -> None:
            self._desk.failed(error)
            self._now_known()

        self._lanes.read(read, take, failed)

    def gives_way(self, form: SentForm) -> None:
        """Open a form for a new one, which is closed where one that was kept comes back."""
        self._gives_way = form
        self._desk.open(form)

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
