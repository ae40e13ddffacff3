"""What the shop knows of items that come again: their batches, the last MRP, and what a pack cost last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.inventory.model import Batch, Lot
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.money import Money, Rate
from core.purchasing.bought_before import last_bought
from core.storage.prepared import Prepared

_LOTS = Prepared(
    select(
        Batch.item_id,
        Batch.number,
        Batch.expiry,
        Batch.expiry_precision,
        Batch.mrp_paise,
        Lot.cost_rate,
    )
    .join(Lot, Lot.batch_id == Batch.id)
    .where(Batch.item_id.in_(bindparam("ids", expanding=True)))
    .order_by(Batch.item_id, Lot.received_on, Lot.id)
)


class KnownBatch(NamedTuple):
    """A batch as its pack prints it."""

    expiry: Expiry | None
    mrp: Money


@dataclass(slots=True)
class ItemHistory:
    """What is known of an item: ``last_rate`` of a sale pack without GST as the last receipt told it.

    ``last_cost`` is what a smallest piece stood in the books for when it last came in, in 1/10000 rupee, GST inside
    where the shop cannot recover it; it serves where no receipt told a rate.
    """

    last_rate: Rate | None = None
    last_cost: int | None = None
    last_mrp: Money | None = None
    batches: dict[str, list[KnownBatch]] = field(default_factory=dict)

    def pack_rate(self, pieces: int) -> Rate | None:
        """Return what a sale pack last cost, as near as is known."""
        if self.last_rate is not None:
            return self.last_rate
        return None if not self.last_cost else Rate(self.last_cost * pieces)


def histories(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, ItemHistory]:
    """Return what is known of items; each has one, empty for what never came in."""
    ids = list(dict.fromkeys(item_ids))
    found = {item_id: ItemHistory() for item_id in ids}
    for part in in_parts(ids):
        for item_id, number, last_day, precision, mrp_paise, cost in _LOTS.rows(session, {"ids": part}):
            known = found[item_id]
            expiry = Expiry(last_day, ExpiryPrecision(precision)) if precision else None
            batch = KnownBatch(expiry, Money(mrp_paise))
            if batch not in known.batches.setdefault(number, []):
                known.batches[number].append(batch)
            known.last_mrp, known.last_cost = batch.mrp, cost
    for item_id, bought in last_bought(session, ids).items():
        found[item_id].last_rate = bought.rate
    return found
