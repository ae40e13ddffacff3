"""Shops that order: suppliers, orders, and goods that come for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from core.boundary.frozen import load
from core.catalog.queries import find_item
from core.kernel.clock import business_date
from core.kernel.ids import new_id
from core.ledger.queries import trial_balance
from core.parties.codes import teach_supplier_item
from core.parties.dto import AddParty, EndParty, PartyKind, SupplierDetails, TeachSupplierItem
from core.parties.service import add_party, end_party
from core.purchasing.bill_dto import EnterBill, ReceiveBilledGoods, SupplierBillView
from core.purchasing.billing import enter_bill, receive_billed_goods
from core.purchasing.order_dto import CloseOrder, OrderView, PlaceOrder, Suggestion
from core.purchasing.order_queries import order_view
from core.purchasing.ordering import close_order, place_order
from core.purchasing.receipt_dto import ReceiptView, ReceiveGoods
from core.purchasing.receiving import receive_goods
from core.purchasing.suggesting import suggest_order
from core.storage.unit_of_work import UnitOfWork
from tests.support.shop import TestShop

Lines = tuple[str, str] | dict[str, Any]


def supplier(shop: TestShop, name: str = "Kerala Pharma", **details: Any) -> UUID:
    """Add a supplier and return its id."""
    command = AddParty(command_id=new_id(), details=SupplierDetails(name=name, **details), confirmed=True)
    with shop.shop.database.write(shop.actor) as uow:
        return add_party(uow, command).party_id


def ends(shop: TestShop, supplier_id: UUID) -> None:
    """Deal with a supplier no more."""
    with shop.shop.database.write(shop.actor) as uow:
        end_party(uow, EndParty(kind=PartyKind.SUPPLIER, party_id=supplier_id))


def item_id(shop: TestShop, code: str) -> UUID:
    """Return the id of an item."""
    with shop.shop.database.read() as session:
        found = find_item(session, code)
    assert found is not None
    return found


def teaches(shop: TestShop, supplier_id: UUID, code: str, item: str, factor: int = 1) -> None:
    """Teach what a supplier calls an item."""
    command = TeachSupplierItem(supplier_id=supplier_id, code=code, item_id=item_id(shop, item), factor=factor)
    with shop.shop.database.write(shop.actor) as uow:
        teach_supplier_item(uow, command)


def order_command(*lines: Lines, supplier: str = "Kerala Pharma", **more: Any) -> PlaceOrder:
    """Return the command to order (code, quantity) pairs or whole lines."""
    said = [{"item": line[0], "quantity": line[1]} if isinstance(line, tuple) else line for line in lines]
    return load(PlaceOrder, {"command_id": str(new_id()), "supplier": supplier, "lines": said, **more})


def places(shop: TestShop, command: PlaceOrder) -> OrderView:
    """Order."""
    with shop.shop.database.write(shop.actor) as uow:
        return place_order(uow, command)


def orders(shop: TestShop, *lines: Lines, **more: Any) -> OrderView:
    """Order (code, quantity) pairs or whole lines."""
    return places(shop, order_command(*lines, **more))


def closes(shop: TestShop, order: OrderView, reason: str = "out of stock there") -> OrderView:
    """Await nothing more of an order."""
    with shop.shop.database.write(shop.actor) as uow:
        return close_order(uow, CloseOrder(number=order.number, reason=reason))


def again(shop: TestShop, order: OrderView) -> OrderView:
    """Return an order as it stands now."""
    with shop.shop.database.read() as session:
        return order_view(session, order.order_id)


def suggested(shop: TestShop, supplier_id: UUID | None = None, since: date | None = None) -> list[Suggestion]:
    """Return what the shop should order today."""
    with shop.shop.database.read() as session:
        return suggest_order(session, shop.actor, supplier_id, business_date(shop.clock.now()), since)


class Came(NamedTuple):
    """What came for a line of an order, in smallest units; ``rate`` is of a sale pack, None where nobody knew."""

    line: int
    billed: int
    free: int = 0
    short: int = 0
    damaged: int = 0
    rate: str | None = "15.00"


def goods_come(shop: TestShop, order: OrderView, *came: Came) -> None:
    """Write down what came for an order, as a goods receipt does."""
    with shop.shop.database.write(shop.actor) as uow:
        receive_for(uow, order, came)


def receive_for(uow: UnitOfWork, order: OrderView, came: Sequence[Came]) -> None:
    """Receive what came for an order, each line as a batch of its own."""
    lines = [
        {
            "item": order.lines[each.line - 1].item_code,
            "quantity": f"{each.billed}t",
            "free": f"{each.free}t",
            "short": f"{each.short}t",
            "damaged": f"{each.damaged}t",
            "factor": 1,
            "batch": f"R{new_id().hex[:12]}",
            "expiry": "12/2028",
            "mrp": "25.65",
            "rate": each.rate,
            "order": order.number,
        }
        for each in came
    ]
    command = {"command_id": str(new_id()), "supplier": str(order.supplier_id), "lines": lines, "confirmed": True}
    receive_goods(uow, load(ReceiveGoods, command))


def receives(shop: TestShop, *lines: dict[str, Any], supplier: str = "Kerala Pharma", **more: Any) -> ReceiptView:
    """Receive goods."""
    command = {"command_id": str(new_id()), "supplier": supplier, "lines": list(lines), **more}
    with shop.shop.database.write(shop.actor) as uow:
        return receive_goods(uow, load(ReceiveGoods, command))


def pack(item: str, quantity: str = "10", **more: Any) -> dict[str, Any]:
    """Return a line of a receipt: a strip of ten at an MRP of 25.65 that costs 15."""
    return {
        "item": item,
        "quantity": quantity,
        "batch": "B7",
        "expiry": "12/2028",
        "mrp": "25.65",
        "rate": "15.00",
        **more,
    }


def head(total: str, number: str = "S-101", supplier: str = "Kerala Pharma", **more: Any) -> dict[str, Any]:
    """Return the head of a bill of today."""
    return {"supplier": supplier, "number": number, "billed_on": "2026-11-20", "total": total, **more}


def enters(
    shop: TestShop,
    receipt: ReceiptView,
    *lines: dict[str, Any],
    total: str,
    reason: str | None = None,
    confirmed: bool = False,
    **more: Any,
) -> SupplierBillView:
    """Enter the bill for a receipt; each line asks for the receipt's line of its place unless it says another."""
    said = [{"receipt": receipt.number, "line": place, **line} for place, line in enumerate(lines, start=1)]
    beside = {"match_reason": reason, "confirmed": confirmed}
    command = {"command_id": str(new_id()), "head": head(total, **more), "lines": said, **beside}
    with shop.shop.database.write(shop.actor) as uow:
        return enter_bill(uow, load(EnterBill, command))


def bought(shop: TestShop, *lines: dict[str, Any], total: str, **more: Any) -> SupplierBillView:
    """Receive goods with their bill: each line is one of a receipt, with ``printed`` what the bill says beside it."""
    said = [
        {"goods": {name: value for name, value in line.items() if name not in {"printed", "rate"}},
         "printed": {"rate": line.get("rate", "15.00"), **line.get("printed", {})}}
        for line in lines
    ]  # fmt: skip
    beside: dict[str, Any] = {name: more.pop(name) for name in ("match_reason", "orders", "confirmed") if name in more}
    command = {
        "command_id": str(new_id()),
        "receipt_id": str(new_id()),
        "head": head(total, **more),
        "lines": said,
        **beside,
    }
    with shop.shop.database.write(shop.actor) as uow:
        return receive_billed_goods(uow, load(ReceiveBilledGoods, command))


def balances(shop: TestShop) -> dict[str, str]:
    """Return what stands on each account, debit positive, without those that are even."""
    with shop.shop.database.read() as session:
        rows = trial_balance(session)
    return {row.code: str(row.debit - row.credit) for row in rows if row.debit != row.credit}
