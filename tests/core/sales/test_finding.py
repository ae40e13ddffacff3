"""What is posted is found: by its number, amount, day, people and items, newest first, page by page, by an index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.app.series import SetNumberSeries, set_number_series
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.sales.cancelling import cancel_bill
from core.sales.correcting import correct_bill
from core.sales.dto import BillView, CancelBill, CorrectBill
from core.sales.finding import BillHit, FindBills, find_bills, streams
from core.sales.indexing import BillPlace
from core.sales.posting import post_bill
from core.sales.typed import understand
from core.storage.search_index import tokens
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

DOLO: dict[str, Any] = {"name": "Dolo 650 Tablet", "pack_label": "15's", "pieces_per_pack": 15}
NAMES = ["A Kumar", "Asha Menon", "Kumaran Nair", "Mohammed Rafi", "Raghavan", "St. John Hospital", "രവി കുമാർ"]
PHONES = ["9847012345", "9847099999", "+91 98470-55555", "0484 2351234"]


def hits(shop: TestShop, limit: int = 50, after: BillPlace | None = None, **wanted: Any) -> list[BillHit]:
    with shop.shop.database.read() as session:
        return find_bills(session, shop.actor, load(FindBills, wanted), after=after, limit=limit).hits


def found(shop: TestShop, **wanted: Any) -> list[int]:
    """Return the serials of what is found, in the order of the list."""
    return [int(hit.number.rpartition("/")[2]) for hit in hits(shop, **wanted)]


def typed(shop: TestShop, text: str) -> list[int]:
    with shop.shop.database.read() as session:
        page = find_bills(session, shop.actor, understand(text).wanted)
    return [int(hit.number.rpartition("/")[2]) for hit in page.hits]


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="wrong person"))


def test_one_box_finds_by_whatever_is_typed(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=50)
    shop.receives("DOLO", packs=50, **DOLO)
    shop.receives("AZI500", packs=50, schedules=("H1",))
    shop.bills(("PCM500", "3"), customer={"name": "A Kumar", "phone": "98470 12345"})
    clock.turn(days=1)
    shop.on_duty()
    shop.bills(("DOLO", "1"), ("PCM500", "1"))
    shop.bills(("AZI500", "1"), dispensing=shop.prescribed(), customer={"name": "Ravi"})
    clock.turn(days=1)
    shop.bills(("DOLO", "2"), manual={"number": "B2/117"}, date="2026-11-21")

    assert typed(shop, "") == [
        1,
        3,
        2,
        1,
    ]  # the memo, in a series of its own, is of the second day and was entered last
    assert typed(shop, "c1/26-27/2") == typed(shop, "C1/26-27/000002") == [2]
    assert typed(shop, "B2/117") == [1]
    assert typed(shop, "2") == typed(shop, "000002") == [2]
    assert typed(shop, "77.00") == typed(shop, "Rs 77") == typed(shop, "₹77.00") == [1]
    assert typed(shop, "9847012345") == [3, 1]  # the customer's, and the patient's of the prescription
    assert typed(shop, "+91 98470 12345") == [3, 1]
    assert typed(shop, "98470123") == [3, 1]
    assert typed(shop, "kumar") == typed(shop, "kum a") == [1]
    assert typed(shop, "asha") == [3]
    assert typed(shop, "ravi") == [3]
    assert typed(shop, "dolo") == typed(shop, "DOLO") == typed(shop, "650 dol") == [1, 2]
    assert typed(shop, "21-11-2026") == typed(shop, "2026-11-21") == [1, 3, 2]
    assert typed(shop, "20/11/2026") == [1]
    assert typed(shop, "20-11-2026 to 21-11-2026") == typed(shop, "21-11-2026..20-11-2026") == [1, 3, 2, 1]
    assert typed(shop, "nobody") == typed(shop, "---") == typed(shop, "C1/26-27/99") == typed(shop, "0") == []
    for text, code in (("32-13-2026", "date.no_day"), ("2026-13-01", "date.unreadable"), ("rs ,", "money.unreadable")):
        with pytest.raises(RuleBroken) as refused:
            understand(text)
        assert refused.value.code == code


def test_everything_that_is_given_must_hold(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=50)
    shop.receives("DOLO", packs=50, **DOLO)
    asha = {"name": "Asha Menon", "phone": "9847012345"}
    shop.bills(("PCM500", "1"), customer=asha)
    shop.bills(("DOLO", "1"), customer=asha)
    clock.turn(days=1)
    wrong = shop.bills(("DOLO", "1"), customer={"name": "Ravi"})
    cancels(shop, wrong)
    shop.bills(("DOLO", "1"), ("PCM500", "1"))
    assert found(shop, name="asha", item="dolo") == [2]
    assert found(shop, words="asha", item="PCM500") == [1]
    assert found(shop, item="DOLO", cancelled=False) == [4, 2]
    assert found(shop, cancelled=True) == found(shop, item="DOLO", cancelled=True) == [3]
    assert found(shop, cancelled=False) == [4, 2, 1]
    assert found(shop, item="DOLO", first="2026-11-21") == [4, 3]
    assert found(shop, item="DOLO", last="2026-11-20") == [2]
    assert found(shop, first="2026-11-22") == []
    assert found(shop, amount="26.00", cancelled=False, phone="98470", name="menon") == [2, 1]
    assert found(shop, number="2", amount="26.00", words="dolo") == [2]
    assert found(shop, number="2", amount="27.00") == found(shop, number="1", item="DOLO") == []
    assert found(shop, name="...") == found(shop, item="nothing of the kind") == []


def test_a_list_says_who_how_and_what_became_of_it(shop: TestShop) -> None:
    shop.on_duty()
    shop.receives("AZI500", packs=50, schedules=("H1",))
    wrong = shop.bills(("AZI500", "1"), dispensing=shop.prescribed(), customer={"name": "Ravi", "phone": "9847000001"})
    with shop.shop.database.write(shop.actor) as uow:
        draft = correct_bill(uow, CorrectBill(number=wrong.number, reason="wrong patient")).draft
    with shop.shop.database.write(shop.actor) as uow:
        right = post_bill(uow, draft)
    new, old = hits(shop)
    assert (new.number, new.is_cancelled, new.corrects, new.corrected_by) == (right.number, False, wrong.number, None)
    assert (old.number, old.is_cancelled, old.corrects, old.corrected_by) == (wrong.number, True, None, right.number)
    assert (old.customer_name, old.customer_phone, old.patient_name) == ("Ravi", "9847000001", "Asha")
    assert (old.date, old.posted_at, old.total) == (date(2026, 11, 20), wrong.posted_at, wrong.total)
    assert old.modes == ("cash",)


def test_pages_go_on_where_the_one_before_ended(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=50)
    shop.receives("DOLO", packs=50, **DOLO)
    for n in range(9):
        # several at one instant, some of both kinds: a place must be told from its neighbour by the id alone
        lines = [("PCM500", "1"), ("DOLO", "1")][: 1 + n % 2]
        shop.bills(*lines, customer={"name": "Dolo Kumar Kumaran"})
        clock.turn(seconds=n // 3)
    ways: list[dict[str, Any]] = [{}, {"words": "dolo"}, {"name": "kum"}, {"item": "PCM500"}, {"amount": "26.00"}]
    for wanted in ways:
        whole = [hit.number for hit in hits(shop, **wanted)]
        assert len(whole) == len(set(whole)) > 3
        read: list[str] = []
        after = None
        with shop.shop.database.read() as session:
            while True:
                page = find_bills(session, shop.actor, load(FindBills, wanted), after=after, limit=2)
                read += [hit.number for hit in page.hits]
                assert len(page.hits) == 2 or page.end is None
                after = page.end
                if after is None:
                    break
        assert read == whole


def test_last_digits_find_every_number_that_ends_so(shop: TestShop) -> None:
    shop.receives("PCM500", packs=500)
    with shop.shop.database.write(shop.actor) as uow:
        set_number_series(uow, SetNumberSeries(prefix="PH", first_serial=995))
    for _ in range(10):
        shop.bills(("PCM500", "1t"))
    assert found(shop, number="999") == [999]
    assert found(shop, number="001") == [1001]
    assert found(shop, number="1001") == [1001]
    assert found(shop, number="1") == found(shop, number="0") == []  # few digits are a whole number
    assert found(shop, number="01001") == [1001]


def test_what_fits_too_many_items_is_said(shop: TestShop) -> None:
    for n in range(61):
        shop.receives(f"T{n}", name=f"Tablet {n}", packs=1)
    shop.bills(("T7", "1"), customer={"name": "Tabitha"})
    with shop.refuses("sales.too_many_items", where="item"):
        hits(shop, item="tab")
    assert found(shop, words="tab") == [1]  # a name it may be still
    assert found(shop, item="t7") == [1]


def test_who_may_see_the_bills(shop: TestShop) -> None:
    shop.receives("PCM500", packs=5)
    shop.bills(("PCM500", "1"))
    with shop.shop.database.read() as session:
        for role in (Role.OWNER, Role.PHARMACIST, Role.CASHIER, Role.ACCOUNTANT):
            assert find_bills(session, Actor(None, "x", role), FindBills()).hits
        with pytest.raises(RuleBroken, check=lambda broken: broken.code == "auth.out_of_scope"):
            find_bills(session, Actor(None, "x", Role.PURCHASE_CLERK), FindBills())


EVERY_WAY: list[dict[str, Any]] = [
    {},
    {"number": "341"},
    {"number": "C1/26-27/12"},
    {"amount": "250.00"},
    {"name": "kumar asha"},
    {"phone": "98470"},
    {"item": "PCM500"},
    {"words": "dolo"},
    {"cancelled": True},
    {"cancelled": False},
    {"first": "2026-11-01", "last": "2026-11-20"},
    {"amount": "250.00", "item": "PCM500", "name": "a kumar", "cancelled": False, "first": "2026-11-01"},
    {"number": "341", "amount": "250.00", "words": "dolo", "cancelled": True},
]


@pytest.mark.parametrize("goes_on", [False, True])
@pytest.mark.parametrize("wanted", EVERY_WAY)
def test_every_way_reads_by_an_index(shop: TestShop, wanted: dict[str, Any], goes_on: bool) -> None:
    """No statement walks a table, and what a page is read from stands in the order of the list already."""
    shop.receives("PCM500", packs=5)
    shop.receives("DOLO", packs=5, **DOLO)
    last = shop.bills(("PCM500", "1"))
    after = BillPlace(last.date, last.posted_at, last.bill_id) if goes_on else None
    asked: list[str] = []
    with shop.shop.database.read() as session:
        connection = session.connection()
        raw = connection.connection.driver_connection
        assert raw is not None
        statements = list(streams(session, load(FindBills, wanted), after, 50))
        raw.set_trace_callback(asked.append)
        for statement in statements:
            session.execute(statement).all()
        raw.set_trace_callback(None)
        assert asked
        for text in asked:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
            walks = [step for step in plan if step.startswith("SCAN")]
            is_sorted = any("ORDER BY" in step for step in plan)
            if not wanted.keys() - {"cancelled"} and not wanted.get("cancelled") and not goes_on:
                # the newest of all, read in their order until the page is full
                assert walks == ["SCAN bill USING COVERING INDEX ix_bill_on_date"], plan
                assert not is_sorted, plan
                continue
            assert not walks, plan
            assert any(step.startswith("SEARCH") for step in plan), plan
            # what several words or numbers give is few, and sorted; the rest comes in the order of the list
            assert not is_sorted or {"number", "name", "phone", "words"} & wanted.keys(), plan


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    folder: Path = tmp_path_factory.mktemp("busy")
    shop = TestShop.create(folder / "shop", TurnedClock(datetime(2026, 11, 20, 10, 0, tzinfo=UTC)))
    shop.receives("PCM500", packs=100_000)
    shop.receives("DOLO", packs=100_000, **DOLO)
    yield shop
    shop.books_agree()
    shop.close()


people = st.fixed_dictionaries(
    {}, optional={"name": st.one_of(st.sampled_from(NAMES), st.text(max_size=30)), "phone": st.sampled_from(PHONES)}
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    customer=people,
    item=st.sampled_from(["PCM500", "DOLO"]),
    pieces=st.integers(1, 400),
    minutes=st.integers(0, 2_000),
    undo=st.booleans(),
)
def test_what_is_posted_is_found_by_each_of_its_keys(
    busy: TestShop, customer: dict[str, str], item: str, pieces: int, minutes: int, undo: bool
) -> None:
    clock = busy.clock
    assert isinstance(clock, TurnedClock)
    clock.turn(minutes=minutes)
    bill = busy.bills((item, f"{pieces}t"), customer=customer)
    if undo:
        cancels(busy, bill)
    keys: list[dict[str, Any]] = [
        {},
        {"number": bill.number},
        {"number": str(int(bill.number.rpartition("/")[2]))},
        {"amount": str(bill.total)},
        {"item": item},
        {"first": bill.date.isoformat(), "last": bill.date.isoformat()},
        {"cancelled": undo},
    ]
    words = tokens(bill.customer_name or "")
    keys += [{"name": word} for word in words] + [{"name": " ".join(reversed(words))}] * bool(words)
    keys += [{"words": bill.customer_name}] * bool(words)
    phone = customer.get("phone")
    keys += [{"phone": phone}, {"phone": re.sub(r"\D", "", phone)[-10:]}] if phone else []
    everything: dict[str, Any] = {}
    for key in keys:
        assert hits(busy, **key)[0].number == bill.number, key
        everything |= key
    assert hits(busy, **everything)[0].number == bill.number
    other: dict[str, Any] = {"amount": str(bill.total + Money(1)), "number": bill.number}
    assert hits(busy, **other) == []
    assert bill.number not in {hit.number for hit in hits(busy, item="DOLO" if item == "PCM500" else "PCM500")}
