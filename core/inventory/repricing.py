"""Gives a batch another MRP from a day on, below what its packs print: a lower rate of GST, a new ceiling price."""

from __future__ import annotations

from sqlalchemy import select

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.queries import item_of_code
from core.inventory.batch_dto import RevisedMrp, ReviseMrp
from core.inventory.batches import batches_named
from core.inventory.model import Batch, BatchMrp
from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.storage.unit_of_work import UnitOfWork


def revise_mrp(uow: UnitOfWork, command: ReviseMrp) -> RevisedMrp:
    """Let a batch be sold at an MRP from a day on; what its packs print is kept, and is the most it can be.

    A second revision from the same day takes the place of the first. Bills keep the MRP they were printed with.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``, ``stock.unknown_batch``, ``stock.batch_of_several``,
    ``stock.mrp_zero``, ``stock.mrp_above_printed``, ``stock.mrp_as_it_is``.
    """
    require(uow, Permission.EDIT_BATCHES)
    item = item_of_code(uow.session, command.item)
    batches = _meant(batches_named(uow.session, item, command.batch), item.name, command.printed)
    printed = Money(batches[0].mrp_paise)
    if command.mrp <= ZERO:
        raise RuleBroken("stock.mrp_zero", where="mrp", item=item.name)
    if command.mrp > printed:
        raise RuleBroken(
            "stock.mrp_above_printed",
            where="mrp",
            item=item.name,
            batch=batches[0].number,
            printed=printed.grouped(),
        )
    if not [batch for batch in batches if _set(uow, batch, command)]:
        raise RuleBroken(
            "stock.mrp_as_it_is",
            where="mrp",
            item=item.name,
            batch=batches[0].number,
            mrp=command.mrp.grouped(),
            date=show_date(command.from_date),
        )
    write_event(uow, "batch.mrp_revised", batches[0].id)
    return RevisedMrp(
        item_id=item.id,
        item=item.code,
        name=item.name,
        batch=batches[0].number,
        printed=printed,
        mrp=command.mrp,
        from_date=command.from_date,
    )


def _meant(batches: list[Batch], item: str, printed: Money | None) -> list[Batch]:
    """Return the batches whose packs print one MRP: a number may also stand with two expiries."""
    meant = [batch for batch in batches if printed is None or batch.mrp_paise == printed.paise]
    if len({batch.mrp_paise for batch in meant}) != 1:
        mrps = ", ".join(Money(paise).grouped() for paise in sorted({batch.mrp_paise for batch in batches}))
        raise RuleBroken("stock.batch_of_several", where="printed", item=item, batch=batches[0].number, mrps=mrps)
    return meant


def _set(uow: UnitOfWork, batch: Batch, command: ReviseMrp) -> bool:
    """Keep the revision; return whether it changes anything."""
    newest = uow.session.scalars(
        select(BatchMrp)
        .where(BatchMrp.batch_id == batch.id, BatchMrp.from_date <= command.from_date)
        .order_by(BatchMrp.from_date.desc())
    ).first()
    if (newest.mrp_paise if newest else batch.mrp_paise) == command.mrp.paise:
        return False
    if newest is not None and newest.from_date == command.from_date:
        newest.mrp_paise = command.mrp.paise
        newest.reason = command.reason
    else:
        uow.session.add(
            BatchMrp(
                batch_id=batch.id,
                from_date=command.from_date,
                mrp_paise=command.mrp.paise,
                reason=command.reason,
            )
        )
    return True
