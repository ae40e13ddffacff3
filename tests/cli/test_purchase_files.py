"""Distributors' files at a terminal: read, their lines named and made into items, their columns explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.cli.test_purchasing import YEAR
from tests.core.purchasing.proposing_support import SAMPLES, Sent, sent
from tests.core.purchasing.test_supplier_files import LINES, SAID, UNKNOWN

LOCAL = SAMPLES / "SAMPLE_DISTRIBUTORS_20260905_S_0777_local.csv"


def file_of(terminal: Terminal, *lines: Sent, header: str | None = None) -> Path:
    path = terminal.folder / "bill.csv"
    path.write_bytes(sent(*lines) if header is None else sent(*lines, header=header))
    return path


def test_a_file_is_read_its_items_are_made_and_it_is_ready(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Sample Distributors", "--set", "gstin=32AAACK9110F1Z2")
    first = terminal.json("purchase", "read", LOCAL)
    assert (first["supplier"]["name"], first["number"], first["on_date"]) == (
        "Sample Distributors", "S/26-27/0777", "2026-09-05",
    )  # fmt: skip
    assert (first["closes"], first["ready"], first["printed"]["total"]) == (True, False, "2876.00")
    line = first["lines"][1]
    assert (line["billed"], line["free"], line["rate"], line["taxable"]) == ("47", "4", "110.0000", "1772.61")
    assert (line["cgst"], line["sgst"], line["discount"], line["factor"]) == ("44.32", "44.32", "3397.39", None)
    assert line["asked"][0]["code"] == "proposal.no_item"
    assert "SAMPLE DILUTION 30" in line["asked"][0]["words"]
    said = terminal.run("purchase", "read", LOCAL)[1]
    assert all(words in said for words in ("Sample Distributors  S/26-27/0777  05-09-2026", "-> ?", "0 of 4 lines"))

    dry = terminal.json("purchase", "new-items", LOCAL, "--dry-run")
    assert next(item["name"] for item in dry["items"]) == "SAMPLE BERBERIS"
    assert terminal.json(
        "purchase", "new-items", LOCAL, "--set", "5.name=Cotton Wool 10 g", "--set", "2.schedules=none"
    )
    assert terminal.json("items", "show", "COTTON10")["name"] == "Cotton Wool 10 g"
    again = terminal.json("purchases", "read", LOCAL)
    assert not again["ready"]  # the expiry of one wants copying from the pack
    answers = terminal.folder / "said.json"
    answers.write_text('[{"row": 3, "expiry": "08/2030"}, {"row": 4, "batch": "H 7"}]')
    whole = terminal.json("purchases", "read", LOCAL, "--answers", answers)
    assert whole["ready"]
    assert (whole["lines"][1]["expiry"], whole["lines"][2]["batch"]) == ("2030-08-31", "H 7")
    assert [line["match"]["how"] for line in again["lines"]] == ["code"] * 4
    assert terminal.run("purchase", "read", LOCAL)[1].endswith("3 of 4 lines are ready.\n")
    assert terminal.run("purchase", "read", LOCAL, "--answers", answers)[1].endswith("Ready.\n")
    assert terminal.refused("purchase", "new-items", LOCAL)["code"] == "proposal.nothing_new"


def test_a_line_is_named_and_learned(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma")
    file = file_of(
        terminal,
        Sent("CROCIN 500", mrp="25.65", rate="15.00"),
        Sent("BOX TAB", "10X10", qty="1", mrp="25.65", rate="150.00"),
    )
    rows = [line["row"] for line in terminal.json("purchase", "read", file)["lines"]]
    assert terminal.refused("purchase", "learn", file, str(rows[0]), "NONE")["code"] == "parties.no_item"
    learned = terminal.json("purchase", "learn", file, str(rows[0]), "PCM500")
    assert (learned["match"]["code"], learned["match"]["how"], learned["ready"]) == ("PCM500", "name", True)
    refused = terminal.refused("purchase", "learn", file, str(rows[1]), "PCM500")
    assert refused["code"] == "proposal.box_or_pack"
    learned = terminal.json("purchase", "learn", file, str(rows[1]), "PCM500", "--factor", "10")
    assert (learned["factor"], learned["billed_units"]) == (10, 100)
    assert terminal.refused("purchase", "learn", file, "99", "PCM500")["code"] == "proposal.no_such_row"

    said = terminal.file("said.json", [{"row": rows[0], "item": "PCM650", "factor": 2}])
    chosen = terminal.json("purchase", "read", file, "--answers", said)["lines"][0]
    assert (chosen["match"]["code"], chosen["match"]["how"], chosen["factor"]) == ("PCM650", "chosen", 2)
    for wrong, code, where in (
        ({}, "input.not_list", "answers"),
        ([{"row": 3}, {"row": 4, "qty": 3}], "input.unknown_field", "answers.1.qty"),
        ([{"item": "PCM650"}], "input.missing", "answers.0.row"),
        ([{"row": 3, "item": "NONE"}], "parties.no_item", "answers.0.item"),
    ):
        refused = terminal.refused("purchase", "read", file, "--answers", terminal.file("x.json", wrong))
        assert (refused["code"], refused["where"]) == (code, where)
        assert "item_id" not in refused["message"]


def test_whose_file_it_is_can_be_said(terminal: Terminal) -> None:
    file = file_of(terminal, Sent("CROCIN 500"))
    terminal.json("suppliers", "add", "Other Pharma", "--set", "phone=9847012345")
    assert [one["code"] for one in terminal.json("purchase", "read", file)["asked"]] == ["proposal.unknown_supplier"]
    refused = terminal.refused("purchase", "learn", file, "4", "PCM500")
    assert refused["code"] == "proposal.unknown_supplier"
    assert terminal.json("purchase", "read", file, "--supplier", "9847012345")["supplier"]["how"] == "chosen"
    assert terminal.refused("purchase", "read", file, "--supplier", "nobody")["code"] == "parties.unknown"


def test_what_the_lines_leave_open_is_asked(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "gstin=32AAACK9110F1Z2")
    file = file_of(terminal, Sent("INSULIN CARTRIDGE", "1"))
    assert terminal.refused("purchase", "new-items", file) == {
        "code": "items.pack_unknown",
        "message": 'How many pieces are in a pack "1"? Write the pack as 10\'s, 1*15, 10*10 or 100 ml.',
        "where": "4.pack",
    }
    assert terminal.json("purchase", "new-items", file, "--dry-run")["asked"][0]["field"] == "pack"
    assert terminal.refused("purchase", "new-items", file, "--set", "pieces=1")["code"] == "proposal.set_form"
    pieces = ("--set", "4.pieces_per_pack=1", "--row", "4")
    asked = terminal.refused("purchase", "new-items", file, *pieces)
    assert (asked["code"], asked["where"]) == ("proposal.schedules_suggested", "4.schedules")
    terminal.json("purchase", "new-items", file, *pieces, "--set", "4.schedules=H,G")
    assert terminal.json("purchase", "read", file)["ready"]


def test_columns_are_shown_said_and_remembered(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma")
    file = file_of(terminal, *LINES, header=UNKNOWN)
    assert terminal.refused("purchase", "read", file)["code"].startswith("purchase_file.")
    shown = terminal.json("purchase", "columns", file)
    assert (shown["columns"][8]["header"], shown["columns"][8]["samples"]) == ("A2", ["1", "2"])
    assert "#9   A2" in terminal.run("purchase", "columns", file)[1]
    said = [part for name, role in SAID.items() for part in ("--column", f"{name}={role}")]
    assert terminal.json("purchase", "columns", file, *said)["columns"]["a2"] == "free"
    assert [line["free"] for line in terminal.json("purchase", "read", file)["lines"]] == ["1", "2"]
    wrong = terminal.refused("purchase", "columns", file, "--column", "A2=colour")
    assert wrong["code"] == "purchase_file.no_such_role"
    assert "It may be one of: " in wrong["message"]
    assert ", cgst_percent, " in wrong["message"]
    strange = terminal.refused("purchase", "columns", file, "--column", "Colour=free")
    assert strange["message"].startswith("bill.csv has no column colour. Its columns are: ")
    assert "known" in terminal.run("purchase", "columns", LOCAL)[1]


def test_a_file_is_taken_in_once_all_of_it_is_known(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Sample Distributors", "--set", "gstin=32AAACK9110F1Z2")
    assert terminal.refused("purchase", "take-in", LOCAL)["code"] == "proposal.no_item"
    first = terminal.json("purchase", "read", LOCAL)["lines"][0]
    assert terminal.run("purchase", "take-in", LOCAL)[2].startswith(f"Line {first['row']}, {first['name']}:\n")
    terminal.json("purchase", "new-items", LOCAL, "--set", "5.name=Cotton Wool 10 g")
    row = terminal.json("purchase", "read", LOCAL)["lines"][0]["row"]
    said = ("--confirm", "--reason", "the sample", "--command-id", "0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b12")
    for words, code in (
        (("--damaged", "99=1"), "proposal.no_such_row"),
        (("--short", "99=1"), "proposal.no_such_row"),
        (("--reason", "x"), "input.too_short"),
        (("--number", "OTHER/1"), "proposal.prints_other"),
        (("--dated", "2026-09-04"), "proposal.prints_other"),
    ):
        assert terminal.refused("purchase", "take-in", LOCAL, *words)["code"] == code
    due = (*said, "--due", "05-10-2026")
    bill = terminal.json("purchase", "take-in", LOCAL, *due, "--short", f"{row}=1")
    assert bill["due_date"] == "2026-10-05"
    assert (bill["number"], bill["total"], bill["payable"]) == ("S/26-27/0777", "2876.00", "2876.00")
    assert bill["lines"][0]["missing_units"] == 1
    assert terminal.json("purchase", "take-in", LOCAL, *due, "--short", f"{row}=1")["bill_id"] == bill["bill_id"]
    refused = terminal.refused("purchase", "take-in", LOCAL, "--confirm", "--reason", "the sample")
    assert refused["code"] == "purchases.conflict" or refused["code"] == "purchases.duplicate"
    assert terminal.refused("purchase", "take-in", LOCAL, "--short", "one=1")["code"] == "proposal.set_form"
    assert terminal.json("verify")["findings"] == []


def test_tax_of_who_has_no_gstin_is_named_before_it_does_not_close(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma")
    file = file_of(terminal, Sent("Paracetamol 500 mg Tablets", "10's", rate="15.00", mrp="25.65"))
    row = terminal.json("purchase", "read", file)["lines"][0]["row"]
    terminal.json("purchase", "learn", file, str(row), "PCM500")
    read = terminal.json("purchase", "read", file)
    assert "proposal.tax_without_gstin" in [note["code"] for note in read["warnings"]]
    refused = terminal.refused("purchase", "take-in", file, "--confirm")
    assert refused["code"] == "proposal.tax_without_gstin"
    assert "Kerala Pharma has no GSTIN" in refused["message"]


def test_a_file_that_is_made_out_to_another_shop_is_asked_about(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "gstin=32AAACK9110F1Z2")
    file = terminal.folder / "bill.csv"
    buyer = "Buyer: Other Medicals,,GSTIN: 32AABCU9603R1ZW"
    file.write_bytes(sent(Sent("COTTON WOOL", "10G"), head=["GSTIN: 32AAACK9110F1Z2", buyer]))
    terminal.json("purchase", "new-items", file)
    said = "The bill is made out to the GSTIN 32AABCU9603R1ZW, which is not this shop's"
    assert said in terminal.run("purchase", "read", file)[1]
    assert terminal.refused("purchase", "take-in", file)["code"] == "purchases.made_out_to_other"
    bill = terminal.json("purchase", "take-in", file, "--confirm")
    assert terminal.refused("purchase", "take-in", file, "--confirm")["code"] == "purchases.duplicate"
    terminal.json("purchase", "take-back-bill", "Kerala Pharma", bill["number"], "--reason", "of the other shop")


def test_the_day_on_which_a_file_says_it_is_due_is_the_bill_s(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "gstin=32AAACK9110F1Z2", "--set", "payment_days=21")
    lines = (Sent("PARACETAMOL 500", maker="Cipla"),)
    for number, due, kept in (
        ("B-1", "Due Date: 15/12/2026", "2026-12-15"),
        ("B-2", "Due Date: 15/10/2026", "2026-11-26"),  # before its own day: not its due date
        ("B-3", "Due Date: 31/02/2027", "2026-11-26"),
    ):
        file = terminal.folder / "bill.csv"
        file.write_bytes(sent(*lines, head=[due], number=number))
        if number == "B-1":
            terminal.json("purchase", "new-items", file, "--set", "4.schedules=none")
            assert "05-11-2026  due 15-12-2026" in terminal.run("purchase", "read", file)[1]
        is_odd = "cannot be the day on which it is due" in terminal.run("purchase", "read", file)[1]
        assert is_odd is (number != "B-1")
        assert terminal.json("purchase", "take-in", file, "--confirm")["due_date"] == kept


def test_a_file_answers_an_order_that_is_named(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "gstin=32AAACK9110F1Z2")
    terminal.json("items", "edit", "PCM500", "--maker", "Cipla")
    order = {
        "command_id": "0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b21",
        "supplier": "Kerala Pharma",
        "lines": [{"item": "PCM500", "quantity": "10", "rate": "15.00"}],
    }
    number = terminal.json("order", "place", terminal.file("order.json", order))["number"]
    file = file_of(terminal, Sent("Paracetamol 500 mg Tablets", "10's", rate="15.00", mrp="25.65"))
    row = terminal.json("purchase", "read", file)["lines"][0]["row"]
    terminal.json("purchase", "learn", file, str(row), "PCM500")
    assert terminal.json("purchase", "read", file)["orders"] == [number]
    assert f"ordered by {number}" in terminal.run("purchase", "read", file)[1]
    assert f"ordered by {number}: name the order" in terminal.refused("purchase", "take-in", file)["message"]
    assert terminal.json("purchase", "receipts") == []
    assert terminal.json("purchase", "read", file, "--order", number)["orders"] == []
    said = ("--command-id", "0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b31", "--order", number, "--confirm")
    bill = terminal.json("purchase", "take-in", file, *said)
    assert terminal.json("purchase", "take-in", file, *said)["bill_id"] == bill["bill_id"]
    assert not any("ordered by" in words for words in bill["said"])
    assert terminal.json("order", "show", number)["state"] == "received"
    assert terminal.json("purchase", "read", file)["orders"] == []
    refused = terminal.refused("purchase", "take-in", file, "--order", "C1O/26-27/000009", "--number", "X", "--confirm")
    assert refused["code"] == "orders.no_such"


def test_a_drug_without_expiry_is_asked_and_wants_whoever_may(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "gstin=32AAACK9110F1Z2")
    terminal.json("items", "edit", "PCM500", "--maker", "Cipla")
    file = file_of(
        terminal, Sent("Paracetamol 500 mg Tablets", "10's", rate="15.00", mrp="25.65", batch="Q9", expiry="")
    )
    row = terminal.json("purchase", "read", file)["lines"][0]["row"]
    terminal.json("purchase", "learn", file, str(row), "PCM500")
    asked = terminal.refused("purchase", "take-in", file)
    assert asked == {
        "code": "receipts.without",
        "where": "lines.0.goods.expiry",
        "message": "Paracetamol 500mg Tablets is a drug without expiry: copy it from the pack (of a file at a terminal "
        "in --answers). Or shall it come in without?",
    }
    monkeypatch.setenv("NUSKHA_NEW_PASSWORD", "counter clerk 7")
    terminal.json("users", "add", "meera", "--role", "purchase_clerk", "--keep")
    monkeypatch.setenv("NUSKHA_SUPERVISOR_PASSWORD", "correct horse 7")
    monkeypatch.setenv("NUSKHA_PASSWORD", "counter clerk 7")
    clerk = ("purchase", "take-in", file, "--user", "meera")
    assert terminal.refused(*clerk)["code"] == "receipts.incomplete"
    bill = terminal.json(*clerk, "--supervisor", "owner", "--why", "the strip has none")
    assert "came in without expiry" in " ".join(bill["said"])
    monkeypatch.setenv("NUSKHA_PASSWORD", "correct horse 7")
    assert terminal.json("verify")["findings"] == []
    strip = {"item": "PCM500", "quantity": "1", "batch": "Q9"}
    sold = terminal.json("bill", "post", terminal.bill(strip))
    said = [(one["code"], one["where"]) for one in sold.get("warnings", [])]
    assert said == [("sales.expiry_unknown", "lines.0")]
    terminal.json("items", "edit", "PCM500", "--kind", "goods")
    assert "warnings" not in terminal.json(
        "bill", "post", terminal.bill({"item": "PCM500", "quantity": "1", "batch": "Q9"})
    )


def test_what_take_in_would_refuse_is_said_when_the_file_is_read(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "gstin=32AAACK9110F1Z2")
    terminal.json("items", "edit", "PCM500", "--maker", "Cipla")
    line = Sent("Paracetamol 500 mg Tablets", "10's", rate="15.00", mrp="25.65", batch="Q9", expiry="11/2020")
    file = file_of(terminal, line)
    terminal.json("purchase", "learn", file, str(terminal.json("purchase", "read", file)["lines"][0]["row"]), "PCM500")
    read = terminal.json("purchase", "read", file)
    assert (read["ready"], read["objection"]["code"]) == (False, "receipts.expired")
    assert "Every line is known, but: Paracetamol 500mg Tablets expired" in terminal.run("purchase", "read", file)[1]
    assert terminal.refused("purchase", "take-in", file)["code"] == "receipts.expired"
    # nothing came in by being looked at
    assert terminal.json("purchase", "receipts") == []
    good = file_of(terminal, line._replace(expiry=f"11/{YEAR}"))
    assert "objection" not in terminal.json("purchase", "read", good)
    assert terminal.json("purchase", "receipts") == []
    assert terminal.json("verify")["findings"] == []


def test_a_bill_of_supply_is_taken_in_without_input_tax_or_a_difference(terminal: Terminal) -> None:
    terminal.json("suppliers", "add", "Kerala Pharma", "--set", "gstin=32AAACK9110F1Z2")
    terminal.json("items", "edit", "PCM500", "--maker", "Cipla")
    line = Sent(
        "Paracetamol 500 mg Tablets", "10's", rate="15.00", mrp="25.65", batch="Q9", expiry=f"11/{YEAR}", gst="0"
    )
    file = file_of(terminal, line)
    terminal.json("purchase", "learn", file, str(terminal.json("purchase", "read", file)["lines"][0]["row"]), "PCM500")
    assert terminal.refused("purchase", "take-in", file)["code"] == "purchases.match_reason"
    bill = terminal.json("purchase", "take-in", file, "--bill-of-supply")
    assert (bill["total"], bill["cgst"], bill["is_recoverable"]) == ("150.00", "0.00", False)
    assert terminal.json("purchase", "match") == []
    assert terminal.json("verify")["findings"] == []
