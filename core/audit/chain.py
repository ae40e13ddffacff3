"""The chain of events, walked in stretches: each is proved by itself, from the hash of the event before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.audit.canonical import GENESIS, decompress, event_sha, header_bytes
from core.audit.findings import Finding
from core.audit.model import AuditEvent
from core.storage.canonical_rows import canonical_column
from core.storage.capture import Canonical
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

_EVENT = table_of(AuditEvent)
#: In the note of an epoch's first event: the last event of the epoch before it.
NODE_BEFORE, EPOCH_BEFORE, SEQ_BEFORE, SHA_BEFORE = "node_before", "epoch_before", "seq_before", "sha_before"
#: In the note of an epoch's first event: the code that its documents are numbered with.
CODE = "code"
_EVENTS_AT_ONCE = 250
_AS_STORED = frozenset({"sha", "body"})
_BEFORE_ALL, _AFTER_ALL = -(1 << 62), 1 << 62


class Stretch(NamedTuple):
    """Events of one chain, ``first`` and ``last`` included; a chain's outer ones reach past all that it holds."""

    node_id: UUID
    epoch: int
    first: int
    last: int


class Event(NamedTuple):
    """An event of a stretch: its document, its body, its number."""

    subject: str
    body: bytes
    seq: int


_CHAINS = Prepared(
    select(_EVENT.c.node_id, _EVENT.c.epoch, func.count(), func.max(_EVENT.c.seq))
    .group_by(_EVENT.c.node_id, _EVENT.c.epoch)
    .order_by(_EVENT.c.node_id, _EVENT.c.epoch)
)
_COUNT = Prepared(select(func.count()).select_from(_EVENT))
_OF_CHAIN = (_EVENT.c.node_id == bindparam("node_id"), _EVENT.c.epoch == bindparam("epoch"))
_BEFORE = Prepared(
    select(_EVENT.c.seq, _EVENT.c.sha, _EVENT.c.hlc)
    .where(*_OF_CHAIN, _EVENT.c.seq < bindparam("first"))
    .order_by(_EVENT.c.seq.desc())
    .limit(1)
)


def stretches(session: Session, events_each: int | None = None) -> list[Stretch]:
    """Return the chains in order, in stretches of some ``events_each``, or each whole."""
    found = []
    for node_id, epoch, count, last in _CHAINS.rows(session):
        parts = 1 if events_each is None else max(1, count // events_each)
        ends = [*(last * part // parts for part in range(1, parts)), _AFTER_ALL]
        firsts = [_BEFORE_ALL, *(end + 1 for end in ends)]
        found += [Stretch(node_id, epoch, first, end) for first, end in zip(firsts, ends, strict=False)]
    return found


def count_events(session: Session) -> int:
    """Return how many events there are in all chains."""
    return int(_COUNT.scalar(session))


def walk_chain(session: Session, stretch: Stretch) -> Iterator[Finding | Event]:
    """Yield each event of a stretch, or findings in its place or before it."""
    node_id, epoch, first, _ = stretch
    before = _BEFORE.first(session, {"node_id": node_id, "epoch": epoch, "first": first})
    expected, previous, last_hlc = (before.seq + 1, before.sha, before.hlc) if before else (1, GENESIS, 0)
    for row in _events(session, stretch):
        if row.seq != expected:
            yield Finding("verify.event_missing", _EVENT.name, f"{row.epoch}/{expected}")
        body = _body(row)
        sha = event_sha(previous, _header(row), body) if body is not None else b""
        if sha != row.sha:
            # after a gap the hash cannot fit; the gap itself was named
            if row.seq == expected:
                yield Finding("verify.event_altered", _EVENT.name, f"{row.epoch}/{row.seq}", row.kind)
        elif row.hlc <= last_hlc:
            yield Finding("verify.event_altered", _EVENT.name, f"{row.epoch}/{row.seq}", "clock")
        expected, previous, last_hlc = row.seq + 1, row.sha, row.hlc
        yield Event(row.subject_id, body or b"", row.seq)


def bodies_of(
    session: Session, stretch: Stretch, seqs: Iterable[int]
) -> Iterator[tuple[dict[str, Any], tuple[Canonical, ...]]]:
    """Yield what some events of a stretch say, each with what names it in ``audit_touch``.

    One at a time: a large import's body is large.
    """
    for seq in seqs:
        for row in _events(session, stretch._replace(first=seq, last=seq)):
            yield parsed(_body(row) or b""), (row.hlc, row.node_id, row.epoch, row.seq)


def heads(session: Session) -> dict[tuple[str, str], tuple[int, str]]:
    """Return the last event's number and hash of each node's epochs, all as notes say them."""
    found = {}
    for node_id, epoch, _, last in _CHAINS.rows(session):
        head = _BEFORE.first(session, {"node_id": node_id, "epoch": epoch, "first": last + 1})
        found[node_id.hex, str(epoch)] = head.seq, head.sha.hex()
    return found


def end_of_epoch_before(note: object, ends: Mapping[tuple[str, str], tuple[int, str]]) -> Iterator[Finding]:
    """A new epoch's first event notes the last one of the epoch before it: what was cut off there is missed."""
    if not isinstance(note, dict) or EPOCH_BEFORE not in note:
        return
    epoch, said = str(note[EPOCH_BEFORE]), str(note.get(SEQ_BEFORE))
    seq, sha = ends.get((str(note.get(NODE_BEFORE)), epoch), (0, ""))
    if said.isdecimal() and seq < int(said):
        yield Finding("verify.event_missing", _EVENT.name, f"{epoch}/{seq + 1}")
    elif (str(seq), sha) != (said, note.get(SHA_BEFORE)):
        yield Finding("verify.event_altered", _EVENT.name, f"{epoch}/{said}", "end of its epoch")


def first_note(session: Session, node_id: UUID, epoch: int) -> dict[str, Any]:
    """Return the note of an epoch's first event, empty where it has none."""
    first = next(_events(session, Stretch(node_id, epoch, _BEFORE_ALL, _AFTER_ALL)))
    note = parsed(_body(first) or b"").get("note")
    return note if isinstance(note, dict) else {}


def parsed(body: bytes) -> dict[str, Any]:
    """Return what a body says; nothing of one that was altered, which its hash has named already."""
    try:
        said = from_json(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def epochs(session: Session) -> Sequence[tuple[UUID, int]]:
    """Return each node's epochs in order."""
    return [(node_id, epoch) for node_id, epoch, _, _ in _CHAINS.rows(session)]


def _events(session: Session, stretch: Stretch) -> Iterator[Any]:
    page_after = _page_after(session.get_bind().dialect.name)
    after = stretch.first - 1
    values = {"node_id": stretch.node_id, "epoch": stretch.epoch, "last": stretch.last}
    while page := page_after.rows(session, values | {"after": after}):
        yield from page
        after = page[-1].seq


@cache
def _page_after(dialect: str) -> Prepared:
    """Select events in canonical form: what is hashed needs no Python type in between."""
    columns = (c if c.name in _AS_STORED else canonical_column(c, dialect).label(c.name) for c in _EVENT.columns)
    return Prepared(
        select(*columns)
        .where(*_OF_CHAIN, _EVENT.c.seq > bindparam("after"), _EVENT.c.seq <= bindparam("last"))
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


def _body(row: Any) -> bytes | None:
    try:
        return decompress(row.codec, bytes(row.body))
    except ValueError:
        return None  # the hash of nothing differs: the event is named as altered
