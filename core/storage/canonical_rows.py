"""Reads a table's rows in the canonical form that events hold, made by the database itself.

Proving the books reads every row there is. Turning driver values into Python types and those into canonical ones cost
ten times what the database takes to write hex and hand it over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Text, bindparam, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from core.storage.capture import Canonical, CanonicalRow, canonical_field
from core.storage.columns import Day, Flag, Id, Instant
from core.storage.prepared import Prepared

#: Values of a row in the order of ``CanonicalRows.names``, None for null.
Stands = tuple[Canonical, ...]
Key = tuple[Canonical, ...]

_PADDED = (1, 20, 100, 500)
_KEYS_AT_ONCE = _PADDED[-1]


class CanonicalRows:
    """A table's rows: ``names`` are its columns, those of the primary key first."""

    def __init__(self, table: sqlalchemy.Table, dialect: str) -> None:
        columns = sorted(table.columns, key=lambda column: not column.primary_key)
        self.table = table
        self.names = tuple(column.name for column in columns)
        self.key_length = len(table.primary_key.columns)
        self._secrets = [(n, column) for n, column in enumerate(columns) if column.info.get("secret")]
        self._flags = {column.name for column in columns if isinstance(column.type, Flag)}
        first = columns[0]
        self._first = _reader(first, dialect)
        bound = bindparam("keys", expanding=True, type_=LargeBinary() if _is_bytes(first, dialect) else first.type)
        read = select(*(canonical_column(column, dialect) for column in columns)).select_from(table)
        self._of_keys = Prepared(read.where(first.in_(bound)))
        self._all = Prepared(read)
        self._count = Prepared(select(func.count()).select_from(table))

    def values(self, row: CanonicalRow) -> Stands:
        """Return a row of an event as the database would give it."""
        return tuple(map(row.get, self.names))

    def standing(self, session: Session, rows: Sequence[CanonicalRow]) -> dict[Key, Stands]:
        """Return the table's rows, by key, that share the first column of their key with rows of events."""
        name, length = self.names[0], self.key_length
        wanted = [key for key in map(self._first, dict.fromkeys(row.get(name) for row in rows)) if key is not None]
        standing: dict[Key, Stands] = {}
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            part = wanted[start : start + _KEYS_AT_ONCE]
            length_of_text = next(size for size in _PADDED if size >= len(part))
            part += part[-1:] * (length_of_text - len(part))  # so that few texts serve every length
            for values in self._of_keys.raw_rows(session, {"keys": part}):
                row = self._shown(values)
                standing[row[:length]] = row
        return standing

    def every(self, session: Session) -> Iterator[Stands]:
        """Yield every row of the table, some at a time."""
        return map(self._shown, self._all.raw_stream(session))

    def count(self, session: Session) -> int:
        """Return how many rows the table has."""
        return int(self._count.scalar(session))

    def named(self, row: Stands) -> CanonicalRow:
        """Return a standing row as an event would hold it: by name, nulls left out.

        A flag that is neither 0 nor 1 stays what it is: no event holds it, so it is found.
        """
        return {
            name: bool(value) if name in self._flags and value in {0, 1} else value
            for name, value in zip(self.names, row, strict=True)
            if value is not None
        }

    def _shown(self, values: Sequence[Any]) -> Stands:
        if not self._secrets:
            return tuple(values)
        row = list(values)
        for position, column in self._secrets:
            row[position] = canonical_field(column, row[position])
        return tuple(row)


@cache
def canonical_rows(table: sqlalchemy.Table, dialect: str) -> CanonicalRows:
    """Return how a table's rows are read; its statements take milliseconds to make, so they are made once."""
    return CanonicalRows(table, dialect)


def canonical_column(column: sqlalchemy.Column[Any], dialect: str) -> ColumnElement[Any]:
    """Return the SQL that gives a column's canonical value (see ``capture.canonical_value``)."""
    on_postgres = dialect == "postgresql"
    kind = column.type
    if isinstance(kind, Id) and on_postgres:
        return func.replace(cast(column, Text), "-", "", type_=Text)
    if isinstance(kind, Id | LargeBinary):
        if on_postgres:
            return func.encode(column, "hex", type_=Text)
        return func.lower(func.hex(column), type_=Text) if not column.nullable else _hex_or_null(column)
    if isinstance(kind, Day):
        return func.to_char(column, "YYYY-MM-DD", type_=Text) if on_postgres else type_coerce(column, Text)
    if isinstance(kind, Instant):
        return type_coerce(column, BigInteger)
    if isinstance(kind, Flag):
        return column if on_postgres else type_coerce(column, BigInteger)
    return column


def _hex_or_null(column: sqlalchemy.Column[Any]) -> ColumnElement[Any]:
    return sqlalchemy.case((column.is_(None), None), else_=func.lower(func.hex(column)))  # hex(NULL) is ""


def _is_bytes(column: sqlalchemy.Column[Any], dialect: str) -> bool:
    return isinstance(column.type, LargeBinary) or (isinstance(column.type, Id) and dialect != "postgresql")


def _reader(column: sqlalchemy.Column[Any], dialect: str) -> Any:
    """Return a function that turns the canonical value of a key column into what is bound, None for no such value."""
    if _is_bytes(column, dialect):
        return _bytes_or_none
    if isinstance(column.type, Id):
        return _id_or_none
    return lambda value: value


def _bytes_or_none(value: object) -> bytes | None:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _id_or_none(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
