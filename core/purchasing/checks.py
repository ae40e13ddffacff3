"""Proves that receipts, bills, stock and ledger tell the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.inventory.model import Lot, StockMovement
from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import Money, Percent
from core.ledger import chart
from core.ledger.chart import Account
from core.ledger.model import LedgerEntry
from core.purchasing.debit_checks import check_debit_notes, debited
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    GoodsReceiptReversal,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
    SupplierBillSetOff,
)
from core.tax.domain import split_exclusive

_RECEIPT_STANDS = ~exists(select(1).where(GoodsReceiptReversal.receipt_id == GoodsReceiptLine.receipt_id))
_BILL_STANDS = ~exists(select(1).where(SupplierBillReversal.bill_id == SupplierBillLine.bill_id))


def check_purchases(session: Session) -> Iterator[Finding]:
    """Yield receipts whose lots are not what they accepted, bills that are not the sum of their lines or do not close,
    lines of receipts that two bills ask for, debit notes that ask for what is not
    theirs, and accounts of purchases that say something else than the documents."""
    yield from _lots(session)
    yield from _bills(session)
    yield from _billed_twice(session)
    yield from check_debit_notes(session)
    yield from _accounts(session)


def _lots(session: Session) -> Iterator[Finding]:
    accepted = (
        GoodsReceiptLine.billed_units
        + GoodsReceiptLine.free_units
        - GoodsReceiptLine.short_units
        - GoodsReceiptLine.damaged_units
    )
    came = (
        select(func.coalesce(func.sum(StockMovement.units), 0))
        .where(StockMovement.lot_id == GoodsReceiptLine.lot_id)
        .where(StockMovement.document_id == GoodsReceiptLine.receipt_id)
        .correlate(GoodsReceiptLine)
        .scalar_subquery()
    )
    batch = select(Lot.batch_id).where(Lot.id == GoodsReceiptLine.lot_id).correlate(GoodsReceiptLine).scalar_subquery()
    rows = session.execute(
        select(GoodsReceipt.number, GoodsReceiptLine.line, accepted - GoodsReceiptLine.awaited_units, came)
        .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
        .where(
            (accepted - GoodsReceiptLine.awaited_units != came)
            | (GoodsReceiptLine.lot_id.is_not(None) & (batch != GoodsReceiptLine.batch_id))
        )
        .order_by(GoodsReceipt.number, GoodsReceiptLine.line)
    )
    for number, line, units, moved in rows:
        detail = f"{units} units for the shelf, {moved} moved"
        yield Finding("verify.purchase_differs", "goods_receipt_line", f"{number}/{line}", detail)


def _bills(session: Session) -> Iterator[Finding]:
    lines: dict[UUID, Any] = {
        row.bill_id: row
        for row in session.execute(
            select(
                SupplierBillLine.bill_id,
                func.sum(SupplierBillLine.gross_paise).label("gross"),
                func.sum(SupplierBillLine.gross_paise - SupplierBillLine.discount_paise).label("value"),
                func.sum(SupplierBillLine.taxable_paise).label("taxable"),
                func.sum(SupplierBillLine.cgst_paise).label("cgst"),
                func.sum(SupplierBillLine.sgst_paise).label("sgst"),
                func.sum(SupplierBillLine.igst_paise).label("igst"),
            ).group_by(SupplierBillLine.bill_id)
        )
    }
    for bill in session.scalars(select(SupplierBill).order_by(SupplierBill.id)):
        of_lines = lines.get(bill.id)
        detail = "it has no lines" if of_lines is None else _wrong_sum(bill, of_lines)
        if detail is not None:
            yield Finding("verify.purchase_differs", "supplier_bill", bill.number, detail)


def _wrong_sum(bill: SupplierBill, lines: Any) -> str | None:
    """Return what of a bill does not add up, None where it closes."""
    charges = bill.freight_paise + bill.other_charges_paise
    charged = split_exclusive(Money(charges), GstTreatment.TAXABLE, Percent(bill.charge_gst_bp), TaxType(bill.tax_type))
    discounts = bill.trade_discount_paise + bill.scheme_discount_paise + bill.cash_discount_paise
    taxed_charges = charges if charged.tax else 0
    said = {
        "gross": (bill.gross_paise, int(lines.gross)),
        "value": (int(lines.taxable), int(lines.value)),
        "taxable": (bill.taxable_paise, int(lines.taxable) + taxed_charges),
        "cgst": (bill.cgst_paise, int(lines.cgst) + charged.cgst.paise),
        "sgst": (bill.sgst_paise, int(lines.sgst) + charged.sgst.paise),
        "igst": (bill.igst_paise, int(lines.igst) + charged.igst.paise),
        "total": (
            bill.total_paise,
            int(lines.taxable)
            - (0 if bill.discounts_before_tax else discounts)
            + bill.cgst_paise
            + bill.sgst_paise
            + bill.igst_paise
            + charges
            + bill.tcs_paise
            + bill.round_off_paise,
        ),
    }
    return next(
        (f"{name} {one} paise, {other} by its lines" for name, (one, other) in said.items() if one != other), None
    )


def _billed_twice(session: Session) -> Iterator[Finding]:
    rows = session.execute(
        select(GoodsReceipt.number, SupplierBillLine.receipt_line, func.count())
        .join(GoodsReceipt, GoodsReceipt.id == SupplierBillLine.receipt_id)
        .where(_BILL_STANDS)
        .group_by(SupplierBillLine.receipt_id, GoodsReceipt.number, SupplierBillLine.receipt_line)
        .having(func.count() > 1)
        .order_by(GoodsReceipt.number)
    )
    for number, line, count in rows:
        yield Finding("verify.purchase_differs", "supplier_bill_line", f"{number}/{line}", f"{count} bills ask for it")


def _accounts(session: Session) -> Iterator[Finding]:
    """Goods received and not billed, claims and input tax are what the documents say."""
    received = int(session.scalar(select(_sum(GoodsReceiptLine.cost_paise)).where(_RECEIPT_STANDS)) or 0)
    billed = int(
        session.scalar(
            select(_sum(GoodsReceiptLine.cost_paise))
            .join(
                SupplierBillLine,
                (SupplierBillLine.receipt_id == GoodsReceiptLine.receipt_id)
                & (SupplierBillLine.receipt_line == GoodsReceiptLine.line),
            )
            .where(_BILL_STANDS)
        )
        or 0
    )
    claims, dead = (
        int(paise or 0)
        for paise in session.execute(
            select(_sum(SupplierBillLine.claim_paise), _sum(SupplierBillLine.claim_tax_paise)).where(_BILL_STANDS)
        ).one()
    )
    set_off = int(
        session.scalar(
            select(_sum(SupplierBillSetOff.amount_paise)).where(
                SupplierBillSetOff.item_id.is_(None),
                ~exists(select(1).where(SupplierBillReversal.bill_id == SupplierBillSetOff.bill_id)),
            )
        )
        or 0
    )
    standing = ~exists(select(1).where(SupplierBillReversal.bill_id == SupplierBill.id))
    taxes: Counter[str] = Counter()
    for head in ("cgst", "sgst", "igst"):
        column = getattr(SupplierBill, f"{head}_paise")
        taxes[head] = int(session.scalar(select(_sum(column)).where(standing, SupplierBill.is_recoverable)) or 0)
    asked_back = debited(session)
    expected: dict[Account, int] = {
        chart.RECEIVED: billed - received,
        chart.CLAIMS: claims - set_off - asked_back.claims,
    }
    booked = {account: _booked(session, account) for account in (*expected, *_INPUT)}
    for account, paise in expected.items():
        if booked[account] != paise:
            detail = f"{paise} paise by the documents, {booked[account]} booked"
            yield Finding("verify.purchase_differs", "ledger_entry", account.code, detail)
    recovered = sum(taxes.values()) - dead - asked_back.input_tax
    if sum(booked[account] for account in _INPUT) != recovered:
        detail = f"{recovered} paise of input tax by the documents, {sum(booked[one] for one in _INPUT)} booked"
        yield Finding("verify.purchase_differs", "ledger_entry", "tax.input", detail)


_INPUT = (chart.INPUT_CGST, chart.INPUT_SGST, chart.INPUT_IGST)


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


def _booked(session: Session, account: Account) -> int:
    return int(session.scalar(select(_sum(LedgerEntry.amount_paise)).where(LedgerEntry.account == account.code)) or 0)
