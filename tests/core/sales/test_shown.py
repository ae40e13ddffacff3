"""A line that somebody saw is posted as they saw it, or not at all: another counter may have sold meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from core.inventory.batch_dto import HoldBatch
from core.inventory.holding import hold_batch
from core.kernel.ids import new_id
from core.sales.posting import post_bill
from tests.support.shop import TestShop

A1 = {"batch": "A1", "expiry": "2027-03-31", "mrp": "25.65"}
A2 = {"batch": "A2", "expiry": "2027-08-31", "mrp": "27.00"}


@pytest.fixture
def shelf(shop: TestShop) -> TestShop:
    """Two packs of one MRP, and more of a dearer one behind them."""
    shop.receives("PCM500", batch="A1", expiry="03/2027", mrp="25.65", packs=2)
    shop.receives("PCM500", batch="A2", expiry="08/2027", mrp="27.00", packs=5)
    return shop


def line(*shown: dict[str, Any], quantity: str = "2") -> dict[str, Any]:
    return {"item": "PCM500", "quantity": quantity, "shown": list(shown)}


def test_as_it_was_shown_it_is_posted(shelf: TestShop) -> None:
    bill = shelf.bills(line({**A1, "units": 20}, {**A2, "units": 5}, quantity="25t"))
    assert [(one.batch, one.units) for one in bill.lines] == [("A1", 20), ("A2", 5)]


def test_what_another_counter_sold_from_the_batch_is_not_billed_dearer_in_silence(shelf: TestShop) -> None:
    shelf.bills(("PCM500", "3t"))
    with shelf.refuses("stock.changed", "lines.1"):
        shelf.bills(("PCM500", "1t"), line({**A1, "units": 20}))
    bill = shelf.bills(line({**A1, "units": 10}, {**A2, "units": 10}))
    assert str(bill.total) == "53.00"  # and not the 51.00 of two packs of the first batch


def test_neither_is_what_came_in_or_was_put_aside(shelf: TestShop) -> None:
    shelf.receives("PCM500", batch="A0", expiry="12/2026", mrp="20.00", packs=1)
    with shelf.refuses("stock.changed", "lines.0"):
        shelf.bills(line({**A1, "units": 20}))
    with shelf.shop.database.write(shelf.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM500", batch="A0", reason="recalled"))
    shelf.bills(line({**A1, "units": 20}))


def test_what_is_not_there_is_said_before_what_changed(shelf: TestShop) -> None:
    shelf.bills(("PCM500", "6"))
    with shelf.refuses("stock.not_enough", "lines.0"):
        shelf.bills(line({**A1, "units": 20}))


def test_a_bill_that_is_sent_again_is_the_same_whatever_is_shown_by_then(shelf: TestShop) -> None:
    command_id = new_id()
    first = shelf.bills(line({**A1, "units": 20}), command_id=command_id)
    again = shelf.bills(line({**A2, "units": 20}), command_id=command_id)
    assert again == first
    unseen = shelf.bill_command(("PCM500", "2"), command_id=command_id)
    with shelf.shop.database.write(shelf.actor) as uow:
        assert post_bill(uow, unseen) == first
