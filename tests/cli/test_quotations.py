"""Quotations from a terminal: made, listed, printed, billed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.kernel.ids import new_id
from tests.cli.conftest import Terminal


def quotation_file(terminal: Terminal, *lines: tuple[str, str], **more: Any) -> Path:
    said = [{"item": item, "quantity": quantity} for item, quantity in lines]
    return terminal.file(f"{new_id()}.json", {"command_id": str(new_id()), "lines": said, **more})


def test_a_quotation_is_made_found_printed_and_billed(terminal: Terminal) -> None:
    assert terminal.run("quotation", "list")[1] == "No quotation waits to be billed.\n"
    file = quotation_file(
        terminal, ("PCM500", "2:5"), ("PCM650", "50"), customer={"name": "Asha Menon", "phone": "9847012345"}
    )
    made = terminal.json("quotation", "make", file)
    number = made["number"]
    assert number.startswith("C1Q/")
    assert [(line["item"], line["units"], line["amount"], line["to_order"]) for line in made["lines"]] == [
        ("PCM500", 25, "64.12", False),
        ("PCM650", 750, "1655.00", True),
    ]
    assert terminal.json("quotation", "make", file) == made  # the same file again is the same quotation
    said = terminal.run("quotation", "show", number)[1]
    assert all(words in said for words in ("Asha Menon 9847012345", "valid until", "to be ordered", "1,719.00"))
    assert [hit["number"] for hit in terminal.json("quotation", "list", "asha")] == [number]
    assert terminal.run("quotation", "list", "zzz")[1] == "No quotation fits.\n"

    paper = terminal.folder / "quotation.txt"
    assert terminal.json("quotation", "print", number, "--to", paper)["number"] == number
    assert "This is not a tax invoice." in paper.read_text()
    pdf = terminal.folder / "quotation.pdf"
    terminal.json("quotation", "print", number, "--to", pdf)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert terminal.refused("quotation", "print", number, "--to", "quotation.doc")["code"] == "printer.no_such_paper"

    target = terminal.folder / "bill.json"
    answer = terminal.json("quotation", "bill", number, "--to", target)
    assert answer["changes"] == ["Paracetamol 650mg Tablets: 10:0 of 50:0 in stock"]
    assert f"post it: nuskha bill post {target}" in terminal.run("quotation", "bill", number, "--to", target)[1]
    draft = json.loads(target.read_text())
    assert (draft["payments"], draft["quotation"]) == ([], number)
    draft["lines"][1]["quantity"] = "10"
    unpaid = terminal.refused("bill", "post", terminal.file("unpaid.json", draft))
    assert (unpaid["code"], unpaid["where"]) == ("input.empty", "payments")
    draft["payments"] = [{"mode": "cash", "amount": "395.00"}]
    bill = terminal.json("bill", "post", terminal.file("paid.json", draft))
    assert terminal.json("quotation", "show", number)["billed_as"] == bill["number"]
    assert terminal.json("quotation", "list") == []
    assert terminal.json("quotation", "list", "--all")[0]["billed_as"] == bill["number"]
    again = terminal.refused("quotation", "bill", number)
    assert (again["code"], bill["number"] in again["message"]) == ("quotations.billed_already", True)
    assert terminal.json("verify")["findings"] == []


def test_without_a_file_the_bill_is_printed_and_what_cannot_be_is_said(terminal: Terminal) -> None:
    number = terminal.json("quotation", "make", quotation_file(terminal, ("PCM500", "1")))["number"]
    code, out, _ = terminal.run("quotation", "bill", number)
    assert (code, json.loads(out)["quotation"]) == (0, number)
    assert terminal.refused("quotation", "show", "C1Q/26-27/99")["code"] == "quotations.no_such"
    wrong = terminal.refused("quotation", "make", quotation_file(terminal, ("PCM500", "1"), ("NOTHING", "1")))
    assert (wrong["code"], wrong["where"]) == ("sales.no_such_item", "lines.1.item")
    paid = quotation_file(terminal, ("PCM500", "1"), payments=[])
    assert terminal.refused("quotation", "make", paid)["code"] == "input.unknown_field"
    terminal.json("settings", "set", "quotations.valid_days", "15")
    values = {choice["name"]: choice["value"] for choice in terminal.json("settings", "show")}
    assert values["quotations.valid_days"] == "15"
