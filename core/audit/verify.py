"""Walks the audit log: is the chain whole, and do the tables still hold what the events say?

Works for any table: a fact's row must stand exactly as its event holds it and no other row beside it; a master's row
must have the values that the last event left it with. Events come in chunks, and of each field only what does not
stand is remembered, so that memory grows neither with bills nor with items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import MetaData, Table, bindparam, select
from sqlalchemy.orm import Session

from core.audit.canonical import GENESIS, decompress, event_sha, header_bytes
from core.audit.findings import Finding
from core.audit.model import AuditEvent, AuditTouch
from core.storage.base import TableRole
from core.storage.canonical_rows import CanonicalRows, Key, canonical_column
from core.storage.canonical_texts import CanonicalTexts, DocumentRows, has_texts
from core.storage.capture import Canonical, CanonicalRow
from core.storage.node import Node, author
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

_EVENT = table_of(AuditEvent)
_TOUCH = table_of(AuditTouch)
_EVENTS_AT_ONCE = 250
#: Rows of events that are compared together; an import has thousands in one event.
_ROWS_AT_ONCE = 4_000
#: Bytes of an event beyond which it is an import rather than a document's.
_LONGEST_PLAIN = 64 * 1024
_CHAINS = Prepared(select(_EVENT.c.node_id, _EVENT.c.epoch).distinct().order_by(_EVENT.c.node_id, _EVENT.c.epoch))
_AS_STORED = frozenset({"sha", "body"})
_BEFORE_ALL = -(1 << 62)
#: By table, what stands of each document.
_Standing = list[tuple[str, dict[bytes, DocumentRows]]]
#: What a field of a master is in an event: before and after.
Change = tuple[Canonical, Canonical]


class _Event(NamedTuple):
    """An event of the chain: its document, its body, and what names it in ``audit_touch``, all as stored."""

    subject: str
    body: bytes
    place: tuple[Canonical, ...]


#: In the note of an epoch's first event: the last event of the epoch before it.
NODE_BEFORE, EPOCH_BEFORE, SEQ_BEFORE, SHA_BEFORE = "node_before", "epoch_before", "seq_before", "sha_before"
#: In the note of an epoch's first event: the code that its documents are numbered with.
CODE = "code"
_EPOCH_MARK = EPOCH_BEFORE.encode()


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
            self._tables[name] = None if table is None else CanonicalRows(table, session.get_bind().dialect.name)
        return self._tables[name]


@dataclass(slots=True)
class _Chunk:
    """What some events say of each table."""

    plain: list[_Event] = field(default_factory=list)
    facts: dict[str, list[CanonicalRow]] = field(default_factory=dict)
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    rows: int = 0

    touches: list[tuple[str, CanonicalRow, tuple[Canonical, ...]]] = field(default_factory=list)

    def add(self, event: _Event) -> None:
        body = _parsed(event.body) or {}
        for name, rows in body.get("rows", {}).items():
            self.facts.setdefault(name, []).extend(rows)
            self.rows += len(rows)
        for change in body.get("changes", ()):
            self.changes.setdefault(change["table"], []).append(change)
            self.touches.append((change["table"], change["key"], event.place))
            self.rows += 1


def verify_log(session: Session, metadata: MetaData, walk: Walk, beside: Session | None = None) -> Iterator[Finding]:
    """Yield every finding, facts as the events come and masters at the end; ``walk`` holds the counts afterwards.

    ``beside`` is a second session on the same database, begun later: it reads documents while this one goes on along
    the chain. Facts are only ever added, so that it sees all that ``session`` sees.
    """
    texts = _texts(session, metadata) if beside is not None else {}
    chunk = _Chunk()
    with ThreadPoolExecutor(max_workers=1) as reader:
        under_way: tuple[_Chunk, Future[_Standing]] | None = None
        for event in _chain(session, walk):
            if isinstance(event, Finding):
                yield event
                continue
            if texts and len(event.body) <= _LONGEST_PLAIN:
                chunk.plain.append(event)
            else:
                chunk.add(event)
            if len(chunk.plain) >= _EVENTS_AT_ONCE or chunk.rows >= _ROWS_AT_ONCE:
                next_one = chunk, reader.submit(_read_documents, beside, texts, chunk.plain)
                if under_way is not None:
                    yield from _finish(session, metadata, *under_way, walk)
                under_way, chunk = next_one, _Chunk()
        last = chunk, reader.submit(_read_documents, beside, texts, chunk.plain)
        for part in (under_way, last):
            if part is not None:
                yield from _finish(session, metadata, *part, walk)
    yield from _altered_masters(walk)
    yield from _extra_rows(session, metadata, walk)
    yield from _touches(session, metadata, walk)


def _texts(session: Session, metadata: MetaData) -> dict[str, CanonicalTexts]:
    """Return the tables that hold rows of documents: asking the others of each document would only cost time."""
    dialect = session.get_bind().dialect.name
    return {
        name: CanonicalTexts(table)
        for name, table in sorted(metadata.tables.items())
        if table.info.get("role") is TableRole.FACT and has_texts(table, dialect) and _has_document(session, table)
    }


def _has_document(session: Session, table: Table) -> bool:
    key = next(iter(table.primary_key.columns))
    subjects = select(_EVENT.c.subject_id).where(_EVENT.c.subject_id == key)
    return session.execute(select(1).select_from(table).where(subjects.exists()).limit(1)).first() is not None


def _read_documents(beside: Session | None, texts: dict[str, CanonicalTexts], plain: list[_Event]) -> _Standing:
    if beside is None or not plain:
        return []
    documents = [bytes.fromhex(event.subject) for event in plain]
    return [(name, table.of_documents(beside, documents)) for name, table in texts.items()]


def _finish(
    session: Session, metadata: MetaData, chunk: _Chunk, reading: Future[_Standing], walk: Walk
) -> Iterator[Finding]:
    _prove_plain(chunk, reading.result(), walk)
    yield from _compare(session, metadata, chunk, walk)


def _prove_plain(chunk: _Chunk, standing: _Standing, walk: Walk) -> None:
    """Prove the events that say just the rows of their own document; those that do not stay in the chunk."""
    for event in chunk.plain:
        document = bytes.fromhex(event.subject)
        rows = [(name, found[document]) for name, found in standing if document in found]
        said = ",".join(f'"{name}":[{of_document.text}]' for name, of_document in rows)
        if event.body == f'{{"rows":{{{said}}}}}'.encode():
            for name, of_document in rows:
                walk.rows += of_document.rows
                walk.rows_of_table[name] += of_document.rows
        else:
            chunk.add(event)


def _chain(session: Session, walk: Walk) -> Iterator[Finding | _Event]:
    """Yield each event, or a finding in its place."""
    heads: dict[tuple[str, str], tuple[int, str]] = {}
    for node_id, epoch in _CHAINS.rows(session):
        expected, previous, last_hlc = 1, GENESIS, 0
        for row in _events(session, node_id, epoch):
            key = f"{row.epoch}/{row.seq}"
            if row.seq != expected:
                yield Finding("verify.event_missing", _EVENT.name, f"{row.epoch}/{expected}")
            body = _body(row)
            sha = event_sha(previous, _header(row), body) if body is not None else b""
            if sha != row.sha:
                # after a gap the hash cannot fit; the gap itself was named
                if row.seq == expected:
                    yield Finding("verify.event_altered", _EVENT.name, key, row.kind)
            elif row.hlc <= last_hlc:
                yield Finding("verify.event_altered", _EVENT.name, key, "clock")
            expected, previous, last_hlc = row.seq + 1, row.sha, row.hlc
            walk.events += 1
            if body is not None:
                if _EPOCH_MARK in body:
                    yield from _end_of_epoch_before(body, heads)
                yield _Event(row.subject_id, body, (row.hlc, row.node_id, row.epoch, row.seq))
        heads[node_id.hex, str(epoch)] = expected - 1, previous.hex()


def _end_of_epoch_before(body: bytes, heads: dict[tuple[str, str], tuple[int, str]]) -> Iterator[Finding]:
    """A new epoch's first event names the last one of the epoch before: what was cut off there is missed."""
    note = (_parsed(body) or {}).get("note")
    if not isinstance(note, dict) or EPOCH_BEFORE not in note:
        return
    epoch, said = str(note[EPOCH_BEFORE]), str(note.get(SEQ_BEFORE))
    seq, sha = heads.get((str(note.get(NODE_BEFORE)), epoch), (0, ""))
    if said.isdecimal() and seq < int(said):
        yield Finding("verify.event_missing", _EVENT.name, f"{epoch}/{seq + 1}")
    elif (str(seq), sha) != (said, note.get(SHA_BEFORE)):
        yield Finding("verify.event_altered", _EVENT.name, f"{epoch}/{said}", "end of its epoch")


def _events(session: Session, node_id: UUID, epoch: int) -> Iterator[Any]:
    page_after = _page_after(session.get_bind().dialect.name)
    after = _BEFORE_ALL
    while page := page_after.rows(session, {"node_id": node_id, "epoch": epoch, "after": after}):
        yield from page
        after = page[-1].seq


@cache
def _page_after(dialect: str) -> Prepared:
    """Select events in canonical form: what is hashed needs no Python type in between."""
    columns = (c if c.name in _AS_STORED else canonical_column(c, dialect).label(c.name) for c in _EVENT.columns)
    return Prepared(
        select(*columns)
        .where(
            _EVENT.c.node_id == bindparam("node_id"),
            _EVENT.c.epoch == bindparam("epoch"),
            _EVENT.c.seq > bindparam("after"),
        )
        .order_by(_EVENT.c.seq)
        .limit(_EVENTS_AT_ONCE)
    )


def _header(row: Any) -> bytes:
    return header_bytes(
        node_id=row.node_id,
        epoch=row.epoch,
        seq=row.seq,
        hlc=row.hlc,
        at=row.at,
        user_id=row.user_id,
        username=row.username,
        os_account=row.os_account,
        kind=row.kind,
        subject_id=row.subject_id,
        program=row.program,
    )


def check_author(session: Session) -> Iterator[Finding]:
    """Yield what the node's own row says otherwise than the log: its next number would be another counter's.

    The first event of each of its epochs notes the code it numbers with; shops founded before 0.2.0 note it from
    their first restore on.
    """
    node = author(session)
    code = node.code
    epochs = [epoch for node_id, epoch in _CHAINS.rows(session) if node_id == node.id]
    if node.epoch != max(epochs, default=0):
        said = f"epoch: {max(epochs, default=0)} was written, {node.epoch} stands"
        yield Finding("verify.row_altered", Node.__tablename__, node.id.hex, said)
    for epoch in epochs:
        first = next(iter(_events(session, node.id, epoch)))
        note = (_parsed(_body(first) or b"") or {}).get("note")
        code = note.get(CODE, code) if isinstance(note, dict) else code
    if node.code != code:
        said = f"code: {code!r} was written, {node.code!r} stands"
        yield Finding("verify.row_altered", Node.__tablename__, node.id.hex, said)


def _body(row: Any) -> bytes | None:
    try:
        return decompress(row.codec, bytes(row.body))
    except ValueError:
        return None  # the hash of nothing differs: the event is named as altered


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        parsed = from_json(body)
    except ValueError:
        return None  # an altered body, which its hash has named already
    return parsed if isinstance(parsed, dict) else None


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
    for event in _chain(session, Walk()):
        body = {} if isinstance(event, Finding) else _parsed(event.body) or {}
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
        _touch_of(walk, session, metadata, change["table"], change["key"], event.place)
        for event in _chain(session, Walk())
        if isinstance(event, _Event)
        for change in (_parsed(event.body) or {}).get("changes", ())
    }
    for touch in sorted(written - found, key=repr):
        yield Finding("verify.row_missing", _TOUCH.name, _show(touch))
    for touch in sorted(found - written, key=repr):
        yield Finding("verify.row_unwritten", _TOUCH.name, _show(touch))


def _show(key: Key) -> str:
    return "/".join(str(part) for part in key)


def _differences(said: CanonicalRow, found: CanonicalRow) -> str:
    names = sorted({*said, *found})
    return ", ".join(
        f"{name}: {said.get(name)!r} was written, {found.get(name)!r} stands"
        for name in names
        if said.get(name) != found.get(name)
    )
