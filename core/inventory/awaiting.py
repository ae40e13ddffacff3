"""Packs in hand whose purchase is not entered yet: sold now, matched with their receipt later.

A bill never waits for the paper of a distributor. What the packs say is typed off them; the units come in as a lot of
their own and leave with the bill, so that stock shows what is awaited and never a number below nothing (ADR 60).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from core.catalog.dto import ItemKind
from core.catalog.model import Item
from core.inventory.batch_dto import AwaitedBatch
from core.inventory.dto import BatchStock, SaleItem
from core.inventory.holding import open_holds
from core.inventory.issuing import take_back
from core.inventory.model import AwaitedSettlement, AwaitedStock, Batch, BatchMrp, Lot
from core.inventory.queries import default_location
from core.inventory.receiving import Receipt, batch_id, batch_number, receive
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.kernel.money import ZERO, Money, Rate
from core.storage.unit_of_work import UnitOfWork

#: The kind of the document by which packs in hand come in.
AWAITED: Final = "awaited"
#: Of goods that print no batch: what their packs are called until the receipt says more.
_NO_BATCH = "-"


@dataclass(frozen=True, slots=True)
class AwaitedUnits:
    """Units of a bill's line that come from packs in hand."""

    line: int
    item: SaleItem
    batch: BatchStock
    units: int


def printed_batch(item: SaleItem, awaited: AwaitedBatch) -> BatchStock:
    """Return the batch that packs in hand are of, as printed and without units; whether it may be sold is not asked."""
    expiry = awaited.expires
    number = batch_number(awaited.batch or _NO_BATCH)
    return BatchStock(
        batch_id=batch_id(item.item_id, number, expiry, awaited.mrp),
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
            cost=_last_cost(uow.session, each.item.item_id, each.units),
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


def take_awaited_back(uow: UnitOfWork, *, of_document: UUID, document_id: UUID, document_kind: str) -> None:
    """Undo what ``take_in_awaited`` did for a bill that is taken back, after its units are back in their lots."""
    rows = uow.session.execute(
        select(AwaitedStock.lot_id, AwaitedStock.units, AwaitedStock.cost_paise)
        .where(AwaitedStock.document_id == of_document)
        .order_by(AwaitedStock.line)
    ).all()
    if not rows:
        return
    take_back(
        uow,
        of_document=_arrival(of_document),
        document_id=_arrival(document_id),
        document_kind=document_kind,
        on_date=uow.today,
    )
    uow.record(
        AwaitedSettlement,
        [
            {
                "lot_id": row.lot_id,
                "document_id": document_id,
                "document_kind": document_kind,
                "units": row.units,
                "cost_paise": row.cost_paise,
                "on_date": uow.today,
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
    """Return the statement for what is awaited no longer of each lot: ``lot_id``, ``units``, ``cost``."""
    return (
        select(
            AwaitedSettlement.lot_id,
            func.sum(AwaitedSettlement.units).label("units"),
            func.sum(AwaitedSettlement.cost_paise).label("cost"),
        )
        .group_by(AwaitedSettlement.lot_id)
        .subquery()
    )


def _arrival(document_id: UUID) -> UUID:
    """Return the id of the document by which a bill's packs in hand come in: movements of the bill itself go out."""
    return id_from_content(AWAITED, document_id.hex)


def _last_cost(session: Session, item_id: UUID, units: int) -> Money:
    """Return what as many units cost when the item last came in, nothing where it never did."""
    rate = session.scalar(
        select(Lot.cost_rate)
        .join(Batch, Batch.id == Lot.batch_id)
        .where(Batch.item_id == item_id, Lot.cost_rate > 0)
        .order_by(Lot.received_on.desc(), Lot.id.desc())
        .limit(1)
    )
    return ZERO if rate is None else Rate(rate).times(units)
