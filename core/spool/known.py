"""Printers by their model, and those that can be seen from here. What is found is offered, never set up by itself."""

from __future__ import annotations

import importlib.resources
import ipaddress
import json
import platform
import socket
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from core.boundary.frozen import Frozen
from core.printing.dto import Columns
from core.spool.addresses import RAW_PORT
from core.spool.dto import PrinterKind

_LP_SECONDS = 4.0
#: Seconds in which a printer of the same network has taken a connection, and how many are asked at once.
_NEAR_SECONDS, _AT_ONCE = 1.0, 64
#: An address that nobody has (RFC 5737): a socket pointed there says by which of its addresses it would go.
_NOWHERE = ("192.0.2.1", 9)
_USB = Path("/sys/class/usbmisc")
#: What shows letters at a customer's side is no printer.
_NO_PRINTER = "Customer Display"


class Model(Frozen):
    """What is known of a model: columns of its usual font, a cutter, whether it draws QR codes by itself."""

    name: str
    columns: Columns
    has_cutter: bool
    draws_qr: bool


class Found(Frozen):
    """A printer that this machine can see: how it is reached, and what the system calls it."""

    kind: PrinterKind
    address: str
    words: str


@cache
def known_models() -> Sequence[Model]:
    """Return the models that python-escpos knows, by name, those that most others are like first."""
    text = importlib.resources.files("escpos").joinpath("capabilities.json").read_text("utf-8")
    profiles: dict[str, dict[str, Any]] = json.loads(text)["profiles"]
    real = [_model(profile) for profile in profiles.values() if profile["vendor"] != "Generic"]
    return [*_GENERIC, *sorted((model for model in real if model is not None), key=lambda model: model.name)]


_GENERIC = (
    Model(name="Any, 58 mm", columns=32, has_cutter=False, draws_qr=False),
    Model(name="Any, 80 mm", columns=48, has_cutter=True, draws_qr=False),
    Model(name="Any, 80 mm, 42 columns", columns=42, has_cutter=True, draws_qr=False),
)


def _model(profile: dict[str, Any]) -> Model | None:
    columns = profile["fonts"]["0"]["columns"]
    features = profile["features"]
    if _NO_PRINTER in profile["name"] or columns < _LEAST_COLUMNS or features.get("starCommands"):
        return None
    fitting: Columns = 48 if columns >= _WIDE else 42 if columns >= _MIDDLE else 32
    return Model(
        name=f"{profile['vendor']} {profile['name']}, {58 if fitting == _LEAST_COLUMNS else 80} mm",
        columns=fitting,
        has_cutter=features["paperFullCut"] or features["paperPartCut"],
        draws_qr=features["qrCode"],
    )


_LEAST_COLUMNS, _MIDDLE, _WIDE = 32, 42, 48


def found_printers() -> Sequence[Found]:
    """Return the printers that this machine can see: USB devices, serial ports, the system's own; none of a network.

    Asking takes up to some seconds where the system's spooler hangs.
    """
    return [*_usb(), *_serial(), *(_windows() if platform.system() == "Windows" else _cups())]


def _usb() -> Iterator[Found]:
    for device in sorted(_USB.glob("lp*")):
        product = device / "device" / "interface"
        words = product.read_text("utf-8", "replace").strip() if product.is_file() else device.name
        yield Found(kind=PrinterKind.USB, address=f"/dev/usb/{device.name}", words=words or device.name)


def _serial() -> Iterator[Found]:
    from serial.tools import list_ports  # lazy: few counters have one

    for port in sorted(list_ports.comports(), key=lambda port: str(port.device)):
        yield Found(kind=PrinterKind.SERIAL, address=port.device, words=port.description or port.device)


def _cups() -> Iterator[Found]:
    try:
        listed = subprocess.run(["lpstat", "-e"], capture_output=True, timeout=_LP_SECONDS, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return  # a machine without CUPS, or one that does not answer, shows none
    for name in listed.stdout.decode(errors="replace").split():
        yield Found(kind=PrinterKind.CUPS, address=name, words=name)


def _windows() -> Iterator[Found]:
    import win32print

    local_and_connected = win32print.PRINTER_ENUM_LOCAL | win32print.PRINTER_ENUM_CONNECTIONS
    for _, _, name, _ in win32print.EnumPrinters(local_and_connected):
        yield Found(kind=PrinterKind.WINDOWS, address=name, words=name)


def search_network(addresses: Sequence[str] | None = None, port: int = RAW_PORT) -> Sequence[Found]:
    """Return which addresses take raw bytes: those given, else the 254 around this machine's own.

    Only when somebody asks for it: a stranger's network is nobody's to knock on. Takes about five seconds.
    """
    asked = _around() if addresses is None else addresses
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(lambda address: _takes(address, port), asked)
        open_ones = [address for address, is_open in zip(asked, answers, strict=True) if is_open]
    suffix = "" if port == RAW_PORT else f":{port}"
    return [Found(kind=PrinterKind.NETWORK, address=f"{a}{suffix}", words=a) for a in open_ones]


def _around() -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as pointed:
        try:
            pointed.connect(_NOWHERE)  # nothing is sent
        except OSError:
            return []  # a machine without a network
        own = ipaddress.ip_address(pointed.getsockname()[0])
    if not own.is_private or own.is_loopback:
        return []
    network = ipaddress.ip_network(f"{own}/24", strict=False)
    return [str(host) for host in network.hosts() if host != own]


def _takes(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), _NEAR_SECONDS):
            return True
    except OSError:
        return False
