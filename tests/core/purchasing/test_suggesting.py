"""What a shop should order: from minimum stock, from what customers wait for, from what was sold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.catalog.change_dto import DeactivateItem, EditItem, ItemChanges
from core.catalog.dto import NewItem
from core.catalog.viewing import item_view
from core.inventory.batch_dto import HoldBatch
from core.inventory.holding import hold_batch
from core.inventory.items import CreateItem, create_item, deactivate_item, edit_item
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money, Rate
from core.parties.dto import MergeParties, PartyKind
from core.parties.service import merge_parties
from core.purchasing.order_dto import OrderUnit, OrderView, Origin, PlaceOrder, Suggestion
from core.purchasing.suggesting import COVER_DAYS, Need, suggest_order, suggestions
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.wants.dto import NoteWant, Outcome, SettleWant, WantView
from core.wants.service import note_want, settle_want
from tests.conftest import NOON
from tests.core.purchasing.support import (
    Came,
    closes,
    ends,
    goods_come,
    orders,
    places,
    suggested,
    supplier,
    teaches,
)
from tests.support.clock import TurnedClock
from tests.support.plans import ORDERED, plans_of, refuse_scans
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)


@pytest.fixture
def kerala(shop: TestShop) -> UUID:
    """A supplier."""
    return supplier(shop)


def said(found: list[Suggestion]) -> list[tuple[str, int, Origin]]:
    return [(each.item_code, each.units, each.origin) for each in found]


def edits(shop: TestShop, code: str, **changes: Any) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        version = item_view(uow.session, code, uow.today).version
        edit_item(uow, EditItem(item=code, version=version, changes=ItemChanges(**changes)))


def wants(shop: TestShop, **wanted: str) -> WantView:
    with shop.shop.database.write(shop.actor) as uow:
        return note_want(uow, NoteWant(command_id=new_id(), **wanted))


def settles(shop: TestShop, want: WantView, outcome: Outcome) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        settle_want(uow, SettleWant(want_id=want.want_id, outcome=outcome))


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong patient"))


# --- below the minimum -------------------------------------------------------------------------------------------


def test_what_is_below_its_minimum_is_ordered_up_to_its_maximum(shop: TestShop) -> None:
    shop.receives("LOW", packs=2, min_stock_units=30, max_stock_units=100)
    shop.receives("ENOUGH", packs=3, min_stock_units=30, max_stock_units=100)
    shop.receives("NOBODY", packs=1)
    (low,) = suggested(shop)
    assert (low.item_code, low.units, low.packs, low.origin) == ("LOW", 80, 8, Origin.REORDER)
    assert (low.stock_units, low.on_order_units, low.minimum_units) == (20, 0, 30)
    assert (low.supplier_id, low.supplier_name, low.factor, low.last_rate, low.lasts) == (None, None, 1, None, "")


def test_without_a_maximum_it_is_the_minimum_and_what_sells_in_some_days(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("LOW", packs=30, min_stock_units=100)
    clock.turn(hours=24 * 20)
    shop.bills(("LOW", "25"))
    (low,) = suggested(shop)
    # 250 in 20 days are 187.5 in 15: to 287.5, of which 50 stand, is 237.5, in whole packs 240
    assert (COVER_DAYS, low.units, low.stock_units) == (15, 240, 50)
    assert low.lasts == "0.8"  # 290 of 375 a month


def test_what_no_customer_could_have_does_not_stand(shop: TestShop) -> None:
    shop.receives("LOW", batch="OLD", expiry="10/2026", packs=9, min_stock_units=30, max_stock_units=50)
    shop.receives("LOW", batch="BAD", packs=9)
    shop.receives("LOW", batch="GOOD", packs=1)
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="LOW", batch="BAD", reason="recalled"))
    (low,) = suggested(shop)
    assert (low.stock_units, low.units) == (10, 40)


def test_what_is_on_order_is_not_ordered_again_until_it_is_closed(shop: TestShop, kerala: UUID) -> None:
    shop.receives("LOW", packs=2, min_stock_units=30, max_stock_units=100)
    first = orders(shop, ("LOW", "1"))
    assert said(suggested(shop)) == []  # 30 is not below 30
    closes(shop, first)
    order = orders(shop, {"item": "LOW", "quantity": "7", "free": "1"})
    assert suggested(shop) == []
    goods_come(shop, order, Came(1, billed=70, free=10, short=20))
    assert suggested(shop) == []  # 80 stand, and 20 are awaited
    shop.bills(("LOW", "6"))
    assert suggested(shop) == []
    closes(shop, order)
    (low,) = suggested(shop)
    assert (low.stock_units, low.on_order_units, low.units) == (20, 0, 80)


def test_what_is_sold_no_more_and_services_are_not_ordered(shop: TestShop) -> None:
    kinds: dict[str, dict[str, Any]] = {"GONE": {}, "VISIT": {"kind": "service"}}
    for code, more in kinds.items():
        details = {"code": code, "name": code, "pieces_per_pack": 1, "treatment": "nil", "gst": "0", **more}
        new = NewItem.model_validate({**details, "min_stock_units": 5})
        with shop.shop.database.write(shop.actor) as uow:
            create_item(uow, CreateItem(command_id=new_id(), item=new))
        wants(shop, item=code)
    assert said(suggested(shop)) == [("GONE", 6, Origin.REORDER)]
    with shop.shop.database.write(shop.actor) as uow:
        deactivate_item(uow, DeactivateItem(item="GONE"))
    assert suggested(shop) == []


# --- wanted ------------------------------------------------------------------------------------------------------


def test_what_customers_wait_for_is_ordered_as_far_as_it_does_not_stand(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    wants(shop, item="PCM500", quantity="2:5", customer_name="Asha")
    nobody_said = wants(shop, item="PCM500")  # a pack
    wants(shop, name="a cream for burns", quantity="one big tube")
    (wanted,) = suggested(shop)
    assert (wanted.units, wanted.wanted_units, wanted.origin) == (30, 35, Origin.WANT)  # 25 of 35 are missing
    for outcome in (Outcome.CAME, Outcome.DONE):
        settles(shop, wants(shop, item="PCM500"), outcome)
    settles(shop, nobody_said, Outcome.GIVEN_UP)
    assert said(suggested(shop)) == [("PCM500", 20, Origin.WANT)]
    shop.receives("PCM500", packs=2)
    assert suggested(shop) == []


def test_who_waits_takes_of_what_should_always_be_there(shop: TestShop) -> None:
    shop.receives("LOW", packs=4, min_stock_units=30, max_stock_units=50)
    assert suggested(shop) == []
    wants(shop, item="LOW", quantity="2")
    (low,) = suggested(shop)  # 20 are left below 30: up to 50, and 20 for who waits
    assert (low.units, low.origin, low.wanted_units) == (30, Origin.REORDER, 20)


# --- sold --------------------------------------------------------------------------------------------------------


def test_what_was_sold_since_a_day_is_ordered_as_far_as_it_does_not_stand(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=10)
    shop.receives("PCM650", packs=30)
    shop.bills(("PCM500", "2"))
    clock.turn(hours=24)
    shop.bills(("PCM500", "3:5"), ("PCM650", "5"))
    cancels(shop, shop.bills(("PCM500", "1"), ("PCM650", "7")))
    shop.bills(("PCM500", "2"))
    yesterday, today = TODAY, TODAY + timedelta(days=1)
    assert suggested(shop) == []
    (since_today,) = suggested(shop, since=today)
    assert (since_today.sold_units, since_today.stock_units, since_today.units) == (55, 25, 30)
    assert since_today.origin is Origin.SALES
    (since_yesterday,) = suggested(shop, since=yesterday)
    assert (since_yesterday.sold_units, since_yesterday.units) == (75, 50)
    assert suggested(shop, since=date.min) == suggested(shop, since=yesterday)
    with shop.refuses("orders.since_future", "since"):
        suggested(shop, since=today + timedelta(days=1))


def test_packs_in_hand_that_a_cancelled_bill_gave_out_were_not_sold(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    in_hand = {"batch": "N1", "expiry": "03/2029", "mrp": "30.00"}
    bill = shop.bills({"item": "PCM500", "quantity": "4", "awaiting": in_hand})
    (sold,) = suggested(shop, since=TODAY)
    assert (sold.sold_units, sold.stock_units, sold.units) == (40, 10, 30)
    cancels(shop, bill)
    assert suggested(shop, since=TODAY) == []


def test_a_bill_that_was_held_for_weeks_was_sold_on_the_day_it_was_saved(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=3)
    clock.instant = NOON + timedelta(days=25)
    begun = UUID(int=(int(NOON.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | 5)
    shop.bills(("PCM500", "2"), command_id=begun)
    assert said(suggested(shop, since=date(2026, 12, 15))) == [("PCM500", 10, Origin.SALES)]


# --- from whom, in which packs -----------------------------------------------------------------------------------


def test_it_is_rounded_up_to_what_the_supplier_gives(shop: TestShop, kerala: UUID) -> None:
    shop.receives("LOW", packs=2, min_stock_units=30, max_stock_units=100)
    edits(shop, "LOW", levels="box 4 strip 10 tablet", sale_level="strip", purchase_level="box")
    (low,) = suggested(shop)
    assert (low.units, low.factor, low.supplier_code, low.supplier_id) == (80, 4, None, None)
    teaches(shop, kerala, "K-17", "LOW", 10)
    teaches(shop, kerala, "K-18", "LOW", 3)
    (low,) = suggested(shop)
    assert (low.units, low.factor, low.supplier_code, low.supplier_name) == (90, 3, "K-18", "Kerala Pharma")
    line = low.as_line()
    assert (line.quantity, line.unit, line.factor, line.rate) == ("3", OrderUnit.SUPPLIER, 3, None)
    edits(shop, "LOW", purchase_level="tablet")  # no whole number of strips
    other = supplier(shop, "Malabar Drugs")
    assert suggested(shop, other) == []
    ends(shop, kerala)
    (low,) = suggested(shop)
    assert (low.units, low.factor, low.supplier_id) == (80, 1, None)
    with pytest.raises(RuleBroken, check=lambda broken: broken.code == "orders.supplier_ended"):
        suggested(shop, kerala)


def test_it_comes_from_who_sold_it_last_at_the_rate_of_then(shop: TestShop, clock: TurnedClock, kerala: UUID) -> None:
    malabar = supplier(shop, "Malabar Drugs")
    for code in ("AMOX", "PCM500"):
        shop.receives(code, packs=1, min_stock_units=500, max_stock_units=500)
    first = orders(shop, ("AMOX", "2"), ("PCM500", "2"))
    goods_come(shop, first, Came(1, billed=20, rate="150.5"), Came(2, billed=20, rate="16"))
    clock.turn(hours=24)
    second = orders(shop, ("AMOX", "2"), supplier="Malabar Drugs")
    goods_come(shop, second, Came(1, billed=20, rate=None))  # nobody knew the price yet
    amox, pcm = suggested(shop)[::-1]
    assert (amox.item_code, amox.supplier_name, amox.last_supplier_name) == ("AMOX", "Malabar Drugs", "Malabar Drugs")
    assert (amox.last_rate, pcm.last_rate) == (Rate.parse("150.5"), Rate.parse("16"))
    assert (pcm.item_code, pcm.supplier_name, pcm.value) == ("PCM500", "Kerala Pharma", Money.parse("752.00"))
    assert [each.item_code for each in suggested(shop, malabar)] == ["AMOX"]
    assert [each.item_code for each in suggested(shop, kerala)] == ["PCM500"]
    teaches(shop, kerala, "K-1", "AMOX")
    other, pcm = suggested(shop, kerala)
    assert (other.item_code, other.supplier_name, other.last_supplier_name) == (
        "AMOX",
        "Kerala Pharma",
        "Malabar Drugs",
    )
    assert (other.as_line().rate, pcm.as_line().rate) == (None, Rate.parse("16"))
    ends(shop, malabar)
    assert [each.supplier_name for each in suggested(shop)] == ["Kerala Pharma", "Kerala Pharma"]
    with shop.shop.database.write(shop.actor) as uow:
        merge_parties(uow, MergeParties(kind=PartyKind.SUPPLIER, merged_id=malabar, kept_id=kerala))
    assert {each.item_code: each.last_supplier_name for each in suggested(shop, malabar)} == {
        "AMOX": "Kerala Pharma",
        "PCM500": "Kerala Pharma",
    }


def test_a_suggestion_is_ordered_as_it_stands(shop: TestShop, kerala: UUID) -> None:
    shop.receives("LOW", packs=2, min_stock_units=30, max_stock_units=100)
    teaches(shop, kerala, "K-17", "LOW", 5)
    (low,) = suggested(shop, kerala)
    command = PlaceOrder(command_id=new_id(), supplier=str(kerala), lines=(low.as_line(),))
    line = places(shop, command).lines[0]
    assert (line.units, line.factor, line.supplier_code, line.origin) == (100, 5, "K-17", Origin.REORDER)
    assert suggested(shop, kerala) == []


def test_rates_are_for_who_may_see_cost(shop: TestShop, kerala: UUID) -> None:
    shop.receives("LOW", packs=1, min_stock_units=900)
    goods_come(shop, orders(shop, ("LOW", "1")), Came(1, billed=10))
    clerk = Actor(None, "clerk", Role.PURCHASE_CLERK)
    with shop.shop.database.read() as session:
        assert suggest_order(session, clerk, None, TODAY)[0].last_rate == Rate.parse("15")
    right = SetRoleRight(user_role=Role.PURCHASE_CLERK, permission=Permission.SEE_COST, granted=False)
    with shop.shop.database.write(shop.actor) as uow:
        set_role_right(uow, right)
    with shop.shop.database.read() as session:
        (low,) = suggest_order(session, clerk, None, TODAY)
        assert (low.last_rate, low.value) == (None, None)
        with pytest.raises(RuleBroken, check=lambda broken: broken.code == "auth.not_allowed"):
            suggest_order(session, Actor(None, "cashier", Role.CASHIER), None, TODAY)


def test_no_large_table_is_read_from_its_beginning(shop: TestShop, kerala: UUID) -> None:
    for number in range(150):
        shop.receives(f"X{number:03}", packs=3, min_stock_units=20)
    teaches(shop, kerala, "K-1", "X002")
    shop.bills(*((f"X{number:03}", "2") for number in range(0, 150, 2)))
    wants(shop, item="X003")
    goods_come(shop, orders(shop, ("X000", "1")), Came(1, billed=5))

    def reads(session: Any) -> None:
        assert len(suggestions(session, None, TODAY, TODAY)) == 74  # of the first enough is on order
        assert len(suggestions(session, kerala, TODAY, TODAY)) == 1

    plans = plans_of(shop.shop.database, reads)
    refuse_scans(plans, besides=ORDERED)
    of_movements = [step for _, plan in plans for step in plan if "stock_movement" in step or "lately" in step]
    assert {step.partition(" USING ")[2] for step in of_movements} == {
        "PRIMARY KEY (document_id>?)",
        "INDEX ix_stock_movement_lot_id (lot_id=?)",
        "COVERING INDEX ix_stock_movement_lot_id (lot_id=? AND document_id>?)",
    }


# --- any need, any story -----------------------------------------------------------------------------------------

_SOME = st.integers(0, 500)


@given(minimum=_SOME, more=_SOME, wanted=_SOME, sold=_SOME, stock=_SOME, on_order=_SOME, step=st.integers(1, 40))
def test_once_it_is_on_order_nothing_is_missing(
    minimum: int, more: int, wanted: int, sold: int, stock: int, on_order: int, step: int
) -> None:
    need = Need(minimum, minimum + more if minimum else 0, wanted, sold, stock, on_order)
    missing = need.missing
    ordered = -(-missing // step) * step
    for after in (
        Need(minimum, need.target, wanted, sold, stock, on_order + ordered),
        Need(minimum, need.target, wanted, sold, stock + on_order + ordered, 0),
    ):
        assert after.missing == 0
    assert missing <= max(0, wanted + max(need.target, sold) - stock - on_order)
    if not (minimum or sold):
        assert missing == max(0, wanted - stock - on_order)
    if missing:
        assert need.origin in {Origin.REORDER, Origin.WANT, Origin.SALES}


@pytest.fixture(scope="module")
def one_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """One shop for every story, each of which begins where the one before has ended."""
    folder: Path = tmp_path_factory.mktemp("stories")
    made = TestShop.create(folder / "shop", TurnedClock(NOON))
    made.receives("MIN", packs=5, min_stock_units=60, max_stock_units=150)
    made.receives("PACE", packs=5, min_stock_units=40)
    made.receives("SOLD", packs=5)
    teaches(made, supplier(made), "K-17", "MIN", 4)
    yield made
    made.close()


_ITEMS = ("MIN", "PACE", "SOLD")
_EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("bill"), st.sampled_from(_ITEMS), st.integers(1, 60)),
        st.tuples(st.just("want"), st.sampled_from(_ITEMS), st.integers(1, 30)),
        st.tuples(st.just("day"), st.just(""), st.integers(1, 3)),
        st.tuples(st.just("come"), st.just(""), st.integers(0, 100)),
        st.tuples(st.just("close"), st.just(""), st.integers(0, 1)),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None)
@given(stories=st.lists(_EVENTS, min_size=1, max_size=3))
def test_what_was_ordered_as_suggested_is_not_suggested_again(
    one_shop: TestShop, stories: list[list[tuple[str, str, int]]]
) -> None:
    shop, clock = one_shop, one_shop.clock
    assert isinstance(clock, TurnedClock)
    made: list[OrderView] = []
    for events in stories:
        for what, code, count in events:
            if what == "bill" and shop.units(code) >= count:
                shop.bills((code, f"{count}t"))
            elif what == "want":
                wants(shop, item=code, quantity=f"{count}t")
            elif what == "day":
                clock.turn(hours=24 * count)
            elif what == "come" and made:
                order = made.pop()
                goods_come(
                    shop,
                    order,
                    *(Came(line.line, line.units, short=line.units * count // 100) for line in order.lines),
                )
            elif what == "close" and made:
                closes(shop, made.pop())
        since = TODAY
        found = suggested(shop, since=since)
        for each in found:
            assert each.units % (each.factor * each.pieces_per_pack) == 0
            standing = each.stock_units + each.on_order_units - each.wanted_units
            assert standing + each.units >= each.sold_units
            # rounding apart, no more than what should be there
            most = {"MIN": 150, "PACE": 40 + 10_000, "SOLD": 0}[each.item_code]
            assert standing + each.units - each.factor * each.pieces_per_pack < max(most, each.sold_units, 1)
        if found:
            lines = tuple(each.as_line() for each in found)
            made.append(places(shop, PlaceOrder(command_id=new_id(), supplier="Kerala Pharma", lines=lines)))
        assert suggested(shop, since=since) == []
    shop.books_agree()
