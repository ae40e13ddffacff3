"""Bills that were taken back: by whom, why, and what was billed in their place."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.kernel.days import Preset
from core.kernel.money import Money
from core.reporting.columns import Kind, ReportColumn
from core.reporting.documents import place_of
from core.reporting.parameters import days_parameter
from core.reporting.report import Reading, Report, ReportRow, Section, Source, ToBill
from core.reporting.streams import along, at_once
from core.sales.model import Bill, BillCancellation


def _cancellations(reading: Reading) -> Iterator[ReportRow]:
    place = (BillCancellation.on_date, BillCancellation.at, BillCancellation.id)
    later = aliased(Bill)
    wanted = (
        select(
            *place,
            BillCancellation.username.label("cancelled_by"),
            BillCancellation.reason,
            Bill.number,
            Bill.customer_name,
            Bill.username.label("billed_by"),
            Bill.total_paise,
            later.number.label("corrected_by"),
            later.total_paise.label("new_paise"),
        )
        .select_from(BillCancellation)
        .join(Bill, Bill.id == BillCancellation.bill_id)
        .outerjoin(later, later.corrects_id == Bill.id)
    )
    for row in along(reading.session, wanted, place, at_once(reading), reading.after):
        values = (
            row.on_date,
            row.at,
            row.number,
            row.customer_name,
            row.billed_by,
            row.cancelled_by,
            row.reason,
            Money(row.total_paise),
            row.corrected_by,
            Money(row.new_paise) if row.new_paise is not None else None,
            Money((row.new_paise or 0) - row.total_paise),
        )
        yield ReportRow(values, ToBill(row.number), place_of(row))


CANCELLATIONS = Report(
    id="cancellations",
    title="Cancellations and corrections",
    about="Bills that were cancelled, by whom and why, and what was billed in their place.",
    section=Section.SALES,
    columns=(
        ReportColumn("date", "Date", Kind.DATE, 10, groups=True),
        ReportColumn("time", "Time", Kind.TIME, 15),
        ReportColumn("bill", "Bill", letters=15),
        ReportColumn("customer", "Customer", letters=16, groups=True),
        ReportColumn("billed_by", "Billed by", letters=10, groups=True),
        ReportColumn("cancelled_by", "Cancelled by", letters=12, groups=True),
        ReportColumn("reason", "Reason", letters=20, stretches=True),
        ReportColumn("total", "Total", Kind.MONEY, 12, adds_up=True),
        ReportColumn("corrected_by", "Corrected by", letters=15),
        ReportColumn("new_total", "New total", Kind.MONEY, 12, adds_up=True),
        ReportColumn("difference", "Difference", Kind.MONEY, 12, adds_up=True),
    ),
    rows=_cancellations,
    parameters=(days_parameter(Preset.THIS_MONTH),),
    is_paged=True,
    sources=frozenset({Source.BILLS}),
)
