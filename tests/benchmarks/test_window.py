"""What the counter sees: from a key to the painted list, and from a scan to the painted line.

The real window of the real program, drawn in memory, on a catalogue of 260,000 items. A time ends when the table that
shows the answer has been painted with it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from core.catalog.model import Item, ItemBarcode
from core.inventory.model import StockBalance
from tests.benchmarks.files import CATALOGUE, copied_shop
from tests.benchmarks.fingers import Counter, the_application
from tests.benchmarks.measuring import note

ROUNDS = 150
WARMUP = 20

#: The list under the search field is a window of its own, which the plugin that draws in memory cannot raise.
pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    made = Counter(the_application(), copied_shop(CATALOGUE, tmp_path_factory.mktemp("window") / "shop"))
    yield made
    made.program.end()


def test_keystroke_to_paint(benchmark: Any, counter: Counter) -> None:
    """The third letter of a name: what stands for two letters is there already."""
    dice = random.Random(5)
    with counter.program._open_shop.database.read() as session:
        names = session.scalars(select(Item.name)).all()
    wanted = iter(dice.sample(names, WARMUP + ROUNDS))

    def first_two() -> tuple[tuple[str], dict[str, Any]]:
        counter.empties()
        name = next(wanted)
        for letter in name[:2]:
            counter.types(letter)
        return (name[2],), {}

    benchmark.pedantic(counter.types, setup=first_two, rounds=WARMUP + ROUNDS)
    note(benchmark, skip=WARMUP, target_p95=0.020)


def test_scan_to_line(benchmark: Any, counter: Counter) -> None:
    dice = random.Random(7)
    with counter.program._open_shop.database.read() as session:
        held = select(StockBalance.item_id).where(StockBalance.units > 0)
        codes = session.scalars(select(ItemBarcode.barcode).where(ItemBarcode.item_id.in_(held))).all()
    wanted = iter(dice.sample(codes, WARMUP + ROUNDS))

    def another() -> None:
        counter.empties()
        counter.begins_scan(next(wanted))

    benchmark.pedantic(counter.ends_scan, setup=another, rounds=WARMUP + ROUNDS)
    note(benchmark, skip=WARMUP, target_p95=0.020)
