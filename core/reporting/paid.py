"""How bills are paid: as they were posted, and as each change since then says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.kernel.money import Money
from core.sales.dto import TenderMode
from core.sales.model import Bill, BillTender, PaymentChange, PaymentChangeTender


class Paid(NamedTuple):
    """A tender: its mode and its amount in paise, what went back taken off the cash."""

    mode: TenderMode
    paise: int


#: What each document says that a bill is paid with: the bill itself, then what changed it, the newest last.
Payments = dict[UUID, list[Paid]]


def payments_of(session: Session, bill_ids: Iterable[UUID]) -> dict[UUID, Payments]:
    """Return how bills are paid, by the bill's id and then by the id of the document that says so."""
    found: dict[UUID, Payments] = {}
    for part in in_parts(bill_ids):
        changes = session.execute(
            select(PaymentChange.bill_id, PaymentChange.id)
            .where(PaymentChange.bill_id.in_(part))
            .order_by(PaymentChange.bill_id, PaymentChange.id)
        ).all()
        change = dict(session.execute(select(Bill.id, Bill.change_paise).where(Bill.id.in_(part))).all())
        for bill_id in part:
            found[bill_id] = {bill_id: []}
        for bill_id, change_id in changes:
            found[bill_id][change_id] = []
        tenders = session.execute(
            select(BillTender.bill_id, BillTender.mode, BillTender.amount_paise)
            .where(BillTender.bill_id.in_(part))
            .order_by(BillTender.bill_id, BillTender.line)
        )
        for bill_id, mode, paise in tenders:
            back = min(change[bill_id], paise) if mode == TenderMode.CASH else 0
            change[bill_id] -= back
            found[bill_id][bill_id].append(Paid(TenderMode(mode), paise - back))
        of = {change_id: bill_id for bill_id, change_id in changes}
        for some in in_parts(of):
            said = session.execute(
                select(PaymentChangeTender.change_id, PaymentChangeTender.mode, PaymentChangeTender.amount_paise)
                .where(PaymentChangeTender.change_id.in_(some))
                .order_by(PaymentChangeTender.change_id, PaymentChangeTender.line)
            )
            for change_id, mode, paise in said:
                found[of[change_id]][change_id].append(Paid(TenderMode(mode), paise))
    return found


def now_paid(payments: Payments) -> list[Paid]:
    """Return how a bill is paid as it counts now."""
    return payments[next(reversed(payments))]


def before_change(payments: Payments, change_id: UUID) -> list[Paid]:
    """Return how a bill was paid before a change of that."""
    documents = list(payments)
    return payments[documents[documents.index(change_id) - 1]]


def modes_text(paid: Sequence[Paid]) -> str:
    """Return the modes of a bill as they stand in a column: ``Cash, UPI``."""
    return ", ".join(mode_title(mode) for mode in dict.fromkeys(tender.mode for tender in paid))


def amounts_text(paid: Sequence[Paid]) -> str:
    """Return modes with their amounts: ``Cash 57.00, UPI 200.00``."""
    sums: defaultdict[TenderMode, int] = defaultdict(int)
    for mode, paise in paid:
        sums[mode] += paise
    return ", ".join(f"{mode_title(mode)} {Money(paise).grouped()}" for mode, paise in sums.items() if paise)


def mode_title(mode: TenderMode) -> str:
    """Return a mode as a column begins with it."""
    return mode.words[:1].upper() + mode.words[1:]


def is_paid_by(mode: str) -> ColumnElement[bool]:
    """Return SQL of whether a bill is paid by a mode as it counts now, alone or beside others."""
    of_bill = PaymentChange.bill_id == Bill.id
    newest = select(PaymentChange.id).where(of_bill).order_by(PaymentChange.id.desc()).limit(1)
    changed = select(PaymentChangeTender.line).where(
        PaymentChangeTender.change_id == newest.correlate(Bill).scalar_subquery(), PaymentChangeTender.mode == mode
    )
    posted = select(BillTender.line).where(BillTender.bill_id == Bill.id, BillTender.mode == mode)
    is_changed = select(PaymentChange.id).where(of_bill).correlate(Bill).exists()
    return changed.correlate(Bill).exists() | (~is_changed & posted.correlate(Bill).exists())


def was_paid_by(mode: str) -> ColumnElement[bool]:
    """Return SQL of whether a bill was ever said to be paid by a mode: as it was posted, or by any change since."""
    posted = select(BillTender.line).where(BillTender.bill_id == Bill.id, BillTender.mode == mode)
    changed = (
        select(PaymentChangeTender.line)
        .join(PaymentChange, PaymentChange.id == PaymentChangeTender.change_id)
        .where(PaymentChange.bill_id == Bill.id, PaymentChangeTender.mode == mode)
    )
    return posted.correlate(Bill).exists() | changed.correlate(Bill).exists()
