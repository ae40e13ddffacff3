"""Reports of what is not settled with suppliers: goods without a bill, claims, differences, sold before its purchase.

Each is as of the end of a day, and comes to what the account that it explains stood at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select

from core.catalog.model import Item
from core.inventory.batch_dto import Print, corrected_words
from core.inventory.batches import corrected_since
from core.inventory.model import AwaitedSettlement, AwaitedStock, Batch, Lot
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.days import Days
from core.kernel.money import Money, Rate
from core.parties.queries import all_ids
from core.purchasing.debit_dto import DebitKind
from core.purchasing.debit_model import DebitNote, DebitNoteLine, DebitNoteReversal
from core.purchasing.matching import open_differences
from core.purchasing.matching_domain import DifferenceKind
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    GoodsReceiptReversal,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
    SupplierBillSetOff,
)
from core.purchasing.receipt_queries import put_right
from core.reporting.bought import asked_supplier, suppliers_of
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.parameters import Ask, Parameter
from core.reporting.report import (
    PURCHASE_NEEDS,
    STOCK_NEEDS,
    Reading,
    Report,
    ReportRow,
    Section,
    Source,
    ToBill,
    ToReport,
)
from core.reporting.reports.purchases import PURCHASES_FROM, SUPPLIER, cost_column
from core.sales.model import Bill

#: Days of receipts that are read by one statement: most of them are billed and none of the report's business.
_DAYS_AT_ONCE = 92
AS_OF = Parameter("as_of", "As of", Ask.DAY, default="today", required=True)
_ITEM = (
    ReportColumn("item", "Item", letters=22, stretches=True, groups=True),
    ReportColumn("code", "Code", letters=10, under="item"),
    ReportColumn("batch", "Batch", letters=10),
)


def _as_of(reading: Reading) -> date:
    return reading.asked.dates["as_of"]


def _bill_stood(day: date) -> ColumnElement[bool]:
    """Return SQL of whether a supplier's bill was entered by the end of a day and not taken back by then."""
    back = select(1).where(SupplierBillReversal.bill_id == SupplierBill.id, SupplierBillReversal.on_date <= day)
    return (SupplierBill.on_date <= day) & ~exists(back.correlate(SupplierBill))


def _waited(day: date, since: date) -> int:
    return (day - since).days


# --- goods received and not billed -----------------------------------------------------------------------------------


def _unbilled(reading: Reading) -> Iterator[ReportRow]:
    day = _as_of(reading)
    first = reading.session.scalar(select(func.min(GoodsReceipt.on_date)))
    if first is None or first > day:
        return
    billed = (
        select(1)
        .select_from(SupplierBillLine)
        .join(SupplierBill, SupplierBill.id == SupplierBillLine.bill_id)
        .where(
            SupplierBillLine.receipt_id == GoodsReceiptLine.receipt_id,
            SupplierBillLine.receipt_line == GoodsReceiptLine.line,
            _bill_stood(day),
        )
        .correlate(GoodsReceiptLine)
    )
    back = select(1).where(GoodsReceiptReversal.receipt_id == GoodsReceipt.id, GoodsReceiptReversal.on_date <= day)
    wanted = (
        select(GoodsReceipt, GoodsReceiptLine)
        .join(GoodsReceiptLine, GoodsReceiptLine.receipt_id == GoodsReceipt.id)
        .where(~exists(back.correlate(GoodsReceipt)), ~exists(billed))
        .where(*asked_supplier(reading, GoodsReceipt.supplier_id))
        .order_by(GoodsReceipt.on_date, GoodsReceipt.at, GoodsReceipt.id, GoodsReceiptLine.line)
    )
    for part in Days(first, day).pieces(_DAYS_AT_ONCE):
        reading.tick((part.first - first).days, (day - first).days + 1)
        within = (GoodsReceipt.on_date >= part.first, GoodsReceipt.on_date <= part.last)
        rows = reading.session.execute(wanted.where(*within)).all()
        prints = corrected_since(reading.session, [line for _, line in rows])
        for (receipt, line), now in zip(rows, prints, strict=True):
            yield _unbilled_row(day, receipt, line, now)


def _unbilled_row(day: date, receipt: GoodsReceipt, line: GoodsReceiptLine, now: Print | None) -> ReportRow:
    accepted = line.billed_units + line.free_units - line.short_units - line.damaged_units
    values: tuple[Value, ...] = (
        receipt.on_date,
        receipt.number,
        receipt.supplier_name,
        receipt.supplier_document,
        line.item_name,
        line.item_code,
        corrected_words(line.batch_number, now and now.number),
        Quantity(accepted, line.pieces_per_pack),
        Quantity(line.free_units, line.pieces_per_pack) if line.free_units else None,
        None if line.rate_parts is None else Rate(line.rate_parts).times(1),
        Money(line.cost_paise),
        "Price not known" if line.is_provisional else None,
        _waited(day, receipt.on_date),
    )
    return ReportRow(values, ToReport("price-history", {"item": line.item_code}))


UNBILLED = Report(
    id="goods-not-billed",
    title="Goods received, bill to come",
    about="What came in and no supplier's bill has asked for yet, line by line, at what the receipts valued it.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("date", "Received", Kind.DATE, 10),
        ReportColumn("receipt", "Receipt", letters=17, groups=True),
        ReportColumn("supplier", "Supplier", letters=18, groups=True),
        ReportColumn("document", "Their paper", letters=12, under="supplier"),
        *_ITEM,
        ReportColumn("quantity", "Came", Kind.QUANTITY, 9),
        ReportColumn("free", "Free", Kind.QUANTITY, 7),
        cost_column("rate", "Rate", 10, adds_up=False),
        cost_column("value", "Value", 12),
        ReportColumn("price", "Price", letters=14, groups=True),
        ReportColumn("days", "Days", Kind.COUNT, 6),
    ),
    rows=_unbilled,
    parameters=(AS_OF, SUPPLIER),
    needs=PURCHASE_NEEDS,
    sources=PURCHASES_FROM,
    note="The value is what stands on the account Goods received, bill to come.",
)


# --- claims ----------------------------------------------------------------------------------------------------------


def _claims(reading: Reading) -> Iterator[ReportRow]:
    day = _as_of(reading)
    taken = _set_off(reading, day)
    lines = _claimed_lines(reading, day)
    cards = suppliers_of(reading.session, {*taken, *(bill.supplier_id for bill, _ in lines)})
    now = put_right(reading.session, {line.receipt_id for _, line in lines})
    left: defaultdict[UUID, int] = defaultdict(int)
    for supplier_id, paise in taken.items():
        left[cards[supplier_id].id] += paise
    for bill, line in lines:
        kept = cards[bill.supplier_id]
        settled = min(left[kept.id], line.claim_paise)  # the oldest claim first
        left[kept.id] -= settled
        if settled < line.claim_paise:
            prints = now.get((line.receipt_id, line.receipt_line))
            batch = corrected_words(line.batch_number, prints and prints.number)
            yield _claim_row(day, kept.name, bill, line, batch, settled)
    names = {card.id: card.name for card in cards.values()}
    for supplier_id, paise in sorted(left.items(), key=lambda entry: names[entry[0]]):
        if paise:
            over = (None, None, names[supplier_id], "Set off without a claim", None, None, None)
            yield ReportRow((*over, None, Money(paise), Money(-paise), None), None)


def _claimed_lines(reading: Reading, day: date) -> list[Any]:
    rows = reading.session.execute(
        select(SupplierBill, SupplierBillLine)
        .join(SupplierBillLine, SupplierBillLine.bill_id == SupplierBill.id)
        .where(_bill_stood(day), SupplierBillLine.claim_paise != 0, ~exists(_debited(day)))
        .where(*asked_supplier(reading, SupplierBill.supplier_id))
        .order_by(SupplierBill.on_date, SupplierBill.at, SupplierBill.id, SupplierBillLine.line)
    )
    return list(rows)


def _debited(day: date) -> Select[int]:
    """Return SQL for the debit note that settled a line's claim by the end of a day, and stood then."""
    back = select(1).where(DebitNoteReversal.note_id == DebitNote.id, DebitNoteReversal.on_date <= day)
    return (
        select(1)
        .select_from(DebitNoteLine)
        .join(DebitNote, DebitNote.id == DebitNoteLine.note_id)
        .where(
            DebitNoteLine.bill_id == SupplierBillLine.bill_id,
            DebitNoteLine.bill_line == SupplierBillLine.line,
            DebitNoteLine.kind == DebitKind.CLAIM,
            DebitNote.on_date <= day,
            ~exists(back.correlate(DebitNote)),
        )
        .correlate(SupplierBillLine)
    )


def _set_off(reading: Reading, day: date) -> dict[UUID, int]:
    """Return what suppliers took off their bills that the books knew nothing of, in paise."""
    # added up here: to group by the supplier, SQLite would go through every bill in the order of their numbers
    rows = reading.session.execute(
        select(SupplierBill.supplier_id, SupplierBillSetOff.amount_paise)
        .join(SupplierBillSetOff, SupplierBillSetOff.bill_id == SupplierBill.id)
        .where(_bill_stood(day), SupplierBillSetOff.item_id.is_(None))
        .where(*asked_supplier(reading, SupplierBill.supplier_id))
    )
    taken: defaultdict[UUID, int] = defaultdict(int)
    for supplier_id, paise in rows:
        taken[supplier_id] += paise
    return taken


def _claim_row(
    day: date, supplier: str, bill: SupplierBill, line: SupplierBillLine, batch: str, settled: int
) -> ReportRow:
    values: tuple[Value, ...] = (
        bill.billed_on,
        bill.number,
        supplier,
        line.item_name,
        line.item_code,
        batch,
        Quantity(line.missing_units, line.pieces_per_pack),
        Money(line.claim_paise),
        Money(settled) if settled else None,
        Money(line.claim_paise - settled),
        _waited(day, bill.billed_on),
    )
    return ReportRow(values, ToReport("price-history", {"item": line.item_code}))


CLAIMS = Report(
    id="supplier-claims",
    title="Claims on suppliers",
    about="What suppliers billed and did not deliver whole, less what they took off later bills for it or debit notes "
    "asked back.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("date", "Bill dated", Kind.DATE, 10),
        ReportColumn("bill", "Bill", letters=15),
        ReportColumn("supplier", "Supplier", letters=18, groups=True),
        *_ITEM,
        ReportColumn("missing", "Missing", Kind.QUANTITY, 9),
        cost_column("claim", "Claim", 12),
        cost_column("set_off", "Set off", 12),
        cost_column("open", "Open", 12),
        ReportColumn("days", "Days", Kind.COUNT, 6),
    ),
    rows=_claims,
    parameters=(AS_OF, SUPPLIER),
    needs=PURCHASE_NEEDS,
    sources=PURCHASES_FROM,
    note="What is open is what stands on the account Claims on suppliers. What is set off settles the oldest claim.",
)


# --- match board -----------------------------------------------------------------------------------------------------


def _board(reading: Reading) -> Iterator[ReportRow]:
    supplier: Any = reading.asked.keys.get("supplier")
    ids = all_ids(reading.session, supplier) if supplier is not None else []
    for each in open_differences(reading.session, supplier_ids=ids):
        values: tuple[Value, ...] = (
            each.billed_on,
            each.number,
            each.line,
            each.supplier_name,
            each.item_name,
            corrected_words(each.batch_number, each.batch_now),
            DifferenceKind(each.kind).words,
            each.expected,
            each.found,
            each.amount,
            each.reason,
            each.username,
        )
        yield ReportRow(values, ToReport("price-history", {"item": each.item_code}))


MATCH_BOARD = Report(
    id="match-board",
    title="Differences of bills",
    about="Where a standing bill differs from its order or receipt by more than is tolerated, and nobody settled it.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("date", "Bill dated", Kind.DATE, 10),
        ReportColumn("bill", "Bill", letters=15, groups=True),
        ReportColumn("line", "Line", Kind.COUNT, 5),
        ReportColumn("supplier", "Supplier", letters=18, groups=True),
        ReportColumn("item", "Item", letters=22, stretches=True, groups=True),
        ReportColumn("batch", "Batch", letters=10, under="item"),
        ReportColumn("kind", "What differs", letters=18, groups=True),
        cost_column("expected", "Expected", 11, kind=Kind.TEXT, adds_up=False),
        cost_column("found", "Found", 11, kind=Kind.TEXT, adds_up=False),
        cost_column("amount", "Too much", 11),
        ReportColumn("reason", "Why taken", letters=18),
        ReportColumn("user", "Entered by", letters=10, groups=True),
    ),
    rows=_board,
    parameters=(SUPPLIER,),
    needs=PURCHASE_NEEDS,
    sources=PURCHASES_FROM,
)


# --- sold before its purchase ----------------------------------------------------------------------------------------


def _awaited(reading: Reading) -> Iterator[ReportRow]:
    day = _as_of(reading)

    def settled(column: Any) -> Any:
        by_then = (AwaitedSettlement.lot_id == AwaitedStock.lot_id, AwaitedSettlement.on_date <= day)
        sums = select(func.coalesce(func.sum(column), 0)).where(*by_then)
        return sums.correlate(AwaitedStock).scalar_subquery()

    left = AwaitedStock.units - settled(AwaitedSettlement.units)
    rows = reading.session.execute(
        select(
            AwaitedStock.on_date,
            AwaitedStock.units,
            AwaitedStock.username,
            left.label("left"),
            (AwaitedStock.cost_paise - settled(AwaitedSettlement.cost_paise)).label("cost"),
            Item.name,
            Item.code,
            Item.pieces_per_pack,
            Batch.number.label("batch"),
            Batch.expiry,
            Batch.expiry_precision,
            Batch.mrp_paise,
            Bill.number,
        )
        .select_from(AwaitedStock)
        .join(Item, Item.id == AwaitedStock.item_id)
        .join(Lot, Lot.id == AwaitedStock.lot_id)
        .join(Batch, Batch.id == Lot.batch_id)
        .join(Bill, Bill.id == AwaitedStock.document_id)
        .where(AwaitedStock.on_date <= day, left > 0)
        .order_by(AwaitedStock.on_date, AwaitedStock.at, AwaitedStock.lot_id)
    )
    for row in rows:
        values: tuple[Value, ...] = (
            row.on_date,
            row.number,
            row.name,
            row.code,
            row.batch,
            Expiry(row.expiry, ExpiryPrecision(row.expiry_precision)) if row.expiry_precision else None,
            Money(row.mrp_paise),
            Quantity(row.units, row.pieces_per_pack),
            Quantity(int(row.left), row.pieces_per_pack),
            Money(int(row.cost)),
            row.username,
            _waited(day, row.on_date),
        )
        yield ReportRow(values, ToBill(row.number))


AWAITED = Report(
    id="awaiting-purchase",
    title="Sold before its purchase",
    about="Packs that were sold in hand before their purchase was entered, and that no receipt has brought yet.",
    section=Section.PURCHASES,
    columns=(
        ReportColumn("date", "Sold", Kind.DATE, 10),
        ReportColumn("bill", "Bill", letters=15),
        *_ITEM,
        ReportColumn("expiry", "Expiry", Kind.EXPIRY, 8),
        ReportColumn("mrp", "MRP", Kind.MONEY, 9),
        ReportColumn("sold", "Sold before", Kind.QUANTITY, 9, extra=True),
        ReportColumn("awaited", "Awaited", Kind.QUANTITY, 9),
        cost_column("cost", "Cost assumed", 12),
        ReportColumn("user", "Sold by", letters=10, groups=True),
        ReportColumn("days", "Days", Kind.COUNT, 6),
    ),
    rows=_awaited,
    parameters=(AS_OF,),
    needs=STOCK_NEEDS,
    sources=frozenset({Source.STOCK, Source.BILLS}),
    note="The cost is what stands on the account Goods sold, purchase to be entered.",
)
UNSETTLED = (UNBILLED, CLAIMS, MATCH_BOARD, AWAITED)
