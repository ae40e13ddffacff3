"""What a unit of work changed, in the canonical form that the audit event carries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, UOWTransaction

from core.storage.base import Table, TableRole
from core.storage.columns import instant_to_micros

Canonical = None | bool | int | str
CanonicalRow = dict[str, Canonical]


def canonical_value(value: Any) -> Canonical:
    """Return a column's value as an event holds it: ids and bytes as hex, days as ISO, instants as microseconds.

    Raises TypeError for anything else, a float above all.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return instant_to_micros(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_field(column: sqlalchemy.Column[Any], value: Any) -> Canonical:
    """Return a column's canonical value, a secret one only as a digest."""
    canonical = canonical_value(value)
    if canonical is not None and column.info.get("secret"):
        return "sha256:" + hashlib.sha256(str(canonical).encode()).hexdigest()
    return canonical


def canonical_row(table: sqlalchemy.Table, row: Mapping[str, Any]) -> CanonicalRow:
    """Return a row's columns in canonical form, those that are null left out."""
    canonical: CanonicalRow = {}
    for name, secret in _columns(table):
        value = row.get(name)
        if value is None:
            continue
        if secret is not None:
            canonical[name] = canonical_field(secret, value)
        elif value.__class__ is int or value.__class__ is str:  # most are, and need no closer look
            canonical[name] = value
        else:
            canonical[name] = canonical_value(value)
    return canonical


@cache
def _columns(table: sqlalchemy.Table) -> tuple[tuple[str, sqlalchemy.Column[Any] | None], ...]:
    """Return each column's name, with the column itself where it is secret."""
    return tuple((column.name, column if column.info.get("secret") else None) for column in table.columns)


_CAPTURE = "capture"


@dataclass(slots=True)
class MasterChange:
    """One master row's change: its key, and each field before and after (before is None for a new row)."""

    table: str
    key: CanonicalRow
    fields: dict[str, tuple[Canonical, Canonical]]


@dataclass(slots=True)
class Capture:
    """Everything a unit of work adds and changes that the log must hold."""

    rows: dict[str, list[CanonicalRow]] = field(default_factory=dict)
    changes: list[MasterChange] = field(default_factory=list)
    closed: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows or self.changes)

    def add_rows(self, table: sqlalchemy.Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Note rows of a fact table."""
        self._open()
        self.rows.setdefault(table.name, []).extend(canonical_row(table, row) for row in rows)

    def watch(self, session: Session) -> None:
        """Note what the session's flushes do to master rows, and refuse what no command may do."""
        session.info[_CAPTURE] = self

    def note_flush(self, session: Session) -> None:
        """Note what one flush did."""
        for entity in session.deleted:
            if _role(entity) is not TableRole.LOCAL:
                raise AssertionError(f"{type(entity).__name__} rows are ended by a fact or a flag, never deleted")
        for entity in [*session.new, *session.dirty]:
            role = _role(entity)
            if role is TableRole.MASTER:
                self._note_master(entity)
            elif role is not TableRole.LOCAL and session.is_modified(entity):
                raise AssertionError(f"{type(entity).__name__} is written by uow.record or uow.derive, not by the ORM")

    def _note_master(self, entity: Table) -> None:
        state = inspect(entity)
        table = cast(sqlalchemy.Table, entity.__table__)
        fields: dict[str, tuple[Canonical, Canonical]] = {}
        for attribute in state.mapper.column_attrs:
            column = cast("sqlalchemy.Column[Any]", attribute.columns[0])
            history = state.attrs[attribute.key].history
            if not history.added:
                continue
            before = canonical_field(column, history.deleted[0]) if history.deleted else None
            after = canonical_field(column, history.added[0])
            if before != after:
                fields[column.name] = (before, after)
        if fields:
            self._open()
            key = {column.name: canonical_value(getattr(entity, column.key)) for column in table.primary_key}
            self.changes.append(MasterChange(table.name, key, fields))

    def _open(self) -> None:
        if self.closed:
            raise AssertionError("the event of this command is written: nothing may change after it")


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, _context: UOWTransaction) -> None:
    """Listen for every session once: a listener for each command's own costs as much as writing its rows."""
    capture = session.info.get(_CAPTURE)
    if isinstance(capture, Capture):
        capture.note_flush(session)


def _role(entity: object) -> TableRole:
    return cast(Table, entity).role
