"""Scanners and the customer display in the whole program: learned by keys, scanned at a line, shown to the customer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication

from core.app.display_dto import CustomerDisplay, DisplayKind
from core.app.displays import change_display
from core.app.scanner_dto import EndKey, Scanners, Separator, SerialEnd, SerialSetup, WedgeSetup
from core.app.scanners import change_scanners, scanners_of
from core.auth.dto import SetPassword
from core.auth.service import set_password
from core.kernel.actor import Role
from core.printing.pole import PoleProtocol, line_added, show_bytes, welcome
from core.settings.queries import shop_view
from pos_desktop.devices.scan_text import Dropped
from pos_desktop.screens.display.state import Moment
from pos_desktop.screens.scanners.learning import TRIAL
from pos_desktop.screens.scanners.view import LearnPanel
from pos_desktop.shell import theme
from tests.support.clock import TurnedClock
from tests.support.counter import BARCODE, stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, hire
from tests.support.played_port import PlayedPort, played_port
from tests.support.program import CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier
_KEYS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\x1d": Qt.Key.Key_BracketRight}


@pytest.fixture
def port(tmp_path: Path) -> Iterator[PlayedPort]:
    with played_port(tmp_path / "tty") as port:
        yield port


@pytest.fixture
def folder(tmp_path: Path, clock: TurnedClock) -> Path:
    shop = stocked_shop(tmp_path / "shop", clock)
    hire(shop.shop.database)
    with shop.shop.database.write(CONSOLE) as uow:
        set_password(uow, SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False))
    shop.close()
    return tmp_path / "shop"


@pytest.fixture
def place(qapp: QApplication, folder: Path, clock: TurnedClock) -> Iterator[Workplace]:
    with workplace(qapp, folder, clock, TurnedUptime()) as made:
        yield made


def sets_up(place: Workplace, scanners: Scanners | None = None, display: CustomerDisplay | None = None) -> None:
    """Set up what the next log-in finds."""
    assert place.program.shop is not None
    with place.program.shop.database.write(CONSOLE) as uow:
        if scanners is not None:
            change_scanners(uow, scanners)
        if display is not None:
            change_display(uow, display)


def stored(place: Workplace) -> Scanners:
    assert place.program.shop is not None
    with place.program.shop.database.read() as session:
        return scanners_of(session)


def panel(place: Workplace) -> LearnPanel:
    (found,) = place.window.findChildren(LearnPanel)
    return found


def counted(place: Workplace, scans: int) -> None:
    """Wait until so many scans are in."""
    place.waits(lambda: panel(place).learn.count == scans, "the scan counts")


class Wedge:
    """A scanner that types: presses and releases with times of its own."""

    def __init__(self, place: Workplace) -> None:
        self.place = place
        self.now_ms = 10_000_000

    def sends(self, text: str, gap_ms: int = 4) -> None:
        self.now_ms += 5_000
        for character in text:
            self.now_ms += gap_ms
            modifiers = CTRL if character == "\x1d" else _NONE
            key = _KEYS.get(character) or Qt.Key(ord(character.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, modifiers, character)
                event.setTimestamp(self.now_ms)
                QApplication.sendEvent(self.place.window.focusWidget(), event)


def test_a_scanner_is_learned_by_three_scans_and_then_read(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    wedge = Wedge(place)
    place.presses(Qt.Key.Key_S, modifiers=CTRL | _SHIFT)
    learn = panel(place)
    assert learn.is_open
    for scans in (1, 2, 3):
        wedge.sends("~" + TRIAL.replace("\x1d", "|") + "\t", gap_ms=12)
        counted(place, scans)
    assert "Found" in learn.step.text()
    assert place.billing.search.typed == ""
    place.presses(Qt.Key.Key_Return)
    place.waits(lambda: not learn.is_open, "it is saved")
    assert stored(place).wedge == WedgeSetup(gap_ms=23, prefix="~", end=EndKey.TAB, separator=Separator.PIPE)
    wedge.sends(f"~{BARCODE}\t", gap_ms=20)
    place.waits(lambda: [line.item.code for line in place.billing.draft.lines] == ["PCM500"], "the pack is billed")


def test_giving_up_leaves_the_scanner_as_it_was(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    place.presses(Qt.Key.Key_S, modifiers=CTRL | _SHIFT)
    place.presses(Qt.Key.Key_F4)
    assert panel(place).port.hasFocus()
    place.presses(Qt.Key.Key_Escape)
    assert panel(place).is_open
    place.presses(Qt.Key.Key_Escape)
    assert not panel(place).is_open
    Wedge(place).sends(f"{BARCODE}\r")
    place.waits(lambda: len(place.billing.draft.lines) == 1, "the pack is billed")


def test_a_port_is_typed_and_its_scanner_learned_and_heard(place: Workplace, port: PlayedPort) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    place.presses(Qt.Key.Key_S, modifiers=CTRL | _SHIFT)
    place.presses(Qt.Key.Key_F4)
    place.types(str(port.path), Qt.Key.Key_Return)
    learn = panel(place).learn
    assert learn.port == str(port.path)
    for scans in (1, 2, 3):
        port.sends(f"\x02{TRIAL}\x03\r\n".encode())
        counted(place, scans)
    place.presses(Qt.Key.Key_Return)
    place.waits(lambda: not learn.is_open, "it is saved")
    (setup,) = stored(place).serial
    assert (setup.prefix, setup.suffix, setup.end, setup.baud) == ("<STX>", "<ETX>", SerialEnd.CRLF, 9600)
    place.waits(lambda: place.program.scanners.states()[0].is_connected, "the port is open")
    port.sends(f"\x02{BARCODE}\x03\r\n".encode())
    place.waits(lambda: len(place.billing.draft.lines) == 1, "the pack is billed")


def test_a_serial_scan_is_billed_wherever_the_focus_is_and_only_while_billing(
    place: Workplace, port: PlayedPort
) -> None:
    sets_up(place, Scanners(serial=(SerialSetup(name="Till", port=str(port.path)),)))
    place.comes_in("owner", OWNERS_PASSWORD)
    place.waits(lambda: place.program.scanners.states()[0].is_connected, "the port is open")
    place.window.show_screen(1)
    assert place.window.screen_here is not None
    assert not place.window.screen_here.awaits_scans
    port.sends(BARCODE.encode() + b"\r" + b"no pack\x08\r")
    place.waits(lambda: place.program.scanners.states()[0].dropped is Dropped.CONTROL, "both were read")
    place.app.processEvents()
    place.window.show_screen(0)
    place.presses(Qt.Key.Key_F2)  # the customer's name has the keys
    port.sends(BARCODE.encode() + b"\r")
    place.waits(lambda: bool(place.billing.draft.lines), "the pack is billed")
    assert [line.units for line in place.billing.draft.lines] == [10]
    assert place.billing.draft.customer_name == ""
    place.program.log_out()
    port.sends(BARCODE.encode() + b"\r" + b"no pack\x08\r")
    place.waits(lambda: place.program.scanners.states()[0].dropped is Dropped.CONTROL, "both were read")
    place.app.processEvents()
    place.comes_in("owner", OWNERS_PASSWORD)
    assert [line.units for line in place.billing.draft.lines] == [10]


def test_a_cashier_learns_no_scanner(place: Workplace) -> None:
    place.comes_in(*PEOPLE[Role.CASHIER][:2])
    place.presses(Qt.Key.Key_S, modifiers=CTRL | _SHIFT)
    assert not panel(place).is_open


def test_a_pole_shows_the_line_and_greets_when_nobody_works(place: Workplace, port: PlayedPort) -> None:
    sets_up(place, display=CustomerDisplay(kind=DisplayKind.POLE, port=str(port.path)))
    place.comes_in("owner", OWNERS_PASSWORD)
    assert place.program.shop is not None
    with place.program.shop.database.read() as session:
        greets = show_bytes(welcome(shop_view(session).name), PoleProtocol.ESC_POS)
    place.waits(lambda: port.hears().endswith(greets), "it greets")
    Wedge(place).sends(f"{BARCODE}\r")
    place.waits(lambda: len(place.billing.draft.lines) == 1, "the pack is billed")
    line = place.billing.draft.lines[0]
    assert line.priced is not None
    rows = line_added("Paracetamol 500", "1 x 10's", line.priced.payable)
    place.waits(lambda: port.hears().endswith(show_bytes(rows, PoleProtocol.ESC_POS)), "the line stands there")
    place.program.log_out()
    place.waits(lambda: port.hears().endswith(greets), "it greets again")


def test_the_customer_s_window_is_light_takes_no_keys_and_follows_the_bill(place: Workplace) -> None:
    sets_up(place, display=CustomerDisplay(kind=DisplayKind.WINDOW))
    place.comes_in("owner", OWNERS_PASSWORD)
    window = place.program.display.window
    assert window is not None
    assert window.isVisible()
    assert place.window.isActiveWindow()
    assert window.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    Wedge(place).sends(f"{BARCODE}\r")
    place.waits(lambda: window.shown.moment is Moment.LINES, "the line is shown")
    theme.apply_theme(place.app, theme.DARK)
    image = window.grab().toImage()
    corner = image.pixelColor(2, 2)
    theme.apply_theme(place.app, theme.LIGHT)
    assert corner.name() == theme.LIGHT.surface.lower()
    assert len(QGuiApplication.screens()) == 1
    assert not window.windowFlags() & Qt.WindowType.FramelessWindowHint
    window.close()
    place.program.log_out()
    place.comes_in("owner", OWNERS_PASSWORD)
    assert place.program.display.window is window
    assert window.isVisible()  # what was closed by mistake is there again
