"""Reads of posted bills."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from core.audit.queries import document_check_code
from core.dispensing.queries import dispensing_of
from core.kernel.dates import ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.gst import DocumentKind, GstTreatment, TaxType
from core.kernel.money import ZERO, Money, Percent, Rate
from core.numbering.finding import id_of_number
from core.sales.dto import (
    BillLineView,
    BillView,
    CancelledView,
    PaymentChangeView,
    PriceBasis,
    TenderMode,
    TenderView,
)
from core.sales.model import (
    Bill,
    BillCancellation,
    BillLine,
    BillTender,
    PaymentChange,
    PaymentChangeTender,
    PaymentConfirmation,
)
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

_BILL = table_of(Bill)
_LINE = table_of(BillLine)
_TENDER = table_of(BillTender)
_CANCELLATION = table_of(BillCancellation)
_BILL_ID: BindParameter[UUID] = bindparam("bill_id")
_BILL_ROW = Prepared(select(_BILL).where(_BILL.c.id == _BILL_ID))
_LINE_ROWS = Prepared(select(_LINE).where(_LINE.c.bill_id == _BILL_ID).order_by(_LINE.c.line))
_TENDER_ROWS = Prepared(select(_TENDER).where(_TENDER.c.bill_id == _BILL_ID).order_by(_TENDER.c.line))
_CHANGE = table_of(PaymentChange)
_CHANGES = Prepared(select(_CHANGE).where(_CHANGE.c.bill_id == _BILL_ID).order_by(_CHANGE.c.id))
_NEW_TENDER = table_of(PaymentChangeTender)
_NEW_TENDERS = Prepared(
    select(_NEW_TENDER)
    .where(_NEW_TENDER.c.change_id.in_(bindparam("change_ids", expanding=True)))
    .order_by(_NEW_TENDER.c.change_id, _NEW_TENDER.c.line)
)
_CONFIRMED = Prepared(
    select(PaymentConfirmation.line, PaymentConfirmation.reference).where(
        PaymentConfirmation.document_id == bindparam("document_id")
    )
)
_NUMBER_OF = Prepared(select(_BILL.c.number).where(_BILL.c.id == _BILL_ID))
_CORRECTED_BY = Prepared(select(_BILL.c.number).where(_BILL.c.corrects_id == _BILL_ID))
_CANCELLATION_ROW = Prepared(select(_CANCELLATION).where(_CANCELLATION.c.bill_id == _BILL_ID))


def newest_bill(session: Session) -> UUID | None:
    """Return the id of the bill that was posted last, None before the first."""
    return session.scalar(select(Bill.id).order_by(Bill.at.desc(), Bill.id.desc()).limit(1))


def bill_view(session: Session, bill_id: UUID) -> BillView:
    """Return a posted bill whole. Raises RuleBroken ``sales.no_such_bill``."""
    key = {"bill_id": bill_id}
    bill = _BILL_ROW.first(session, key)
    if bill is None:
        raise RuleBroken("sales.no_such_bill", number=str(bill_id))
    cancelled = _CANCELLATION_ROW.first(session, key)
    lines = _LINE_ROWS.rows(session, key)
    tenders, payment_changes = _payments(session, bill_id)
    return BillView(
        bill_id=bill.id,
        number=bill.number,
        document_kind=DocumentKind(bill.document_kind),
        date=bill.on_date,
        posted_at=bill.at,
        username=bill.username,
        customer_name=bill.customer_name,
        customer_phone=bill.customer_phone,
        customer_address=bill.customer_address,
        place_of_supply=bill.place_of_supply,
        tax_type=TaxType(bill.tax_type),
        lines=tuple(
            BillLineView(
                line=row.line,
                item_code=row.item_code,
                item_name=row.item_name,
                manufacturer=row.manufacturer,
                hsn=row.hsn,
                pack_label=row.pack_label,
                pieces_per_pack=row.pieces_per_pack,
                batch=row.batch_number,
                expiry=row.expiry,
                expiry_precision=ExpiryPrecision(row.expiry_precision) if row.expiry_precision else None,
                mrp=Money(row.mrp_paise),
                units=row.units,
                treatment=GstTreatment(row.treatment),
                gst=Percent(row.gst_bp),
                gross=Money(row.gross_paise),
                discount=Money(row.discount_paise),
                taxable=Money(row.taxable_paise),
                cgst=Money(row.cgst_paise),
                sgst=Money(row.sgst_paise),
                igst=Money(row.igst_paise),
                amount=Money(row.amount_paise),
                free_units=row.free_units or 0,
                rate=None if row.rate_parts is None else Rate(row.rate_parts),
            )
            for row in lines
        ),
        tenders=tenders,
        gross=Money(bill.gross_paise),
        discount=Money(bill.discount_paise),
        taxable=Money(bill.taxable_paise),
        cgst=Money(bill.cgst_paise),
        sgst=Money(bill.sgst_paise),
        igst=Money(bill.igst_paise),
        round_off=Money(bill.round_off_paise),
        total=Money(bill.total_paise),
        change=ZERO if payment_changes else Money(bill.change_paise),
        check_code=document_check_code(session, bill_id, "bill.posted"),
        customer_gstin=bill.customer_gstin,
        to_sez=bool(bill.to_sez),
        price_basis=PriceBasis(bill.price_basis or PriceBasis.MRP),
        memo_number=bill.memo_number,
        customer_state=bill.customer_state,
        cancelled=(
            CancelledView(date=cancelled.on_date, username=cancelled.username, reason=cancelled.reason)
            if cancelled
            else None
        ),
        dispensing=dispensing_of(session, bill.id) if bill.dispensing_number else None,
        customer_id=bill.customer_id,
        payment_changes=payment_changes,
        corrects=_NUMBER_OF.scalar(session, {"bill_id": bill.corrects_id}) if bill.corrects_id else None,
        corrected_by=_CORRECTED_BY.scalar(session, key) if cancelled else None,
    )


def payment_documents(session: Session, bill_id: UUID) -> list[UUID]:
    """Return the documents that say how a bill is paid: the bill, then what changed it, the newest last."""
    return [bill_id, *(row.id for row in _CHANGES.rows(session, {"bill_id": bill_id}))]


def cash_by_document(session: Session, bill_id: UUID) -> dict[UUID, Money]:
    """Return the cash that each document of ``payment_documents`` says a bill is paid with, change taken off."""
    ((back,),) = session.execute(select(Bill.change_paise).where(Bill.id == bill_id))
    cash = dict.fromkeys(payment_documents(session, bill_id), ZERO)
    said = [
        (BillTender.bill_id, BillTender.mode, BillTender.amount_paise),
        (PaymentChangeTender.change_id, PaymentChangeTender.mode, PaymentChangeTender.amount_paise),
    ]
    for document_id, mode, amount in said:
        rows = session.execute(
            select(document_id, func.sum(amount))
            .where(document_id.in_(list(cash)), mode == TenderMode.CASH)
            .group_by(document_id)
        )
        cash |= {document: Money(int(paise)) for document, paise in rows}
    cash[bill_id] -= Money(back)
    return cash


def _payments(session: Session, bill_id: UUID) -> tuple[tuple[TenderView, ...], tuple[PaymentChangeView, ...]]:
    """Return how a bill is paid now, and each change of that with how it was before."""
    said = {bill_id: [_tender(row) for row in _TENDER_ROWS.rows(session, {"bill_id": bill_id})]}
    changes = _CHANGES.rows(session, {"bill_id": bill_id})
    if changes:
        ids = [change.id for change in changes]
        said |= {change_id: [] for change_id in ids}
        for row in _NEW_TENDERS.rows(session, {"change_ids": ids}):
            said[row.change_id].append(_tender(row))
    documents = list(said)
    before = dict(zip(documents[1:], documents, strict=False))
    views = tuple(
        PaymentChangeView(
            date=change.on_date, username=change.username, reason=change.reason, before=tuple(said[before[change.id]])
        )
        for change in changes
    )
    return _with_confirmations(session, documents[-1], said[documents[-1]]), views


def _tender(row: Any) -> TenderView:
    mode = TenderMode(row.mode)
    waits = mode is TenderMode.UPI and row.reference is None
    return TenderView(mode=mode, amount=Money(row.amount_paise), reference=row.reference, line=row.line, waits=waits)


def _with_confirmations(session: Session, document_id: UUID, tenders: list[TenderView]) -> tuple[TenderView, ...]:
    if not any(tender.waits for tender in tenders):
        return tuple(tenders)
    confirmed = dict(_CONFIRMED.rows(session, {"document_id": document_id}))
    return tuple(
        tender.model_copy(update={"reference": confirmed[tender.line], "waits": False})
        if tender.waits and tender.line in confirmed
        else tender
        for tender in tenders
    )


def bill_by_number(session: Session, number: str) -> BillView:
    """Return a posted bill by its number, in any case, as ``bill_id_of`` finds it."""
    return bill_view(session, bill_id_of(session, number))


def bill_id_of(session: Session, number: str) -> UUID:
    """Return the id of a bill by its number as typed: in any case, and zeros before the serial may be left out.

    Raises RuleBroken ``sales.no_such_bill``.
    """
    bill_id = id_of_number(session, Bill, number)
    if bill_id is None:
        raise RuleBroken("sales.no_such_bill", number=number)
    return bill_id
