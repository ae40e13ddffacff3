"""Packs in hand whose purchase is not entered yet: sold now, matched with their receipt later.

A bill never waits for the paper of a distributor. What the packs say is typed off them; the units come in as a lot of
their own and leave with the bill, so that stock shows what is awaited and never a number below nothing (ADR 60).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from core.catalog.dto import ItemKind
from core.catalog.model import Item
from core.inventory.batch_dto import AwaitedBatch
from core.inventory.dto import BatchStock, SaleItem
from core.inventory.holding import open_holds
from core.inventory.identity import NO_BATCH, Printed, batch_ids, batch_number, derived_batch_id
from core.inventory.issuing import record_movements
from core.inventory.model import AwaitedSettlement, AwaitedStock, Batch, BatchMrp, Lot
from core.inventory.queries import default_location
from core.inventory.receiving import Receipt, receive
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.kernel.money import ZERO, Money, Rate
from core.ledger import chart
from core.ledger.posting import Posting
from core.storage.unit_of_work import UnitOfWork

#: The kind of the document by which packs in hand come in.
AWAITED: Final = "awaited"


@dataclass(frozen=True, slots=True)
class AwaitedUnits:
    """Units of a bill's line that come from packs in hand."""

    line: int
    item: SaleItem
    batch: BatchStock
    units: int


def printed_batch(item: SaleItem, awaited: AwaitedBatch) -> BatchStock:
    """Return the batch that packs in hand are of, as printed and without units; whether it may be sold is not asked.

    Its id is what the print alone says (``awaited_batch`` knows of corrections).
    """
    expiry = awaited.expires
    number = batch_number(awaited.batch or NO_BATCH)
    return BatchStock(
        batch_id=derived_batch_id(Printed(item.item_id, number, expiry, awaited.mrp)),
        number=number,
        expiry=expiry.last_day if expiry else None,
        expiry_precision=expiry.precision if expiry else None,
        mrp=awaited.mrp,
        units=0,
    )


def awaited_batch(session: Session, item: SaleItem, awaited: AwaitedBatch, today: date) -> BatchStock:
    """Return the batch that packs in hand are of, without units, at the MRP it may be sold at that day.

    Raises RuleBroken ``items.service_has_no_stock``, ``items.batch_missing``, ``items.expiry_missing``,
    ``items.mrp_missing``, ``stock.expired``, ``stock.held``, and ``stock.batch_is_there`` where units of that very
    batch stand, which are sold the usual way.
    """
    kind = session.scalars(select(Item.kind).where(Item.id == item.item_id)).one()
    expiry = awaited.expires
    if kind == ItemKind.SERVICE:
        raise RuleBroken("items.service_has_no_stock")
    if kind == ItemKind.DRUG and awaited.batch is None:
        raise RuleBroken("items.batch_missing", where="batch")
    if kind == ItemKind.DRUG and expiry is None:
        raise RuleBroken("items.expiry_missing", where="expiry")
    if awaited.mrp <= ZERO:
        raise RuleBroken("items.mrp_missing", where="mrp")
    if expiry is not None and expiry.has_passed(today):
        raise RuleBroken("stock.expired", where="expiry", item=item.name, expiry=str(expiry))
    printed = printed_batch(item, awaited)
    (batch_id,) = batch_ids(session, [Printed(item.item_id, printed.number, expiry, awaited.mrp)])
    printed = printed.model_copy(update={"batch_id": batch_id})
    held = open_holds(session, item.item_id, printed.number)
    if held:
        raise RuleBroken("stock.held", where="batch", item=item.name, reason=held[0].reason)
    if any(batch.batch_id == printed.batch_id and batch.units > 0 for batch in item.batches):
        raise RuleBroken("stock.batch_is_there", where="batch", item=item.name, batch=printed.number)
    of_day = session.scalar(
        select(BatchMrp.mrp_paise)
        .where(BatchMrp.batch_id == printed.batch_id, BatchMrp.from_date <= today)
        .order_by(BatchMrp.from_date.desc())
        .limit(1)
    )
    if of_day is None or of_day == printed.mrp.paise:
        return printed
    return printed.model_copy(update={"mrp": Money(of_day), "printed_mrp": printed.mrp})


def take_in_awaited(uow: UnitOfWork, document_id: UUID, on_date: date, awaited: Sequence[AwaitedUnits]) -> Money:
    """Bring in what a bill hands out of packs in hand, each line as a lot of its own; return the provisional cost.

    The bill then issues them like any stock.
    """
    location_id = default_location(uow.session)
    receipts = [
        Receipt(
            item_id=each.item.item_id,
            batch_number=each.batch.number,
            expiry=each.batch.expires,
            mrp=each.batch.printed_mrp or each.batch.mrp,
            units=each.units,
            cost=last_cost(uow.session, each.item.item_id, each.units),
            location_id=location_id,
        )
        for each in awaited
    ]
    came_in = _arrival(document_id)
    cost = receive(uow, document_id=came_in, document_kind=AWAITED, on_date=on_date, receipts=receipts)
    lots = uow.session.scalars(select(Lot.id).where(Lot.document_id == came_in).order_by(Lot.id)).all()
    uow.record(
        AwaitedStock,
        [
            {
                "lot_id": lot_id,
                "document_id": document_id,
                "line": each.line,
                "item_id": each.item.item_id,
                "units": each.units,
                "cost_paise": receipt.cost.paise,
                "on_date": on_date,
                "at": uow.now,
                "username": uow.actor.username,
            }
            for lot_id, each, receipt in zip(lots, awaited, receipts, strict=True)
        ],
    )
    return cost


def take_awaited_back(uow: UnitOfWork, *, of_document: UUID, document_id: UUID, document_kind: str) -> list[Posting]:
    """Undo what ``take_in_awaited`` did for a bill that is taken back, after its units are back in their lots.

    What is still awaited goes out again. What a receipt has brought meanwhile stays, as stock in the lot, at what it
    cost in the end. Returns what the bill's entry, turned round, does not say: that this is stock and no cost of sales,
    and that the receipt had taken it off the goods awaited already.
    """
    settled = settled_stock()
    rows = uow.session.execute(
        select(
            AwaitedStock.lot_id,
            AwaitedStock.item_id,
            AwaitedStock.units,
            AwaitedStock.cost_paise,
            func.coalesce(settled.c.units, 0).label("settled_units"),
            func.coalesce(settled.c.cost, 0).label("settled_cost"),
            func.coalesce(settled.c.landed, 0).label("landed"),
        )
        .outerjoin(settled, settled.c.lot_id == AwaitedStock.lot_id)
        .where(AwaitedStock.document_id == of_document)
        .order_by(AwaitedStock.line)
    ).all()
    if not rows:
        return []
    location_id = default_location(uow.session)
    movements: list[dict[str, object]] = []
    for number, row in enumerate(rows, start=1):
        left, left_cost = row.units - int(row.settled_units), row.cost_paise - int(row.settled_cost)
        movements.append(
            {
                "document_id": _arrival(document_id),
                "line": number,
                "document_kind": document_kind,
                "lot_id": row.lot_id,
                "location_id": location_id,
                "units": -left,
                "cost_paise": int(row.landed) - int(row.settled_cost) - left_cost,
                "on_date": uow.today,
                "at": uow.now,
                "item_id": row.item_id,
            }
        )
    record_movements(uow, movements)
    uow.record(
        AwaitedSettlement,
        [
            {
                "lot_id": row.lot_id,
                "document_id": document_id,
                "document_kind": document_kind,
                "units": row.units - int(row.settled_units),
                "cost_paise": row.cost_paise - int(row.settled_cost),
                "on_date": uow.today,
                "at": uow.now,
            }
            for row in rows
            if row.units > int(row.settled_units)
        ],
    )
    landed = Money(sum(int(row.landed) for row in rows))
    provisional = Money(sum(int(row.settled_cost) for row in rows))
    return [
        Posting(chart.STOCK, landed),
        Posting(chart.AWAITED, -provisional),
        Posting(chart.COST_SETTLED, provisional - landed),
    ]


class OpenAwaited(NamedTuple):
    """Units of a lot that are still awaited, their provisional cost in paise, and what their packs say."""

    lot_id: UUID
    document_id: UUID
    item_id: UUID
    batch_id: UUID
    batch_number: str
    expiry: Expiry | None
    mrp_paise: int
    units: int
    cost_paise: int


class Arrived(NamedTuple):
    """Units of an awaited lot that a receipt brings: their provisional cost, and what they cost in the end."""

    lot_id: UUID
    units: int
    provisional: Money
    landed: Money


def open_awaited(session: Session, item_ids: Sequence[UUID]) -> list[OpenAwaited]:
    """Return what is still awaited of items, the oldest first."""
    settled = settled_stock()
    left = AwaitedStock.units - func.coalesce(settled.c.units, 0)
    rows = session.execute(
        select(
            AwaitedStock.lot_id,
            AwaitedStock.document_id,
            AwaitedStock.item_id,
            Lot.batch_id,
            Batch.number,
            Batch.expiry,
            Batch.expiry_precision,
            Batch.mrp_paise,
            left.label("units"),
            (AwaitedStock.cost_paise - func.coalesce(settled.c.cost, 0)).label("cost_paise"),
        )
        .join(Lot, Lot.id == AwaitedStock.lot_id)
        .join(Batch, Batch.id == Lot.batch_id)
        .outerjoin(settled, settled.c.lot_id == AwaitedStock.lot_id)
        .where(AwaitedStock.item_id.in_(item_ids), left > 0)
        .order_by(AwaitedStock.on_date, AwaitedStock.at, AwaitedStock.lot_id)
    )
    return [
        OpenAwaited(
            lot_id=row.lot_id,
            document_id=row.document_id,
            item_id=row.item_id,
            batch_id=row.batch_id,
            batch_number=row.number,
            expiry=None if row.expiry is None else Expiry(row.expiry, ExpiryPrecision(row.expiry_precision)),
            mrp_paise=row.mrp_paise,
            units=int(row.units),
            cost_paise=int(row.cost_paise),
        )
        for row in rows
    ]


def settle_awaited(
    uow: UnitOfWork, *, document_id: UUID, document_kind: str, on_date: date, arrived: Sequence[Arrived]
) -> None:
    """Record that a document brought units that were awaited; the entry that says the same is the document's."""
    by_lot: dict[UUID, Arrived] = {}
    for each in arrived:
        before = by_lot.get(each.lot_id, Arrived(each.lot_id, 0, ZERO, ZERO))
        by_lot[each.lot_id] = Arrived(
            each.lot_id,
            before.units + each.units,
            before.provisional + each.provisional,
            before.landed + each.landed,
        )
    uow.record(
        AwaitedSettlement,
        [
            {
                "lot_id": each.lot_id,
                "document_id": document_id,
                "document_kind": document_kind,
                "units": each.units,
                "cost_paise": each.provisional.paise,
                "landed_paise": each.landed.paise,
                "on_date": on_date,
                "at": uow.now,
            }
            for each in by_lot.values()
        ],
    )


def unsettle_awaited(
    uow: UnitOfWork, *, of_document: UUID, document_id: UUID, document_kind: str, on_date: date
) -> None:
    """Await again what a document had brought that is taken back."""
    rows = uow.session.execute(
        select(
            AwaitedSettlement.lot_id,
            AwaitedSettlement.units,
            AwaitedSettlement.cost_paise,
            AwaitedSettlement.landed_paise,
        )
        .where(AwaitedSettlement.document_id == of_document)
        .order_by(AwaitedSettlement.lot_id)
    )
    uow.record(
        AwaitedSettlement,
        [
            {
                "lot_id": row.lot_id,
                "document_id": document_id,
                "document_kind": document_kind,
                "units": -row.units,
                "cost_paise": -row.cost_paise,
                "landed_paise": -row.landed_paise,
                "on_date": on_date,
                "at": uow.now,
            }
            for row in rows
        ],
    )


def awaited_lines(session: Session, document_id: UUID) -> dict[int, AwaitedBatch]:
    """Return, by line, what the packs in hand said that a bill handed out."""
    rows = session.execute(
        select(AwaitedStock.line, Batch.number, Batch.expiry, Batch.expiry_precision, Batch.mrp_paise)
        .join(Lot, Lot.id == AwaitedStock.lot_id)
        .join(Batch, Batch.id == Lot.batch_id)
        .where(AwaitedStock.document_id == document_id)
    )
    return {
        line: AwaitedBatch(
            batch=number,
            expiry=str(Expiry(expiry, ExpiryPrecision(precision))) if expiry and precision else None,
            mrp=Money(mrp),
        )
        for line, number, expiry, precision, mrp in rows
    }


def settled_stock() -> Subquery:
    """Return the statement for what is awaited no longer of each lot: ``lot_id``, ``units``, ``cost``, ``landed``.

    ``landed`` is what the part of it that receipts brought cost in the end.
    """
    return (
        select(
            AwaitedSettlement.lot_id,
            func.sum(AwaitedSettlement.units).label("units"),
            func.sum(AwaitedSettlement.cost_paise).label("cost"),
            func.sum(AwaitedSettlement.landed_paise).label("landed"),
        )
        .group_by(AwaitedSettlement.lot_id)
        .subquery()
    )


def _arrival(document_id: UUID) -> UUID:
    """Return the id of the document by which a bill's packs in hand come in: movements of the bill itself go out."""
    return id_from_content(AWAITED, document_id.hex)


def last_cost(session: Session, item_id: UUID, units: int) -> Money:
    """Return what as many smallest units cost when the item last came in, nothing where it never did."""
    rate = session.scalar(
        select(Lot.cost_rate)
        .join(Batch, Batch.id == Lot.batch_id)
        .where(Batch.item_id == item_id, Lot.cost_rate > 0)
        .order_by(Lot.received_on.desc(), Lot.id.desc())
        .limit(1)
    )
    return ZERO if rate is None else Rate(rate).times(units)
