"""The quotation that a bill comes of, and the bill that came of a quotation."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.numbering.finding import id_of_number
from core.sales.model import Bill, BillCancellation, Quotation, QuotationBill
from core.storage.prepared import Prepared

_BILLED_AS = Prepared(
    select(Bill.number)
    .join(QuotationBill, QuotationBill.bill_id == Bill.id)
    .outerjoin(BillCancellation, BillCancellation.bill_id == Bill.id)
    .where(QuotationBill.quotation_id == bindparam("quotation_id"), BillCancellation.id.is_(None))
)


def billed_as(session: Session, quotation_id: UUID) -> str | None:
    """Return the number of the bill that came of a quotation and stands, None where none does."""
    number: str | None = _BILLED_AS.scalar(session, {"quotation_id": quotation_id})
    return number


def quotation_id_of(session: Session, number: str) -> UUID:
    """Return the id of a quotation by its number as typed: in any case, without zeros before the serial.

    Raises RuleBroken ``quotations.no_such``.
    """
    quotation_id = id_of_number(session, Quotation, number)
    if quotation_id is None:
        raise RuleBroken("quotations.no_such", number=number)
    return quotation_id


def quotation_to_bill_of(session: Session, number: str | None) -> UUID | None:
    """Return the quotation that a new bill comes of, None where none is named.

    Raises RuleBroken ``quotations.no_such``, ``quotations.billed_already``, placed at ``quotation``.
    """
    if number is None:
        return None
    try:
        quotation_id = quotation_id_of(session, number)
        refuse_billed(session, quotation_id, number)
    except RuleBroken as broken:
        raise broken.at("quotation") from None
    return quotation_id


def refuse_billed(session: Session, quotation_id: UUID, number: str) -> None:
    """Refuse a quotation of which a bill stands. Raises RuleBroken ``quotations.billed_already``."""
    by = billed_as(session, quotation_id)
    if by is not None:
        raise RuleBroken("quotations.billed_already", number=number, by=by)


def quotation_of_bill(session: Session, bill_id: UUID) -> str | None:
    """Return the number of the quotation that a bill came of, None for one that came of none."""
    return session.scalar(
        select(Quotation.number)
        .join(QuotationBill, QuotationBill.quotation_id == Quotation.id)
        .where(QuotationBill.bill_id == bill_id)
    )
