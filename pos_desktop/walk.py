"""The program without a display: the demo shop, its wizard, log-in and billing window, walked through by keys.

The windows are the ones that a person uses, drawn in memory; the keys go to whatever field has the focus. It is the
program's own demonstration on a server, and the proof that nothing of it needs a mouse.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from core.app.demo_shop import DEMO_PASSWORD, DEMO_USER
from core.app.shop import has_shop, open_shop
from core.boundary.files import write_whole
from core.kernel.errors import EnvironmentFault
from core.printing.bill_pdf import bill_pdf
from core.printing.paper import to_text
from core.printing.receipt import receipt
from core.sales.dto import BillView
from core.settings.dto import ShopView
from core.settings.queries import shop_view
from pos_desktop.app import Program
from pos_desktop.screens.billing.saving import Paper, SavedBill
from pos_desktop.screens.dashboard.screen import DashboardScreen
from pos_desktop.screens.first_start.view import FirstStartWindow
from pos_desktop.screens.goods_in.screen import GoodsInScreen
from pos_desktop.screens.items.screen import ItemsScreen
from pos_desktop.screens.login.view import LoginWindow
from pos_desktop.screens.purchases.screen import PurchasesScreen
from pos_desktop.screens.reports.screen import ReportsScreen
from pos_desktop.screens.settings.screen import SettingsScreen
from pos_desktop.shell.window import MainWindow

_PATIENCE_MS = 60_000
_LOOK_AGAIN_MS = 10
#: From key to key on the events' own clock: letters that come faster are taken for a scanner's.
_KEY_MS = 120
#: Turns of the event loop until a text that changed has its place: it asks for one, gets it, is drawn.
_ROUNDS = 3
#: What is looked for among the items.
_LOOKED_FOR = "amox"
#: What comes of it: batch, expiry, MRP, billed, free, rate.
_CAME = ("WALK-1", "12/2030", "90", "10", "10+1", "55")
#: What is looked for among the reports.
_REPORT = "sales by item"
#: What is billed: what is typed into the search, and how much of it.
_BASKET = [("paracetamol 500", "1:5"), ("cetirizine", "2"), ("oral rehydration", "1")]


class Fingers:
    """Types on the program's windows and waits for what they show."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._time = 0

    def press(
        self, key: Qt.Key, text: str = "", modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press and release a key in the field that has the focus, or else in the window."""
        self._app.processEvents()
        target = QApplication.focusWidget() or QApplication.activeWindow()
        if target is None:
            raise EnvironmentFault("walk.no_focus")
        self._time += _KEY_MS
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, text)
            event.setTimestamp(self._time)
            QApplication.sendEvent(target, event)
        self._app.processEvents()

    def type(self, text: str) -> None:
        """Type a text letter by letter."""
        for letter in text:
            self.press(Qt.Key(ord(letter.upper())), letter)

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Turn the event loop until something is so. Raises EnvironmentFault ``walk.too_long`` after a minute."""
        deadline = QDeadlineTimer(_PATIENCE_MS)
        loop = QEventLoop()
        timer = QTimer(loop)

        def look() -> None:
            is_over = True  # what fails ends the waiting too
            try:
                is_over = is_so() or deadline.hasExpired()
            finally:
                if is_over:
                    loop.quit()

        timer.timeout.connect(look)
        timer.start(_LOOK_AGAIN_MS)
        try:
            loop.exec()
        finally:
            timer.stop()
            timer.timeout.disconnect(look)  # else timer and look hold each other, and it ticks until they are found
        if not is_so():
            raise EnvironmentFault("walk.too_long", what=what)


def walk_without_display(folder: Path, out: Path | None) -> int:
    """Make the demo shop (or open it again), bill, print as text, and write PDF and pictures; return the exit code.

    Refuses a folder that holds a real shop: nothing is billed there without a person.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print("There is no display here: the demo shop is walked through without one.")
    if has_shop(folder) and not _is_demo(folder):
        raise EnvironmentFault("walk.real_shop", folder=str(folder))
    papers = out or folder / "walk"
    papers.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    program = Program(app, folder)
    try:
        program.begin()
        bill, shop = _walk(program, Fingers(app), papers)
    finally:
        program.end()
    print(to_text(receipt(bill, shop, 42), 42))
    pdf = papers / f"bill-{bill.number.replace('/', '-')}.pdf"
    write_whole(pdf, bill_pdf(bill, shop))
    print(f"Bill {bill.number} is posted in {folder}")
    print(f"A4 PDF: {pdf}")
    print(f"Billing window: {papers / 'billing.png'} (and others beside it)")
    return 0


def _is_demo(folder: Path) -> bool:
    shop = open_shop(folder)
    try:
        with shop.database.read() as session:
            return shop_view(session).is_demo
    finally:
        shop.close()


def _walk(program: Program, fingers: Fingers, papers: Path) -> tuple[BillView, ShopView]:
    if isinstance(program.window, FirstStartWindow):
        _picture(program, papers / "first-start.png")
        fingers.press(Qt.Key.Key_F4)
        fingers.until(lambda: isinstance(program.window, LoginWindow), "the demo shop")
    _log_in(program, fingers)
    billing = program.billing
    assert billing is not None
    for typed, quantity in _BASKET:
        before = len(billing.draft.lines)
        fingers.type(typed)
        fingers.press(Qt.Key.Key_Return)
        fingers.until(lambda before=before: len(billing.draft.lines) > before, f"the search for {typed}")  # type: ignore[misc]
        fingers.until(lambda: not billing.draft.waits, "the batches")
        fingers.type(quantity)
        fingers.press(Qt.Key.Key_Return)
    _picture(program, papers / "billing.png")
    fingers.press(Qt.Key.Key_F12)
    fingers.until(lambda: billing.checkout.tender is not None, "the cash field")
    _picture(program, papers / "cash.png")
    fingers.press(Qt.Key.Key_T, modifiers=Qt.KeyboardModifier.ControlModifier)
    _picture(program, papers / "cash-dark.png")
    fingers.press(Qt.Key.Key_T, modifiers=Qt.KeyboardModifier.ControlModifier)
    fingers.press(Qt.Key.Key_Return)

    def saved() -> SavedBill | None:
        return billing.saving.last

    fingers.until(lambda: (last := saved()) is not None and last.paper is not Paper.PRINTING, "the bill to be saved")
    _look_at_items(program, fingers, papers)
    _look_at_goods_in(program, fingers, papers)
    _look_at_today(program, fingers, papers)
    _look_at_reports(program, fingers, papers)
    _look_at_settings(program, fingers, papers)
    last = saved()
    assert last is not None
    assert program.shop is not None
    with program.shop.database.read() as session:
        return last.bill, shop_view(session)


def _look_at_items(program: Program, fingers: Fingers, papers: Path) -> None:
    """Go to the items, look for one, open its card."""
    window = program.window
    assert isinstance(window, MainWindow)
    fingers.press(Qt.Key.Key_2, modifiers=Qt.KeyboardModifier.AltModifier)
    here = window.screen_here
    assert isinstance(here, ItemsScreen)
    items = here.view.presenter
    fingers.type(_LOOKED_FOR)
    fingers.until(lambda: items.chosen is not None and _LOOKED_FOR in items.chosen.name.casefold(), "the items")
    _picture(program, papers / "items.png")
    fingers.press(Qt.Key.Key_Return)
    fingers.until(lambda: items.card is not None, "the card")
    _picture(program, papers / "item.png")


def _look_at_goods_in(program: Program, fingers: Fingers, papers: Path) -> None:
    """Begin a paper of goods that come in, look at what is said beside its line, and leave it; look at the orders."""
    window = program.window
    assert isinstance(window, MainWindow)
    fingers.press(Qt.Key.Key_G, modifiers=Qt.KeyboardModifier.AltModifier)
    here = window.screen_here
    assert isinstance(here, GoodsInScreen)
    paper = here.view.presenter
    fingers.until(lambda: paper.desk.form is not None, "whose paper it is")
    fingers.press(Qt.Key.Key_Escape)
    fingers.type(_LOOKED_FOR)
    fingers.press(Qt.Key.Key_Return)
    fingers.until(lambda: paper.cell is not None, "the line")
    for typed in _CAME:
        fingers.type(typed)
        fingers.press(Qt.Key.Key_Return)
    fingers.until(lambda: paper.rows()[0].rate == _CAME[-1], "what came")
    _picture(program, papers / "goods-in.png")
    fingers.press(Qt.Key.Key_Delete, modifiers=Qt.KeyboardModifier.ControlModifier)
    fingers.press(Qt.Key.Key_Return)
    fingers.until(lambda: paper.draft.is_empty, "an empty paper")
    fingers.press(Qt.Key.Key_P, modifiers=Qt.KeyboardModifier.AltModifier)
    assert isinstance(window.screen_here, PurchasesScreen)
    _picture(program, papers / "purchases.png")


def _look_at_today(program: Program, fingers: Fingers, papers: Path) -> None:
    """Go to the dashboard, and look at how the day goes."""
    window = program.window
    assert isinstance(window, MainWindow)
    fingers.press(Qt.Key.Key_D, modifiers=Qt.KeyboardModifier.AltModifier)
    here = window.screen_here
    assert isinstance(here, DashboardScreen)
    today = here.view.presenter
    fingers.until(lambda: today.is_read, "how the day goes")
    _picture(program, papers / "today.png")


def _look_at_reports(program: Program, fingers: Fingers, papers: Path) -> None:
    """Go to the reports, and look at what was sold of each item."""
    window = program.window
    assert isinstance(window, MainWindow)
    fingers.press(Qt.Key.Key_R, modifiers=Qt.KeyboardModifier.AltModifier)
    here = window.screen_here
    assert isinstance(here, ReportsScreen)
    reports = here.view.presenter
    fingers.until(lambda: reports.listing.is_read, "the reports")
    fingers.type(_REPORT)
    fingers.press(Qt.Key.Key_Return)
    fingers.until(lambda: reports.here is not None and reports.here.is_read, "a report")
    _picture(program, papers / "reports.png")


def _look_at_settings(program: Program, fingers: Fingers, papers: Path) -> None:
    """Go to the settings, and look at a receipt as it would be printed."""
    window = program.window
    assert isinstance(window, MainWindow)
    fingers.press(Qt.Key.Key_S, modifiers=Qt.KeyboardModifier.AltModifier)
    here = window.screen_here
    assert isinstance(here, SettingsScreen)
    settings = here.view.presenter
    fingers.until(lambda: bool(settings.rows), "the settings")
    _picture(program, papers / "settings.png")
    fingers.press(Qt.Key.Key_F3)
    fingers.until(lambda: settings.preview is not None, "the receipt")
    _picture(program, papers / "receipt.png")
    fingers.press(Qt.Key.Key_Escape)


def _log_in(program: Program, fingers: Fingers) -> None:
    window = program.window
    assert isinstance(window, LoginWindow)
    window.username.clear()
    window.username.setFocus()
    fingers.type(DEMO_USER)
    fingers.press(Qt.Key.Key_Tab)
    fingers.type(DEMO_PASSWORD)
    fingers.press(Qt.Key.Key_Return)
    fingers.until(lambda: isinstance(program.window, MainWindow), "the log-in")


def _picture(program: Program, path: Path) -> None:
    window = program.window
    assert isinstance(window, QWidget)
    window.setWindowState(Qt.WindowState.WindowNoState)  # a maximized one is as large as the plugin's own screen
    window.resize(1366, 768)
    for _ in range(_ROUNDS):
        QApplication.processEvents()
    if not window.grab().save(str(path)):
        raise EnvironmentFault("files.cannot_write", path=str(path))
