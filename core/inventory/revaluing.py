"""Changes what standing stock is worth without moving any: a supplier's bill says in the end what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from core.inventory.issuing import record_movements
from core.inventory.model import StockBalance
from core.kernel.money import Money
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork

_IDS: Any = bindparam("lot_ids", expanding=True)
_STANDING = Prepared(
    select(
        StockBalance.lot_id,
        StockBalance.item_id,
        StockBalance.location_id,
        StockBalance.units,
        StockBalance.cost_paise,
    )
    .where(StockBalance.item_id.in_(bindparam("item_ids", expanding=True)), StockBalance.lot_id.in_(_IDS))
    .order_by(StockBalance.lot_id, StockBalance.units.desc(), StockBalance.location_id)
)


class Standing(NamedTuple):
    """What stands of a lot: units and worth in all of the shop, and the place where most of it is."""

    lot_id: UUID
    item_id: UUID
    location_id: UUID
    units: int
    worth: Money


def standing_of(uow: UnitOfWork, item_ids: Sequence[UUID], lot_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """Return what stands of lots of items; lots that never stood anywhere are left out."""
    found: dict[UUID, Standing] = {}
    for row in _STANDING.rows(uow.session, {"item_ids": item_ids, "lot_ids": lot_ids}):
        before = found.get(row.lot_id, Standing(row.lot_id, row.item_id, row.location_id, 0, Money(0)))
        found[row.lot_id] = before._replace(units=before.units + row.units, worth=before.worth + Money(row.cost_paise))
    return found


def revalue(
    uow: UnitOfWork, *, document_id: UUID, document_kind: str, on_date: date, changes: Sequence[tuple[Standing, Money]]
) -> None:
    """Record what a document changes the worth of standing lots by, as movements of no units.

    The entry on the stock account is the document's. A lot is named once.
    """
    movements: list[dict[str, object]] = [
        {
            "document_id": document_id,
            "line": line,
            "document_kind": document_kind,
            "lot_id": lot.lot_id,
            "location_id": lot.location_id,
            "units": 0,
            "cost_paise": change.paise,
            "on_date": on_date,
            "at": uow.now,
            "item_id": lot.item_id,
        }
        for line, (lot, change) in enumerate(changes, start=1)
        if change
    ]
    record_movements(uow, movements)
