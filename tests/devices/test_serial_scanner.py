"""Scanners at real lines: cables are pulled and put back, several read at once, and the end is quick."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.app.scanner_dto import Scanners, SerialSetup, WedgeSetup
from pos_desktop.devices.port_tap import PortTap
from pos_desktop.devices.scan_text import Dropped
from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.devices.serial_ports import PortState, find_ports
from pos_desktop.devices.serial_scanner import SerialScanners
from tests.support.played_port import PATIENCE, PlayedPort, played_port, until

_MS = int(PATIENCE * 1000)


class Bench:
    """Two ports, the scanners of a counter, and what came of them."""

    def __init__(self, folder: Path, lines: ExitStack) -> None:
        self.ports = [lines.enter_context(played_port(folder / f"tty{number}")) for number in (1, 2)]
        self.wedge = WedgeScanner()
        self.scanners = SerialScanners(self.wedge)
        self.scanned: list[str] = []
        self.wedge.scanned.connect(self.scanned.append)

    @property
    def first(self) -> PlayedPort:
        return self.ports[0]

    def setup(self, number: int = 0, **values: object) -> SerialSetup:
        port = str(self.ports[number].path)
        return SerialSetup.model_validate({"name": f"S{number}", "port": port, **values})

    def is_connected(self, number: int = 0) -> bool:
        states = self.scanners.states()
        return len(states) > number and states[number].is_connected


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    with ExitStack() as lines:
        bench = Bench(tmp_path, lines)
        yield bench
        bench.scanners.end()


def test_a_scanner_whose_cable_was_pulled_reads_again(bench: Bench, qtbot: QtBot) -> None:
    bench.scanners.use(Scanners(serial=(bench.setup(),)))
    qtbot.waitUntil(bench.is_connected, timeout=_MS)
    bench.first.sends(b"8901234567894\r")
    qtbot.waitUntil(lambda: bench.scanned == ["8901234567894"], timeout=_MS)

    bench.first.sends(b"half a co")
    bench.first.pull()
    qtbot.waitUntil(lambda: not bench.is_connected(), timeout=_MS)
    assert bench.scanners.states()[0].reason
    bench.first.plug()
    qtbot.waitUntil(bench.is_connected, timeout=_MS)
    bench.first.sends(b"8900000000017\r")
    qtbot.waitUntil(lambda: len(bench.scanned) == 2, timeout=_MS)
    assert bench.scanned[1] == "8900000000017"


def test_several_at_once_keep_each_its_order(bench: Bench, qtbot: QtBot) -> None:
    bench.scanners.use(Scanners(serial=(bench.setup(), bench.setup(1, end="lf", prefix="<STX>"))))
    qtbot.waitUntil(lambda: bench.is_connected(0) and bench.is_connected(1), timeout=_MS)
    for number in range(50):
        bench.ports[0].sends(b"A%03d\r" % number)
        bench.ports[1].sends(b"noise\x02B%03d\n" % number)
    qtbot.waitUntil(lambda: len(bench.scanned) == 100, timeout=_MS)
    for letter in "AB":
        assert [code for code in bench.scanned if code[0] == letter] == [f"{letter}{n:03}" for n in range(50)]


def test_a_pause_ends_a_code(bench: Bench, qtbot: QtBot) -> None:
    bench.scanners.use(Scanners(serial=(bench.setup(end="pause"),)))
    qtbot.waitUntil(bench.is_connected, timeout=_MS)
    bench.first.sends(b"8901234567894")
    qtbot.waitUntil(lambda: bench.scanned == ["8901234567894"], timeout=_MS)


def test_where_no_screen_waits_for_scans_nothing_is_said(bench: Bench, qtbot: QtBot) -> None:
    waits = [False]
    heard: list[str] = []

    def is_awaited() -> bool:
        heard.append("asked")
        return waits[0]

    bench.wedge.is_awaited = is_awaited
    bench.scanners.use(Scanners(serial=(bench.setup(),)))
    qtbot.waitUntil(bench.is_connected, timeout=_MS)
    bench.first.sends(b"8901234567894\r")
    qtbot.waitUntil(lambda: heard == ["asked"], timeout=_MS)
    waits[0] = True
    bench.first.sends(b"8900000000017\r")
    qtbot.waitUntil(lambda: bool(bench.scanned), timeout=_MS)
    assert bench.scanned == ["8900000000017"]


def test_what_is_no_code_is_noted_until_the_next_one(bench: Bench, qtbot: QtBot) -> None:
    bench.scanners.use(Scanners(serial=(bench.setup(),)))
    qtbot.waitUntil(bench.is_connected, timeout=_MS)
    bench.first.sends(b"\x1b[2J" + b"\r")
    qtbot.waitUntil(lambda: bench.scanners.states()[0].dropped is Dropped.CONTROL, timeout=_MS)
    bench.first.sends(b"8901\r")
    qtbot.waitUntil(lambda: bench.scanned == ["8901"], timeout=_MS)
    assert bench.scanners.states()[0].dropped is None


def test_a_port_that_is_not_there_is_said_and_the_end_does_not_wait_for_it(bench: Bench, qtbot: QtBot) -> None:
    bench.first.pull()
    bench.scanners.use(Scanners(serial=(bench.setup(),)))
    qtbot.waitUntil(lambda: bool(bench.scanners.states()[0].reason), timeout=_MS)
    bench.scanners.end()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("scanner ")]
    assert bench.scanners.states() == []


def test_a_scanner_that_stays_as_it_was_goes_on_and_another_begins(bench: Bench, qtbot: QtBot) -> None:
    bench.scanners.use(Scanners(serial=(bench.setup(),)))
    qtbot.waitUntil(bench.is_connected, timeout=_MS)
    threads = {thread.ident for thread in threading.enumerate() if thread.name == "scanner S0"}
    bench.scanners.use(Scanners(wedge=WedgeSetup(gap_ms=60), serial=(bench.setup(), bench.setup(1))))
    qtbot.waitUntil(lambda: bench.is_connected(1), timeout=_MS)
    assert threads == {thread.ident for thread in threading.enumerate() if thread.name == "scanner S0"}


def test_while_it_is_held_ports_are_free_and_afterwards_read_again(bench: Bench, qtbot: QtBot) -> None:
    bench.scanners.use(Scanners(serial=(bench.setup(),)))
    qtbot.waitUntil(bench.is_connected, timeout=_MS)
    bench.scanners.hold()
    heard: list[bytes] = []
    told: list[PortState] = []
    tap = PortTap(str(bench.first.path), 9600, heard.append, told.append, lambda call: call())
    until(lambda: PortState(is_connected=True) in told)
    bench.first.sends(b"\x028901\x03\r\n")
    until(lambda: heard == [b"\x028901\x03\r\n"])
    tap.end()
    assert bench.scanned == []
    bench.scanners.release()
    qtbot.waitUntil(bench.is_connected, timeout=_MS)
    bench.first.sends(b"8901\r")
    qtbot.waitUntil(lambda: bench.scanned == ["8901"], timeout=_MS)


def test_the_system_is_asked_for_its_ports() -> None:
    assert all(port.port for port in find_ports())
