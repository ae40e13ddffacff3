"""Numbers of UPI and card payments: what can be one, and which other bill names the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.sales.dto import BillView, TenderInput, TenderMode
from core.sales.model import Bill, BillTender, PaymentChange, PaymentChangeTender, PaymentConfirmation
from core.sales.queries import bill_view
from core.storage.unit_of_work import UnitOfWork

#: Bills of so many days are looked through: a number that is typed twice by mistake or by fraud is a fresh one.
LOOKED_BACK = timedelta(days=30)
# a UTR has 12 digits; apps also show ids of their own, up to the 35 characters of NPCI
_OF_UPI = re.compile(r"[A-Za-z0-9]{6,35}", re.ASCII)
#: A shorter one, as the last four digits of a card, comes again by chance.
_SHORTEST_TELLING = 6
_LOOKED_UP = frozenset({TenderMode.UPI, TenderMode.CARD})


def refuse_no_upi_number(text: str, where: str | None = None) -> None:
    """Refuse what cannot be the number of a UPI payment. Raises RuleBroken ``sales.upi_number_form``."""
    if not _OF_UPI.fullmatch(text):
        raise RuleBroken("sales.upi_number_form", text=text, where=where)


def ask_used_references(uow: UnitOfWork, payments: Sequence[TenderInput], bill_id: UUID) -> None:
    """Ask about each UPI or card payment whose number another bill names, as ``ask_used_reference`` does."""
    for place, payment in enumerate(payments):
        if payment.mode in _LOOKED_UP and payment.reference is not None:
            ask_used_reference(uow, payment.mode, payment.reference, bill_id, f"payments.{place}.reference")


def ask_used_reference(uow: UnitOfWork, mode: TenderMode, reference: str, bill_id: UUID, where: str) -> None:
    """Ask about a number that stands on another bill of the last 30 days: one payment pays one bill.

    A cancelled bill does not count, nor how a bill is paid no more, nor a number so short that it tells no payment
    from another. Raises NeedsConfirmation ``sales.reference_used``.
    """
    if len(reference) < _SHORTEST_TELLING:
        return
    for other_id in uow.session.scalars(bills_naming(reference, uow.today - LOOKED_BACK)).all():
        if other_id == bill_id:
            continue
        other = bill_view(uow.session, other_id)
        if other.cancelled is None and _names(other, reference):
            raise NeedsConfirmation(
                "sales.reference_used",
                where=where,
                mode=mode.words,
                reference=reference,
                number=other.number,
                date=other.date,
            )


def bills_naming(reference: str, since: date) -> Select[UUID]:
    """Return the statement for the bills from a day on that name a payment's number, or once did.

    The days are found by their index, what belongs to each bill by its key.
    """
    same = reference.upper()

    def is_confirmed_by(document_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
        return exists().where(
            PaymentConfirmation.document_id == document_id, func.upper(PaymentConfirmation.reference) == same
        )

    on_bill = exists().where(BillTender.bill_id == Bill.id, func.upper(BillTender.reference) == same)
    on_change = exists().where(
        PaymentChangeTender.change_id == PaymentChange.id, func.upper(PaymentChangeTender.reference) == same
    )
    changed = exists().where(PaymentChange.bill_id == Bill.id, or_(on_change, is_confirmed_by(PaymentChange.id)))
    return select(Bill.id).where(Bill.on_date >= since, or_(on_bill, is_confirmed_by(Bill.id), changed))


def _names(bill: BillView, reference: str) -> bool:
    same = reference.upper()
    return any(
        paid.mode in _LOOKED_UP and paid.reference is not None and paid.reference.upper() == same
        for paid in bill.tenders
    )
