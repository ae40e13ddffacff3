"""A keyboard-wedge scanner among real key events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from core.app.scanner_dto import EndKey, Separator, WedgeSetup
from pos_desktop.devices.burst import LEAST_CHARACTERS, LONGEST_GAP_MS, Burst
from pos_desktop.devices.scanner import WedgeScanner

BARCODE = "8901234567894"
_KEYS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\x1d": Qt.Key.Key_BracketRight}


class Keyboard:
    """Sends keys with the times a test gives them."""

    def __init__(self, field: QLineEdit) -> None:
        self.field = field
        self.now_ms = 1_000

    def sends(self, text: str, gap_ms: int, *, auto_repeat: bool = False) -> None:
        """Press and release each character's key, ``gap_ms`` after the one before."""
        for character in text:
            self.now_ms += gap_ms
            modifiers = Qt.KeyboardModifier.NoModifier
            if character == "\x1d":
                modifiers = Qt.KeyboardModifier.ControlModifier
            elif character.isupper():
                modifiers = Qt.KeyboardModifier.ShiftModifier
                self._send(QEvent.Type.KeyPress, Qt.Key.Key_Shift, "", modifiers)
            key = _KEYS.get(character) or Qt.Key(ord(character.upper()))
            self._send(QEvent.Type.KeyPress, key, character, modifiers, auto_repeat)
            self._send(QEvent.Type.KeyRelease, key, character, modifiers, auto_repeat)

    def _send(
        self,
        kind: QEvent.Type,
        key: Qt.Key,
        text: str,
        modifiers: Qt.KeyboardModifier,
        auto_repeat: bool = False,
    ) -> None:
        event = QKeyEvent(kind, key, modifiers, text, auto_repeat)
        event.setTimestamp(self.now_ms)
        QApplication.sendEvent(self.field, event)


class Bench:
    """A field with the scanner's filter over it, and what came of it."""

    def __init__(self, field: QLineEdit) -> None:
        self.field = field
        self.keyboard = Keyboard(field)
        self.scanned: list[str] = []
        self.entered = 0
        self.scanner: WedgeScanner
        field.returnPressed.connect(self._enter)

    def _enter(self) -> None:
        self.entered += 1


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    """A focused field."""
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    bench = Bench(field)
    scanner = WedgeScanner()
    scanner.scanned.connect(bench.scanned.append)
    bench.scanner = scanner
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(scanner)
    yield bench
    application.removeEventFilter(scanner)


@pytest.mark.parametrize("end", ["\r", "\t"])
def test_a_scan_is_taken_out_of_the_field_and_its_end_key_swallowed(bench: Bench, end: str) -> None:
    bench.field.setText("para")
    bench.field.setCursorPosition(2)

    bench.keyboard.sends(BARCODE + end, 8)

    assert bench.scanned == [BARCODE]
    assert (bench.field.text(), bench.field.cursorPosition()) == ("para", 2)
    assert bench.entered == 0
    assert bench.field.hasFocus()


def test_a_password_typed_by_a_password_manager_is_no_scan(bench: Bench) -> None:
    bench.field.setEchoMode(QLineEdit.EchoMode.Password)

    bench.keyboard.sends("wrongpass99\r", 8)

    assert bench.scanned == []
    assert (bench.field.text(), bench.entered) == ("wrongpass99", 1)


def test_where_nobody_waits_for_a_scan_keys_are_keys(bench: Bench) -> None:
    bench.scanner.is_awaited = lambda: False

    bench.keyboard.sends(BARCODE + "\r", 8)

    assert bench.scanned == []
    assert (bench.field.text(), bench.entered) == (BARCODE, 1)


def test_a_scan_over_a_selected_quantity_leaves_it_selected(bench: Bench) -> None:
    bench.field.setText("1")
    bench.field.selectAll()

    bench.keyboard.sends(BARCODE + "\r", 8)

    assert bench.scanned == [BARCODE]
    assert (bench.field.text(), bench.field.selectedText()) == ("1", "1")


@pytest.mark.parametrize("gap", [60, 90, 120])
def test_a_person_is_never_taken_for_a_scanner(bench: Bench, gap: int) -> None:
    bench.keyboard.sends("paracetamol\r", gap)

    assert bench.scanned == []
    assert bench.field.text() == "paracetamol"
    assert bench.entered == 1


def test_letters_typed_before_a_scan_stay(bench: Bench) -> None:
    bench.keyboard.sends("pa", 90)
    bench.keyboard.now_ms += 300

    bench.keyboard.sends(BARCODE + "\r", 5)

    assert bench.scanned == [BARCODE]
    assert bench.field.text() == "pa"


def test_two_scans_in_a_row_are_two(bench: Bench) -> None:
    bench.keyboard.sends(BARCODE + "\r", 5)
    bench.keyboard.sends("8900000000017\r", 5)

    assert bench.scanned == [BARCODE, "8900000000017"]
    assert bench.field.text() == ""


def test_capitals_and_the_group_separator_belong_to_a_code(bench: Bench) -> None:
    bench.keyboard.sends("0108901234567894\x1d10AB12\r", 5)

    assert bench.scanned == ["0108901234567894\x1d10AB12"]


def test_a_few_quick_characters_are_typing(bench: Bench) -> None:
    bench.keyboard.sends("2:5\r", 10)

    assert bench.scanned == []
    assert bench.entered == 1


def test_a_key_held_down_is_no_scan(bench: Bench) -> None:
    bench.keyboard.sends("00000000", 30, auto_repeat=True)
    bench.keyboard.sends("\r", 30)

    assert bench.scanned == []
    assert bench.entered == 1


# --- as the counter has set it up ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setup", "sent", "code"),
    [
        (WedgeSetup(prefix="~", suffix="!!"), f"~{BARCODE}!!\r", BARCODE),
        (WedgeSetup(prefix="~", suffix="!!"), f"{BARCODE}\r", BARCODE),  # another scanner that sends neither
        (WedgeSetup(end=EndKey.TAB), f"{BARCODE}\t", BARCODE),
        (WedgeSetup(separator=Separator.PIPE), "]d20108901234567894|10AB12\r", "]d20108901234567894\x1d10AB12"),
        (WedgeSetup(separator=Separator.BRACKET), "]d2010890123]10AB\r", "]d2010890123\x1d10AB"),
        (WedgeSetup(least_characters=3), "123\r", "123"),
    ],
)
def test_a_code_is_taken_out_of_what_its_scanner_adds(bench: Bench, setup: WedgeSetup, sent: str, code: str) -> None:
    bench.scanner.use(setup)
    bench.field.setText("para")
    bench.keyboard.sends(sent, 8)
    assert (bench.scanned, bench.field.text(), bench.entered) == ([code], "para", 0)


def test_a_slow_scanner_is_heard_once_its_gap_is_set(bench: Bench) -> None:
    bench.scanner.use(WedgeSetup(gap_ms=90))
    bench.keyboard.sends(BARCODE + "\r", 80)
    bench.keyboard.sends(BARCODE + "\r", 95)
    assert (bench.scanned, bench.entered) == ([BARCODE], 1)


def test_a_key_that_ends_no_code_here_is_a_key(bench: Bench) -> None:
    bench.scanner.use(WedgeSetup(end=EndKey.TAB))
    bench.keyboard.sends(BARCODE + "\r", 8)
    assert (bench.scanned, bench.field.text(), bench.entered) == ([], BARCODE, 1)


def test_the_characters_of_prefix_and_suffix_do_not_make_a_scan_long_enough(bench: Bench) -> None:
    bench.scanner.use(WedgeSetup(prefix="~~~~", suffix="!!!!"))
    bench.keyboard.sends("~~~~12345!!!!\r", 8)
    assert (bench.scanned, bench.entered) == ([], 1)


def test_a_second_end_key_right_behind_a_scan_goes_nowhere(bench: Bench) -> None:
    bench.keyboard.sends(BARCODE + "\r\r", 8)
    assert (bench.scanned, bench.entered) == ([BARCODE], 0)
    bench.keyboard.sends("\r", 200)
    assert bench.entered == 1


def test_with_no_end_key_a_pause_ends_what_has_the_prefix(bench: Bench, qtbot: QtBot) -> None:
    bench.scanner.use(WedgeSetup(prefix="~", end=EndKey.NONE))
    bench.field.setText("para")
    bench.keyboard.sends(f"~{BARCODE}", 8)
    qtbot.waitUntil(lambda: bench.scanned == [BARCODE])
    assert bench.field.text() == "para"


def test_with_no_end_key_quick_typing_without_the_prefix_stays(bench: Bench, qtbot: QtBot) -> None:
    bench.scanner.use(WedgeSetup(prefix="~", end=EndKey.NONE))
    bench.keyboard.sends("paracetamol", 8)
    bench.keyboard.now_ms += 1_000
    bench.field.clear()
    bench.keyboard.sends(f"~{BARCODE}", 8)
    qtbot.waitUntil(lambda: bool(bench.scanned))
    assert bench.scanned == [BARCODE]


def test_a_pause_alone_makes_no_scan_of_what_was_typed() -> None:
    burst = Burst(WedgeSetup(prefix="~", end=EndKey.NONE))
    for at_ms, character in enumerate("paracetamol"):
        burst.feed(character, at_ms)
    assert burst.pause() is None


def test_who_types_right_behind_a_scan_without_end_key_loses_nothing(bench: Bench) -> None:
    bench.scanner.use(WedgeSetup(prefix="~", end=EndKey.NONE))
    bench.keyboard.sends(f"~{BARCODE}", 8)
    bench.keyboard.sends("p", 90)  # before the timer has rung
    assert (bench.scanned, bench.field.text()) == ([BARCODE], "p")


def test_while_it_is_held_keys_are_keys(bench: Bench) -> None:
    bench.scanner.is_held = True
    bench.keyboard.sends(BARCODE + "\r", 8)
    assert (bench.scanned, bench.field.text(), bench.entered) == ([], BARCODE, 1)


@given(
    st.text("0123456789ABCdef", min_size=1, max_size=20),
    st.lists(st.integers(1, 200), min_size=21, max_size=21),
)
def test_a_burst_is_a_scan_exactly_when_every_gap_is_short(text: str, gaps: list[int]) -> None:
    burst = Burst()
    now = 0
    for character, gap in zip(text, gaps, strict=False):
        now += gap
        burst.feed(character, now)

    read = burst.end(now + gaps[len(text)])

    inner = gaps[1 : len(text)]
    tail = next((n for n, gap in enumerate(reversed(inner)) if gap >= LONGEST_GAP_MS), len(inner))
    unbroken = text[len(text) - tail - 1 :]
    is_scan = gaps[len(text)] < LONGEST_GAP_MS and len(unbroken) >= LEAST_CHARACTERS
    assert read == (unbroken if is_scan else None)
