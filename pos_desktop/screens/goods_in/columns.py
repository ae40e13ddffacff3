"""The columns of the window of goods that come in."""

from __future__ import annotations

from pos_desktop.screens.goods_in.rows import EntryRow, PastRow
from pos_desktop.shell.texts import tr
from pos_desktop.tables.column import Align, Column, Kind

ENTRY_COLUMNS: tuple[Column[EntryRow], ...] = (
    Column("number", tr("No"), lambda row: row.number, 3, Align.RIGHT),
    Column(
        "item",
        tr("Item"),
        lambda row: row.item,
        20,
        stretches=True,
        bold=True,
        badges=lambda row: row.marks,
        tooltip=lambda row: row.problem,
    ),
    Column("pack", tr("Pack"), lambda row: row.pack, 8),
    Column("batch", tr("Batch"), lambda row: row.batch, 10),
    Column("expiry", tr("Expiry"), lambda row: row.expiry, 8),
    Column("mrp", tr("MRP"), lambda row: row.mrp, 8, Align.RIGHT),
    Column("quantity", tr("Billed"), lambda row: row.quantity, 6, Align.RIGHT, bold=True),
    Column("free", tr("Free"), lambda row: row.free, 6, Align.RIGHT),
    Column("rate", tr("Rate"), lambda row: row.rate, 9, Align.RIGHT),
    Column("discount", tr("Less %"), lambda row: row.discount, 8, Align.RIGHT),
    Column("gst", tr("GST %"), lambda row: row.gst, 7, Align.RIGHT),
    Column("value", tr("Value"), lambda row: row.value, 10, Align.RIGHT, kind=Kind.MONEY),
    Column("piece", tr("A piece"), lambda row: row.piece, 8, Align.RIGHT),
    Column("margin", tr("Margin %"), lambda row: row.margin, 7, Align.RIGHT),
)
PAST_COLUMNS: tuple[Column[PastRow], ...] = (
    Column("date", tr("Bought"), lambda row: row.date, 10),
    Column("supplier", tr("From"), lambda row: row.supplier, 16, stretches=True),
    Column("rate", tr("Rate"), lambda row: row.rate, 9, Align.RIGHT),
    Column("landed", tr("With free"), lambda row: row.landed, 9, Align.RIGHT),
    Column("mrp", tr("MRP"), lambda row: row.mrp, 9, Align.RIGHT),
    Column("free", tr("Free"), lambda row: row.free, 6, Align.RIGHT),
)
