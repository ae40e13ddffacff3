"""The columns of the want book."""

from __future__ import annotations

from pos_desktop.screens.wants.rows import WantRow
from pos_desktop.shell.texts import tr
from pos_desktop.tables.column import Align, Column

WANT_COLUMNS: tuple[Column[WantRow], ...] = (
    Column("since", tr("Since"), lambda row: row.since, 16),
    Column("item", tr("Wanted"), lambda row: row.item, stretches=True, bold=True),
    Column("quantity", tr("Quantity"), lambda row: row.quantity, 12, Align.RIGHT, bold=True),
    Column("stock", tr("Stock"), lambda row: row.stock, 8, Align.RIGHT),
    Column("customer", tr("Customer"), lambda row: row.customer, 18),
    Column("phone", tr("Phone"), lambda row: row.phone, 13),
    Column("note", tr("Note"), lambda row: row.note, 20),
    Column("by", tr("Noted by"), lambda row: row.by, 14),
    Column("state", tr("State"), lambda row: "", 14, badges=lambda row: row.state),
)
