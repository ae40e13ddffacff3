"""The dashboard's statements of what was sold, each along an index: none takes longer in a shop five years old.

They answer in paise and smallest units, and know nothing of rights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.kernel.days import Days
from core.ledger import chart
from core.ledger.model import LedgerDay
from core.reporting.paid import Paid, before_change, now_paid, payments_of
from core.reporting.sold import hour_of
from core.sales.dto import TenderMode
from core.sales.model import Bill, BillCancellation, BillLine, BillTender, PaymentChange
from core.storage.prepared import Prepared

_DAY: ColumnElement[date] = bindparam("day")
_FIRST: ColumnElement[date] = bindparam("first")
_LAST: ColumnElement[date] = bindparam("last")
_DAYS: Any = bindparam("days", expanding=True)
_IDS: Any = bindparam("ids", expanding=True)
_OWN = Bill.username == bindparam("own")


class HourSums(NamedTuple):
    """What was billed and cancelled in an hour, in paise."""

    bills: int
    cancelled: int
    paise: int


class DaySums(NamedTuple):
    """What the ledger has of a day's sales, in paise: the whole, without taxes, and what it cost."""

    total: int
    taxable: int
    cost: int


class SoldItem(NamedTuple):
    """What was sold of an item."""

    item_id: UUID
    units: int
    paise: int


class NamedItem(NamedTuple):
    """What an item is called."""

    code: str
    name: str
    pack: str
    pieces: int


# --- a day's bills -----------------------------------------------------------------------------------------------

# what was posted, and what was taken back of any day's bills: the sign, the day it counts on, where it is read
_HALVES: tuple[tuple[int, InstrumentedAttribute[date]], ...] = ((1, Bill.on_date), (-1, BillCancellation.on_date))


def _of_bills(day: InstrumentedAttribute[date], *columns: Any) -> Any:
    if day is Bill.on_date:
        return select(*columns).select_from(Bill)
    return select(*columns).select_from(BillCancellation).join(Bill, Bill.id == BillCancellation.bill_id)


def _both(statement: Any) -> dict[bool, Prepared]:
    """Return a statement of everybody's bills (False), and of one user's own (True)."""
    return {False: Prepared(statement), True: Prepared(statement.where(_OWN))}


_BY_HOUR = {
    sign: _both(
        _of_bills(day, day.label("day"), hour_of(Bill.at).label("hour"), func.count(), func.sum(Bill.total_paise))
        .where(day.in_(_DAYS))
        .group_by(day, hour_of(Bill.at))
    )
    for sign, day in _HALVES
}


def hours(session: Session, days: Sequence[date], own: str | None) -> Mapping[date, Mapping[int, HourSums]]:
    """Return what was billed less what was cancelled, by day and by the hour of the bill; of one's own bills alone
    where ``own`` names whose."""
    found: defaultdict[date, dict[int, HourSums]] = defaultdict(dict)
    for sign, statements in _BY_HOUR.items():
        for day, hour, count, paise in statements[own is not None].rows(session, {"days": days, "own": own}):
            bills, cancelled, before = found[day].get(hour, HourSums(0, 0, 0))
            here = HourSums(bills + count, cancelled, before + int(paise))
            found[day][hour] = here if sign > 0 else HourSums(bills, cancelled + count, before - int(paise))
    return found


_TENDERS = _both(
    select(BillTender.mode, func.sum(BillTender.amount_paise))
    .select_from(Bill)
    .join(BillTender, BillTender.bill_id == Bill.id)
    .where(Bill.on_date == _DAY)
    .group_by(BillTender.mode)
)
_GIVEN_BACK = _both(select(func.sum(Bill.change_paise)).where(Bill.on_date == _DAY))
_CHANGES = _both(
    select(PaymentChange.id, PaymentChange.bill_id)
    .select_from(PaymentChange)
    .join(Bill, Bill.id == PaymentChange.bill_id)
    .where(PaymentChange.on_date == _DAY)
)
_CANCELLATIONS = _both(_of_bills(BillCancellation.on_date, Bill.id).where(BillCancellation.on_date == _DAY))


def ways(session: Session, day: date, own: str | None) -> Mapping[TenderMode, int]:
    """Return what came in by each way of paying on a day, as ``sales-by-mode`` says it: the sum is the net sales."""
    found: defaultdict[TenderMode, int] = defaultdict(int)
    values, is_own = {"day": day, "own": own}, own is not None
    for mode, paise in _TENDERS[is_own].rows(session, values):
        found[TenderMode(mode)] += int(paise)
    found[TenderMode.CASH] -= int(_GIVEN_BACK[is_own].scalar(session, values) or 0)
    # few bills a day: they are read one by one
    changes = _CHANGES[is_own].rows(session, values)
    cancelled = [bill_id for (bill_id,) in _CANCELLATIONS[is_own].rows(session, values)]
    paid = payments_of(session, [*(bill_id for _, bill_id in changes), *cancelled])
    for change_id, bill_id in changes:
        _add(found, paid[bill_id][change_id], 1)
        _add(found, before_change(paid[bill_id], change_id), -1)
    for bill_id in cancelled:
        _add(found, now_paid(paid[bill_id]), -1)
    return found


def _add(found: defaultdict[TenderMode, int], tenders: Iterable[Paid], sign: int) -> None:
    for mode, paise in tenders:
        found[mode] += sign * paise


# --- the trend ---------------------------------------------------------------------------------------------------

#: How the codes of the accounts of sales begin, one for each rate.
_SALES = "sales."
_EARNED = LedgerDay.credit_paise - LedgerDay.debit_paise
_IS_SALES = LedgerDay.account.startswith(_SALES, autoescape=True)
_BESIDE = (chart.OUTPUT_CGST, chart.OUTPUT_SGST, chart.OUTPUT_IGST, chart.ROUND_OFF)
_IS_BESIDE = or_(*(LedgerDay.account == account.code for account in _BESIDE))
_LEDGER_DAYS = Prepared(
    select(
        LedgerDay.on_date,
        func.sum(case((or_(_IS_SALES, _IS_BESIDE), _EARNED), else_=0)),
        func.sum(case((_IS_SALES, _EARNED), else_=0)),
        func.sum(case((LedgerDay.account == chart.COST_OF_SALES.code, -_EARNED), else_=0)),
    )
    .where(LedgerDay.on_date >= _FIRST, LedgerDay.on_date <= _LAST)
    .group_by(LedgerDay.on_date)
)


def ledger_days(session: Session, first: date, last: date) -> Mapping[date, DaySums]:
    """Return what the accounts of sales moved by on each day; days on which none did may be left out."""
    rows = _LEDGER_DAYS.rows(session, {"first": first, "last": last})
    return {day: DaySums(*map(int, sums)) for day, *sums in rows}


# --- items that sell ---------------------------------------------------------------------------------------------

_SOLD = {
    sign: Prepared(
        _of_bills(day, BillLine.item_id, func.sum(BillLine.units), func.sum(BillLine.amount_paise))
        .join(BillLine, BillLine.bill_id == Bill.id)
        .where(day >= _FIRST, day <= _LAST)
        .group_by(BillLine.item_id)
    )
    for sign, day in _HALVES
}
_NAMED = Prepared(select(Item.id, Item.code, Item.name, Item.pack_label, Item.pieces_per_pack).where(Item.id.in_(_IDS)))


def sold_items(session: Session, days: Days) -> list[SoldItem]:
    """Return what was sold of each item on some days less what was taken back on them, in no order."""
    found: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for sign, statement in _SOLD.items():
        for item_id, units, paise in statement.rows(session, days._asdict()):
            kept = found[item_id]
            kept[0] += sign * int(units)
            kept[1] += sign * int(paise)
    return [SoldItem(item_id, *sums) for item_id, sums in found.items()]


def named_items(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, NamedItem]:
    """Return what items are called."""
    return {row[0]: NamedItem(*row[1:]) for part in in_parts(ids) for row in _NAMED.rows(session, {"ids": part})}
