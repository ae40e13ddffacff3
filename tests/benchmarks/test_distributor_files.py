"""What a clerk waits for when a supplier's file comes: sixty lines against the whole catalogue."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from core.app.shop import Shop, open_shop
from core.catalog.model import Item
from core.purchasing.proposing.dto import Proposal
from core.purchasing.proposing.proposal import propose_file
from tests.benchmarks.files import CATALOGUE, cached_shop
from tests.benchmarks.generator import LAST_DAY, NOW
from tests.benchmarks.measuring import note
from tests.benchmarks.twins import OWNER
from tests.core.purchasing.proposing_support import Sent, sent
from tests.support.clock import TurnedClock

_LINES = 60
_SHORT = {"Tablet": "TAB", "Capsule": "CAP", "Injection": "INJ", "Ointment": "OINT", "Syrup": "SYP"}


@pytest.fixture(scope="module")
def big() -> Iterator[Shop]:
    """A shop with a catalogue of 260,000 items, opened but never written in."""
    shop = open_shop(cached_shop(CATALOGUE), TurnedClock(NOW))
    yield shop
    shop.close()


@pytest.mark.parametrize("kind", ["as they are", "with a slip", "of no item"])
def test_propose_sixty_lines(benchmark: Any, big: Shop, kind: str) -> None:
    dice = random.Random(7)
    with big.database.read() as session:
        items = session.execute(select(Item.name, Item.pack_label, Item.manufacturer).order_by(Item.id)).all()
        lines = [
            Sent(_written(name, kind), pack, maker=maker or "", rate=f"{dice.randint(10, 200)}.00", mrp="999.00")
            for name, pack, maker in dice.sample(items, _LINES)
        ]
        file = sent(*lines)
        found = benchmark.pedantic(
            lambda: propose_file(session, OWNER, file, "f.csv", today=LAST_DAY), rounds=10, warmup_rounds=2
        )
    assert isinstance(found, Proposal)
    matched = sum(line.match is not None for line in found.lines)
    assert matched >= _LINES * 3 // 4 if kind == "as they are" else matched == 0
    note(benchmark, target_p95=1.0)


def _written(name: str, kind: str) -> str:
    for word, short in _SHORT.items():
        name = name.replace(word, short)
    if kind == "with a slip":
        name = name[0] + name[2:]
    return f"{name} XQZ" if kind == "of no item" else name
