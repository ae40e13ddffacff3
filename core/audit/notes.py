"""Reads back what commands noted in their events: what an import brought, and that it was taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.canonical import decompress
from core.audit.model import AuditEvent
from core.kernel.ids import id_from_content


class Noted(NamedTuple):
    """An event of a kind, with what its command noted."""

    subject_id: UUID
    at: datetime
    username: str
    note: dict[str, str]


def noted(session: Session, *kinds: str) -> Iterator[Noted]:
    """Yield the events of some kinds with their notes, the newest first."""
    events = session.execute(
        select(AuditEvent.subject_id, AuditEvent.at, AuditEvent.username, AuditEvent.codec, AuditEvent.body)
        .where(AuditEvent.kind.in_(kinds))
        .order_by(AuditEvent.at.desc(), AuditEvent.seq.desc())
    )
    for subject_id, at, username, codec, body in events:
        yield Noted(subject_id, at, username, from_json(decompress(codec, bytes(body)))["note"])


def note_of(session: Session, subject_id: UUID, kind: str) -> dict[str, str] | None:
    """Return what the event of a command notes, None where the command was not done yet."""
    done = session.execute(
        select(AuditEvent.codec, AuditEvent.body).where(AuditEvent.subject_id == subject_id, AuditEvent.kind == kind)
    ).first()
    if done is None:
        return None
    note: dict[str, str] = from_json(decompress(done.codec, bytes(done.body)))["note"]
    return note


def undo_id(kind: str, document_id: UUID) -> UUID:
    """Return the id of the document that takes another back; ``kind`` is the event that says so."""
    return id_from_content(kind, document_id.hex)


def subjects_of(session: Session, kind: str) -> set[UUID]:
    """Return what the events of a kind are about."""
    return set(session.scalars(select(AuditEvent.subject_id).where(AuditEvent.kind == kind)))
