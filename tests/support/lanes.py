"""Lanes that run on the test's own thread: at once, or when the test says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from core.kernel.actor import Actor, Role
from core.storage.database import Database
from core.storage.unit_of_work import UnitOfWork

T = TypeVar("T")

OWNER = Actor(None, "owner", Role.OWNER)


class TestLanes:
    """Real reads and writes on a shop's database.

    While ``holds_reads`` or ``holds_writes`` is set, work waits in ``reads`` or ``writes``, and a test runs it in the
    order it likes: ``lanes.reads.pop()()`` answers the newest first. ``fault`` makes the next write fail before it
    begins.
    """

    __test__ = False

    def __init__(self, database: Database, actor: Actor = OWNER) -> None:
        self.database = database
        self.actor = actor
        self.holds_reads = False
        self.holds_writes = False
        self.reads: list[Callable[[], None]] = []
        self.writes: list[Callable[[], None]] = []
        self.written = 0
        self.fault: Exception | None = None

    def write(
        self, work: Callable[[UnitOfWork], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run a command now, or later."""

        def run() -> None:
            try:
                if self.fault is not None:
                    fault, self.fault = self.fault, None
                    raise fault
                with self.database.write(self.actor) as uow:
                    result = work(uow)
                self.written += 1
            except Exception as error:  # noqa: BLE001 - as the lanes do
                failed(error)
            else:
                done(result)

        self._run(run, self.writes, holds=self.holds_writes)

    def read(
        self, work: Callable[[Session], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run a query now, or later."""

        def run() -> None:
            try:
                with self.database.read() as session:
                    result = work(session)
            except Exception as error:  # noqa: BLE001 - as the lanes do
                failed(error)
            else:
                done(result)

        self._run(run, self.reads, holds=self.holds_reads)

    def answer(self) -> None:
        """Run everything that waits, in the order asked, and what that asks for."""
        while self.reads or self.writes:
            (self.reads or self.writes).pop(0)()

    @staticmethod
    def _run(run: Callable[[], None], queue: list[Callable[[], None]], *, holds: bool) -> None:
        if holds:
            queue.append(run)
        else:
            run()
