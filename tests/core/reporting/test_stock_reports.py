"""What stands, by batch and by item, and what of it expires: exact rows, pages, rights, and the ledger's sum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from core.audit.log import write_event
from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.catalog.dto import NewItem
from core.inventory.batch_dto import HoldBatch, ReviseMrp
from core.inventory.holding import hold_batch
from core.inventory.import_dto import ImportedItem, ImportItems, OpeningStock
from core.inventory.model import Location
from core.inventory.opening import import_items
from core.inventory.repricing import revise_mrp
from core.kernel.actor import Role
from core.kernel.clock import business_date
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money, Rate
from core.reporting.columns import Quantity
from core.reporting.report import Stopped, ToReport
from core.reporting.running import open_report
from core.reporting.shaping import LineKind, Shape, shaped
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill
from tests.core.reporting.told import asked, balance, pages_agree, told, values_told
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.shop import TestShop


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """The stocked shop, whose pantoprazole has a place on a shelf and whose paracetamol A1 came in twice."""
    made = stocked_shop(tmp_path / "shop", clock)
    made.receives("PCM500", batch="A1", expiry="03/2027", packs=1, cost="16.0000")
    made.receives("COTTON", name="Cotton Roll", expiry=None, packs=9, mrp="45.00", pieces_per_pack=1, rack="R2")
    yield made
    made.books_agree()
    made.close()


def cancels(shop: TestShop, number: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=number, reason="wrong bill"))


def test_each_batch_stands_with_its_worth(shop: TestShop) -> None:
    shop.bills(("PCM500", "1:5"))
    columns = "item code batch expiry mrp stock cost mrp_value rack location"
    assert told(shop, "stock", columns) == [
        ("Azithromycin 500", "AZEE", "Z1", "12/2028", "119.50", "4:0", "60.00", "478.00", "", "Shop"),
        ("Cotton Roll", "COTTON", "A1", "", "45.00", "9", "135.00", "405.00", "R2", "Shop"),
        ("Pantoprazole 40", "PAN40", "P1", "01/2027", "151.05", "4:0", "60.00", "604.20", "", "Shop"),
        ("Paracetamol 500", "PCM500", "OLD", "10/2026", "25.65", "2:0", "30.00", "51.30", "", "Shop"),
        # 15 of 30 pieces left the older lot; 25 pieces at 25.65 for ten come to 64.125, and never to more
        ("Paracetamol 500", "PCM500", "A1", "03/2027", "25.65", "2:5", "38.50", "64.12", "", "Shop"),
        ("Paracetamol 500", "PCM500", "A2", "08/2027", "27.00", "5:0", "75.00", "135.00", "", "Shop"),
    ]
    (row,) = [row for row in values_told(shop, "stock") if row["batch"] == "A1" and row["code"] == "PCM500"]
    assert (row["stock"], row["cost"]) == (Quantity(25, 10), Money(3850))


def test_what_is_expired_or_expires_soon_is_marked(shop: TestShop, clock: TurnedClock) -> None:
    # 20-11-2026: the last day of 01/2027 is 72 days away, that of 03/2027 131
    marks = {(row["code"], row["batch"]): row["mark"] for row in values_told(shop, "stock")}
    assert {place: mark for place, mark in marks.items() if mark} == {
        ("PCM500", "OLD"): "Expired",
        ("PAN40", "P1"): "Within 90 days",
    }
    columns = "code stock expired expired_cost cost"
    assert told(shop, "stock-by-item", columns, item="PCM500") == [("PCM500", "11:0", "2:0", "30.00", "166.00")]
    assert told(shop, "stock-by-item", columns, item="PAN40") == [("PAN40", "4:0", "", "", "60.00")]
    assert told(shop, "stock-by-item", columns, item="COTTON") == [("COTTON", "9", "", "", "135.00")]
    clock.turn(days=72)
    assert [row["mark"] for row in values_told(shop, "stock", item="PAN40")] == ["Within 90 days"]
    clock.turn(days=1)
    assert [row["mark"] for row in values_told(shop, "stock", item="PAN40")] == ["Expired"]
    for name in ("stock", "stock-by-item"):
        expired = Money.total(
            row["cost"] if name == "stock" else row["expired_cost"]
            for row in values_told(shop, name)
            if (row["mark"] == "Expired" if name == "stock" else row["expired"])
        )
        assert expired == Money.parse("90.00")
    assert {row["batch"] for row in values_told(shop, "expiry", months="0")} == {"OLD", "P1"}
    seen = asked(shop, "stock-by-item", Role.PURCHASE_CLERK).columns
    assert ("expired_cost" in {column.id for column in seen}) == ("cost" in {column.id for column in seen})


def test_its_cost_is_what_the_ledger_says_of_stock(shop: TestShop) -> None:
    def agrees() -> None:
        by_batch = Money.total(row["cost"] for row in values_told(shop, "stock"))
        by_item = Money.total(row["cost"] for row in values_told(shop, "stock-by-item"))
        assert by_batch == by_item == balance(shop, "stock")
        assert Money.total(row["mrp_value"] for row in values_told(shop, "stock")) == Money.total(
            row["mrp_value"] for row in values_told(shop, "stock-by-item")
        )

    agrees()
    bills = [shop.bills(("PCM500", quantity), ("PAN40", "7t")) for quantity in ("3t", "4:1", "1")]
    agrees()
    cancels(shop, bills[1].number)
    agrees()
    shop.bills({"item": "PAN40", "quantity": "2", "awaiting": {"batch": "NEW9", "expiry": "03/2029", "mrp": "30.00"}})
    shop.bills(("COTTON", "9"))
    agrees()
    assert balance(shop, "stock") > Money(0)
    assert "COTTON" not in {row["code"] for row in values_told(shop, "stock")}


def test_pages_are_the_whole(shop: TestShop) -> None:
    for number in range(12):
        for batch in range(1 + number % 3):
            shop.receives(f"X{number}", name="Same Name" if number % 2 else f"Item {number}", batch=f"B{batch}")
    assert pages_agree(shop, "stock") == 6 + 24
    assert pages_agree(shop, "stock-by-item") == 4 + 12
    assert pages_agree(shop, "stock", item="PCM500") == 3


def test_a_batch_stands_at_each_of_its_places(shop: TestShop) -> None:
    place = new_id()
    with shop.shop.database.write(shop.actor) as uow:
        uow.session.add(Location(id=place, name="Godown", is_default=False))
        write_event(uow, "location.added", place)
    details = {"name": "Pantoprazole 40", "pack_label": "10's", "pieces_per_pack": 10, "hsn": "3004"}
    item = NewItem.model_validate({"code": "PAN40", **details, "treatment": "taxable", "gst": "5"})
    expiry = Expiry.parse("01/2027")
    printed: dict[str, Any] = {"batch": "P1", "expiry": expiry.last_day, "expiry_precision": expiry.precision}
    stock = OpeningStock(
        line=2, mrp=Money.parse("151.05"), purchase_rate=Rate.parse("20"), units=30, location="Godown", **printed
    )
    command = ImportItems(
        command_id=new_id(), items=(ImportedItem(line=2, item=item, stock=(stock,)),), again=True, keep_details=True
    )
    with shop.shop.database.write(shop.actor) as uow:
        import_items(uow, command)
    places = told(shop, "stock", "batch location stock cost", item="PAN40")
    assert sorted(places) == [("P1", "Godown", "3:0", "60.00"), ("P1", "Shop", "4:0", "60.00")]
    assert told(shop, "stock-by-item", "batches stock cost", item="PAN40") == [("1", "7:0", "120.00")]
    assert sorted(told(shop, "expiry", "location stock", months="3")) == [
        ("Godown", "3:0"),
        ("Shop", "2:0"),
        ("Shop", "4:0"),
    ]
    assert pages_agree(shop, "stock") == 7


def test_a_page_goes_on_where_the_last_batch_was_sold_out(shop: TestShop) -> None:
    opened = asked(shop, "stock")
    with shop.shop.database.read() as session:
        rows = list(opened.rows(session))
    key = next(row.key for row in rows if row.values[6] == "A1" and row.values[1] == "PCM500")
    shop.bills(("PCM500", "4"))
    with shop.shop.database.read() as session:
        assert [row.values[6] for row in opened.rows(session, after=key)] == ["A2"]


def test_one_item_and_one_rack_can_be_asked_for(shop: TestShop) -> None:
    assert told(shop, "stock", "batch", item="pan40") == [("P1",)]
    assert told(shop, "stock", "code", rack="r2") == [("COTTON",)]
    assert told(shop, "stock-by-item", "code", rack="R2") == [("COTTON",)]
    assert told(shop, "stock", "code", rack="R9") == []
    assert asked(shop, "stock", item="pan40", rack="R2").heading == "Item: Pantoprazole 40 (PAN40); Rack: R2"
    with pytest.raises(RuleBroken, match=r"sales\.no_such_item"):
        asked(shop, "stock", item="NOTHING")


def test_the_mrp_of_today_and_holds_are_said(shop: TestShop, clock: TurnedClock) -> None:
    lower: dict[str, Any] = {"item": "PAN40", "batch": "P1", "reason": "GST is lower"}
    with shop.shop.database.write(shop.actor) as uow:
        revise_mrp(uow, ReviseMrp(mrp=Money.parse("140.00"), from_date=date(2026, 11, 20), **lower))
    with shop.shop.database.write(shop.actor) as uow:
        revise_mrp(uow, ReviseMrp(mrp=Money.parse("130.00"), from_date=date(2026, 11, 22), **lower))
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="PAN40", batch="P1", reason="recalled by the maker"))
    columns = "mrp mrp_value held"
    assert told(shop, "stock", columns, item="PAN40") == [("140.00", "560.00", "recalled by the maker")]
    clock.turn(hours=48)
    assert told(shop, "stock", columns, item="PAN40") == [("130.00", "520.00", "recalled by the maker")]
    assert told(shop, "stock-by-item", "mrp mrp_value", item="PAN40") == [("130.00", "520.00")]
    assert told(shop, "expiry", "code mrp") == [("PCM500", "25.65"), ("PAN40", "130.00")]


def test_an_item_stands_with_its_batches_together(shop: TestShop) -> None:
    shop.receives("VITC", name="Vitamin C", packs=3, min_stock_units=40, manufacturer="Abbott")
    shop.receives("ZINC", name="Zinc 50", packs=1, min_stock_units=10)
    columns = "item maker batches stock expiry mrp cost mrp_value minimum mark"
    assert told(shop, "stock-by-item", columns) == [
        ("Azithromycin 500", "", "1", "4:0", "12/2028", "119.50", "60.00", "478.00", "", ""),
        ("Cotton Roll", "", "1", "9", "", "45.00", "135.00", "405.00", "", ""),
        ("Pantoprazole 40", "", "1", "4:0", "01/2027", "151.05", "60.00", "604.20", "", ""),
        ("Paracetamol 500", "", "3", "11:0", "10/2026", "25.65", "166.00", "288.90", "", ""),
        ("Vitamin C", "Abbott", "1", "3:0", "12/2028", "25.65", "45.00", "76.95", "4:0", "Below minimum"),
        ("Zinc 50", "", "1", "1:0", "12/2028", "25.65", "15.00", "25.65", "1:0", ""),
    ]
    (row,) = [row for row in _rows(shop, "stock-by-item") if row[0][1] == "VITC"]
    assert row[1] == ToReport("stock", {"item": "VITC"})


def test_what_is_below_its_minimum_is_told_when_it_is_sold_out_too(shop: TestShop) -> None:
    shop.receives("VITC", name="Vitamin C", packs=1, min_stock_units=40, mrp="31.00")
    shop.receives("ZINC", name="Zinc 50", packs=4, min_stock_units=40)
    assert told(shop, "stock-by-item", "code mark", show="below") == [("VITC", "Below minimum")]
    shop.bills(("VITC", "1"), ("ZINC", "1t"))
    assert told(shop, "stock-by-item", "code batches stock expiry mrp cost", show="below") == [
        ("VITC", "0", "0:0", "", "31.00", "0.00"),
        ("ZINC", "1", "3:9", "12/2028", "25.65", "58.50"),
    ]
    assert "VITC" not in {row["code"] for row in values_told(shop, "stock-by-item")}
    assert pages_agree(shop, "stock-by-item", show="below") == 2


def test_what_expires_stands_nearest_first(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("EYE", name="Eye Drops", batch="E1", expiry="20-11-2026", packs=2, pieces_per_pack=1)
    shop.receives("EYE", name="Eye Drops", batch="E2", expiry="21-11-2026", packs=3)
    shop.receives("EYE", name="Eye Drops", batch="E3", expiry="2027-02-20", packs=1)
    shop.receives("EYE", name="Eye Drops", batch="E4", expiry="2027-02-21", packs=1)
    columns = "code batch expiry month state stock cost mrp_value"
    near = [
        ("PCM500", "OLD", "10/2026", "10/2026", "Expired", "2:0", "30.00", "51.30"),
        ("EYE", "E1", "20-11-2026", "11/2026", "Expires today", "2", "30.00", "51.30"),
        ("EYE", "E2", "21-11-2026", "11/2026", "Expires in 1 day", "3", "45.00", "76.95"),
        ("PAN40", "P1", "01/2027", "01/2027", "Expires in 72 days", "4:0", "60.00", "604.20"),
        ("EYE", "E3", "20-02-2027", "02/2027", "Expires in 92 days", "1", "15.00", "25.65"),
    ]
    assert set(told(shop, "expiry", "source received")) == {("Opening stock", "20-11-2026")}
    assert told(shop, "expiry", columns) == near
    assert told(shop, "expiry", columns, months="0") == near[:2]
    assert told(shop, "expiry", "batch", months="4") == [(row[1],) for row in near] + [("E4",)]
    assert len(told(shop, "expiry", "batch", months="9999")) == 9  # all that has an expiry
    with pytest.raises(RuleBroken, match=r"reports\.no_number"):
        asked(shop, "expiry", months="soon")
    shop.bills(("PAN40", "4"))
    clock.turn(hours=24)
    assert told(shop, "expiry", "batch state", months="1") == [
        ("OLD", "Expired"),
        ("E1", "Expired"),
        ("E2", "Expires today"),
    ]


def test_what_expires_is_put_together_by_months(shop: TestShop) -> None:
    opened = asked(shop, "expiry", months="6")
    with shop.shop.database.read() as session:
        lines = list(
            shaped(opened.columns, opened.rows(session), Shape(columns=("item", "batch", "cost"), group="month"))
        )
    groups = [line.values[0] for line in lines if line.kind is LineKind.GROUP]
    assert [re.sub(r" \(\d+\)$", "", str(group)) for group in groups] == [
        "Month: 10/2026",
        "Month: 01/2027",
        "Month: 03/2027",
    ]
    assert [line.values[2] for line in lines if line.kind is LineKind.SUBTOTAL] == [
        Money(3000),
        Money(6000),
        Money(6100),
    ]
    assert lines[-1].values == ("Total", None, Money(15100))


def test_who_may_see_stock_and_what_it_cost(shop: TestShop) -> None:
    for name in ("stock", "stock-by-item", "expiry"):
        for role in (Role.OWNER, Role.PHARMACIST, Role.PURCHASE_CLERK, Role.ACCOUNTANT):
            assert "cost" in {column.id for column in asked(shop, name, role).columns}
        with pytest.raises(RuleBroken, match=r"reports\.out_of_scope"):
            asked(shop, name, Role.CASHIER)
    with shop.shop.database.write(shop.actor) as uow:
        set_role_right(uow, SetRoleRight(user_role=Role.PHARMACIST, permission=Permission.SEE_COST, granted=False))
    for name in ("stock", "stock-by-item", "expiry"):
        rows = values_told(shop, name, Role.PHARMACIST)
        assert rows
        assert all("cost" not in row and "mrp_value" in row for row in rows)


def test_a_long_list_says_how_far_it_is_and_can_be_stopped(shop: TestShop) -> None:
    for number in range(130):
        shop.receives(f"X{number:03}", name=f"Item {number:03}", packs=1)
    opened = asked(shop, "stock")
    heard: list[tuple[int, int]] = []

    def stops(done: int, whole: int) -> None:
        heard.append((done, whole))
        raise Stopped

    with shop.shop.database.read() as session:
        with pytest.raises(Stopped):
            list(opened.rows(session, tick=stops))
        assert heard == [(128, 134)]
        assert len(list(opened.rows(session))) == 136


def _rows(shop: TestShop, name: str) -> list[tuple[tuple[Any, ...], Any]]:
    opened = asked(shop, name)
    with shop.shop.database.read() as session:
        return [(row.values, row.target) for row in opened.rows(session)]


def test_what_does_not_sell_is_listed_by_its_worth(tmp_path: Path) -> None:
    clock = TurnedClock(datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    shop = TestShop.create(tmp_path / "slow", clock)
    for code, mrp in (("SOLD", "10.00"), ("DEAR", "900.00"), ("CHEAP", "1.00"), ("BACK", "50.00")):
        shop.receives(code, mrp=mrp)
    for _ in range(61):  # a clock that leaps is doubted
        clock.turn(days=1)
        shop.on_duty()
    shop.receives("NEW", mrp="999.00")
    shop.bills(("SOLD", "1t"))
    bill = shop.bills(("BACK", "1t"))
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="not wanted"))
    with shop.shop.database.read() as session:
        opened = open_report(session, shop.actor, "slow-stock", {}, business_date(clock.now()))
        rows = list(opened.rows(session))
        longer = open_report(session, shop.actor, "slow-stock", {"unsold": "90"}, business_date(clock.now()))
        assert list(longer.rows(session)) == []
    assert [row.values[1] for row in rows] == ["DEAR", "BACK", "CHEAP"]
    assert rows[0].values[3:] == (Quantity(100, 10), Money(150_00), Money(9_000_00), None)
    shop.close()
