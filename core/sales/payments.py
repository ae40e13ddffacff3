"""What becomes of a posted bill's payments: said to be another way, and UPI payments confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import exists, select, true
from sqlalchemy.orm import Session, aliased

from core.audit.log import refuse_odd_clock, write_event
from core.auth.permissions import Need, Permission
from core.auth.rights import require, require_or_override
from core.kernel.errors import RuleBroken, unheard
from core.kernel.money import ZERO, Money
from core.ledger.open_items import take_back_open_items
from core.ledger.posting import Posting, post_entry
from core.sales.buyers import find_buyer
from core.sales.dto import BillView, ChangePayment, ConfirmPayment, TenderInput, TenderMode, WaitingPayment
from core.sales.model import (
    Bill,
    BillCancellation,
    BillTender,
    PaymentChange,
    PaymentChangeTender,
    PaymentConfirmation,
)
from core.sales.paying import change_of, leave_open, money_postings, require_credit
from core.sales.queries import bill_by_number, bill_view, payment_documents
from core.sales.references import ask_used_reference, ask_used_references, refuse_no_upi_number
from core.sales.upi import upi_reference
from core.storage.unit_of_work import UnitOfWork

PAYMENT_CHANGED = "bill.payment_changed"
_DOCUMENT = "payment_change"


def change_payment(
    uow: UnitOfWork, command: ChangePayment, caution: Callable[[RuleBroken], None] = unheard
) -> BillView:
    """Say that a bill was paid in another way, as a fact of its own: the bill stays what it was.

    The money moves between the accounts today. Nothing goes back any more, so the payments are the bill's total
    exactly. The same command again returns the bill. Who may not alone needs a supervisor's override given for the
    command's id. ``caution`` hears of credit over a limit that is given all the same. Raises NeedsConfirmation
    ``clock.behind``, ``clock.ahead``, ``sales.reference_used``; RuleBroken ``sales.no_such_bill``,
    ``sales.cancelled_already``, ``sales.paid_inexactly``, ``sales.same_payment``, those of the payments
    (``change_of``, ``require_credit``, ``leave_open``), of closed days and of ``require_or_override``.
    """
    require_or_override(uow, Need(Permission.CHANGE_PAYMENT), command.command_id)
    if uow.session.get(PaymentChange, command.command_id) is not None:
        return bill_by_number(uow.session, command.number)
    refuse_odd_clock(uow)
    bill = bill_by_number(uow.session, command.number)
    if bill.cancelled is not None:
        raise RuleBroken("sales.cancelled_already", number=bill.number)
    over = change_of(bill.total, command.payments)
    if not command.confirmed:
        ask_used_references(uow, command.payments, bill.bill_id)
    if over:
        raise RuleBroken("sales.paid_inexactly", total=bill.total, paid=bill.total + over, where="payments")
    before = _without_change(bill)
    if _modes(before) == _modes(command.payments):
        raise RuleBroken("sales.same_payment", number=bill.number, where="payments")
    buyer = find_buyer(uow.session, bill.customer_id) if bill.customer_id else None
    standing = Money.total(paid.amount for paid in before if paid.mode is TenderMode.CREDIT)
    require_credit(uow, buyer, command.payments, command.command_id, caution, standing)
    documents = payment_documents(uow.session, bill.bill_id)

    uow.record(
        PaymentChange,
        [
            {
                "id": command.command_id,
                "bill_id": bill.bill_id,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
                "reason": command.reason,
            }
        ],
    )
    uow.record(
        PaymentChangeTender,
        [
            {
                "change_id": command.command_id,
                "line": line,
                "mode": payment.mode,
                "amount_paise": payment.amount.paise,
                "reference": payment.reference,
            }
            for line, payment in enumerate(command.payments, start=1)
        ],
    )
    old = [Posting(posting.account, -posting.amount) for posting in money_postings(before, ZERO)]
    post_entry(uow, command.command_id, _DOCUMENT, uow.today, [*old, *money_postings(command.payments, ZERO)])
    take_back_open_items(uow, of_documents=documents, document_id=command.command_id, on_date=uow.today)
    leave_open(
        uow,
        document_id=command.command_id,
        on_date=uow.today,
        billed_on=bill.date,
        number=bill.number,
        buyer=buyer,
        payments=command.payments,
    )
    write_event(uow, PAYMENT_CHANGED, command.command_id, {"reason": command.reason})
    return bill_view(uow.session, bill.bill_id)


def _without_change(bill: BillView) -> list[TenderInput]:
    """Return how a bill is paid, what went back taken off the cash."""
    left = bill.change
    paid: list[TenderInput] = []
    for tender in bill.tenders:
        amount = tender.amount
        if tender.mode is TenderMode.CASH:
            back = min(left, amount)
            amount, left = amount - back, left - back
        if amount:
            paid.append(TenderInput(mode=tender.mode, amount=amount, reference=tender.reference))
    return paid


def _modes(payments: Sequence[TenderInput]) -> list[tuple[TenderMode, Money, str | None]]:
    return sorted((paid.mode, paid.amount, paid.reference) for paid in payments if paid.amount)


def confirm_payment(uow: UnitOfWork, command: ConfirmPayment) -> BillView:
    """Say that a UPI payment of a bill came in, with its number (UTR). Once confirmed it stays so.

    Raises NeedsConfirmation ``sales.reference_used``, RuleBroken ``sales.no_such_bill``, ``sales.nothing_waits``,
    ``sales.which_payment``, ``sales.upi_number_form``, and that of the right.
    """
    require(uow, Permission.POST_BILL)
    bill = bill_by_number(uow.session, command.number)
    waiting = [tender for tender in bill.tenders if tender.waits and command.line in (None, tender.line)]
    if bill.cancelled is not None or not waiting:
        raise RuleBroken("sales.nothing_waits", number=bill.number)
    if len(waiting) > 1:
        lines = ", ".join(f"{tender.line} ({tender.amount})" for tender in waiting)
        raise RuleBroken("sales.which_payment", number=bill.number, lines=lines, where="line")
    refuse_no_upi_number(command.reference, "reference")
    if not command.confirmed:
        ask_used_reference(uow, TenderMode.UPI, command.reference, bill.bill_id, "reference")
    uow.record(
        PaymentConfirmation,
        [
            {
                "document_id": payment_documents(uow.session, bill.bill_id)[-1],
                "line": waiting[0].line,
                "reference": command.reference,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
            }
        ],
    )
    write_event(uow, "bill.payment_confirmed", bill.bill_id)
    return bill_view(uow.session, bill.bill_id)


def waiting_payments(session: Session, *, since: date | None = None, limit: int | None = None) -> list[WaitingPayment]:
    """Return the UPI payments that nobody has confirmed, of bills that stand, the oldest first.

    With ``since`` those of bills from that day on, which an index finds; with ``limit`` so many at most.
    """
    recent = true() if since is None else Bill.on_date >= since
    later = aliased(PaymentChange)
    of_bills = select(Bill.id, Bill.id.label("document_id"), BillTender.line, BillTender.amount_paise).join(
        BillTender, BillTender.bill_id == Bill.id
    )
    of_bills = of_bills.where(
        recent,
        BillTender.mode == TenderMode.UPI,
        BillTender.reference.is_(None),
        ~exists(select(1).where(PaymentChange.bill_id == Bill.id)),
    )
    of_changes = (
        select(
            PaymentChange.bill_id,
            PaymentChange.id.label("document_id"),
            PaymentChangeTender.line,
            PaymentChangeTender.amount_paise,
        )
        .join(PaymentChangeTender, PaymentChangeTender.change_id == PaymentChange.id)
        .where(
            PaymentChangeTender.mode == TenderMode.UPI,
            PaymentChangeTender.reference.is_(None),
            ~exists(select(1).where(later.bill_id == PaymentChange.bill_id, later.id > PaymentChange.id)),
        )
    )
    found = of_bills.union_all(of_changes).subquery()
    rows = session.execute(
        select(Bill.id, Bill.number, Bill.on_date, Bill.customer_name, found.c.amount_paise, found.c.line)
        .join(found, found.c.id == Bill.id)
        .where(
            recent,
            ~exists(select(1).where(BillCancellation.bill_id == Bill.id)),
            ~exists(
                select(1).where(
                    PaymentConfirmation.document_id == found.c.document_id, PaymentConfirmation.line == found.c.line
                )
            ),
        )
        .order_by(Bill.on_date, Bill.at, Bill.id, found.c.line)
        .limit(limit)
    )
    return [
        WaitingPayment(
            bill_id=row.id,
            number=row.number,
            date=row.on_date,
            customer_name=row.customer_name,
            amount=Money(row.amount_paise),
            line=row.line,
            upi_reference=upi_reference(row.id),
        )
        for row in rows
    ]
