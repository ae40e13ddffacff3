"""Which line of which order goods answer that come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from core.boundary.lines import placed
from core.kernel.errors import RuleBroken
from core.parties.queries import resolved
from core.purchasing.goods import at_line
from core.purchasing.order_dto import OrderLineView, OrderView
from core.purchasing.order_queries import order_id_of, order_view
from core.purchasing.receipt_dto import ReceiptLineInput, ReceiveGoods
from core.purchasing.receipt_lines import Received


class Answered(NamedTuple):
    """A line of an order."""

    order_id: UUID
    line: int


def answered_orders(
    session: Session,
    command: ReceiveGoods,
    supplier_id: UUID,
    lines: Sequence[Received],
    caution: Callable[[RuleBroken], None],
) -> list[Answered | None]:
    """Return for each line what it answers; ``caution`` hears of more than was ordered, and of closed orders.

    Raises RuleBroken ``orders.no_such``, ``receipts.order_of_other``, and placed at its line ``receipts.not_ordered``
    where the order that a line names has no such item.
    """
    read: dict[str, OrderView] = {}

    def order_of(number: str, where: str) -> OrderView:
        if number not in read:
            read[number] = order = _order(session, number, supplier_id, where)
            if order.closing is not None:  # it came after all
                reason = order.closing.reason
                caution(RuleBroken("receipts.order_closed", where=where, number=order.number, reason=reason))
        return read[number]

    general = [order_of(number, f"orders.{place}") for place, number in enumerate(command.orders)]
    left: dict[Answered, int] = {}
    found: list[Answered | None] = []
    for index, (line, received) in enumerate(zip(command.lines, lines, strict=True)):
        try:
            answer = _answer(line, received, general, left, lambda number: order_of(number, "order"))
        except RuleBroken as broken:
            raise at_line(broken, index) from None
        if answer is None:
            found.append(None)
            continue
        answered, ordered = answer
        open_units = left.setdefault(answered, ordered.open_units) - received.counted.accepted
        left[answered] = max(0, open_units)
        if open_units < 0:
            item = received.item.name
            caution(RuleBroken("receipts.more_than_ordered", where=f"lines.{index}.quantity", item=item))
        found.append(answered)
    return found


def _order(session: Session, number: str, supplier_id: UUID, where: str) -> OrderView:
    with placed(where):
        order_id = order_id_of(session, number)
    order = order_view(session, order_id)
    if order.supplier_id != resolved(session, supplier_id):
        raise RuleBroken("receipts.order_of_other", where=where, number=order.number, supplier=order.supplier_name)
    return order


def _answer(
    line: ReceiptLineInput,
    received: Received,
    general: Sequence[OrderView],
    left: dict[Answered, int],
    order_of: Callable[[str], OrderView],
) -> tuple[Answered, OrderLineView] | None:
    item_id = received.item.id
    if line.order is not None:
        order = order_of(line.order)
        named = next(_of_item(order, item_id), None)
        if named is None:
            raise RuleBroken("receipts.not_ordered", where="order", item=received.item.name, number=order.number)
        return named
    offered = [each for order in general for each in _of_item(order, item_id)]
    still_open = (each for each in offered if left.get(each[0], each[1].open_units) > 0)
    return next(still_open, offered[0] if offered else None)


def _of_item(order: OrderView, item_id: UUID) -> Iterator[tuple[Answered, OrderLineView]]:
    return ((Answered(order.order_id, each.line), each) for each in order.lines if each.item_id == item_id)
