"""What stands in the shop, batch by batch and place by place: read some items at once in the order of their names.

A page reads only the items that it shows. What is sold out, most lots after some years, is left aside by the index of
what stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, literal_column, select, tuple_
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.inventory.holds import HELD_BECAUSE
from core.inventory.model import Batch, BatchMrp, Location, Lot, StockBalance, StockMovement
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.money import Money
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

#: Items that are read at first, enough for a page, and at most by one statement.
_FIRST, _MOST = 128, 512

#: Where in the order of names an item stands.
ItemPlace = tuple[str, UUID]

_ITEM = table_of(Item)
_PLACE = (_ITEM.c.name_key, _ITEM.c.id)
# a literal: SQLite takes the index of what stands only where it reads the very condition of it
_STANDS = StockBalance.units > literal_column("0")
_STANDING_UNITS = (
    select(func.coalesce(func.sum(StockBalance.units), 0))
    .where(StockBalance.item_id == _ITEM.c.id, _STANDS)
    .correlate(_ITEM)
    .scalar_subquery()
)
#: Of which items something stands, for ``items_by_name``.
HAS_STOCK: ColumnElement[bool] = exists(select(1).where(StockBalance.item_id == _ITEM.c.id, _STANDS).correlate(_ITEM))
#: Of which items less stands than their minimum, sold out ones among them.
BELOW_MINIMUM: ColumnElement[bool] = _ITEM.c.is_active & (_ITEM.c.min_stock_units > _STANDING_UNITS)


class StandingLot(NamedTuple):
    """A lot of which something stands."""

    lot_id: UUID
    received_on: date


class Standing(NamedTuple):
    """Units of a batch that stand at a place, and what they cost together.

    ``mrp`` is of a pack on the day that was asked for, ``held`` why no sale may take it. ``lots`` are those that stand,
    the newest first.
    """

    item_id: UUID
    batch_id: UUID
    number: str
    expiry: Expiry | None
    mrp: Money
    units: int
    cost: Money
    held: str | None
    location_id: UUID
    location: str
    lots: tuple[StandingLot, ...]

    @property
    def place(self) -> tuple[date, str, UUID, UUID]:
        """Where it stands among the batches of its item: first expiry first, goods without expiry last."""
        return (self.expiry.last_day if self.expiry else date.max, self.number, self.batch_id, self.location_id)


def items_by_name(session: Session, *where: ColumnElement[bool], begin: ItemPlace | None = None) -> Iterator[list[Any]]:
    """Yield the items (as ``items_of`` returns them) that fulfil conditions by name, some at once, from a place on."""
    # names from the index alone: with all of an item, SQLite would fetch every one before it asks for its stock
    wanted = select(*_PLACE).where(*where).order_by(*_PLACE)
    count, rest = _FIRST, wanted if begin is None else wanted.where(tuple_(*_PLACE) >= begin)
    while True:
        places = session.execute(rest.limit(count)).all()
        if places:
            items = items_of(session, (place.id for place in places))
            yield [items[place.id] for place in places]
        if len(places) < count:
            return
        rest = wanted.where(tuple_(*_PLACE) > tuple(places[-1]))
        count = min(_MOST, 2 * count)


def items_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Return what reports say of items by id: their names, pack and rack, and the least stock they should have."""
    return {row.id: row for part in in_parts(ids) for row in _ITEMS.rows(session, {"ids": part})}


def count_of_items(session: Session) -> int:
    """Return of how many items something stands."""
    # by way of the items: of the balances alone SQLite would read every one that there ever was
    standing = (
        select(StockBalance.item_id)
        .join(Item, Item.id == StockBalance.item_id)
        .where(_STANDS)
        .group_by(StockBalance.item_id, Item.name_key)
    )
    return session.scalar(select(func.count()).select_from(standing.subquery())) or 0


def standing_of(session: Session, item_ids: Iterable[UUID], day: date) -> dict[UUID, list[Standing]]:
    """Return what stands of items by item, first expiry first, at the MRP of a day; sold out ones are left out."""
    rows = [row for part in in_parts(item_ids) for row in _OF_ITEMS.rows(session, {"ids": part})]
    found: dict[UUID, list[Standing]] = {}
    for each in sorted(_put_together(session, rows, day), key=lambda each: each.place):
        found.setdefault(each.item_id, []).append(each)
    return found


def standing_until(session: Session, last: date, day: date) -> list[Standing]:
    """Return what stands and expires by a last day, or is expired, in no order of its own, at the MRP of a day."""
    return _put_together(session, _UNTIL.rows(session, {"last": last}), day)


def came_in_by(session: Session, lot_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the kind of document by which each lot came in, as its movement names it."""
    rows = (row for part in in_parts(lot_ids) for row in _CAME_IN.rows(session, {"ids": part}))
    return dict(rows)


_IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
_ITEMS = Prepared(
    select(
        Item.id,
        Item.name_key,
        Item.name,
        Item.code,
        Item.manufacturer,
        Item.salts,
        Item.pack_label,
        Item.pieces_per_pack,
        Item.rack,
        Item.min_stock_units,
    ).where(Item.id.in_(_IDS))
)
_LOTS = (
    select(
        Batch.item_id,
        Batch.id.label("batch_id"),
        Batch.number,
        Batch.expiry,
        Batch.expiry_precision,
        Batch.mrp_paise,
        StockBalance.location_id,
        StockBalance.lot_id,
        Lot.received_on,
        StockBalance.units,
        StockBalance.cost_paise,
        HELD_BECAUSE.label("held"),
    )
    .select_from(StockBalance)
    .join(Lot, Lot.id == StockBalance.lot_id)
    .join(Batch, Batch.id == Lot.batch_id)
    .where(_STANDS)
)
_OF_ITEMS = Prepared(_LOTS.where(StockBalance.item_id.in_(_IDS)))
_UNTIL = Prepared(_LOTS.where(Batch.expiry <= bindparam("last")).order_by(Batch.expiry))
_MRPS = Prepared(
    select(BatchMrp.batch_id, BatchMrp.mrp_paise)
    .where(BatchMrp.batch_id.in_(_IDS), BatchMrp.from_date <= bindparam("day"))
    .order_by(BatchMrp.batch_id, BatchMrp.from_date)
)
_LOCATIONS = Prepared(select(Location.id, Location.name))
_CAME_IN = Prepared(
    select(StockMovement.lot_id, StockMovement.document_kind)
    .join(Lot, (Lot.id == StockMovement.lot_id) & (Lot.document_id == StockMovement.document_id))
    .where(StockMovement.lot_id.in_(_IDS))
)


def _put_together(session: Session, rows: Sequence[Any], day: date) -> list[Standing]:
    """Return lots of a batch at one place as one."""
    lots: dict[tuple[UUID, UUID], list[Any]] = {}
    for row in rows:
        lots.setdefault((row.batch_id, row.location_id), []).append(row)
    mrps = _mrps(session, {batch_id for batch_id, _ in lots}, day)
    places = dict(_LOCATIONS.rows(session))
    return [_standing(of, mrps, places) for of in lots.values()]


def _mrps(session: Session, batch_ids: Iterable[UUID], day: date) -> dict[UUID, int]:
    """Return the MRP that batches were given since they were printed, in force on a day, of those that were."""
    rows = (row for part in in_parts(batch_ids) for row in _MRPS.rows(session, {"ids": part, "day": day}))
    return dict(rows)  # a later row takes the place of an earlier one


def _standing(rows: Sequence[Any], mrps: Mapping[UUID, int], places: Mapping[UUID, str]) -> Standing:
    first = rows[0]
    lots = sorted(((row.received_on, row.lot_id) for row in rows), reverse=True)
    return Standing(
        item_id=first.item_id,
        batch_id=first.batch_id,
        number=first.number,
        expiry=Expiry(first.expiry, ExpiryPrecision(first.expiry_precision)) if first.expiry_precision else None,
        mrp=Money(mrps.get(first.batch_id, first.mrp_paise)),
        units=sum(row.units for row in rows),
        cost=Money(sum(row.cost_paise for row in rows)),
        held=first.held,
        location_id=first.location_id,
        location=places[first.location_id],
        lots=tuple(StandingLot(lot_id, received_on) for received_on, lot_id in lots),
    )
