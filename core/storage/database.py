"""A database that core can work on: units of work for commands, sessions that cannot write for reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from core.kernel.actor import Actor
from core.kernel.clock import Clock, SystemClock
from core.kernel.errors import RuleBroken
from core.storage.faults import faults_explained
from core.storage.prepared import driver_at_hand
from core.storage.unit_of_work import UnitOfWork


class UnsealedWriteError(AssertionError):
    """A command changed the books and wrote no audit event: a bug, and nothing was committed."""


class Database:
    """Two engines on one database: one for the writer, one for readers.

    A read connection left open on the writer's engine would block it, hence two. ``write`` queues behind other
    writers of this process; between processes the database's own lock does.
    """

    def __init__(self, writer: Engine, reader: Engine, clock: Clock | None = None) -> None:
        self.writer = writer
        self.reader = reader
        self.clock: Clock = clock or SystemClock()
        self._one_writer = threading.Lock()
        #: Told of every rule that a command broke, after it was rolled back.
        self.on_refusal: Callable[[Database, Actor, RuleBroken], None] | None = None

    @contextmanager
    def write(self, actor: Actor) -> Iterator[UnitOfWork]:
        """Open a transaction for one command; leaving commits it, raising rolls it back whole.

        Raises EnvironmentFault when disk or lock fail, UnsealedWriteError when the books changed without an event.
        """
        try:
            with (
                self._one_writer,
                faults_explained(),
                Session(self.writer, autoflush=False) as session,
                session.begin(),
                driver_at_hand(session),  # begins now, so that what the command reads nobody changes under it
            ):
                uow = UnitOfWork(session, actor, self.clock.now())
                yield uow
                session.flush()
                if uow.capture and not uow.capture.closed:
                    raise UnsealedWriteError
        except RuleBroken as refusal:
            if self.on_refusal is not None:
                self.on_refusal(self, actor, refusal)
            raise

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session on one unchanging picture of the database; it cannot write."""
        with faults_explained(), Session(self.reader, autoflush=False) as session, driver_at_hand(session):
            yield session

    @contextmanager
    def schema_change(self) -> Iterator[Connection]:
        """Open one transaction for a migration: all of it or nothing. Foreign keys are checked before it ends."""
        raise NotImplementedError

    def opener(self) -> Callable[[], Database] | None:
        """Return what opens the same database in another process, None where only this one can."""
        return None

    def close(self) -> None:
        """Close every connection."""
        self.reader.dispose()
        self.writer.dispose()
