"""Items have codes of their own, bear the tax of their day, and are found by code and barcode."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from core.audit.log import write_event
from core.catalog.dto import NewItem
from core.catalog.model import Item, ItemSchedule, ItemTax
from core.catalog.queries import find_item, schedules_on, taxes_on
from core.catalog.service import add_item
from core.kernel.money import Percent
from core.storage.search_index import name_key
from tests.support.shop import TestShop

DETAILS: dict[str, Any] = {
    "code": "dolo",
    "name": "Dolo-650  Tablet",
    "pack_label": "15's",
    "pieces_per_pack": 15,
    "treatment": "taxable",
    "gst": "5",
    "barcodes": ("8901234567890",),
}


def add(shop: TestShop, **details: Any) -> UUID:
    with shop.shop.database.write(shop.actor) as uow:
        item = add_item(uow, NewItem.model_validate(DETAILS | details))
        write_event(uow, "item.added", item.id)
        return item.id


def find(shop: TestShop, typed: str) -> UUID | None:
    with shop.shop.database.read() as session:
        return find_item(session, typed)


def test_an_item_is_found_by_code_in_any_case_and_by_barcode(shop: TestShop) -> None:
    item_id = add(shop)

    assert find(shop, "DOLO") == find(shop, " Dolo ") == find(shop, "8901234567890") == item_id
    assert find(shop, "dol") is None
    shop.books_agree()


def test_a_code_goes_before_a_barcode(shop: TestShop) -> None:
    add(shop, barcodes=("1234",))
    by_code = add(shop, code="1234", barcodes=())

    assert find(shop, "1234") == by_code


def test_an_inactive_item_is_not_found(shop: TestShop) -> None:
    item_id = add(shop)
    with shop.shop.database.write(shop.actor) as uow:
        uow.session.scalars(select(Item)).one().is_active = False
        write_event(uow, "item.ended", item_id)

    assert find(shop, "DOLO") is None


def test_code_and_barcode_belong_to_one_item(shop: TestShop) -> None:
    add(shop)

    with shop.refuses("items.code_taken"):
        add(shop, code="DoLo", barcodes=())
    with shop.refuses("items.barcode_taken"):
        add(shop, code="other")


def test_the_newest_tax_that_has_begun_holds(shop: TestShop) -> None:
    item_id = add(shop)
    with shop.shop.database.write(shop.actor) as uow:
        uow.session.add(ItemTax(item_id=item_id, from_date=date(2027, 4, 1), treatment="exempt", gst_bp=0))
        write_event(uow, "item.tax_changed", item_id)

    with shop.shop.database.read() as session:
        before, after = (taxes_on(session, [item_id], date(2027, *day))[item_id] for day in ((3, 31), (4, 1)))

    assert (before.treatment, before.gst) == ("taxable", Percent(500))
    assert (after.treatment, after.gst) == ("exempt", Percent(0))


def test_each_schedule_begins_on_its_day(shop: TestShop) -> None:
    item_id = add(shop, schedules=["H", "C1"])
    with shop.shop.database.write(shop.actor) as uow:
        uow.session.add(ItemSchedule(item_id=item_id, schedule="H1", from_date=date(2027, 4, 1)))
        write_event(uow, "item.schedule_added", item_id)

    with shop.shop.database.read() as session:
        assert schedules_on(session, [item_id], date(2027, 3, 31)) == {item_id: ("C1", "H")}
        assert schedules_on(session, [item_id], date(2027, 4, 1)) == {item_id: ("C1", "H", "H1")}


@pytest.mark.parametrize(
    ("treatment", "gst", "code"),
    [
        ("taxable", "0", "items.zero_rate"),
        ("nil", "5", "items.untaxed_with_rate"),
        ("taxable", "0.05", "items.no_gst_rate"),
    ],
)
def test_rate_and_treatment_agree(treatment: str, gst: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        NewItem.model_validate(DETAILS | {"treatment": treatment, "gst": gst})


@pytest.mark.parametrize("pieces", [0, -1, 10_001])
def test_a_pack_has_pieces(pieces: int) -> None:
    with pytest.raises(ValueError, match="pieces_per_pack"):
        NewItem.model_validate(DETAILS | {"pieces_per_pack": pieces})


def test_names_are_compared_by_their_words() -> None:
    assert name_key("Dolo-650  Tablet") == name_key("DOLO 650 tablet") == "dolo 650 tablet"
    assert name_key("½ %") != ""
