"""The counter in a window, by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.catalog.dto import TeachBarcode
from core.catalog.teaching import teach_barcode
from core.kernel.clock import business_date
from core.kernel.errors import EnvironmentFault
from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.screens.billing.fields import CounterField
from pos_desktop.screens.billing.keeping import read_kept
from pos_desktop.screens.billing.screen import BillingScreen
from pos_desktop.screens.billing.state import Part
from pos_desktop.screens.billing.view import BillingView
from pos_desktop.shell import theme
from pos_desktop.shell.looks import Looks
from pos_desktop.shell.window import MainWindow
from tests.support.clock import TurnedClock
from tests.support.counter import BARCODE, Counter, stocked_shop

# the offscreen plugin says this when the popup opens
pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)

_KEYS = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Tab": Qt.Key.Key_Tab,
    "Up": Qt.Key.Key_Up,
    "Down": Qt.Key.Key_Down,
    "Del": Qt.Key.Key_Delete,
    **{f"F{number}": getattr(Qt.Key, f"Key_F{number}") for number in range(1, 13)},
}


class Hands:
    """Types on whatever has the focus, slowly enough to be a person, or as a scanner does."""

    def __init__(self, view: BillingView, counter: Counter) -> None:
        self.view = view
        self.counter = counter
        self.now_ms = 1_000

    @property
    def field(self) -> QWidget:
        """What has the focus."""
        focused = QApplication.focusWidget()
        assert focused is not None
        return focused

    def type(self, text: str) -> None:
        """Type letters."""
        for letter in text:
            self.now_ms += 90
            QTest.keyClicks(self.field, letter)

    def press(self, *keys: str) -> None:
        """Press keys by their names: ``Enter``, ``F12``, ``Ctrl+Z``."""
        for key in keys:
            modifiers = Qt.KeyboardModifier.NoModifier
            if key.startswith("Ctrl+"):
                modifiers, key = Qt.KeyboardModifier.ControlModifier, key.removeprefix("Ctrl+")  # noqa: PLW2901
            code = _KEYS.get(key) or Qt.Key(ord(key))
            self.now_ms += 90
            QTest.keyClick(self.field, code, modifiers)

    def scan(self, code: str) -> None:
        """Send a code and Enter as a scanner does, five milliseconds a key, a moment after what was typed."""
        self.now_ms += 300
        for character in code:
            self.now_ms += 5
            if character == "\x1d":  # Ctrl+] with a text, which QTest cannot make
                modifier = Qt.KeyboardModifier.ControlModifier
                press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_BracketRight, modifier, character)
                QApplication.postEvent(self.field, press)
                QApplication.processEvents()
            else:
                QTest.keyClicks(self.field, character)
        self.now_ms += 5
        QTest.keyClick(self.field, Qt.Key.Key_Return)


@pytest.fixture
def hands(qtbot: QtBot, tmp_path: Path, clock: TurnedClock, looks: Looks, qapp: QApplication) -> Iterator[Hands]:
    """Somebody before the main window, 1366 by what a task bar leaves of 768."""
    shop = stocked_shop(tmp_path / "shop", clock)
    counter = Counter(shop)
    now: list[Hands] = []
    scanner = WedgeScanner(time_of=lambda event: now[0].now_ms)
    qapp.installEventFilter(scanner)
    screen = BillingScreen(counter.places, scanner)
    window = MainWindow([screen], looks, counter.board)
    qtbot.addWidget(window)
    window.resize(1366, 696)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.show_screen(0)
    qtbot.waitUntil(screen.view.search.hasFocus)
    hands = Hands(screen.view, counter)
    now.append(hands)
    yield hands
    qapp.removeEventFilter(scanner)
    counter.billing.clear()  # so that the window may close
    shop.close()


def teach(hands: Hands, item: str, barcode: str) -> None:
    """Let an item have a barcode."""
    with hands.counter.shop.shop.database.write(hands.counter.shop.actor) as uow:
        teach_barcode(uow, TeachBarcode(item=item, barcode=barcode))


def is_asked(hands: Hands) -> bool:
    """Say whether a question is open (a function, so that mypy does not take it for unchanged)."""
    return hands.view.form.is_open


def test_a_bill_by_keys_alone(hands: Hands) -> None:
    view = hands.view
    hands.type("para")
    assert view.hits.isVisible()
    assert view.search.hasFocus()
    hands.press("Enter")
    assert not view.hits.isVisible()
    assert view.quantity.hasFocus()
    hands.type("2:5")
    assert view.lines.shown_rows[0].quantity == "2:5 = 25"
    assert view.totals.total.text() == "₹64.00"
    hands.press("Enter")
    assert view.search.hasFocus()
    hands.press("F12")
    assert view.cash.hasFocus()
    hands.type("200")
    assert view.tender.change.text() == "₹136.00"

    hands.press("Enter")

    assert view.search.hasFocus()
    assert view.lines.shown_rows == []
    assert "C1/26-27/000001  ₹64.00  change ₹136.00  saved, printed" in view.last_bill.text
    assert hands.counter.printer.printed == [("C1/26-27/000001", False)]


def test_the_cursor_is_in_quantity_before_any_answer(hands: Hands) -> None:
    hands.type("para")
    hands.counter.lanes.holds_reads = True

    hands.press("Enter")

    assert hands.view.quantity.hasFocus()
    assert hands.view.quantity.selectedText() == "1"
    hands.type("2")
    hands.press("Enter")
    assert hands.view.search.hasFocus()
    hands.counter.lanes.answer()
    assert hands.view.totals.total.text() == "₹51.00"
    assert hands.view.search.hasFocus()


def test_a_late_answer_to_what_was_typed_before_is_not_shown(hands: Hands) -> None:
    hands.counter.lanes.holds_reads = True
    hands.type("pan")
    newest, older = hands.counter.lanes.reads.pop(), hands.counter.lanes.reads.pop()

    newest()
    older()

    assert [row.item for row in hands.view.hits.shown_rows] == ["Pantoprazole 40"]


def test_arrows_and_escape_in_the_popup(hands: Hands) -> None:
    hands.type("pa")
    hands.press("Down")
    assert hands.view.hits.current_row == 1
    hands.press("Up")
    assert hands.view.hits.current_row == 0

    hands.press("Esc")

    assert not hands.view.hits.isVisible()
    assert hands.view.search.text() == ""
    assert hands.view.lines.shown_rows == []


def test_a_scan_in_the_search_and_one_in_the_quantity(hands: Hands) -> None:
    hands.scan(BARCODE)
    assert hands.view.quantity.hasFocus()
    assert hands.view.search.text() == ""

    hands.scan(BARCODE)

    assert [(row.item, row.quantity) for row in hands.view.lines.shown_rows] == [("Paracetamol 500", "2:0 = 20")]
    assert hands.view.quantity.selectedText() == "1"
    hands.press("Enter")
    assert hands.view.totals.total.text() == "₹51.00"
    assert len(hands.counter.lanes.reads) == 0


def test_a_gs1_code_with_its_separator_bills_its_batch(hands: Hands) -> None:
    teach(hands, "PCM500", "8901234567890")
    hands.type("1")  # a person began to type
    hands.scan("010890123456789010A2\x1d1727083121S1")

    assert [(row.item, row.batch) for row in hands.view.lines.shown_rows] == [("Paracetamol 500", "A2")]
    assert hands.view.search.text() == ""
    assert hands.view.quantity.hasFocus()
    assert not hands.view.form.is_open


def test_a_code_that_lost_its_separator_is_asked_and_answered_by_enter(hands: Hands) -> None:
    teach(hands, "PCM500", "8901234567890")
    hands.scan("010890123456789010A21727083121S1")

    assert is_asked(hands)
    assert hands.view.lines.shown_rows == []
    hands.scan("8901234567890")
    assert "The scan added nothing" in hands.view.form.form.sentence
    assert hands.view.form.form.values() == {"choice": "A2"}
    hands.press("Enter")

    assert not is_asked(hands)
    assert [(row.item, row.batch) for row in hands.view.lines.shown_rows] == [("Paracetamol 500", "A2")]
    assert hands.view.quantity.hasFocus()
    hands.press("Enter")
    hands.scan("010890123456789010A9")
    hands.press("Esc")
    assert not is_asked(hands)
    assert hands.view.search.hasFocus()
    assert len(hands.view.lines.shown_rows) == 1


def test_an_unknown_barcode_is_taught_by_keys_alone(hands: Hands) -> None:
    hands.scan("4006381333931")
    assert "press F6" in hands.view.notice.text
    hands.press("F6")
    assert hands.view.search.hasFocus()
    hands.type("panto")
    hands.press("Enter")
    assert hands.view.form.is_open
    hands.press("Enter")

    assert hands.view.notice.text == "Pantoprazole 40 has the barcode 4006381333931 from now on."
    assert [row.item for row in hands.view.lines.shown_rows] == ["Pantoprazole 40"]
    assert hands.view.quantity.hasFocus()


def test_a_scan_over_a_half_typed_quantity_leaves_it_typed(hands: Hands) -> None:
    hands.type("pan")
    hands.press("Enter")
    hands.type("3")
    hands.scan(BARCODE)

    assert [(row.item, row.quantity) for row in hands.view.lines.shown_rows] == [
        ("Pantoprazole 40", "3:0 = 30"),
        ("Paracetamol 500", "1:0 = 10"),
    ]


def test_a_scan_in_the_cash_changes_nothing(hands: Hands) -> None:
    hands.type("pan")
    hands.press("Enter", "Enter", "F12")
    hands.type("200")

    hands.scan(BARCODE)

    assert hands.view.cash.text() == "200"
    assert hands.view.cash.hasFocus()
    assert hands.counter.lanes.written == 0
    assert hands.view.notice.text


def test_enter_twice_saves_once(hands: Hands) -> None:
    hands.type("pan")
    hands.press("Enter", "Enter", "Ctrl+Enter")
    hands.counter.lanes.holds_writes = True

    hands.press("Enter", "Enter", "Enter")
    hands.counter.lanes.answer()

    assert hands.counter.lanes.written == 1  # the bill
    assert hands.view.search.hasFocus()


def test_a_wrong_quantity_says_why_at_its_line(hands: Hands) -> None:
    hands.type("para")
    hands.press("Enter")
    hands.type("9")
    hands.press("Enter")

    assert hands.view.quantity.hasFocus()
    assert hands.view.quantity.text() == "9"
    assert "8:0" in hands.view.lines.shown_rows[-1].sentence
    assert hands.view.lines.columnSpan(1, 1) > 1
    hands.view.quantity.selectAll()
    hands.type("8")
    hands.press("Enter")
    assert hands.view.search.hasFocus()
    assert not any(row.sentence for row in hands.view.lines.shown_rows)
    assert hands.view.lines.columnSpan(1, 1) == 1


def test_remove_undo_and_new_bill(hands: Hands) -> None:
    hands.type("para")
    hands.press("Enter", "Enter")
    hands.type("pan")
    hands.press("Enter", "Enter")
    hands.press("Up", "Del")
    assert hands.counter.codes == ["PAN40"]
    hands.press("Ctrl+Z")
    assert hands.counter.codes == ["PCM500", "PAN40"]
    hands.press("Ctrl+N")
    assert hands.counter.codes == []
    hands.press("Ctrl+Z")
    assert hands.counter.codes == ["PCM500", "PAN40"]


def test_a_batch_by_hand(hands: Hands) -> None:
    hands.type("para")
    hands.press("Enter", "F3")
    assert hands.view.batches.isVisible()
    assert hands.view.quantity.hasFocus()

    hands.press("Down", "Down", "Down", "Enter")  # past the expired one

    assert not hands.view.batches.isVisible()
    assert hands.view.quantity.hasFocus()
    assert hands.view.lines.shown_rows[0].batch == "A2"
    hands.press("Enter", "F12", "Enter")
    assert hands.counter.last().bill.lines[0].batch == "A2"


def test_the_customer_in_passing(hands: Hands) -> None:
    hands.type("para")
    hands.press("Enter", "Enter", "F2")
    assert hands.view.customer_name.hasFocus()
    hands.type("A Kumar")
    hands.press("Enter")
    assert hands.view.customer_phone.hasFocus()
    hands.type("98470")
    hands.press("Enter")
    assert hands.view.search.hasFocus()
    assert not hands.view.customer.isVisible()
    assert "A Kumar" in hands.view.customer_button.text()

    hands.press("F12", "Enter")

    assert hands.counter.last().bill.customer_name == "A Kumar"
    assert "Kumar" not in hands.view.customer_button.text()
    assert hands.view.customer_name.text() == ""


def test_a_silent_printer_holds_nothing_up(hands: Hands) -> None:
    hands.counter.printer.fault = EnvironmentFault("storage.busy")
    hands.type("para")
    hands.press("Enter", "Enter", "F12", "Enter")
    assert "Saved; its paper waits (Ctrl+P)." in hands.view.last_bill.text
    hands.counter.printer.fault = None

    hands.press("F9")

    assert hands.counter.printer.printed == [("C1/26-27/000001", True)]
    assert "saved, printed" in hands.view.last_bill.text


def test_a_failed_save_keeps_all_that_was_typed(hands: Hands) -> None:
    hands.type("para")
    hands.press("Enter", "Enter", "F12")
    hands.type("100")
    hands.counter.lanes.fault = EnvironmentFault("storage.disk_full")

    hands.press("Enter")

    assert hands.view.cash.text() == "100"
    assert hands.view.tender.sentence
    assert hands.counter.codes == ["PCM500"]
    hands.press("Enter")
    assert hands.counter.last().bill.number == "C1/26-27/000001"


def test_tab_goes_on_like_enter_and_never_out_of_the_counter(hands: Hands) -> None:
    hands.type("para")
    hands.press("Tab")
    assert hands.view.quantity.hasFocus()
    hands.press("Tab")
    assert hands.view.search.hasFocus()
    hands.press("Tab")
    assert hands.view.quantity.hasFocus()
    hands.press("Tab", "F12", "Tab")
    assert hands.view.cash.hasFocus()


def test_a_click_on_a_line_opens_its_quantity_and_one_in_the_search_closes_it(hands: Hands) -> None:
    hands.type("para")
    hands.press("Enter", "Enter")
    lines = hands.view.lines
    QTest.mouseClick(
        lines.viewport(), Qt.MouseButton.LeftButton, pos=lines.visualRect(lines.model().index(0, 1)).center()
    )
    assert hands.view.quantity.hasFocus()

    QTest.mouseClick(hands.view.search, Qt.MouseButton.LeftButton)

    assert hands.view.search.hasFocus()
    assert not hands.view.quantity.isVisible()


def test_twelve_lines_totals_and_keys_at_1366_by_768(hands: Hands) -> None:
    for number in range(12):
        hands.counter.shop.receives(f"I{number}", name=f"Quinine {number:02d}", schedules=frozenset())
    for number in range(12):
        hands.counter.adds(f"Quinine {number:02d}")

    lines = hands.view.lines
    assert len(lines.shown_rows) == 12
    assert lines.verticalScrollBar().maximum() == 0
    last = lines.visualRect(lines.model().index(11, 1))
    assert last.bottom() <= lines.viewport().height()
    window = hands.view.window()
    assert (window.width(), window.height()) == (1366, 696)
    assert hands.view.totals.isVisible()


def test_the_total_is_the_largest_text(hands: Hands) -> None:
    largest = hands.view.totals.total.font().pointSizeF()
    others = [
        label.font().pointSizeF()
        for label in hands.view.window().findChildren(QLabel)
        if label is not hands.view.totals.total and label.isVisible()
    ]
    assert max(others) < largest


def test_every_field_has_a_name_and_every_button_its_key(hands: Hands) -> None:
    fields = hands.view.findChildren(QLineEdit)
    assert len(fields) == 8
    assert all(isinstance(field, CounterField) and field.accessibleName() for field in fields)
    buttons = hands.view.findChildren(QPushButton)
    assert len(buttons) == 7  # two of them on the form that may stand over the bill
    assert all(button.text().split()[-1] in {"F2", "F9", "F12", "Enter", "Esc"} for button in buttons)
    assert all(button.focusPolicy() is Qt.FocusPolicy.NoFocus for button in buttons)


def test_alt_with_the_key_of_a_screen_that_is_not_there_types_nothing(hands: Hands) -> None:
    for key in "189":
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key(ord(key)), Qt.KeyboardModifier.AltModifier, key)
        QApplication.sendEvent(hands.field, press)
    assert hands.view.search.text() == ""
    hands.type("para8")
    assert hands.view.search.text() == "para8"


@pytest.mark.parametrize(
    ("item", "typed", "beside"), [("para", "2:5", " = 25"), ("para", "9x", ""), ("para", "", " = 10")]
)
def test_the_quantity_is_typed_in_its_own_column_over_what_stood_there(
    hands: Hands, item: str, typed: str, beside: str
) -> None:
    hands.type(item)
    hands.press("Enter")
    hands.type(typed)

    lines, quantity = hands.view.lines, hands.view.quantity
    cell = lines.visualRect(lines.model().index(0, 6))
    in_sight = cell.right() - quantity.geometry().right()
    letters = lines.fontMetrics()
    shown = lines.shown_rows[0].quantity
    assert shown.endswith(beside)
    assert quantity.geometry().left() - cell.left() <= 1
    assert quantity.geometry().right() <= cell.right()
    if beside:
        assert letters.horizontalAdvance(beside) <= in_sight < letters.horizontalAdvance(shown) + 8
    else:
        assert in_sight <= 1


@pytest.mark.parametrize(("chosen", "scale"), [(theme.DARK, 100), (theme.LIGHT, 160)])
def test_another_theme_or_scale_moves_the_quantity_along(
    hands: Hands, qapp: QApplication, chosen: theme.Theme, scale: int
) -> None:
    hands.type("para")
    hands.press("Enter")
    theme.apply_theme(qapp, chosen, scale)
    qapp.processEvents()

    lines = hands.view.lines
    cell = lines.visualRect(lines.model().index(0, 6))
    assert cell.contains(hands.view.quantity.geometry().center())


def test_the_popup_goes_when_the_window_does(hands: Hands) -> None:
    hands.type("para")
    assert hands.view.hits.isVisible()

    hands.view.hide()

    assert not hands.view.hits.isVisible()


def test_a_great_bill_asks_for_the_address_by_keys_alone(hands: Hands) -> None:
    hands.counter.shop.receives("DEAR", name="Xolair", mrp="60000.00", pieces_per_pack=1, schedules=frozenset())
    hands.type("xolair")
    hands.press("Enter", "Enter", "F2")
    assert hands.view.customer_address.isHidden()
    hands.press("Esc", "F12", "Enter")

    assert hands.view.customer_name.hasFocus()
    assert hands.view.customer_address.isVisible()
    assert "name, address and state" in hands.view.notice.text
    hands.type("Ravi Kumar")
    hands.press("Enter", "Enter")
    assert hands.view.customer_address.hasFocus()
    hands.type("Kaloor Kochi")
    hands.press("Enter")
    assert hands.view.search.hasFocus()
    hands.press("F12", "Enter")

    bill = hands.counter.last().bill
    assert (bill.customer_name, bill.customer_address, bill.customer_state) == ("Ravi Kumar", "Kaloor Kochi", "32")
    assert hands.view.customer_address.text() == ""


def test_bills_of_an_earlier_run_are_shown_until_f9_prints_them(hands: Hands) -> None:
    hands.counter.adds("panto")
    hands.counter.pays()
    hands.counter.printer.holds = True
    for _ in range(2):
        hands.counter.adds("panto")
        hands.counter.pays()
    with hands.counter.shop.shop.database.read() as session:
        kept = read_kept(session, business_date(hands.counter.shop.clock.now()), "owner")
    hands.counter.billing.saving.bring_back(kept.unprinted)
    hands.counter.billing.desk.show(Part.LAST_BILL)
    assert "2 bills saved, not confirmed printed: F9 prints them" in hands.view.last_bill.text

    hands.counter.printer.holds = False
    hands.press("F9")

    assert [number for number, _ in hands.counter.printer.printed[1:]] == ["C1/26-27/000002", "C1/26-27/000003"]
    assert "saved, printed" in hands.view.last_bill.text
    assert "not confirmed" not in hands.view.last_bill.text
