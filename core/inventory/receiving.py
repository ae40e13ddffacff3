"""Brings stock in: batch, lot, movement and balance of each thing received."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.catalog.queries import in_parts
from core.catalog.service import mark_held
from core.inventory.identity import Printed, as_kept, batch_ids
from core.inventory.issuing import record_movements
from core.inventory.model import Batch, Lot, StockBalance, WrittenBatch
from core.kernel.dates import Expiry
from core.kernel.ids import new_id
from core.kernel.money import Money, Rate
from core.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Receipt:
    """Units of a batch that come in; ``mrp`` is for one sale pack, ``cost`` is what all of these units cost together.

    The whole is kept and not a rate: a document's total must not change because a piece costs a broken paisa.
    """

    item_id: UUID
    batch_number: str
    expiry: Expiry | None
    mrp: Money
    units: int
    cost: Money
    location_id: UUID


def receive(
    uow: UnitOfWork,
    *,
    document_id: UUID,
    document_kind: str,
    on_date: date,
    receipts: Sequence[Receipt],
    just_added: Collection[UUID] = (),
) -> Money:
    """Record a document's receipts, each as a new lot of its batch, and return what they cost.

    ``just_added`` are items whose search index says already that they are held (``add_items``).
    """
    ids = batch_ids(uow.session, [_printed(receipt) for receipt in receipts])
    batches = dict(zip(reversed(ids), reversed(receipts), strict=True))
    standing = {
        batch_id
        for part in in_parts(batches)
        for batch_id in uow.session.scalars(select(WrittenBatch.id).where(WrittenBatch.id.in_(part)))
    }
    _mark_newly_held(uow, [receipt.item_id for receipt in receipts if receipt.item_id not in just_added])
    lots: list[dict[str, object]] = []
    movements: list[dict[str, object]] = []
    total = 0
    for line, (batch_id, receipt) in enumerate(zip(ids, receipts, strict=True), start=1):
        cost = receipt.cost.paise
        lot_id = new_id()
        total += cost
        lots.append(
            {
                "id": lot_id,
                "batch_id": batch_id,
                "document_id": document_id,
                "received_on": on_date,
                "cost_rate": Rate.each(receipt.cost, receipt.units).parts,
            }
        )
        movements.append(
            {
                "document_id": document_id,
                "line": line,
                "document_kind": document_kind,
                "lot_id": lot_id,
                "location_id": receipt.location_id,
                "units": receipt.units,
                "cost_paise": cost,
                "on_date": on_date,
                "at": uow.now,
                "item_id": receipt.item_id,
            }
        )
    new = [_batch_row(key, of) for key, of in batches.items() if key not in standing]
    uow.record(WrittenBatch, new)
    uow.derive(Batch, new)
    uow.record(Lot, lots)
    record_movements(uow, movements)
    return Money(total)


def _mark_newly_held(uow: UnitOfWork, item_ids: Sequence[UUID]) -> None:
    held = {
        item_id
        for part in in_parts(item_ids)
        for item_id in uow.session.scalars(
            select(StockBalance.item_id).where(StockBalance.item_id.in_(part)).distinct()
        )
    }
    mark_held(uow, [item_id for item_id in dict.fromkeys(item_ids) if item_id not in held])


def _printed(receipt: Receipt) -> Printed:
    return Printed(receipt.item_id, receipt.batch_number, receipt.expiry, receipt.mrp)


def _batch_row(batch_id: UUID, receipt: Receipt) -> dict[str, object]:
    return {"id": batch_id, "item_id": receipt.item_id, **as_kept(receipt.batch_number, receipt.expiry, receipt.mrp)}
