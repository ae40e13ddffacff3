"""Writes the one event of a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from core.audit.canonical import GENESIS, Header, canonical_json, compress, event_sha
from core.audit.clock import odd_clock
from core.audit.model import AuditEvent, AuditTouch
from core.kernel.version import VERSION
from core.storage.columns import instant_to_micros
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork, table_of

_EVENT = table_of(AuditEvent)
_HEAD = Prepared(
    select(_EVENT.c.epoch, _EVENT.c.seq, _EVENT.c.sha, _EVENT.c.hlc, _EVENT.c.at)
    .where(_EVENT.c.node_id == bindparam("node_id"))
    .order_by(_EVENT.c.epoch.desc(), _EVENT.c.seq.desc())
    .limit(1)
)
_APPEND = Prepared(insert(_EVENT), returns=False)


def write_event(
    uow: UnitOfWork,
    kind: str,
    subject_id: UUID,
    note: dict[str, str] | None = None,
    *,
    any_clock: bool = False,
) -> bytes:
    """Write what the command changed as the next event of this node's chain, and return its hash (32 bytes).

    ``kind`` names the command (``bill.posted``), ``subject_id`` the document or master it is about, ``note`` what is
    not seen in rows (a reason). It is the last thing a command does: a change after it raises. The first event of an
    epoch begins a chain; its ``hlc`` is still after all that this node wrote before.

    Raises NeedsConfirmation ``clock.behind`` or ``clock.ahead`` when the computer's clock is odd beside the newest
    event, unless ``any_clock``: for the command that confirms the clock, and for a restore.
    """
    uow.session.flush()
    node = uow.node
    head = _HEAD.first(uow.session, {"node_id": node.id})
    if head is not None and not any_clock and (odd := odd_clock(uow.now, head.at)) is not None:
        raise odd
    seq, previous = (head.seq + 1, head.sha) if head and head.epoch == node.epoch else (1, GENESIS)
    at = instant_to_micros(uow.now)
    hlc = _hlc_behind(head, uow)
    header = Header(
        node_id=node.id,
        epoch=node.epoch,
        seq=seq,
        hlc=hlc,
        at=at,
        user_id=uow.actor.user_id,
        username=uow.actor.username,
        os_account=uow.actor.os_account,
        kind=kind,
        subject_id=subject_id,
        program=VERSION,
    )
    body = canonical_json(_body(uow, note))
    sha = event_sha(bytes(previous), header.to_bytes(), body)
    codec, packed = compress(body)
    row = {
        "node_id": node.id,
        "epoch": node.epoch,
        "seq": seq,
        "sha": sha,
        "hlc": header.hlc,
        "at": uow.now,
        "user_id": header.user_id,
        "username": header.username,
        "os_account": header.os_account,
        "kind": kind,
        "subject_id": subject_id,
        "program": header.program,
        "codec": codec,
        "body": packed,
    }
    _APPEND.run_many(uow.session, [row])
    _note_touches(uow, node.id, node.epoch, seq, header.hlc)
    uow.capture.closed = True
    return sha


def coming_hlc(uow: UnitOfWork) -> int:
    """Return the ``hlc`` of the event that this command will write: later than all that this node wrote before."""
    return _hlc_behind(_HEAD.first(uow.session, {"node_id": uow.node.id}), uow)


def _hlc_behind(head: Any, uow: UnitOfWork) -> int:
    return max(instant_to_micros(uow.now), head.hlc + 1 if head else 1)


def refuse_odd_clock(uow: UnitOfWork) -> None:
    """Refuse before anything is judged by the date, where ``write_event`` would refuse at the end.

    A computer that woke up in 1980 would else ask for GST rates of that year. Raises NeedsConfirmation
    ``clock.behind`` or ``clock.ahead``.
    """
    head = _HEAD.first(uow.session, {"node_id": uow.node.id})
    if head is not None and (odd := odd_clock(uow.now, head.at)) is not None:
        raise odd


def _note_touches(uow: UnitOfWork, node_id: UUID, epoch: int, seq: int, hlc: int) -> None:
    touched = dict.fromkeys((change.table, row_key(change.key)) for change in uow.capture.changes)
    if touched:
        event = {"node_id": node_id, "epoch": epoch, "seq": seq, "hlc": hlc}
        uow.session.execute(
            insert(table_of(AuditTouch)),
            [{"table_name": table, "row_key": key, **event} for table, key in touched],
        )


def row_key(key: Mapping[str, object]) -> str:
    """Return a row's primary key, its parts in the table's order, as one text."""
    return "/".join(map(str, key.values()))


def _body(uow: UnitOfWork, note: dict[str, str] | None) -> dict[str, object]:
    body: dict[str, object] = {}
    if uow.capture.rows:
        body["rows"] = uow.capture.rows
    if uow.capture.changes:
        body["changes"] = [
            {"table": change.table, "key": change.key, "fields": change.fields} for change in uow.capture.changes
        ]
    if note:
        body["note"] = note
    return body
