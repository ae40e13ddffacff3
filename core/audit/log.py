"""Writes the one event of a command."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, insert, select

from core.audit.canonical import GENESIS, Header, canonical_json, compress, event_sha
from core.audit.model import AuditEvent
from core.kernel.version import VERSION
from core.storage.columns import instant_to_micros
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork, table_of

_EVENT = table_of(AuditEvent)
_HEAD = Prepared(
    select(_EVENT.c.seq, _EVENT.c.sha, _EVENT.c.hlc)
    .where(_EVENT.c.node_id == bindparam("node_id"), _EVENT.c.epoch == bindparam("epoch"))
    .order_by(_EVENT.c.seq.desc())
    .limit(1)
)
_APPEND = Prepared(insert(_EVENT), returns=False)


def write_event(uow: UnitOfWork, kind: str, subject_id: UUID, note: dict[str, str] | None = None) -> bytes:
    """Write what the command changed as the next event of this node's chain, and return its hash (32 bytes).

    ``kind`` names the command (``bill.posted``), ``subject_id`` the document or master it is about, ``note`` what is
    not seen in rows (a reason). It is the last thing a command does: a change after it raises.
    """
    uow.session.flush()
    node = uow.node
    head = _HEAD.first(uow.session, {"node_id": node.id, "epoch": node.epoch})
    seq, previous, last_hlc = (head.seq + 1, head.sha, head.hlc) if head else (1, GENESIS, 0)
    at = instant_to_micros(uow.now)
    header = Header(
        node_id=node.id,
        epoch=node.epoch,
        seq=seq,
        hlc=max(at, last_hlc + 1),
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
    uow.capture.closed = True
    return sha


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
