"""Finds the batches that a command names by item and number."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.inventory.model import Batch
from core.inventory.receiving import batch_number
from core.kernel.errors import RuleBroken


def batches_named(session: Session, item: Item, number: str) -> list[Batch]:
    """Return every batch of an item with a number as printed, sold out ones too.

    Raises RuleBroken ``stock.unknown_batch``.
    """
    kept = batch_number(number)
    found = session.scalars(select(Batch).where(Batch.item_id == item.id, Batch.number == kept).order_by(Batch.id))
    batches = list(found)
    if not batches:
        raise RuleBroken("stock.unknown_batch", where="batch", item=item.name, batch=number)
    return batches
