"""Corrects what was mistyped of a batch: its packs stay the same packs, in stock, on bills and in traces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.model import Item
from core.catalog.queries import item_of_code
from core.inventory.batch_dto import CorrectBatch, CorrectedBatch, printed
from core.inventory.batches import batches_named
from core.inventory.holding import open_holds, put_aside
from core.inventory.identity import as_kept, batch_number
from core.inventory.model import Batch, BatchCorrection, BatchMrp, Lot, StockBalance
from core.kernel.dates import Expiry, ExpiryPrecision, show_date
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.money import ZERO, Money, Rate
from core.storage.replays import Replay, replay
from core.storage.unit_of_work import UnitOfWork

_COLUMNS = ("number", "expiry", "expiry_precision", "mrp_paise")


def correct_batch(uow: UnitOfWork, command: CorrectBatch) -> CorrectedBatch:
    """Write a batch as its packs print it; the same command again returns the first result.

    The batch keeps its id, so that stock, bills and traces stay joined; bills keep what they printed. A hold goes by
    number: one of the old number holds the new one as well, and the old one until it is released. An expiry that has
    passed is taken, and nothing of the batch is sold any more.

    Raises NeedsConfirmation ``stock.correct_expired``, ``stock.correct_to_namesake``, ``stock.correct_below_cost``;
    RuleBroken ``auth.not_allowed``,
    ``sales.no_such_item``, ``stock.unknown_batch``, ``stock.corrected_before``, ``stock.correct_which``,
    ``stock.correction_reused``, ``stock.mrp_zero``, ``stock.correct_as_it_is``, ``stock.correct_to_other``,
    ``stock.correct_below_revised``.
    """
    require(uow, Permission.EDIT_BATCHES)
    row = {"id": command.command_id, "command_sha": command.fingerprint()}
    done = replay(uow, BatchCorrection, row, beside=frozenset())
    if done is Replay.OTHER:
        raise RuleBroken("stock.correction_reused", command=str(command.command_id))
    if done is Replay.NEW:
        item = item_of_code(uow.session, command.item)
        batch = _meant(_named(uow.session, item, command.batch), item.name, command)
        after = _after(batch, command)
        _check(uow, item, batch, after)
        if not command.confirmed:
            _ask(uow, item, batch, after)
        _record(uow, command, batch, after)
        write_event(uow, "batch.corrected", command.command_id)
    (corrected,) = _views(uow.session, select(BatchCorrection).where(BatchCorrection.id == command.command_id))
    return corrected


def batch_corrections(session: Session, item_id: UUID | None = None) -> list[CorrectedBatch]:
    """Return the corrections of batches, the newest first; of one item or of all."""
    wanted = select(BatchCorrection).order_by(BatchCorrection.at.desc(), BatchCorrection.id.desc())
    if item_id is not None:
        wanted = wanted.where(BatchCorrection.item_id == item_id)
    return _views(session, wanted)


def _named(session: Session, item: Item, number: str) -> list[Batch]:
    """Return the batches of a number. Raises RuleBroken ``stock.corrected_before`` where none bears it any more."""
    try:
        return batches_named(session, item, number)
    except RuleBroken:
        wanted = select(BatchCorrection).where(
            BatchCorrection.item_id == item.id, BatchCorrection.old_number == batch_number(number)
        )
        before = session.scalars(wanted.order_by(BatchCorrection.at.desc(), BatchCorrection.id.desc())).first()
        if before is None:
            raise
        now = session.get_one(Batch, before.batch_id).number
        said = {"item": item.name, "batch": before.old_number, "now": now, "date": show_date(before.on_date)}
        raise RuleBroken("stock.corrected_before", where="batch", **said) from None


def _meant(batches: Sequence[Batch], item: str, command: CorrectBatch) -> Batch:
    """Return the one batch that is meant. Raises RuleBroken ``stock.correct_which``."""
    expires = None if command.expires is None else Expiry.parse(command.expires).last_day
    meant = [
        batch
        for batch in batches
        if (command.printed is None or batch.mrp_paise == command.printed.paise)
        and (expires is None or batch.expiry == expires)
    ]
    if len(meant) != 1:
        known = "; ".join(_words(batch) for batch in batches)
        raise RuleBroken("stock.correct_which", where="printed", item=item, batch=batches[0].number, known=known)
    return meant[0]


def _words(batch: Batch) -> str:
    said = printed(batch.number, batch.expiry, batch.expiry_precision, batch.mrp_paise)
    return ", ".join(filter(None, [f"MRP {said.mrp.grouped()}", said.expiry and f"expiry {said.expiry}"]))


def _after(batch: Batch, command: CorrectBatch) -> dict[str, object]:
    """Return the batch's columns as they will stand."""
    expiry = None
    if command.expiry is not None:
        expiry = Expiry.parse(command.expiry)
    elif batch.expiry is not None and batch.expiry_precision is not None:
        expiry = Expiry(batch.expiry, ExpiryPrecision(batch.expiry_precision))
    mrp = Money(batch.mrp_paise) if command.mrp is None else command.mrp
    return as_kept(command.number or batch.number, expiry, mrp)


def _check(uow: UnitOfWork, item: Item, batch: Batch, after: dict[str, Any]) -> None:
    mrp = Money(after["mrp_paise"])
    if mrp <= ZERO:
        raise RuleBroken("stock.mrp_zero", where="mrp", item=item.name)
    if after == {name: getattr(batch, name) for name in _COLUMNS}:
        raise RuleBroken("stock.correct_as_it_is", where="number", item=item.name, batch=batch.number)
    other = uow.session.scalar(
        select(Batch.number).where(
            Batch.item_id == item.id,
            Batch.id != batch.id,
            Batch.number == after["number"],
            Batch.expiry.is_not_distinct_from(after["expiry"]),
            Batch.mrp_paise == mrp.paise,
        )
    )
    if other is not None:
        raise RuleBroken("stock.correct_to_other", where="number", item=item.name, batch=other)
    above = _revised_above(uow, batch.id, mrp)
    if above is not None:
        raise RuleBroken(
            "stock.correct_below_revised",
            where="mrp",
            item=item.name,
            batch=batch.number,
            mrp=Money(above.mrp_paise),
            date=show_date(above.from_date),
        )


def _ask(uow: UnitOfWork, item: Item, batch: Batch, after: dict[str, Any]) -> None:
    """Ask where a correction is rather a slip of its own: packs that nobody could sell, or not without a loss.

    Raises NeedsConfirmation ``stock.correct_expired``, ``stock.correct_to_namesake``, ``stock.correct_below_cost``.
    """
    expiry = None if after["expiry"] is None else Expiry(after["expiry"], ExpiryPrecision(after["expiry_precision"]))
    if expiry is not None and after["expiry"] != batch.expiry and expiry.has_passed(uow.today):
        raise NeedsConfirmation(
            "stock.correct_expired", where="expiry", item=item.name, batch=after["number"], expiry=expiry
        )
    namesake = None
    if after["number"] != batch.number:
        wanted = select(Batch).where(Batch.item_id == item.id, Batch.number == after["number"], Batch.id != batch.id)
        namesake = uow.session.scalars(wanted.order_by(Batch.id)).first()
    if namesake is not None:
        raise NeedsConfirmation(
            "stock.correct_to_namesake", where="number", item=item.name, batch=namesake.number, known=_words(namesake)
        )
    if after["mrp_paise"] == batch.mrp_paise:
        return
    dearest = uow.session.scalar(select(func.max(Lot.cost_rate)).where(Lot.batch_id == batch.id))
    cost = ZERO if dearest is None else Rate(dearest * item.pieces_per_pack).times(1)
    mrp = Money(after["mrp_paise"])
    if cost > mrp:
        raise NeedsConfirmation(
            "stock.correct_below_cost", where="mrp", item=item.name, batch=after["number"], cost=cost, mrp=mrp
        )


def _revised_above(uow: UnitOfWork, batch_id: UUID, mrp: Money) -> BatchMrp | None:
    """Return the first revision, in force today or later, that would let a batch be sold above its printed MRP."""
    newest = uow.session.scalar(
        select(func.max(BatchMrp.from_date)).where(BatchMrp.batch_id == batch_id, BatchMrp.from_date <= uow.today)
    )
    since: date = newest or uow.today
    return uow.session.scalars(
        select(BatchMrp)
        .where(BatchMrp.batch_id == batch_id, BatchMrp.from_date >= since, BatchMrp.mrp_paise > mrp.paise)
        .order_by(BatchMrp.from_date)
    ).first()


def _record(uow: UnitOfWork, command: CorrectBatch, batch: Batch, after: dict[str, object]) -> None:
    before = {name: getattr(batch, name) for name in _COLUMNS}
    batch_id, item_id = batch.id, batch.item_id
    uow.record(
        BatchCorrection,
        [
            {
                "id": command.command_id,
                "command_sha": command.fingerprint(),
                "batch_id": batch_id,
                "item_id": item_id,
                **{f"old_{name}": value for name, value in before.items()},
                **after,
                "reason": command.reason,
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
            }
        ],
    )
    uow.replace_derived(Batch, {"id": batch_id}, [{"id": batch_id, "item_id": item_id, **after}])
    uow.session.expire(batch)
    number = str(after["number"])
    holds = open_holds(uow.session, item_id, str(before["number"]))
    if holds and not open_holds(uow.session, item_id, number):
        put_aside(uow, item_id, number, holds[0].reason)


def _views(session: Session, wanted: Any) -> list[CorrectedBatch]:
    corrections = session.scalars(wanted).all()
    items = {
        item.id: item
        for item in session.scalars(select(Item).where(Item.id.in_({each.item_id for each in corrections})))
    }
    standing = dict(
        session.execute(
            select(Lot.batch_id, func.sum(StockBalance.units))
            .join(StockBalance, StockBalance.lot_id == Lot.id)
            .where(Lot.batch_id.in_({each.batch_id for each in corrections}))
            .group_by(Lot.batch_id)
        ).all()
    )
    found: list[CorrectedBatch] = []
    for each in corrections:
        item = items[each.item_id]
        holds = open_holds(session, item.id, each.number)
        found.append(
            CorrectedBatch(
                correction_id=each.id,
                batch_id=each.batch_id,
                item_id=item.id,
                item=item.code,
                name=item.name,
                before=printed(each.old_number, each.old_expiry, each.old_expiry_precision, each.old_mrp_paise),
                after=printed(each.number, each.expiry, each.expiry_precision, each.mrp_paise),
                reason=each.reason,
                date=each.on_date,
                at=each.at,
                username=each.username,
                units=int(standing.get(each.batch_id) or 0),
                pieces_per_pack=item.pieces_per_pack,
                held=holds[0].reason if holds else None,
            )
        )
    return found
