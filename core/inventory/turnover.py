"""What stands ready to be sold of items and how much of them is sold: what ordering goes by.

Sales are read from the movements: what a bill took out of stock, less what came back with its cancellation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.inventory.holds import IS_HELD
from core.inventory.model import Batch, Lot, StockBalance, StockMovement
from core.kernel.clock import INDIA
from core.kernel.ids import first_id_at
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

#: For so long a bill may be typed or held before it is saved: its id is of the day on which it was begun.
_HELD_AT_MOST: Final = timedelta(days=31)
#: No bill is older, and ids have no earlier time.
_EARLIEST: Final = date(2000, 1, 1)
_MOVEMENT = table_of(StockMovement)
_IDS: Any = bindparam("ids", expanding=True)
_DAY: ColumnElement[date] = bindparam("day")
_SINCE: ColumnElement[date] = bindparam("since")
_FROM: ColumnElement[date] = bindparam("from_day")
_FIRST: ColumnElement[UUID] = bindparam("first")
_BILLED = and_(_MOVEMENT.c.document_kind == "bill", _MOVEMENT.c.units < 0)
# by its sign: with a bill of packs in hand their arrival is taken back too, and that is no return
_TAKEN_BACK = and_(_MOVEMENT.c.document_kind == "bill_cancellation", _MOVEMENT.c.units > 0)


class Turnover(NamedTuple):
    """What was sold of an item in smallest units: from a day on (``sold``) and in a longer time (``in_all``).

    ``first_on`` is the day on which it first came in.
    """

    sold: int
    in_all: int
    first_on: date


# the literal is the very condition of the index of what stands: most lots are sold out after some years
_READY = Prepared(
    select(StockBalance.item_id, func.sum(StockBalance.units))
    .select_from(StockBalance)
    .join(Lot, Lot.id == StockBalance.lot_id)
    .join(Batch, Batch.id == Lot.batch_id)
    .where(
        StockBalance.item_id.in_(_IDS),
        StockBalance.units > literal_column("0"),
        or_(Batch.expiry.is_(None), Batch.expiry >= _DAY),
        ~IS_HELD,
    )
    .group_by(StockBalance.item_id)
)


def ready_units(session: Session, item_ids: Iterable[UUID], today: date) -> dict[UUID, int]:
    """Return how many smallest units of items may be sold, wherever they stand; items without any are left out.

    What is expired or held fills no order of a customer and is not counted.
    """
    rows = (row for part in in_parts(item_ids) for row in _READY.rows(session, {"ids": part, "day": today}))
    return {item_id: int(units) for item_id, units in rows}


# documents have ids in order of time, so that the key of the movements finds the newest; what is not summed up here is
# not grouped either: SQLite would rather go through every lot
_BILLED_SINCE = Prepared(
    select(Batch.item_id, -_MOVEMENT.c.units)
    .select_from(_MOVEMENT)
    .join(Lot, Lot.id == _MOVEMENT.c.lot_id)
    .join(Batch, Batch.id == Lot.batch_id)
    .where(_MOVEMENT.c.document_id >= _FIRST, _BILLED, _MOVEMENT.c.on_date >= _SINCE)
)


def billed_units(session: Session, since: date) -> dict[UUID, int]:
    """Return how many smallest units of each item were billed from a day on, bills that were cancelled since inside.

    It is what tells at little cost which items were sold at all, and what at most. A bill that another program entered
    under an id of its own kind may be missing.
    """
    found: defaultdict[Any, int] = defaultdict(int)
    # the driver's own values: there may be a hundred thousand, of some thousand items
    for item, units in _BILLED_SINCE.raw_stream(session, {"first": _first_of(since), "since": since}):
        found[item] += units
    return {UUID(bytes=item) if isinstance(item, bytes) else item: units for item, units in found.items()}


def _first_of(since: date) -> UUID:
    """Return an id that those of the bills of a day and of later ones are not before."""
    return first_id_at(datetime.combine(max(since, _EARLIEST), time(), INDIA) - _HELD_AT_MOST)


_LATELY = _MOVEMENT.alias("lately")
_SOLD = Prepared(
    select(
        Batch.item_id,
        func.sum(case((_MOVEMENT.c.on_date >= _SINCE, -_MOVEMENT.c.units), else_=0)),
        func.sum(case((_MOVEMENT.c.on_date >= _FROM, -_MOVEMENT.c.units), else_=0)),
    )
    .select_from(Batch)
    .join(Lot, Lot.batch_id == Batch.id)
    .join(_MOVEMENT, _MOVEMENT.c.lot_id == Lot.id)
    .where(
        Batch.item_id.in_(_IDS),
        # the index of lots has the document beside it: it tells which lots are sold out for years
        exists(select(1).where(_LATELY.c.lot_id == Lot.id, _LATELY.c.document_id >= _FIRST)),
        or_(_BILLED, _TAKEN_BACK),
        _MOVEMENT.c.on_date >= bindparam("begin"),
    )
    .group_by(Batch.item_id)
    .with_hint(_MOVEMENT, "INDEXED BY ix_stock_movement_lot_id", "sqlite")
)
_FIRST_IN = Prepared(
    select(Batch.item_id, func.min(Lot.received_on))
    .join(Lot, Lot.batch_id == Batch.id)
    .where(Batch.item_id.in_(_IDS))
    .group_by(Batch.item_id)
)


def turnover(session: Session, item_ids: Iterable[UUID], since: date | None, from_day: date) -> dict[UUID, Turnover]:
    """Return what was sold of items from a day ``since`` on (None: nothing), and in all from another day on.

    Neither is below nothing. It reads the movements of every lot that was sold lately, so it is for some hundred items.
    Those that never came in are left out.
    """
    begin = min(since or from_day, from_day)
    days = {"since": since or date.max, "from_day": from_day, "begin": begin, "first": _first_of(begin)}
    found: dict[UUID, Turnover] = {}
    for part in in_parts(item_ids):
        sold = {row[0]: (int(row[1]), int(row[2])) for row in _SOLD.rows(session, {"ids": part, **days})}
        for item_id, first_on in _FIRST_IN.rows(session, {"ids": part}):
            of_days, in_all = sold.get(item_id, (0, 0))
            found[item_id] = Turnover(max(0, of_days), max(0, in_all), first_on)
    return found
