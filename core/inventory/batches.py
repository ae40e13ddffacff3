"""Finds the batches that a command names by item and number."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.inventory.identity import batch_number
from core.inventory.model import Batch, BatchCorrection
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


def batches_ever_named(session: Session, item: Item, number: str) -> list[Batch]:
    """Return every batch of an item with a number as printed, those too that bore it before they were corrected.

    Raises RuleBroken ``stock.unknown_batch``.
    """
    bore_it = select(BatchCorrection.batch_id).where(
        BatchCorrection.item_id == item.id, BatchCorrection.old_number == batch_number(number)
    )
    before = list(session.scalars(select(Batch).where(Batch.id.in_(bore_it)).order_by(Batch.id)))
    try:
        now = batches_named(session, item, number)
    except RuleBroken:
        if not before:
            raise
        now = []
    return list({batch.id: batch for batch in (*now, *before)}.values())
