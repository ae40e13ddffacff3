"""Reads of items and stock for the counter. Statements are built once: building them anew costs more than SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.catalog.domain import is_looked_up
from core.catalog.model import Item
from core.catalog.queries import find_item, find_items, schedules_on, taxes_on
from core.inventory.domain import Available, first_expiry_first
from core.inventory.dto import BatchStock, ItemHit, SaleItem
from core.inventory.holds import HELD_BECAUSE, IS_HELD
from core.inventory.model import Batch, BatchMrp, Location, Lot, StockBalance
from core.inventory.searching import ranked
from core.kernel.dates import ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent, Rate
from core.storage.prepared import Prepared


class LotStock(NamedTuple):
    """Units of a lot at a location and what they cost together."""

    lot_id: UUID
    batch_id: UUID
    received_on: date
    units: int
    cost_paise: int


def default_location(session: Session) -> UUID:
    """Return where stock stands and is sold from unless a command says otherwise."""
    ((location_id,),) = _DEFAULT_LOCATION.rows(session)
    found: UUID = location_id
    return found


_DEFAULT_LOCATION = Prepared(select(Location.id).where(Location.is_default))
_LOTS = Prepared(
    select(Lot.id, Lot.batch_id, Lot.received_on, StockBalance.units, StockBalance.cost_paise)
    .join(StockBalance, StockBalance.lot_id == Lot.id)
    .where(
        StockBalance.item_id.in_(bindparam("item_ids", expanding=True)),
        StockBalance.location_id == bindparam("location_id"),
        StockBalance.units > 0,
        Lot.batch_id.in_(bindparam("batch_ids", expanding=True)),
    )
    .order_by(Lot.received_on, Lot.id)
)


def lots_of_batches(
    session: Session, item_ids: Sequence[UUID], batch_ids: Sequence[UUID], location_id: UUID
) -> dict[UUID, list[LotStock]]:
    """Return, by batch, the lots that have units at a location, the oldest first. The batches are of these items."""
    place = {"item_ids": item_ids, "batch_ids": batch_ids, "location_id": location_id}
    found: dict[UUID, list[LotStock]] = {batch_id: [] for batch_id in batch_ids}
    for row in _LOTS.rows(session, place):
        found[row.batch_id].append(LotStock(*row))
    return found


def sale_item(session: Session, code_or_barcode: str, today: date) -> SaleItem | None:
    """Return what a bill line needs of the item with a code (in any case) or barcode, None if there is none.

    Raises RuleBroken ``items.no_tax`` where nobody has said what GST the item bears on that day.
    """
    item_id = find_item(session, code_or_barcode)
    return None if item_id is None else next(iter(sale_items(session, [item_id], today)), None)


def items_for_lines(session: Session, texts: Sequence[str], today: date) -> dict[str, SaleItem]:
    """Return what the lines of a bill need, by code or barcode as typed: what ``sale_item`` returns for each.

    Texts that name no item are left out. Raises RuleBroken ``items.no_tax``.
    """
    ids = find_items(session, texts)
    items = {item.item_id: item for item in sale_items(session, list(ids.values()), today)}
    return {text: items[item_id] for text, item_id in ids.items() if item_id in items}


def sale_items(session: Session, item_ids: Sequence[UUID], today: date) -> list[SaleItem]:
    """Return what bill lines need of items, in the order asked; ids of no active item are left out.

    Batches come first expiry first, expired and held ones too, at the MRP of that day, with the units at the default
    location, from which bills are issued; those without units are left out.

    Raises RuleBroken ``items.no_tax``.
    """
    items = _items(session, item_ids)
    batches = _batches(session, item_ids, today)
    taxes = taxes_on(session, item_ids, today)
    schedules = schedules_on(session, item_ids, today)
    found: list[SaleItem] = []
    for item_id in dict.fromkeys(item_ids):
        item = items.get(item_id)
        if item is None:
            continue
        tax = taxes.get(item_id)
        if tax is None:
            raise RuleBroken("items.no_tax", item=item.name, date=today)
        found.append(
            SaleItem(
                item_id=item_id,
                code=item.code,
                name=item.name,
                manufacturer=item.manufacturer,
                hsn=item.hsn,
                pack_label=item.pack_label,
                pieces_per_pack=item.pieces_per_pack,
                rack=item.rack,
                treatment=tax.treatment,
                gst=tax.gst,
                schedules=schedules.get(item_id, ()) if _is_looked_up(item, today) else None,
                batches=tuple(batches.get(item_id, ())),
                discount=None if item.discount_bp is None else Percent(item.discount_bp),
                no_discount=bool(item.no_discount),
                composition=item.composition_key,
            )
        )
    return found


def newest_mrp(session: Session, item_id: UUID, today: date) -> Money | None:
    """Return the MRP of the batch of an item that came in last, sold out or not; None where none ever came in."""
    paise = _NEWEST_MRP.scalar(session, {"item_id": item_id, "day": today})
    return None if paise is None else Money(paise)


def search_items(session: Session, typed: str, today: date, limit: int = 20) -> list[ItemHit]:
    """Return the items that a text may mean, best first (see ``searching.ranked``); none for an empty text."""
    return hits(session, ranked(session, typed, today, limit), today)


def hits(session: Session, ids: Sequence[UUID], today: date) -> list[ItemHit]:
    """Return items as a list shows them, in the order asked; ids of no active item are left out."""
    if not ids:
        return []
    items = _items(session, ids)
    ready = {row.item_id: row for row in _READY_ROWS.rows(session, {"ids": ids, "day": today})}
    schedules = schedules_on(session, ids, today)
    return [
        _hit(items[item_id], ready.get(item_id), schedules.get(item_id, ()), today)
        for item_id in ids
        if item_id in items
    ]


_IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
_ITEM_ROWS = Prepared(
    select(
        Item.id,
        Item.code,
        Item.name,
        Item.manufacturer,
        Item.hsn,
        Item.pack_label,
        Item.pieces_per_pack,
        Item.rack,
        Item.schedules_known,
        Item.schedules_known_from,
        Item.discount_bp,
        Item.no_discount,
        Item.composition_key,
    ).where(Item.id.in_(_IDS), Item.is_active)
)


def _items(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, Any]:
    return {row.id: row for row in _ITEM_ROWS.rows(session, {"ids": item_ids})}


def _is_looked_up(item: Any, day: date) -> bool:
    return is_looked_up(item.schedules_known, item.schedules_known_from, day)


_DAY: BindParameter[date] = bindparam("day")


def _mrp_on(batch_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    """Return SQL of the MRP that a batch was given since it was printed, in force on ``:day``; null for none."""
    return (
        select(BatchMrp.mrp_paise)
        .where(BatchMrp.batch_id == batch_id, BatchMrp.from_date <= _DAY)
        .order_by(BatchMrp.from_date.desc())
        .limit(1)
        .scalar_subquery()
    )


_BATCH_OF_ITEM = (Batch.item_id, Batch.id, Batch.number, Batch.expiry, Batch.expiry_precision, Batch.mrp_paise)
_BATCH_ROWS = Prepared(
    select(
        *_BATCH_OF_ITEM,
        func.sum(StockBalance.units),
        func.sum(StockBalance.cost_paise).label("worth"),
        _mrp_on(Batch.id).label("mrp_of_day"),
        HELD_BECAUSE.label("held"),
    )
    .join(Lot, Lot.batch_id == Batch.id)
    .join(StockBalance, StockBalance.lot_id == Lot.id)
    .where(
        StockBalance.item_id.in_(_IDS),
        StockBalance.location_id == select(Location.id).where(Location.is_default).scalar_subquery(),
        StockBalance.units > 0,
    )
    .group_by(*_BATCH_OF_ITEM)
    .order_by(Batch.number, Batch.id)
)
_STANDING_READY = (
    select(
        Batch.item_id,
        Batch.id,
        Batch.expiry,
        Batch.expiry_precision,
        Batch.mrp_paise,
        func.sum(StockBalance.units).over(partition_by=Batch.item_id).label("units"),
        func.row_number()
        .over(partition_by=Batch.item_id, order_by=(Batch.expiry.is_(None), Batch.expiry, Batch.number, Batch.id))
        .label("place"),
    )
    .join(Lot, Lot.batch_id == Batch.id)
    .join(StockBalance, StockBalance.lot_id == Lot.id)
    .where(
        StockBalance.item_id.in_(_IDS),
        StockBalance.location_id == select(Location.id).where(Location.is_default).scalar_subquery(),
        StockBalance.units > 0,
        or_(Batch.expiry.is_(None), Batch.expiry >= _DAY),
        ~IS_HELD,
    )
    .subquery()
)
# of each item one row: what may be sold of it, and the batch that is sold first (as ``first_expiry_first`` says)
_READY_ROWS = Prepared(
    select(
        _STANDING_READY.c.item_id,
        _STANDING_READY.c.units,
        _STANDING_READY.c.expiry,
        _STANDING_READY.c.expiry_precision,
        func.coalesce(_mrp_on(_STANDING_READY.c.id), _STANDING_READY.c.mrp_paise).label("mrp_paise"),
    ).where(_STANDING_READY.c.place == 1)
)


_NEWEST_MRP = Prepared(
    select(func.coalesce(_mrp_on(Batch.id), Batch.mrp_paise))
    .join(Lot, Lot.batch_id == Batch.id)
    .where(Batch.item_id == bindparam("item_id"))
    .order_by(Lot.received_on.desc(), Lot.id.desc())
    .limit(1)
)


def _batches(session: Session, item_ids: Sequence[UUID], today: date) -> dict[UUID, list[BatchStock]]:
    """Return each item's batches that have units at the default location, first expiry first."""
    found: dict[UUID, list[BatchStock]] = {}
    rows = _BATCH_ROWS.rows(session, {"ids": item_ids, "day": today})
    for item_id, batch_id, number, expiry, precision, printed, units, worth, of_day, held in rows:
        is_revised = of_day is not None and of_day != printed
        found.setdefault(item_id, []).append(
            BatchStock(
                batch_id=batch_id,
                number=number,
                expiry=expiry,
                expiry_precision=ExpiryPrecision(precision) if precision else None,
                mrp=Money(of_day if is_revised else printed),
                units=int(units),  # PostgreSQL adds whole numbers up to a decimal
                printed_mrp=Money(printed) if is_revised else None,
                held=held,
                cost=Rate.each(Money(int(worth)), int(units)) if worth > 0 else None,
            )
        )
    return {item_id: _ordered(batches) for item_id, batches in found.items()}


def _ordered(batches: list[BatchStock]) -> list[BatchStock]:
    by_id = {batch.batch_id: batch for batch in batches}
    available = [Available(batch.batch_id, batch.expires, batch.units) for batch in batches]
    return [by_id[stock.key] for stock in first_expiry_first(available)]


def _hit(item: Any, ready: Any, schedules: tuple[str, ...], today: date) -> ItemHit:
    return ItemHit(
        item_id=item.id,
        code=item.code,
        name=item.name,
        manufacturer=item.manufacturer,
        pack_label=item.pack_label,
        pieces_per_pack=item.pieces_per_pack,
        rack=item.rack,
        schedules=schedules if _is_looked_up(item, today) else None,
        stock_units=int(ready.units) if ready else 0,  # PostgreSQL adds whole numbers up to a decimal
        expiry=ready.expiry if ready else None,
        expiry_precision=ExpiryPrecision(ready.expiry_precision) if ready and ready.expiry_precision else None,
        mrp=Money(ready.mrp_paise) if ready else None,
    )
