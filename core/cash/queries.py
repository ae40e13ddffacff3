"""Reads of counter sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.auth.dto import UserView
from core.auth.permissions import Need, Permission, covers
from core.auth.queries import list_users
from core.auth.rights import may, require_to_read, rights_of
from core.cash.drawer import OPENED, Span, drawer_of, position_of
from core.cash.dto import Denomination, Drawer, HandoverView, MovementView, SessionView
from core.cash.kinds import MovementKind
from core.cash.model import CashMovement, CountedCash, CounterHandover, CounterSession
from core.kernel.actor import Actor
from core.kernel.money import ZERO, Money
from core.ledger.model import LedgerAccount
from core.storage.node import author
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

_SESSION = table_of(CounterSession)
#: A node has one: a session ends by being closed, and nothing closes one yet.
_OF_NODE = Prepared(
    select(_SESSION)
    .where(_SESSION.c.node_id == bindparam("node_id"))
    .order_by(_SESSION.c.at.desc(), _SESSION.c.id.desc())
    .limit(1)
)


def open_session(session: Session, node_id: UUID) -> Any:
    """Return the row of a counter's open session, None where it was never opened."""
    return _OF_NODE.first(session, {"node_id": node_id})


def read_counter(session: Session, actor: Actor) -> SessionView | None:
    """Return the open session of this database's own counter, None where there is none.

    For who bills here and who accounts for cash. Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``.
    """
    _require_to_read(session, actor)
    row = open_session(session, author(session).id)
    return None if row is None else session_view(session, row.id)


def read_drawer(session: Session, actor: Actor) -> Money | None:
    """Return what should be in the drawer of this counter, None where it was not opened. Raises as ``read_counter``."""
    _require_to_read(session, actor)
    row = open_session(session, author(session).id)
    return None if row is None else drawer_now(session, row).should_be


def takers(session: Session) -> list[UserView]:
    """Return who may take a counter over, by name: who may log in and bill."""
    need = Need(Permission.POST_BILL)
    users = [user for user in list_users(session) if user.is_active]
    return [user for user in users if covers(rights_of(session, user.role).get(need.permission), need)]


def drawer_now(session: Session, row: Any) -> Drawer:
    """Return what went through the drawer of an open session (its row)."""
    opened = position_of(session, row.id, OPENED)
    assert opened is not None, "a session without its event"
    return drawer_of(session, Money(row.cash_paise), Span(row.node_id, opened))


def session_view(session: Session, session_id: UUID) -> SessionView:
    """Return a session whole, as it stands now."""
    row = session.execute(select(_SESSION).where(_SESSION.c.id == session_id)).one()
    handovers = _handovers(session, session_id)
    counted = session.execute(
        select(CountedCash.face_paise, CountedCash.pieces)
        .where(CountedCash.document_id == session_id)
        .order_by(CountedCash.face_paise.desc())
    )
    return SessionView(
        session_id=session_id,
        counter=row.counter,
        date=row.on_date,
        opened_at=row.at,
        opened_by=row.username,
        holder=handovers[-1].to_username if handovers else row.username,
        drawer=drawer_now(session, row),
        denominations=tuple(Denomination(face=Money(face), pieces=pieces) for face, pieces in counted),
        movements=_movements(session, session_id),
        handovers=handovers,
    )


def _movements(session: Session, session_id: UUID) -> tuple[MovementView, ...]:
    rows = session.execute(
        select(table_of(CashMovement), LedgerAccount.name.label("account_name"))
        .outerjoin(LedgerAccount, LedgerAccount.code == CashMovement.account)
        .where(CashMovement.session_id == session_id)
        .order_by(CashMovement.at, CashMovement.id)
    )
    return tuple(
        MovementView(
            movement_id=row.id,
            kind=MovementKind(row.kind),
            amount=Money(abs(row.amount_paise)),
            account=row.account_name,
            reason=row.reason,
            at=row.at,
            username=row.username,
        )
        for row in rows
    )


def _handovers(session: Session, session_id: UUID) -> tuple[HandoverView, ...]:
    rows = session.execute(
        select(table_of(CounterHandover))
        .where(CounterHandover.session_id == session_id)
        .order_by(CounterHandover.position)
    )
    views: list[HandoverView] = []
    before = ZERO
    for row in rows:
        difference = Money(row.cash_paise - row.expected_paise)
        views.append(
            HandoverView(
                handover_id=row.id,
                from_username=row.from_username,
                to_username=row.to_username,
                expected=Money(row.expected_paise),
                cash=Money(row.cash_paise),
                difference=difference,
                own_difference=difference - before,
                note=row.note,
                at=row.at,
                username=row.username,
            )
        )
        before = difference
    return tuple(views)


def _require_to_read(session: Session, actor: Actor) -> None:
    if not may(session, actor, Permission.MOVE_CASH):
        require_to_read(session, actor, Permission.POST_BILL)
