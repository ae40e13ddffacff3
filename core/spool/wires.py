"""Ways to a printer that carry bytes to it, and back where it answers. They know nothing of what they carry.

Programs for one of these systems alone are imported where they are used.
"""

from __future__ import annotations

import os
import platform
import re
import select
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from core.boundary.files import write_whole
from core.kernel.errors import EnvironmentFault
from core.spool.addresses import host_and_port
from core.spool.dto import PaperMode, PrinterKind, PrinterSetup

_CHUNK = 4096
_LP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds are waited.

    ``connect`` for a printer to be there: python-escpos would wait 60 with a customer at the counter. ``stuck`` for it
    to take something more of a paper: a slow one prints first what it holds. ``goodbye`` for the other end of a
    connection to hang up, too. ``answer`` for one that answers to have answered, ``printed`` for a receipt to be out.
    """

    connect: float = 4.0
    stuck: float = 20.0
    goodbye: float = 0.5
    answer: float = 1.0
    printed: float = 6.0


class Stopped(Exception):
    """A printer stopped taking a paper after ``sent`` bytes of it; ``is_orderly`` where it hung up having read all."""

    def __init__(self, sent: int, *, is_orderly: bool = False) -> None:
        super().__init__(sent)
        self.sent = sent
        self.is_orderly = is_orderly


class Wire(Protocol):
    """An open way to a printer, closed by leaving its ``with``."""

    @property
    def answers(self) -> bool:
        """Whether anything can come back."""
        ...

    def write(self, data: bytes) -> None:
        """Hand all of it over. Raises Stopped."""
        ...

    def read(self, seconds: float) -> bytes:
        """Return what has come, waiting so long for the first of it; nothing where nothing came. Raises Stopped."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_wire(printer: PrinterSetup, patience: Patience) -> Wire:
    """Open the way to a printer.

    Raises EnvironmentFault ``printer.unreachable``, ``printer.no_device``, ``printer.not_this_system``.
    """
    match printer.kind:
        case PrinterKind.NETWORK:
            return _Descriptor.of_socket(printer, patience)
        case PrinterKind.USB:
            return _Descriptor.of_device(printer, patience)
        case PrinterKind.SERIAL:
            return _Serial(printer, patience)
        case PrinterKind.CUPS:
            return _Lp(printer)
        case PrinterKind.WINDOWS:
            return _Windows(printer)
        case PrinterKind.FILE:
            return _File(printer)


class _Closing:
    """What every way does when it is left."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""


class _Descriptor(_Closing):
    """A socket or a device file: what is written goes in pieces, so that a printer that stops is noticed."""

    answers = True

    def __init__(self, descriptor: int, owner: socket.socket | None, patience: Patience) -> None:
        self._descriptor = descriptor
        self._owner = owner
        self._patience = patience

    @classmethod
    def of_socket(cls, printer: PrinterSetup, patience: Patience) -> _Descriptor:
        """Connect to a printer on the network."""
        try:
            connection = socket.create_connection(host_and_port(printer.address), patience.connect)
        except (OSError, UnicodeError) as error:  # the second for a name that cannot be one
            raise EnvironmentFault("printer.unreachable", address=printer.address) from error
        connection.setblocking(False)
        return cls(connection.fileno(), connection, patience)

    @classmethod
    def of_device(cls, printer: PrinterSetup, patience: Patience) -> _Descriptor:
        """Open a printer's device file."""
        try:
            return cls(os.open(printer.address, os.O_RDWR | getattr(os, "O_NONBLOCK", 0)), None, patience)
        except OSError as error:
            raise EnvironmentFault("printer.no_device", device=printer.address, reason=error.strerror) from error

    def write(self, data: bytes) -> None:
        """Hand all of it over. Raises Stopped."""
        sent = 0
        while sent < len(data):
            try:
                _, ready, _ = select.select([], [self._descriptor], [], self._patience.stuck)
                if not ready:
                    raise Stopped(sent)
                sent += self._write_some(data[sent : sent + _CHUNK])
            except BlockingIOError:
                continue  # it was ready and is not any more: wait again
            except OSError as error:
                raise Stopped(sent) from error

    def read(self, seconds: float) -> bytes:
        """Return what has come."""
        try:
            ready, _, _ = select.select([self._descriptor], [], [], seconds)
            if not ready:
                return b""
            came = self._owner.recv(_CHUNK) if self._owner is not None else os.read(self._descriptor, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise Stopped(0) from error
        if not came and self._owner is not None:
            raise Stopped(0, is_orderly=True)
        return came

    def close(self) -> None:
        """End in order: a plain close, with answers unread, could drop what the printer has not taken yet."""
        if self._owner is None:
            os.close(self._descriptor)
            return
        with self._owner, suppress(OSError, Stopped):  # it may have gone already
            self._owner.shutdown(socket.SHUT_WR)
            while self.read(self._patience.goodbye):
                pass

    def _write_some(self, data: bytes) -> int:
        return self._owner.send(data) if self._owner is not None else os.write(self._descriptor, data)


class _Serial(_Closing):
    """A serial port, eight bits without parity, held back by the printer's own line (DTR/DSR or RTS/CTS)."""

    answers = True

    def __init__(self, printer: PrinterSetup, patience: Patience) -> None:
        import serial  # lazy: few counters have one

        try:
            self._port = serial.Serial(printer.address, printer.baud, timeout=0, write_timeout=patience.stuck)
        except (OSError, ValueError) as error:
            reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
            raise EnvironmentFault("printer.no_device", device=printer.address, reason=reason) from error

    def write(self, data: bytes) -> None:
        """Hand all of it over, and wait until it has left. Raises Stopped."""
        import serial

        for start in range(0, len(data), _CHUNK):
            try:
                self._port.write(data[start : start + _CHUNK])
                self._port.flush()
            except (OSError, serial.SerialException) as error:
                raise Stopped(start) from error

    def read(self, seconds: float) -> bytes:
        """Return what has come."""
        import serial

        try:
            self._port.timeout = seconds
            first = self._port.read(1)
            return first + self._port.read(self._port.in_waiting) if first else b""
        except (OSError, serial.SerialException) as error:
            raise Stopped(0) from error

    def close(self) -> None:
        """Close it."""
        self._port.close()


class _OneWay(_Closing):
    """A way on which a paper goes whole or not at all, and nothing comes back."""

    answers = False

    def __init__(self, printer: PrinterSetup) -> None:
        self._printer = printer

    def read(self, seconds: float) -> bytes:
        """Return nothing."""
        return b""


class _File(_OneWay):
    """A file that each paper replaces."""

    def write(self, data: bytes) -> None:
        """Write it. Raises EnvironmentFault ``files.cannot_write``."""
        write_whole(Path(self._printer.address), data)


class _Lp(_OneWay):
    """A queue of CUPS, through the program that every Unix has for it."""

    def write(self, data: bytes) -> None:
        """Hand it to the queue. Raises EnvironmentFault ``printer.not_this_system``, ``printer.system_refused``."""
        queue = self._printer.address
        try:
            done = subprocess.run(
                ["lp", "-s", "-d", queue, *_lp_options(self._printer), "-t", "Nuskha", "--", "-"],
                input=data,
                capture_output=True,
                timeout=_LP_SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            raise EnvironmentFault("printer.not_this_system", name=self._printer.name) from error
        except subprocess.TimeoutExpired as error:
            raise EnvironmentFault("printer.system_refused", name=queue, reason="no answer") from error
        if done.returncode:
            said = " ".join(done.stderr.decode(errors="replace").split())
            reason = re.sub(r"^lp: (?:Error - )?", "", said).rstrip(".") or str(done.returncode)
            raise EnvironmentFault("printer.system_refused", name=queue, reason=reason)


def _lp_options(printer: PrinterSetup) -> list[str]:
    """Return how CUPS shall print: bytes as they are, or a PDF on its paper."""
    if not printer.mode.is_sheet:
        return ["-o", "raw"]
    return ["-o", f"media={'A4' if printer.mode is PaperMode.A4 else 'A5'}"]


class _Windows(_OneWay):
    """A printer of Windows: its spooler takes the bytes as they are and carries them on."""

    def __init__(self, printer: PrinterSetup) -> None:
        if platform.system() != "Windows":
            raise EnvironmentFault("printer.not_this_system", name=printer.name)
        super().__init__(printer)

    def write(self, data: bytes) -> None:
        """Hand it to the spooler. Raises EnvironmentFault ``printer.system_refused``."""
        import pywintypes
        import win32print

        try:
            handle = win32print.OpenPrinter(self._printer.address)
            try:
                win32print.StartDocPrinter(handle, 1, ("Nuskha", "", "RAW"))
                win32print.WritePrinter(handle, data)
                win32print.EndDocPrinter(handle)
            finally:
                win32print.ClosePrinter(handle)
        except pywintypes.error as error:
            raise EnvironmentFault(
                "printer.system_refused", name=self._printer.address, reason=error.strerror
            ) from error
