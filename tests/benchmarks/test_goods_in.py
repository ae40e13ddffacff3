"""What a purchase clerk sees: a key on a paper of sixty lines until what it asks for has been painted.

Measured as the counter is, whose speed the entry of goods is to have (``test_counter``).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from core.catalog.model import Item
from core.purchasing.entering import EntryItem, entry_items
from pos_desktop.screens.goods_in.draft import Cell, EntryDraft, EntryLine
from pos_desktop.screens.goods_in.presenter import GoodsInPresenter
from pos_desktop.screens.goods_in.screen import GoodsInScreen
from pos_desktop.screens.goods_in.view import GoodsInView
from pos_desktop.shell.tone import Tone
from tests.benchmarks.files import CATALOGUE, copied_shop
from tests.benchmarks.fingers import Counter, stocked_items, the_application
from tests.benchmarks.generator import LAST_DAY
from tests.benchmarks.measuring import note

ROUNDS = 60
WARMUP = 6
LINES = 60
_TYPED = {
    Cell.BATCH: "B1", Cell.EXPIRY: "12/31", Cell.MRP: "99.00", Cell.QUANTITY: "10", Cell.FREE: "10+1",
    Cell.RATE: "15", Cell.GST: "5",
}  # fmt: skip

#: The list under the search field is a window of its own, which the plugin that draws in memory cannot raise.
pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)


class Goods(Counter):
    """The window of goods that come in, and fingers that are as fast as the event loop."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        super().__init__(app, folder)
        assert self.window.show_kind(GoodsInScreen)
        here = self.window.screen_here
        assert isinstance(here, GoodsInScreen)
        self.paper: GoodsInView = here.view
        self.entry: GoodsInPresenter = here.view.presenter
        self.settle()
        self.entry.escape()  # an empty paper asks whose it is
        self.settle()

    def entered(self, ids: Sequence[Any]) -> list[EntryItem]:
        """Return items as lines need them."""
        with self.program._open_shop.database.read() as session:
            return list(entry_items(session, ids, None, LAST_DAY).values())

    def puts(self, items: Sequence[EntryItem]) -> None:
        """Put a line of each item on an empty paper, as typed."""
        draft = EntryDraft(lines=[EntryLine(item, item.name, dict(_TYPED)) for item in items])
        self.entry.show_file(draft, "", Tone.PLAIN)
        self.settle()

    def opens_cell(self, cell: Cell) -> None:
        """Go to a field of the last line."""
        self.entry.current = len(self.entry.draft.lines) - 1
        self.entry.go_to(cell)
        self.settle()
        assert self.paper.cells[cell].hasFocus()

    def types_in_cell(self, digit: str) -> None:
        """Type a digit in the field that has the keys: wait until the lines have been painted with it."""
        lines = self._watching(self.paper.lines.viewport())
        self.key(Qt.Key(ord(digit)), digit)
        self._until(lambda: lines.has_come)

    def ends_cell(self) -> None:
        """Enter in a field: wait until the next one has the keys and has been painted."""
        after = self.paper.cells[Cell.DISCOUNT]
        painted = self._watching(after, after.hasFocus)
        self.key(Qt.Key.Key_Return)
        self._until(lambda: painted.has_come)

    def looks_for(self, text: str) -> None:
        """Let a text stand in the search, and wait until what was found has been painted."""
        search = self.entry.search
        hits = self._watching(self.paper.hits.viewport(), lambda: not search.is_waiting and bool(search.hits))
        self.entry.type_search(text)
        self._until(lambda: hits.has_come)

    def takes(self) -> None:
        """Enter on a hit: wait until the first field of its line has the keys and has been painted."""
        first = self.paper.cells[Cell.BATCH]
        painted = self._watching(first, first.hasFocus)
        self.key(Qt.Key.Key_Return)
        self._until(lambda: painted.has_come)


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Goods]:
    made = Goods(the_application(), copied_shop(CATALOGUE, tmp_path_factory.mktemp("goods") / "shop"))
    made.rests()
    yield made
    made.program.end()


@pytest.fixture(scope="module")
def items(goods: Goods) -> list[EntryItem]:
    """As many items as a long paper has lines."""
    codes = stocked_items(goods)[:LINES]
    with goods.program._open_shop.database.read() as session:
        ids = list(session.scalars(select(Item.id).where(Item.code.in_(codes)).order_by(Item.code)))
    random.Random(3).shuffle(ids)
    return goods.entered(ids)


def test_goods_in_key(benchmark: Any, goods: Goods, items: list[EntryItem]) -> None:
    """A digit in the rate of the sixtieth line: the line, what it costs and the sum of the paper."""
    goods.puts(items)
    digits = cycle("2345")

    def opened() -> tuple[tuple[str], dict[str, Any]]:
        goods.entry.type_cell(Cell.RATE, "1")
        goods.opens_cell(Cell.RATE)
        return (next(digits),), {}

    benchmark.pedantic(goods.types_in_cell, setup=opened, rounds=WARMUP + ROUNDS)
    note(benchmark, skip=WARMUP, target_p95=0.020)


def test_goods_in_next_cell(benchmark: Any, goods: Goods, items: list[EntryItem]) -> None:
    """Enter in the rate of the sixtieth line, to the discount."""
    goods.puts(items)
    benchmark.pedantic(goods.ends_cell, setup=lambda: goods.opens_cell(Cell.RATE), rounds=WARMUP + ROUNDS)
    note(benchmark, skip=WARMUP, target_p95=0.016)


def test_goods_in_pick(benchmark: Any, goods: Goods, items: list[EntryItem]) -> None:
    """Enter on a hit until the batch of its line, the sixtieth, has the keys: the item is read with its past."""
    goods.puts(items[:-1])
    wanted = cycle(stocked_items(goods)[LINES : LINES * 2])

    def found() -> None:
        if len(goods.entry.draft.lines) == LINES:
            goods.entry.remove_line()
        goods.entry.go_to(None)
        goods.settle()
        goods.looks_for(next(wanted))

    benchmark.pedantic(goods.takes, setup=found, rounds=WARMUP + ROUNDS)
    assert len(goods.entry.draft.lines) == LINES
    note(benchmark, skip=WARMUP, target_p95=0.020)
