"""Templates of receipts and the logo from a terminal."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from tests.cli.conftest import Terminal
from tests.support.escpos_reader import read_escpos


def names(answer: dict[str, object]) -> list[str]:
    receipts = answer["receipts"]
    assert isinstance(receipts, list)
    return [str(template["name"]) for template in receipts]


def printed(terminal: Terminal, number: str) -> str:
    """Return the text of a receipt."""
    file = terminal.folder / "receipt.txt"
    terminal.json("bill", "print", number, "--to", file)
    return file.read_text("utf-8")


def test_a_template_is_copied_changed_used_and_deleted(terminal: Terminal) -> None:
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "2")))["number"]
    assert names(terminal.json("papers", "show")) == ["Full", "Short", "Hindi"]
    assert "Get well soon" not in printed(terminal, number)

    assert names(terminal.json("papers", "copy", "short", "Ours")) == ["Full", "Short", "Hindi", "Ours"]
    changed = terminal.json(
        "papers", "set", "Ours", "--foot", "Get well soon", "--foot", "Open till ten", "--show", "words", "--hide",
        "savings", "--language", "both",
    )  # fmt: skip
    ours = changed["receipts"][-1]
    assert (ours["parts"], ours["foot"]) == (["words", "upi_qr"], ["Get well soon", "Open till ten"])
    assert (ours["language"], ours["used"], ours["delivered"]) == ("both", False, False)
    terminal.json("papers", "use", "ours")
    paper = printed(terminal, number)
    for words in ("Get well soon", "Open till ten", "Rupees Fifty-One Only", "HSN 30049099", "Signature:"):
        assert words in paper
    assert "Pharmacist" not in paper

    renamed = terminal.json("papers", "set", "OURS", "--rename", "Mine", "--foot", "")["receipts"][-1]
    assert (renamed["name"], renamed["foot"], renamed["used"]) == ("Mine", [], True)
    left = terminal.json("papers", "delete", "Mine")
    assert names(left) == ["Full", "Short", "Hindi"]
    assert [template["used"] for template in left["receipts"]] == [True, False, False]
    assert terminal.json("verify")["findings"] == []


def test_what_the_law_demands_is_shown_with_its_rule(terminal: Terminal) -> None:
    said = terminal.run("papers", "show", "Short")[1]
    assert "Short (comes with the program), language en" in said
    assert any(
        line.startswith("maker") and "no" in line and "Drugs Rules 65(3)(1)(f)" in line for line in said.splitlines()
    )
    assert set(terminal.json("papers", "show", "full")["law"]) == {"maker", "hsn", "pack", "pharmacist", "signature"}
    assert "(receipts are printed by this one)" in terminal.run("papers", "show")[1].splitlines()[0]


def test_what_cannot_be_is_refused_and_nothing_changes(terminal: Terminal) -> None:
    terminal.json("papers", "copy", "Full", "Ours")
    before = terminal.json("papers", "show")
    for code, arguments in (
        ("papers.delivered", ["set", "Full", "--hide", "logo"]),
        ("papers.delivered", ["delete", "Hindi"]),
        ("papers.delivered", ["copy", "Ours", "SHORT"]),
        ("papers.template_twice", ["copy", "Full", "ours"]),
        ("papers.no_such_template", ["use", "Fancy"]),
        ("papers.no_such_template", ["show", "Fancy"]),
        ("input.empty", ["copy", "Full", " "]),
        ("input.too_long", ["set", "Ours", *(["--head", "x"] * 6)]),
        ("input.too_long", ["set", "Ours", "--head", "x" * 101]),
        ("input.no_file", ["logo", str(terminal.folder / "none.png")]),
        ("papers.logo_kind", ["logo", str(terminal.file("logo.png", "no picture"))]),
    ):
        assert terminal.refused("papers", *arguments)["code"] == code, arguments
    assert terminal.json("papers", "show") == before


def test_at_most_twenty_templates_are_kept(terminal: Terminal) -> None:
    for number in range(20):
        terminal.json("papers", "copy", "Full", f"Ours {number}")
    assert terminal.refused("papers", "copy", "Full", "One more")["code"] == "input.too_long"


def test_a_logo_stands_on_the_receipt_until_it_is_taken_away(terminal: Terminal, tmp_path: Path) -> None:
    black = QImage(100, 40, QImage.Format.Format_Grayscale8)
    black.fill(Qt.GlobalColor.black)
    black.save(str(tmp_path / "logo.bmp"))
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "2")))["number"]

    def pictures() -> list[list[list[bool]]]:
        file = terminal.folder / "receipt.bin"
        terminal.json("bill", "print", number, "--to", file)
        return read_escpos(file.read_bytes()).pictures

    assert pictures() == []
    assert terminal.json("papers", "logo", tmp_path / "logo.bmp")["logo"] == {"width": 100, "height": 40}
    (picture,) = pictures()
    assert [sum(row) for row in picture] == [100] * 40
    assert terminal.run("papers", "show")[1].splitlines()[-1] == "Logo: 100 by 40 dots"
    assert terminal.json("papers", "logo")["logo"] is None
    assert pictures() == []


def test_an_unconfirmed_upi_payment_has_its_code_on_the_receipt(terminal: Terminal) -> None:
    terminal.json("settings", "set", "payments.upi_id", "shop@okbank")
    payments = [{"mode": "upi", "amount": "51.00"}]
    number = terminal.json("bill", "post", terminal.bill(("PCM500", "2"), payments=payments))["number"]
    assert "Scan to pay Rs. 51.00 by UPI" in printed(terminal, number)
    terminal.json("bill", "confirm", number, "--reference", "612345678901")
    assert "Scan to pay" not in printed(terminal, number)
