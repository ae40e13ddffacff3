"""Proves the audit log with several processes: two connections of one process wait for each other inside SQLite.

A process more costs a second to start, so that a small shop is proved by one. What another process fails to do this
one does, and so it only ever costs time.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Self

from sqlalchemy.orm import Session

from core.app.schema import METADATA
from core.audit.chain import Stretch, count_events, stretches
from core.audit.proving import Proved, prove_stretch
from core.storage.database import Database

#: Findings that are kept.
ENOUGH = 100
#: Below this, starting another process takes longer than it saves.
WORTH_A_PROCESS = 20_000
#: Small enough that nobody waits long for the last one.
EVENTS_OF_A_PART = 5_000

_opened: Database | None = None


class Provers:
    """Whoever proves the parts of a shop's log: this process from the first on, others from the last."""

    def __init__(self, database: Database, session: Session, processes: int) -> None:
        self._session = session
        self._events_each: int | None = None
        self._pool: ProcessPoolExecutor | None = None
        self._elsewhere: dict[Stretch, Future[Proved]] = {}
        opener = database.opener()
        others = min(processes, count_events(session) // WORTH_A_PROCESS) - 1
        if opener is not None and others > 0:
            self._prove = partial(_prove, opener)
            self._events_each = EVENTS_OF_A_PART
            self._pool = ProcessPoolExecutor(others, multiprocessing.get_context("spawn"))

    def __enter__(self) -> Self:
        if self._pool is not None:
            # an id that is none, which prove meets again, where it is told; or no process could be started
            with suppress(ValueError, BrokenExecutor):
                for part in reversed(stretches(self._session, self._events_each)):
                    self._elsewhere[part] = self._pool.submit(self._prove, part)
        return self

    def __exit__(self, *raised: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def prove(self) -> Iterator[tuple[Stretch, Proved]]:
        """Yield every part of the log in order and what came of it."""
        for part in stretches(self._session, self._events_each):
            elsewhere = self._elsewhere.get(part)
            proved = None if elsewhere is None or elsewhere.cancel() else _result(elsewhere)
            yield part, proved or prove_stretch(self._session, METADATA, part, ENOUGH)


def _result(elsewhere: Future[Proved]) -> Proved | None:
    """Return what another process made of a part, None where it failed: proved here, what is wrong shows here."""
    failure = elsewhere.exception()
    return elsewhere.result() if failure is None else None


def _prove(opener: Callable[[], Database], part: Stretch) -> Proved:
    global _opened
    if _opened is None:
        gc.disable()  # millions of small objects come and go, none of them in a circle
        _opened = opener()
    with _opened.read() as session:
        return prove_stretch(session, METADATA, part, ENOUGH)
