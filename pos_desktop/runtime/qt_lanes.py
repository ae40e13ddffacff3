"""The lanes under Qt: one writer thread, two that read, answers on the GUI thread.

The threads are plain ones that only touch the database; an answer crosses to the GUI thread as a queued signal.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.storage.database import Database
from core.storage.unit_of_work import UnitOfWork

T = TypeVar("T")

_READERS = 2


class LanesClosedError(RuntimeError):
    """Work was asked for after the lanes were closed, or a write before anybody logged in: a bug."""


@dataclass(frozen=True, slots=True)
class _Job:
    """Work, and who hears what came of it."""

    run: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    receiver: QObject | None


class _Bridge(QObject):
    """Lives in the GUI thread; ``answered`` is emitted in a lane and arrives here."""

    answered = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_open = True
        self.answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def _deliver(self, answer: Callable[[], None]) -> None:
        if self.is_open:
            answer()


class QtLanes:
    """Runs reads and writes on a database in the background.

    An answer is not delivered to a receiver that is gone: one whose bound method was given, or the ``owner`` of
    ``lanes_of``. Made, used and closed in the GUI thread.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._actor: Actor | None = None
        self._bridge = _Bridge()
        self._writes: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._is_closing = threading.Event()
        self._writer = threading.Thread(target=self._work, args=(self._writes,), name="writer lane")
        self._readers = [
            threading.Thread(target=self._work, args=(self._reads,), name=f"reader lane {number}")
            for number in range(1, _READERS + 1)
        ]
        for thread in (self._writer, *self._readers):
            thread.start()

    def act_as(self, actor: Actor | None) -> None:
        """Say who is logged in; a write asked for earlier still belongs to who asked."""
        self._actor = actor

    def lanes_of(self, owner: QObject) -> OwnedLanes:
        """Return the same lanes for a widget or screen whose closures shall not be called once it is destroyed."""
        return OwnedLanes(self, owner)

    def write(
        self,
        work: Callable[[UnitOfWork], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        receiver: QObject | None = None,
    ) -> None:
        """Run a command in one transaction as the user who is logged in."""
        actor = self._actor
        if actor is None:
            raise LanesClosedError("nobody is logged in")

        def run() -> T:
            with self._database.write(actor) as uow:
                return work(uow)  # what is returned arrives only after the commit

        self._ask(self._writes, _Job(run, done, failed, receiver))

    def read(
        self,
        work: Callable[[Session], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        receiver: QObject | None = None,
    ) -> None:
        """Run a query."""

        def run() -> T:
            with self._database.read() as session:
                return work(session)

        self._ask(self._reads, _Job(run, done, failed, receiver))

    def finish_writes(self) -> None:
        """Wait until every write that was asked for so far is done; its answer still comes later."""
        done = threading.Event()
        self._ask(self._writes, _Job(done.set, lambda _: None, lambda _: None, None))
        done.wait()

    def close(self) -> None:
        """Finish every write that was asked for and the reads that run, then end; no answer comes any more."""
        if self._is_closing.is_set():
            return
        self._is_closing.set()
        self._bridge.is_open = False
        self._writes.put(None)
        for _ in self._readers:
            self._reads.put(None)
        for thread in (self._writer, *self._readers):
            thread.join()

    def _ask(self, lane: queue.SimpleQueue[_Job | None], job: _Job) -> None:
        if self._is_closing.is_set():
            raise LanesClosedError("the lanes are closed")
        lane.put(job)

    def _work(self, lane: queue.SimpleQueue[_Job | None]) -> None:
        while (job := lane.get()) is not None:
            if lane is self._reads and self._is_closing.is_set():
                continue  # nobody waits for it; a write was promised
            self._bridge.answered.emit(_carry_out(job))
            del job  # a lane that waits holds nobody's window: who asked may have left long before it is asked again


class OwnedLanes:
    """The lanes as one widget or screen uses them: when it is destroyed its answers are dropped."""

    def __init__(self, lanes: QtLanes, owner: QObject) -> None:
        self._lanes = lanes
        self._owner = owner

    def write(
        self, work: Callable[[UnitOfWork], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run a command in one transaction as the user who is logged in."""
        self._lanes.write(work, done, failed, self._owner)

    def read(
        self, work: Callable[[Session], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run a query."""
        self._lanes.read(work, done, failed, self._owner)


def _carry_out(job: _Job) -> Callable[[], None]:
    """Run the work in this lane; return what the GUI thread does with it."""
    try:
        result = job.run()
    except Exception as error:  # noqa: BLE001 - whatever it is, who asked must hear it, as it is
        problem = error
        return lambda: _tell(job, job.failed, problem)
    return lambda: _tell(job, job.done, result)


def _tell(job: _Job, listener: Callable[[Any], None], what: object) -> None:
    for receiver in (job.receiver, getattr(listener, "__self__", None)):
        if isinstance(receiver, QObject) and not shiboken6.isValid(receiver):
            return
    listener(what)
