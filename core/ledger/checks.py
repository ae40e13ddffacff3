"""Proves that the books balance."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.ledger.model import LedgerEntry


def check_ledger(session: Session) -> Iterator[Finding]:
    """Yield every document whose entry does not add up to zero."""
    unbalanced = session.execute(
        select(LedgerEntry.document_id, func.sum(LedgerEntry.amount_paise))
        .group_by(LedgerEntry.document_id)
        .having(func.sum(LedgerEntry.amount_paise) != 0)
    )
    for document_id, paise in unbalanced:
        yield Finding("verify.ledger_unbalanced", "ledger_entry", document_id.hex, f"off by {paise} paise")
