"""Who changed what: the history of a document or master field by field, and the log by user, kind and date.

Newest first, a page at a time; a page goes on after the position of the last row it was given. Every search runs
along an index.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import MetaData, Select, UniqueConstraint, literal, select, tuple_
from sqlalchemy.orm import Session

from core.audit.canonical import decompress
from core.audit.dto import HistoryEntry, LogEntry, Position
from core.audit.model import AuditEvent, AuditTouch
from core.kernel.errors import RuleBroken
from core.storage.base import TableRole
from core.storage.capture import canonical_value
from core.storage.columns import Day, Id, Whole, instant_to_micros
from core.storage.unit_of_work import table_of

_EVENT = table_of(AuditEvent)
_TOUCH = table_of(AuditTouch)
_MOST = 500


@dataclass(frozen=True, slots=True)
class RowKey:
    """A row of a table: its primary key in canonical form (``find_row`` makes one from what a person writes)."""

    table: str
    text: str

    @classmethod
    def of(cls, table: str, *parts: object) -> RowKey:
        """Return the key of a row from the values of its primary key."""
        return cls(table, "/".join(str(canonical_value(part)) for part in parts))


def history_of(
    session: Session, subject: UUID | RowKey, *, after: Position | None = None, limit: int = 50
) -> list[HistoryEntry]:
    """Return what commands did to a document (its id) or a row, newest first; ``limit`` counts commands.

    A document's history is every event about it, whole; a master's is the fields of its own row, whichever command
    changed them.
    """
    statement = _of_subject(subject) if isinstance(subject, UUID) else _of_row(subject)
    rows = session.execute(_page(statement, after, limit)).all()
    wanted = None if isinstance(subject, UUID) else subject
    return [entry for row in rows for entry in _entries(row, wanted)]


def search_log(
    session: Session,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    username: str | None = None,
    kind: str | None = None,
    after: Position | None = None,
    limit: int = 100,
) -> list[LogEntry]:
    """Return events newest first by the computer's clock: from ``since``, before ``until``, by a user, of a kind."""
    rows = session.execute(log_statement(since, until, username, kind, after, limit)).all()
    return [
        LogEntry(
            at=row.at,
            username=row.username,
            os_account=row.os_account,
            kind=row.kind,
            subject_id=row.subject_id,
            program=row.program,
            note=dict(_body(row).get("note", {})),
            position=Position(instant_to_micros(row.at), row.node_id, row.epoch, row.seq),
        )
        for row in rows
    ]


def log_statement(
    since: datetime | None,
    until: datetime | None,
    username: str | None,
    kind: str | None,
    after: Position | None,
    limit: int,
) -> Select[Any]:
    """Return the search's statement; apart so that a test can look at its plan."""
    statement = select(_EVENT)
    if since is not None:
        statement = statement.where(_EVENT.c.at >= since)
    if until is not None:
        statement = statement.where(_EVENT.c.at < until)
    if username is not None:
        statement = statement.where(_EVENT.c.username == username)
    if kind is not None:
        statement = statement.where(_EVENT.c.kind == kind)
    place = (_EVENT.c.at, _EVENT.c.node_id, _EVENT.c.epoch, _EVENT.c.seq)
    if after is not None:
        statement = statement.where(tuple_(*place) < _literals(after))
    return statement.order_by(*(column.desc() for column in place)).limit(min(limit, _MOST))


def history_statement(subject: UUID | RowKey, after: Position | None, limit: int) -> Select[Any]:
    """Return the history's statement; apart so that a test can look at its plan."""
    return _page(_of_subject(subject) if isinstance(subject, UUID) else _of_row(subject), after, limit)


def find_row(session: Session, metadata: MetaData, table_name: str, text: str) -> UUID | RowKey:
    """Return what a person means by a table and a key: an id, parts joined by ``/``, or a number, code or name.

    For a document it is its id, for a master its row. Raises RuleBroken ``audit.no_table``, ``audit.no_row``.
    """
    table = metadata.tables.get(table_name)
    if table is None or table.info.get("role") not in {TableRole.FACT, TableRole.MASTER}:
        raise RuleBroken("audit.no_table", table=table_name)
    key = _key_by_parts(session, table, text) or _key_by_name(session, table, text)
    if key is None:
        raise RuleBroken("audit.no_row", table=table_name, key=text)
    if table.info["role"] is TableRole.FACT and isinstance(key[0], UUID):
        return key[0]
    return RowKey.of(table_name, *key)


def _of_subject(subject_id: UUID) -> tuple[Select[Any], sqlalchemy.Table]:
    return select(_EVENT).where(_EVENT.c.subject_id == subject_id), _EVENT


def _of_row(row: RowKey) -> tuple[Select[Any], sqlalchemy.Table]:
    statement = (
        select(_EVENT)
        .select_from(_TOUCH)
        .join(
            _EVENT,
            (_EVENT.c.node_id == _TOUCH.c.node_id)
            & (_EVENT.c.epoch == _TOUCH.c.epoch)
            & (_EVENT.c.seq == _TOUCH.c.seq),
        )
        .where(_TOUCH.c.table_name == row.table, _TOUCH.c.row_key == row.text)
    )
    return statement, _TOUCH


def _page(of: tuple[Select[Any], sqlalchemy.Table], after: Position | None, limit: int) -> Select[Any]:
    statement, table = of
    place = (table.c.hlc, table.c.node_id, table.c.epoch, table.c.seq)
    if after is not None:
        statement = statement.where(tuple_(*place) < _literals(after))
    return statement.order_by(*(column.desc() for column in place)).limit(min(limit, _MOST))


def _literals(after: Position) -> Any:
    return tuple_(
        literal(after.order, Whole),
        literal(after.node_id, Id()),
        literal(after.epoch, Whole),
        literal(after.seq, Whole),
    )


def _entries(row: Any, wanted: RowKey | None) -> Iterator[HistoryEntry]:
    body = _body(row)
    position = Position(row.hlc, row.node_id, row.epoch, row.seq)

    def entry(table: str, key: str, field: str, before: object, after: object) -> HistoryEntry:
        return HistoryEntry(row.at, row.username, row.kind, table, key, field, before, after, position)

    for change in body.get("changes", ()):
        key = "/".join(str(part) for part in change["key"].values())
        if wanted is None or _same(wanted, change):
            for field, (before, after) in sorted(change["fields"].items()):
                yield entry(change["table"], key, field, before, after)
    if wanted is None:
        for table, added in sorted(body.get("rows", {}).items()):
            for line, values in enumerate(added, start=1):
                for field, value in sorted(values.items()):
                    yield entry(table, str(line), field, None, value)
    for field, value in sorted(body.get("note", {}).items()):
        yield entry("", "", field, None, value)


def _same(wanted: RowKey, change: dict[str, Any]) -> bool:
    # the log sorts a key's parts by name, the row's key has them in the table's order
    return change["table"] == wanted.table and sorted(map(str, change["key"].values())) == sorted(
        wanted.text.split("/")
    )


def _body(row: Any) -> dict[str, Any]:
    try:
        body = json.loads(decompress(row.codec, bytes(row.body)))
    except ValueError:
        return {}  # an altered event, which ``verify`` names; what can be read of the others is shown
    return body if isinstance(body, dict) else {}


def _key_by_parts(session: Session, table: sqlalchemy.Table, text: str) -> tuple[object, ...] | None:
    columns = list(table.primary_key)
    parts = text.split("/", len(columns) - 1)
    if len(parts) != len(columns):
        return None
    try:
        values = [_parsed(column, part) for column, part in zip(columns, parts, strict=True)]
    except ValueError:
        return None
    found = session.execute(
        select(*columns).where(*(column == value for column, value in zip(columns, values, strict=True)))
    ).first()
    return tuple(found) if found else None


def _key_by_name(session: Session, table: sqlalchemy.Table, text: str) -> tuple[object, ...] | None:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) == 1:
            column = next(iter(constraint.columns))
            spellings = dict.fromkeys((text, text.upper(), text.casefold()))
            found = session.execute(select(*table.primary_key).where(column.in_(spellings))).first()
            if found:
                return tuple(found)
    return None


def _parsed(column: sqlalchemy.Column[Any], text: str) -> object:
    if isinstance(column.type, Id):
        return UUID(text)
    if isinstance(column.type, Day):
        return date.fromisoformat(text)
    return int(text) if column.type.python_type is int else text
