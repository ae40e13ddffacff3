"""Printers and the papers that wait for them, from a terminal."""

from __future__ import annotations

from pathlib import Path

from core.app.shop import open_shop
from core.kernel.actor import Actor, Role
from core.kernel.errors import EnvironmentFault
from core.spool.jobs import list_jobs, put_back
from tests.cli.conftest import Terminal
from tests.support.escpos_reader import read_escpos
from tests.support.played_printer import PlayedPrinter, on_the_network


def add(terminal: Terminal, name: str, address: str, *more: str) -> None:
    terminal.json("printers", "add", name, "--kind", "network", "--address", address, *more)


def test_printers_are_added_changed_and_removed(terminal: Terminal) -> None:
    assert terminal.run("printers", "list")[1] == "No printer is set up.\n"
    add(terminal, "Counter", "10.0.0.7", "--model", "Netum NT-5890K, 58 mm", "--drawer")
    add(terminal, "Back", "10.0.0.8:9101", "--columns", "48", "--mode", "raster")
    printers = terminal.json("printers", "change", "Counter", "--stand-in", "Back", "--qr")
    assert printers["receipts"] == "Counter"
    first, second = printers["printers"]
    assert (first["columns"], first["has_cutter"], first["opens_drawer"], first["draws_qr"]) == (32, False, True, True)
    assert (first["stand_in"], second["mode"], second["columns"]) == ("Back", "raster", 48)
    said = terminal.run("printers", "list")[1]
    assert said.startswith("* Counter")
    assert "stood in for by Back" in said

    terminal.json("printers", "use", "Back")
    rest = terminal.json("printers", "remove", "Back")
    assert (rest["receipts"], rest["printers"][0]["stand_in"]) == (None, None)
    assert terminal.json("printers", "use", "Counter")["receipts"] == "Counter"
    assert terminal.json("verify")["findings"] == []


def test_what_cannot_be_is_refused_with_a_sentence(terminal: Terminal) -> None:
    add(terminal, "Counter", "10.0.0.7")
    before = terminal.run("printers", "list")[1]
    for code, arguments in (
        ("printer.name_twice", ["add", "counter", "--kind", "network", "--address", "10.0.0.9"]),
        ("printer.address", ["add", "Other", "--kind", "network", "--address", "10.0.0.9:0"]),
        ("printer.no_stand_in", ["change", "Counter", "--stand-in", "Nobody"]),
        ("printer.stand_in_circle", ["change", "Counter", "--stand-in", "Counter"]),
        ("printer.no_such_name", ["change", "Nobody", "--columns", "32"]),
        ("printer.no_such_name", ["use", "Nobody"]),
        ("printer.no_such_model", ["change", "Counter", "--model", "Epson"]),
        ("printer.file_not_whole", ["add", "Other", "--kind", "file", "--address", "out.bin"]),
        ("printer.no_such_job", ["cancel", "1"]),
        ("printer.no_such_job", ["again", "one"]),
    ):
        refused = terminal.refused("printers", *arguments)
        assert refused["code"] == code
        assert "{" not in refused["message"]
    assert terminal.run("printers", "add", "X", "--kind", "pigeon", "--address", "x")[0] == 2
    assert terminal.run("printers", "change", "Counter", "--mode", "loud")[0] == 2
    assert terminal.refused("printers", "change", "Counter", "--columns", "33")["where"] is not None
    assert terminal.run("printers", "list")[1] == before


def test_a_test_page_comes_out_and_faults_are_said(terminal: Terminal) -> None:
    with on_the_network(PlayedPrinter(paper_is_low=True)) as printer:
        add(terminal, "Counter", printer.address)
        assert "nearly out" in terminal.run("printers", "test", "Counter")[1]
        assert terminal.json("printers", "status") == [
            {"printer": "Counter", "state": "paper_is_low", "says": "Its paper is nearly out."}
        ]
        printer.cover_open = True
        assert terminal.refused("printers", "test", "Counter")["code"] == "printer.cover_open"
        assert terminal.json("printers", "status")[0]["state"] == "printer.cover_open"
    assert read_escpos(printer.printed).cuts == 1
    assert terminal.refused("printers", "test", "Counter")["code"] == "printer.unreachable"


def test_a_bill_waits_is_listed_moved_and_taken_out(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    assert terminal.refused("printers", "print", number)["code"] == "printer.none"
    add(terminal, "Counter", "10.0.0.7")
    add(terminal, "Back", "10.0.0.8")
    job = terminal.json("printers", "print", number)
    assert (job["title"], job["paper"]["duplicate"]) == (f"Bill {number}", False)
    shop = open_shop(terminal.data)
    with shop.database.write(Actor(None, "nuskha", Role.OWNER)) as uow:
        fault = EnvironmentFault("printer.unreachable", address="10.0.0.7")
        put_back(uow, list_jobs(uow.session)[0].job_id, fault, is_unsure=False)
    shop.close()
    said = terminal.run("printers", "queue")[1]
    assert f"Bill {number}" in said
    assert "10.0.0.7 does not answer" in said

    [code] = {job["code"], terminal.json("printers", "queue")[0]["code"]}
    assert said.startswith(code)
    assert terminal.json("printers", "again", code, "--on", "Back")["printer"] == "Back"
    assert terminal.json("printers", "queue")[0]["printer"] == "Back"
    terminal.json("printers", "remove", "Back")
    assert "Back is no printer here any more" in terminal.run("printers", "queue")[1]
    assert terminal.run("printers", "cancel", code)[1] == f"Bill {number} is taken out of the queue.\n"
    assert terminal.run("printers", "queue")[1] == "No paper waits.\n"
    assert not terminal.json("printers", "print", number)["paper"]["duplicate"]


def test_a_bill_goes_to_the_printer_that_is_named(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "1")))["number"]
    add(terminal, "Counter", "10.0.0.7")
    add(terminal, "Back", "10.0.0.8")
    add(terminal, "Labels", "10.0.0.9", "--mode", "zpl")
    assert "the open window prints it" in terminal.run("printers", "print", number, "--on", "Back")[1]
    assert terminal.json("printers", "queue")[0]["printer"] == "Back"
    moved = terminal.json("printers", "print", number, "--on", "Counter")
    assert (moved["printer"], moved["paper"]["duplicate"]) == ("Counter", False)
    assert len(terminal.json("printers", "queue")) == 1
    assert terminal.refused("printers", "print", number, "--on", "Nobody")["code"] == "printer.no_such_name"
    assert terminal.refused("printers", "print", number, "--on", "Labels")["code"] == "printer.labels_alone"


def test_models_and_what_is_seen_are_listed(terminal: Terminal, tmp_path: Path) -> None:
    assert "Epson TM-T20II, 80 mm" in terminal.run("printers", "models")[1]
    assert isinstance(terminal.json("printers", "discover"), list)
