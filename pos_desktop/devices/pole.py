"""A pole display at a serial port: a thread shows the newest rows, and what is overtaken is never shown."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from core.printing.pole import PoleProtocol, Rows, begin_bytes, show_bytes
from pos_desktop.devices.serial_ports import PortState, PortThread, open_port

if TYPE_CHECKING:
    from serial import Serial

#: How often a display to which nothing is sent is asked for whether it is still there, in seconds.
_LOOK: Final = 1.0
#: How long it may take its last rows at the end: so many looks of so many seconds.
_LAST_LOOKS: Final = 10
_LAST_LOOK: Final = 0.05


class PoleDisplay:
    """A pole display. ``show`` only leaves the rows for the thread, so nothing that it does or fails at holds anybody
    up; a display that comes back shows what it would show had it never been away.
    """

    def __init__(self, port: str, baud: int, protocol: PoleProtocol) -> None:
        """Begin; nothing is shown yet."""
        self._address = port, baud
        self._protocol = protocol
        self._there_is_more = threading.Condition()
        self._rows: Rows | None = None
        self._thread = PortThread(f"pole {port}", self._connect, self._keep_showing)
        self._thread.start()

    @property
    def state(self) -> PortState:
        """How its port is."""
        return self._thread.state

    def show(self, rows: Rows) -> None:
        """Have these rows shown, in place of any that are not shown yet."""
        with self._there_is_more:
            self._rows = rows
            self._there_is_more.notify()

    def end(self) -> None:
        """Show what was last left, where the display takes it, and let go of the port."""
        self._thread.ask_to_end()
        with self._there_is_more:
            self._there_is_more.notify()
        self._thread.end()

    def _connect(self) -> Serial:
        return open_port(*self._address, seconds=0)

    def _keep_showing(self, port: Serial) -> None:
        is_all_out = False
        try:
            port.write(begin_bytes(self._protocol))
            shown: Rows | None = None
            while (newest := self._wait_for_more(shown)) is not None or not self._thread.is_ending:
                if newest is not None:
                    port.write(show_bytes(newest, self._protocol))
                    shown = newest
                else:
                    port.in_waiting  # noqa: B018 - raises where the port has gone
            is_all_out = _let_out(port)
        finally:
            if not is_all_out:
                _throw_away(port)

    def _wait_for_more(self, shown: Rows | None) -> Rows | None:
        """Wait a little for rows that are not shown yet; return them, None where there are none."""
        with self._there_is_more:
            self._there_is_more.wait_for(lambda: self._rows != shown or self._thread.is_ending, _LOOK)
            return self._rows if self._rows != shown else None


def _let_out(port: Serial) -> bool:
    """Give a display the time to take its last rows; say whether it did."""
    for _ in range(_LAST_LOOKS):
        if not port.out_waiting:
            return True
        time.sleep(_LAST_LOOK)
    return False


def _throw_away(port: Serial) -> None:
    """Drop what a display has not taken: closing a port waits for it, up to half a minute."""
    try:
        port.reset_output_buffer()
    except Exception:  # noqa: BLE001 - the port has gone, and with it what it held
        return
