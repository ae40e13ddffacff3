"""Reads of the audit log."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.audit.canonical import check_code
from core.audit.model import AuditEvent
from core.storage.prepared import Prepared

_SHA = Prepared(
    select(AuditEvent.sha).where(AuditEvent.subject_id == bindparam("subject"), AuditEvent.kind == bindparam("kind"))
)


def document_check_code(session: Session, document_id: UUID, kind: str) -> str:
    """Return the check code of the event that posted a document."""
    (row,) = _SHA.rows(session, {"subject": document_id, "kind": kind})
    return check_code(bytes(row.sha))
