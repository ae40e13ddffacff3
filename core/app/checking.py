"""Checks the open shop whole, file and books, beside whoever works in it, and stops when asked to."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event

from core.app.integrity import file_faults
from core.app.shop import Shop
from core.app.verify import VerifyReport, verify
from core.kernel.clock import Clock
from core.storage.sqlite import SqliteDatabase

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

    ``tell`` is called when a part begins, on this thread. Billing goes on meanwhile. Raises EnvironmentFault
    ``storage.damaged`` where SQLite cannot even read the file.
    """
    database = SqliteDatabase(shop.database.path, key=shop.database.key, clock=clock)

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
    return None if stop.is_set() else Checked(clock.now(), tuple(faults), report)
