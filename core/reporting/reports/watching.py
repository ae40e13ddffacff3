"""The counter watch: what each user took off, opened, cancelled and was allowed, counted and one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from core.audit.model import AuditEvent
from core.kernel.days import Preset
from core.kernel.money import Money
from core.reporting.columns import Kind, ReportColumn
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import Reading, Report, ReportRow, Section, Source, ToBill, ToReport
from core.reporting.sold import days_said
from core.reporting.streams import by_the_month
from core.reporting.watched import DRAWER_OPENED, REPRINTED, Watched, happenings, instants_of, overrides_used
from core.sales.cuts import CutKind
from core.sales.model import Bill, BillCancellation, DraftCut, PaymentChange

_BILLS = frozenset({Source.BILLS})


# --- by user -----------------------------------------------------------------------------------------------------

_WATCH_COLUMNS = (
    ReportColumn("user", "User", letters=14, stretches=True),
    ReportColumn("bills", "Bills", Kind.COUNT, 6, adds_up=True),
    ReportColumn("lines", "Lines deleted", Kind.COUNT, 8, adds_up=True),
    ReportColumn("lines_amount", "Worth of lines", Kind.MONEY, 11, adds_up=True),
    ReportColumn("cuts", "Cut after money asked", Kind.COUNT, 8, adds_up=True),
    ReportColumn("cuts_amount", "Worth of cuts", Kind.MONEY, 11, adds_up=True),
    ReportColumn("abandoned", "Bills abandoned", Kind.COUNT, 9, adds_up=True),
    ReportColumn("abandoned_amount", "Worth of abandoned", Kind.MONEY, 11, adds_up=True),
    ReportColumn("drawer", "Drawer opened", Kind.COUNT, 8, adds_up=True),
    ReportColumn("reprints", "Reprints", Kind.COUNT, 8, adds_up=True),
    ReportColumn("cancelled", "Cancelled", Kind.COUNT, 9, adds_up=True),
    ReportColumn("cancelled_amount", "Worth of cancelled", Kind.MONEY, 11, adds_up=True),
    ReportColumn("corrected", "Of them corrected", Kind.COUNT, 9, adds_up=True),
    ReportColumn("payment_changes", "Payment changes", Kind.COUNT, 9, adds_up=True),
    ReportColumn("overrides", "Overrides used", Kind.COUNT, 9, adds_up=True),
)
#: The columns in which each kind of cut is counted and added up.
_CUT_COLUMNS = {
    CutKind.LINE: ("lines", "lines_amount"),
    CutKind.QUANTITY: ("cuts", "cuts_amount"),
    CutKind.DRAFT: ("abandoned", "abandoned_amount"),
}


def _by_user(reading: Reading) -> Iterator[ReportRow]:
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for username, column, number in _counted(reading):
        found[username][column] += number
    span = days_said(reading.asked.span)
    for username, numbers in sorted(found.items()):
        values = [
            Money(numbers[column.id]) if column.kind is Kind.MONEY else numbers[column.id]
            for column in _WATCH_COLUMNS[1:]
        ]
        yield ReportRow((username, *values), ToReport("counter-events", {"user": username, **span}))


def _counted(reading: Reading) -> Iterator[tuple[str, str, int]]:
    """Yield what is counted: a user, a column and what is added to it (a count or paise)."""
    session = reading.session
    for first, last in by_the_month(reading):
        bills = select(Bill.username, func.count()).where(Bill.on_date >= first, Bill.on_date <= last)
        for username, count in session.execute(bills.group_by(Bill.username)):
            yield username, "bills", count
    first, last = reading.asked.span
    cuts = (
        select(
            DraftCut.username, DraftCut.kind, func.count(), func.sum(DraftCut.lines), func.sum(DraftCut.amount_paise)
        )
        .where(DraftCut.on_date >= first, DraftCut.on_date <= last)
        .group_by(DraftCut.username, DraftCut.kind)
    )
    for username, kind, count, lines, paise in session.execute(cuts):
        counted, added = _CUT_COLUMNS[CutKind(kind)]
        yield username, counted, int(lines) if kind == CutKind.LINE else count
        yield username, added, int(paise)
    begin, end = instants_of(reading.asked.span)
    for event, column in ((DRAWER_OPENED, "drawer"), (REPRINTED, "reprints")):
        events = select(AuditEvent.username, func.count()).where(
            AuditEvent.kind == event, AuditEvent.at >= begin, AuditEvent.at <= end
        )
        for username, count in session.execute(events.group_by(AuditEvent.username)):
            yield username, column, count
    yield from _cancelled(reading)
    changes = select(PaymentChange.username, func.count()).where(
        PaymentChange.on_date >= first, PaymentChange.on_date <= last
    )
    for username, count in session.execute(changes.group_by(PaymentChange.username)):
        yield username, "payment_changes", count
    for used in overrides_used(session, reading.asked.span):
        yield used.used_by, "overrides", 1


def _cancelled(reading: Reading) -> Iterator[tuple[str, str, int]]:
    later, (first, last) = aliased(Bill), reading.asked.span
    wanted = (
        select(BillCancellation.username, func.count(), func.sum(Bill.total_paise), func.count(later.id))
        .select_from(BillCancellation)
        .join(Bill, Bill.id == BillCancellation.bill_id)
        .outerjoin(later, later.corrects_id == Bill.id)
        .where(BillCancellation.on_date >= first, BillCancellation.on_date <= last)
        .group_by(BillCancellation.username)
    )
    for username, count, paise, corrected in reading.session.execute(wanted):
        yield username, "cancelled", count
        yield username, "cancelled_amount", int(paise)
        yield username, "corrected", corrected


BY_USER = Report(
    id="counter-watch",
    title="Counter watch by user",
    about="What each user took off bills, opened, cancelled and was allowed, beside what they billed.",
    section=Section.STAFF,
    columns=_WATCH_COLUMNS,
    rows=_by_user,
    parameters=(days_parameter(Preset.THIS_MONTH),),
    sources=_BILLS,
    note="Taken off while a bill was typed: lines, quantities after the money was asked for, whole bills.",
)


# --- one by one --------------------------------------------------------------------------------------------------


def _events(reading: Reading) -> Iterator[ReportRow]:
    texts = reading.asked.texts
    what = Watched(texts["what"]) if "what" in texts else None
    for happening in happenings(reading, username=texts.get("user"), what=what):
        values = (
            happening.at,
            happening.username,
            happening.what.words,
            happening.bill,
            happening.subject,
            happening.quantity,
            happening.amount,
            "yes" if happening.is_after_tender else None,
            happening.reason,
        )
        yield ReportRow(values, ToBill(happening.bill) if happening.bill is not None else None, happening.key)


_CHOICES: Sequence[tuple[str, str]] = tuple((what.value, what.words) for what in Watched)
EVENTS = Report(
    id="counter-events",
    title="Counter events",
    about="Each thing that was taken off, opened, printed again, cancelled or allowed, in the order of time.",
    section=Section.STAFF,
    columns=(
        ReportColumn("at", "When", Kind.TIME, 15),
        ReportColumn("user", "User", letters=10, groups=True),
        ReportColumn("what", "What", letters=16, groups=True),
        ReportColumn("bill", "Bill", letters=15),
        ReportColumn("subject", "Item, customer or right", letters=22, stretches=True),
        ReportColumn("quantity", "Quantity", Kind.QUANTITY, 8),
        ReportColumn("amount", "Amount", Kind.MONEY, 11),
        ReportColumn("after_tender", "After money asked", letters=8, groups=True),
        ReportColumn("reason", "Reason", letters=22),
    ),
    rows=_events,
    parameters=(
        days_parameter(Preset.THIS_MONTH),
        Parameter("user", "User", Ask.USER),
        Parameter("what", "What", Ask.CHOICE, choices=_CHOICES),
    ),
    is_paged=True,
    sources=_BILLS,
)
WATCH = (BY_USER, EVENTS)
