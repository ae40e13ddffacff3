"""Orders from a terminal: suggested, placed, shown, written for the supplier, closed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.kernel.ids import new_id
from tests.cli.conftest import Terminal


def order_file(terminal: Terminal, *lines: dict[str, Any] | tuple[str, str], **more: Any) -> Path:
    said = [{"item": line[0], "quantity": line[1]} if isinstance(line, tuple) else line for line in lines]
    command = {"command_id": str(new_id()), "supplier": "Kerala Pharma", "lines": said, **more}
    return terminal.file(f"{new_id()}.json", command)


def test_an_order_is_placed_listed_shown_written_and_closed(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "phone=0484 2351234")
    terminal.json("suppliers", "code", "add", "Kerala Pharma", "K-17", "PCM500", "--factor", "10")
    assert terminal.run("order", "list")[1] == "Nothing is on order.\n"
    file = order_file(
        terminal,
        {"item": "PCM500", "quantity": "3", "unit": "supplier", "free": "1", "rate": "14.5"},
        {"item": "PCM650", "quantity": "5", "rate": "20", "origin": "want"},
        expected_on="2099-01-31",
        note="by van",
    )
    placed = terminal.json("order", "place", file)
    number = placed["number"]
    assert number.startswith("C1O/")
    assert (placed["supplier"], placed["state"], placed["value"], placed["expected_on"], placed["note"]) == (
        "Kerala Pharma", "open", "535.00", "2099-01-31", "by van",
    )  # fmt: skip
    assert placed["lines"][0] == {
        "item": "PCM500", "units": 300, "free_units": 100, "received_units": 0, "open_units": 400, "closed_units": 0,
        "supplier_code": "K-17", "factor": 10, "rate": "14.5000", "origin": "hand",
    }  # fmt: skip
    assert terminal.json("order", "place", file) == placed  # the same file again is the same order
    said = terminal.run("orders", "show", number)[1]
    assert all(
        words in said for words in ("Kerala Pharma", "expected 31-01-2099", "value 535.00", "+ 10:0 free", "open")
    )

    (hit,) = terminal.json("order", "list", "--supplier", "0484 2351234")
    assert (hit["number"], hit["state"]) == (number, "open")
    assert hit["items"] == ["Paracetamol 500mg Tablets", "Paracetamol 650mg Tablets"]
    assert terminal.json("order", "list", "--state", "closed") == []

    message = terminal.folder / "order.txt"
    assert terminal.json("order", "show", number, "--to", message) == {"number": number, "file": str(message)}
    assert "1. K-17 Paracetamol 500mg Tablets, 10's: 3 x 10 packs + 1 free" in message.read_text()
    assert "From: Test Medicals, MG Road, Kochi 682016" in message.read_text()
    paper = terminal.folder / "order.pdf"
    assert f"is in {paper}" in terminal.run("order", "show", number, "--to", paper)[1]
    assert paper.read_bytes().startswith(b"%PDF")
    assert terminal.refused("order", "show", number, "--to", "order.doc")["code"] == "orders.no_such_paper"

    closed = terminal.json("order", "close", number, "--reason", "out of stock there")
    assert (closed["state"], closed["closed"]["reason"]) == ("closed", "out of stock there")
    assert [line["closed_units"] for line in closed["lines"]] == [400, 75]
    assert "not awaited 40:0" in terminal.run("order", "show", number)[1]
    assert terminal.json("order", "list") == []
    assert terminal.run("order", "list", "--state", "open")[1] == "No order fits.\n"
    assert [hit["state"] for hit in terminal.json("order", "list", "--all")] == ["closed"]
    again = terminal.refused("order", "close", number, "--reason", "another")
    assert (again["code"], "out of stock there" in again["message"]) == ("orders.closed_already", True)
    assert terminal.json("verify")["findings"] == []


def test_what_is_suggested_can_be_placed(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma")
    terminal.json("suppliers", "code", "add", "Kerala Pharma", "K-17", "PCM500", "--factor", "10")
    assert terminal.run("order", "suggest")[1] == "Nothing is missing.\n"
    terminal.json("wants", "note", "PCM500", "--quantity", "25")
    terminal.json("wants", "note", "PCM650", "--quantity", "12")
    terminal.json("bill", "post", terminal.bill(("PCM650", "9"), paid="298.00"))
    found = terminal.json("order", "suggest")
    assert [(each["supplier"], each["line"]["item"], each["units"]) for each in found] == [
        ("Kerala Pharma", "PCM500", 100),
        (None, "PCM650", 165),
    ]
    sold = terminal.json("order", "suggest", "--since", "20-11-2020")
    assert [(each["line"]["item"], each["sold_units"], each["units"]) for each in sold][1] == ("PCM650", 135, 300)
    said = terminal.run("order", "suggest")[1].splitlines()
    assert said[0] == "Kerala Pharma"
    assert "10:0 (1 x 10 packs)  stock 20:0  wanted 25:0" in said[1]
    assert said[2] == "No supplier known"
    assert "lasts" in said[3]
    (mine,) = terminal.json("order", "suggest", "--supplier", "Kerala Pharma")
    assert mine["line"] == {
        "item": "PCM500", "quantity": "1", "unit": "supplier", "factor": 10, "origin": "want",
    }  # fmt: skip
    placed = terminal.json("order", "place", order_file(terminal, mine["line"]))
    assert (placed["lines"][0]["units"], placed["lines"][0]["origin"]) == (100, "want")
    assert terminal.run("order", "suggest", "--supplier", "Kerala Pharma")[1] == "Nothing is missing.\n"


def test_what_is_wrong_is_named(terminal: Terminal) -> None:
    file = order_file(terminal, ("PCM500", "1"))
    assert terminal.refused("order", "place", file)["code"] == "parties.unknown"
    terminal.json("suppliers", "add", "Kerala Pharma")
    wrong = terminal.refused("order", "place", order_file(terminal, ("PCM500", "1"), ("NOTHING", "1")))
    assert (wrong["code"], wrong["where"]) == ("sales.no_such_item", "lines.1.item")
    unknown = terminal.refused("order", "place", order_file(terminal, ("PCM500", "1"), payments=[]))
    assert unknown["code"] == "input.unknown_field"
    assert unknown["message"].endswith("There are: command_id, supplier, expected_on, note, lines.")
    fields = {"item": "PCM500", "quantity": "1", "colour": "red"}
    said = {"command_id": str(new_id()), "supplier": "Kerala Pharma", "lines": [fields]}
    wrong_line = terminal.file("lines.json", said)
    in_line = terminal.refused("order", "place", wrong_line)
    assert in_line["where"] == "lines.0.colour"
    assert "There are: item, quantity, " in in_line["message"]
    assert terminal.refused("order", "show", "C1O/26-27/99")["code"] == "orders.no_such"
    assert terminal.refused("order", "close", "C1O/26-27/99", "--reason", "late")["code"] == "orders.no_such"
    assert terminal.refused("order", "suggest", "--since", "soon")["code"] == "date.no_day"
    assert terminal.refused("order", "list", "--supplier", "Nobody")["code"] == "parties.unknown"


def test_the_reports_of_buying(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma")
    terminal.json("order", "place", order_file(terminal, ("PCM500", "5")))
    terminal.json("wants", "note", "PCM650", "--quantity", "12")
    assert "Kerala Pharma" in terminal.run("report", "run", "orders", "--ask", "supplier=kerala pharma")[1]
    assert "Wanted" in terminal.run("report", "run", "reorder", "--ask", "sold=0")[1]
    assert terminal.refused("report", "run", "reorder", "--ask", "supplier=nobody")["where"] == "supplier"
    series = {one["kind"]: one for one in terminal.json("series", "show")}
    assert series["order"]["prefix"] == "C1O"
