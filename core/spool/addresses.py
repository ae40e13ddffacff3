"""Where printers on a network listen."""

from __future__ import annotations

import re

from core.kernel.errors import RuleBroken

#: Where printers on a network listen for raw bytes.
RAW_PORT = 9100
_HOST = re.compile(r"^(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^\s:/\[\]]+))(?::([0-9]{1,5}))?$")


def check_host(address: str) -> str:
    """Return the address of a network printer as it was given. Raises RuleBroken ``printer.address``."""
    host_and_port(address)
    return address


def host_and_port(address: str) -> tuple[str, int]:
    """Return host and port of ``host``, ``host:port`` or ``[IPv6]:port``; 9100 where no port is said.

    Raises RuleBroken ``printer.address``.
    """
    found = _HOST.match(address)
    port = int(found[3] or RAW_PORT) if found else 0
    if found is None or not 0 < port < 65_536:
        raise RuleBroken("printer.address", address=address)
    return found[1] or found[2], port
