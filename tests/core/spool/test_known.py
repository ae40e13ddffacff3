"""What is known of models, and which printers are found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.spool.dto import PrinterKind, PrinterSetup
from core.spool.known import Found, found_printers, known_models, search_network
from tests.support.played_printer import on_the_network


def test_every_model_makes_a_printer_of_a_name_of_its_own() -> None:
    names = [model.name for model in known_models()]
    assert len(set(names)) == len(names) > 20
    for model in known_models():
        setup = PrinterSetup(
            name="P", kind=PrinterKind.NETWORK, address="10.0.0.7", columns=model.columns, has_cutter=model.has_cutter
        )
        assert setup.profile.columns == model.columns


def test_what_python_escpos_says_of_a_model_is_taken_over() -> None:
    by_name = {model.name: model for model in known_models()}
    small, epson = by_name["Netum NT-5890K, 58 mm"], by_name["Epson TM-T20II, 80 mm"]
    assert (small.columns, small.has_cutter, small.draws_qr) == (32, False, False)
    assert (epson.columns, epson.has_cutter, epson.draws_qr) == (48, True, True)
    assert not [name for name in by_name if "Display" in name or "Star" in name]


def test_the_queues_of_cups_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "lpstat"
    program.write_text("#!/bin/sh\n[ \"$1\" = -e ] && printf 'counter\\nback_office\\n'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    queues = [found for found in found_printers() if found.kind is PrinterKind.CUPS]
    assert [found.address for found in queues] == ["counter", "back_office"]


def test_a_machine_without_cups_has_no_queues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not [found for found in found_printers() if found.kind is PrinterKind.CUPS]


def test_the_addresses_that_take_bytes_are_found() -> None:
    with on_the_network() as printer:
        port = int(printer.address.rpartition(":")[2])
        found = search_network(["127.0.0.1", "127.0.0.2"], port)
    assert found == [Found(kind=PrinterKind.NETWORK, address=printer.address, words="127.0.0.1")]
    assert search_network(["127.0.0.1"], port) == []
