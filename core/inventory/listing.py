"""Lists the catalogue for who keeps it: what is sold, and on demand what is sold no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.domain import is_looked_up
from core.catalog.model import Item
from core.catalog.queries import schedules_on
from core.inventory.dto import ItemHit
from core.inventory.queries import hits, search_items
from core.storage.search_index import name_key


def list_items(session: Session, typed: str, today: date, limit: int) -> Sequence[ItemHit]:
    """Return at most ``limit`` active items: what a text may mean, best first; for an empty text all, by name."""
    if typed.strip():
        return search_items(session, typed, today, limit)
    ids = session.scalars(select(Item.id).where(Item.is_active).order_by(Item.name_key, Item.id).limit(limit)).all()
    return hits(session, ids, today)


def list_inactive(session: Session, typed: str, today: date, limit: int) -> Sequence[ItemHit]:
    """Return at most ``limit`` items that are sold no more, by name; they have no stock.

    A text is looked for anywhere in the name, and at the beginning of the code.
    """
    found = select(Item).where(~Item.is_active).order_by(Item.name_key, Item.id).limit(limit)
    if typed.strip():
        is_named = Item.name_key.contains(name_key(typed), autoescape=True)
        found = found.where(is_named | Item.code.startswith(typed.strip().upper(), autoescape=True))
    items = session.scalars(found).all()
    schedules = schedules_on(session, [item.id for item in items], today)
    return [
        ItemHit(
            item_id=item.id,
            code=item.code,
            name=item.name,
            manufacturer=item.manufacturer,
            pack_label=item.pack_label,
            pieces_per_pack=item.pieces_per_pack,
            rack=item.rack,
            schedules=schedules.get(item.id, ())
            if is_looked_up(item.schedules_known, item.schedules_known_from, today)
            else None,
            stock_units=0,
            expiry=None,
            expiry_precision=None,
            mrp=None,
        )
        for item in items
    ]
