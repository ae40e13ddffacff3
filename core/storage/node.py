"""This database as an author: the code that prefixes its numbers, and its run of events."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.storage.base import Table, TableRole, table_options
from core.storage.prepared import Prepared


class Node(Table):
    """One row: who this database is. A restored or copied database starts a new epoch."""

    __tablename__ = "node"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    epoch: Mapped[int]
    started_at: Mapped[datetime]


class Author(NamedTuple):
    """Who writes in this database: the node as facts and numbers name it."""

    id: UUID
    code: str
    epoch: int


_AUTHOR = Prepared(select(Node.id, Node.code, Node.epoch))


def author(session: Session) -> Author:
    """Return this database's own node."""
    (row,) = _AUTHOR.rows(session)
    return Author(*row)
