"""What the counter sees: from a key to the painted list, and from a scan to the painted line.

The real window of the real program, drawn in memory, on a catalogue of 260,000 items. A time ends when the table that
shows the answer has been painted with it.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select

from core.catalog.model import Item, ItemBarcode
from core.inventory.model import StockBalance
from core.kernel.actor import Actor, Role
from pos_desktop.app import Program
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.shell.window import MainWindow
from tests.benchmarks.files import CATALOGUE, copied_shop
from tests.benchmarks.generator import NOW
from tests.benchmarks.measuring import note
from tests.support.clock import TurnedClock
from tests.support.uptime import TurnedUptime

ROUNDS = 150
WARMUP = 20
#: Lines of a bill, after which the next one begins.
_LINES = 25
_SCANNER_MS = 2
_PERSON_MS = 120
_PATIENCE_SECONDS = 10

#: The list under the search field is a window of its own, which the plugin that draws in memory cannot raise.
pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)


class Painted(QObject):
    """Counts how often a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        """Count, and let it go on."""
        self.count += event.type() is QEvent.Type.Paint
        return False


class Counter:
    """The billing window, and fingers that are as fast as the event loop."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app = app
        self.program = Program(app, folder, TurnedClock(NOW), TurnedUptime())
        self.program.begin()
        self.program._enter(Actor(None, "owner", Role.OWNER))
        window = self.program.window
        assert isinstance(window, MainWindow)
        window.resize(1366, 768)
        here = window.screen_here
        assert isinstance(here, BillingScreen)
        self.view = here.view
        assert self.program.billing is not None
        self.billing = self.program.billing
        self._time = 0
        self._waker = QTimer(interval=1000 * _PATIENCE_SECONDS)
        self._waker.start()
        self.hits = Painted(self.view.hits.viewport())
        self.lines = Painted(self.view.lines.viewport())
        self._settle()

    def key(self, key: Qt.Key, text: str = "", *, after: int = _PERSON_MS) -> None:
        """Press a key in the field that has the focus, so many milliseconds after the one before."""
        target = QApplication.focusWidget()
        assert target is not None
        self._time += after
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._time)
            QApplication.sendEvent(target, event)

    def types(self, letter: str) -> None:
        """Type a letter and wait until the list of what it may mean has been painted."""
        before = self.hits.count
        self.key(Qt.Key(ord(letter.upper())), letter)
        search = self.billing.search
        self._until(lambda: not search.is_waiting and (self.hits.count > before or not search.hits))

    def begins_scan(self, code: str) -> None:
        """Let a scanner type a code up to its end key: how long that takes is the scanner's.

        It begins a while after the key before, or that would be taken for a part of the code.
        """
        for place, digit in enumerate(code):
            self.key(Qt.Key(ord(digit)), digit, after=_SCANNER_MS if place else _PERSON_MS)

    def ends_scan(self) -> None:
        """Let the scanner press its end key, and wait until the line has been painted."""
        before, units = self.lines.count, self._units()
        self.key(Qt.Key.Key_Return, after=_SCANNER_MS)
        self._until(lambda: self._units() > units and not self.billing.draft.waits and self.lines.count > before)

    def empties(self) -> None:
        """Clear the search, and begin another bill before this one is long."""
        self.billing.escape()
        if len(self.billing.draft.lines) >= _LINES:
            self.billing.clear()
        self._settle()

    def _units(self) -> int:
        return sum(line.units or 0 for line in self.billing.draft.lines)

    def _until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            # sleeping as the program's own loop does: a loop that spins would keep Python's lock from the lanes
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            assert time.monotonic() < deadline

    def _settle(self) -> None:
        for _ in range(5):
            self.app.processEvents()


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    made = Counter(app, copied_shop(CATALOGUE, tmp_path_factory.mktemp("window") / "shop"))
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
