"""Serial ports: which there are, and a thread at one of them that comes back when the port does."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from serial import Serial

#: How long a port that is not there is left alone before it is tried again, in seconds: at first, and at last.
FIRST_WAIT: Final = 0.2
LONGEST_WAIT: Final = 5.0
#: How long a write may be held back before the port counts as gone, in seconds.
_STUCK: Final = 2.0
#: How long the end of a thread is waited for, in seconds.
_LAST: Final = 1.5


@dataclass(frozen=True, slots=True)
class PortState:
    """How a port is; ``reason`` is what the system says where it is not connected, empty before the first try."""

    is_connected: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FoundPort:
    """A port of this machine, and what the system says is there."""

    port: str
    about: str


def find_ports() -> Sequence[FoundPort]:
    """Return the serial ports that the system lists; a port that it does not list may still be typed."""
    from serial.tools import list_ports  # lazy: few counters have one

    try:
        listed = list(list_ports.comports())
    except Exception:  # noqa: BLE001 - where the system's own list fails, as on Wine, ports are typed
        return []
    found = [FoundPort(port.device, "" if port.description in {None, "n/a"} else port.description) for port in listed]
    # built-in ports of which nothing is known come last: there are dozens on some machines
    return sorted(found, key=lambda port: (not port.about or port.about == port.port.rpartition("/")[2], port.port))


def open_port(port: str, baud: int, seconds: float) -> Serial:
    """Open a port of eight bits without parity; a read of it waits ``seconds`` at most. Raises what the system says."""
    import serial

    # of two programs at one port each would read half a code
    return serial.Serial(port, baud, timeout=seconds, write_timeout=_STUCK, exclusive=True)


def is_gone(error: Exception) -> bool:
    """Say whether an error is the port's and not a fault of the program's own."""
    import serial

    kinds: tuple[type[Exception], ...] = (OSError, ValueError, serial.SerialException)
    try:
        import termios
    except ImportError:  # not on Windows
        return isinstance(error, kinds)
    return isinstance(error, (*kinds, termios.error))


def _reason(error: Exception) -> str:
    """Return what the system says in its own words, without the number and the port, which whoever asks knows."""
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number) if number else str(error)


class PortThread:
    """Keeps a port open and has it used in a thread of its own, until ``end``.

    ``use`` is called with the open port and returns when the end is asked for (``is_ending``) or raises when the port
    is gone; then the port is opened again, at first soon and later every few seconds. ``changed`` is called in the
    thread when the port comes or goes.
    """

    def __init__(self, name: str, connect: Callable[[], Serial], use: Callable[[Serial], None]) -> None:
        """Begin once ``start`` is called; ``name`` is the thread's."""
        self.state = PortState()
        self.changed: Callable[[], None] = lambda: None
        self._connect = connect
        self._use = use
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Open the port as soon as it is there."""
        self._thread.start()

    @property
    def is_ending(self) -> bool:
        """Whether ``use`` shall return."""
        return self._ending.is_set()

    def ask_to_end(self) -> None:
        """Ask the thread to end, and go on."""
        self._ending.set()

    def end(self) -> None:
        """End the thread: when a read that is on its way has waited its time.

        One that hangs is left alone after a moment, for opening a port without a cable may take a driver half a minute;
        it ends when that is done.
        """
        self.ask_to_end()
        if self._thread.is_alive():
            self._thread.join(_LAST)

    def _run(self) -> None:
        wait = FIRST_WAIT
        while not self._ending.is_set():
            try:
                with self._connect() as port:
                    wait = FIRST_WAIT
                    self._tell(PortState(is_connected=True))
                    self._use(port)
            except Exception as error:
                self._tell(PortState(reason=_reason(error)))
                if not is_gone(error):
                    raise
                self._ending.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    def _tell(self, state: PortState) -> None:
        if state != self.state:
            self.state = state
            self.changed()
