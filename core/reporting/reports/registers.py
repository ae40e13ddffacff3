"""The registers of the Drugs Rules: Schedule H1 and prescriptions, and the sheet for the book of Schedule X.

Rows are as they were written at the time of supply. What was cancelled stays and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select, tuple_

from core.dispensing.dto import H1View
from core.dispensing.model import DispensedLine, Dispensing, DispensingVoid, Prescription
from core.dispensing.queries import h1_rows
from core.kernel.dates import Expiry, ExpiryPrecision, show_date
from core.kernel.days import Days, Preset
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import REGISTER_NEEDS, Reading, Report, ReportRow, Section, Source, ToBill
from core.sales.model import BillLine

#: Days that are read by one statement: a page needs few, and each is put into its order by itself.
_DAYS_AT_ONCE = 7
_BILLS = frozenset({Source.BILLS})
#: Those that are supplied under a pharmacist, in the order in which they are asked for most.
SCHEDULES = ("H", "H1", "X", "NDPS", "C", "C1")
_PRESCRIBER = (
    ReportColumn("prescriber", "Prescriber", letters=18),
    ReportColumn("prescriber_address", "Prescriber address", letters=20, under="prescriber"),
    ReportColumn("prescriber_registration", "Prescriber reg. no.", letters=12, under="prescriber"),
)
_PATIENT = (
    ReportColumn("patient", "Patient", letters=18),
    ReportColumn("patient_address", "Patient address", letters=20, under="patient"),
    ReportColumn("patient_phone", "Patient phone", letters=12, under="patient"),
)
_PHARMACIST = (
    ReportColumn("pharmacist", "Pharmacist", letters=14),
    ReportColumn("pharmacist_registration", "Pharmacist reg. no.", letters=12, under="pharmacist"),
)
_BATCH = (
    ReportColumn("batch", "Batch", letters=10),
    ReportColumn("expiry", "Expiry", Kind.EXPIRY, 8),
    ReportColumn("quantity", "Qty", Kind.QUANTITY, 7),
)


def one_line(text: str | None) -> str | None:
    """Return an address on one line, None for none."""
    return ", ".join(text.splitlines()) if text else None


def _pieces(reading: Reading, first_read: Any) -> Iterator[Days]:
    """Yield the days that are asked for some at once, from that of the last row that was read; tell how far they are.

    ``first_read`` is that row's day, None where nothing was read yet.
    """
    span = reading.asked.span
    whole = (span.last - span.first).days + 1
    for part in Days(first_read or span.first, span.last).pieces(_DAYS_AT_ONCE):
        reading.tick((part.first - span.first).days, whole)
        yield part
    reading.tick(whole, whole)


# --- Schedule H1 -------------------------------------------------------------------------------------------------


def _h1(reading: Reading) -> Iterator[ReportRow]:
    day, after = reading.after or (None, None)
    for part in _pieces(reading, day):
        for row in h1_rows(reading.session, part.first, part.last, after=str(after) if after else None):
            yield h1_row(row)
        after = None


def h1_row(row: H1View) -> ReportRow:
    """Return a row of the register as the report shows it."""
    values: tuple[Value, ...] = (
        row.number,
        row.date,
        row.bill_number,
        row.prescriber_name,
        one_line(row.prescriber_address),
        row.prescriber_registration,
        row.patient_name,
        one_line(row.patient_address),
        row.patient_phone,
        row.drug,
        row.composition,
        row.manufacturer,
        row.pack_label,
        _fate(row),
        row.batch,
        row.expires,
        Quantity(row.units, row.pieces_per_pack),
        row.pharmacist.name,
        row.pharmacist.registration,
    )
    return ReportRow(values, ToBill(row.bill_number), (row.date, row.number))


def _fate(row: H1View) -> str | None:
    if row.voids:
        return f"VOIDS {row.voids}: {row.reason}"
    return f"Voided by {row.voided_by}" if row.voided_by else None


# --- what was supplied under a pharmacist ------------------------------------------------------------------------

_PLACE = (
    Dispensing.on_date,
    Dispensing.financial_year,
    Dispensing.series,
    Dispensing.serial,
    DispensedLine.line,
    DispensedLine.part,
)
_SUPPLIED = (
    select(
        *_PLACE,
        Dispensing.number,
        Dispensing.bill_number,
        Dispensing.written_on,
        Prescription.reference,
        Dispensing.prescriber_name,
        Dispensing.prescriber_address,
        Dispensing.prescriber_registration,
        Dispensing.patient_name,
        Dispensing.patient_address,
        Dispensing.patient_phone,
        BillLine.item_name,
        BillLine.manufacturer,
        BillLine.pack_label,
        BillLine.pieces_per_pack,
        BillLine.batch_number,
        BillLine.expiry,
        BillLine.expiry_precision,
        DispensedLine.units,
        DispensedLine.schedules,
        DispensedLine.days,
        Dispensing.pharmacist_name,
        Dispensing.pharmacist_registration,
        DispensingVoid.on_date.label("voided_on"),
        DispensingVoid.reason,
    )
    .select_from(Dispensing)
    .join(DispensedLine, DispensedLine.bill_id == Dispensing.bill_id)
    .join(BillLine, (BillLine.bill_id == DispensedLine.bill_id) & (BillLine.line == DispensedLine.line))
    .outerjoin(Prescription, Prescription.id == Dispensing.prescription_id)
    .outerjoin(DispensingVoid, DispensingVoid.bill_id == Dispensing.bill_id)
    .order_by(*_PLACE)
)


def _on(schedules: tuple[str, ...]) -> ColumnElement[bool]:
    """Return SQL of whether a line was on one of the schedules on the day of its bill."""
    flags = literal(",") + DispensedLine.schedules + literal(",")
    return or_(*(flags.contains(f",{schedule},", autoescape=True) for schedule in schedules))


def _supplied(reading: Reading, schedules: tuple[str, ...]) -> Iterator[Any]:
    """Yield the lines that were supplied on schedules, in the order of their entries; behind the last one read."""
    after: Any = reading.after
    for part in _pieces(reading, after[0] if after else None):
        wanted = _SUPPLIED.where(Dispensing.on_date >= part.first, Dispensing.on_date <= part.last, _on(schedules))
        if after:
            wanted = wanted.where(tuple_(*_PLACE) > after)
            after = None
        yield from reading.session.execute(wanted)


def _prescribed(reading: Reading) -> Iterator[ReportRow]:
    schedule = reading.asked.texts.get("schedule")
    for row in _supplied(reading, (schedule,) if schedule else SCHEDULES):
        values: tuple[Value, ...] = (
            row.number,
            row.on_date,
            row.bill_number,
            row.prescriber_name,
            one_line(row.prescriber_address),
            row.prescriber_registration,
            row.written_on,
            row.patient_name,
            one_line(row.patient_address),
            row.patient_phone,
            row.item_name,
            row.manufacturer,
            row.pack_label,
            row.schedules.replace(",", ", "),
            _cancelled(row),
            row.batch_number,
            _expiry(row),
            Quantity(row.units, row.pieces_per_pack),
            row.days,
            row.pharmacist_name,
            row.pharmacist_registration,
        )
        yield ReportRow(values, ToBill(row.bill_number), tuple(row[: len(_PLACE)]))


def _transcribed(reading: Reading) -> Iterator[ReportRow]:
    # a page of the book is of one drug: sorted here, since equal names keep the order of their entries
    for row in sorted(_supplied(reading, ("X",)), key=lambda row: str(row.item_name).casefold()):
        values: tuple[Value, ...] = (
            row.item_name,
            row.pack_label,
            _cancelled(row),
            row.on_date,
            Quantity(row.units, row.pieces_per_pack),
            row.manufacturer,
            row.batch_number,
            _expiry(row),
            row.patient_name,
            one_line(row.patient_address),
            row.patient_phone,
            row.number,
            row.reference,
            row.written_on,
            row.prescriber_name,
            one_line(row.prescriber_address),
            row.prescriber_registration,
            row.bill_number,
            row.on_date,
            row.pharmacist_name,
            row.pharmacist_registration,
        )
        yield ReportRow(values, ToBill(row.bill_number))


def _cancelled(row: Any) -> str | None:
    return f"CANCELLED on {show_date(row.voided_on)}: {row.reason}" if row.voided_on else None


def _expiry(row: Any) -> Expiry | None:
    return Expiry(row.expiry, ExpiryPrecision(row.expiry_precision)) if row.expiry_precision else None


H1 = Report(
    id="h1-register",
    title="Schedule H1 register",
    about="Every supply of a Schedule H1 drug as the law asks, the oldest first; a void is a row of its own.",
    section=Section.REGISTERS,
    columns=(
        ReportColumn("number", "Entry", letters=16),
        ReportColumn("day", "Date", Kind.DATE, 10, under="number"),
        ReportColumn("bill", "Bill", letters=15),
        *_PRESCRIBER,
        *_PATIENT,
        ReportColumn("drug", "Drug", letters=20, stretches=True, groups=True),
        ReportColumn("composition", "Composition", letters=18, under="drug"),
        ReportColumn("maker", "Maker", letters=14, under="drug"),
        ReportColumn("pack", "Pack", letters=8, under="drug"),
        ReportColumn("fate", "Void", letters=18, under="drug"),
        *_BATCH,
        *_PHARMACIST,
    ),
    rows=_h1,
    parameters=(days_parameter(Preset.THIS_MONTH),),
    needs=REGISTER_NEEDS,
    is_paged=True,
    sources=_BILLS,
    note="Kept under the Drugs Rules, 1945. Quantity is packs:loose pieces. Open for inspection for three years.",
)
PRESCRIPTIONS = Report(
    id="prescription-register",
    title="Prescription register",
    about="Every supply of a prescription drug or a biological under its entry number, cancelled ones marked.",
    section=Section.REGISTERS,
    columns=(
        ReportColumn("number", "Entry", letters=16),
        ReportColumn("day", "Date", Kind.DATE, 10, under="number"),
        ReportColumn("bill", "Bill", letters=15),
        *_PRESCRIBER,
        ReportColumn("written_on", "Prescribed on", Kind.DATE, 10, under="prescriber"),
        *_PATIENT,
        ReportColumn("drug", "Drug", letters=20, stretches=True, groups=True),
        ReportColumn("maker", "Maker", letters=14, under="drug"),
        ReportColumn("pack", "Pack", letters=8, under="drug"),
        ReportColumn("schedules", "Schedules", letters=8, under="drug", groups=True),
        ReportColumn("fate", "Cancelled", letters=18, under="drug"),
        *_BATCH,
        ReportColumn("days", "Days", Kind.COUNT, 5),
        *_PHARMACIST,
    ),
    rows=_prescribed,
    parameters=(
        days_parameter(Preset.THIS_MONTH),
        Parameter(
            "schedule",
            "Schedule",
            Ask.CHOICE,
            choices=tuple((name, name if name == "NDPS" else f"Schedule {name}") for name in SCHEDULES),
        ),
    ),
    needs=REGISTER_NEEDS,
    is_paged=True,
    sources=_BILLS,
    note="Kept under rule 65 of the Drugs Rules, 1945, for two years. Quantity is packs:loose pieces.",
)
X_SHEET = Report(
    id="x-transcription",
    title="Schedule X transcription sheet",
    about="What was supplied of Schedule X drugs, drug by drug, to be copied into the bound register by hand.",
    section=Section.REGISTERS,
    columns=(
        ReportColumn("drug", "Drug", letters=20, stretches=True, groups=True),
        ReportColumn("pack", "Pack", letters=8, under="drug"),
        ReportColumn("fate", "Cancelled", letters=18, under="drug"),
        ReportColumn("day", "Date", Kind.DATE, 10),
        ReportColumn("quantity", "Qty", Kind.QUANTITY, 7),
        ReportColumn("maker", "Maker", letters=14),
        ReportColumn("batch", "Batch", letters=10),
        ReportColumn("expiry", "Expiry", Kind.EXPIRY, 8, under="batch"),
        *_PATIENT,
        ReportColumn("prescription", "Prescription", letters=16),
        ReportColumn("reference", "Reference", letters=12, under="prescription"),
        ReportColumn("written_on", "Written on", Kind.DATE, 10, under="prescription"),
        *_PRESCRIBER,
        ReportColumn("bill", "Bill", letters=15),
        ReportColumn("bill_day", "Bill date", Kind.DATE, 10, under="bill"),
        *_PHARMACIST,
    ),
    rows=_transcribed,
    parameters=(days_parameter(Preset.THIS_MONTH),),
    needs=REGISTER_NEEDS,
    sources=_BILLS,
    note="To be copied into the bound book of Schedule X by hand: that book is the register, and this sheet is none. "
    "Quantity is packs:loose pieces.",
)
REGISTERS = (H1, PRESCRIPTIONS, X_SHEET)
