"""Orders goods from a supplier, and says that nothing more is awaited of an order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from core.audit.log import refuse_odd_clock, write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.lines import placed
from core.catalog.dto import ItemKind
from core.catalog.queries import find_items
from core.kernel.errors import RuleBroken
from core.kernel.quantity import parse_quantity
from core.numbering.dto import NumberedKind
from core.numbering.series import draw_number
from core.parties.model import Supplier
from core.purchasing.goods import at_line, goods, no_item, supplier_named
from core.purchasing.model import PurchaseOrder, PurchaseOrderClosing, PurchaseOrderLine
from core.purchasing.order_dto import CloseOrder, OrderLineInput, OrderUnit, OrderView, PlaceOrder
from core.purchasing.order_queries import order_id_of, order_view
from core.purchasing.supplier_units import SupplierUnit, bought_packs, unit_for, units_of
from core.storage.replays import Replay, replay
from core.storage.unit_of_work import UnitOfWork

_WHOLE: Final = re.compile(r"\d{1,6}", re.ASCII)
_NOTHING: Final = re.compile(r"0+", re.ASCII)


def place_order(uow: UnitOfWork, command: PlaceOrder) -> OrderView:
    """Order goods and return the order; the same command again returns the first result.

    Each item stands on one line, in whole sale packs: a receipt answers a line, and of two it could not be said which.
    Raises NeedsConfirmation ``clock.behind``, ``clock.ahead``; RuleBroken ``auth.not_allowed``,
    ``orders.command_reused``, ``orders.supplier_ended``, ``orders.expected_passed``, those of ``find_party``, and
    placed at their line ``sales.no_such_item``, ``orders.item_ended``, ``orders.item_twice``, ``orders.service``,
    ``orders.broken_pack``, ``orders.no_whole_unit``, ``orders.unit_unknown``, ``orders.which_unit``,
    ``orders.factor_of_packs`` and those of a quantity.
    """
    require(uow, Permission.PURCHASE)
    row = {"id": command.command_id, "command_sha": command.fingerprint()}
    done = replay(uow, PurchaseOrder, row, beside=frozenset())
    if done is Replay.OTHER:
        raise RuleBroken("orders.command_reused", command=str(command.command_id))
    if done is Replay.NEW:
        refuse_odd_clock(uow)
        _place(uow, command)
        write_event(uow, "order.placed", command.command_id)
    return order_view(uow.session, command.command_id)


def close_order(uow: UnitOfWork, command: CloseOrder) -> OrderView:
    """Await nothing more of an order, though not all of it came; for the same reason again it changes nothing.

    Raises RuleBroken ``auth.not_allowed``, ``orders.no_such``, ``orders.closed_already``, ``orders.nothing_open``.
    """
    require(uow, Permission.PURCHASE)
    order = order_view(uow.session, order_id_of(uow.session, command.number))
    if order.closing is not None:
        if order.closing.reason == command.reason:
            return order
        raise RuleBroken("orders.closed_already", number=order.number, reason=order.closing.reason)
    if not order.state.is_open:
        raise RuleBroken("orders.nothing_open", number=order.number)
    closing = {
        "order_id": order.order_id,
        "reason": command.reason,
        "on_date": uow.today,
        "at": uow.now,
        "username": uow.actor.username,
    }
    uow.record(PurchaseOrderClosing, [closing])
    write_event(uow, "order.closed", order.order_id)
    return order_view(uow.session, order.order_id)


def _place(uow: UnitOfWork, command: PlaceOrder) -> None:
    supplier = supplier_named(uow.session, command.supplier)
    if command.expected_on is not None and command.expected_on < uow.today:
        raise RuleBroken("orders.expected_passed", where="expected_on", date=command.expected_on)
    lines = list(_lines(uow, command, supplier))
    number = draw_number(uow, NumberedKind.ORDER, uow.today)
    order = {
        "id": command.command_id,
        "command_sha": command.fingerprint(),
        **number.columns(),
        "on_date": uow.today,
        "at": uow.now,
        "username": uow.actor.username,
        "supplier_id": supplier.id,
        "supplier_name": supplier.name,
        "expected_on": command.expected_on,
        "note": command.note,
    }
    uow.record(PurchaseOrder, [order])
    uow.record(PurchaseOrderLine, lines)


def _lines(uow: UnitOfWork, command: PlaceOrder, supplier: Supplier) -> Iterator[dict[str, Any]]:
    ids = find_items(uow.session, [line.item for line in command.lines])
    items = goods(uow.session, list(ids.values()))
    units = units_of(uow.session, items)
    seen: dict[UUID, int] = {}
    for number, line in enumerate(command.lines, start=1):
        try:
            if line.item not in ids:
                raise no_item(uow.session, line.item)
            item = items[ids[line.item]]
            if (before := seen.setdefault(item.id, number)) != number:
                raise RuleBroken("orders.item_twice", where="item", item=item.name, line=before)
            row = _line(line, item, supplier, units.get(item.id, {}).get(supplier.id, []))
        except RuleBroken as broken:
            raise at_line(broken, number - 1) from None
        yield {"order_id": command.command_id, "line": number, **row}


def _line(line: OrderLineInput, item: Any, supplier: Supplier, units: Sequence[SupplierUnit]) -> dict[str, Any]:
    """Return what a line asks for, in smallest units."""
    if item.kind == ItemKind.SERVICE:
        raise RuleBroken("orders.service", where="item", item=item.name)
    pieces = item.pieces_per_pack
    if line.unit is OrderUnit.SUPPLIER:
        unit = _named_unit(line, item, supplier, units)
        each = unit.factor * pieces
        ordered, free = _whole(line.quantity, "quantity") * each, _free(line, _whole) * each
        if not ordered:
            raise RuleBroken("quantity.zero", where="quantity")
    else:
        if line.factor is not None:
            raise RuleBroken("orders.factor_of_packs", where="factor", item=item.name)
        with placed("quantity"):
            ordered = parse_quantity(line.quantity, pieces)
        if ordered % pieces:
            raise RuleBroken("orders.broken_pack", where="quantity", item=item.name, pieces=pieces)
        free = _free(line, lambda text, _: parse_quantity(text, pieces))
        unit = unit_for(units, ordered // pieces)
    return {
        "item_id": item.id,
        "item_code": item.code,
        "item_name": item.name,
        "manufacturer": item.manufacturer,
        "pack_label": item.pack_label,
        "pieces_per_pack": pieces,
        "units": ordered,
        "free_units": free,
        "rate_parts": line.rate.parts if line.rate is not None else None,
        "supplier_code": unit.code,
        "factor": unit.factor,
        "origin": line.origin,
    }


def _named_unit(line: OrderLineInput, item: Any, supplier: Supplier, units: Sequence[SupplierUnit]) -> SupplierUnit:
    """Return what the supplier calls one, where the line counts in it.

    Raises RuleBroken ``orders.unit_unknown``, ``orders.which_unit``.
    """
    if line.factor is not None:
        # a code that means another unit would have the supplier send so many of those
        return next((unit for unit in units if unit.factor == line.factor), SupplierUnit(None, line.factor))
    if len({unit.factor for unit in units}) > 1:
        factors = ", ".join(str(factor) for factor in sorted({unit.factor for unit in units}))
        raise RuleBroken("orders.which_unit", where="factor", supplier=supplier.name, item=item.name, factors=factors)
    if units:
        return units[0]
    bought = bought_packs(item.pack_levels, item.purchase_level, item.pieces_per_pack)
    if bought is None:
        raise RuleBroken("orders.unit_unknown", where="factor", supplier=supplier.name, item=item.name)
    return SupplierUnit(None, bought)


def _whole(text: str, where: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise RuleBroken("orders.no_whole_unit", where=where, text=text)
    return int(text)


def _free(line: OrderLineInput, read: Any) -> int:
    """Return what should come free, as ``read`` reads it; nothing where nothing is typed, or a nought."""
    if line.free is None or _NOTHING.fullmatch(line.free):
        return 0
    with placed("free"):
        units: int = read(line.free, "free")
    return units
