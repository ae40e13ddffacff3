"""This database as an author: the code that prefixes its numbers, and its run of events."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, table_options


class Node(Table):
    """One row: who this database is. A restored or copied database starts a new epoch."""

    __tablename__ = "node"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    epoch: Mapped[int]
    started_at: Mapped[datetime]
