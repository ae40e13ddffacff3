"""Reports of what stands: by batch, by item, and what of it expires."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from core.auth.permissions import Permission
from core.catalog.model import Item
from core.inventory.queries import newest_mrp
from core.kernel.money import Money
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.parameters import Ask, Parameter
from core.reporting.report import STOCK_NEEDS, Reading, Report, ReportRow, Section, Source, ToReport
from core.reporting.standing import (
    BELOW_MINIMUM,
    HAS_STOCK,
    ItemPlace,
    Standing,
    came_in_by,
    count_of_items,
    items_by_name,
    items_of,
    standing_of,
    standing_until,
)

#: A document by which stock comes in -> what it is called.
CAME_IN = {"opening": "Opening stock", "awaited": "Sold before its purchase"}
_STOCK = frozenset({Source.STOCK, Source.BILLS, Source.ITEMS})
_BELOW = "below"
#: What expires within so many days is marked.
_SOON_DAYS = 90
_VALUES = (
    ReportColumn("cost", "Cost value", Kind.MONEY, 13, adds_up=True, need=Permission.SEE_COST),
    ReportColumn("mrp_value", "MRP value", Kind.MONEY, 13, adds_up=True),
)
_ITEM = (
    ReportColumn("item", "Item", letters=24, stretches=True),
    ReportColumn("code", "Code", letters=10, under="item"),
    ReportColumn("pack", "Pack", letters=8),
    ReportColumn("maker", "Maker", letters=14, under="item", groups=True),
    ReportColumn("salt", "Salt", letters=14, under="item", extra=True, groups=True),
    ReportColumn("rack", "Rack", letters=7, groups=True),
)


def came_in_words(kind: str) -> str:
    """Return what a kind of document is called by which stock came in."""
    return CAME_IN.get(kind, kind.replace("_", " ").capitalize())


def _item_values(item: Any) -> tuple[Value, ...]:
    """As they stand in ``_ITEM``."""
    return (item.name, item.code, item.pack_label, item.manufacturer, item.salts, item.rack)


def _at_mrp(each: Standing, pieces: int) -> Money:
    return each.mrp.pro_rata_down(each.units, pieces)


def _chosen_items(reading: Reading, is_wanted: ColumnElement[bool], begin: ItemPlace | None) -> Iterator[list[Any]]:
    """Yield the items that are asked for, some at once; tell how far they are where more than a page is read."""
    item_id = reading.asked.keys.get("item")
    rack = reading.asked.texts.get("rack")
    where = [is_wanted] if item_id is None else [is_wanted, Item.id == item_id]
    done = whole = 0
    for some in items_by_name(reading.session, *where, begin=begin):
        if done:
            whole = whole or count_of_items(reading.session)
            reading.tick(done, max(done, whole))
        chosen = some if rack is None else [item for item in some if (item.rack or "").casefold() == rack.casefold()]
        if chosen:
            yield chosen
        done += len(some)


def _by_batch(reading: Reading) -> Iterator[ReportRow]:
    after: Any = reading.after
    for items in _chosen_items(reading, HAS_STOCK, None if after is None else after[:2]):
        standing = standing_of(reading.session, [item.id for item in items], reading.today)
        for item in items:
            for each in standing.get(item.id, ()):
                # of the item whose batches a page ended among, those that follow
                if after is None or item.id != after[1] or each.place > after[2:]:
                    yield _batch_row(item, each, reading.today)


def _batch_row(item: Any, each: Standing, today: date) -> ReportRow:
    values = (
        *_item_values(item),
        each.number,
        each.expiry,
        _expiry_mark(each, today),
        each.mrp,
        Quantity(each.units, item.pieces_per_pack),
        each.cost,
        _at_mrp(each, item.pieces_per_pack),
        each.held,
        each.location,
    )
    return ReportRow(values, _trace(item, each), (item.name_key, item.id, *each.place))


def _is_expired(each: Standing, today: date) -> bool:
    return each.expiry is not None and each.expiry.last_day < today


def _expiry_mark(each: Standing, today: date) -> str | None:
    """Return what there is to say of a batch's expiry beside the day: it is past, or near."""
    if each.expiry is None or each.expiry.last_day > today + timedelta(days=_SOON_DAYS):
        return None
    return "Expired" if _is_expired(each, today) else f"Within {_SOON_DAYS} days"


def _trace(item: Any, each: Standing) -> ToReport:
    return ToReport("batch-trace", {"item": item.code, "batch": each.number})


def _by_item(reading: Reading) -> Iterator[ReportRow]:
    after: Any = reading.after
    is_wanted = BELOW_MINIMUM if reading.asked.texts.get("show") == _BELOW else HAS_STOCK
    for items in _chosen_items(reading, is_wanted, after):
        standing = standing_of(reading.session, [item.id for item in items], reading.today)
        for item in items:
            if after is None or item.id != after[1]:
                yield _item_row(reading, item, standing.get(item.id, []))


def _item_row(reading: Reading, item: Any, batches: list[Standing]) -> ReportRow:
    pieces, least = item.pieces_per_pack, item.min_stock_units
    newest = max(batches, key=lambda each: (each.lots[0].received_on, each.lots[0].lot_id), default=None)
    units = sum(each.units for each in batches)
    expired = [each for each in batches if _is_expired(each, reading.today)]
    values = (
        *_item_values(item),
        len({each.batch_id for each in batches}),
        Quantity(units, pieces),
        min((each.expiry for each in batches if each.expiry is not None), default=None),
        newest.mrp if newest is not None else newest_mrp(reading.session, item.id, reading.today),
        Money.total(each.cost for each in batches),
        Money.total(_at_mrp(each, pieces) for each in batches),
        Quantity(sum(each.units for each in expired), pieces) if expired else None,
        Money.total(each.cost for each in expired) if expired else None,
        None if least is None else Quantity(least, pieces),
        "Below minimum" if least is not None and units < least else None,
    )
    return ReportRow(values, ToReport("stock", {"item": item.code}), (item.name_key, item.id))


# --- what expires ------------------------------------------------------------------------------------------------


def _expiring(reading: Reading) -> Iterator[ReportRow]:
    session, today = reading.session, reading.today
    found = standing_until(session, _months_later(today, reading.asked.numbers["months"]), today)
    items = items_of(session, (each.item_id for each in found))
    came_in = came_in_by(session, (lot.lot_id for each in found for lot in each.lots))

    def order(each: Standing) -> tuple[date, str, UUID, str, UUID, UUID]:
        item = items[each.item_id]
        assert each.expiry is not None
        return (each.expiry.last_day, item.name_key, item.id, each.number, each.batch_id, each.location_id)

    for done, each in enumerate(sorted(found, key=order)):
        reading.tick(done, len(found))
        item, expiry = items[each.item_id], each.expiry
        assert expiry is not None
        kinds = dict.fromkeys(came_in_words(came_in[lot.lot_id]) for lot in each.lots)
        values = (
            *_item_values(item),
            each.number,
            expiry,
            f"{expiry.last_day:%m/%Y}",
            _until(expiry.last_day, today),
            each.mrp,
            Quantity(each.units, item.pieces_per_pack),
            each.cost,
            _at_mrp(each, item.pieces_per_pack),
            ", ".join(kinds),
            each.lots[0].received_on,
            each.location,
        )
        yield ReportRow(values, _trace(item, each))


def _until(last_day: date, today: date) -> str:
    left = (last_day - today).days
    if left < 0:
        return "Expired"
    return "Expires today" if left == 0 else "Expires in 1 day" if left == 1 else f"Expires in {left} days"


def _months_later(day: date, months: int) -> date:
    """Return the same day so many months later, the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


BY_BATCH = Report(
    id="stock",
    title="Stock by batch",
    about="Every batch that stands, by the names of the items, what it cost, what it comes to at MRP, and whether it "
    "is expired or expires within 90 days.",
    section=Section.STOCK,
    columns=(
        *_ITEM,
        ReportColumn("batch", "Batch", letters=10),
        ReportColumn("expiry", "Expiry", Kind.EXPIRY, 9),
        ReportColumn("mark", "Mark", letters=14, groups=True),
        ReportColumn("mrp", "MRP", Kind.MONEY, 9),
        ReportColumn("stock", "Stock", Kind.QUANTITY, 9),
        *_VALUES,
        ReportColumn("held", "Held because", letters=14, under="batch"),
        ReportColumn("location", "Location", letters=10, extra=True, groups=True),
    ),
    rows=_by_batch,
    parameters=(
        Parameter("item", "Item", Ask.ITEM, hint="code or barcode"),
        Parameter("rack", "Rack", Ask.TEXT, hint="as on the item"),
    ),
    needs=STOCK_NEEDS,
    is_paged=True,
    sources=_STOCK,
)
BY_ITEM = Report(
    id="stock-by-item",
    title="Stock summary",
    about="What stands of each item, its nearest expiry and its worth, how much of it is expired, and what is below "
    "its minimum.",
    section=Section.STOCK,
    columns=(
        *_ITEM,
        ReportColumn("batches", "Batches", Kind.COUNT, 7, adds_up=True),
        ReportColumn("stock", "Stock", Kind.QUANTITY, 9),
        ReportColumn("expiry", "Nearest expiry", Kind.EXPIRY, 9),
        ReportColumn("mrp", "Last MRP", Kind.MONEY, 9),
        *_VALUES,
        ReportColumn("expired", "Expired", Kind.QUANTITY, 9),
        ReportColumn("expired_cost", "Expired cost", Kind.MONEY, 12, adds_up=True, need=Permission.SEE_COST),
        ReportColumn("minimum", "Minimum", Kind.QUANTITY, 9),
        ReportColumn("mark", "Mark", letters=13, groups=True),
    ),
    rows=_by_item,
    parameters=(
        Parameter("item", "Item", Ask.ITEM, hint="code or barcode"),
        Parameter("rack", "Rack", Ask.TEXT, hint="as on the item"),
        Parameter("show", "Items", Ask.CHOICE, choices=((_BELOW, "below their minimum, sold out ones too"),)),
    ),
    needs=STOCK_NEEDS,
    is_paged=True,
    sources=_STOCK,
)
EXPIRING = Report(
    id="expiry",
    title="Expiring stock",
    about="Batches that are expired or expire within some months, the nearest expiry first.",
    section=Section.STOCK,
    columns=(
        *_ITEM,
        ReportColumn("batch", "Batch", letters=10),
        ReportColumn("expiry", "Expiry", Kind.EXPIRY, 9),
        ReportColumn("month", "Month", letters=8, extra=True, groups=True),
        ReportColumn("state", "State", letters=18),
        ReportColumn("mrp", "MRP", Kind.MONEY, 9, extra=True),
        ReportColumn("stock", "Stock", Kind.QUANTITY, 9),
        *_VALUES,
        ReportColumn("source", "Came in by", letters=14, groups=True),
        ReportColumn("received", "Received", Kind.DATE, 10, under="source"),
        ReportColumn("location", "Location", letters=10, extra=True, groups=True),
    ),
    rows=_expiring,
    parameters=(Parameter("months", "Months", Ask.NUMBER, default="3", required=True, hint="0 is what is expired"),),
    needs=STOCK_NEEDS,
    sources=_STOCK,
)
STOCK = (BY_BATCH, BY_ITEM, EXPIRING)
