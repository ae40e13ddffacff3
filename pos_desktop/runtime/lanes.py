"""Work on the database off the GUI thread: one lane that writes, a few that read.

Presenters know only the protocol; the Qt lanes live beside it in ``qt_lanes``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from core.storage.unit_of_work import UnitOfWork

T = TypeVar("T")


class Lanes(Protocol):
    """Runs work in the background and brings its result back to the thread that asked.

    Exactly one of ``done`` and ``failed`` is called, later, on the asking thread. Writes run one after another in
    the order asked. ``write`` acts as the user who is logged in.
    """

    def write(
        self, work: Callable[[UnitOfWork], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run a command in one transaction; ``done`` is called only after it is committed."""
        ...

    def read(
        self, work: Callable[[Session], T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        """Run a query."""
        ...
