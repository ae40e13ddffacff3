"""What people type in a hurry finds the item they mean among the first three.

The lists were written by hand by somebody who knew the counter and not the search: ``first.csv`` while it was built,
``second.csv`` afterwards, against the search as it stood.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from core.boundary.sheets import Sheet, SheetRow
from core.catalog.spelling import closest, sounds_like
from core.inventory.importing import read_items
from core.inventory.model import ItemPopularity
from core.inventory.opening import import_items
from core.inventory.popularity import count_popularity_if_due
from core.inventory.queries import search_items
from core.kernel.clock import SystemClock, business_date
from core.kernel.ids import new_id
from core.kernel.sounds import sound_of
from core.storage import search_index
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

_HERE = Path(__file__).parent / "typed"
_SEED = Path(__file__).parents[3] / "resources" / "seed" / "janaushadhi.csv"
_NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
_TODAY = business_date(_NOW)
_STOCK = ("batch", "expiry", "mrp", "purchase_rate", "quantity")
_HEADER = ("code", "name", "manufacturer", "salt", "pack", "hsn", "gst_treatment", "gst_percent", *_STOCK)


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """A shop with 425 brands, two thirds of them in stock, among the 2,439 generics of the public programme."""
    shop = TestShop.create(tmp_path_factory.mktemp("quality") / "shop", TurnedClock(_NOW))
    lines = [*_brands(), *_generics()]
    rows = tuple(SheetRow(number, tuple(line)) for number, line in enumerate(lines, start=2))
    sheet = Sheet(_HEADER, rows)
    with shop.shop.database.write(shop.actor) as uow:
        report = import_items(uow, read_items(sheet, new_id(), today=_TODAY))
    assert (report.items_added, report.lots) == (425 + 2439, 283)
    yield shop
    shop.close()


def _brands() -> Iterator[list[str]]:
    for number, row in enumerate(_rows(_HERE / "brands.csv")):
        stock = ["B1", "12/2028", "100.00", "70.00", "10"] if row["kind_of_stock"] == "held" else [""] * 5
        yield [f"B{number:05}", row["name"], row["maker"], row["salts"], "10's", "3004", "taxable", "5", *stock]


def _generics() -> Iterator[list[str]]:
    for row in _rows(_SEED):
        yield [f"J{row['drug_code']}", row["name"], "PMBI", "", "10's", "3004", "taxable", "5", *[""] * 5]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("typed", "count"), [("first.csv", 220), ("second.csv", 120)])
def test_what_is_meant_stands_among_the_first_three(stocked: TestShop, typed: str, count: int) -> None:
    rows = _rows(_HERE / typed)
    assert len(rows) == count
    missed = []
    with stocked.shop.database.read() as session:
        for row in rows:
            hits = [hit.name for hit in search_items(session, row["typed"], _TODAY)[:3]]
            if not set(row["expected"].split("|")) & set(hits):
                missed.append((row["kind"], row["typed"], row["expected"], hits))
    assert len(missed) <= count * 5 // 100, missed


def test_nearly_every_slip_of_one_letter_is_undone(stocked: TestShop) -> None:
    dice = random.Random(20261126)
    words = sorted({word for row in _rows(_HERE / "brands.csv") for word in search_index.tokens(row["name"])})
    tried: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    with stocked.shop.database.read() as session:
        for word in (word for word in words if word.isalpha() and len(word) >= 5):
            for kind, slipped in _slips(word, dice):
                tried[kind] += 1
                found = search_index.sounding(session, sounds_like(slipped), 2_000)
                lost[kind] += word not in {each for group in closest(slipped, found) for each in group}
    assert min(tried.values()) > 200
    assert {kind: count for kind, count in lost.items() if count > tried[kind] * 5 // 100} == {}


def _slips(word: str, dice: random.Random) -> Iterator[tuple[str, str]]:
    place = dice.randrange(len(word))
    letter = dice.choice("abcdefghijklmnoprstuvwxyz")
    yield "missing", word[:place] + word[place + 1 :]
    yield "wrong", word[:place] + letter + word[place + 1 :]
    yield "too many", word[:place] + letter + word[place:]
    yield "doubled", word[:place] + word[place] + word[place:]
    swap = dice.randrange(len(word) - 1)
    yield "swapped", word[:swap] + word[swap + 1] + word[swap] + word[swap + 2 :]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("crosin", "Crocin"),
        ("jinkovit", "Zincovit"),
        ("ekosprin", "Ecosprin"),
        ("sefixim", "Cefixime"),
        ("amoxycillin", "Amoxicilin"),
        ("fenitoin", "Phenytoin"),
        ("livocet", "Levocet"),
        ("thairoid", "Thyroid"),
        ("kloramfenikol", "Chloramphenicol"),
        ("wacsin", "Vaccine"),
    ],
)
def test_what_sounds_alike_has_one_key(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


def test_what_sells_most_comes_first_once_a_day_it_is_counted(tmp_path: Path) -> None:
    clock = TurnedClock(SystemClock().now())  # the ids of bills hold the time at which they were made
    shop = TestShop.create(tmp_path / "shop", clock)
    database = shop.shop.database
    for code, name in (("A", "Telma 20 Tablet"), ("B", "Telma 40 Tablet"), ("C", "Telma 80 Tablet")):
        shop.receives(code, name=name, packs=50)
    for code in ("C", "C", "C", "B"):
        shop.bills((code, "1"))
    shop.bills(("A", "1"), ("A", "2"))
    shop.bills(("A", "1"))

    assert _found(shop, "telma") == ["A", "B", "C"]
    assert count_popularity_if_due(database)
    assert _found(shop, "telma") == ["C", "A", "B"]
    shop.bills(*[("B", "1")] * 9)
    assert not count_popularity_if_due(database)
    clock.turn(days=1)
    assert count_popularity_if_due(database)
    with database.read() as session:
        counted = session.execute(select(ItemPopularity.bills, ItemPopularity.counted_on)).all()
    assert sorted(map(tuple, counted)) == [(bills, business_date(clock.now())) for bills in (2, 2, 3)]
    clock.turn(days=100)  # what sold long ago counts no more
    assert count_popularity_if_due(database)
    assert _found(shop, "telma") == ["A", "B", "C"]
    shop.books_agree()
    shop.close()


def test_a_slip_a_sound_and_a_blank_too_many_are_forgiven(shop: TestShop) -> None:
    shop.receives("A", name="Glycomet 500 SR Tablet", packs=5)
    for typed in ("glaicomet", "glycomte 500", "gly comet", "500 glicomet"):
        assert _found(shop, typed) == ["A"]
    assert _found(shop, "xqzwv") == []


def _found(shop: TestShop, typed: str) -> list[str]:
    with shop.shop.database.read() as session:
        return [hit.code for hit in search_items(session, typed, business_date(shop.clock.now()))]
