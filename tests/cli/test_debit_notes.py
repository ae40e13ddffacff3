"""Debit notes from a terminal: which lots may go back, issued, listed, shown, printed."""

from __future__ import annotations

import io

from pypdf import PdfReader

from core.kernel.ids import new_id
from tests.cli.conftest import Terminal


def test_goods_go_back_and_the_note_is_printed(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "gstin=32AAACK9110F1Z2")
    assert terminal.run("debit-notes", "list")[1] == "No debit note fits.\n"
    (lot,) = terminal.json("debit-notes", "lots", "pcm500", "a1")
    assert (lot["units"], lot["expiry"], lot["receipt"], lot["bill"]) == (200, "03/2099", None, None)
    assert "no receipt in the books" in terminal.run("debit-notes", "lots", "PCM500", "A1")[1]
    assert terminal.json("debit-notes", "lots", "--supplier", "Kerala Pharma") == []  # it brought none of this
    for words in ((), ("PCM500",), ("PCM500", "A1", "--supplier", "Kerala Pharma")):
        assert terminal.run("debit-notes", "lots", *words)[0] == 2
    back = {"item": "PCM500", "batch": "A1", "quantity": "2:5", "why": "damaged", "rate": "14.00", "gst": "5"}
    command = {
        "command_id": str(new_id()),
        "supplier": "Kerala Pharma",
        "reason": "wet in transport",
        "returns": [{**back, "bill": "K-77", "billed_on": "2026-01-09", "lot": lot["lot"]}],
    }
    file = terminal.file("note.json", command)
    note = terminal.json("debit-notes", "issue", file)
    number = note["number"]
    assert number.startswith("C1D/")
    assert (note["taxable"], note["cgst"], note["igst"], note["total"]) == ("35.00", "0.88", "0.00", "36.76")
    assert note["lines"] == [
        {
            "kind": "return", "why": "damaged", "item": "PCM500", "batch": "A1", "expiry": "03/2099", "units": 25,
            "bill": "K-77", "billed_on": "2026-01-09", "taxable": "35.00", "tax": "1.76", "total": "36.76",
        }
    ]  # fmt: skip
    assert note["taken_back"] is None
    assert terminal.json("debit-notes", "issue", file) == note  # the same file again is the same note
    assert terminal.json("debit-notes", "lots", "PCM500", "A1")[0]["units"] == 175
    (hit,) = terminal.json("debit-notes", "list", "--supplier", "32AAACK9110F1Z2")
    assert terminal.json("debit-notes", "list", "--find", "kerala para") == [hit]
    assert terminal.json("debit-notes", "list", "--find", "malabar") == []
    assert (hit["number"], hit["total"], hit["reason"]) == (number, "36.76", "wet in transport")
    assert "36.76  wet in transport" in terminal.run("debit-notes", "list")[1]
    assert "2:5  Damaged  bill K-77  value 35.00  GST 1.76  36.76" in terminal.run("debit-notes", "show", number)[1]

    paper = terminal.folder / "note.pdf"
    assert f"is in {paper}" in terminal.run("debit-notes", "print", number, "--to", paper)[1]
    text = PdfReader(io.BytesIO(paper.read_bytes())).pages[0].extract_text()
    assert all(said in text for said in (number, "K-77 of 09-01-2026", "wet in transport", "36.76"))
    assert terminal.refused("debit-notes", "print", number, "--to", "n.doc")["code"] == "debit_notes.no_such_paper"
    assert terminal.refused("debit-notes", "show", "C1D/26-27/9")["code"] == "debit_notes.no_such"

    take_back = ("debit-notes", "take-back", number, "--reason", "the wrong rate")
    undone = terminal.json(*take_back)
    assert (undone["taken_back"]["reason"], undone["total"]) == ("the wrong rate", "36.76")
    assert terminal.json("debit-notes", "lots", "PCM500", "A1")[0]["units"] == 200
    assert terminal.json("debit-notes", "list")[0]["is_taken_back"] is True
    assert "36.76  wet in transport  taken back" in terminal.run("debit-notes", "list")[1]
    assert "taken back: the wrong rate" in terminal.run("debit-notes", "show", number)[1]
    refused = terminal.refused(*take_back)
    assert refused["code"] == "debit_notes.taken_back_already"
    assert "taken back already: the wrong rate" in refused["message"]
    terminal.run("debit-notes", "print", number, "--to", paper)
    assert "TAKEN BACK" in PdfReader(io.BytesIO(paper.read_bytes())).pages[0].extract_text()
    assert terminal.json("verify")["holds"] is True
