"""Finds the batches that a command names by item and number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.inventory.batch_dto import Print, printed
from core.inventory.identity import batch_number
from core.inventory.model import Batch, BatchCorrection
from core.kernel.errors import RuleBroken
from core.storage.prepared import Prepared

_CORRECTED: Any = Prepared(
    select(Batch.id, Batch.number, Batch.expiry, Batch.expiry_precision, Batch.mrp_paise).where(
        Batch.id.in_(bindparam("ids", expanding=True)),
        exists(select(1).where(BatchCorrection.batch_id == Batch.id).correlate(Batch)),
    )
)


def corrected_since(session: Session, written: Sequence[Any]) -> list[Print | None]:
    """Return what packs print of each written batch that was put right since; None where it stands as it was written.

    ``written`` are rows of papers, with ``batch_id`` (or None), ``batch_number``, expiry and MRP as columns have them.
    """
    ids = sorted({row.batch_id for row in written if row.batch_id is not None})
    now = {row.id: _print(row.number, row) for row in (_CORRECTED.rows(session, {"ids": ids}) if ids else ())}
    prints = [now.get(row.batch_id) for row in written]
    return [None if one == _print(row.batch_number, row) else one for one, row in zip(prints, written, strict=True)]


def _print(number: str, row: Any) -> Print:
    return printed(number, row.expiry, row.expiry_precision, row.mrp_paise)


_NUMBERS: Any = Prepared(
    select(BatchCorrection.item_id, BatchCorrection.old_number, Batch.number)
    .join(Batch, Batch.id == BatchCorrection.batch_id)
    .where(BatchCorrection.item_id.in_(bindparam("ids", expanding=True)))
)


def numbers_now(session: Session, item_ids: Iterable[UUID]) -> dict[tuple[UUID, str], str]:
    """Return which number a batch bears that was once written with another one, by item and that other one."""
    ids = sorted(set(item_ids))
    return {(row.item_id, row.old_number): row.number for row in (_NUMBERS.rows(session, {"ids": ids}) if ids else ())}


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
