"""The columns of the lists of purchases."""

from __future__ import annotations

from pos_desktop.screens.purchases.rows import DocumentRow, LineRow, NewOrderRow, ReturnRow
from pos_desktop.shell.texts import tr
from pos_desktop.tables.column import Align, Column, Kind


def _documents(number: str, about: str, amount: str) -> tuple[Column[DocumentRow], ...]:
    return (
        Column("number", number, lambda row: row.number, 20, bold=True),
        Column("date", tr("Dated"), lambda row: row.date, 10, kind=Kind.DATE),
        Column("supplier", tr("Supplier"), lambda row: row.supplier, 22),
        Column("about", about, lambda row: row.about, 20, stretches=True),
        Column("state", tr("State"), lambda row: "", 24, badges=lambda row: row.marks),
        Column("amount", amount, lambda row: row.amount, 12, Align.RIGHT, kind=Kind.MONEY),
    )


def _lines(batch: str, missing: str, amount: str, *, has_tax: bool) -> tuple[Column[LineRow], ...]:
    columns: tuple[Column[LineRow], ...] = (
        Column("item", tr("Item"), lambda row: row.item, 20, stretches=True, badges=lambda row: row.marks),
        Column("batch", batch, lambda row: row.batch, 12),
        Column("expiry", tr("Expiry"), lambda row: row.expiry, 9),
        Column("quantity", tr("Quantity"), lambda row: row.quantity, 9, Align.RIGHT, bold=True),
        Column("free", tr("Free"), lambda row: row.free, 7, Align.RIGHT),
        Column("missing", missing, lambda row: row.missing, 9, Align.RIGHT),
        Column("rate", tr("Rate"), lambda row: row.rate, 10, Align.RIGHT),
        Column("mrp", tr("MRP"), lambda row: row.mrp, 10, Align.RIGHT, kind=Kind.MONEY),
        Column("tax", tr("GST"), lambda row: row.tax, 10, Align.RIGHT, kind=Kind.MONEY),
        Column("amount", amount, lambda row: row.amount, 11, Align.RIGHT, kind=Kind.MONEY),
    )
    return columns if has_tax else tuple(column for column in columns if column.id != "tax")


#: What an order comes to is not known where a rate is not: it stands at its lines.
ORDERS = tuple(column for column in _documents(tr("Order"), tr("Wanted"), "") if column.id != "amount")
RECEIPTS = _documents(tr("Goods receipt"), tr("Paper and lines"), tr("Worth"))
BILLS = _documents(tr("Bill"), tr("Due and GST"), tr("Total"))
DIFFERENCES: tuple[Column[DocumentRow], ...] = (
    Column("number", tr("Bill"), lambda row: row.number, 16, bold=True),
    Column("date", tr("Dated"), lambda row: row.date, 10, kind=Kind.DATE),
    Column("supplier", tr("Supplier"), lambda row: row.supplier, 18),
    Column("item", tr("Item and batch"), lambda row: row.item, 20, stretches=True),
    Column("kind", tr("What differs"), lambda row: "", 22, badges=lambda row: row.marks),
    Column("expected", tr("Expected"), lambda row: row.expected, 9, Align.RIGHT),
    Column("found", tr("Found"), lambda row: row.found, 9, Align.RIGHT),
    Column("amount", tr("Too much"), lambda row: row.amount, 11, Align.RIGHT, kind=Kind.MONEY),
    Column("about", tr("Taken because"), lambda row: row.about, 18),
)
ORDER_LINES = tuple(
    column
    for column in _lines(tr("Pack"), tr("Came"), tr("Value"), has_tax=False)
    if column.id not in {"expiry", "mrp"}
)
RECEIPT_LINES = _lines(tr("Batch"), tr("Missing"), tr("Cost"), has_tax=False)
BILL_LINES = tuple(
    column for column in _lines(tr("Batch"), tr("Not there"), tr("Value"), has_tax=True) if column.id != "expiry"
)
DEBIT_NOTES = _documents(tr("Debit note"), tr("Why"), tr("Total"))
NOTE_LINES = tuple(
    column for column in _lines(tr("Batch"), tr("Bill"), tr("Total"), has_tax=True) if column.id not in {"free", "rate"}
)
NEW_RETURN: tuple[Column[ReturnRow], ...] = (
    Column("item", tr("Item"), lambda row: row.item, 20, stretches=True, bold=True, badges=lambda row: row.marks),
    Column("batch", tr("Batch"), lambda row: row.batch, 12),
    Column("expiry", tr("Expiry"), lambda row: row.expiry, 9),
    Column("mrp", tr("MRP"), lambda row: row.mrp, 9, Align.RIGHT, kind=Kind.MONEY),
    Column("stock", tr("In stock"), lambda row: row.stock, 9, Align.RIGHT),
    Column("came", tr("Came"), lambda row: row.came, 10, kind=Kind.DATE),
    Column("bill", tr("Bill"), lambda row: row.bill, 12),
    Column("back", tr("Goes back"), lambda row: row.back, 9, Align.RIGHT, bold=True),
    Column("why", tr("Because"), lambda row: row.why, 14),
)
NEW_ORDER: tuple[Column[NewOrderRow], ...] = (
    Column("item", tr("Item"), lambda row: row.item, 20, stretches=True, bold=True),
    Column("pack", tr("Unit"), lambda row: row.pack, 12),
    Column("quantity", tr("Order"), lambda row: row.quantity, 8, Align.RIGHT, bold=True),
    Column("free", tr("Free"), lambda row: row.free, 6, Align.RIGHT),
    Column("rate", tr("Rate"), lambda row: row.rate, 10, Align.RIGHT),
    Column("stock", tr("In stock"), lambda row: row.stock, 9, Align.RIGHT),
    Column("sold", tr("Sold"), lambda row: row.sold, 9, Align.RIGHT),
    Column("lasts", tr("Lasts months"), lambda row: row.lasts, 10, Align.RIGHT),
    Column("why", tr("Why"), lambda row: row.why, 14),
)
