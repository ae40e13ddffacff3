"""Puts batches aside for all sales at once, as a recall asks, and releases them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.model import Item
from core.catalog.queries import item_of_code
from core.inventory.batch_dto import HeldBatch, HoldBatch, ReleaseBatch
from core.inventory.batches import batches_named
from core.inventory.identity import batch_number
from core.inventory.model import Batch, BatchHold, BatchRelease, Lot, StockBalance
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.storage.unit_of_work import UnitOfWork

_OPEN = ~exists(select(1).where(BatchRelease.hold_id == BatchHold.id))


def hold_batch(uow: UnitOfWork, command: HoldBatch) -> HeldBatch:
    """Hold a batch number of an item: no sale takes it, by whatever way it is named, until it is released.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``, ``stock.unknown_batch``, ``stock.held_already``.
    """
    require(uow, Permission.EDIT_BATCHES)
    item = item_of_code(uow.session, command.item)
    number = batches_named(uow.session, item, command.batch)[0].number
    standing = open_holds(uow.session, item.id, number)
    if standing:
        reason = standing[0].reason
        raise RuleBroken("stock.held_already", where="batch", item=item.name, batch=number, reason=reason)
    hold_id = put_aside(uow, item.id, number, command.reason)
    write_event(uow, "batch.held", hold_id)
    return next(held for held in held_batches(uow.session, item.id) if held.batch == number)


def put_aside(uow: UnitOfWork, item_id: UUID, number: str, reason: str) -> UUID:
    """Record a hold of a number as it is kept, and return its id. Part of the commands that hold."""
    hold_id = new_id()
    uow.record(
        BatchHold,
        [
            {
                "id": hold_id,
                "item_id": item_id,
                "batch_number": number,
                "reason": reason,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
            }
        ],
    )
    return hold_id


def release_batch(uow: UnitOfWork, command: ReleaseBatch) -> None:
    """End every hold of a batch number.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``, ``stock.unknown_batch``, ``stock.not_held``.
    """
    require(uow, Permission.EDIT_BATCHES)
    item = item_of_code(uow.session, command.item)
    number = batch_number(command.batch)
    holds = open_holds(uow.session, item.id, number)
    if not holds:  # a hold outlives a correction of the only batch that bore its number
        batches_named(uow.session, item, command.batch)
        raise RuleBroken("stock.not_held", where="batch", item=item.name, batch=number)
    uow.record(
        BatchRelease,
        [
            {
                "hold_id": hold.id,
                "reason": command.reason,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
            }
            for hold in holds
        ],
    )
    write_event(uow, "batch.released", holds[0].id)


def held_batches(session: Session, item_id: UUID | None = None) -> list[HeldBatch]:
    """Return the batch numbers that are held, by item and number, those without stock too."""
    statement = select(BatchHold, Item).join(Item, Item.id == BatchHold.item_id).where(_OPEN)
    if item_id is not None:
        statement = statement.where(BatchHold.item_id == item_id)
    found: dict[tuple[UUID, str], HeldBatch] = {}
    for hold, item in session.execute(statement.order_by(Item.name_key, BatchHold.batch_number, BatchHold.at)):
        if (item.id, hold.batch_number) in found:  # two counters held it, each on its own
            continue
        found[item.id, hold.batch_number] = HeldBatch(
            item_id=item.id,
            item=item.code,
            name=item.name,
            batch=hold.batch_number,
            reason=hold.reason,
            at=hold.at,
            username=hold.username,
            units=_units(session, item.id, hold.batch_number),
            pieces_per_pack=item.pieces_per_pack,
        )
    return list(found.values())


def open_holds(session: Session, item_id: UUID, number: str) -> Sequence[BatchHold]:
    """Return the holds of an item's batch number that are not released, the oldest first; ``number`` is as kept."""
    return session.scalars(
        select(BatchHold)
        .where(BatchHold.item_id == item_id, BatchHold.batch_number == number, _OPEN)
        .order_by(BatchHold.at, BatchHold.id)
    ).all()


def _units(session: Session, item_id: UUID, number: str) -> int:
    units = session.scalar(
        select(func.sum(StockBalance.units))
        .join(Lot, Lot.id == StockBalance.lot_id)
        .join(Batch, Batch.id == Lot.batch_id)
        .where(StockBalance.item_id == item_id, Batch.number == number)
    )
    return int(units or 0)
