"""The columns of the counter's screen."""

from __future__ import annotations

from pos_desktop.screens.counter.rows import EntryRow
from pos_desktop.shell.texts import tr
from pos_desktop.tables.column import Align, Column

ENTRY_COLUMNS: tuple[Column[EntryRow], ...] = (
    Column("when", tr("When"), lambda row: row.when, 16),
    Column("what", tr("What"), lambda row: row.what, stretches=True, bold=True),
    Column("detail", tr("For"), lambda row: row.detail, stretches=True),
    Column("in", tr("In"), lambda row: row.came_in, 13, Align.RIGHT, bold=True),
    Column("out", tr("Out"), lambda row: row.went_out, 13, Align.RIGHT, bold=True),
    Column("by", tr("By"), lambda row: row.by, 12),
    Column("state", tr("Difference"), lambda row: "", 26, badges=lambda row: row.state),
)
