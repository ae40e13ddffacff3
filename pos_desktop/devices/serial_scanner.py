"""Scanners at serial ports: a thread for each that reads, and comes back when its port does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal

from core.app.scanner_dto import Scanners, SerialSetup
from pos_desktop.devices.scan_text import Dropped, Framer
from pos_desktop.devices.scanner import WedgeScanner
from pos_desktop.devices.serial_ports import PortThread, open_port

if TYPE_CHECKING:
    from serial import Serial

#: A line on which nothing comes for so long has paused, in seconds: a code's characters follow within a few
#: milliseconds, at 1200 baud within nine; USB hands them over in pieces.
PAUSE: Final = 0.1


@dataclass(frozen=True, slots=True)
class ScannerState:
    """How a serial scanner is; ``dropped`` is why the last thing that it sent was no code, None where it was one."""

    setup: SerialSetup
    is_connected: bool
    reason: str
    dropped: Dropped | None


class SerialReader:
    """Reads one scanner. ``read`` and ``changed`` are called in its thread."""

    def __init__(self, setup: SerialSetup, read: Callable[[str], None], changed: Callable[[], None]) -> None:
        """Begin to read."""
        self._setup = setup
        self._framer = Framer(setup)
        self._read = read
        self._changed = changed
        self._dropped: Dropped | None = None
        self._port = PortThread(f"scanner {setup.name}", self._connect, self._listen)
        self._port.changed = changed
        self._port.start()

    @property
    def state(self) -> ScannerState:
        """How it is."""
        port = self._port.state
        return ScannerState(self._setup, port.is_connected, port.reason, self._dropped)

    def ask_to_end(self) -> None:
        """Stop reading soon."""
        self._port.ask_to_end()

    def end(self) -> None:
        """Stop reading; the port is free then."""
        self._port.end()

    def _connect(self) -> Serial:
        return open_port(self._setup.port, self._setup.baud, PAUSE)

    def _listen(self, port: Serial) -> None:
        self._framer.forget()
        while not self._port.is_ending:
            first = port.read(1)
            found = self._framer.feed(first + port.read(port.in_waiting)) if first else self._framer.pause()
            for code in found:
                self._take(code)

    def _take(self, code: str | Dropped) -> None:
        before, self._dropped = self._dropped, code if isinstance(code, Dropped) else None
        if isinstance(code, str):
            self._read(code)
        if before is not self._dropped:
            self._changed()


class SerialScanners(QObject):
    """The scanners of a counter as they are set up: those at serial ports, and how the one that types is told.

    What a serial scanner reads is said by the ``scanned`` of the one that types, where a screen waits for scans; it
    needs no focus, and nothing that is no code is ever typed anywhere. ``changed`` says that a state is another.
    """

    changed = Signal()
    _came = Signal(object, str)

    def __init__(self, wedge: WedgeScanner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wedge = wedge
        self._setup = Scanners()
        self._readers: list[SerialReader] = []
        self._came.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def use(self, scanners: Scanners) -> None:
        """Read with these scanners and no others. A scanner whose setup stays goes on reading."""
        self._wedge.use(scanners.wedge)
        self._setup = scanners
        if self._wedge.is_held:
            return
        stay = [reader for reader in self._readers if reader.state.setup in scanners.serial]
        self._end([reader for reader in self._readers if reader not in stay])
        known = {reader.state.setup.name for reader in stay}
        self._readers = stay + [self._reader(setup) for setup in scanners.serial if setup.name not in known]

    def states(self) -> Sequence[ScannerState]:
        """Return how each serial scanner is, in the order they were set up."""
        states = {reader.state.setup: reader.state for reader in self._readers}
        return [states[setup] for setup in self._setup.serial if setup in states]

    def hold(self) -> None:
        """Read nothing and leave the ports free: a scanner is being learned."""
        self._wedge.is_held = True
        self.end()

    def release(self) -> None:
        """Read again."""
        self._wedge.is_held = False
        self.use(self._setup)

    def end(self) -> None:
        """Stop reading at every port."""
        readers, self._readers = self._readers, []
        self._end(readers)

    def _reader(self, setup: SerialSetup) -> SerialReader:
        return SerialReader(setup, lambda code: self._came.emit(setup, code), self.changed.emit)

    @staticmethod
    def _end(readers: Sequence[SerialReader]) -> None:
        for reader in readers:
            reader.ask_to_end()
        for reader in readers:
            reader.end()

    def _hear(self, setup: SerialSetup, code: str) -> None:
        is_here = any(reader.state.setup == setup for reader in self._readers)
        if is_here and self._wedge.is_awaited():
            self._wedge.scanned.emit(code)
