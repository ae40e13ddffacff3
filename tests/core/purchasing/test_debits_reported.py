"""What debit notes change in the reports of what is claimed and of input tax, and how the books call them."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.reporting.running import open_report
from tests.core.purchasing.support import balances, bought, pack
from tests.core.purchasing.test_debiting import back, debits
from tests.core.reporting.told import told
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)


def rows_of(shop: TestShop, name: str, **asked: str) -> list[dict[str, Any]]:
    with shop.shop.database.read() as session:
        opened = open_report(session, shop.actor, name, asked, TODAY)
        ids = [column.id for column in opened.columns]
        return [dict(zip(ids, row.values, strict=True)) for row in opened.rows(session)]


def test_a_claim_that_a_debit_note_settled_is_open_no_more(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500", short="2"), total="158", match_reason="short")
    assert [str(row["open"]) for row in rows_of(buyer, "supplier-claims", as_of="20-11-2026")] == ["31.50"]
    debits(buyer, claims=[{"bill": "S-101", "line": 1}])
    assert rows_of(buyer, "supplier-claims", as_of="20-11-2026") == []
    assert rows_of(buyer, "supplier-claims", as_of="19-11-2026") == []
    buyer.books_agree()


def test_input_tax_is_less_by_what_went_back(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    debits(buyer, returns=[back("2", why="damaged")])
    rows = {row["kind"]: (str(row["cgst"]), str(row["sgst"])) for row in rows_of(buyer, "input-tax", days="20-11-2026")}
    assert rows == {"Input tax": ("3.00", "3.00"), "Given back by debit notes": ("0.75", "0.75")}
    books = balances(buyer)
    assert (books["tax.input.cgst"], books["tax.input.sgst"]) == ("3.00", "3.00")
    book = rows_of(buyer, "day-book", days="20-11-2026")
    assert any("Debit note" in str(row.values()) for row in book)
    buyer.books_agree()


def test_a_trace_says_to_whom_goods_went_back(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    note = debits(buyer, returns=[back("2")])
    rows = told(buyer, "batch-trace", "kind supplier supplier_bill", item="PCM500", batch="B7")
    assert rows[-1] == ("Returned to the supplier", "Kerala Pharma", note.number)
