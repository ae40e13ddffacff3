"""Items are added with their stock, edited as they were seen, ended and begun again, taxed and scheduled by the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.boundary.frozen import load
from core.catalog.change_dto import (
    ActivateItem,
    ChangeRates,
    DeactivateItem,
    EditItem,
    ItemChanges,
    RatesPlan,
    SetSchedules,
    SetStateListing,
    SetTax,
)
from core.catalog.domain import mrp_of_sale_pack, of_thousandths, thousandths, uqc_quantity
from core.catalog.dto import ItemView, NewItem
from core.catalog.model import Item
from core.catalog.queries import schedules_on, taxes_on
from core.catalog.scheduling import set_schedules, set_state_listing
from core.catalog.taxing import change_rates, plan_rates, set_tax
from core.catalog.viewing import item_view
from core.inventory.items import CreateItem, activate_item, copy_of, create_item, deactivate_item, edit_item
from core.inventory.queries import sale_item, search_items
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money, Percent
from core.kernel.pack_levels import PackLevels
from core.storage.unit_of_work import UnitOfWork
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)
AUGMENTIN: dict[str, Any] = {
    "code": "AUG625",
    "name": "Augmentin 625 Duo Tablet",
    "brand": "Augmentin",
    "manufacturer": "GSK",
    "salts": "Amoxycillin (500mg) + Clavulanic Acid (125mg)",
    "form": "tablet",
    "pack_label": "10*10",
    "pieces_per_pack": 10,
    "packs_per_box": 10,
    "levels": "box 10 strip 10 tablet",
    "mrp_level": "strip",
    "sale_level": "strip",
    "purchase_level": "box",
    "hsn": "30041030",
    "uqc": "TBS",
    "uqc_per_pack": "10",
    "treatment": "taxable",
    "gst": "5",
    "schedules": ["H"],
    "barcodes": ["8901234567890"],
    "max_stock_units": 500,
    "discount": "2",
    "storage": "room",
}
STOCK = {
    "line": 1, "batch": "b 1", "expiry": "2028-03-31", "expiry_precision": "month", "mrp": "204.50",
    "purchase_rate": "150.00", "units": 25,
}  # fmt: skip


def run(shop: TestShop, command: Callable[[UnitOfWork], Any]) -> Any:
    with shop.shop.database.write(shop.actor) as uow:
        return command(uow)


def create(shop: TestShop, *stock: dict[str, Any], command_id: UUID | None = None, **details: Any) -> ItemView:
    data = {"command_id": str(command_id or new_id()), "item": AUGMENTIN | details, "stock": list(stock)}
    view: ItemView = run(shop, lambda uow: create_item(uow, load(CreateItem, data)))
    return view


def view(shop: TestShop, code: str = "AUG625", day: date = TODAY) -> ItemView:
    with shop.shop.database.read() as session:
        return item_view(session, code, day)


def edit(shop: TestShop, version: str | None = None, code: str = "AUG625", **changes: Any) -> ItemView:
    given = version or view(shop, code).version
    command = EditItem(item=code, version=given, changes=load(ItemChanges, changes))
    edited: ItemView = run(shop, lambda uow: edit_item(uow, command))
    return edited


def tax(shop: TestShop, since: date, gst: str, treatment: str = "taxable") -> None:
    data = {"item": "AUG625", "from_date": since.isoformat(), "treatment": treatment, "gst": gst}
    run(shop, lambda uow: set_tax(uow, load(SetTax, data)))


def schedule(shop: TestShop, since: date, *schedules: str) -> None:
    data = {"item": "AUG625", "from_date": since.isoformat(), "schedules": list(schedules)}
    run(shop, lambda uow: set_schedules(uow, load(SetSchedules, data)))


# --- adding ------------------------------------------------------------------------------------------------------


def test_an_item_is_added_with_its_first_stock_and_sold(shop: TestShop) -> None:
    made = create(shop, STOCK, schedules=[])

    assert (made.code, made.levels, made.purchase_level) == ("AUG625", "box 10 strip 10 tablet", "box")
    assert [(salt.key, salt.strength) for salt in made.salt_list] == [
        ("amoxicillin", "500 mg"),
        ("clavulanic acid", "125 mg"),
    ]
    assert made.discount == Percent(200)
    (batch,) = shop.stock("AUG625").batches
    assert (batch.number, batch.units, batch.mrp) == ("B1", 25, Money(20450))
    assert shop.bills(("AUG625", "1:3")).lines[0].units == 13
    shop.books_agree()


def test_the_same_command_again_adds_nothing(shop: TestShop) -> None:
    command_id = new_id()
    first = create(shop, STOCK, command_id=command_id)

    assert create(shop, STOCK, command_id=command_id) == first
    assert shop.units("AUG625") == 25
    with shop.refuses("items.command_reused"):
        create(shop, STOCK, command_id=command_id, rack="A1")
    shop.books_agree()


@pytest.mark.parametrize(
    ("details", "stock", "code", "where"),
    [
        ({}, {**STOCK, "batch": ""}, "items.batch_missing", "stock.0.batch"),
        ({}, {**STOCK, "expiry": None, "expiry_precision": None}, "items.expiry_missing", "stock.0.expiry"),
        ({"kind": "service"}, STOCK, "items.service_has_no_stock", "stock.0"),
    ],
)
def test_stock_that_no_pack_has_is_refused_whole(
    shop: TestShop, details: dict[str, Any], stock: dict[str, Any], code: str, where: str
) -> None:
    with shop.refuses(code, where=where):
        create(shop, stock, **details)


def test_stock_needs_the_right_to_receive_it(shop: TestShop) -> None:
    command = SetRoleRight(user_role=Role.PURCHASE_CLERK, permission=Permission.RECEIVE_STOCK, granted=False)
    run(shop, lambda uow: set_role_right(uow, command))
    shop.acts(Role.PURCHASE_CLERK)
    with shop.refuses("auth.not_allowed"):
        create(shop, STOCK)
    create(shop)
    shop.books_agree()


def test_a_code_and_a_barcode_name_one_item(shop: TestShop) -> None:
    create(shop)
    with shop.refuses("items.code_taken", where="item.code"):
        create(shop, barcodes=[])
    with shop.refuses("items.bad_rows"):
        create(shop, code="OTHER", name="Other")
    with shop.refuses("items.like_another", where="item.name"):
        create(shop, code="OTHER")


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"levels": None}, "items.level_without_levels"),
        ({"sale_level": None}, "items.sale_level_missing"),
        ({"sale_level": "box"}, "items.levels_differ"),
        ({"mrp_level": "carton"}, "packs.no_level"),
        ({"levels": "box ten strip"}, "packs.levels_unreadable"),
        ({"no_discount": True}, "items.discount_and_none"),
        ({"min_stock_units": 501}, "items.max_below_min"),
        ({"uqc_per_pack": "1.2345"}, "items.uqc_unreadable"),
        ({"uqc_per_pack": "0"}, "items.uqc_unreadable"),
    ],
)
def test_what_an_item_cannot_be(details: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        load(NewItem, AUGMENTIN | details)
    assert refused.value.code == code


def test_an_item_is_copied_under_another_code(shop: TestShop) -> None:
    create(shop, STOCK)
    copy = copy_of(view(shop), "aug375", TODAY)
    assert (copy.code, copy.barcodes, copy.salts, copy.gst) == ("AUG375", (), AUGMENTIN["salts"], Percent(500))
    run(shop, lambda uow: create_item(uow, CreateItem(command_id=new_id(), item=copy, confirmed=True)))
    assert view(shop, "AUG375").schedules == ("H",)
    assert shop.units("AUG375") == 0


# --- finding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["augmentin", "amoxycillin", "amoxicillin clav", "gsk aug"])
def test_an_item_is_found_by_brand_and_salts_old_and_new(shop: TestShop, typed: str) -> None:
    create(shop, STOCK, name="Duo 625")
    with shop.shop.database.read() as session:
        assert [hit.code for hit in search_items(session, typed, TODAY)] == ["AUG625"]
    edit(shop, salts="Cefixime (as trihydrate) 200mg", brand=None)
    with shop.shop.database.read() as session:
        assert (search_items(session, typed, TODAY) == []) == (typed != "gsk aug")
        assert [hit.code for hit in search_items(session, "cefixime", TODAY)] == ["AUG625"]
    shop.books_agree()


# --- editing -----------------------------------------------------------------------------------------------------


def test_only_what_is_given_changes(shop: TestShop) -> None:
    before = create(shop, STOCK)
    after = edit(shop, rack="B-7", brand=None, storage="cold")

    changed = {name for name in ItemView.model_fields if getattr(before, name) != getattr(after, name)}
    assert changed == {"rack", "brand", "storage", "version"}
    assert edit(shop, rack="B-7") == after  # nothing to change is nothing written
    shop.books_agree()


def test_an_edit_of_something_else_than_was_seen_is_refused(shop: TestShop) -> None:
    seen = create(shop).version
    edit(shop, rack="B-7")
    with shop.refuses("items.changed_meanwhile", where="version"):
        edit(shop, seen, rack="C-1")
    seen = view(shop).version
    tax(shop, date(2027, 1, 1), "12")
    with shop.refuses("items.changed_meanwhile"):
        edit(shop, seen, rack="C-1")


def test_the_pack_stays_once_there_was_stock(shop: TestShop) -> None:
    create(shop)
    edit(shop, pieces_per_pack=6, levels="box 10 strip 6 tablet")
    edit(shop, pieces_per_pack=10, levels="box 10 strip 10 tablet")
    shop.receives("AUG625", packs=1, name="ignored")
    with shop.refuses("items.pack_in_use", where="changes.pieces_per_pack"):
        edit(shop, pieces_per_pack=6, levels="box 10 strip 6 tablet")
    with shop.refuses("items.levels_differ"):
        edit(shop, levels="box 10 strip 6 tablet")
    with shop.refuses("items.kind_in_use", where="changes.kind"):
        edit(shop, kind="service")
    assert edit(shop, levels="carton 5 box 10 strip 10 tablet").levels == "carton 5 box 10 strip 10 tablet"
    shop.books_agree()


def test_fewer_salts_leave_no_trace_in_the_composition(shop: TestShop) -> None:
    create(shop)
    assert [salt.key for salt in edit(shop, salts="Amoxicillin 500 mg").salt_list] == ["amoxicillin"]
    assert [salt.key for salt in edit(shop, salts=AUGMENTIN["salts"]).salt_list] == ["amoxicillin", "clavulanic acid"]
    assert edit(shop, salts="500 mg + 125 mg").salt_list == ()
    shop.books_agree()


def test_a_code_changes_unless_another_item_has_it(shop: TestShop) -> None:
    create(shop)
    create(shop, code="OTHER", name="Other", barcodes=[])
    with shop.refuses("items.code_taken", where="changes.code"):
        edit_code(shop, "OTHER")
    assert edit_code(shop, "aug-625").code == "AUG-625"
    shop.books_agree()


def edit_code(shop: TestShop, code: str) -> ItemView:
    command = EditItem(item="AUG625", version=view(shop).version, changes=load(ItemChanges, {"code": code}))
    edited: ItemView = run(shop, lambda uow: edit_item(uow, command))
    return edited


# --- ending ------------------------------------------------------------------------------------------------------


def test_an_item_is_ended_when_nothing_of_it_stands(shop: TestShop) -> None:
    create(shop, STOCK, schedules=[])
    with shop.refuses("items.has_stock", where="item"):
        run(shop, lambda uow: deactivate_item(uow, DeactivateItem(item="AUG625")))
    shop.bills(("AUG625", "25t"))
    run(shop, lambda uow: deactivate_item(uow, DeactivateItem(item="AUG625")))
    with shop.refuses("sales.no_such_item", where="lines.0.item"):
        shop.bills(("AUG625", "1t"))
    with shop.refuses("items.inactive_already"):
        run(shop, lambda uow: deactivate_item(uow, DeactivateItem(item="AUG625")))
    assert run(shop, lambda uow: activate_item(uow, ActivateItem(item="AUG625"))).is_active
    with shop.refuses("items.active_already"):
        run(shop, lambda uow: activate_item(uow, ActivateItem(item="AUG625")))
    shop.books_agree()


# --- tax and schedules by the day --------------------------------------------------------------------------------

DAYS = st.integers(0, 40).map(lambda days: TODAY + timedelta(days=days))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(DAYS, st.sampled_from(["5", "12", "18"])), max_size=5), DAYS)
def test_the_tax_of_a_day_is_the_newest_said_for_it(
    tmp_path_factory: pytest.TempPathFactory, clock: Any, said: list[tuple[date, str]], day: date
) -> None:
    shop = TestShop.create(tmp_path_factory.mktemp("tax") / "shop", clock)
    item = create(shop)
    rows = {date(2017, 7, 1): "5"}
    for since, gst in said:
        now = rows[max(known for known in rows if known <= since)]
        if now == gst:
            with shop.refuses("items.tax_as_it_is"):
                tax(shop, since, gst)
        else:
            tax(shop, since, gst)
            rows[since] = gst
    with shop.shop.database.read() as session:
        found = taxes_on(session, [item.item_id], day)[item.item_id]
    assert str(found.gst) == rows[max(since for since in rows if since <= day)]
    shop.close()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(DAYS, st.sets(st.sampled_from(["H", "H1", "C"]))), max_size=5), DAYS)
def test_the_schedules_of_a_day_are_the_newest_said_of_each(
    tmp_path_factory: pytest.TempPathFactory, clock: Any, said: list[tuple[date, set[str]]], day: date
) -> None:
    shop = TestShop.create(tmp_path_factory.mktemp("schedules") / "shop", clock)
    item = create(shop, schedules=None)
    flags: dict[str, dict[date, bool]] = {"H": {}, "H1": {}, "C": {}}
    known: date | None = None

    def on(when: date) -> set[str]:
        newest = {name: max((d for d in days if d <= when), default=None) for name, days in flags.items()}
        return {name for name, found in newest.items() if found is not None and flags[name][found]}

    for since, wanted in said:
        is_news = known is None or since < known or on(since) != wanted
        if not is_news:
            with shop.refuses("items.schedules_as_they_are"):
                schedule(shop, since, *wanted)
            continue
        schedule(shop, since, *wanted)
        for name in on(since) ^ wanted:
            flags[name][since] = name in wanted
        known = since if known is None else min(known, since)
    with shop.shop.database.read() as session:
        assert set(schedules_on(session, [item.item_id], day).get(item.item_id, ())) == on(day)
        at_the_counter = sale_item(session, "AUG625", day)
    assert at_the_counter is not None
    expected = None if known is None or day < known else tuple(sorted(on(day)))
    assert at_the_counter.schedules == expected == view(shop, day=day).schedules
    shop.close()


def test_a_schedule_ends_and_the_bill_of_its_day_knows(shop: TestShop) -> None:
    create(shop, STOCK)
    with shop.refuses("dispensing.needs_prescription", where="lines.0.item"):
        shop.bills(("AUG625", "1"))
    schedule(shop, TODAY)
    shop.bills(("AUG625", "1"))
    assert [(row.schedule, row.is_on) for row in view(shop).schedule_rows] == [("H", True), ("H", False)]
    shop.books_agree()


def test_not_known_is_not_none(shop: TestShop) -> None:
    create(shop, schedules=None)
    assert view(shop).schedules is None
    schedule(shop, TODAY)
    assert view(shop).schedules == ()
    run(shop, lambda uow: set_schedules(uow, SetSchedules(item="AUG625", from_date=TODAY, schedules=None)))
    assert view(shop).schedules is None
    shop.books_agree()


def test_a_state_asks_for_more(shop: TestShop) -> None:
    def listing(measure: str, *, is_on: bool = True) -> None:
        data = {"state": "3", "measure": measure, "from_date": TODAY.isoformat(), "is_on": is_on}
        run(shop, lambda uow: set_state_listing(uow, load(SetStateListing, {"item": "AUG625", "listing": data})))

    create(shop)
    with shop.refuses("items.schedules_as_they_are"):
        listing("permission", is_on=False)
    listing("permission of the authority")
    with shop.refuses("items.schedules_as_they_are"):
        listing("permission of the authority")
    listing("permission of the authority", is_on=False)
    assert [(row.state, row.is_on) for row in view(shop).state_listings] == [("03", False)]
    shop.books_agree()


# --- many rates at once ------------------------------------------------------------------------------------------


@pytest.fixture
def rated(shop: TestShop) -> TestShop:
    for code, hsn, gst in (("A", "30049099", "12"), ("B", "30041030", "5"), ("C", "33049910", "18"), ("D", None, "12")):
        create(shop, code=code, name=f"Item {code}", hsn=hsn, gst=gst, barcodes=[])
    return shop


def rates(shop: TestShop, *, preview: bool = False, since: str = "2026-12-01", **which: Any) -> RatesPlan:
    command = load(ChangeRates, {"from_date": since, "treatment": "taxable", "gst": "5", **which})
    if preview:
        with shop.shop.database.read() as session:
            return plan_rates(session, command)
    plan: RatesPlan = run(shop, lambda uow: change_rates(uow, command))
    return plan


@pytest.mark.parametrize(
    ("which", "codes"),
    [
        ({"hsn_prefix": "30"}, ["A"]),
        ({"current": "12"}, ["A", "D"]),
        ({"current": "12", "hsn_prefix": "3004"}, ["A"]),
        ({"hsn_prefix": "33"}, ["C"]),
        ({"hsn_prefix": "99"}, []),
    ],
)
def test_a_preview_lists_what_changes(rated: TestShop, which: dict[str, Any], codes: list[str]) -> None:
    assert sorted(change.item for change in rates(rated, preview=True, **which).changes) == codes


def test_many_rates_change_from_a_day_to_come_in_one_event(rated: TestShop) -> None:
    plan = rates(rated, current="12", expected=2)
    assert {(change.item, str(change.before), str(change.after)) for change in plan.changes} == {
        ("A", "12", "5"),
        ("D", "12", "5"),
    }
    for code in "AD":
        before, after = view(rated, code, date(2026, 11, 30)).tax, view(rated, code, date(2026, 12, 1)).tax
        assert before is not None
        assert after is not None
        assert (str(before.gst), str(after.gst)) == ("12", "5")
    with rated.refuses("items.rates_of_none"):
        rates(rated, current="12")
    rated.books_agree()


def test_a_later_rate_that_stands_is_named(rated: TestShop) -> None:
    rates(rated, hsn_prefix="3004", since="2027-04-01")
    assert rates(rated, preview=True, current="12").later == ("A",)


def test_many_rates_never_change_behind_what_was_billed(rated: TestShop) -> None:
    with rated.refuses("items.rates_in_the_past", where="from_date"):
        rates(rated, current="12", since="2026-11-20")
    with rated.refuses("items.rates_changed_since"):
        rates(rated, current="12", expected=1)
    with pytest.raises(RuleBroken, match="rates_of_what"):
        rates(rated)


# --- MRP of another level ------------------------------------------------------------------------------------------


@given(st.integers(1, 10**7), st.integers(1, 50), st.integers(1, 50))
def test_the_packs_of_a_box_never_cost_more_than_the_box(printed: int, strips: int, tablets: int) -> None:
    levels = PackLevels.parse(f"box {strips} strip {tablets} tablet")
    strip = mrp_of_sale_pack(Money(printed), levels, "box", "strip")
    assert strip.paise * strips <= printed < (strip.paise + 1) * strips
    assert mrp_of_sale_pack(Money(printed), levels, "strip", "strip") == Money(printed)
    assert mrp_of_sale_pack(Money(printed), levels, "strip", "box") == Money(printed * strips)


# --- Table 12 ----------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.integers(1, 1000), st.integers(1, 10**6))
def test_the_uqc_adds_up_pack_by_pack(units: int, pieces: int, milli: int) -> None:
    assert thousandths(of_thousandths(milli)) == milli
    per_pack = uqc_quantity(pieces, pieces, milli)
    assert per_pack * 1000 == milli
    assert uqc_quantity(units, pieces, milli) + uqc_quantity(pieces, pieces, milli) == uqc_quantity(
        units + pieces, pieces, milli
    )


def test_nothing_is_left_of_an_item_that_was_refused(shop: TestShop) -> None:
    with shop.refuses("items.expiry_missing"):
        create(shop, STOCK, {**STOCK, "line": 2, "expiry": None, "expiry_precision": None})
    with shop.shop.database.read() as session:
        assert session.scalars(select(Item)).all() == []


# --- discounts ---------------------------------------------------------------------------------------------------


def test_no_discount_comes_off_an_item_that_allows_none(shop: TestShop) -> None:
    shop.receives("FIX", no_discount=True, mrp="100.00", cost="50.0000")
    shop.receives("PCM500", mrp="100.00", cost="50.0000")
    with shop.refuses("sales.no_discount", where="lines.0"):
        shop.bills({"item": "FIX", "quantity": "1", "discount_percent": "1"})
    bill = shop.bills(("FIX", "1"), ("PCM500", "1"), bill_discount_percent="10")
    assert [line.amount for line in bill.lines] == [Money(10000), Money(9000)]
    shop.books_agree()


def test_a_cashiers_limit_counts_on_what_the_discount_comes_off(shop: TestShop) -> None:
    shop.receives("FIX", no_discount=True, mrp="100.00", cost="50.0000")
    shop.receives("PCM500", mrp="100.00", cost="50.0000")
    shop.acts(Role.CASHIER)
    shop.bills(("FIX", "1"), ("PCM500", "1"), bill_discount="5.00")
    with shop.refuses("auth.over_own_limit"):  # 4 % of the bill, and 8 % of the line that bears it
        shop.bills(("FIX", "1"), ("PCM500", "1"), bill_discount="8.00")


def test_a_line_begins_with_the_discount_of_its_item(shop: TestShop) -> None:
    shop.receives("OFF", discount="10", mrp="100.00", cost="50.0000", packs=40)
    shop.receives("PCM500", mrp="100.00", cost="50.0000", packs=40)
    bill = shop.bills(
        ("OFF", "1"),
        {"item": "PCM500", "quantity": "1"},
    )
    assert [line.amount for line in bill.lines] == [Money(9000), Money(10000)]
    bill = shop.bills({"item": "OFF", "quantity": "1", "discount_percent": "0"}, ("PCM500", "1"))
    assert bill.discount == Money(0)
    bill = shop.bills({"item": "OFF", "quantity": "1", "discount": "3.00"}, bill_discount_percent="10")
    assert bill.lines[0].amount == Money(8730)
    shop.books_agree()


def test_a_rate_without_tax_has_no_discount_of_the_item(shop: TestShop) -> None:
    shop.receives("OFF", discount="10", mrp="100.00", cost="50.0000")
    bill = shop.bills({"item": "OFF", "quantity": "1", "rate": "60.00"}, price_basis="exclusive")
    assert bill.discount == Money(0)
    shop.books_agree()


def test_the_discount_of_an_item_asks_nobody_and_what_a_cashier_adds_counts_alone(shop: TestShop) -> None:
    shop.receives("OFF", discount="10", mrp="100.00", cost="50.0000")
    shop.receives("PCM500", mrp="100.00", cost="50.0000")
    shop.acts(Role.CASHIER)
    shop.bills(("OFF", "1"), ("PCM500", "1"))
    shop.bills({"item": "OFF", "quantity": "1", "discount_percent": "10"})
    shop.bills(("OFF", "1"), {"item": "PCM500", "quantity": "1", "discount_percent": "5"}, bill_discount_percent="0")
    with shop.refuses("auth.over_own_limit"):
        shop.bills({"item": "OFF", "quantity": "1", "discount_percent": "11"})
    with shop.refuses("auth.over_own_limit"):
        shop.bills(("OFF", "1"), {"item": "PCM500", "quantity": "1", "discount_percent": "5.01"})
    with shop.refuses("auth.over_own_limit"):
        shop.bills(("OFF", "1"), bill_discount_percent="6")
    shop.books_agree()
