"""Whether a batch is held, as SQL. A hold goes by the batch's number (ADR 42)."""

from __future__ import annotations

from sqlalchemy import exists, select

from core.inventory.model import Batch, BatchHold, BatchRelease

#: The holds of a batch's number that are not released, for a statement that has ``Batch``.
_STANDING_HOLDS = (
    select(BatchHold.reason)
    .where(
        BatchHold.item_id == Batch.item_id,
        BatchHold.batch_number == Batch.number,
        ~exists(select(1).where(BatchRelease.hold_id == BatchHold.id)),
    )
    .correlate(Batch)
)
#: Whether a batch is held.
IS_HELD = _STANDING_HOLDS.exists()
#: Why a batch is held, by its oldest hold; null where it is not.
HELD_BECAUSE = _STANDING_HOLDS.order_by(BatchHold.at, BatchHold.id).limit(1).scalar_subquery()
