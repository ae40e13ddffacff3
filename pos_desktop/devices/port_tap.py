"""Listens at a serial port to find out what is there: everything that comes between two pauses, as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pos_desktop.devices.serial_ports import PortState, PortThread, open_port

if TYPE_CHECKING:
    from serial import Serial

#: A scan is over when nothing came for so long, in seconds: at a wrong speed too.
PAUSE: Final = 0.2
#: More than any scan sends: what comes at a wrong speed has no end.
_MOST = 4096


class PortTap:
    """Listens at a port until ``end``; ``heard`` and ``told`` are handed to ``post``, which calls them elsewhere."""

    def __init__(
        self,
        port: str,
        baud: int,
        heard: Callable[[bytes], None],
        told: Callable[[PortState], None],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        """Begin to listen."""
        self._port = port
        self._baud = baud
        self._heard = heard
        self._post = post
        self._thread = PortThread(f"learn {port}", self._connect, self._listen)
        self._thread.changed = lambda: self._tell(told)
        self._thread.start()

    def end(self) -> None:
        """Stop listening; the port is free then."""
        self._thread.end()

    def _connect(self) -> Serial:
        return open_port(self._port, self._baud, PAUSE)

    def _listen(self, port: Serial) -> None:
        came = b""
        while not self._thread.is_ending:
            more = port.read(1)
            came += more + port.read(port.in_waiting)
            if came and (not more or len(came) > _MOST):
                self._hear(came)
                came = b""

    def _hear(self, came: bytes) -> None:
        self._post(lambda: self._heard(came))

    def _tell(self, told: Callable[[PortState], None]) -> None:
        state = self._thread.state
        self._post(lambda: told(state))
