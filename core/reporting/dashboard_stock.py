"""The dashboard's statements of what stands and does not move, along the index of what stands.

They answer in paise and smallest units, and know nothing of rights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, func, literal_column, select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.inventory.model import Batch, BatchMrp, Lot, StockBalance
from core.kernel.money import Money
from core.sales.model import BillCancellation, BillItem
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

_DAY: ColumnElement[date] = bindparam("day")
_SINCE: ColumnElement[date] = bindparam("since")
_IDS: Any = bindparam("ids", expanding=True)


class StandingBatch(NamedTuple):
    """What stands of a batch at a place. The keys are the driver's own; ``band`` is None for what expires later.

    ``received_on`` is when the oldest of it came in.
    """

    item_key: Any
    batch_key: Any
    band: int | None
    received_on: date
    units: int
    cost: int
    mrp: int


class StandingItem(NamedTuple):
    """What stands of an item."""

    item_id: UUID
    units: int
    cost: int
    mrp: int


# most lots are sold out after some years; SQLite takes the index of those that stand only where it is told to and
# reads the very condition of it, a literal
_BY_WHAT_STANDS = "INDEXED BY ix_stock_balance_standing"
_STANDS = StockBalance.units > literal_column("0")
_STANDING = Prepared(
    select(
        StockBalance.item_id,
        Batch.id,
        Batch.expiry,
        Batch.mrp_paise,
        Item.pieces_per_pack,
        func.min(Lot.received_on),
        func.sum(StockBalance.units),
        func.sum(StockBalance.cost_paise),
    )
    .select_from(StockBalance)
    .join(Lot, Lot.id == StockBalance.lot_id)
    .join(Batch, Batch.id == Lot.batch_id)
    .join(Item, Item.id == StockBalance.item_id)
    .where(_STANDS)
    .group_by(
        StockBalance.item_id,
        Batch.id,
        StockBalance.location_id,
        Batch.expiry,
        Batch.mrp_paise,
        Item.pieces_per_pack,
    )
    .with_hint(table_of(StockBalance), _BY_WHAT_STANDS, "sqlite")
)
_MRPS = Prepared(
    select(BatchMrp.batch_id, BatchMrp.mrp_paise)
    .where(BatchMrp.from_date <= _DAY)
    .order_by(BatchMrp.batch_id, BatchMrp.from_date)
)


def standing_batches(session: Session, today: date, ends: Sequence[date]) -> list[StandingBatch]:
    """Return what stands by batch and place, at the MRP of today; ``ends`` are the last days of the bands."""
    # the driver's own values: a large shop has some ten thousand of these, and their ids are only compared
    mrps = dict(_MRPS.raw_rows(session, {"day": today}))
    found = []
    for item, batch, expiry, mrp, pieces, received, units, cost in _STANDING.raw_rows(session):
        last_day = _day_of(expiry)
        band = None
        if last_day is not None:
            band = next((number for number, end in enumerate(ends) if last_day <= end), None)
        whole = Money(mrps.get(batch, mrp)).pro_rata_down(int(units), pieces)
        oldest = _day_of(received)
        assert oldest is not None
        found.append(StandingBatch(item, batch, band, oldest, int(units), int(cost), whole.paise))
    return found


def _day_of(value: Any) -> date | None:
    """Return the day that a driver gives, which SQLite has as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def items_since_before(standing: Sequence[StandingBatch], since: date) -> list[StandingItem]:
    """Return the items of which something has stood since before a day, with all that stands of each."""
    batches: defaultdict[Any, list[StandingBatch]] = defaultdict(list)
    for batch in standing:
        batches[batch.item_key].append(batch)
    return [
        StandingItem(
            UUID(bytes=key) if isinstance(key, bytes) else key,
            sum(batch.units for batch in of),
            sum(batch.cost for batch in of),
            sum(batch.mrp for batch in of),
        )
        for key, of in batches.items()
        if min(batch.received_on for batch in of) < since
    ]


_IS_CANCELLED = (
    select(BillCancellation.id).where(BillCancellation.bill_id == BillItem.bill_id).correlate(BillItem).exists()
)
_SOLD_SINCE = Prepared(
    select(Item.id).where(
        Item.id.in_(_IDS),
        exists(select(1).where(BillItem.item_id == Item.id, BillItem.on_date >= _SINCE, ~_IS_CANCELLED)),
    )
)
_LAST_SOLD = Prepared(
    select(
        Item.id,
        select(BillItem.on_date)
        .where(BillItem.item_id == Item.id, ~_IS_CANCELLED)
        .order_by(BillItem.on_date.desc())
        .limit(1)
        .scalar_subquery()
        .label("last_sold"),
    ).where(Item.id.in_(_IDS))
)


def first_unsold(session: Session, items: Sequence[StandingItem], since: date, most: int) -> list[StandingItem]:
    """Return the first of some items, in their order, that stand on no bill from a day on but cancelled ones."""
    by_id = {item.item_id: item for item in items}
    found: list[StandingItem] = []
    for part in in_parts(by_id):
        sold = {item_id for (item_id,) in _SOLD_SINCE.rows(session, {"ids": part, "since": since})}
        found += [by_id[item_id] for item_id in part if item_id not in sold]
        if len(found) >= most:
            break
    return found[:most]


def last_sold(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, date | None]:
    """Return when items were last sold, None for never."""
    return {row[0]: row[1] for row in _LAST_SOLD.rows(session, {"ids": ids})} if ids else {}
