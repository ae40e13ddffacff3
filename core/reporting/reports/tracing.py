"""Where a batch came from and went: what a recall asks, whom to call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.dispensing.model import Dispensing
from core.inventory.batches import batches_ever_named
from core.inventory.model import AwaitedStock, Batch, Lot, StockMovement
from core.kernel.dates import Expiry, ExpiryPrecision, show_date
from core.kernel.money import Money
from core.purchasing.debit_model import DebitNote, DebitNoteReversal
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.origins import Arrival, Origin, Origins
from core.reporting.parameters import Ask, Parameter
from core.reporting.report import REGISTER_NEEDS, Reading, Report, ReportRow, Section, Source, ToBill
from core.reporting.reports.registers import one_line
from core.reporting.reports.stock import came_in_words
from core.sales.model import Bill, BillCancellation

#: A document by which stock goes out, or comes back -> what it is called. Receipts have names of their own.
_WENT_OUT = {
    "bill": "Bill",
    "bill_cancellation": "Bill cancelled",
    "opening_undone": "Opening stock taken back",
    "debit_note": "Returned to the supplier",
    "debit_note_reversal": "Return taken back",
    "goods_receipt_reversal": "Goods receipt taken back",
    "supplier_bill": "Priced by its bill",
    "supplier_bill_reversal": "Its bill taken back",
}


class _Moved(NamedTuple):
    """What a document moved of a batch: smallest units and paise, negative where they left."""

    is_receipt: bool
    kind: str
    document_id: UUID
    batch_id: UUID
    lot_id: UUID
    receipt_id: UUID
    on_date: date
    units: int
    cost: int

    @property
    def arrival(self) -> Arrival:
        """The lot that moved."""
        return Arrival(self.lot_id, self.batch_id, self.receipt_id)

    @property
    def tells_origin(self) -> bool:
        """Whether it stands with where the goods came from: they came, went back there, or were priced."""
        return self.is_receipt or self.kind in _OF_PURCHASES


#: Documents of suppliers that move a lot after it came.
_OF_PURCHASES = frozenset({"goods_receipt_reversal", "supplier_bill", "supplier_bill_reversal"})


def _trace(reading: Reading) -> Iterator[ReportRow]:
    session = reading.session
    item = session.get_one(Item, reading.asked.keys["item"])
    batches = {batch.id: batch for batch in batches_ever_named(session, item, reading.asked.texts["batch"])}
    moved = _moved(session, batches)
    bills = _Bills(session, moved)
    origins = Origins(session, (each.arrival for each in moved if each.tells_origin))
    notes = _debit_notes(session, moved)
    balance = 0
    for done, each in enumerate(moved):
        reading.tick(done, len(moved))
        balance += each.units
        origin = origins.of(each.arrival) if each.tells_origin else Origin()
        if each.document_id in origins.numbers:
            origin = origin._replace(bill=origins.numbers[each.document_id])
        origin = notes.get(each.document_id, origin)
        yield _row(each, batches[each.batch_id], bills, origin, Quantity(balance, item.pieces_per_pack))
    reading.tick(len(moved), len(moved))


def _debit_notes(session: Session, moved: Sequence[_Moved]) -> Mapping[UUID, Origin]:
    """Return to whom goods went back, and by which debit note, where the supplier's bill stands for what came.

    What took a note back says the same.
    """
    ids = [each.document_id for each in moved]
    wanted = select(DebitNote.id, DebitNote.number, DebitNote.supplier_name)
    back = (
        select(DebitNoteReversal.id, DebitNote.number, DebitNote.supplier_name)
        .select_from(DebitNoteReversal)
        .join(DebitNote, DebitNote.id == DebitNoteReversal.note_id)
    )
    rows = [*_rows(session, wanted, DebitNote.id, ids), *_rows(session, back, DebitNoteReversal.id, ids)]
    return {row.id: Origin(supplier=row.supplier_name, bill=row.number) for row in rows}


def _moved(session: Session, batch_ids: Iterable[UUID]) -> Sequence[_Moved]:
    """Return what moved of batches: first what came in, then all else, both the oldest first.

    A document that took of several lots of a batch is told once.
    """
    found: dict[tuple[UUID, UUID], _Moved] = {}
    rows = [
        row
        for part in in_parts(batch_ids)
        for row in session.execute(
            select(
                StockMovement.document_id,
                StockMovement.document_kind,
                StockMovement.line,
                StockMovement.on_date,
                StockMovement.at,
                StockMovement.units,
                StockMovement.cost_paise,
                Lot.id.label("lot_id"),
                Lot.batch_id,
                Lot.document_id.label("receipt_id"),
            )
            .join(Lot, Lot.id == StockMovement.lot_id)
            .where(Lot.batch_id.in_(part))
        )
    ]
    for row in sorted(rows, key=_order):
        key = (row.document_id, row.batch_id)
        before = found.get(key)
        units, cost = (0, 0) if before is None else (before.units, before.cost)
        found[key] = _Moved(
            is_receipt=row.document_id == row.receipt_id,
            kind=row.document_kind,
            document_id=row.document_id,
            batch_id=row.batch_id,
            lot_id=row.lot_id,
            receipt_id=row.receipt_id,
            on_date=row.on_date,
            units=units + row.units,
            cost=cost + row.cost_paise,
        )
    return list(found.values())


def _order(row: Any) -> tuple[bool, datetime, bool, bool, UUID, int]:
    # of a cancellation what comes back first: packs that were awaited come back with their bill and leave at once
    is_taken_back = row.document_kind == "bill_cancellation"
    return (row.document_id != row.receipt_id, row.at, is_taken_back, row.units < 0, row.document_id, row.line)


class _Bills:
    """The bills that documents are, took back, or handed goods out for before their purchase came."""

    def __init__(self, session: Session, moved: Sequence[_Moved]) -> None:
        documents = [each.document_id for each in moved]
        taken_back = select(BillCancellation.id, BillCancellation.bill_id, BillCancellation.on_date)
        awaited = select(AwaitedStock.lot_id, AwaitedStock.document_id)
        self._of_document: dict[UUID, UUID] = {
            row.id: row.bill_id for row in _rows(session, taken_back, BillCancellation.id, documents)
        }
        self._of_lot: dict[UUID, UUID] = {
            row.lot_id: row.document_id
            for row in _rows(session, awaited, AwaitedStock.lot_id, [each.lot_id for each in moved])
        }
        ids = [*documents, *self._of_document.values(), *self._of_lot.values()]
        self._bills: Mapping[UUID, Any] = {
            row.id: row
            for row in _rows(
                session,
                select(Bill.id, Bill.number, Bill.customer_name, Bill.customer_phone, Bill.customer_address),
                Bill.id,
                ids,
            )
        }
        self.supplies: Mapping[UUID, Any] = {
            row.bill_id: row
            for row in _rows(
                session,
                select(
                    Dispensing.bill_id,
                    Dispensing.patient_name,
                    Dispensing.patient_phone,
                    Dispensing.patient_address,
                    Dispensing.prescriber_name,
                    Dispensing.prescriber_registration,
                ),
                Dispensing.bill_id,
                ids,
            )
        }
        self.cancelled: Mapping[UUID, date] = {
            row.bill_id: row.on_date for row in _rows(session, taken_back, BillCancellation.bill_id, documents)
        }

    def of(self, each: _Moved) -> Any:
        """Return the bill that a movement belongs to, None where there is none."""
        bill = self._bills.get(each.document_id)
        if bill is None:
            bill_id = self._of_document.get(each.document_id) or self._of_lot.get(each.lot_id)
            bill = self._bills.get(bill_id) if bill_id is not None else None
        return bill


def _rows(session: Session, statement: Any, key: Any, ids: Iterable[UUID]) -> Iterator[Any]:
    for part in in_parts(ids):
        yield from session.execute(statement.where(key.in_(part)))


def _row(each: _Moved, batch: Batch, bills: _Bills, origin: Origin, balance: Quantity) -> ReportRow:
    pieces = balance.pieces_per_pack
    bill = bills.of(each)
    # whoever has the goods stands with the bill that handed them out, and not again where it was taken back
    handed = bill if bill is not None and each.document_id == bill.id else None
    supply = bills.supplies.get(handed.id) if handed is not None else None
    cancelled_on = bills.cancelled.get(handed.id) if handed is not None else None
    state = None if handed is None else f"Cancelled on {show_date(cancelled_on)}" if cancelled_on else "Stands"
    values: tuple[Value, ...] = (
        each.on_date,
        _words(each),
        origin.supplier,
        origin.receipt,
        origin.bill,
        bill.number if bill is not None else None,
        handed.customer_name if handed is not None else None,
        handed.customer_phone if handed is not None else None,
        one_line(handed.customer_address) if handed is not None else None,
        supply.patient_name if supply is not None else None,
        supply.patient_phone if supply is not None else None,
        one_line(supply.patient_address) if supply is not None else None,
        supply.prescriber_name if supply is not None else None,
        supply.prescriber_registration if supply is not None else None,
        Quantity(each.units, pieces) if each.units > 0 else None,
        Quantity(-each.units, pieces) if each.units < 0 else None,
        balance,
        state,
        Expiry(batch.expiry, ExpiryPrecision(batch.expiry_precision))
        if batch.expiry is not None and batch.expiry_precision is not None
        else None,
        Money(batch.mrp_paise),
        Money(each.cost),
    )
    return ReportRow(values, ToBill(bill.number) if bill is not None else None)


def _words(each: _Moved) -> str:
    if each.kind == "bill_cancellation" and each.units < 0:
        return "Awaited packs taken back"
    return came_in_words(each.kind) if each.is_receipt else _WENT_OUT.get(each.kind, came_in_words(each.kind))


BATCH_TRACE = Report(
    id="batch-trace",
    title="Where a batch went",
    about="For a recall: from whom a batch number came, and every bill and person that it went out to.",
    section=Section.STOCK,
    columns=(
        ReportColumn("day", "Date", Kind.DATE, 10),
        ReportColumn("kind", "Came or went by", letters=16, groups=True),
        ReportColumn("supplier", "Supplier", letters=18),
        ReportColumn("receipt", "Goods receipt", letters=16, under="supplier"),
        ReportColumn("supplier_bill", "Supplier's bill", letters=14, under="supplier"),
        ReportColumn("document", "Bill", letters=15),
        ReportColumn("customer", "Customer", letters=18, stretches=True),
        ReportColumn("customer_phone", "Customer phone", letters=12, under="customer"),
        ReportColumn("customer_address", "Customer address", letters=20, under="customer"),
        ReportColumn("patient", "Patient", letters=18),
        ReportColumn("patient_phone", "Patient phone", letters=12, under="patient"),
        ReportColumn("patient_address", "Patient address", letters=20, under="patient"),
        ReportColumn("prescriber", "Prescriber", letters=16),
        ReportColumn("prescriber_registration", "Prescriber reg. no.", letters=12, under="prescriber"),
        ReportColumn("in", "In", Kind.QUANTITY, 8),
        ReportColumn("out", "Out", Kind.QUANTITY, 8),
        ReportColumn("balance", "Balance", Kind.QUANTITY, 9),
        ReportColumn("state", "State", letters=16, groups=True),
        ReportColumn("expiry", "Expiry", Kind.EXPIRY, 9, extra=True),
        ReportColumn("mrp", "MRP", Kind.MONEY, 9, extra=True, groups=True),
        ReportColumn("cost", "Cost", Kind.MONEY, 11, adds_up=True, need=Permission.SEE_COST, extra=True),
    ),
    rows=_trace,
    parameters=(
        Parameter("item", "Item", Ask.ITEM, required=True, hint="code or barcode"),
        Parameter("batch", "Batch", Ask.TEXT, required=True, hint="the number as on the pack"),
    ),
    # it names patients: whoever only buys does not see them
    needs=REGISTER_NEEDS,
    sources=frozenset({Source.STOCK, Source.BILLS}),
)
TRACES = (BATCH_TRACE,)
