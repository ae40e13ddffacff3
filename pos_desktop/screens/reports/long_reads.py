"""Reads that may take long, on a connection of their own, so that no lane that the counter uses waits. Knows no Qt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from core.reporting.report import Stopped, Tick
from core.storage.database import Database

T = TypeVar("T")
Failed = Callable[[Exception], None]
#: Between two words of how far a read is.
TELL_SECONDS = 0.1


class Run(Protocol):
    """Runs work off the window's thread and answers on it, as ``Background.run`` does."""

    def __call__(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Failed) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


#: Has something done on the window's thread, from inside work.
Post = Callable[[Callable[[], None]], None]


@contextmanager
def read_apart(database: Database) -> Iterator[Session]:
    """Open a session on a connection of its own: those that the lanes share are few."""
    opener = database.opener()
    if opener is None:
        with database.read() as session:
            yield session
        return
    apart = opener()
    try:
        with apart.read() as session:
            yield session
    finally:
        apart.close()


class Teller:
    """Tells the window's thread how far work is, some times a second, and ends it once ``stop`` is set."""

    def __init__(self, post: Post, told: Tick, stop: threading.Event) -> None:
        """``told`` is called on the window's thread."""
        self._post = post
        self._told = told
        self._stop = stop
        self._next = 0.0

    def __call__(self, done: int, whole: int) -> None:
        """Hear how much is done of how much; raises ``Stopped``."""
        if self._stop.is_set():
            raise Stopped
        now = time.monotonic()
        if now >= self._next:
            self._next = now + TELL_SECONDS
            self._post(lambda: self._tell(done, whole))

    def _tell(self, done: int, whole: int) -> None:
        if not self._stop.is_set():
            self._told(done, whole)


@dataclass(slots=True, eq=False)
class _Job:
    """What is read, and who hears of it until ``stop`` is set."""

    work: Callable[[Session, Tick], Any]
    told: Tick
    done: Callable[[Any], None]
    failed: Failed
    stop: threading.Event = field(default_factory=threading.Event)


class LongReads:
    """One read at a time, the one that was asked for last: what is asked before is ended, and never answers."""

    def __init__(self, run: Run, post: Post, read: Callable[[], AbstractContextManager[Session]]) -> None:
        """``read`` opens a session; it is called on the thread that reads."""
        self._run = run
        self._post = post
        self._read = read
        self._running: _Job | None = None
        self._next: _Job | None = None

    def read(self, work: Callable[[Session, Tick], T], told: Tick, done: Callable[[T], None], failed: Failed) -> None:
        """Read; ``told`` hears how far it is. What is still being read ends first, so that no two use the machine."""
        self.stop()
        job = _Job(work, told, done, failed)
        if self._running is None:
            self._begin(job)
        else:
            self._next = job

    def stop(self) -> None:
        """End what is read, at its next look; nobody hears of it any more."""
        self._next = None
        if self._running is not None:
            self._running.stop.set()

    def _begin(self, job: _Job) -> None:
        self._running = job

        def work() -> Any:
            tick = Teller(self._post, job.told, job.stop)
            with self._read() as session:
                return job.work(session, tick)

        self._run(
            work,
            lambda result: self._ended(job, lambda: job.done(result)),
            lambda error: self._ended(job, lambda: job.failed(error)),
        )

    def _ended(self, job: _Job, tell: Callable[[], None]) -> None:
        self._running = None
        following, self._next = self._next, None
        if following is not None:
            self._begin(following)
        elif not job.stop.is_set():
            tell()
