"""Notes what was wanted and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.lines import placed
from core.catalog.model import Item
from core.catalog.queries import find_item
from core.kernel.errors import RuleBroken
from core.kernel.quantity import parse_quantity
from core.storage.replays import Replay, replay
from core.storage.unit_of_work import UnitOfWork
from core.wants.dto import NoteWant, Outcome, SettleWant, WantView
from core.wants.model import Want, WantSettlement
from core.wants.queries import want_view

#: What a replay does not repeat: who sends it again, and when.
_OF_THE_MOMENT = frozenset({"on_date", "at", "username", "counter", "pieces_per_pack"})


def note_want(uow: UnitOfWork, command: NoteWant) -> WantView:
    """Note what was wanted; the same command again returns the first result.

    Raises RuleBroken ``auth.not_allowed``, ``wants.nothing``, ``wants.item_or_name``, ``sales.no_such_item``,
    ``wants.command_reused``, and those of a quantity, placed at it.
    """
    require(uow, Permission.KEEP_WANT_BOOK)
    row = {
        "id": command.command_id,
        **_what(uow, command),
        "customer_name": command.customer_name,
        "customer_phone": command.customer_phone,
        "note": command.note,
        **_moment(uow),
    }
    if not _is_replay(uow, Want, row):
        uow.record(Want, [row])
        write_event(uow, "want.noted", command.command_id)
    return want_view(uow.session, command.command_id, uow.today)


def settle_want(uow: UnitOfWork, command: SettleWant) -> WantView:
    """Say what came of a want; the same command again changes nothing.

    Raises RuleBroken ``auth.not_allowed``, ``wants.no_such``, ``wants.settled_already``, ``wants.command_reused``.
    """
    require(uow, Permission.KEEP_WANT_BOOK)
    row = {
        "id": command.command_id,
        "want_id": command.want_id,
        "outcome": command.outcome,
        "note": command.note,
        **_moment(uow),
    }
    want = want_view(uow.session, command.want_id, uow.today)
    if _is_replay(uow, WantSettlement, row):
        return want
    if not want.is_open or (want.has_come and command.outcome is Outcome.CAME):
        raise RuleBroken("wants.settled_already", name=want.name, outcome=want.settlements[-1].outcome.words)
    uow.record(WantSettlement, [row])
    write_event(uow, "want.settled", command.want_id)
    return want_view(uow.session, command.want_id, uow.today)


def _what(uow: UnitOfWork, command: NoteWant) -> dict[str, Any]:
    if command.item is not None and command.name is not None:
        raise RuleBroken("wants.item_or_name", where="name")
    if command.name is not None:
        quantity = command.quantity
        return {"item_id": None, "name": command.name, "pieces_per_pack": None, "units": None, "quantity": quantity}
    if command.item is None:
        raise RuleBroken("wants.nothing", where="name")
    item_id = find_item(uow.session, command.item)
    if item_id is None:
        raise RuleBroken("sales.no_such_item", where="item", item=command.item)
    name, pieces = uow.session.execute(select(Item.name, Item.pieces_per_pack).where(Item.id == item_id)).one()
    units: int | None = None
    if command.quantity is not None:
        with placed("quantity"):
            units = parse_quantity(command.quantity, pieces)
    return {"item_id": item_id, "name": name, "pieces_per_pack": pieces, "units": units, "quantity": None}


def _moment(uow: UnitOfWork) -> dict[str, Any]:
    return {"on_date": uow.today, "at": uow.now, "username": uow.actor.username, "counter": uow.node.code}


def _is_replay(uow: UnitOfWork, model: type[Want | WantSettlement], row: Mapping[str, Any]) -> bool:
    """Say whether a command was done before. Raises RuleBroken ``wants.command_reused`` where it was another."""
    done = replay(uow, model, row, beside=_OF_THE_MOMENT)
    if done is Replay.OTHER:
        raise RuleBroken("wants.command_reused", command=str(row["id"]))
    return done is Replay.SAME
