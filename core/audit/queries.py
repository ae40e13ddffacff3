"""Reads of the audit log."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.canonical import check_code
from core.audit.model import AuditEvent


def document_check_code(session: Session, document_id: UUID, kind: str) -> str:
    """Return the check code of the event that posted a document."""
    sha = session.scalars(
        select(AuditEvent.sha).where(AuditEvent.subject_id == document_id, AuditEvent.kind == kind)
    ).one()
    return check_code(bytes(sha))
