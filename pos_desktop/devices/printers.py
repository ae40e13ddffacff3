"""How finished bytes reach a printer or a file: transports that know nothing of what they carry."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.boundary.files import write_whole
from core.kernel.errors import EnvironmentFault

#: Where printers on a network listen for raw bytes.
RAW_PORT = 9100
_TIMEOUT = 4.0  # seconds; python-escpos would wait 60 with the customer at the counter


class Printer(Protocol):
    """Something that takes a finished print job."""

    def send(self, data: bytes) -> None:
        """Hand the whole job over. Raises EnvironmentFault when it cannot."""
        ...


@dataclass(frozen=True, slots=True)
class TcpPrinter:
    """A printer on the network."""

    host: str
    port: int = RAW_PORT

    def send(self, data: bytes) -> None:
        """Send the job. Raises EnvironmentFault ``printer.unreachable``."""
        send_to_tcp(self.host, self.port, data)


@dataclass(frozen=True, slots=True)
class FilePrinter:
    """A file that each job replaces."""

    path: Path

    def send(self, data: bytes) -> None:
        """Write the job. Raises EnvironmentFault ``files.cannot_write``."""
        write_whole(self.path, data)


def send_to_tcp(host: str, port: int, data: bytes, timeout: float = _TIMEOUT) -> None:
    """Send bytes to a printer and close. ``timeout`` is in seconds, for connecting and for each step of sending.

    Raises EnvironmentFault ``printer.unreachable``; part of the job may then be on paper.
    """
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.sendall(data)
            # an orderly end: a plain close could drop what the printer has not taken yet
            connection.shutdown(socket.SHUT_WR)
    except (OSError, OverflowError, UnicodeError) as error:  # the last two for a port or host that cannot be
        raise EnvironmentFault("printer.unreachable", address=f"{host}:{port}") from error
