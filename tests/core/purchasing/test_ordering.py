"""Orders to suppliers: what is asked for, what came of it, and what is awaited no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.app.health import confirm_clock
from core.app.verify import explain_finding
from core.catalog.change_dto import DeactivateItem, EditItem, ItemChanges
from core.catalog.dto import NewItem
from core.catalog.viewing import item_view
from core.inventory.items import CreateItem, create_item, deactivate_item, edit_item
from core.kernel.actor import Actor, Role
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money, Rate
from core.parties.dto import MergeParties, PartyKind
from core.parties.queries import find_party
from core.parties.service import merge_parties
from core.purchasing.order_dto import OrderState, OrderUnit, Origin
from core.purchasing.order_queries import OrderPage, list_orders, open_units, order_view, read_order
from tests.conftest import NOON
from tests.core.audit.test_attacks import attacked, checked
from tests.core.purchasing.support import (
    Came,
    again,
    closes,
    ends,
    goods_come,
    item_id,
    order_command,
    orders,
    places,
    supplier,
    teaches,
)
from tests.support.clock import TurnedClock
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)


@pytest.fixture
def pharmacy(shop: TestShop) -> TestShop:
    """A shop with two items, tablets and a syrup, and a supplier."""
    shop.receives("PCM500", name="Paracetamol 500", manufacturer="Cipla", packs=1)
    shop.receives("COUGH", name="Cough Syrup", pack_label="100ML", pieces_per_pack=1, packs=2)
    supplier(shop, phone="0484 2351234", address="MG Road, Kochi", gstin="32AABCT1332L1ZN")
    return shop


def listed(shop: TestShop, *states: OrderState, **more: Any) -> OrderPage:
    with shop.shop.database.read() as session:
        return list_orders(session, shop.actor, states=states, **more)


def awaited(shop: TestShop, code: str) -> int:
    with shop.shop.database.read() as session:
        return open_units(session, [item_id(shop, code)]).get(item_id(shop, code), 0)


def serials(page: OrderPage) -> list[int]:
    return [int(hit.number.rpartition("/")[2]) for hit in page.hits]


# --- what is asked for -------------------------------------------------------------------------------------------


def test_an_order_has_a_number_and_says_what_is_wanted_of_whom(pharmacy: TestShop) -> None:
    command = order_command(
        ("pcm500", "20"),
        {"item": "COUGH", "quantity": "12", "free": "1", "rate": "81.5", "origin": "want"},
        supplier="kerala pharma",
        expected_on="2026-11-23",
        note="  by the morning van ",
    )
    order = places(pharmacy, command)
    assert (order.number, order.date, order.username) == ("C1O/26-27/000001", TODAY, "owner")
    assert (order.supplier_name, order.supplier_phone, order.supplier_address, order.supplier_gstin) == (
        "Kerala Pharma", "4842351234", "MG Road, Kochi", "32AABCT1332L1ZN",
    )  # fmt: skip
    assert (order.expected_on, order.note, order.state) == (date(2026, 11, 23), "by the morning van", OrderState.OPEN)
    first, second = order.lines
    assert (first.item_code, first.item_name, first.manufacturer, first.units) == (
        "PCM500", "Paracetamol 500", "Cipla", 200,
    )  # fmt: skip
    assert (first.free_units, first.rate, first.factor, first.supplier_code, first.origin) == (
        0, None, 1, None, Origin.HAND,
    )  # fmt: skip
    assert (second.units, second.free_units, second.ordered_units, second.rate) == (12, 1, 13, Rate.parse("81.5"))
    assert (second.value, order.value, second.origin) == (Money.parse("978.00"), None, Origin.WANT)
    assert [(line.received_units, line.open_units, line.closed_units) for line in order.lines] == [
        (0, 200, 0),
        (0, 13, 0),
    ]
    assert places(pharmacy, command) == order
    assert orders(pharmacy, ("PCM500", "1")).number == "C1O/26-27/000002"
    pharmacy.books_agree()


def test_the_same_id_with_other_content_is_refused(pharmacy: TestShop) -> None:
    command = order_command(("PCM500", "20"))
    places(pharmacy, command)
    with pharmacy.refuses("orders.command_reused"):
        places(pharmacy, command.model_copy(update={"note": "another"}))


def test_what_a_supplier_counts_in_its_own_units_is_packs_here(pharmacy: TestShop) -> None:
    kerala = supplier(pharmacy, "Malabar Drugs")
    teaches(pharmacy, kerala, "m-17", "PCM500", 10)

    def line(**said: Any) -> tuple[int, int, int, str | None]:
        order = orders(pharmacy, {"item": "PCM500", **said}, supplier="Malabar Drugs")
        first = order.lines[0]
        return first.units, first.free_units, first.factor, first.supplier_code

    assert line(quantity="3", unit="supplier") == (300, 0, 10, "M-17")
    assert line(quantity="3", unit="supplier", free="1") == (300, 100, 10, "M-17")
    assert line(quantity="3", unit="supplier", factor=5) == (150, 0, 5, None)  # M-17 would be another unit
    assert line(quantity="30") == (300, 0, 10, "M-17")
    assert line(quantity="15", free="0") == (150, 0, 10, "M-17")  # the paper counts it in packs
    assert line(quantity="30:0", free="5t") == (300, 5, 10, "M-17")
    teaches(pharmacy, kerala, "M-1", "PCM500", 1)
    assert line(quantity="15") == (150, 0, 1, "M-1")
    assert line(quantity="30") == (300, 0, 10, "M-17")
    assert line(quantity="7", unit="supplier", factor=1) == (70, 0, 1, "M-1")
    with pharmacy.refuses("orders.which_unit", "lines.0.factor"):
        line(quantity="3", unit="supplier")


def test_an_item_that_is_bought_on_a_level_needs_no_code(pharmacy: TestShop) -> None:
    with pharmacy.refuses("orders.unit_unknown", "lines.0.factor"):
        orders(pharmacy, {"item": "PCM500", "quantity": "3", "unit": "supplier"})
    levels: dict[str, Any] = {"levels": "box 10 strip 10 tablet", "sale_level": "strip", "purchase_level": "box"}
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        version = item_view(uow.session, "PCM500", uow.today).version
        edit_item(uow, EditItem(item="PCM500", version=version, changes=ItemChanges(**levels)))
    order = orders(pharmacy, {"item": "PCM500", "quantity": "3", "unit": OrderUnit.SUPPLIER})
    assert (order.lines[0].units, order.lines[0].factor) == (300, 10)


@pytest.mark.parametrize(
    ("lines", "code", "where"),
    [
        ([("PCM500", "1"), ("NOTHING", "1")], "sales.no_such_item", "lines.1.item"),
        ([("PCM500", "1"), ("GONE", "1")], "orders.item_ended", "lines.1.item"),
        ([("PCM500", "1"), ("COUGH", "1"), ("pcm500", "2")], "orders.item_twice", "lines.2.item"),
        ([("VISIT", "1")], "orders.service", "lines.0.item"),
        ([("PCM500", "1:5")], "orders.broken_pack", "lines.0.quantity"),
        ([("PCM500", "25t")], "orders.broken_pack", "lines.0.quantity"),
        ([("PCM500", "two")], "quantity.unreadable", "lines.0.quantity"),
        ([("PCM500", "0")], "quantity.zero", "lines.0.quantity"),
        ([{"item": "PCM500", "quantity": "1", "free": "x"}], "quantity.unreadable", "lines.0.free"),
        ([{"item": "PCM500", "quantity": "1", "factor": 10}], "orders.factor_of_packs", "lines.0.factor"),
        (
            [{"item": "PCM500", "quantity": "1.5", "unit": "supplier", "factor": 10}],
            "orders.no_whole_unit",
            "lines.0.quantity",
        ),
        ([{"item": "PCM500", "quantity": "0", "unit": "supplier", "factor": 10}], "quantity.zero", "lines.0.quantity"),
        (
            [{"item": "PCM500", "quantity": "1", "unit": "supplier", "factor": 10, "free": "x"}],
            "orders.no_whole_unit",
            "lines.0.free",
        ),
    ],
)
def test_a_wrong_line_is_named(pharmacy: TestShop, lines: list[Any], code: str, where: str) -> None:
    for name, kind in (("GONE", "drug"), ("VISIT", "service")):
        new = NewItem.model_validate(
            {"code": name, "name": name, "kind": kind, "pieces_per_pack": 1, "treatment": "nil", "gst": "0"}
        )
        with pharmacy.shop.database.write(pharmacy.actor) as uow:
            create_item(uow, CreateItem(command_id=new_id(), item=new))
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="GONE"))
    with pharmacy.refuses(code, where):
        orders(pharmacy, *lines)
    pharmacy.books_agree()  # no number was lost


def test_who_is_asked_must_be_known_and_dealt_with(pharmacy: TestShop) -> None:
    with pharmacy.refuses("parties.unknown", "supplier"):
        orders(pharmacy, ("PCM500", "1"), supplier="Nobody")
    ended = supplier(pharmacy, "Old Traders")
    ends(pharmacy, ended)
    with pharmacy.refuses("orders.supplier_ended", "supplier"):
        orders(pharmacy, ("PCM500", "1"), supplier="Old Traders")
    with pharmacy.refuses("orders.expected_passed", "expected_on"):
        orders(pharmacy, ("PCM500", "1"), expected_on="2026-11-19")
    assert orders(pharmacy, ("PCM500", "1"), expected_on="2026-11-20").days_late(TODAY) is None


def test_an_order_to_a_supplier_that_was_merged_is_one_to_the_kept(pharmacy: TestShop) -> None:
    merged = supplier(pharmacy, "Kerala Pharma Ltd")
    before = orders(pharmacy, ("PCM500", "1"), supplier=str(merged))
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        merge_parties(
            uow, MergeParties(kind=PartyKind.SUPPLIER, merged_id=merged, kept_id=_id(pharmacy, "Kerala Pharma"))
        )
    after = orders(pharmacy, ("PCM500", "2"), supplier=str(merged))
    assert (before.supplier_name, after.supplier_name) == ("Kerala Pharma Ltd", "Kerala Pharma")
    assert again(pharmacy, before).supplier_id == after.supplier_id == _id(pharmacy, "Kerala Pharma")
    for asked in (merged, after.supplier_id):
        assert serials(listed(pharmacy, supplier_id=asked)) == [2, 1]


def _id(shop: TestShop, name: str) -> UUID:
    with shop.shop.database.read() as session:
        return find_party(session, PartyKind.SUPPLIER, name)


def test_an_order_of_another_day_belongs_to_its_financial_year(pharmacy: TestShop, clock: TurnedClock) -> None:
    clock.turn(hours=24 * 140)
    with pharmacy.shop.database.write(pharmacy.actor) as uow:
        confirm_clock(uow)
    assert orders(pharmacy, ("PCM500", "1")).number == "C1O/27-28/000001"
    clock.instant = NOON - timedelta(days=400)
    with pytest.raises(NeedsConfirmation, check=lambda asked: asked.code == "clock.behind"):
        orders(pharmacy, ("PCM500", "1"))


# --- what comes of it --------------------------------------------------------------------------------------------


def test_what_comes_is_awaited_no_more(pharmacy: TestShop, clock: TurnedClock) -> None:
    order = orders(pharmacy, {"item": "PCM500", "quantity": "10", "free": "1"}, ("COUGH", "4"))
    assert (awaited(pharmacy, "PCM500"), awaited(pharmacy, "COUGH")) == (110, 4)
    clock.turn(hours=20)
    goods_come(pharmacy, order, Came(1, billed=100, free=10, short=20, damaged=5))
    now = again(pharmacy, order)
    assert (now.state, now.lines[0].received_units, now.lines[0].open_units) == (OrderState.PART_RECEIVED, 85, 25)
    assert (awaited(pharmacy, "PCM500"), awaited(pharmacy, "COUGH")) == (25, 4)
    goods_come(pharmacy, order, Came(1, billed=25), Came(2, billed=6))
    now = again(pharmacy, order)
    assert (now.state, [line.open_units for line in now.lines]) == (OrderState.RECEIVED, [0, 0])
    assert [line.received_units for line in now.lines] == [110, 6]
    assert (awaited(pharmacy, "PCM500"), awaited(pharmacy, "COUGH")) == (0, 0)
    with pharmacy.refuses("orders.nothing_open"):
        closes(pharmacy, order)
    pharmacy.books_agree()


def test_what_never_comes_is_closed_with_a_reason(pharmacy: TestShop, clock: TurnedClock) -> None:
    order = orders(pharmacy, ("PCM500", "10"), ("COUGH", "4"), expected_on="2026-11-21")
    goods_come(pharmacy, order, Came(1, billed=30))
    clock.turn(hours=72)
    assert again(pharmacy, order).days_late(date(2026, 11, 23)) == 2
    closed = closes(pharmacy, order)
    assert closed.state is OrderState.CLOSED
    assert closed.closing is not None
    assert (closed.closing.reason, closed.closing.username) == ("out of stock there", "owner")
    assert closed.closing.date == date(2026, 11, 23)
    assert [(line.received_units, line.open_units, line.closed_units) for line in closed.lines] == [
        (30, 0, 70),
        (0, 0, 4),
    ]
    assert (awaited(pharmacy, "PCM500"), closed.days_late(date(2026, 11, 23))) == (0, None)
    assert closes(pharmacy, order) == closed  # the same again changes nothing
    with pharmacy.refuses("orders.closed_already"):
        closes(pharmacy, order, "another reason")
    goods_come(pharmacy, order, Came(2, billed=4))  # it came after all
    assert [line.closed_units for line in again(pharmacy, order).lines] == [70, 0]
    pharmacy.books_agree()


def test_a_box_of_nothing_but_shortages_is_no_receipt(pharmacy: TestShop) -> None:
    order = orders(pharmacy, ("PCM500", "10"))
    goods_come(pharmacy, order, Came(1, billed=100, short=100))
    assert again(pharmacy, order).state is OrderState.OPEN
    assert listed(pharmacy, OrderState.OPEN).hits[0].state is OrderState.OPEN


def test_orders_are_found_by_number_and_by_how_far_they_are(pharmacy: TestShop, clock: TurnedClock) -> None:
    supplier(pharmacy, "Malabar Drugs")
    made = []
    for number in range(6):
        clock.turn(hours=1)
        made.append(orders(pharmacy, ("PCM500", "1"), supplier=("Kerala Pharma", "Malabar Drugs")[number % 2]))
    goods_come(pharmacy, made[1], Came(1, billed=10))
    goods_come(pharmacy, made[2], Came(1, billed=4))
    closes(pharmacy, made[3])
    with pharmacy.shop.database.read() as session:
        for typed in ("C1O/26-27/000003", " c1o/26-27/3 "):
            assert read_order(session, pharmacy.actor, typed).order_id == made[2].order_id
        with pytest.raises(RuleBroken, check=lambda broken: broken.code == "orders.no_such"):
            read_order(session, pharmacy.actor, "C1O/26-27/000099")
        with pytest.raises(RuleBroken, check=lambda broken: broken.code == "orders.no_such"):
            order_view(session, new_id())
    page = listed(pharmacy)
    assert serials(page) == [6, 5, 4, 3, 2, 1]
    assert [hit.state for hit in page.hits] == [
        OrderState.OPEN, OrderState.OPEN, OrderState.CLOSED, OrderState.PART_RECEIVED, OrderState.RECEIVED,
        OrderState.OPEN,
    ]  # fmt: skip
    assert (page.end, page.hits[0].items, page.hits[0].supplier_name) == (None, ("Paracetamol 500",), "Malabar Drugs")
    assert serials(listed(pharmacy, OrderState.OPEN, OrderState.PART_RECEIVED)) == [6, 5, 3, 1]
    for state, found in zip(OrderState, ([6, 5, 1], [3], [2], [4]), strict=True):
        assert serials(listed(pharmacy, state)) == found
    assert serials(listed(pharmacy, OrderState.OPEN, supplier_id=_id(pharmacy, "Malabar Drugs"))) == [6]
    first = listed(pharmacy, limit=4)
    assert (serials(first), serials(listed(pharmacy, after=first.end, limit=4))) == ([6, 5, 4, 3], [2, 1])
    assert listed(pharmacy, after=first.end, limit=2).end is None


def test_two_orders_of_one_instant_both_stand_in_the_list(pharmacy: TestShop) -> None:
    for _ in range(5):
        orders(pharmacy, ("PCM500", "1"))
    read, after = [], None
    while True:
        page = listed(pharmacy, after=after, limit=2)
        read += serials(page)
        if (after := page.end) is None:
            break
    assert sorted(read) == [1, 2, 3, 4, 5]


def test_no_large_table_is_read_from_its_beginning(pharmacy: TestShop) -> None:
    order = orders(pharmacy, ("PCM500", "1"))
    goods_come(pharmacy, order, Came(1, billed=4))

    def reads(session: Any) -> None:
        page = list_orders(session, pharmacy.actor, states=[OrderState.PART_RECEIVED], limit=1)
        list_orders(session, pharmacy.actor, supplier_id=order.supplier_id, after=page.hits[0].place)
        open_units(session, [order.lines[0].item_id])
        read_order(session, pharmacy.actor, order.number)

    plans = plans_of(pharmacy.shop.database, reads)
    refuse_scans(plans, besides={"ix_purchase_order_on_date"})
    steps = [step for _, plan in plans for step in plan]
    assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step and "purchase_order" in step]
    assert any("purchase_order USING INDEX ix_purchase_order_on_date" in step for step in steps)
    assert any("purchase_order USING INDEX ix_purchase_order_supplier_id (supplier_id=?" in step for step in steps)
    assert any("ix_purchase_order_line_item_id (item_id=?)" in step for step in steps)
    assert any("ix_goods_receipt_line_order (order_id=? AND order_line=?)" in step for step in steps)


@pytest.mark.parametrize("role", Role)
def test_who_orders_receives_or_reads_of_purchases_may_look(pharmacy: TestShop, role: Role) -> None:
    number = orders(pharmacy, ("PCM500", "1")).number
    actor = Actor(None, role.value, role)
    with pharmacy.shop.database.read() as session:
        if role is Role.CASHIER:
            for look in (lambda: read_order(session, actor, number), lambda: list_orders(session, actor)):
                with pytest.raises(RuleBroken, check=lambda broken: broken.code == "auth.not_allowed"):
                    look()
        else:
            assert read_order(session, actor, number).number == number
            assert list_orders(session, actor).hits


@pytest.mark.parametrize(
    ("statement", "tables", "named"),
    [
        ("UPDATE purchase_order SET note = 'another'", {"purchase_order"}, "C1O/26-27/000001"),
        ("UPDATE purchase_order_line SET units = 7", {"purchase_order_line"}, "C1O/26-27/000001"),
        ("DELETE FROM purchase_order_closing", {"purchase_order_closing"}, "C1O/26-27/000001"),
        ("UPDATE number_counter SET last = 9 WHERE series = 'C1O'", {"purchase_order"}, "C1O/26-27"),
        ("DELETE FROM purchase_order WHERE serial = 1", {"purchase_order", "bill"}, ""),
    ],
)
def test_nothing_of_an_order_is_altered_unseen(
    pharmacy: TestShop, clock: TurnedClock, statement: str, tables: set[str], named: str
) -> None:
    closes(pharmacy, orders(pharmacy, ("PCM500", "1"), note="by van"))
    if "purchase_order" in statement:
        with pytest.raises(DBAPIError), pharmacy.shop.database.write(pharmacy.actor) as uow:
            uow.session.execute(text(statement))
    file = pharmacy.shop.folder / "shop.db"
    pharmacy.close()
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    findings = checked(file).findings
    assert {finding.table for finding in findings} == tables
    assert all(named in explain_finding(finding) for finding in findings)
    pharmacy.reopen()


# --- any story ---------------------------------------------------------------------------------------------------

_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), min_size=1, max_size=2)),
        st.tuples(
            st.just("come"),
            st.tuples(
                st.integers(0, 9),
                st.integers(1, 2),
                st.integers(0, 120),
                st.integers(0, 20),
                st.integers(0, 30),
                st.integers(0, 30),
            ),
        ),
        st.tuples(st.just("close"), st.integers(0, 9)),
    ),
    min_size=2,
    max_size=9,
)


@pytest.fixture(scope="module")
def one_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """One shop for every story: each adds orders of its own."""
    folder: Path = tmp_path_factory.mktemp("stories")
    made = TestShop.create(folder / "shop", TurnedClock(NOON))
    for code in ("PCM500", "AMOX"):
        made.receives(code, packs=1)
    supplier(made)
    yield made
    made.close()


@settings(max_examples=25, deadline=None)
@given(steps=_STEPS)
def test_ordered_is_received_open_or_closed(one_shop: TestShop, steps: list[tuple[str, Any]]) -> None:
    shop, made = one_shop, []
    codes = ("PCM500", "AMOX")
    before = {code: awaited(shop, code) for code in codes}
    for step, what in steps:
        if step == "order":
            lines = [
                {"item": code, "quantity": str(packs), "free": str(free)}
                for code, (packs, free) in zip(codes, what, strict=False)
            ]
            made.append(orders(shop, *lines))
        elif made and step == "come":
            place, line, billed, free, short, damaged = what
            order = made[place % len(made)]
            if not billed + free:
                continue  # nobody writes a receipt of nothing
            line = min(line, len(order.lines))
            missing = min(short + damaged, billed + free)
            goods_come(shop, order, Came(line, billed, free, missing - min(damaged, missing), min(damaged, missing)))
        elif made and step == "close":
            order = again(shop, made[what % len(made)])
            if order.state.is_open:
                closes(shop, order)
    awaited_here = dict.fromkeys(codes, 0)
    states = {hit.order_id: hit.state for hit in _every_hit(shop)}
    for order in (again(shop, each) for each in made):
        assert states[order.order_id] is order.state
        for line in order.lines:
            assert (
                line.ordered_units == min(line.received_units, line.ordered_units) + line.open_units + line.closed_units
            )
            assert line.open_units == 0 or line.closed_units == 0
            awaited_here[line.item_code] += line.open_units
        assert (order.state is OrderState.CLOSED) is (order.closing is not None)
        assert order.state.is_open is any(line.open_units for line in order.lines)
    assert {code: awaited(shop, code) - before[code] for code in codes} == awaited_here


def _every_hit(shop: TestShop) -> Iterator[Any]:
    after = None
    while True:
        page = listed(shop, after=after, limit=7)
        yield from page.hits
        if (after := page.end) is None:
            return
