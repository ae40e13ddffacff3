"""Quotations are made, found and billed on both databases."""

from __future__ import annotations

from core.app.verify import verify
from core.boundary.frozen import load
from core.inventory.items import CreateItem, create_item
from core.kernel.clock import business_date
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.sales.dto import TenderInput, TenderMode
from core.sales.posting import post_bill
from core.sales.quotation_bills import quotation_to_bill
from core.sales.quotation_dto import MakeQuotation
from core.sales.quotations import find_quotations, quotation_view
from core.sales.quoting import make_quotation
from core.storage.database import Database
from tests.core.storage.test_bills_on_both import ITEM, STOCK
from tests.core.storage.test_items_on_both import OWNER


def test_quotations_are_made_found_and_billed_on_both(database: Database) -> None:
    with database.write(OWNER) as uow:
        create_item(uow, load(CreateItem, {"command_id": str(new_id()), "item": ITEM, "stock": [STOCK]}))
    made = []
    for name, quantity in (("Asha Asokan", "1"), ("Asha Menon", "2"), ("Ravi", "99")):
        command = {
            "command_id": str(new_id()),
            "customer": {"name": name, "phone": "9847012345"},
            "lines": [{"item": "DOLO", "quantity": quantity}],
        }
        with database.write(OWNER) as uow:
            made.append(make_quotation(uow, load(MakeQuotation, command)))
    assert [line.to_order for quotation in made for line in quotation.lines] == [False, False, True]
    numbers = [quotation.number for quotation in made]
    with database.read() as session:
        for typed, found in (
            ("ash", numbers[1::-1]),
            ("98470", numbers[::-1]),
            ("2", [numbers[1]]),
            ("", numbers[::-1]),
        ):
            assert [hit.number for hit in find_quotations(session, OWNER, typed)] == found, typed
        quoted = quotation_to_bill(session, numbers[1], business_date(database.clock.now()))
    assert quoted.changes == ()
    paid = (TenderInput(mode=TenderMode.CASH, amount=Money.parse("60.00")),)
    with database.write(OWNER) as uow:
        bill = post_bill(uow, quoted.draft.model_copy(update={"payments": paid}))
    with database.read() as session:
        assert quotation_view(session, made[1].quotation_id).billed_as == bill.number
        assert [hit.number for hit in find_quotations(session, OWNER, "asha")] == [numbers[0]]
    assert verify(database).findings == ()
