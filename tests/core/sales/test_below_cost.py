"""A line that brings less than it cost: said, asked about or refused, as the shop has chosen, to window and files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from core.app.choices import set_choice
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.gst import TaxType
from core.kernel.money import ZERO, Money, Percent, Rate
from core.sales.below_cost import Loss, loss_of, losses
from core.sales.drafting import Discount, fill_line, price_bill
from core.settings.choices import BelowCost, Choice
from tests.support.clock import TurnedClock
from tests.support.sale_items import batch, item
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A shop that bought a strip for 15.00 which brings 24.43 without GST at its MRP, and one that always loses."""
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.receives("FINE", mrp="25.65", cost="15.0000")
    shop.receives("DEAR", mrp="25.65", cost="25.0000")
    yield shop
    shop.books_agree()
    shop.close()


def chooses(shop: TestShop, choice: BelowCost) -> None:
    with shop.shop.database.write(Actor(None, "owner", Role.OWNER)) as uow:
        set_choice(uow, Choice.BELOW_COST, choice)


def test_until_the_shop_chooses_otherwise_it_is_billed(shop: TestShop) -> None:
    assert shop.bills(("DEAR", "1")).total == Money(26_00)


@pytest.mark.parametrize("role", [Role.OWNER, Role.PHARMACIST])
def test_a_shop_that_asks_a_supervisor_lets_those_who_may(shop: TestShop, role: Role) -> None:
    chooses(shop, BelowCost.SUPERVISOR)
    shop.acts(role)
    assert shop.bills(("DEAR", "1")).total == Money(26_00)


def test_a_cashier_is_told_that_it_is_below_and_not_by_how_much(shop: TestShop) -> None:
    chooses(shop, BelowCost.SUPERVISOR)
    shop.acts(Role.CASHIER)
    with shop.refuses("sales.below_cost_asked", "lines.1"):
        shop.bills(("FINE", "1"), ("DEAR", "1"))
    with pytest.raises(RuleBroken) as refused:
        shop.bills(("DEAR", "1"))
    assert not {"cost", "brings", "loss"} & refused.value.values.keys()
    assert shop.bills(("FINE", "1")).total == Money(26_00)


def test_what_a_shop_does_not_do_its_owner_does_not_do_either(shop: TestShop) -> None:
    chooses(shop, BelowCost.REFUSE)
    with shop.refuses("sales.loss_refused", "lines.0"):
        shop.bills(("DEAR", "1"))
    shop.acts(Role.CASHIER)
    with shop.refuses("sales.below_cost_refused", "lines.0"):
        shop.bills(("DEAR", "1"))


@pytest.mark.parametrize(
    "bill",
    [
        {"lines": [{"item": "FINE", "quantity": "1", "discount_percent": "40"}]},
        {"lines": [{"item": "FINE", "quantity": "1"}], "bill_discount": "10.00"},
        {
            "lines": [{"item": "FINE", "quantity": "1", "free": "1", "rate": "20.00"}],
            "price_basis": "exclusive",
        },
    ],
)
def test_discounts_and_free_goods_count(shop: TestShop, bill: dict[str, Any]) -> None:
    chooses(shop, BelowCost.REFUSE)
    more = {name: value for name, value in bill.items() if name != "lines"}
    with shop.refuses("sales.loss_refused", "lines.0"):
        shop.bills(*bill["lines"], **more)


def test_a_batch_costs_what_its_lots_cost_on_average(shop: TestShop) -> None:
    shop.receives("FINE", mrp="25.65", cost="25.0000")  # as many again of the same batch
    (stock,) = shop.stock("FINE").batches
    assert stock.cost == Rate.parse("2.0000")


@given(
    cost=st.integers(0, 60_000).map(Rate),
    units=st.integers(1, 60),
    percent=st.integers(0, 10_000).map(Percent),
    on_bill=st.integers(0, 10_000).map(Percent),
)
def test_a_line_loses_exactly_where_it_brings_less_than_it_cost(
    cost: Rate, units: int, percent: Percent, on_bill: Percent
) -> None:
    cheap = batch("A1", units=25)
    dear = batch("A2", "08/2027", "27.00", 100).model_copy(update={"cost": cost})
    portions = fill_line(item("PCM500", cheap, dear), units, TODAY, discount=Discount(percent))
    priced = price_bill(portions, TaxType.INTRA, Discount(on_bill))
    brings = Money.total(line.split.taxable for line in priced.lines)
    paid = Money.total(
        line.portion.batch.cost.times(line.portion.units) for line in priced.lines if line.portion.batch.cost
    )

    loss = loss_of(0, priced.lines)

    event("loses" if loss else "earns")
    assert (loss is not None) == (brings < paid)
    if loss is not None:
        assert (loss.brings, loss.cost) == (brings, paid)
        assert loss.problem(BelowCost.WARN, sees_cost=True).values["loss"] == paid - brings
    assert list(losses((0, line) for line in priced.lines)) == ([loss] if loss else [])


def test_the_share_that_is_lost_is_of_the_cost() -> None:
    said = Loss(0, "Paracetamol", Money(9_00), Money(12_00)).problem(BelowCost.WARN, sees_cost=True)
    assert said.values["share"] == 25
    assert Loss(0, "Paracetamol", ZERO, Money(12_00)).problem(BelowCost.WARN, sees_cost=True).values["share"] == 100
