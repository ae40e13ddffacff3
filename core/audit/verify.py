"""Walks the audit log: is the chain whole, and do the tables still hold what the events say?

Works for any table: a fact's row must stand exactly as its event holds it and no other row beside it; a master's row
must have the values that the last event left it with. Events come in chunks, so that memory grows with the number of
masters and never with the number of bills.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import MetaData, func, select
from sqlalchemy.orm import Session

from core.audit.canonical import GENESIS, Header, decompress, event_sha
from core.audit.findings import Finding
from core.audit.model import AuditEvent
from core.storage.base import TableRole
from core.storage.capture import Canonical, CanonicalRow, canonical_row
from core.storage.columns import Id, instant_to_micros
from core.storage.unit_of_work import table_of

_CHUNK = 200
_KEYS_AT_ONCE = 400
_EVENT = table_of(AuditEvent)

Key = tuple[Canonical, ...]

#: In the note of an epoch's first event: the last event of the epoch before it.
NODE_BEFORE, EPOCH_BEFORE, SEQ_BEFORE, SHA_BEFORE = "node_before", "epoch_before", "seq_before", "sha_before"


@dataclass(slots=True)
class Walk:
    """The state of a walk: what the events say so far, and counts for the report."""

    events: int = 0
    rows: int = 0
    rows_of_table: Counter[str] = field(default_factory=Counter)
    masters: dict[str, dict[Key, CanonicalRow]] = field(default_factory=dict)


def verify_log(session: Session, metadata: MetaData, walk: Walk) -> Iterator[Finding]:
    """Yield every finding, the earliest event's first; ``walk`` holds the counts afterwards."""
    chunk: list[dict[str, Any]] = []
    for event, body in _chain(session, metadata, walk):
        if isinstance(event, Finding):
            yield event
            continue
        chunk.append(body)
        if len(chunk) == _CHUNK:
            yield from _compare_facts(session, metadata, chunk, walk)
            chunk.clear()
    yield from _compare_facts(session, metadata, chunk, walk)
    yield from _compare_masters(session, metadata, walk)
    yield from _extra_facts(session, metadata, walk)


def _chain(session: Session, metadata: MetaData, walk: Walk) -> Iterator[tuple[Finding | None, dict[str, Any]]]:
    """Yield the body of each event, or a finding in its place."""
    place: tuple[Any, int] | None = None
    expected, previous, last_hlc = 1, GENESIS, 0
    heads: dict[tuple[str, str], tuple[int, str]] = {}
    events = session.execute(
        select(_EVENT).order_by(_EVENT.c.node_id, _EVENT.c.epoch, _EVENT.c.seq).execution_options(yield_per=_CHUNK)
    )
    for row in events:
        if (row.node_id, row.epoch) != place:
            place, expected, previous, last_hlc = (row.node_id, row.epoch), 1, GENESIS, 0
        key = f"{row.epoch}/{row.seq}"
        if row.seq != expected:
            yield Finding("verify.event_missing", _EVENT.name, f"{row.epoch}/{expected}"), {}
        body = _body(row)
        sha = event_sha(previous, _header(row).to_bytes(), body) if body is not None else b""
        if sha != bytes(row.sha):
            # after a gap the hash cannot fit; the gap itself was named
            if row.seq == expected:
                yield Finding("verify.event_altered", _EVENT.name, key, row.kind), {}
        elif row.hlc <= last_hlc:
            yield Finding("verify.event_altered", _EVENT.name, key, "clock"), {}
        expected, previous, last_hlc = row.seq + 1, bytes(row.sha), row.hlc
        heads[row.node_id.hex, str(row.epoch)] = row.seq, previous.hex()
        walk.events += 1
        if body is not None:
            parsed = _parsed(body)
            if parsed is not None:
                _note_masters(parsed, metadata, walk)
                yield None, parsed
                for finding in _end_of_epoch_before(parsed, heads):
                    yield finding, {}


def _end_of_epoch_before(body: dict[str, Any], heads: dict[tuple[str, str], tuple[int, str]]) -> Iterator[Finding]:
    """A new epoch's first event names the last one of the epoch before: what was cut off there is missed."""
    note = body.get("note")
    if not isinstance(note, dict) or EPOCH_BEFORE not in note:
        return
    epoch, said = str(note[EPOCH_BEFORE]), str(note.get(SEQ_BEFORE))
    seq, sha = heads.get((str(note.get(NODE_BEFORE)), epoch), (0, ""))
    if said.isdecimal() and seq < int(said):
        yield Finding("verify.event_missing", _EVENT.name, f"{epoch}/{seq + 1}")
    elif (str(seq), sha) != (said, note.get(SHA_BEFORE)):
        yield Finding("verify.event_altered", _EVENT.name, f"{epoch}/{said}", "end of its epoch")


def _header(row: Any) -> Header:
    return Header(
        node_id=row.node_id,
        epoch=row.epoch,
        seq=row.seq,
        hlc=row.hlc,
        at=instant_to_micros(row.at),
        user_id=row.user_id,
        username=row.username,
        os_account=row.os_account,
        kind=row.kind,
        subject_id=row.subject_id,
        program=row.program,
    )


def _body(row: Any) -> bytes | None:
    try:
        return decompress(row.codec, bytes(row.body))
    except ValueError:
        return None  # the hash of nothing differs: the event is named as altered


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        parsed = json.loads(body)
    except ValueError:
        return None  # an altered body, which its hash has named already
    return parsed if isinstance(parsed, dict) else None


def _note_masters(body: dict[str, Any], metadata: MetaData, walk: Walk) -> None:
    for change in body.get("changes", ()):
        name, key = change["table"], change["key"]
        table = metadata.tables.get(name)
        place = tuple(key.values()) if table is None else _key(table, key)
        row = walk.masters.setdefault(name, {}).setdefault(place, {})
        for name, (_, after) in change["fields"].items():
            row[name] = after


def _compare_facts(session: Session, metadata: MetaData, bodies: list[dict[str, Any]], walk: Walk) -> Iterator[Finding]:
    said: dict[str, list[CanonicalRow]] = {}
    for body in bodies:
        for name, rows in body.get("rows", {}).items():
            said.setdefault(name, []).extend(rows)
    for name, rows in said.items():
        table = metadata.tables.get(name)
        if table is None:
            yield Finding("verify.row_missing", name, "*", "the table is gone")
            continue
        walk.rows += len(rows)
        walk.rows_of_table[name] += len(rows)
        standing = _standing(session, table, rows)
        for row in rows:
            key = _key(table, row)
            found = standing.get(key)
            if found is None:
                yield Finding("verify.row_missing", name, _show(key))
            elif found != row:
                yield Finding("verify.row_altered", name, _show(key), _differences(row, found))


def _standing(session: Session, table: sqlalchemy.Table, rows: list[CanonicalRow]) -> dict[Key, CanonicalRow]:
    """Load the table's rows that share their first key column with the rows of the events."""
    first = next(iter(table.primary_key))
    parse = _parser(first)
    wanted = list(dict.fromkeys(parse(row[first.name]) for row in rows))
    standing: dict[Key, CanonicalRow] = {}
    for start in range(0, len(wanted), _KEYS_AT_ONCE):
        part = wanted[start : start + _KEYS_AT_ONCE]
        for found in session.execute(select(table).where(first.in_(part))).mappings():
            canonical = canonical_row(table, dict(found))
            standing[_key(table, canonical)] = canonical
    return standing


def _compare_masters(session: Session, metadata: MetaData, walk: Walk) -> Iterator[Finding]:
    for table in _tables(metadata, TableRole.MASTER):
        said = walk.masters.get(table.name, {})
        seen: set[Key] = set()
        for found in session.execute(select(table)).mappings():
            canonical = canonical_row(table, dict(found))
            key = _key(table, canonical)
            seen.add(key)
            walk.rows += 1
            row = said.get(key)
            if row is None:
                yield Finding("verify.row_unwritten", table.name, _show(key))
                continue
            row = {name: value for name, value in row.items() if value is not None}
            if row != canonical:
                yield Finding("verify.row_altered", table.name, _show(key), _differences(row, canonical))
        for key in said.keys() - seen:
            yield Finding("verify.row_missing", table.name, _show(key))


def _extra_facts(session: Session, metadata: MetaData, walk: Walk) -> Iterator[Finding]:
    """Find rows that no event wrote: counting is enough to know, only then are they looked for."""
    for table in _tables(metadata, TableRole.FACT):
        count = session.scalar(select(func.count()).select_from(table)) or 0
        if count > walk.rows_of_table[table.name]:
            yield from _unwritten(session, table)


def _unwritten(session: Session, table: sqlalchemy.Table) -> Iterator[Finding]:
    written: set[Key] = set()
    for row in session.execute(select(_EVENT).execution_options(yield_per=_CHUNK)):
        body = _body(row)
        for said in ((_parsed(body) or {}) if body else {}).get("rows", {}).get(table.name, ()):
            written.add(_key(table, said))
    for found in session.execute(select(table).execution_options(yield_per=_CHUNK)).mappings():
        key = _key(table, canonical_row(table, dict(found)))
        if key not in written:
            yield Finding("verify.row_unwritten", table.name, _show(key))


def _tables(metadata: MetaData, role: TableRole) -> list[sqlalchemy.Table]:
    return [table for _, table in sorted(metadata.tables.items()) if table.info.get("role") is role]


def _key(table: sqlalchemy.Table, row: CanonicalRow) -> Key:
    return tuple(row.get(column.name) for column in table.primary_key)


def _parser(column: sqlalchemy.Column[Any]) -> Any:
    return UUID if isinstance(column.type, Id) else (lambda value: value)


def _show(key: Key) -> str:
    return "/".join(str(part) for part in key)


def _differences(said: CanonicalRow, found: CanonicalRow) -> str:
    names = sorted({*said, *found})
    return ", ".join(
        f"{name}: {said.get(name)!r} was written, {found.get(name)!r} stands"
        for name in names
        if said.get(name) != found.get(name)
    )
