"""How the shop stands with a supplier."""

from __future__ import annotations

from datetime import date

from core.kernel.money import Money
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.purchasing.standing import SupplierStanding, supplier_standing
from core.storage.sqlite import SqliteDatabase
from tests.core.purchasing.support import bought, orders, pack, receives
from tests.core.purchasing.test_billing import takes_back
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)


def standing(shop: TestShop) -> SupplierStanding:
    with shop.shop.database.read() as session:
        return supplier_standing(session, find_party(session, PartyKind.SUPPLIER, "Kerala Pharma"), TODAY)


def test_nothing_stands_with_a_new_supplier(buyer: TestShop) -> None:
    assert standing(buyer) == SupplierStanding(Money(0), Money(0), None, (), (), 0, Money(0))


def test_what_is_owed_awaited_and_bought_is_told(buyer: TestShop) -> None:
    order = orders(buyer, ("PCM500", "50"))
    bought(buyer, pack("PCM500", short="1"), total="158", number="S-1", match_reason="short", orders=[order.number])
    wrong = bought(buyer, pack("PCM500"), total="158", number="S-2", billed_on="2026-11-19", confirmed=True)
    bought(buyer, pack("PCM500"), total="158", number="OLD", billed_on="2026-03-30")
    takes_back(buyer, wrong)
    receipt = receives(buyer, pack("COUGH", mrp="80"))
    said = standing(buyer)
    assert (said.owed, said.bought, said.differences, said.difference) == (
        Money.parse("316.00"),
        Money.parse("150.00"),
        1,
        Money.parse("15.76"),
    )
    assert said.last_bill is not None
    assert (said.last_bill.number, said.orders) == ("S-1", (order.number,))
    assert said.receipts[-1] == receipt.number
    assert len(said.receipts) == 2  # the goods of the bill that was taken back wait again


def test_it_reads_along_indexes(buyer: TestShop) -> None:
    bought(buyer, pack("PCM500"), total="158")
    database = buyer.shop.database
    assert isinstance(database, SqliteDatabase)
    with database.read() as session:
        key = find_party(session, PartyKind.SUPPLIER, "Kerala Pharma")
    refuse_scans(plans_of(database, lambda session: supplier_standing(session, key, TODAY)))
