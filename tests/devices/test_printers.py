"""Bytes reach a printer that listens and a file, or a fault says that they did not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.boundary.messages import explain
from core.kernel.errors import EnvironmentFault
from core.printing.dto import PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.receipt import receipt
from pos_desktop.devices import printers
from pos_desktop.devices.printers import FilePrinter, Printer, TcpPrinter
from tests.support.bill_views import THREE_LINES, bill_view, shop_view
from tests.support.escpos_reader import read_escpos


class ListeningPrinter:
    """A printer on this machine that takes one job."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(10)
        self.port: int = self.server.getsockname()[1]
        self.got = b""
        self.thread = threading.Thread(target=self._take)

    def _take(self) -> None:
        connection, _ = self.server.accept()
        with connection:
            connection.settimeout(10)
            while part := connection.recv(4096):
                self.got += part


@contextmanager
def listening() -> Iterator[ListeningPrinter]:
    """Give a printer; on leaving it has taken the whole job."""
    printer = ListeningPrinter()
    printer.thread.start()
    try:
        yield printer
    finally:
        printer.thread.join(20)
        printer.server.close()


def job() -> bytes:
    return to_escpos(receipt(bill_view(THREE_LINES * 60), shop_view(), 48), PrinterProfile())


def test_a_network_printer_gets_the_whole_job() -> None:
    data = job()
    with listening() as there:
        TcpPrinter("127.0.0.1", there.port).send(data)

    assert there.got == data
    assert read_escpos(there.got).cuts == 1


def test_a_printer_that_is_off_is_a_fault_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(EnvironmentFault) as fault:
        TcpPrinter("127.0.0.1", port).send(b"job")

    assert fault.value.code == "printer.unreachable"
    assert f"127.0.0.1:{port}" in explain(fault.value)


def test_a_printer_that_takes_nothing_is_not_waited_for() -> None:
    """It accepts the connection and never reads, as one that is out of paper."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(EnvironmentFault, match=r"printer\.unreachable"),
    ):
        printers.send_to_tcp("127.0.0.1", server.getsockname()[1], b"x" * 50_000_000, timeout=0.2)


def test_an_address_that_cannot_be_is_a_fault_too() -> None:
    with pytest.raises(EnvironmentFault, match=r"printer\.unreachable"):
        TcpPrinter("no.such.host.invalid").send(b"job")
    with pytest.raises(EnvironmentFault, match=r"printer\.unreachable"):
        TcpPrinter("127.0.0.1", 70_000).send(b"job")
    with pytest.raises(EnvironmentFault, match=r"printer\.unreachable"):
        TcpPrinter("a" * 80).send(b"job")


def test_a_file_holds_the_last_job_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    printer: Printer = FilePrinter(tmp_path / "receipt.bin")
    printer.send(b"first, and longer")
    printer.send(b"second")

    assert (tmp_path / "receipt.bin").read_bytes() == b"second"
    assert [file.name for file in tmp_path.iterdir()] == ["receipt.bin"]


def test_a_folder_that_is_not_there_is_a_fault_with_the_path(tmp_path: Path) -> None:
    path = tmp_path / "none" / "receipt.bin"

    with pytest.raises(EnvironmentFault) as fault:
        FilePrinter(path).send(b"job")

    assert fault.value.code == "files.cannot_write"
    assert str(path) in explain(fault.value)


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printer = FilePrinter(tmp_path / "receipt.bin")
    printer.send(b"old")

    def disk_is_full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", disk_is_full)
    with pytest.raises(EnvironmentFault, match=r"files\.cannot_write"):
        printer.send(b"new")

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("receipt.bin", b"old")]
