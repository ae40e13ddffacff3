"""Proves that the registers say what the bills supplied: above both, since neither knows the other's rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from core.audit.findings import Finding
from core.dispensing.model import DispensedLine, Dispensing, DispensingVoid, H1Entry
from core.sales.model import Bill, BillCancellation, BillLine

#: What a row of the register copies of the bill's line.
_COPIED = (
    (H1Entry.batch_number, BillLine.batch_number),
    (H1Entry.expiry, BillLine.expiry),
    (H1Entry.expiry_precision, BillLine.expiry_precision),
    (H1Entry.drug, BillLine.item_name),
    (H1Entry.manufacturer, BillLine.manufacturer),
    (H1Entry.pieces_per_pack, BillLine.pieces_per_pack),
)
#: What a void says again of the row that it voids.
_REPEATED = ("bill_id", "line", "drug", "units", "batch_number", "patient_name", "prescriber_name")


def check_supplies(session: Session) -> Iterator[Finding]:
    """Yield every bill whose supply or H1 rows are not what its lines say, and every cancelled one that still counts.

    Each H1 line has its row and each row its line; a void repeats the row it voids, and stands for every row of a
    cancelled bill.
    """
    yield from _entries(session)
    yield from _lines(session)
    yield from _h1_rows(session)
    yield from _voids(session)


def _entries(session: Session) -> Iterator[Finding]:
    said = session.execute(
        select(Bill.number, Bill.dispensing_number, Dispensing.number, Dispensing.bill_number)
        .outerjoin(Dispensing, Dispensing.bill_id == Bill.id)
        .where(
            Bill.dispensing_number.is_distinct_from(Dispensing.number)
            | (Dispensing.bill_number != Bill.number)
            | (Dispensing.on_date != Bill.on_date)
        )
        .order_by(Bill.number)
    )
    for number, on_bill, entry, _ in said:
        yield Finding("verify.supply_differs", "dispensing", number, f"entry {on_bill} on the bill, {entry} stands")
    lost = select(Dispensing.number).outerjoin(Bill, Bill.id == Dispensing.bill_id).where(Bill.id.is_(None))
    for number in session.scalars(lost):
        yield Finding("verify.supply_differs", "dispensing", number, "there is no bill of it")
    # a cancelled bill's supply counts no more, and no other's is void
    cancelled = session.execute(
        select(Bill.number, BillCancellation.id.is_(None))
        .join(Dispensing, Dispensing.bill_id == Bill.id)
        .outerjoin(BillCancellation, BillCancellation.bill_id == Bill.id)
        .outerjoin(DispensingVoid, DispensingVoid.bill_id == Bill.id)
        .where(BillCancellation.id.is_(None) != DispensingVoid.bill_id.is_(None))
    )
    for number, stands in cancelled:
        detail = "its supply is void, the bill stands" if stands else "the bill is cancelled, its supply stands"
        yield Finding("verify.supply_differs", "dispensing_void", number, detail)


def _lines(session: Session) -> Iterator[Finding]:
    supplied = (
        select(DispensedLine.bill_id, DispensedLine.line, func.sum(DispensedLine.units).label("units"))
        .group_by(DispensedLine.bill_id, DispensedLine.line)
        .subquery()
    )
    billed = BillLine.units + func.coalesce(BillLine.free_units, 0)
    wrong = session.execute(
        select(Dispensing.bill_number, supplied.c.line, supplied.c.units, billed)
        .join(Dispensing, Dispensing.bill_id == supplied.c.bill_id)
        .outerjoin(BillLine, (BillLine.bill_id == supplied.c.bill_id) & (BillLine.line == supplied.c.line))
        .where(billed.is_(None) | (billed != supplied.c.units))
    )
    for number, line, units, on_bill in wrong:
        detail = f"line {line}: {units} pieces entered, {on_bill} billed"
        yield Finding("verify.supply_differs", "dispensed_line", number, detail)


def _h1_rows(session: Session) -> Iterator[Finding]:
    rows = session.execute(
        select(DispensedLine.bill_id, DispensedLine.line, DispensedLine.schedules, Dispensing.bill_number)
        .join(Dispensing, Dispensing.bill_id == DispensedLine.bill_id)
        .where(DispensedLine.schedules.like("%H1%"))
    )
    expected = {
        (bill_id, line): number for bill_id, line, schedules, number in rows if "H1" in (schedules or "").split(",")
    }
    billed = BillLine.units + func.coalesce(BillLine.free_units, 0)
    entries = session.execute(
        select(
            H1Entry.document_id,
            H1Entry.line,
            H1Entry.number,
            H1Entry.bill_number,
            H1Entry.units,
            billed,
            *(copied.is_not_distinct_from(said) for copied, said in _COPIED),
        )
        .outerjoin(BillLine, (BillLine.bill_id == H1Entry.document_id) & (BillLine.line == H1Entry.line))
        .where(H1Entry.voids.is_(None))
        .order_by(H1Entry.number)
    )
    for bill_id, line, number, bill_number, units, on_bill, *equal in entries:
        known = expected.pop((bill_id, line), None)
        if known is None:
            yield Finding("verify.h1_differs", "h1_entry", bill_number, f"row {number} is of no H1 line")
        elif known != bill_number or units != on_bill or not all(equal):
            yield Finding(
                "verify.h1_differs", "h1_entry", bill_number, f"row {number} is not as line {line} was billed"
            )
    for (_, line), bill_number in expected.items():
        yield Finding("verify.h1_differs", "h1_entry", bill_number, f"line {line} has no row")


def _voids(session: Session) -> Iterator[Finding]:
    void = aliased(H1Entry)
    rows = session.execute(
        select(
            H1Entry.bill_number,
            H1Entry.number,
            void.number,
            DispensingVoid.bill_id,
            *(getattr(H1Entry, name) == getattr(void, name) for name in _REPEATED),
        )
        .outerjoin(void, void.voids == H1Entry.number)
        .outerjoin(DispensingVoid, DispensingVoid.bill_id == H1Entry.document_id)
        .where(H1Entry.voids.is_(None), void.number.is_not(None) | DispensingVoid.bill_id.is_not(None))
        .order_by(H1Entry.number)
    )
    seen: set[str] = set()
    for bill_number, number, voided_by, cancelled, *equal in rows:
        if voided_by is None:
            yield Finding("verify.h1_differs", "h1_entry", bill_number, f"row {number} is void and no row says so")
        elif cancelled is None or number in seen or not all(equal):
            yield Finding("verify.h1_differs", "h1_entry", bill_number, f"{voided_by} does not void row {number}")
        seen.add(number)
    entry = aliased(H1Entry)
    lost = (
        select(H1Entry.bill_number, H1Entry.number)
        .outerjoin(entry, entry.number == H1Entry.voids)
        .where(H1Entry.voids.is_not(None), entry.number.is_(None))
    )
    for bill_number, number in session.execute(lost):
        yield Finding("verify.h1_differs", "h1_entry", bill_number, f"row {number} voids nothing")
