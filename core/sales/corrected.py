"""The cancelled bill that another is posted in place of."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.sales.model import Bill, BillCancellation, BillLine
from core.sales.queries import bill_id_of


class CorrectedBill(NamedTuple):
    """A cancelled bill, with the batches that were handed out on it: item's code, and number as it is compared."""

    bill_id: UUID
    batches: frozenset[tuple[str, str]]


def corrected_bill(session: Session, number: str | None) -> CorrectedBill | None:
    """Return the bill that a new one may be posted in place of, None where none is named.

    Raises RuleBroken ``sales.no_such_bill``, ``sales.corrects_uncancelled``, ``sales.corrected_already``.
    """
    if number is None:
        return None
    try:
        bill_id = bill_id_of(session, number)
    except RuleBroken as broken:
        raise broken.at("corrects") from None
    refuse_corrected(session, bill_id, number)
    if session.scalar(select(BillCancellation.id).where(BillCancellation.bill_id == bill_id)) is None:
        raise RuleBroken("sales.corrects_uncancelled", number=number, where="corrects")
    lines = session.execute(select(BillLine.item_code, BillLine.batch_number).where(BillLine.bill_id == bill_id))
    return CorrectedBill(bill_id, frozenset((code, batch.casefold()) for code, batch in lines))


def refuse_corrected(session: Session, bill_id: UUID, number: str) -> None:
    """Refuse a bill in whose place another was posted. Raises RuleBroken ``sales.corrected_already``."""
    by = session.scalar(select(Bill.number).where(Bill.corrects_id == bill_id))
    if by is not None:
        raise RuleBroken("sales.corrected_already", number=number, by=by, where="corrects")
