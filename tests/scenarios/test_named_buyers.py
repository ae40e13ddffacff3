"""From Rs 50,000 taxable on a bill says who buys (rule 46(e), facts A1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

NAMED: dict[str, str] = {"name": "Ravi Kumar", "address": "Kaloor, Kochi 682017", "state": "32"}
#: MRPs that are 49,999.99 and 50,000.00 before 5 % GST.
JUST_BELOW, ABOVE = "52499.99", "52500.00"


@pytest.fixture
def dear(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop with drugs that cost as much as a motorcycle."""
    shop = TestShop.create(tmp_path / "dear", clock)
    for code, mrp in (("BELOW", JUST_BELOW), ("ABOVE", ABOVE), ("RATE", "60000.00")):
        shop.receives(code, mrp=mrp, pieces_per_pack=1)
    shop.receives("NIL", mrp="90000.00", treatment="nil", gst="0", pieces_per_pack=1)
    yield shop
    shop.books_agree()
    shop.close()


def test_a_paisa_below_needs_no_name(dear: TestShop) -> None:
    bill = dear.bills(("BELOW", "1"))
    assert str(bill.taxable) == "49999.99"
    assert bill.customer_name is None


@pytest.mark.parametrize("missing", ["name", "address", "state"])
def test_from_fifty_thousand_on_name_address_and_state_are_needed(dear: TestShop, missing: str) -> None:
    given = {name: text for name, text in NAMED.items() if name != missing}
    with dear.refuses("sales.name_and_address_needed", where=f"customer.{missing}"):
        dear.bills(("ABOVE", "1"), customer=given)
    with dear.refuses("sales.name_and_address_needed", where="customer.name"):
        dear.bills(("ABOVE", "1"))
    bill = dear.bills(("ABOVE", "1"), customer=NAMED)
    assert (str(bill.taxable), bill.customer_state) == ("50000.00", "32")


@pytest.mark.parametrize(("rate", "is_refused"), [("49999.99", False), ("50000.00", True)])
def test_the_line_runs_at_the_taxable_value_to_the_paisa(dear: TestShop, rate: str, is_refused: bool) -> None:
    line: dict[str, Any] = {"item": "RATE", "quantity": "1", "rate": rate}
    if is_refused:
        with dear.refuses("sales.name_and_address_needed"):
            dear.bills(line, price_basis="exclusive")
    else:
        assert str(dear.bills(line, price_basis="exclusive").taxable) == rate


def test_a_discount_that_takes_it_below_takes_the_duty_away(dear: TestShop) -> None:
    assert str(dear.bills(("ABOVE", "1"), bill_discount="1.00").taxable) == "49999.04"


def test_what_bears_no_tax_is_not_counted(dear: TestShop) -> None:
    assert str(dear.bills(("NIL", "1")).total) == "90000.00"
    assert dear.bills(("NIL", "1"), ("BELOW", "1"), paid="142500.00").customer_name is None


@pytest.mark.parametrize("missing", ["name", "address"])
@pytest.mark.parametrize("registration", ["regular", "composition"])
def test_a_registered_buyer_has_a_name_and_an_address_too(
    tmp_path: Path, clock: TurnedClock, registration: str, missing: str
) -> None:
    shop = TestShop.create(tmp_path / "any", clock, registration=registration)
    shop.receives("NIL", mrp="90.00", treatment="nil", gst="0", pieces_per_pack=1)
    shop.receives("ABOVE", mrp=ABOVE, pieces_per_pack=1)
    buyer = {"name": "City Hospital", "address": "Kaloor, Kochi", "gstin": "32AAHCS9012L1Z9"}
    for item in ("NIL", "ABOVE"):
        with shop.refuses("sales.registered_name_and_address_needed", where=f"customer.{missing}"):
            shop.bills((item, "1"), customer={name: text for name, text in buyer.items() if name != missing})
    bill = shop.bills(("ABOVE", "1"), customer=buyer)
    assert (bill.customer_gstin, bill.customer_state) == (buyer["gstin"], "32")
    shop.books_agree()
    shop.close()


def test_a_shop_without_a_registration_writes_no_invoice_to_a_registered_buyer(
    tmp_path: Path, clock: TurnedClock
) -> None:
    shop = TestShop.create(tmp_path / "memo", clock, registration="unregistered", gstin=None)
    shop.receives("ABOVE", mrp=ABOVE, pieces_per_pack=1)
    assert shop.bills(("ABOVE", "1"), customer={"gstin": "29AAHCS9012L1ZW"}).customer_name is None
    shop.close()


def test_a_buyer_from_elsewhere_at_this_counter_keeps_the_own_state_on_the_paper(dear: TestShop) -> None:
    bill = dear.bills(("ABOVE", "1"), customer={**NAMED, "state": "29"}, place_of_supply="32")
    assert (bill.place_of_supply, bill.customer_state, str(bill.igst)) == ("32", "29", "0.00")


def test_a_shop_that_collects_no_tax_writes_no_invoice(tmp_path: Path, clock: TurnedClock) -> None:
    shop = TestShop.create(tmp_path / "plain", clock, registration="composition")
    shop.receives("ABOVE", mrp="90000.00", pieces_per_pack=1)
    assert shop.bills(("ABOVE", "1")).customer_name is None
    shop.close()
