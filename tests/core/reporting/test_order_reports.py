"""What is ordered and has not come, and what should be ordered: exact rows, rights, and what they are read along."""

from __future__ import annotations

from typing import Any

import pytest

from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.reporting.report import ToReport
from core.wants.dto import NoteWant
from core.wants.service import note_want
from tests.core.purchasing.support import Came, closes, ends, goods_come, orders, supplier, teaches
from tests.core.reporting.told import asked, told, values_told
from tests.support.clock import TurnedClock
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop


@pytest.fixture
def pharmacy(shop: TestShop, clock: TurnedClock) -> TestShop:
    """A shop with an order of two lines that is overdue, one that came and one that was closed."""
    shop.receives("PCM500", name="Paracetamol 500", packs=2, min_stock_units=100, max_stock_units=200)
    shop.receives("COUGH", name="Cough Syrup", pack_label="100ML", pieces_per_pack=1, packs=9)
    kerala = supplier(shop)
    supplier(shop, "Malabar Drugs")
    teaches(shop, kerala, "K-9", "COUGH", 6)
    came = orders(shop, {"item": "COUGH", "quantity": "2", "rate": "80"}, supplier="Malabar Drugs")
    goods_come(shop, came, Came(1, billed=2, rate="81.25"))
    closes(shop, orders(shop, ("COUGH", "5")))
    late = orders(
        shop,
        {"item": "PCM500", "quantity": "10", "free": "1", "rate": "15.5", "origin": "reorder"},
        ("COUGH", "4"),
        expected_on="2026-11-22",
    )
    goods_come(shop, late, Came(1, billed=30), Came(2, billed=4, rate=None))
    clock.turn(hours=24 * 5)
    return shop


def waits(shop: TestShop) -> None:
    """Let a customer wait for paracetamol."""
    with shop.shop.database.write(shop.actor) as uow:
        note_want(uow, NoteWant(item="PCM500", quantity="4"))


def test_open_orders_say_what_came_and_how_late_the_rest_is(pharmacy: TestShop) -> None:
    orders(pharmacy, ("COUGH", "1"), supplier="Malabar Drugs")
    columns = "number date supplier item code ordered received open expected late state why value"
    assert told(pharmacy, "orders", columns) == [
        (
            "C1O/26-27/000003", "20-11-2026", "Kerala Pharma", "Paracetamol 500", "PCM500", "11:0", "3:0", "8:0",
            "22-11-2026", "3", "Part of it came", "Below minimum", "155.00",
        ),
        (
            "C1O/26-27/000003", "20-11-2026", "Kerala Pharma", "Cough Syrup", "COUGH", "4", "4", "", "22-11-2026", "",
            "Came", "By hand", "",
        ),
        (
            "C1O/26-27/000004", "25-11-2026", "Malabar Drugs", "Cough Syrup", "COUGH", "1", "0", "1", "", "",
            "Nothing came", "By hand", "",
        ),
    ]  # fmt: skip
    assert told(pharmacy, "orders", "number", supplier="malabar drugs") == [("C1O/26-27/000004",)]
    opened = asked(pharmacy, "orders", supplier="malabar drugs")
    assert opened.heading == "Supplier: Malabar Drugs"
    with pharmacy.shop.database.read() as session:
        assert next(opened.rows(session)).target == ToReport("stock", {"item": "COUGH"})


def test_what_to_order_says_why_and_from_whom(pharmacy: TestShop) -> None:
    pharmacy.bills(("COUGH", "14"))
    waits(pharmacy)
    columns = "supplier item stock on_order minimum wanted sold order supplier_code lasts why last_supplier rate value"
    assert told(pharmacy, "reorder", columns) == [
        (
            "Kerala Pharma", "Cough Syrup", "1", "", "", "", "14", "18", "K-9", "0.3", "Sold", "Kerala Pharma", "81.25",
            "1,462.50",
        ),
        (
            "Kerala Pharma", "Paracetamol 500", "5:0", "8:0", "10:0", "4:0", "", "11:0", "", "", "Below minimum",
            "Kerala Pharma", "15.00", "165.00",
        ),
    ]  # fmt: skip
    assert told(pharmacy, "reorder", "item", sold="0") == [("Paracetamol 500",)]
    assert told(pharmacy, "reorder", "item", sold="9999", supplier="Kerala Pharma") == [
        ("Cough Syrup",),
        ("Paracetamol 500",),
    ]
    assert told(pharmacy, "reorder", "item", supplier="Malabar Drugs") == []


def test_a_supplier_who_is_dealt_with_no_more_is_no_one_to_order_from(pharmacy: TestShop) -> None:
    ends(pharmacy, supplier(pharmacy, "Old Traders"))
    assert told(pharmacy, "orders", "number", supplier="Old Traders") == []
    with pytest.raises(RuleBroken) as refused:
        told(pharmacy, "reorder", "item", supplier="Old Traders")
    assert (refused.value.code, refused.value.where) == ("orders.supplier_ended", "supplier")


@pytest.mark.parametrize("name", ["orders", "reorder"])
@pytest.mark.parametrize("role", Role)
def test_it_is_read_by_who_buys_and_who_reads_every_report(pharmacy: TestShop, role: Role, name: str) -> None:
    waits(pharmacy)
    if role in {Role.OWNER, Role.PURCHASE_CLERK, Role.ACCOUNTANT}:
        assert values_told(pharmacy, name, role)
    else:
        with pytest.raises(RuleBroken, check=lambda broken: broken.code == "reports.out_of_scope"):
            asked(pharmacy, name, role)


@pytest.mark.parametrize("name", ["orders", "reorder"])
def test_what_goods_cost_is_for_who_may_see_it(pharmacy: TestShop, name: str) -> None:
    waits(pharmacy)
    assert isinstance(values_told(pharmacy, name, Role.PURCHASE_CLERK)[0]["value"], Money)
    right = SetRoleRight(user_role=Role.PURCHASE_CLERK, permission=Permission.SEE_COST, granted=False)
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        set_role_right(uow, right)
    assert not {"value", "rate"} & values_told(pharmacy, name, Role.PURCHASE_CLERK)[0].keys()


@pytest.mark.parametrize("values", [{}, {"supplier": "Kerala Pharma"}])
@pytest.mark.parametrize("name", ["orders", "reorder"])
def test_it_is_read_along_indexes(pharmacy: TestShop, name: str, values: dict[str, Any]) -> None:
    waits(pharmacy)
    opened = asked(pharmacy, name, **values)
    plans = plans_of(pharmacy.shop.database, lambda session: list(opened.rows(session)))
    assert plans
    refuse_scans(plans)
