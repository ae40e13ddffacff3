"""Counts what a shop sells most, so that searches show it first."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from core.inventory.model import Batch, ItemPopularity, Lot, StockMovement
from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.ids import first_id_at
from core.storage.database import Database
from core.storage.prepared import Prepared

_DAYS = 90
_BILL = "bill"
#: Who writes what is nobody's doing and no part of the books.
_PROGRAM = Actor(user_id=None, username="nuskha", role=Role.OWNER)
_FIRST: BindParameter[UUID] = bindparam("first")
# documents have ids in order of time, so that the key of the table finds the newest
_SOLD = Prepared(
    select(StockMovement.document_id, StockMovement.lot_id).where(
        StockMovement.document_id >= _FIRST, StockMovement.document_kind == _BILL
    )
)
_ITEM_OF_LOT = Prepared(select(Lot.id, Batch.item_id).join(Batch, Batch.id == Lot.batch_id))
_COUNTED_ON = Prepared(select(func.max(ItemPopularity.counted_on)))


def count_popularity_if_due(database: Database) -> bool:
    """Count, once a day, on how many bills of the last 90 days each item stood; say whether it was due.

    A reading of half a second in a large shop, and then a short write. Bills that another program entered under ids of
    its own kind may count for longer, which harms nothing.
    """
    now = database.clock.now()
    today = business_date(now)
    with database.read() as session:
        if _COUNTED_ON.scalar(session) == today:
            return False
        bills = _bills_by_item(session, first_id_at(now - timedelta(days=_DAYS)))
    rows = [{"item_id": item_id, "bills": count, "counted_on": today} for item_id, count in bills.items()]
    with database.write(_PROGRAM) as uow:
        uow.replace_local(ItemPopularity, rows)
    return True


def _bills_by_item(session: Session, first: UUID) -> dict[UUID, int]:
    items = dict(_ITEM_OF_LOT.raw_stream(session))
    pairs = {(document, items[lot]) for document, lot in _SOLD.raw_stream(session, {"first": first})}
    counted = Counter(item for _, item in pairs)
    return {UUID(bytes=item) if isinstance(item, bytes) else item: bills for item, bills in counted.items()}
