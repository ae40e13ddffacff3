"""Names values that no program of ours has written and that cannot even be read: text that is none, half an id.

SQLite keeps whatever another tool puts into a column of the right kind. A check that meets such a value cannot go on;
then every row is looked at to say where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import LargeBinary, MetaData, Text, cast, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.storage.columns import Day, Id
from core.storage.prepared import Prepared


def unreadable_values(session: Session, metadata: MetaData) -> Iterator[Finding]:
    """Yield every value that cannot be read; PostgreSQL, which takes none, is not asked."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table in metadata.sorted_tables:
        columns = list(table.columns)
        for row in _as_it_stands(table).raw_stream(session):
            for column, value in zip(columns, row, strict=True):
                if value is not None and not _can_be_read(session, column, value):
                    yield Finding("verify.unreadable", table.name, _key(table, row), column.name)


@cache
def _as_it_stands(table: sqlalchemy.Table) -> Prepared:
    """Return the statement that reads a table as the driver has it, texts as bytes."""
    return Prepared(
        select(
            *(
                cast(column, LargeBinary).label(column.name)
                if isinstance(column.type, Text | Day)
                else sqlalchemy.type_coerce(column, _AsIs())
                for column in table.columns
            )
        )
    )


class _AsIs(sqlalchemy.types.UserDefinedType[Any]):
    """What the driver gives."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return a name; none is ever made."""
        return "BLOB"


def _can_be_read(session: Session, column: sqlalchemy.Column[Any], value: Any) -> bool:
    try:
        if isinstance(column.type, Text | Day):
            value = bytes(value).decode()
        elif isinstance(column.type, Id) and not isinstance(value, bytes):
            return False
        convert = column.type.dialect_impl(session.get_bind().dialect).result_processor(
            session.get_bind().dialect, None
        )
        if convert is not None:
            convert(value)
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def _key(table: sqlalchemy.Table, row: tuple[Any, ...]) -> str:
    named = dict(zip(table.columns.keys(), row, strict=True))
    parts = (named[column.name] for column in table.primary_key.columns)
    return "/".join(_shown(part) for part in parts)


def _shown(part: Any) -> str:
    if not isinstance(part, bytes):
        return str(part)
    try:
        text = part.decode()
    except UnicodeDecodeError:
        return part.hex()
    return text if text.isprintable() and text else part.hex()
