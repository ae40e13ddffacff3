"""Proves that the tables still hold what the events say, and that the chain of events is whole.

Works for any table: a fact's row must stand exactly as its event holds it and no other row beside it; a master's row
must have the values that the last event left it with. Most events are proved by their text (``core.audit.proving``);
the rest come here in chunks, and of each field only what does not stand is remembered, so that memory grows neither
with bills nor with items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from core.audit.chain import (
    CODE,
    Event,
    Stretch,
    bodies_of,
    end_of_epoch_before,
    epochs,
    first_note,
    heads,
    stretches,
    walk_chain,
)
from core.audit.findings import Finding
from core.audit.model import AuditTouch
from core.audit.proving import Proved
from core.storage.base import TableRole
from core.storage.canonical_rows import CanonicalRows, Key, canonical_rows
from core.storage.capture import Canonical, CanonicalRow
from core.storage.node import Node, author
from core.storage.unit_of_work import table_of

_TOUCH = table_of(AuditTouch)
#: Rows of events that are compared together; an import has thousands in one event.
_ROWS_AT_ONCE = 4_000
#: What a field of a master is in an event: before and after.
Change = tuple[Canonical, Canonical]


@dataclass(slots=True)
class Walk:
    """The state of a walk: counts for the report, and the masters' fields that do not stand as last written."""

    events: int = 0
    rows: int = 0
    #: Facts recorded and masters added by events, by table.
    rows_of_table: Counter[str] = field(default_factory=Counter)
    #: table -> key -> field -> what was written and what stands; no fields where the row is missing.
    masters: dict[str, dict[Key, dict[str, Change]]] = field(default_factory=dict)
    #: The sum of the hashes of the touches that events made: of millions only one number is kept.
    touches: int = 0
    _tables: dict[str, CanonicalRows | None] = field(default_factory=dict)

    def table(self, session: Session, metadata: MetaData, name: str) -> CanonicalRows | None:
        """Return a table's rows, None for a table that is gone."""
        if name not in self._tables:
            table = metadata.tables.get(name)
            self._tables[name] = None if table is None else canonical_rows(table, session.get_bind().dialect.name)
        return self._tables[name]


@dataclass(slots=True)
class _Chunk:
    """What some events say of each table."""

    facts: dict[str, list[CanonicalRow]] = field(default_factory=dict)
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rows: int = 0

    touches: list[tuple[str, CanonicalRow, tuple[Canonical, ...]]] = field(default_factory=list)

    def add(self, body: dict[str, Any], place: tuple[Canonical, ...]) -> None:
        for name, rows in body.get("rows", {}).items():
            self.facts.setdefault(name, []).extend(rows)
            self.rows += len(rows)
        for change in body.get("changes", ()):
            self.changes.setdefault(change["table"], []).append(change)
            self.touches.append((change["table"], change["key"], place))
            self.rows += 1


def verify_log(
    session: Session, metadata: MetaData, walk: Walk, parts: Iterable[tuple[Stretch, Proved]]
) -> Iterator[Finding]:
    """Yield every finding, facts as the events come and masters at the end; ``walk`` holds the counts afterwards.

    ``parts`` are all the stretches there are and what came of each. What other processes proved of them they may have
    seen a moment later than ``session`` does: facts are only ever added.
    """
    ends = heads(session)
    for stretch, proved in parts:
        walk.events += proved.events
        walk.rows += proved.rows
        walk.rows_of_table += proved.rows_of_table
        yield from proved.findings
        chunk = _Chunk()
        for body, place in bodies_of(session, stretch, proved.left):
            yield from end_of_epoch_before(body.get("note"), ends)
            chunk.add(body, place)
            if chunk.rows >= _ROWS_AT_ONCE:
                yield from _compare(session, metadata, chunk, walk)
                chunk = _Chunk()
        yield from _compare(session, metadata, chunk, walk)
    yield from _altered_masters(walk)
    yield from _extra_rows(session, metadata, walk)
    yield from _touches(session, metadata, walk)


def check_author(session: Session) -> Iterator[Finding]:
    """Yield what the node's own row says otherwise than the log: its next number would be another counter's.

    The first event of each of its epochs notes the code it numbers with; shops founded before 0.2.0 note it from
    their first restore on.
    """
    node = author(session)
    code = node.code
    own = [epoch for node_id, epoch in epochs(session) if node_id == node.id]
    if node.epoch != max(own, default=0):
        said = f"epoch: {max(own, default=0)} was written, {node.epoch} stands"
        yield Finding("verify.row_altered", Node.__tablename__, node.id.hex, said)
    for epoch in own:
        code = first_note(session, node.id, epoch).get(CODE, code)
    if node.code != code:
        said = f"code: {code!r} was written, {node.code!r} stands"
        yield Finding("verify.row_altered", Node.__tablename__, node.id.hex, said)


def _compare(session: Session, metadata: MetaData, chunk: _Chunk, walk: Walk) -> Iterator[Finding]:
    for name, rows in chunk.facts.items():
        table = walk.table(session, metadata, name)
        if table is None:
            yield Finding("verify.row_missing", name, "*", "the table is gone")
        else:
            yield from _compare_facts(session, table, rows, walk)
    for touch in dict.fromkeys(_touch_of(walk, session, metadata, *touched) for touched in chunk.touches):
        walk.touches += hash(touch)
    for name, changes in chunk.changes.items():
        table = walk.table(session, metadata, name)
        if table is None:
            walk.masters.setdefault(name, {}).setdefault(("*",), {})
        else:
            _compare_masters(session, table, changes, walk)


def _compare_facts(session: Session, table: CanonicalRows, rows: list[CanonicalRow], walk: Walk) -> Iterator[Finding]:
    name, length, width = table.table.name, table.key_length, len(table.names)
    walk.rows += len(rows)
    walk.rows_of_table[name] += len(rows)
    standing = table.standing(session, rows)
    for row in rows:
        said = table.values(row)
        found = standing.get(said[:length])
        if found is None:
            yield Finding("verify.row_missing", name, _show(said[:length]))
        # the count: nothing but the table's columns is in the event's row, and no null
        elif found != said or len(row) + said.count(None) != width:
            yield Finding("verify.row_altered", name, _show(said[:length]), _differences(row, table.named(found)))


def _compare_masters(session: Session, table: CanonicalRows, changes: list[dict[str, Any]], walk: Walk) -> None:
    """Remember each field that does not stand as this event left it, until a later one says what stands.

    An event that adds a row says all its columns: those it does not name are null.
    """
    name, length = table.table.name, table.key_length
    pending = walk.masters.setdefault(name, {})
    standing = table.standing(session, [change["key"] for change in changes])
    nothing: CanonicalRow = dict.fromkeys(table.names)
    for change in changes:
        key = table.values(change["key"])[:length]
        fields: dict[str, Canonical] = {column: after for column, (_, after) in change["fields"].items()}
        if _adds(change["fields"], table.names[:length]):
            walk.rows_of_table[name] += 1
            walk.rows += 1
            fields = nothing | fields
        found = standing.get(key)
        if found is None:
            pending.setdefault(key, {})
            continue
        if key not in pending and len(fields) == len(found) and table.values(fields) == found:
            continue
        stands = nothing | table.named(found)
        wrong = pending.pop(key, {})
        for column, after in fields.items():
            if after == stands.get(column):
                wrong.pop(column, None)
            else:
                wrong[column] = (after, stands.get(column))
        if wrong:
            pending[key] = wrong


def _adds(fields: dict[str, Any], key: tuple[str, ...]) -> bool:
    """Say whether a change is that of a new row: a key is set once and never changed."""
    return all(column in fields and fields[column][0] is None for column in key)


def _altered_masters(walk: Walk) -> Iterator[Finding]:
    for name, rows in sorted(walk.masters.items()):
        for key, wrong in rows.items():
            if not wrong:
                yield Finding("verify.row_missing", name, _show(key))
                continue
            said = {column: after for column, (after, _) in wrong.items()}
            found = {column: stands for column, (_, stands) in wrong.items()}
            yield Finding("verify.row_altered", name, _show(key), _differences(said, found))


def _extra_rows(session: Session, metadata: MetaData, walk: Walk) -> Iterator[Finding]:
    """Find rows that no event wrote: counting is enough to know, only then are they looked for."""
    for name, table in sorted(metadata.tables.items()):
        if table.info.get("role") not in (TableRole.FACT, TableRole.MASTER):
            continue
        rows = walk.table(session, metadata, name)
        assert rows is not None
        if rows.count(session) > walk.rows_of_table[name]:
            yield from _unwritten(session, rows, walk)


def _unwritten(session: Session, table: CanonicalRows, walk: Walk) -> Iterator[Finding]:
    name, length = table.table.name, table.key_length
    written: set[Key] = set()
    for body, _ in _every_body(session):
        written.update(table.values(row)[:length] for row in body.get("rows", {}).get(name, ()))
        written.update(table.values(c["key"])[:length] for c in body.get("changes", ()) if c["table"] == name)
    for row in table.every(session):
        if row[:length] not in written:
            yield Finding("verify.row_unwritten", name, _show(row[:length]))


def _touch_of(
    walk: Walk, session: Session, metadata: MetaData, name: str, key: CanonicalRow, place: tuple[Canonical, ...]
) -> tuple[Canonical, ...]:
    """Return what ``audit_touch`` must hold for a change: the same as ``log.row_key`` made of it."""
    table = walk.table(session, metadata, name)
    parts = key.values() if table is None else table.values(key)[: table.key_length]
    return (name, _show(tuple(parts)), *place)


def _touches(session: Session, metadata: MetaData, walk: Walk) -> Iterator[Finding]:
    """Compare the index of changes with the changes: by one sum, and by name only where it differs."""
    standing = walk.table(session, metadata, _TOUCH.name)
    assert standing is not None
    columns = [standing.names.index(name) for name in ("table_name", "row_key", "hlc", "node_id", "epoch", "seq")]
    if sum(hash(tuple(row[n] for n in columns)) for row in standing.every(session)) == walk.touches:
        return
    found = {tuple(row[n] for n in columns) for row in standing.every(session)}
    written = {
        _touch_of(walk, session, metadata, change["table"], change["key"], place)
        for body, place in _every_body(session)
        for change in body.get("changes", ())
    }
    for touch in sorted(written - found, key=repr):
        yield Finding("verify.row_missing", _TOUCH.name, _show(touch))
    for touch in sorted(found - written, key=repr):
        yield Finding("verify.row_unwritten", _TOUCH.name, _show(touch))


def _every_body(session: Session) -> Iterator[tuple[dict[str, Any], tuple[Canonical, ...]]]:
    for stretch in stretches(session):
        seqs = (event.seq for event in walk_chain(session, stretch) if isinstance(event, Event))
        yield from bodies_of(session, stretch, seqs)


def _show(key: Key) -> str:
    return "/".join(str(part) for part in key)


def _differences(said: CanonicalRow, found: CanonicalRow) -> str:
    names = sorted({*said, *found})
    return ", ".join(
        f"{name}: {said.get(name)!r} was written, {found.get(name)!r} stands"
        for name in names
        if said.get(name) != found.get(name)
    )
