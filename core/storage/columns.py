"""Column types that hold the same values in SQLite's strict tables and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, Dialect, Integer, LargeBinary, Text, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

#: A whole number of 64 bits: paise, units, basis points, positions.
Whole = BigInteger().with_variant(Integer(), "sqlite")


class Id(TypeDecorator[UUID]):
    """A UUID: 16 bytes in SQLite (a third of its text), ``uuid`` in PostgreSQL."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's own type."""
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(Uuid(as_uuid=True) if native else LargeBinary())

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """Turn the value into what the driver takes."""
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """Turn what the driver gives into the value."""
        return value if value is None or dialect.name == "postgresql" else UUID(bytes=bytes(value))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Return what turns a value into what the driver takes: at once in SQLite, where a bill needs ninety."""
        return _id_bytes if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what turns the driver's value into an id."""
        return _id_of if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _id_bytes(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def _id_of(value: Any) -> UUID | None:
    return None if value is None else UUID(bytes=bytes(value))


class Instant(TypeDecorator[datetime]):
    """An instant in UTC, as microseconds since 1970: exact, ordered and the same in both databases."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's own type."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn the value into what the driver takes."""
        return None if value is None else instant_to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what the driver gives into the value."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Day(TypeDecorator[date]):
    """A calendar day: ISO text in SQLite, ``date`` in PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's own type."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Turn the value into what the driver takes."""
        return value if value is None or dialect.name != "sqlite" else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Turn what the driver gives into the value."""
        return value if value is None or dialect.name != "sqlite" else date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """Yes or no: 0 or 1 in SQLite, whose strict tables know no boolean."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's own type."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        """Turn the value into what the driver takes."""
        return value if value is None or dialect.name != "sqlite" else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """Turn what the driver gives into the value."""
        return None if value is None else bool(value)


def instant_to_micros(instant: datetime) -> int:
    """Return microseconds since 1970 without passing through a float."""
    return (instant - _EPOCH) // _MICROSECOND
