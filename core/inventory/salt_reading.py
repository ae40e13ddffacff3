"""Reads the salts of items whose text nobody has taken apart yet: those of a shop from before salts were kept."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.model import Item, ItemSalt
from core.catalog.salts import SaltReading, read_salts
from core.catalog.service import add_salts
from core.inventory.model import StockBalance
from core.kernel.ids import new_id
from core.storage.unit_of_work import UnitOfWork


def read_item_salts(uow: UnitOfWork) -> int:
    """Keep the salts of every item whose text says them for certain and that has none yet; return how many had.

    What cannot be taken apart stays text and is asked when the item is edited. Nothing to do writes nothing.
    Raises RuleBroken ``auth.not_allowed``.
    """
    require(uow, Permission.EDIT_ITEMS)
    waiting = _unread(uow.session)
    if waiting:
        held = set(uow.session.scalars(select(StockBalance.item_id).distinct()))
        add_salts(uow, waiting, held)
        write_event(uow, "items.salts_read", new_id())
    return len(waiting)


def _unread(session: Session) -> list[tuple[Item, tuple[SaltReading, ...]]]:
    found = session.scalars(
        select(Item)
        .where(Item.salts.is_not(None), ~exists(select(1).where(ItemSalt.item_id == Item.id)))
        .order_by(Item.id)
    )
    read = ((item, read_salts(item.salts or "")) for item in found)
    return [(item, salts) for item, salts in read if salts]
