"""Bills are found and corrected on both databases, those from before they were indexed too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from core.app.schema import METADATA
from core.app.verify import verify
from core.boundary.frozen import load
from core.inventory.items import CreateItem, create_item
from core.kernel.ids import new_id
from core.sales.correcting import correct_bill
from core.sales.dto import CorrectBill, PostBill
from core.sales.finding import FindBills, find_bills
from core.sales.indexing import words_of_bill
from core.sales.model import Bill, BillWord
from core.sales.posting import post_bill
from core.storage import migrate
from core.storage.database import Database
from core.storage.unit_of_work import table_of
from tests.core.storage.test_items_on_both import OWNER
from tests.core.storage.test_migrations import tables_of

ITEM = {
    "code": "DOLO", "name": "Dolo 650", "form": "tablet", "pack_label": "10's", "pieces_per_pack": 10, "hsn": "3004",
    "treatment": "taxable", "gst": "5",
}  # fmt: skip
STOCK = {
    "line": 1, "batch": "A1", "expiry": "2028-03-31", "expiry_precision": "month", "mrp": "30.00",
    "purchase_rate": "10", "units": 100,
}  # fmt: skip


def test_bills_are_found_and_corrected_on_both(database: Database) -> None:
    with database.write(OWNER) as uow:
        create_item(uow, load(CreateItem, {"command_id": str(new_id()), "item": ITEM, "stock": [STOCK]}))
    command = {
        "command_id": str(new_id()),
        "customer": {"name": "Asha Menon", "phone": "9847012345"},
        "lines": [{"item": "DOLO", "quantity": "1"}],
        "payments": [{"mode": "cash", "amount": "30.00"}],
    }
    with database.write(OWNER) as uow:
        wrong = post_bill(uow, load(PostBill, command))
    with database.write(OWNER) as uow:
        draft = correct_bill(uow, CorrectBill(number=wrong.number, reason="wrong person")).draft
    with database.write(OWNER) as uow:
        right = post_bill(uow, draft)
    everything: dict[str, Any] = {"amount": "30.00", "name": "menon", "phone": "98470", "item": "dolo", "words": "asha"}
    day = right.date.isoformat()
    with database.read() as session:
        for name, value in (everything | {"first": day, "last": day}).items():
            hits = find_bills(session, OWNER, load(FindBills, {name: value})).hits
            assert {hit.number for hit in hits} == {wrong.number, right.number}, name
        for wanted, number in (
            ({"number": right.number}, right.number),
            ({**everything, "cancelled": False}, right.number),
            ({**everything, "cancelled": True}, wrong.number),
        ):
            assert [hit.number for hit in find_bills(session, OWNER, load(FindBills, wanted)).hits] == [number]
        first = find_bills(session, OWNER, FindBills(), limit=1)
        second = find_bills(session, OWNER, FindBills(), after=first.end, limit=1)
    assert {hit.number for hit in first.hits + second.hits} == {wrong.number, right.number}
    assert second.end is None
    assert verify(database).findings == ()


@pytest.mark.parametrize("phone", ["98470 12345", "ext 17"])
def test_bills_from_before_they_were_indexed_are_found(empty_database: Database, phone: str) -> None:
    """Revision 0014 reads the bills that stand."""
    older = tables_of("0011")
    older.remove(older.tables["bill"])  # its guards would compare the new column
    migrate.upgrade(empty_database, older, "0011")
    bill: dict[str, Any] = dict.fromkeys(
        (column.name for column in table_of(Bill).columns if column.name.endswith("_paise")), 0
    )
    bill |= {
        "id": new_id(), "command_sha": bytes(32), "number": "C1/26-27/000001", "series": "C1", "financial_year": 2026,
        "serial": 1, "document_kind": "tax_invoice", "on_date": date(2026, 11, 20),
        "at": datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "username": "owner", "place_of_supply": "32",
        "tax_type": "intra", "customer_name": "Asha Menon", "customer_phone": phone,
    }  # fmt: skip
    with empty_database.writer.begin() as connection:
        connection.execute(insert(table_of(Bill)), [bill])
    migrate.upgrade(empty_database, METADATA)
    with empty_database.read() as session:
        found = find_bills(session, OWNER, FindBills(name="menon asha", phone=phone)).hits
        words = set(session.scalars(table_of(BillWord).select().with_only_columns(BillWord.word)))
    assert [hit.number for hit in found] == ["C1/26-27/000001"]
    assert words == words_of_bill([("Asha Menon", phone)])
