"""Proves that bills add up, and says what of them is numbered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from core.audit.findings import Finding
from core.dispensing.model import Dispensing, H1Entry
from core.sales.model import Bill, BillCancellation, BillLine, Quotation, QuotationBill, QuotationLine
from core.storage.base import Table

#: What is numbered without gaps here -> how the documents are called, for ``check_numbers``.
NUMBERED: Mapping[type[Table], str] = {
    Bill: "bills",
    Dispensing: "supplies",
    H1Entry: "rows of the H1 register",
    Quotation: "quotations",
}


def check_bills(session: Session) -> Iterator[Finding]:
    """Yield bills and quotations that are not the sum of their lines or do not add up, every bill that says it
    corrects one that stands or is none, and every quotation that two standing bills came of."""
    yield from _sums(session)
    yield from _corrections(session)
    yield from _quotations(session)


def _sums(session: Session) -> Iterator[Finding]:
    lines = (
        select(
            BillLine.bill_id,
            func.sum(BillLine.amount_paise).label("amount"),
            func.sum(BillLine.taxable_paise).label("taxable"),
            func.sum(BillLine.cgst_paise + BillLine.sgst_paise + BillLine.igst_paise).label("tax"),
        )
        .group_by(BillLine.bill_id)
        .subquery()
    )
    wrong = session.execute(
        select(Bill.number)
        .outerjoin(lines, lines.c.bill_id == Bill.id)
        .where(
            (func.coalesce(lines.c.amount, 0) + Bill.round_off_paise != Bill.total_paise)
            | (func.coalesce(lines.c.taxable, 0) != Bill.taxable_paise)
            | (func.coalesce(lines.c.tax, 0) != Bill.cgst_paise + Bill.sgst_paise + Bill.igst_paise)
            | (Bill.cgst_paise != Bill.sgst_paise)
            | (
                Bill.taxable_paise + Bill.cgst_paise + Bill.sgst_paise + Bill.igst_paise + Bill.round_off_paise
                != Bill.total_paise
            )
        )
        .order_by(Bill.number)
    )
    for (number,) in wrong:
        yield Finding("verify.bill_differs", "bill", number)


def _corrections(session: Session) -> Iterator[Finding]:
    old = aliased(Bill)
    wrong = session.execute(
        select(Bill.number, old.number)
        .outerjoin(old, old.id == Bill.corrects_id)
        .outerjoin(BillCancellation, BillCancellation.bill_id == old.id)
        .where(Bill.corrects_id.is_not(None), BillCancellation.id.is_(None) | (old.id == Bill.id))
        .order_by(Bill.number)
    )
    for number, corrected in wrong:
        detail = f"{corrected} is not cancelled" if corrected else "there is no such bill"
        yield Finding("verify.correction_differs", "bill", number, detail)


def _quotations(session: Session) -> Iterator[Finding]:
    lines = (
        select(
            QuotationLine.quotation_id,
            func.sum(QuotationLine.gross_paise).label("gross"),
            func.sum(QuotationLine.amount_paise).label("amount"),
        )
        .group_by(QuotationLine.quotation_id)
        .subquery()
    )
    gross, amount = func.coalesce(lines.c.gross, 0), func.coalesce(lines.c.amount, 0)
    wrong = session.execute(
        select(Quotation.number)
        .outerjoin(lines, lines.c.quotation_id == Quotation.id)
        .where(
            (gross != Quotation.gross_paise)
            | (gross - amount != Quotation.discount_paise)
            | (amount + Quotation.round_off_paise != Quotation.total_paise)
        )
        .order_by(Quotation.number)
    )
    for (number,) in wrong:
        yield Finding("verify.quotation_differs", "quotation", number, "it is not the sum of its lines")
    twice = session.execute(
        select(Quotation.number)
        .join(QuotationBill, QuotationBill.quotation_id == Quotation.id)
        .outerjoin(BillCancellation, BillCancellation.bill_id == QuotationBill.bill_id)
        .where(BillCancellation.id.is_(None))
        .group_by(Quotation.number)
        .having(func.count() > 1)
        .order_by(Quotation.number)
    )
    for (number,) in twice:
        yield Finding("verify.quotation_differs", "quotation_bill", number, "more than one bill of it stands")
