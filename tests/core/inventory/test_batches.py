"""A held batch is sold by nobody and in no way; a revised MRP holds from its day on, for packs and loose pieces."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inventory.batch_dto import HoldBatch, ReleaseBatch, ReviseMrp
from core.inventory.domain import Available, take
from core.inventory.holding import held_batches, hold_batch, release_batch
from core.inventory.queries import sale_item, search_items
from core.inventory.repricing import revise_mrp
from core.inventory.scanned import batch_of_pack, items_of_scan
from core.kernel.clock import business_date
from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.kernel.money import Money
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

EAN = "8901234567890"
TODAY = date(2026, 11, 20)


@pytest.fixture
def stocked(shop: TestShop) -> TestShop:
    shop.receives("PCM500", batch="A1", expiry="03/2027", barcodes=(EAN,), packs=5)
    shop.receives("PCM500", batch="A2", expiry="08/2027", packs=5)
    return shop


def hold(shop: TestShop, batch: str, reason: str = "recalled by the maker") -> None:
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM500", batch=batch, reason=reason))


def release(shop: TestShop, batch: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        release_batch(uow, ReleaseBatch(item="PCM500", batch=batch, reason="tested, good"))


def revise(shop: TestShop, mrp: str, since: date = TODAY, batch: str = "A1", **more: Any) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        details = {"item": "PCM500", "batch": batch, "mrp": mrp, "from_date": since.isoformat(), "reason": "GST 5 %"}
        revise_mrp(uow, ReviseMrp.model_validate(details | more))


def mrp_on(shop: TestShop, day: date, batch: str = "A1") -> Money:
    with shop.shop.database.read() as session:
        item = sale_item(session, "PCM500", day)
    assert item is not None
    return next(b.mrp for b in item.batches if b.number == batch)


def test_a_held_batch_is_passed_over_and_refused_by_hand(stocked: TestShop, clock: TurnedClock) -> None:
    clock.turn(days=1)
    hold(stocked, "a1")

    assert [line.batch for line in stocked.bills(("PCM500", "2")).lines] == ["A2"]
    with stocked.refuses("stock.held", where="lines.0"):
        stocked.bills({"item": "PCM500", "quantity": "1", "batch": "A1"})
    with stocked.refuses("stock.rest_held", where="lines.0"):
        stocked.bills(("PCM500", "4"))
    with stocked.refuses("stock.held", where="lines.0"):  # a memo written while it was not held yet
        stocked.bills(
            {"item": "PCM500", "quantity": "1", "batch": "A1"}, manual={"number": "17"}, date=TODAY.isoformat()
        )
    stocked.books_agree()


def test_a_search_counts_only_what_is_not_held(stocked: TestShop) -> None:
    hold(stocked, "A1")
    with stocked.shop.database.read() as session:
        (hit,) = search_items(session, "PCM500", TODAY)
    assert hit.stock_units == 50
    assert hit.expiry == date(2027, 8, 31)
    assert stocked.units("PCM500") == 100  # it stands all the same


@pytest.mark.parametrize("rest", ["10A1", "1727030010A1", "1727033110A1", "10A117270300"])
def test_a_scanned_pack_of_a_held_batch_is_refused(stocked: TestShop, rest: str) -> None:
    hold(stocked, "A1")
    with stocked.shop.database.read() as session:
        scanned = items_of_scan(session, f"]d2010{EAN}{rest}", TODAY)
    found = batch_of_pack(scanned.scan, scanned.items[0], TODAY)
    assert found.refusal is not None
    assert found.refusal.code == "stock.pack_held"


def test_packs_that_come_in_later_are_held_as_well(stocked: TestShop) -> None:
    hold(stocked, "A1")
    stocked.receives("PCM500", batch="A1", expiry="03/2027", mrp="30.00", packs=5)

    assert {b.number: b.held for b in stocked.stock("PCM500").batches} == {"A1": "recalled by the maker", "A2": None}
    with stocked.refuses("stock.rest_held"):
        stocked.bills(("PCM500", "6"))


def test_a_released_batch_is_sold_again_and_may_be_held_again(stocked: TestShop) -> None:
    hold(stocked, "A1")
    with stocked.refuses("stock.held_already"):
        hold(stocked, "A1")
    with stocked.shop.database.read() as session:
        assert [(held.batch, held.units) for held in held_batches(session)] == [("A1", 50)]
    release(stocked, "A1")
    assert [line.batch for line in stocked.bills(("PCM500", "1")).lines] == ["A1"]
    with stocked.refuses("stock.not_held"):
        release(stocked, "A1")
    hold(stocked, "A1", "once more")
    with stocked.refuses("stock.held", where="lines.0"):
        stocked.bills({"item": "PCM500", "quantity": "1", "batch": "A1"})
    stocked.books_agree()


def test_only_batches_that_were_in_the_shop_are_held(stocked: TestShop) -> None:
    with stocked.refuses("stock.unknown_batch", where="batch"):
        hold(stocked, "A3")
    with stocked.refuses("sales.no_such_item", where="item"), stocked.shop.database.write(stocked.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM", batch="A1", reason="recalled"))


@given(
    st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.integers(-40, 400)), max_size=8),
    st.integers(1, 100),
    st.integers(0, 9),
)
def test_no_demand_takes_held_or_expired_stock(stock: list[tuple[int, bool, int]], units: int, picked: int) -> None:
    available = [
        Available(
            id_from_content(str(n)),
            Expiry.parse((TODAY + timedelta(days=days)).isoformat()),
            count,
            "recalled" if is_held else None,
        )
        for n, (count, is_held, days) in enumerate(stock)
    ]
    good = {one.key: one.units for one in available if one.held is None and not one.expiry.has_passed(TODAY)}  # type: ignore[union-attr]
    key = available[picked].key if picked < len(available) else None
    if sum(good.values()) < units or (key is not None and key not in good):
        with pytest.raises(RuleBroken, match="stock"):
            take(available, units, TODAY, key)
        return
    taken = take(available, units, TODAY, key)
    assert sum(part.units for part in taken) == units
    assert all(part.units <= good.get(part.key, 0) for part in taken)


@pytest.mark.parametrize(
    ("stock", "units", "pack", "expected"),
    [
        # what is loose comes from the strip that is open, though another batch expires first
        ([("A", 30), ("B", 15)], 3, 10, {"B": 3}),
        ([("A", 30), ("B", 15)], 13, 10, {"A": 10, "B": 3}),
        # of two that are open the one that expires first, if it has enough
        ([("A", 12), ("B", 15)], 2, 10, {"A": 2}),
        ([("A", 12), ("B", 15)], 4, 10, {"B": 4}),
        # none that is open has enough: the first to expire is cut
        ([("A", 32), ("B", 13)], 5, 10, {"A": 5}),
        # whole strips are whole ones as long as there are any
        ([("A", 15), ("B", 30)], 20, 10, {"A": 10, "B": 10}),
        ([("A", 15), ("B", 5)], 20, 10, {"A": 15, "B": 5}),
        ([("A", 7), ("B", 30)], 7, 1, {"A": 7}),
    ],
)
def test_no_strip_is_cut_while_another_is_open(
    stock: list[tuple[str, int]], units: int, pack: int, expected: dict[str, int]
) -> None:
    names = {id_from_content(name): name for name, _ in stock}
    expiries = {"A": "03/2027", "B": "09/2027"}
    available = [Available(id_from_content(name), Expiry.parse(expiries[name]), count) for name, count in stock]
    assert {names[part.key]: part.units for part in take(available, units, TODAY, None, pack)} == expected


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(1, 120), st.integers(1, 15), st.booleans())
def test_a_sale_opens_at_most_one_strip(counts: list[int], units: int, pack: int, is_picked: bool) -> None:
    available = [
        Available(id_from_content(str(n)), Expiry.parse((TODAY + timedelta(days=30 + n)).isoformat()), count)
        for n, count in enumerate(counts)
    ]
    picked = available[-1].key if is_picked else None
    if sum(counts) < units:
        with pytest.raises(RuleBroken, match="stock"):
            take(available, units, TODAY, picked, pack)
        return
    taken = {part.key: part.units for part in take(available, units, TODAY, picked, pack)}
    assert sum(taken.values()) == units
    assert all(0 < taken.get(one.key, 0) <= one.units for one in available if one.key in taken)
    if picked is None:
        before = sum(count % pack > 0 for count in counts)
        after = sum((one.units - taken.get(one.key, 0)) % pack > 0 for one in available)
        assert after <= before + 1


def test_a_revised_mrp_holds_from_its_day_on(stocked: TestShop) -> None:
    revise(stocked, "24.00", TODAY + timedelta(days=10))
    assert mrp_on(stocked, TODAY) == mrp_on(stocked, TODAY + timedelta(days=9)) == Money(2565)
    assert mrp_on(stocked, TODAY + timedelta(days=10)) == Money(2400)

    revise(stocked, "23.99")
    (line,) = stocked.bills({"item": "PCM500", "quantity": "3t", "batch": "A1"}).lines
    assert (line.mrp, line.gross) == (Money(2399), Money(719))  # 7.197, rounded down
    assert stocked.stock("PCM500").batches[0].printed_mrp == Money(2565)
    with stocked.shop.database.read() as session:
        (hit,) = search_items(session, "PCM500", TODAY)
    assert hit.mrp == Money(2399)
    stocked.books_agree()


def test_a_bill_of_an_earlier_day_has_that_days_mrp(stocked: TestShop, clock: TurnedClock) -> None:
    clock.turn(days=1)
    revise(stocked, "24.00", TODAY + timedelta(days=1))
    memo = stocked.bills(("PCM500", "1"), manual={"number": "17"}, date=TODAY.isoformat())
    assert memo.lines[0].mrp == Money(2565)


def test_a_revision_of_the_same_day_takes_the_place_of_the_first(stocked: TestShop) -> None:
    revise(stocked, "2.40")
    revise(stocked, "24.00")
    assert mrp_on(stocked, TODAY) == Money(2400)
    revise(stocked, "25.65")  # back to what is printed
    assert mrp_on(stocked, TODAY) == Money(2565)
    assert stocked.stock("PCM500").batches[0].printed_mrp is None
    stocked.books_agree()


@pytest.mark.parametrize(
    ("mrp", "code"), [("25.66", "stock.mrp_above_printed"), ("0", "stock.mrp_zero"), ("25.65", "stock.mrp_as_it_is")]
)
def test_what_no_mrp_can_be(stocked: TestShop, mrp: str, code: str) -> None:
    with stocked.refuses(code, where="mrp"):
        revise(stocked, mrp)


def test_a_number_with_several_mrps_is_asked(stocked: TestShop) -> None:
    stocked.receives("PCM500", batch="A1", expiry="03/2027", mrp="30.00", packs=5)
    with stocked.refuses("stock.batch_of_several", where="printed"):
        revise(stocked, "24.00")
    revise(stocked, "24.00", printed="30.00")
    mrps = {(b.printed_mrp or b.mrp): b.mrp for b in stocked.stock("PCM500").batches if b.number == "A1"}
    assert mrps == {Money(2565): Money(2565), Money(3000): Money(2400)}


def test_two_packs_of_one_number_and_mrp_are_revised_together(stocked: TestShop) -> None:
    stocked.receives("PCM500", batch="A1", expiry="04/2027", packs=5)
    revise(stocked, "24.00")
    assert [b.mrp for b in stocked.stock("PCM500").batches if b.number == "A1"] == [Money(2400)] * 2


def test_today_is_the_shops_day(stocked: TestShop) -> None:
    assert business_date(stocked.clock.now()) == TODAY
