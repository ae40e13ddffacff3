"""Ranks the items that a typed text may mean, without ever ranking the whole catalogue.

Each stage looks at a bounded number of candidates and is asked only while the ones before it have not filled the
list; a text that fits very many items is too short to mean one of them.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Select, Subquery, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.catalog.naming import HELD, name_key
from core.catalog.queries import find_item
from core.inventory.model import Batch, Location, Lot, StockBalance
from core.storage import search_index
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

_MOST_CANDIDATES = 200
_END = chr(0x10FFFF)


def ranked(session: Session, typed: str, today: date, limit: int) -> list[UUID]:
    """Return at most ``limit`` ids of active items, best first; none for an empty text.

    The item with exactly that code or barcode; then names that begin with the text; then items that have a word
    beginning with each typed one (name, salt, maker, code) in any order. In both, what can be sold today comes
    first, then it goes by name.
    """
    if not typed.strip():
        return []
    found: dict[UUID, None] = {}
    for stage in (_exact, _sellable_names, _names, _held_words, _words):
        found.update(dict.fromkeys(stage(session, typed, today, limit)))
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _exact(session: Session, typed: str, _today: date, _limit: int) -> list[UUID]:
    item_id = find_item(session, typed)
    return [] if item_id is None else [item_id]


_ITEM = table_of(Item)
_BALANCE = table_of(StockBalance).alias("standing")
_SELLABLE = exists(
    select(1)
    .select_from(_BALANCE)
    .join(Lot, Lot.id == _BALANCE.c.lot_id)
    .join(Batch, Batch.id == Lot.batch_id)
    .where(
        _BALANCE.c.item_id == _ITEM.c.id,
        _BALANCE.c.units > 0,
        _BALANCE.c.location_id == select(Location.id).where(Location.is_default).scalar_subquery(),
        or_(Batch.expiry.is_(None), Batch.expiry >= bindparam("today")),
    )
)
#: Names from the index alone, in its order.
_BEGINNING = (
    select(_ITEM.c.id, _ITEM.c.name_key)
    .where(_ITEM.c.name_key >= bindparam("first"), _ITEM.c.name_key < bindparam("end"))
    .order_by(_ITEM.c.name_key)
    .limit(bindparam("candidates"))
)


def _active(few: Subquery) -> Select[UUID]:
    statement = select(Item.id).join(few, few.c.id == Item.id).where(Item.is_active)
    return statement.order_by(few.c.name_key, Item.id)


_SELLABLE_NAMES = Prepared(_active(_BEGINNING.where(_SELLABLE).subquery()))
_NAMES = Prepared(_active(_BEGINNING.subquery()))
_BY_WORTH = Prepared(
    select(Item.id)
    .where(Item.id.in_(bindparam("ids", expanding=True)), Item.is_active)
    .order_by(_SELLABLE.desc(), Item.name_key, Item.id)
    .limit(bindparam("most"))
)


def _sellable_names(session: Session, typed: str, today: date, limit: int) -> list[UUID]:
    return [row.id for row in _SELLABLE_NAMES.rows(session, _beginning(typed, limit) | {"today": today})]


def _names(session: Session, typed: str, _today: date, limit: int) -> list[UUID]:
    return [row.id for row in _NAMES.rows(session, _beginning(typed, limit))]


def _beginning(typed: str, limit: int) -> dict[str, object]:
    key = name_key(typed)
    # twice as many as asked for, since inactive ones fall out
    return {"first": key, "end": key + _END, "candidates": 2 * limit}


def _held_words(session: Session, typed: str, today: date, limit: int) -> list[UUID]:
    if not search_index.tokens(typed):  # nothing to search is not everything that is held
        return []
    return _words(session, f"{typed} {HELD}", today, limit)


def _words(session: Session, typed: str, today: date, limit: int) -> list[UUID]:
    candidates = search_index.find(session, typed, _MOST_CANDIDATES)
    if not candidates:
        return []
    # twice as many as asked for, since some stand in the list already
    rows = _BY_WORTH.rows(session, {"ids": candidates, "today": today, "most": 2 * limit})
    return [row.id for row in rows]
