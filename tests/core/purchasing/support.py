"""Shops that order: suppliers, orders, and goods that come for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from core.audit.log import write_event
from core.boundary.frozen import load
from core.catalog.queries import find_item
from core.inventory.model import Lot
from core.inventory.queries import default_location
from core.inventory.receiving import Receipt, batch_id, receive
from core.kernel.clock import business_date
from core.kernel.dates import Expiry
from core.kernel.ids import new_id
from core.kernel.money import Money, Rate
from core.ledger import chart
from core.ledger.posting import Posting, post_entry
from core.numbering.dto import NumberedKind
from core.numbering.series import draw_number
from core.parties.codes import teach_supplier_item
from core.parties.dto import AddParty, EndParty, PartyKind, SupplierDetails, TeachSupplierItem
from core.parties.service import add_party, end_party
from core.purchasing.model import GoodsReceipt, GoodsReceiptLine
from core.purchasing.order_dto import CloseOrder, OrderView, PlaceOrder, Suggestion
from core.purchasing.order_queries import order_view
from core.purchasing.ordering import close_order, place_order
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
    """Write down what came for an order, with the event of it."""
    receipt_id, expiry, mrp = new_id(), Expiry.parse("12/2028"), Money.parse("25.65")
    number = draw_number(uow, NumberedKind.RECEIPT, uow.today)
    head = {
        "id": receipt_id, "command_sha": bytes(32), "number": number.text, "series": number.series,
        "financial_year": number.financial_year.starts_in, "serial": number.serial, "on_date": uow.today,
        "at": uow.now, "username": uow.actor.username, "supplier_id": order.supplier_id,
        "supplier_name": order.supplier_name,
    }  # fmt: skip
    rows: list[dict[str, Any]] = []
    receipts: list[Receipt] = []
    for number_of_line, each in enumerate(came, start=1):
        line = order.lines[each.line - 1]
        accepted = each.billed + each.free - each.short - each.damaged
        rate = None if each.rate is None else Rate.parse(each.rate)
        cost = Money(0) if rate is None else rate.times_per_pack(each.billed, line.pieces_per_pack)
        batch = f"R{number.serial}"
        if accepted:
            place = default_location(uow.session)
            receipts.append(Receipt(line.item_id, batch, expiry, mrp, accepted, cost, place))
        rows.append(
            {
                "receipt_id": receipt_id,
                "line": number_of_line,
                "item_id": line.item_id,
                "item_code": line.item_code,
                "item_name": line.item_name,
                "pack_label": line.pack_label,
                "pieces_per_pack": line.pieces_per_pack,
                "batch_number": batch,
                "is_automatic_batch": False,
                "batch_id": batch_id(line.item_id, batch, expiry, mrp) if accepted else None,
                "mrp_paise": mrp.paise,
                "billed_units": each.billed,
                "free_units": each.free,
                "short_units": each.short,
                "damaged_units": each.damaged,
                "awaited_units": 0,
                "rate_parts": None if rate is None else rate.parts,
                "is_provisional": rate is None,
                "cost_paise": cost.paise if accepted else 0,
                "order_id": order.order_id,
                "order_line": each.line,
            }
        )
    kind = "goods_receipt"
    worth = receive(uow, document_id=receipt_id, document_kind=kind, on_date=uow.today, receipts=receipts)
    lots = iter(uow.session.scalars(select(Lot.id).where(Lot.document_id == receipt_id).order_by(Lot.id)).all())
    for row in rows:
        row["lot_id"] = next(lots) if row["batch_id"] is not None else None
    uow.record(GoodsReceipt, [head])
    uow.record(GoodsReceiptLine, rows)
    postings = [Posting(chart.STOCK, worth), Posting(chart.RECEIVED, -worth)]
    post_entry(uow, receipt_id, kind, uow.today, postings)
    write_event(uow, "goods.received", receipt_id)
