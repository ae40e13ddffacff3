"""Reads of orders: one whole, their list by state and supplier, and what is awaited of an item.

What came of an order is read from the lines of goods receipts that answer it: nothing about an order is kept twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from core.auth.permissions import Need, Permission, Scope
from core.auth.rights import may, require_to_read
from core.catalog.queries import in_parts
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.money import Rate
from core.numbering.finding import id_of_number
from core.parties.dto import PartyKind, SupplierDetails
from core.parties.queries import all_ids, party_view, resolved
from core.purchasing.finding import fits_text, part_of
from core.purchasing.model import (
    GoodsReceiptLine,
    GoodsReceiptReversal,
    PurchaseOrder,
    PurchaseOrderClosing,
    PurchaseOrderLine,
)
from core.purchasing.order_dto import (
    ClosingView,
    OrderLineView,
    OrderState,
    OrderView,
    Origin,
    days_late,
    state_of,
)
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

#: Rows of a page that nobody asked to be longer.
MOST_ORDERS = 50

_ORDER, _LINE = table_of(PurchaseOrder), table_of(PurchaseOrderLine)
_CLOSING, _RECEIVED = table_of(PurchaseOrderClosing), table_of(GoodsReceiptLine)
_BACK = table_of(GoodsReceiptReversal)
_ID: Any = bindparam("order_id")
_IDS: Any = bindparam("ids", expanding=True)
_ACCEPTED = _RECEIVED.c.billed_units + _RECEIVED.c.free_units - _RECEIVED.c.short_units - _RECEIVED.c.damaged_units
_STANDS = ~exists(select(1).where(_BACK.c.receipt_id == _RECEIVED.c.receipt_id).correlate(_RECEIVED))
#: Of a line of an order, what receipts accepted for it.
_CAME = (
    select(func.coalesce(func.sum(_ACCEPTED), 0))
    .where(_RECEIVED.c.order_id == _LINE.c.order_id, _RECEIVED.c.order_line == _LINE.c.line, _STANDS)
    .correlate(_LINE)
    .scalar_subquery()
)
_ASKED = _LINE.c.units + _LINE.c.free_units
_IS_CLOSED = exists(select(1).where(_CLOSING.c.order_id == _ORDER.c.id).correlate(_ORDER))
_HAS_COME = exists(select(1).where(_RECEIVED.c.order_id == _ORDER.c.id, _ACCEPTED > 0, _STANDS).correlate(_ORDER))
_IS_SHORT = exists(select(1).where(_LINE.c.order_id == _ORDER.c.id, _ASKED > _CAME).correlate(_ORDER))
#: As ``state_of`` says it.
_IN_STATE: dict[OrderState, ColumnElement[bool]] = {
    OrderState.OPEN: and_(not_(_IS_CLOSED), _IS_SHORT, not_(_HAS_COME)),
    OrderState.PART_RECEIVED: and_(not_(_IS_CLOSED), _IS_SHORT, _HAS_COME),
    OrderState.RECEIVED: and_(not_(_IS_CLOSED), not_(_IS_SHORT)),
    OrderState.CLOSED: _IS_CLOSED,
}
_ROW = Prepared(select(_ORDER).where(_ORDER.c.id == _ID))
_LINES = Prepared(select(_LINE, _CAME.label("came")).where(_LINE.c.order_id == _ID).order_by(_LINE.c.line))
_CLOSINGS = Prepared(select(_CLOSING).where(_CLOSING.c.order_id == _ID))
_GOODS = Prepared(
    select(_LINE.c.order_id, _LINE.c.item_name)
    .where(_LINE.c.order_id.in_(_IDS))
    .order_by(_LINE.c.order_id, _LINE.c.line)
)
_OPEN_LINES = (
    select(_ORDER.c.number, _ORDER.c.on_date, _ORDER.c.supplier_name, _ORDER.c.expected_on, _LINE, _CAME.label("came"))
    .join(_LINE, _LINE.c.order_id == _ORDER.c.id)
    .where(not_(_IS_CLOSED), _IS_SHORT)
    .order_by(_ORDER.c.on_date, _ORDER.c.at, _ORDER.c.id, _LINE.c.line)
)
# order by order, whose lines lie together, and of most everything came; not summed up, for which SQLite would go
# through every line that there ever was by its item
_ALL_OPEN = Prepared(
    select(_LINE.c.item_id, _ASKED - _CAME).where(
        _LINE.c.order_id.in_(select(_ORDER.c.id).where(not_(_IS_CLOSED), _IS_SHORT)), _ASKED > _CAME
    )
)
_OPEN_OF_ITEMS = Prepared(
    select(_LINE.c.item_id, _ASKED - _CAME).where(
        _LINE.c.item_id.in_(_IDS),
        _ASKED > _CAME,
        ~exists(select(1).where(_CLOSING.c.order_id == _LINE.c.order_id).correlate(_LINE)),
    )
)


class OrderPlace(NamedTuple):
    """A place in the list, from which the next page goes on."""

    on_date: date
    at: datetime
    order_id: UUID


class OrderHit(NamedTuple):
    """An order as a list shows it. ``items`` are the names of what was ordered."""

    order_id: UUID
    number: str
    on_date: date
    placed_at: datetime
    supplier_name: str
    expected_on: date | None
    state: OrderState
    items: tuple[str, ...]

    @property
    def place(self) -> OrderPlace:
        """Where it stands in the list."""
        return OrderPlace(self.on_date, self.placed_at, self.order_id)

    def days_late(self, today: date) -> int | None:
        """Return for how many days it is overdue; None where it is not, or nobody said when it should come."""
        return days_late(self.expected_on, today) if self.state.is_open else None


class OpenLine(NamedTuple):
    """A line of an order of which something is still awaited; of the line itself everything may have come."""

    number: str
    on_date: date
    supplier_name: str
    expected_on: date | None
    line: OrderLineView


class OrderPage(NamedTuple):
    """A page of a list, the newest order first; ``left`` stand behind ``end``, which is None where none do."""

    hits: list[OrderHit]
    end: OrderPlace | None
    left: int


def require_to_read_orders(session: Session, actor: Actor) -> None:
    """Refuse unless the actor orders, receives goods, or reads the reports of purchases.

    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``.
    """
    if not may_read_orders(session, actor):
        require_to_read(session, actor, Permission.PURCHASE)


def may_read_orders(session: Session, actor: Actor) -> bool:
    """Say whether the actor orders, receives goods, or reads the reports of purchases."""
    reports = Need(Permission.VIEW_REPORTS, within=Scope.PURCHASES)
    return any(may(session, actor, right) for right in (Permission.PURCHASE, Permission.RECEIVE_STOCK, reports))


def order_view(session: Session, order_id: UUID) -> OrderView:
    """Return an order whole. Raises RuleBroken ``orders.no_such``."""
    key = {"order_id": order_id}
    row = _ROW.first(session, key)
    if row is None:
        raise RuleBroken("orders.no_such", number=str(order_id))
    closing = _CLOSINGS.first(session, key)
    card = party_view(session, PartyKind.SUPPLIER, row.supplier_id).details
    assert isinstance(card, SupplierDetails)
    return OrderView(
        order_id=row.id,
        number=row.number,
        date=row.on_date,
        placed_at=row.at,
        username=row.username,
        supplier_id=resolved(session, row.supplier_id),
        supplier_name=row.supplier_name,
        supplier_address=card.address,
        supplier_phone=card.phone,
        supplier_gstin=card.gstin,
        expected_on=row.expected_on,
        note=row.note,
        lines=tuple(_line(line, is_closed=closing is not None) for line in _LINES.rows(session, key)),
        closing=None
        if closing is None
        else ClosingView(reason=closing.reason, date=closing.on_date, at=closing.at, username=closing.username),
    )


def order_id_of(session: Session, number: str) -> UUID:
    """Return the id of an order by its number as typed: in any case, without zeros before the serial.

    Raises RuleBroken ``orders.no_such``.
    """
    order_id = id_of_number(session, PurchaseOrder, number)
    if order_id is None:
        raise RuleBroken("orders.no_such", where="number", number=number)
    return order_id


def read_order(session: Session, actor: Actor, number: str) -> OrderView:
    """Return an order to somebody who wants to look at it.

    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``, ``orders.no_such``.
    """
    require_to_read_orders(session, actor)
    return order_view(session, order_id_of(session, number))


def list_orders(
    session: Session,
    actor: Actor,
    *,
    states: Collection[OrderState] = (),
    supplier_id: UUID | None = None,
    text: str = "",
    after: OrderPlace | None = None,
    limit: int = MOST_ORDERS,
) -> OrderPage:
    """Return a page of the orders, the newest first: those in one of the states, or all; of one supplier, or of all.

    ``text`` must stand in number, supplier or items, each of its words; ``after`` is the page before's ``end``.
    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``.
    """
    require_to_read_orders(session, actor)
    place = (_ORDER.c.on_date, _ORDER.c.at, _ORDER.c.id)
    wanted: Any = select(
        _ORDER,
        _IS_CLOSED.label("is_closed"),
        _HAS_COME.label("has_come"),
        _IS_SHORT.label("is_short"),
    ).order_by(*(column.desc() for column in place))
    if states:
        wanted = wanted.where(or_(*(_IN_STATE[state] for state in dict.fromkeys(states))))
    if supplier_id is not None:
        wanted = wanted.where(_ORDER.c.supplier_id.in_(all_ids(session, resolved(session, supplier_id))))
    if text.strip():
        named = (_ORDER.c.number, _ORDER.c.supplier_name)
        wanted = wanted.where(fits_text(text, named, _ORDER, _LINE, _LINE.c.order_id))
    rows, left = part_of(session, wanted, place, after, limit)
    hits = _hits(session, rows)
    return OrderPage(hits, hits[-1].place if left else None, left)


def open_units(session: Session, item_ids: Iterable[UUID] | None = None) -> dict[UUID, int]:
    """Return how many smallest units of items (None: of all) are ordered and have not come, of those that are.

    More than was asked for on one line makes up for nothing on another.
    """
    if item_ids is None:
        rows: Iterable[Any] = _ALL_OPEN.rows(session)
    else:
        rows = (row for part in in_parts(item_ids) for row in _OPEN_OF_ITEMS.rows(session, {"ids": part}))
    found: dict[UUID, int] = {}
    for item_id, units in rows:
        found[item_id] = found.get(item_id, 0) + int(units)  # PostgreSQL adds whole numbers up to a decimal
    return found


def open_lines(session: Session, supplier_id: UUID | None = None) -> list[OpenLine]:
    """Return every line of the orders of which something is still awaited, the oldest order first; of one supplier, or
    of all. Whoever asks has seen to the right to read them."""
    wanted: Any = _OPEN_LINES
    if supplier_id is not None:
        wanted = wanted.where(_ORDER.c.supplier_id.in_(all_ids(session, resolved(session, supplier_id))))
    return [
        OpenLine(row.number, row.on_date, row.supplier_name, row.expected_on, _line(row, is_closed=False))
        for row in session.execute(wanted)
    ]


def _hits(session: Session, rows: Collection[Any]) -> list[OrderHit]:
    if not rows:
        return []
    items: dict[UUID, list[str]] = {}
    for order_id, name in _GOODS.rows(session, {"ids": [row.id for row in rows]}):
        items.setdefault(order_id, []).append(name)
    return [
        OrderHit(
            order_id=row.id,
            number=row.number,
            on_date=row.on_date,
            placed_at=row.at,
            supplier_name=row.supplier_name,
            expected_on=row.expected_on,
            state=state_of(is_closed=row.is_closed, has_come=row.has_come, is_short=row.is_short),
            items=tuple(items[row.id]),
        )
        for row in rows
    ]


def _line(row: Any, *, is_closed: bool) -> OrderLineView:
    came = int(row.came)  # PostgreSQL adds whole numbers up to a decimal
    left = max(0, row.units + row.free_units - came)
    return OrderLineView(
        line=row.line,
        item_id=row.item_id,
        item_code=row.item_code,
        item_name=row.item_name,
        manufacturer=row.manufacturer,
        pack_label=row.pack_label,
        pieces_per_pack=row.pieces_per_pack,
        units=row.units,
        free_units=row.free_units,
        received_units=came,
        open_units=0 if is_closed else left,
        closed_units=left if is_closed else 0,
        rate=None if row.rate_parts is None else Rate(row.rate_parts),
        supplier_code=row.supplier_code,
        factor=row.factor,
        origin=Origin(row.origin),
    )
