"""Takes units out of stock: sold ones from the oldest lot of the batch first, others from the lot that is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.inventory.domain import share_of_worth
from core.inventory.model import Batch, Lot, StockBalance, StockMovement
from core.inventory.queries import default_location, lots_of_batches
from core.kernel.money import Money
from core.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Demand:
    """Smallest units of a batch that leave."""

    item_id: UUID
    batch_id: UUID
    units: int


def issue(uow: UnitOfWork, *, document_id: UUID, document_kind: str, on_date: date, demands: Sequence[Demand]) -> Money:
    """Record the movements of a document and return the cost of what left (positive).

    The caller has chosen batches from the same transaction's stock, so a demand that the lots cannot fill is a bug
    and raises AssertionError.
    """
    location_id = default_location(uow.session)
    movements: list[dict[str, object]] = []
    standing_in_lot: dict[UUID, tuple[int, int]] = {}
    total = 0
    items = list(dict.fromkeys(demand.item_id for demand in demands))
    batches = list(dict.fromkeys(demand.batch_id for demand in demands))
    lots = lots_of_batches(uow.session, items, batches, location_id)
    for demand in demands:
        left = demand.units
        for lot in lots[demand.batch_id]:
            standing, worth = standing_in_lot.get(lot.lot_id, (lot.units, lot.cost_paise))
            units = min(left, standing)
            if units <= 0:
                continue
            cost = share_of_worth(worth, units, standing)
            standing_in_lot[lot.lot_id] = (standing - units, worth - cost)
            left -= units
            total += cost
            movements.append(
                {
                    "document_id": document_id,
                    "line": len(movements) + 1,
                    "document_kind": document_kind,
                    "lot_id": lot.lot_id,
                    "location_id": location_id,
                    "units": -units,
                    "cost_paise": -cost,
                    "on_date": on_date,
                    "at": uow.now,
                    "item_id": demand.item_id,
                }
            )
        if left:
            raise AssertionError(f"{left} units of batch {demand.batch_id} were promised and are not there")
    record_movements(uow, movements)
    return Money(total)


@dataclass(frozen=True, slots=True)
class LotDemand:
    """Smallest units of one lot that leave."""

    item_id: UUID
    lot_id: UUID
    units: int


def issue_lots(
    uow: UnitOfWork, *, document_id: UUID, document_kind: str, on_date: date, demands: Sequence[LotDemand]
) -> list[Money]:
    """Record that units of very lots leave, wherever they stand, and return what those of each demand cost (positive).

    What stands where bills are issued from leaves first. The caller has refused more than stands in the same
    transaction: AssertionError is a bug.
    """
    home = default_location(uow.session)
    standing: dict[UUID, list[list[Any]]] = {}
    rows = uow.session.execute(
        select(StockBalance.lot_id, StockBalance.location_id, StockBalance.units, StockBalance.cost_paise)
        .where(
            StockBalance.item_id.in_({demand.item_id for demand in demands}),
            StockBalance.lot_id.in_({demand.lot_id for demand in demands}),
            StockBalance.units > 0,
        )
        .order_by(StockBalance.location_id)
    ).all()
    for row in sorted(rows, key=lambda row: row.location_id != home):
        standing.setdefault(row.lot_id, []).append([row.location_id, row.units, row.cost_paise])
    movements: list[dict[str, object]] = []
    costs: list[Money] = []
    for demand in demands:
        left, total = demand.units, 0
        for place in standing.get(demand.lot_id, []):
            units = min(left, place[1])
            if units <= 0:
                continue
            cost = share_of_worth(place[2], units, place[1])
            place[1] -= units
            place[2] -= cost
            left -= units
            total += cost
            movements.append(
                {
                    "document_id": document_id,
                    "line": len(movements) + 1,
                    "document_kind": document_kind,
                    "lot_id": demand.lot_id,
                    "location_id": place[0],
                    "units": -units,
                    "cost_paise": -cost,
                    "on_date": on_date,
                    "at": uow.now,
                    "item_id": demand.item_id,
                }
            )
        if left:
            raise AssertionError(f"{left} units of lot {demand.lot_id} were promised and are not there")
        costs.append(Money(total))
    record_movements(uow, movements)
    return costs


def record_movements(uow: UnitOfWork, movements: Sequence[dict[str, object]]) -> None:
    """Record movements, and add them to the balances; each has the ``item_id`` too, which only the balances keep."""
    uow.derive(
        StockBalance,
        [
            {name: row[name] for name in ("item_id", "lot_id", "location_id", "units", "cost_paise")}
            for row in movements
        ],
        add=["units", "cost_paise"],
    )
    uow.record(StockMovement, [{k: v for k, v in row.items() if k != "item_id"} for row in movements])


def take_back(uow: UnitOfWork, *, of_document: UUID, document_id: UUID, document_kind: str, on_date: date) -> None:
    """Record the movements of a document with every sign turned: units return to the lots they came from."""
    rows = uow.session.execute(
        select(
            StockMovement.line,
            StockMovement.lot_id,
            StockMovement.location_id,
            StockMovement.units,
            StockMovement.cost_paise,
            Batch.item_id,
        )
        .join(Lot, Lot.id == StockMovement.lot_id)
        .join(Batch, Batch.id == Lot.batch_id)
        .where(StockMovement.document_id == of_document)
        .order_by(StockMovement.line)
    )
    movements: list[dict[str, object]] = [
        {
            "document_id": document_id,
            "line": row.line,
            "document_kind": document_kind,
            "lot_id": row.lot_id,
            "location_id": row.location_id,
            "units": -row.units,
            "cost_paise": -row.cost_paise,
            "on_date": on_date,
            "at": uow.now,
            "item_id": row.item_id,
        }
        for row in rows
    ]
    record_movements(uow, movements)
