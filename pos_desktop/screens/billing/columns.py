"""The columns of the billing window's tables."""

from __future__ import annotations

from core.kernel.money import Money
from pos_desktop.screens.billing.rows import MEANS, BatchRow, CustomerRow, HitRow, LineRow, RepeatRow, Shelf
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column

#: Sold only against a prescription: marked louder than the other schedules.
_STRICT = frozenset({"H", "H1", "X", "NDPS"})


def _amount(amount: Money | None) -> str:
    return "" if amount is None else amount.grouped()


def _discount(row: LineRow) -> str:
    return MEANS.join(filter(None, (row.off, _amount(row.discount))))


def _schedules(schedules: tuple[str, ...]) -> tuple[Badge, ...]:
    return tuple(Badge(name, Tone.DANGER if name in _STRICT else Tone.MUTED) for name in schedules)


def _shelf(shelf: Shelf) -> tuple[Badge, ...]:
    if shelf is Shelf.EXPIRED:
        return (Badge(tr("EXPIRED"), Tone.DANGER),)
    return (Badge(tr("NEAR"), Tone.WARNING),) if shelf is Shelf.NEAR else ()


def _line_item(row: LineRow) -> str:
    if row.sentence:
        return row.sentence
    if row.number is not None:
        return row.item
    return tr("… and from the packs in hand") if row.is_awaited else tr("… and from the next batch")


def _line_tooltip(row: LineRow) -> str:
    return "\n".join(filter(None, (row.item, row.manufacturer, row.pack))) or row.sentence


def _line_badges(row: LineRow) -> tuple[Badge, ...]:
    awaited = (Badge(tr("AWAITED"), Tone.WARNING),) if row.is_awaited else ()
    below = (Badge(tr("BELOW COST"), Tone.WARNING),) if row.is_below_cost else ()
    same = () if row.same_salts is None else (Badge(tr("SAME SALT: {number}", number=row.same_salts), Tone.WARNING),)
    dose = (Badge(row.dose, Tone.MUTED),) if row.dose else ()
    return (*_schedules(row.schedules), *dose, *awaited, *below, *same)


def _line_tone(row: LineRow) -> Tone:
    if row.sentence:
        return Tone.DANGER
    return Tone.PLAIN if row.number is not None else Tone.MUTED


def _line_batch(row: LineRow) -> tuple[Badge, ...]:
    return (Badge(tr("PICKED"), Tone.ACCENT),) if row.is_picked else ()


def _waiting(row: LineRow) -> Tone:
    return Tone.MUTED if row.waits else Tone.PLAIN


LINE_COLUMNS: tuple[Column[LineRow], ...] = (
    Column("number", "#", lambda row: "" if row.number is None else str(row.number), 3, Align.RIGHT),
    Column(
        "item",
        tr("Item"),
        _line_item,
        stretches=True,
        badges=_line_badges,
        tone=_line_tone,
        tooltip=_line_tooltip,
    ),
    Column("pack", tr("Pack"), lambda row: row.pack, 9, tone=lambda row: Tone.MUTED),
    Column("batch", tr("Batch"), lambda row: row.batch, 14, badges=_line_batch),
    Column(
        "expiry",
        tr("Expiry"),
        lambda row: str(row.expiry) if row.expiry else "",
        16,
        badges=lambda row: _shelf(row.shelf),
    ),
    Column("mrp", tr("MRP"), lambda row: _amount(row.mrp), 9, Align.RIGHT),
    Column("quantity", tr("Quantity"), lambda row: row.quantity, 19, Align.RIGHT, tone=_waiting),
    Column("discount", tr("Discount"), _discount, 16, Align.RIGHT),
    Column("gst", tr("GST %"), lambda row: row.gst, 6, Align.RIGHT),
    Column(
        "amount",
        tr("Amount"),
        lambda row: "…" if row.waits else _amount(row.amount),
        11,
        Align.RIGHT,
        bold=True,
    ),
)
ITEM, QUANTITY, DISCOUNT = 1, 6, 7


HIT_COLUMNS: tuple[Column[HitRow], ...] = (
    Column(
        "item",
        tr("Item"),
        lambda row: row.item,
        stretches=True,
        badges=lambda row: _schedules(row.schedules),
        tooltip=lambda row: "\n".join(filter(None, (row.item, row.manufacturer))),
    ),
    Column("manufacturer", tr("Company"), lambda row: row.manufacturer, 16, tone=lambda row: Tone.MUTED),
    Column("pack", tr("Pack"), lambda row: row.pack, 9, tone=lambda row: Tone.MUTED),
    Column(
        "stock",
        tr("Stock"),
        lambda row: row.stock if row.has_stock else "",
        8,
        Align.RIGHT,
        bold=True,
        badges=lambda row: () if row.has_stock else (Badge(tr("NONE"), Tone.DANGER),),
    ),
    Column(
        "expiry",
        tr("Expiry"),
        lambda row: str(row.expiry) if row.expiry else "",
        16,
        badges=lambda row: _shelf(row.shelf),
    ),
    Column("mrp", tr("MRP"), lambda row: _amount(row.mrp), 9, Align.RIGHT),
    Column("rack", tr("Rack"), lambda row: row.rack, 8),
)


def _batch_name(row: BatchRow) -> str:
    return tr("First expiry first") if row.batch is None else row.batch


def _batch_badges(row: BatchRow) -> tuple[Badge, ...]:
    held = (Badge(tr("HELD: {reason}", reason=row.held), Tone.DANGER),) if row.held is not None else ()
    return (*((Badge(tr("CHOSEN"), Tone.ACCENT),) if row.is_chosen else ()), *held)


BATCH_COLUMNS: tuple[Column[BatchRow], ...] = (
    Column(
        "batch",
        tr("Batch"),
        _batch_name,
        stretches=True,
        tone=lambda row: Tone.MUTED if row.shelf is Shelf.EXPIRED or row.held else Tone.PLAIN,
        badges=_batch_badges,
    ),
    Column(
        "expiry",
        tr("Expiry"),
        lambda row: str(row.expiry) if row.expiry else "",
        18,
        badges=lambda row: _shelf(row.shelf),
    ),
    Column("mrp", tr("MRP"), lambda row: _amount(row.mrp), 10, Align.RIGHT),
    Column("stock", tr("Stock"), lambda row: row.stock, 9, Align.RIGHT, bold=True),
)

CUSTOMER_COLUMNS: tuple[Column[CustomerRow], ...] = (
    Column("name", tr("Customer"), lambda row: row.name, stretches=True),
    Column("phone", tr("Telephone"), lambda row: row.phone, 16),
    Column("gstin", tr("GSTIN"), lambda row: row.gstin, 20, tone=lambda row: Tone.MUTED),
)

REPEAT_COLUMNS: tuple[Column[RepeatRow], ...] = (
    Column("whose", tr("Bill to repeat"), lambda row: row.whose, 18, tone=lambda row: Tone.MUTED),
    Column("day", tr("Date"), lambda row: row.day, 11),
    Column("number", tr("Number"), lambda row: row.number, 18),
    Column("items", tr("Items"), lambda row: row.items, stretches=True, tooltip=lambda row: row.items),
    Column("total", tr("Total"), lambda row: row.total.grouped(), 11, Align.RIGHT, bold=True),
)
