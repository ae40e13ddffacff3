"""Documents of purchases found by words: what a cut list leaves out, and how SQLite goes about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.purchasing.bill_queries import list_supplier_bills
from core.purchasing.debit_queries import list_debit_notes
from core.purchasing.order_dto import OrderState
from core.purchasing.order_queries import list_orders
from core.purchasing.receipt_queries import list_receipts
from tests.core.purchasing.support import bought, orders, pack, supplier
from tests.support.clock import TurnedClock
from tests.support.plans import plans_of
from tests.support.shop import TestShop


@pytest.fixture
def buyer(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop that ordered and bought the same item three times, and another once between them."""
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.adds("PCM500", name="Paracetamol 500", manufacturer="Cipla")
    shop.adds("COUGH", name="Cough Syrup", pack_label="100ML", pieces_per_pack=1, manufacturer="Cipla")
    supplier(shop)
    for number in ("A-1", "A-2"):
        bought(shop, pack("PCM500", batch=number), total="150", number=number)
    bought(shop, pack("COUGH", mrp="80", rate="50"), total="500", number="C-1")
    bought(shop, pack("PCM500", batch="A-3"), total="150", number="A-3")
    for _ in range(3):
        orders(shop, ("PCM500", "10"))
    orders(shop, ("COUGH", "10"))
    yield shop
    shop.books_agree()


def test_a_list_counts_what_fits_and_stands_behind_its_end(buyer: TestShop) -> None:
    with buyer.shop.database.read() as session:
        first = list_supplier_bills(session, buyer.actor, text="paracetamol", limit=1)
        rest = list_supplier_bills(session, buyer.actor, text="paracetamol", after=first.end, limit=1)
        last = list_supplier_bills(session, buyer.actor, text="paracetamol", after=rest.end, limit=1)
        receipts = list_receipts(session, buyer.actor, only_unbilled=True, limit=1)
        everything = list_receipts(session, buyer.actor, limit=1)
        open_orders = list_orders(session, buyer.actor, states=[OrderState.OPEN], text="pcm", limit=2)
        no_order = list_orders(session, buyer.actor, states=[OrderState.CLOSED], limit=1)
    assert [([hit.number for hit in page.hits], page.left) for page in (first, rest, last)] == [
        (["A-3"], 2),
        (["A-2"], 1),
        (["A-1"], 0),
    ]
    assert (last.end, receipts.left, everything.left) == (None, 0, 3)
    assert (len(open_orders.hits), open_orders.left, no_order.left) == (2, 1, 0)


def test_lines_are_looked_at_document_by_document_and_nothing_is_sorted(buyer: TestShop) -> None:
    def reads(session: Session) -> None:
        list_orders(session, buyer.actor, text="cough", limit=1)
        list_receipts(session, buyer.actor, text="paracetamol", limit=1)
        list_supplier_bills(session, buyer.actor, text="paracetamol", limit=1)
        list_debit_notes(session, buyer.actor, text="cough", limit=1)

    plans = [(text, plan) for text, plan in plans_of(buyer.shop.database, reads) if "LIKE" in text]
    assert len([text for text, _ in plans if "count(*)" in text]) == 2
    steps = [step for _, plan in plans for step in plan]
    for lines in ("purchase_order_line", "goods_receipt_line", "supplier_bill_line", "debit_note_line"):
        assert any(step.startswith(f"SEARCH {lines} USING") for step in steps), lines
        assert not [step for step in steps if step.startswith(f"SCAN {lines}")]
    assert not [step for step in steps if "TEMP B-TREE" in step]
