"""The billing window as benchmarks work it: keys go in, and a time ends when what they ask for has been painted.

The real window of the real program, drawn in memory, on a catalogue of 260,000 items.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import func, select

from core.catalog.model import Item
from core.inventory.dto import SaleItem
from core.inventory.model import StockBalance
from core.inventory.queries import items_for_lines
from core.kernel.actor import Actor, Role
from pos_desktop.app import Program
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.billing.view import BillingView
from pos_desktop.shell.window import MainWindow
from tests.benchmarks.generator import LAST_DAY, NOW
from tests.support.clock import TurnedClock
from tests.support.uptime import TurnedUptime

#: Lines of a bill, after which the next one begins.
_LINES = 25
_SCANNER_MS = 2
_PERSON_MS = 120
_PATIENCE_SECONDS = 10


class Painted(QObject):
    """Tells when a widget has been painted with what is waited for."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._is_so: Callable[[], bool] = lambda: True
        self.has_come = False
        widget.installEventFilter(self)

    def waits_for(self, is_so: Callable[[], bool]) -> None:
        """Wait for the next time that it is painted while something is so."""
        self._is_so, self.has_come = is_so, False

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
        """Look, and let it go on."""
        if event.type() is QEvent.Type.Paint and not self.has_come:
            self.has_come = self._is_so()
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
        window.showNormal()  # one as large as the screen takes no size, and that screen is a small one
        window.resize(1366, 768)
        here = window.screen_here
        assert isinstance(here, BillingScreen)
        self.window = window
        self._screen = here
        self._painted: dict[QWidget, Painted] = {}
        self._time = 0
        self._waker = QTimer(interval=1000 * _PATIENCE_SECONDS)
        self._waker.start()
        self.settle()

    def rests(self) -> None:
        """Wait until the shop is backed up and proved: that takes a processor of the two for a while."""
        caretaker = self.program._caretaker
        assert caretaker is not None
        caretaker.wait()
        self.settle()

    @property
    def view(self) -> BillingView:
        """The view of the place that has the keys."""
        return self._screen.view

    @property
    def billing(self) -> BillingPresenter:
        """The bill that has the keys."""
        return self.view.presenter

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key of the window, a shortcut too."""
        QTest.keyClick(self.window, key, modifier)

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
        search = self.billing.search
        hits = self._watching(self.view.hits.viewport(), lambda: not search.is_waiting)
        self.key(Qt.Key(ord(letter.upper())), letter)
        self._until(lambda: not search.is_waiting and (hits.has_come or not search.hits))

    def begins_scan(self, code: str) -> None:
        """Let a scanner type a code up to its end key: how long that takes is the scanner's.

        It begins a while after the key before, or that would be taken for a part of the code.
        """
        for place, digit in enumerate(code):
            self.key(Qt.Key(ord(digit)), digit, after=_SCANNER_MS if place else _PERSON_MS)

    def ends_scan(self) -> None:
        """Let the scanner press its end key, and wait until the line has been painted."""
        units, draft = self._units(), self.billing.draft
        lines = self._watching(self.view.lines.viewport(), lambda: self._units() > units and not draft.waits)
        self.key(Qt.Key.Key_Return, after=_SCANNER_MS)
        self._until(lambda: lines.has_come)

    def empties(self) -> None:
        """Clear the search, and begin another bill before this one is long."""
        self.billing.escape()
        if len(self.billing.draft.lines) >= _LINES:
            self.billing.clear()
        self.settle()

    # --- whole bills ---------------------------------------------------------------------------------------------

    def items(self, codes: Sequence[str]) -> list[SaleItem]:
        """Return items as the counter reads them."""
        with self.program._open_shop.database.read() as session:
            found = items_for_lines(session, codes, LAST_DAY)
        return [found[code] for code in codes]

    def fills(self, items: Sequence[SaleItem]) -> None:
        """Put a pack of each item on an empty bill."""
        self.billing.clear()
        self.billing.editor.add_all([(item, "1") for item in items])
        self.settle()

    def opens(self, items: Sequence[SaleItem]) -> None:
        """Put a pack of each item on an empty bill at once, and wait until they have been painted."""
        lines = self._watching(self.view.lines.viewport())
        self.billing.editor.add_all([(item, "1") for item in items])
        self._until(lambda: lines.has_come)

    def seeks(self, text: str) -> None:
        """Let a text stand in the search as if it had been typed, and wait until what was found has been painted."""
        search = self.billing.search
        hits = self._watching(self.view.hits.viewport(), lambda: not search.is_waiting and bool(search.hits))
        self.view.search.setText(text)
        self._until(lambda: hits.has_come)

    def picks(self) -> None:
        """Enter on a hit: wait until the quantity has the keys and has been painted."""
        quantity = self._watching(self.view.quantity, self.view.quantity.hasFocus)
        self.key(Qt.Key.Key_Return)
        self._until(lambda: quantity.has_come)

    def picks_to_price(self) -> None:
        """Enter on a hit: wait until the line has been painted with its batch and its price."""
        draft = self.billing.draft
        count = len(draft.lines)
        lines = self._watching(
            self.view.lines.viewport(), lambda: len(draft.lines) > count and not draft.lines[-1].waits
        )
        self.key(Qt.Key.Key_Return)
        self._until(lambda: lines.has_come)

    def types_digit(self, digit: str) -> None:
        """Type a digit in the cell that is open: wait until the total has been painted with it."""
        total = self._watching(self.view.totals.total)
        self.key(Qt.Key(ord(digit)), digit)
        self._until(lambda: total.has_come)

    def ends_line(self) -> None:
        """Enter in the quantity: wait until the lines have been painted and the search has the keys."""
        lines = self._watching(self.view.lines.viewport(), self.view.search.hasFocus)
        self.key(Qt.Key.Key_Return)
        self._until(lambda: lines.has_come)

    def goes_to(self, place: int) -> None:
        """Ctrl and a digit: wait until the lines of that place have been painted."""
        self.press(Qt.Key(Qt.Key.Key_0 + place), Qt.KeyboardModifier.ControlModifier)
        lines = self._watching(self.view.lines.viewport())
        self._until(lambda: lines.has_come)

    def pays(self) -> None:
        """F12: wait until the field of the cash has the keys and has been painted."""
        cash = self._watching(self.view.cash, self.view.cash.hasFocus)
        self.press(Qt.Key.Key_F12)
        self._until(lambda: cash.has_come)

    def saves(self) -> None:
        """Enter at the payment: wait until the bill is in the books and an empty one has been painted."""
        saving = self.billing.saving
        before = saving.last
        lines = self._watching(self.view.lines.viewport(), lambda: saving.last is not before)
        self.key(Qt.Key.Key_Return)
        self._until(lambda: lines.has_come)

    def _watching(self, widget: QWidget, is_so: Callable[[], bool] = lambda: True) -> Painted:
        """Return what tells once the widget is painted while something is so."""
        if widget not in self._painted:
            self._painted[widget] = Painted(widget)
        self._painted[widget].waits_for(is_so)
        return self._painted[widget]

    def _units(self) -> int:
        return sum(line.units or 0 for line in self.billing.draft.lines)

    def _until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_so():
            # sleeping as the program's own loop does: a loop that spins would keep Python's lock from the lanes
            self.app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            assert time.monotonic() < deadline

    def settle(self) -> None:
        """Let what is on its way come."""
        for _ in range(5):
            self.app.processEvents()


def the_application() -> QApplication:
    """Return the one application of this process."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    return app


def stocked_items(counter: Counter) -> list[str]:
    """Return the codes of items of which twenty packs stand, in an order that is the same in every run."""
    with counter.program._open_shop.database.read() as session:
        held = select(StockBalance.item_id).group_by(StockBalance.item_id, Item.pieces_per_pack)
        plenty = held.join(Item, Item.id == StockBalance.item_id).having(
            func.sum(StockBalance.units) >= 20 * Item.pieces_per_pack
        )
        codes = list(session.scalars(select(Item.code).where(Item.id.in_(plenty)).order_by(Item.code)))
    random.Random(9).shuffle(codes)
    return codes
