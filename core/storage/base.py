"""The parent of every table, and what a table is to the audit log."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any, ClassVar, cast
from uuid import UUID

import sqlalchemy
from sqlalchemy import ForeignKey, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import SchemaItem

from core.storage.columns import Day, Flag, Id, Instant, Whole


class TableRole(enum.Enum):
    """What a table is to the log: capture, guards and (later) sync follow from it."""

    #: Insert only; its rows stand whole in the event that made them. Guarded by triggers.
    FACT = "fact"
    #: May change; each change stands in an event field by field, before and after.
    MASTER = "master"
    #: Computed from facts; never in an event, rebuilt and proved from them.
    DERIVED = "derived"
    #: This machine's own; never leaves it and is no part of the books.
    LOCAL = "local"
    #: The audit log itself: insert only and guarded, captured by nothing since it is the capture.
    LOG = "log"


APPEND_ONLY = frozenset({TableRole.FACT, TableRole.LOG})

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """A table of the shop's file. ``role`` must be said; the rest follows from it."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Id,
        int: Whole,
        str: Text,
        bool: Flag,
        bytes: LargeBinary,
        date: Day,
        datetime: Instant,
    }
    role: ClassVar[TableRole]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Carry the role into the table's own ``info`` so that metadata alone tells it."""
        super().__init_subclass__(**kwargs)
        cast(sqlalchemy.Table, cls.__table__).info["role"] = cls.role


def table_options(*items: SchemaItem, large_rows: bool = False) -> tuple[Any, ...]:
    """Return ``__table_args__``: the constraints, and SQLite's strict tables clustered by primary key.

    ``large_rows`` says that many rows pass 1,000 bytes: clustered by key, each of them would take a page of 4,096
    bytes beside its own, so such a table keeps SQLite's rowid and an index for the key.
    """
    return (*items, {"sqlite_strict": True, "sqlite_with_rowid": large_rows})


def reference(target: str) -> ForeignKey:
    """Return a foreign key checked at commit, so that the rows of one command may come in any order."""
    return ForeignKey(target, deferrable=True, initially="DEFERRED")


#: Mark of a column whose value never enters the log; its SHA-256 does, so that a change is still noticed.
SECRET = {"secret": True}


def secret_text() -> Mapped[str]:
    """Return a text column (a password hash) that the log shows only as a digest."""
    return mapped_column(Text, info=dict(SECRET))
