"""All that was ever done to an item: to itself, its tax, its batches, whichever command did it."""

from __future__ import annotations

from itertools import chain
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.dto import HistoryEntry
from core.audit.history import RowKey, history_of
from core.catalog.model import ItemTax
from core.inventory.model import Batch, BatchCorrection, BatchHold, BatchMrp


def item_history(session: Session, item_id: UUID, limit: int) -> list[HistoryEntry]:
    """Return the changed fields, newest first; of each thing that was changed at most ``limit`` commands."""
    own = RowKey.of("item", item_id)
    # a change of many rates at once is no event about this item, but it is in the item's rows
    days = session.scalars(select(ItemTax.from_date).where(ItemTax.item_id == item_id))
    rates = [RowKey.of("item_tax", item_id, day) for day in days]
    of_item = Batch.item_id == item_id
    priced = session.scalars(select(Batch.id).where(of_item, Batch.id.in_(select(BatchMrp.batch_id))))
    held = session.scalars(select(BatchHold.id).where(BatchHold.item_id == item_id))
    corrected = session.scalars(select(BatchCorrection.id).where(BatchCorrection.item_id == item_id))
    subjects: list[UUID | RowKey] = [own, item_id, *rates, *priced, *held, *corrected]
    found = chain.from_iterable(history_of(session, subject, limit=limit) for subject in subjects)
    return sorted(dict.fromkeys(found), key=lambda entry: entry.position, reverse=True)
