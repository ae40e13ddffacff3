"""The record of purchases of drugs that rule 65(4)(4)(i) of the Drugs Rules asks for (facts E6).

Rows are as they were written when the goods came. What was taken back stays and says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.catalog.dto import ItemKind
from core.catalog.model import Item
from core.catalog.queries import in_parts, schedules_on
from core.inventory.batch_dto import Print, corrected_words
from core.inventory.batches import corrected_since
from core.kernel.dates import Expiry, ExpiryPrecision, show_date
from core.kernel.days import Preset
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    GoodsReceiptReversal,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
)
from core.reporting.bought import asked_supplier
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import STOCK_NEEDS, Reading, Report, ReportRow, Section, Source, ToReport
from core.reporting.reports.purchases import SUPPLIER
from core.reporting.reports.registers import SCHEDULES, one_line
from core.reporting.streams import along, by_the_month, in_batches

_PLACE = (GoodsReceipt.on_date, GoodsReceipt.at, GoodsReceipt.id)
_RECEIPTS = select(
    *_PLACE,
    GoodsReceipt.number,
    GoodsReceipt.supplier_name,
    GoodsReceipt.supplier_address,
    GoodsReceipt.supplier_licences,
    GoodsReceipt.supplier_document,
    GoodsReceipt.document_date,
    GoodsReceiptReversal.on_date.label("taken_back_on"),
    GoodsReceiptReversal.reason,
).outerjoin(GoodsReceiptReversal, GoodsReceiptReversal.receipt_id == GoodsReceipt.id)
_BILL_BACK = exists(select(1).where(SupplierBillReversal.bill_id == SupplierBill.id).correlate(SupplierBill))


def _of_bill(column: Any) -> Any:
    """Return SQL for a column of the standing bill that asks for a line of a receipt."""
    return (
        select(column)
        .select_from(SupplierBill)
        .join(SupplierBillLine, SupplierBillLine.bill_id == SupplierBill.id)
        .where(
            SupplierBillLine.receipt_id == GoodsReceiptLine.receipt_id,
            SupplierBillLine.receipt_line == GoodsReceiptLine.line,
            ~_BILL_BACK,
        )
        .correlate(GoodsReceiptLine)
        .scalar_subquery()
    )


_BILL, _BILLED_ON = _of_bill(SupplierBill.number), _of_bill(SupplierBill.billed_on)


def _register(reading: Reading) -> Iterator[ReportRow]:
    schedule = reading.asked.texts.get("schedule")
    # the last page may have ended between two lines of a receipt
    after: Any = reading.after
    place, line = (None, 0) if after is None else (after[:-1], after[-1])
    wanted = _RECEIPTS.where(*asked_supplier(reading, GoodsReceipt.supplier_id))
    receipts = along(reading.session, wanted, _PLACE, by_the_month(reading), place, again=True)
    for batch in in_batches(receipts):
        lines = _drugs_of(reading.session, [row.id for row in batch])
        on = _schedules(reading.session, batch, lines)
        for receipt in batch:
            here = tuple(receipt[: len(_PLACE)])
            for drug in lines.get(receipt.id, ()):
                schedules = on.get((receipt.on_date, drug.item_id), ())
                is_behind = here != place or drug.line > line
                if is_behind and (schedule is None or schedule in schedules):
                    yield _row(receipt, drug, schedules, (*here, drug.line))


def _drugs_of(session: Session, receipt_ids: Sequence[UUID]) -> Mapping[UUID, list[Any]]:
    """Return the lines of receipts by which drugs came, by the receipt's id."""
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for part in in_parts(receipt_ids):
        rows = session.execute(
            select(GoodsReceiptLine, _BILL.label("bill"), _BILLED_ON.label("billed_on"))
            .join(Item, Item.id == GoodsReceiptLine.item_id)
            .where(
                GoodsReceiptLine.receipt_id.in_(part),
                GoodsReceiptLine.batch_id.is_not(None),  # of the others nothing came that could be sold
                Item.kind == ItemKind.DRUG,
            )
            .order_by(GoodsReceiptLine.receipt_id, GoodsReceiptLine.line)
        )
        for drug, bill, billed_on in rows:
            found[drug.receipt_id].append(_Drug(drug, bill, billed_on))
    drugs = [drug for of_receipt in found.values() for drug in of_receipt]
    for drug, now in zip(drugs, corrected_since(session, [drug.row for drug in drugs]), strict=True):
        drug.now = now
    return found


class _Drug:
    """A line of a receipt, with number and day of the bill that asks for it."""

    def __init__(self, line: GoodsReceiptLine, bill: str | None, billed_on: date | None) -> None:
        self.item_id = line.item_id
        self.line = line.line
        self.row = line
        self.bill = bill
        self.billed_on = billed_on
        #: What its packs print, where that was put right since.
        self.now: Print | None = None

    @property
    def expiry(self) -> Expiry | None:
        """The expiry as it was written when it came."""
        row = self.row
        return (
            Expiry(row.expiry, ExpiryPrecision(row.expiry_precision)) if row.expiry and row.expiry_precision else None
        )

    @property
    def batch(self) -> str:
        """The batch as it was written, with what was put right of number and expiry since."""
        if self.now is None:
            return str(self.row.batch_number)
        number = corrected_words(self.row.batch_number, self.now.number)
        expiry = corrected_words(str(self.expiry or ""), self.now.expiry)
        return f"{number}, expiry {expiry}" if expiry != str(self.expiry or "") else number


def _schedules(
    session: Session, receipts: Sequence[Any], lines: Mapping[UUID, list[Any]]
) -> dict[tuple[date, UUID], tuple[str, ...]]:
    """Return the schedules that drugs were on when they came, by day and item."""
    by_day: defaultdict[date, set[UUID]] = defaultdict(set)
    for receipt in receipts:
        by_day[receipt.on_date] |= {drug.item_id for drug in lines.get(receipt.id, ())}
    return {
        (day, item_id): schedules
        for day, items in by_day.items()
        for part in in_parts(sorted(items))
        for item_id, schedules in schedules_on(session, part, day).items()
    }


def _row(receipt: Any, drug: _Drug, schedules: Sequence[str], key: tuple[object, ...]) -> ReportRow:
    line = drug.row
    accepted = line.billed_units + line.free_units - line.short_units - line.damaged_units
    back = receipt.taken_back_on
    values: tuple[Value, ...] = (
        receipt.on_date,
        receipt.number,
        receipt.supplier_name,
        one_line(receipt.supplier_address),
        receipt.supplier_licences,
        drug.bill or receipt.supplier_document,
        drug.billed_on or receipt.document_date,
        line.item_name,
        line.manufacturer,
        line.pack_label,
        ", ".join(schedules) or None,
        None if back is None else f"TAKEN BACK on {show_date(back)}: {receipt.reason}",
        drug.batch,
        drug.expiry,
        Quantity(accepted, line.pieces_per_pack),
    )
    target = ToReport("batch-trace", {"item": line.item_code, "batch": line.batch_number})
    return ReportRow(values, target, key)


PURCHASE_REGISTER = Report(
    id="purchase-register",
    title="Purchase register of drugs",
    about="Every drug that came in as the law asks, the oldest first: from whom, their licence, batch and maker.",
    section=Section.REGISTERS,
    columns=(
        ReportColumn("day", "Date", Kind.DATE, 10),
        ReportColumn("receipt", "Receipt", letters=16),
        ReportColumn("supplier", "Supplier", letters=18, groups=True),
        ReportColumn("address", "Supplier address", letters=20, under="supplier"),
        ReportColumn("licence", "Licence no.", letters=16),
        ReportColumn("document", "Bill or challan", letters=13),
        ReportColumn("dated", "Dated", Kind.DATE, 10, under="document"),
        ReportColumn("drug", "Drug", letters=20, stretches=True, groups=True),
        ReportColumn("maker", "Maker", letters=14, under="drug"),
        ReportColumn("pack", "Pack", letters=8, under="drug"),
        ReportColumn("schedules", "Schedules", letters=8, under="drug", groups=True),
        ReportColumn("fate", "Taken back", letters=18, under="drug"),
        ReportColumn("batch", "Batch", letters=10),
        ReportColumn("expiry", "Expiry", Kind.EXPIRY, 8),
        ReportColumn("quantity", "Qty", Kind.QUANTITY, 7),
    ),
    rows=_register,
    parameters=(
        days_parameter(Preset.THIS_MONTH),
        SUPPLIER,
        Parameter(
            "schedule",
            "Schedule",
            Ask.CHOICE,
            choices=tuple((name, name if name == "NDPS" else f"Schedule {name}") for name in SCHEDULES),
        ),
    ),
    needs=STOCK_NEEDS,
    is_paged=True,
    sources=frozenset({Source.STOCK}),
    note="Kept under rule 65(4)(4)(i) of the Drugs Rules, 1945. Quantity is packs:loose pieces, free ones inside.",
)
