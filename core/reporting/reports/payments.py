"""How bills were paid: what came in by each way, and which bills were later said to be paid in another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from core.kernel.days import Days, Preset
from core.kernel.money import Money
from core.reporting.columns import Kind, ReportColumn, Value
from core.reporting.documents import bill_documents, place_of
from core.reporting.paid import (
    Paid,
    Payments,
    amounts_text,
    before_change,
    mode_title,
    now_paid,
    payments_of,
    was_paid_by,
)
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import Key, Reading, Report, ReportRow, Section, Source, ToBill, ToReport
from core.reporting.sold import Column, days_said
from core.reporting.streams import along, at_once, by_the_month, in_batches, tell
from core.sales.dto import TenderMode
from core.sales.model import Bill, BillCancellation, BillTender, PaymentChange

_BILLS = frozenset({Source.BILLS})


# --- payment changes ---------------------------------------------------------------------------------------------


def _payment_changes(reading: Reading) -> Iterator[ReportRow]:
    place = (PaymentChange.on_date, PaymentChange.at, PaymentChange.id)
    wanted = (
        select(
            *place,
            PaymentChange.bill_id,
            PaymentChange.username,
            PaymentChange.reason,
            Bill.number,
            Bill.customer_name,
            Bill.total_paise,
        )
        .select_from(PaymentChange)
        .join(Bill, Bill.id == PaymentChange.bill_id)
    )
    rows = along(reading.session, wanted, place, at_once(reading), reading.after)
    for batch in in_batches(rows):
        tell(reading, batch[0].on_date)
        paid = payments_of(reading.session, [row.bill_id for row in batch])
        for row in batch:
            payments = paid[row.bill_id]
            values = (
                row.on_date,
                row.at,
                row.number,
                row.customer_name,
                row.username,
                row.reason,
                amounts_text(before_change(payments, row.id)),
                amounts_text(payments[row.id]),
                Money(row.total_paise),
            )
            yield ReportRow(values, ToBill(row.number), (row.on_date, row.at, row.id))


PAYMENT_CHANGES = Report(
    id="payment-changes",
    title="Payment changes",
    about="Bills of which it was said later that they were paid in another way, by whom and why.",
    section=Section.SALES,
    columns=(
        ReportColumn("date", "Date", Kind.DATE, 10, groups=True),
        ReportColumn("time", "Time", Kind.TIME, 15),
        ReportColumn("bill", "Bill", letters=15),
        ReportColumn("customer", "Customer", letters=16, groups=True),
        ReportColumn("user", "User", letters=10, groups=True),
        ReportColumn("reason", "Reason", letters=20, stretches=True),
        ReportColumn("before", "Before", letters=20),
        ReportColumn("after", "After", letters=20),
        ReportColumn("total", "Total", Kind.MONEY, 12, adds_up=True),
    ),
    rows=_payment_changes,
    parameters=(days_parameter(Preset.THIS_MONTH),),
    is_paged=True,
    sources=_BILLS,
)


# --- by mode -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Taken:
    """What came in by a mode, in paise: with bills, by changes of payment, and what cancellations gave back."""

    payments: int = 0
    billed: int = 0
    changed: int = 0
    cancelled: int = 0


@dataclass(slots=True)
class _Modes:
    """Adds up by mode."""

    by_mode: defaultdict[TenderMode, _Taken] = field(default_factory=lambda: defaultdict(_Taken))

    def change(self, tenders: Sequence[Paid], sign: int) -> None:
        """Take in the tenders of a change of payment, or with -1 those that stood before it."""
        for mode, paise in tenders:
            self.by_mode[mode].payments += sign
            self.by_mode[mode].changed += sign * paise

    def cancel(self, tenders: Sequence[Paid]) -> None:
        """Take back what a bill that was cancelled was paid with."""
        for mode, paise in tenders:
            self.by_mode[mode].payments -= 1
            self.by_mode[mode].cancelled -= paise


def _by_mode(reading: Reading) -> Iterator[ReportRow]:
    span, modes = reading.asked.span, _Modes()
    for days in by_the_month(reading):
        _add_bills(reading, days, modes)
        _add_changes(reading, days, modes)
        _add_cancellations(reading, days, modes)
    for mode in TenderMode:
        if mode in modes.by_mode:
            taken = modes.by_mode[mode]
            amounts = (taken.billed, taken.changed, taken.cancelled)
            values: tuple[Value, ...] = (mode_title(mode), taken.payments, *map(Money, amounts), Money(sum(amounts)))
            yield ReportRow(values, ToReport("payments", {**days_said(span), "mode": mode.value}))


def _own(reading: Reading) -> Sequence[ColumnElement[bool]]:
    return [Bill.username == reading.own] if reading.own is not None else []


def _add_bills(reading: Reading, days: Days, modes: _Modes) -> None:
    within = (Bill.on_date >= days.first, Bill.on_date <= days.last, *_own(reading))
    tenders = reading.session.execute(
        select(BillTender.mode, func.count(), func.sum(BillTender.amount_paise))
        .select_from(Bill)
        .join(BillTender, BillTender.bill_id == Bill.id)
        .where(*within)
        .group_by(BillTender.mode)
    )
    for mode, count, paise in tenders:
        taken = modes.by_mode[TenderMode(mode)]
        taken.payments += count
        taken.billed += int(paise)
    back = int(reading.session.scalar(select(func.sum(Bill.change_paise)).where(*within)) or 0)
    if back:
        modes.by_mode[TenderMode.CASH].billed -= back


def _add_changes(reading: Reading, days: Days, modes: _Modes) -> None:
    wanted = (
        select(PaymentChange.id, PaymentChange.bill_id)
        .select_from(PaymentChange)
        .join(Bill, Bill.id == PaymentChange.bill_id)
        .where(PaymentChange.on_date >= days.first, PaymentChange.on_date <= days.last, *_own(reading))
    )
    changes = reading.session.execute(wanted).all()
    paid = payments_of(reading.session, [bill_id for _, bill_id in changes])
    for change_id, bill_id in changes:
        modes.change(before_change(paid[bill_id], change_id), -1)
        modes.change(paid[bill_id][change_id], 1)


def _add_cancellations(reading: Reading, days: Days, modes: _Modes) -> None:
    wanted = (
        select(BillCancellation.bill_id)
        .join(Bill, Bill.id == BillCancellation.bill_id)
        .where(BillCancellation.on_date >= days.first, BillCancellation.on_date <= days.last, *_own(reading))
    )
    # nothing changes how a cancelled bill was paid: what stands now stood then
    for payments in payments_of(reading.session, reading.session.scalars(wanted).all()).values():
        modes.cancel(now_paid(payments))


BY_MODE = Report(
    id="sales-by-mode",
    title="Sales by way of paying",
    about="What came in by each way of paying, change taken off the cash, less what cancellations gave back.",
    section=Section.SALES,
    columns=(
        ReportColumn("mode", "Paid by", letters=14, stretches=True),
        ReportColumn("payments", "Payments", Kind.COUNT, 9, adds_up=True),
        ReportColumn("billed", "Billed", Kind.MONEY, 13, adds_up=True, extra=True),
        ReportColumn("changed", "Changed", Kind.MONEY, 12, adds_up=True, extra=True),
        ReportColumn("cancelled", "Cancelled", Kind.MONEY, 12, adds_up=True, extra=True),
        ReportColumn("amount", "Amount", Kind.MONEY, 14, adds_up=True),
    ),
    rows=_by_mode,
    parameters=(days_parameter(),),
    own_day=True,
    sources=_BILLS,
)


# --- payments one by one -----------------------------------------------------------------------------------------

_NAMED: Sequence[Column] = (Bill.number, Bill.customer_name, Bill.username)
_PLACE = (PaymentChange.on_date, PaymentChange.at, PaymentChange.id)
_CHANGE = 0
_KINDS: Mapping[int, str] = MappingProxyType({1: "Bill", _CHANGE: "Payment change", -1: "Cancellation"})
_MODES = list(TenderMode)


def _payments(reading: Reading) -> Iterator[ReportRow]:
    mode, after = reading.asked.texts.get("mode"), reading.after
    where = [] if mode is None else [was_paid_by(mode)]
    # a page may have ended among the ways of one document: the rest of them come first
    place = None if after is None else after[:-1]
    documents = merge(
        bill_documents(reading, _NAMED, where, after=place, again=True),
        _changes(reading, where, place),
        key=place_of,
    )
    for batch in in_batches(documents):
        paid = payments_of(reading.session, [row.bill_id for row in batch])
        for row in batch:
            sums = _brought(row, paid[row.bill_id])
            for nth, each in enumerate(_MODES):
                here = (*place_of(row), nth)
                if not sums[each] or (mode is not None and each != mode) or (after is not None and here <= after):
                    continue
                yield ReportRow(_payment_values(row, each, sums[each]), ToBill(row.number), here)


def _changes(reading: Reading, where: Sequence[ColumnElement[bool]], place: Key | None) -> Iterator[Any]:
    """Yield the changes of payment as ``bill_documents`` yields bills, with a sign of 0."""
    names = ("day", "moment", "document_id")
    changed = (
        select(
            *(column.label(name) for column, name in zip(_PLACE, names, strict=True)),
            Bill.id.label("bill_id"),
            literal(_CHANGE).label("sign"),
            PaymentChange.username.label("taken_by"),
            PaymentChange.reason,
            *_NAMED,
        )
        .select_from(PaymentChange)
        .join(Bill, Bill.id == PaymentChange.bill_id)
        .where(*where, *_own(reading))
    )
    return along(reading.session, changed, _PLACE, at_once(reading), place, again=True)


def _brought(row: Any, payments: Payments) -> defaultdict[TenderMode, int]:
    """Return what a document brought by each way of paying, in paise."""
    sums: defaultdict[TenderMode, int] = defaultdict(int)
    if row.sign == _CHANGE:
        parts = [(1, payments[row.document_id]), (-1, before_change(payments, row.document_id))]
    else:
        # nothing changes how a cancelled bill was paid: what stands now stood then
        parts = [(row.sign, payments[row.bill_id] if row.sign > 0 else now_paid(payments))]
    for sign, tenders in parts:
        for mode, paise in tenders:
            sums[mode] += sign * paise
    return sums


def _payment_values(row: Any, mode: TenderMode, paise: int) -> tuple[Value, ...]:
    return (
        row.day,
        row.moment,
        row.number,
        _KINDS[row.sign],
        row.customer_name,
        mode_title(mode),
        Money(paise),
        row.taken_by or row.username,
        row.reason,
    )


PAYMENTS = Report(
    id="payments",
    title="Payments one by one",
    about="What each bill, change of payment and cancellation brought by each way of paying, on the day it was made.",
    section=Section.SALES,
    columns=(
        ReportColumn("date", "Date", Kind.DATE, 10, extra=True, groups=True),
        ReportColumn("time", "Time", Kind.TIME, 15),
        ReportColumn("bill", "Bill", letters=15),
        ReportColumn("what", "What", letters=14, groups=True),
        ReportColumn("customer", "Customer", letters=18, stretches=True, groups=True),
        ReportColumn("mode", "Paid by", letters=12, groups=True),
        ReportColumn("amount", "Amount", Kind.MONEY, 12, adds_up=True),
        ReportColumn("user", "User", letters=10, groups=True),
        ReportColumn("reason", "Reason", letters=18),
    ),
    rows=_payments,
    parameters=(
        days_parameter(),
        Parameter("mode", "Paid by", Ask.CHOICE, choices=tuple((mode.value, mode_title(mode)) for mode in TenderMode)),
    ),
    is_paged=True,
    own_day=True,
    sources=_BILLS,
)
