"""Checks the open shop whole, file and books, beside whoever works in it, and stops when asked to."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import event

from core.app.checked import note_check
from core.app.elsewhere import ProcessLost, Stopped, in_a_process, is_worth_a_process
from core.app.integrity import file_faults, integrity_faults
from core.app.shop import Shop
from core.app.verify import VerifyReport, explain_finding, verify
from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault
from core.storage.faults import UNREADABLE_TEXT
from core.storage.sqlite import SqliteDatabase

#: Faults of the file, and the report on the books.
_Found = tuple[tuple[str, ...], VerifyReport]

#: What a check that cannot go on for it has found: the file itself.
_DAMAGED = frozenset({"storage.damaged", UNREADABLE_TEXT})
_UNREAD = "there are pages of the file that cannot be read"

#: Instructions of SQLite's machine between two looks whether to stop: some milliseconds.
_STEPS = 50_000


class CheckPart(enum.Enum):
    """What is being checked."""

    FILE = "file"
    BOOKS = "books"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: faults of the file's pages, references and schema, and the report on the books."""

    at: datetime
    faults: tuple[str, ...]
    report: VerifyReport

    @property
    def holds(self) -> bool:
        """Whether file and books are as they should be."""
        return not self.faults and self.report.holds


def check_shop(shop: Shop, clock: Clock, *, tell: Callable[[CheckPart], None], stop: threading.Event) -> Checked | None:
    """Check file and books on connections of its own; None when ``stop`` was set before it was done.

    ``tell`` is called when a part begins, on this thread. Billing goes on meanwhile: a large shop is checked by a
    process of its own. What was found is kept for the alarm. Raises EnvironmentFault ``storage.damaged`` where SQLite
    cannot even read the file.
    """
    with _damage_noted(shop, clock):
        found = _check_wherever(shop, tell, stop)
    if found is None:
        return None
    checked = Checked(clock.now(), *found)
    note_check(shop.folder, checked.at, file=checked.faults, books=_sentences(checked.report))
    return checked


def check_books(shop: Shop, clock: Clock, *, processes: int = 1) -> VerifyReport:
    """Verify the books of the open shop, and keep what was found for the alarm. Raises what ``verify`` raises."""
    with _damage_noted(shop, clock):
        report = verify(shop.database, processes=processes)
    note_check(shop.folder, clock.now(), books=_sentences(report))
    return report


def check_file(shop: Shop, clock: Clock) -> list[str]:
    """Return the faults of the open shop's file, and keep them for the alarm. Raises what reading it raises."""
    with _damage_noted(shop, clock):
        faults = integrity_faults(shop)
    note_check(shop.folder, clock.now(), file=faults)
    return faults


@contextmanager
def _damage_noted(shop: Shop, clock: Clock) -> Iterator[None]:
    try:
        yield
    except EnvironmentFault as fault:
        if fault.code in _DAMAGED:
            note_check(shop.folder, clock.now(), file=[_UNREAD])
        raise


def _sentences(report: VerifyReport) -> list[str]:
    return [explain_finding(finding) for finding in report.findings]


def _check_wherever(shop: Shop, tell: Callable[[CheckPart], None], stop: threading.Event) -> _Found | None:
    """Check in a process of its own where the shop is large, else here."""
    opener = shop.database.opener()
    if is_worth_a_process(shop.database.path):
        try:
            return in_a_process(partial(_check_alone, opener), tell=tell, stop=stop)
        except Stopped:
            return None
        except ProcessLost:
            pass  # done here then, beside the counter
    return _check(opener, tell, stop)


def _check_alone(opener: Callable[[], SqliteDatabase], tell: Callable[[CheckPart], None]) -> _Found:
    found = _check(opener, tell, threading.Event())
    assert found is not None  # nobody asks it to stop: it is killed
    return found


def _check(
    opener: Callable[[], SqliteDatabase], tell: Callable[[CheckPart], None], stop: threading.Event
) -> _Found | None:
    database = opener()

    @event.listens_for(database.reader, "connect")
    def watch(connection: Any, record: object) -> None:
        connection.set_progress_handler(stop.is_set, _STEPS)

    try:
        tell(CheckPart.FILE)
        faults = file_faults(database)
        tell(CheckPart.BOOKS)
        report = verify(database)
    except Exception:
        if stop.is_set():
            return None  # SQLite was interrupted in the middle of a query, and whoever read it fell over that
        raise
    finally:
        database.close()
    return None if stop.is_set() else (tuple(faults), report)
