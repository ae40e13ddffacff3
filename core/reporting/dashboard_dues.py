"""The dashboard's statements of what is owed and of payments that nobody has confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from core.ledger.model import OpenItem, OpenItemSettlement
from core.parties.dto import PartyKind
from core.sales.dto import TenderMode
from core.sales.model import (
    Bill,
    BillCancellation,
    BillTender,
    PaymentChange,
    PaymentChangeTender,
    PaymentConfirmation,
)
from core.storage.prepared import Prepared

_DAY: ColumnElement[date] = bindparam("day")
_SINCE: ColumnElement[date] = bindparam("since")


class Waiting(NamedTuple):
    """Payments that nobody has confirmed."""

    payments: int
    paise: int


_reversal = aliased(OpenItem)
_LEFT = OpenItem.open_paise + (
    select(func.coalesce(func.sum(OpenItemSettlement.amount_paise), 0))
    .where(OpenItemSettlement.item_id == OpenItem.id)
    .correlate(OpenItem)
    .scalar_subquery()
)
# worked out once for each item and not once for each of the three sums
_LEFT_OF_ITEMS = (
    select(_LEFT.label("paise"), OpenItem.due_date)
    .outerjoin(_reversal, _reversal.reverses_id == OpenItem.id)
    .where(OpenItem.party_kind == PartyKind.CUSTOMER.value, OpenItem.reverses_id.is_(None), _reversal.id.is_(None))
    .cte("left_of_items")
    .prefix_with("MATERIALIZED")
)
_IS_OWED = _LEFT_OF_ITEMS.c.paise > 0
_OWED = Prepared(
    select(
        func.sum(case((_IS_OWED, _LEFT_OF_ITEMS.c.paise), else_=0)),
        func.sum(case((and_(_IS_OWED, _LEFT_OF_ITEMS.c.due_date < _DAY), _LEFT_OF_ITEMS.c.paise), else_=0)),
        func.sum(case((~_IS_OWED, -_LEFT_OF_ITEMS.c.paise), else_=0)),
    )
)


def owed(session: Session, today: date) -> tuple[int, int, int]:
    """Return what customers owe on their open items, what of it is due before today, and what stands to their credit.

    The first less the last is what the ledger has on the account of debtors.
    """
    ((owes, overdue, credit),) = _OWED.rows(session, {"day": today})
    return int(owes or 0), int(overdue or 0), int(credit or 0)


def _unconfirmed(of: type[BillTender | PaymentChangeTender], document_id: Any) -> ColumnElement[bool]:
    confirmation = select(PaymentConfirmation.line).where(
        PaymentConfirmation.document_id == document_id, PaymentConfirmation.line == of.line
    )
    return ~confirmation.correlate(of).exists()


_IS_CHANGED = select(PaymentChange.id).where(PaymentChange.bill_id == Bill.id).correlate(Bill).exists()
_later = aliased(PaymentChange)
_IS_NEWEST = ~(
    select(_later.id)
    .where(_later.bill_id == PaymentChange.bill_id, _later.id > PaymentChange.id)
    .correlate(PaymentChange)
    .exists()
)
_IS_OF_RECENT = (
    select(Bill.id).where(Bill.id == PaymentChange.bill_id, Bill.on_date >= _SINCE).correlate(PaymentChange).exists()
)


def _is_cancelled(of: type[Bill | PaymentChange], bill_id: Any) -> ColumnElement[bool]:
    return select(BillCancellation.id).where(BillCancellation.bill_id == bill_id).correlate(of).exists()


# outer joins: SQLite would begin with the tenders of all years otherwise
_WAITING_BILLS = Prepared(
    select(func.count(BillTender.line), func.sum(BillTender.amount_paise))
    .select_from(Bill)
    .outerjoin(
        BillTender,
        and_(
            BillTender.bill_id == Bill.id,
            BillTender.mode == TenderMode.UPI.value,
            BillTender.reference.is_(None),
            ~_IS_CHANGED,
            ~_is_cancelled(Bill, Bill.id),
            _unconfirmed(BillTender, BillTender.bill_id),
        ),
    )
    .where(Bill.on_date >= _SINCE)
)
_WAITING_CHANGES = Prepared(
    select(func.count(PaymentChangeTender.line), func.sum(PaymentChangeTender.amount_paise))
    .select_from(PaymentChange)
    .outerjoin(
        PaymentChangeTender,
        and_(
            PaymentChangeTender.change_id == PaymentChange.id,
            PaymentChangeTender.mode == TenderMode.UPI.value,
            PaymentChangeTender.reference.is_(None),
            _IS_NEWEST,
            _IS_OF_RECENT,
            ~_is_cancelled(PaymentChange, PaymentChange.bill_id),
            _unconfirmed(PaymentChangeTender, PaymentChangeTender.change_id),
        ),
    )
    .where(PaymentChange.on_date >= _SINCE)  # nothing is paid otherwise before it is billed
)


def waiting(session: Session, since: date) -> Waiting:
    """Return the UPI payments that nobody has confirmed, of bills from a day on that stand."""
    found = [statement.rows(session, {"since": since})[0] for statement in (_WAITING_BILLS, _WAITING_CHANGES)]
    return Waiting(sum(count for count, _ in found), sum(int(paise or 0) for _, paise in found))
