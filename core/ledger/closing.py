"""Closed days: nothing is dated into them any more."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.ledger.dto import CloseBooks, ReopenBooks
from core.ledger.model import BooksLock
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork


def close_books(uow: UnitOfWork, command: CloseBooks) -> date:
    """Close this node's books through a day and return it; they are never closed to an earlier day than before.

    Raises RuleBroken ``auth.not_allowed``, ``ledger.close_in_future``, ``ledger.closed_already``.
    """
    require(uow, Permission.LOCK_BOOKS)
    position, closed = _standing(uow.session, uow.node.id)
    if command.through > uow.today:
        raise RuleBroken("ledger.close_in_future", date=command.through, where="through")
    if closed is not None and command.through <= closed:
        raise RuleBroken("ledger.closed_already", date=closed, where="through")
    _record(uow, position + 1, command.through, None)
    write_event(uow, "books.closed", uow.node.id, {"through": show_date(command.through)})
    return command.through


def reopen_books(uow: UnitOfWork, command: ReopenBooks) -> date | None:
    """Open closed days again, with the reason in the log; return the last day that stays closed, None for none.

    Raises RuleBroken ``auth.not_allowed``, ``ledger.not_closed``.
    """
    require(uow, Permission.REOPEN_BOOKS)
    position, closed = _standing(uow.session, uow.node.id)
    if closed is None or (command.through is not None and command.through >= closed):
        raise RuleBroken("ledger.not_closed", where="through")
    _record(uow, position + 1, command.through, command.reason)
    until = show_date(command.through) if command.through else "none"
    write_event(uow, "books.reopened", uow.node.id, {"through": until, "reason": command.reason})
    return command.through


def refuse_closed_day(uow: UnitOfWork, on_date: date) -> None:
    """Raise RuleBroken ``ledger.day_closed`` for a document dated into closed days of this node."""
    closed = books_closed_through(uow.session, uow.node.id)
    if closed is not None and on_date <= closed:
        raise RuleBroken("ledger.day_closed", date=on_date, closed=closed, where="date")


def books_closed_through(session: Session, node_id: UUID) -> date | None:
    """Return the last closed day of a node, None where none is."""
    return _standing(session, node_id)[1]


_LAST_LOCK = Prepared(
    select(BooksLock.position, BooksLock.through)
    .where(BooksLock.node_id == bindparam("node_id"))
    .order_by(BooksLock.position.desc())
    .limit(1)
)


def _standing(session: Session, node_id: UUID) -> tuple[int, date | None]:
    last = _LAST_LOCK.first(session, {"node_id": node_id})
    return (last.position, last.through) if last else (0, None)


def _record(uow: UnitOfWork, position: int, through: date | None, reason: str | None) -> None:
    uow.record(
        BooksLock,
        [
            {
                "node_id": uow.node.id,
                "position": position,
                "through": through,
                "reason": reason,
                "username": uow.actor.username,
                "at": uow.now,
            }
        ],
    )
