"""What the driver's errors mean to a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from core.kernel.errors import EnvironmentFault

#: What a file without SQLite's header is answered with: no database at all, or one whose key is another.
NOT_A_DATABASE = "file is not a database"
#: A text that is none: the file is damaged there, or another program wrote it.
UNREADABLE_TEXT = "storage.unreadable_text"
_FAULTS = {
    "database is locked": "storage.busy",
    "database or disk is full": "storage.disk_full",
    "disk I/O error": "storage.disk_failed",
    NOT_A_DATABASE: "storage.damaged",
    "database disk image is malformed": "storage.damaged",
    "malformed database schema": "storage.damaged",
    "Could not decode to UTF-8": UNREADABLE_TEXT,
    "vtable constructor failed": "storage.damaged",  # the pages under the search index
    "unable to open database file": "storage.cannot_open",
    "attempt to write a readonly database": "storage.read_only",
}


def fault_code(message: str) -> str | None:
    """Return the error code of a driver's message, None if it is not the machine's fault."""
    return next((code for words, code in _FAULTS.items() if words in message), None)


@contextmanager
def faults_explained() -> Iterator[None]:
    """Turn the driver's disk, lock and file errors into EnvironmentFault; let every other error through."""
    try:
        yield
    except DBAPIError as error:
        code = fault_code(str(error.orig))
        if code is None:
            raise
        raise EnvironmentFault(code) from error
