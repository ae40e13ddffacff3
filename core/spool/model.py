"""Papers on their way to a printer. Local to this machine: no event, never sent to others, dropped by a restore."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, table_options


class PrintJob(Table):
    """A paper that a printer has not taken yet; ids rise with time, and a printer takes its papers in their order.

    ``paper`` is JSON and names a document, it holds none. ``fault`` is JSON too: the code and values of what the
    printer had against it last.
    """

    __tablename__ = "print_job"
    __table_args__ = table_options(Index("ix_print_job_printer", "printer", "id"))
    role = TableRole.LOCAL

    id: Mapped[UUID] = mapped_column(primary_key=True)
    printer: Mapped[str]
    paper: Mapped[str]
    title: Mapped[str]
    username: Mapped[str]
    at: Mapped[datetime]
    state: Mapped[str]
    tries: Mapped[int]
    fault: Mapped[str | None]
