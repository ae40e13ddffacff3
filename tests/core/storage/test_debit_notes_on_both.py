"""Goods are billed, their batch is corrected, and they go back, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from core.app.verify import verify
from core.boundary.frozen import load
from core.inventory.batch_dto import CorrectBatch
from core.inventory.correcting import batch_corrections, correct_batch
from core.inventory.items import CreateItem, create_item
from core.kernel.errors import NeedsConfirmation
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.parties.dto import AddParty, PartyKind, SupplierDetails
from core.parties.queries import find_party
from core.parties.service import add_party
from core.purchasing.bill_dto import ReceiveBilledGoods
from core.purchasing.bill_queries import list_supplier_bills
from core.purchasing.billing import receive_billed_goods
from core.purchasing.debit_dto import IssueDebitNote, TakeBackDebitNote
from core.purchasing.debit_lots import lots_of_supplier, returnable_lots
from core.purchasing.debit_queries import list_debit_notes, open_claims
from core.purchasing.debiting import issue_debit_note
from core.purchasing.matching import match_board
from core.purchasing.receipt_queries import list_receipts
from core.purchasing.taking_back import take_back_debit_note
from core.storage.database import Database
from tests.core.purchasing.support import head, pack
from tests.core.storage.test_bills_on_both import ITEM, STOCK
from tests.core.storage.test_items_on_both import OWNER


def buys(database: Database, number: str, total: str, **more: Any) -> None:
    goods = pack("DOLO", more.pop("quantity", "10"), **more)
    command = {
        "command_id": str(new_id()),
        "receipt_id": str(new_id()),
        "head": head(total, number),
        "lines": [
            {"goods": {name: value for name, value in goods.items() if name != "rate"}, "printed": {"rate": "15.00"}}
        ],
        "match_reason": "short",
    }
    with database.write(OWNER) as uow:
        receive_billed_goods(uow, load(ReceiveBilledGoods, command))


def test_goods_of_a_corrected_batch_go_back_on_both(database: Database) -> None:
    with database.write(OWNER) as uow:
        create_item(uow, load(CreateItem, {"command_id": str(new_id()), "item": ITEM, "stock": [STOCK]}))
    with database.write(OWNER) as uow:
        add_party(uow, AddParty(command_id=new_id(), details=SupplierDetails(name="Kerala Pharma")))
    buys(database, "S-1", "150.00", short="2")
    correction = {"command_id": str(new_id()), "item": "DOLO", "batch": "B7", "number": "B17", "reason": "mistyped"}
    with database.write(OWNER) as uow:
        correct_batch(uow, load(CorrectBatch, correction))
    buys(database, "S-2", "30.00", quantity="2", batch="B17")  # the same batch by its right number
    with database.read() as session:
        first, second = returnable_lots(session, OWNER, "DOLO", "B17")
        assert first.batch_id == second.batch_id == batch_corrections(session)[0].batch_id
        supplier_id = find_party(session, PartyKind.SUPPLIER, "Kerala Pharma")
        assert lots_of_supplier(session, OWNER, supplier_id) == [first, second]
        bills = {hit.number: hit.bill_id for hit in list_supplier_bills(session, OWNER, text="kerala dolo").hits}
        assert (sorted(bills), open_claims(session, bills["S-1"])) == (["S-1", "S-2"], (1,))
        assert [hit.document for hit in list_receipts(session, OWNER, text="s-2").hits] == ["S-2"]
        assert list_supplier_bills(session, OWNER, text="kerala %").hits == []
        first_bill = list_supplier_bills(session, OWNER, text="kerala", limit=1)
        assert ([hit.number for hit in first_bill.hits], first_bill.left) == (["S-2"], 1)
    with pytest.raises(NeedsConfirmation, match=r"purchases\.looks_like"):
        buys(database, "S-3", "30.00", quantity="2", batch="B17")
    command = {
        "command_id": str(new_id()),
        "supplier": "Kerala Pharma",
        "reason": "recalled",
        "claims": [{"bill": "S-1", "line": 1}],
        "returns": [
            {"item": "DOLO", "batch": "B17", "quantity": "3", "why": "recall", "receipt": first.receipt_number},
            {"item": "DOLO", "batch": "B17", "quantity": "2", "why": "recall", "lot": str(second.lot_id)},
        ],
    }
    with database.write(OWNER) as uow:
        note = issue_debit_note(uow, load(IssueDebitNote, command))
    assert [line.total for line in note.lines] == [Money(30_00), Money(45_00), Money(30_00)]
    with database.read() as session:
        assert match_board(session, OWNER) == []
        assert [hit.total for hit in list_debit_notes(session, OWNER, text="DOLO").hits] == [Money(105_00)]
        assert list_debit_notes(session, OWNER, text="cough").hits == []
        assert open_claims(session, bills["S-1"]) == ()
    assert verify(database).findings == ()
    with database.write(OWNER) as uow:
        undone = take_back_debit_note(uow, TakeBackDebitNote(number=note.number, reason="the wrong batch"))
    assert undone.taken_back is not None
    with database.read() as session:
        assert [one.kind for one in match_board(session, OWNER)] == ["quantity"]
        assert [hit.is_taken_back for hit in list_debit_notes(session, OWNER).hits] == [True]
        assert open_claims(session, bills["S-1"]) == (1,)
        assert returnable_lots(session, OWNER, "DOLO", "B17") == [first, second]
    assert verify(database).findings == ()
