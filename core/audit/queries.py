"""Reads of the audit log."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.audit.canonical import check_code
from core.audit.model import AuditEvent
from core.kernel.clock import business_date
from core.storage.prepared import Prepared

# by subject alone: asked for the kind as well, SQLite reads all events of that kind, a shop's every bill
_OF_SUBJECT = Prepared(select(AuditEvent.kind, AuditEvent.sha).where(AuditEvent.subject_id == bindparam("subject")))

_FOUNDED = Prepared(select(AuditEvent.at).where(AuditEvent.kind == "shop.created").order_by(AuditEvent.at).limit(1))


def founding_day(session: Session) -> date:
    """Return the day the shop was set up in this program: nothing here happened before it."""
    return business_date(_FOUNDED.scalar(session))


def document_check_code(session: Session, document_id: UUID, kind: str) -> str:
    """Return the check code of the event that posted a document."""
    (sha,) = (row.sha for row in _OF_SUBJECT.rows(session, {"subject": document_id}) if row.kind == kind)
    return check_code(bytes(sha))
