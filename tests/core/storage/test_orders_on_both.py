"""Orders are suggested, placed, listed and received on both databases."""

from __future__ import annotations

from typing import Any

from core.app.verify import verify
from core.boundary.frozen import load
from core.inventory.items import CreateItem, create_item
from core.kernel.clock import business_date
from core.kernel.ids import new_id
from core.parties.dto import AddParty, SupplierDetails
from core.parties.service import add_party
from core.purchasing.order_dto import CloseOrder, OrderState, PlaceOrder
from core.purchasing.order_queries import list_orders, open_lines, open_units, order_view
from core.purchasing.ordering import close_order, place_order
from core.purchasing.suggesting import suggest_order
from core.sales.dto import PostBill
from core.sales.posting import post_bill
from core.storage.database import Database
from core.wants.dto import NoteWant
from core.wants.service import note_want
from tests.core.purchasing.support import Came, receive_for
from tests.core.storage.test_bills_on_both import ITEM, STOCK
from tests.core.storage.test_items_on_both import OWNER


def test_orders_are_suggested_placed_and_received_on_both(database: Database) -> None:
    item = {**ITEM, "min_stock_units": 50, "max_stock_units": 200}
    with database.write(OWNER) as uow:
        create_item(uow, load(CreateItem, {"command_id": str(new_id()), "item": item, "stock": [STOCK]}))
    with database.write(OWNER) as uow:
        supplier = add_party(uow, AddParty(command_id=new_id(), details=SupplierDetails(name="Kerala Pharma"))).party_id
    bill: dict[str, Any] = {
        "command_id": str(new_id()),
        "lines": [{"item": "DOLO", "quantity": "6"}],
        "payments": [{"mode": "cash", "amount": "180.00"}],
    }
    with database.write(OWNER) as uow:
        post_bill(uow, load(PostBill, bill))
    with database.write(OWNER) as uow:
        note_want(uow, NoteWant(item="DOLO", quantity="1"))
    today = business_date(database.clock.now())
    with database.read() as session:
        (missing,) = suggest_order(session, OWNER, None, today, today)
    assert (missing.units, missing.stock_units, missing.sold_units, missing.wanted_units) == (170, 40, 60, 10)
    made = []
    for quantity in ("17", "3"):
        command = {
            "command_id": str(new_id()),
            "supplier": "Kerala Pharma",
            "lines": [{"item": "DOLO", "quantity": quantity, "free": "1"}],
        }
        with database.write(OWNER) as uow:
            made.append(place_order(uow, load(PlaceOrder, command)))
    item_id = made[0].lines[0].item_id
    with database.write(OWNER) as uow:
        receive_for(uow, made[0], [Came(1, billed=100, short=10)])
    with database.write(OWNER) as uow:
        close_order(uow, CloseOrder(number=made[1].number, reason="a test"))
    with database.read() as session:
        assert order_view(session, made[0].order_id).lines[0].open_units == 90
        assert open_units(session, [item_id]) == {item_id: 90}
        assert [each.line.open_units for each in open_lines(session, supplier)] == [90]
        first = list_orders(session, OWNER, supplier_id=supplier, limit=1)
        rest = list_orders(session, OWNER, after=first.end)
        assert [(hit.number, hit.state) for hit in (*first.hits, *rest.hits)] == [
            (made[1].number, OrderState.CLOSED),
            (made[0].number, OrderState.PART_RECEIVED),
        ]
        for state in OrderState:
            numbers = [hit.number for hit in list_orders(session, OWNER, states=[state]).hits]
            found = {OrderState.CLOSED: [made[1].number], OrderState.PART_RECEIVED: [made[0].number]}
            assert numbers == found.get(state, [])
        assert suggest_order(session, OWNER, supplier, today, today) == []
    with database.write(OWNER) as uow:
        close_order(uow, CloseOrder(number=made[0].number, reason="a test"))
    with database.write(OWNER) as uow:
        note_want(uow, NoteWant(item="DOLO", quantity="10"))
    with database.read() as session:
        (missing,) = suggest_order(session, OWNER, supplier, today)
    assert (missing.units, missing.last_supplier_name, missing.supplier_id) == (180, "Kerala Pharma", supplier)
    assert verify(database).findings == ()
