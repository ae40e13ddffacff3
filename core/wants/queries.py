"""Reads of the want book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.auth.rights import may, require_to_read
from core.catalog.model import Item
from core.inventory.queries import hits
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.storage.unit_of_work import table_of
from core.wants.dto import Outcome, SettlementView, WantView
from core.wants.model import Want, WantSettlement

#: Rows of a list that nobody asked to be longer.
MOST_WANTS = 200

_WANT = table_of(Want)
_SETTLEMENT = table_of(WantSettlement)
_WANTS: Select[Any] = select(_WANT, Item.code.label("item")).outerjoin(Item, Item.id == _WANT.c.item_id)
#: As ``WantView.is_open`` says it, turned round.
_IS_ENDED = exists(
    select(1).where(
        _SETTLEMENT.c.want_id == _WANT.c.id,
        or_(
            _SETTLEMENT.c.outcome != Outcome.CAME,
            and_(_WANT.c.customer_name.is_(None), _WANT.c.customer_phone.is_(None)),
        ),
    )
)


def read_wants(
    session: Session, actor: Actor, today: date, *, ended: bool = False, limit: int = MOST_WANTS
) -> list[WantView]:
    """Return the open wants, or those that are ``ended``, the newest first.

    For who keeps the book and who orders from it: there are telephone numbers in it. Raises RuleBroken
    ``auth.not_allowed``, ``auth.not_active``.
    """
    if not may(session, actor, Permission.PURCHASE):
        require_to_read(session, actor, Permission.KEEP_WANT_BOOK)
    wanted = _WANTS.where(_IS_ENDED if ended else ~_IS_ENDED)
    return _views(session, session.execute(wanted.order_by(_WANT.c.at.desc(), _WANT.c.id.desc()).limit(limit)), today)


def wanted_units(session: Session) -> dict[UUID, int]:
    """Return how many smallest units of the shop's items somebody asked for and nothing has come of yet.

    Where nobody said how much it is a pack. What the shop has not is no item and left out.
    """
    rows = session.execute(
        select(_WANT.c.item_id, func.sum(func.coalesce(_WANT.c.units, _WANT.c.pieces_per_pack)))
        .where(
            _WANT.c.item_id.is_not(None), ~exists(select(1).where(_SETTLEMENT.c.want_id == _WANT.c.id).correlate(_WANT))
        )
        .group_by(_WANT.c.item_id)
    )
    return {item_id: int(units) for item_id, units in rows}  # PostgreSQL adds whole numbers up to a decimal


def want_view(session: Session, want_id: UUID, today: date) -> WantView:
    """Return a want with what came of it. Raises RuleBroken ``wants.no_such``."""
    views = _views(session, session.execute(_WANTS.where(_WANT.c.id == want_id)), today)
    if not views:
        raise RuleBroken("wants.no_such", where="want_id", want=str(want_id))
    return views[0]


def _views(session: Session, rows: Any, today: date) -> list[WantView]:
    wants = rows.all()
    stock = _stock(session, [row.item_id for row in wants if row.item_id is not None], today)
    settled: dict[UUID, list[SettlementView]] = {}
    settlements = session.execute(
        select(_SETTLEMENT)
        .where(_SETTLEMENT.c.want_id.in_([row.id for row in wants]))
        .order_by(_SETTLEMENT.c.at, _SETTLEMENT.c.id)
    )
    for row in settlements:
        view = SettlementView(
            outcome=Outcome(row.outcome), note=row.note, at=row.at, username=row.username, counter=row.counter
        )
        settled.setdefault(row.want_id, []).append(view)
    return [
        WantView(
            want_id=row.id,
            item_id=row.item_id,
            item=row.item,
            name=row.name,
            pieces_per_pack=row.pieces_per_pack,
            units=row.units,
            quantity=row.quantity,
            customer_name=row.customer_name,
            customer_phone=row.customer_phone,
            note=row.note,
            date=row.on_date,
            at=row.at,
            username=row.username,
            counter=row.counter,
            stock_units=None if row.item_id is None else stock.get(row.item_id, 0),
            settlements=tuple(settled.get(row.id, ())),
        )
        for row in wants
    ]


def _stock(session: Session, item_ids: Sequence[UUID], today: date) -> dict[UUID, int]:
    if not item_ids:
        return {}
    return {hit.item_id: hit.stock_units for hit in hits(session, list(dict.fromkeys(item_ids)), today)}
