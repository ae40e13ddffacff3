"""The audit log's table."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, table_options


class AuditEvent(Table):
    """One command that changed something: who, when, what, chained by hash to the event before it.

    ``seq`` counts from 1 without a gap in (node, epoch). ``hlc`` is a hybrid logical clock in microseconds: never
    behind the event before, whatever the computer's clock does. ``body`` is the canonical JSON of the rows added and
    fields changed, compressed by ``codec``. ``sha`` is SHA-256(previous sha || header || newline || body).
    """

    __tablename__ = "audit_event"
    __table_args__ = table_options(
        Index("ix_audit_event_subject", "subject_id", "hlc", "node_id", "epoch", "seq"),
        Index("ix_audit_event_at", "at", "node_id", "epoch", "seq"),
        Index("ix_audit_event_username", "username", "at", "node_id", "epoch", "seq"),
        Index("ix_audit_event_kind", "kind", "at", "node_id", "epoch", "seq"),
        large_rows=True,
    )
    role = TableRole.LOG

    node_id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    sha: Mapped[bytes]
    hlc: Mapped[int]
    at: Mapped[datetime]
    user_id: Mapped[UUID | None]
    username: Mapped[str]
    os_account: Mapped[str | None]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    program: Mapped[str]
    codec: Mapped[int]
    body: Mapped[bytes]


class AuditTouch(Table):
    """Which events changed a master's row: without it the history of a row would mean reading the whole log.

    ``row_key`` is the row's primary key in canonical form, parts joined by ``/``. ``hlc`` is the event's.
    """

    __tablename__ = "audit_touch"
    __table_args__ = table_options()
    role = TableRole.DERIVED

    table_name: Mapped[str] = mapped_column(primary_key=True)
    row_key: Mapped[str] = mapped_column(primary_key=True)
    hlc: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
