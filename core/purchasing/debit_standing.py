"""SQL of what still holds of debit notes: lines of notes that nobody took back, and what those settle."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Exists, exists, select

from core.purchasing.debit_dto import DebitKind
from core.purchasing.debit_model import DebitNote, DebitNoteLine, DebitNoteReversal
from core.purchasing.matching_domain import DifferenceKind
from core.purchasing.model import MatchApproval, MatchDifference

#: A line of a debit note, and a note, that was not taken back.
LINE_STANDS: ColumnElement[bool] = ~exists(
    select(1).where(DebitNoteReversal.note_id == DebitNoteLine.note_id).correlate(DebitNoteLine)
)
NOTE_STANDS: ColumnElement[bool] = ~exists(
    select(1).where(DebitNoteReversal.note_id == DebitNote.id).correlate(DebitNote)
)


def claims(bill_id: Any, line: Any) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the line of a standing debit note that asks back what a bill's line claims."""
    return (
        DebitNoteLine.kind == DebitKind.CLAIM,
        DebitNoteLine.bill_id == bill_id,
        DebitNoteLine.bill_line == line,
        LINE_STANDS,
    )


def is_claimed(bill_id: Any, line: Any, of: Any) -> Exists:
    """Return SQL of whether a standing debit note asks back the claim of a bill's line, in a statement about ``of``."""
    return exists(select(1).where(*claims(bill_id, line)).correlate(of))


#: Whether a difference of the match board is settled: as it is by somebody, or by a debit note that stands. That of a
#: note is worked out and not written down: with the note it goes again.
IS_SETTLED: ColumnElement[bool] = exists(
    select(1)
    .where(
        MatchApproval.bill_id == MatchDifference.bill_id,
        MatchApproval.line == MatchDifference.line,
        MatchApproval.kind == MatchDifference.kind,
    )
    .correlate(MatchDifference)
) | (
    (MatchDifference.kind == DifferenceKind.QUANTITY)
    & is_claimed(MatchDifference.bill_id, MatchDifference.line, MatchDifference)
)
