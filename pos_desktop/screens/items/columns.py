"""The columns of the items screen's tables."""

from __future__ import annotations

from pos_desktop.screens.items.rows import BatchRow, ItemRow, SubstituteRow
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column, Kind

#: Schedules that ask for a prescription or a register.
_STRICT = frozenset({"H", "H1", "X", "NDPS"})


def _tone(row: ItemRow) -> Tone:
    return Tone.PLAIN if row.is_active else Tone.MUTED


def _state(row: ItemRow) -> tuple[Badge, ...]:
    return () if row.is_active else (Badge(tr("NOT SOLD"), Tone.MUTED),)


def _schedules(row: ItemRow) -> tuple[Badge, ...]:
    if row.schedules is None:
        return (Badge(tr("NOT LOOKED UP"), Tone.MUTED),)
    return tuple(Badge(name, Tone.DANGER if name in _STRICT else Tone.MUTED) for name in row.schedules)


def _stock_tone(row: ItemRow) -> Tone:
    return Tone.PLAIN if row.has_stock else Tone.MUTED


ITEM_COLUMNS: tuple[Column[ItemRow], ...] = (
    Column("code", tr("Code"), lambda row: row.code, 14, tone=_tone),
    Column("name", tr("Name"), lambda row: row.name, stretches=True, bold=True, tone=_tone, badges=_state),
    Column("maker", tr("Maker"), lambda row: row.manufacturer, 16, tone=_tone),
    Column("pack", tr("Pack"), lambda row: row.pack, 11, tone=_tone),
    Column("stock", tr("Stock"), lambda row: row.stock, 9, Align.RIGHT, bold=True, tone=_stock_tone),
    Column("expiry", tr("Expiry"), lambda row: row.expiry, 9),
    Column("mrp", tr("MRP"), lambda row: row.mrp, 10, Align.RIGHT, kind=Kind.MONEY),
    Column("rack", tr("Rack"), lambda row: row.rack, 7),
    Column("schedules", tr("Schedule"), lambda row: "", 17, badges=_schedules),
)


def _batch_state(row: BatchRow) -> tuple[Badge, ...]:
    badges = [Badge(tr("HELD"), Tone.DANGER)] if row.held else []
    if row.is_expired:
        badges.append(Badge(tr("EXPIRED"), Tone.DANGER))
    return tuple(badges)


BATCH_COLUMNS: tuple[Column[BatchRow], ...] = (
    Column("batch", tr("Batch"), lambda row: row.number, 18, bold=True),
    Column("expiry", tr("Expiry"), lambda row: row.expiry, 10),
    Column("mrp", tr("MRP"), lambda row: row.mrp, 11, Align.RIGHT, kind=Kind.MONEY),
    Column("printed", tr("Printed MRP"), lambda row: row.printed, 13, Align.RIGHT, kind=Kind.MONEY),
    Column("stock", tr("Stock"), lambda row: row.stock, 10, Align.RIGHT, bold=True),
    Column("state", tr("State"), lambda row: "", 18, badges=_batch_state),
    Column("held", tr("Why it is held"), lambda row: row.held, stretches=True),
)


def _cautions(row: SubstituteRow) -> tuple[Badge, ...]:
    return tuple(Badge(words, Tone.WARNING) for words in row.cautions)


SUBSTITUTE_COLUMNS: tuple[Column[SubstituteRow], ...] = (
    Column("code", tr("Code"), lambda row: row.code, 13),
    Column("name", tr("Name"), lambda row: row.name, stretches=True, bold=True),
    Column("maker", tr("Maker"), lambda row: row.manufacturer, 14),
    Column("pack", tr("Pack"), lambda row: row.pack, 9),
    Column("stock", tr("Stock"), lambda row: row.stock, 8, Align.RIGHT, bold=True),
    Column("expiry", tr("Expiry"), lambda row: row.expiry, 9),
    Column("mrp", tr("MRP"), lambda row: row.mrp, 10, Align.RIGHT),
    Column("piece", tr("A piece"), lambda row: row.per_piece, 9, Align.RIGHT),
    Column("margin", tr("Margin"), lambda row: row.margin, 9, Align.RIGHT),
    Column("cautions", tr("Look at"), lambda row: "", 26, badges=_cautions),
)
