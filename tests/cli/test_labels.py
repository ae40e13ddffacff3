"""Labels from a terminal."""

from __future__ import annotations

import pypdfium2
import pytest

from tests.cli.conftest import Terminal
from tests.support.tspl_reader import read_tspl
from tests.support.zpl_reader import read_zpl


def test_labels_are_written_for_printers_and_paper(terminal: Terminal) -> None:
    zpl, tspl, pdf = (terminal.folder / f"labels{ending}" for ending in (".zpl", ".tspl", ".pdf"))
    made = terminal.json("labels", "pcm500", "--batch", "a1", "--out", zpl)
    assert made == {"item": "PCM500", "labels": 20, "file": str(zpl), "notes": []}
    (label,) = read_zpl(zpl.read_bytes())
    label.check()
    assert label.copies == 20
    assert "Test Medicals Paracetamol 500mg Tablets 10's MRP Rs.25.65 incl. of all taxes" in label.words

    terminal.json("labels", "PCM650", "--size", "34x22", "--dpi", "300", "--copies", "2", "--out", tspl)
    (label,) = read_tspl(tspl.read_bytes(), 300 / 25.4)
    label.check()
    assert (label.copies, label.codes[0].data) == (2, "PCM650")

    code, out, err = terminal.run("labels", "PCM500", "--batch", "A1", "--size", "A4-24", "--start", "10", "--out", pdf)
    assert (code, err) == (0, "")
    assert out == f"20 labels of Paracetamol 500mg Tablets in {pdf}\n"
    assert len(pypdfium2.PdfDocument(pdf.read_bytes())) == 2
    assert "1 label of" in terminal.run("labels", "PCM500", "--loose", "6 tablets", "--out", zpl)[1]
    assert "Quantity: 6 tablets" in read_zpl(zpl.read_bytes())[0].words


@pytest.mark.parametrize(
    ("arguments", "code", "where"),
    [
        (["NOTHING", "--out", "x.zpl"], "sales.no_such_item", "item"),
        (["PCM500", "--batch", "B9", "--out", "x.zpl"], "labels.no_such_batch", "batch"),
        (["PCM500", "--out", "x.png"], "labels.no_such_file", "out"),
        (["PCM500", "--out", "x.zpl", "--size", "A4-24"], "labels.no_such_roll", "size"),
        (["PCM500", "--out", "x.pdf", "--size", "60x40"], "labels.no_such_size", "size"),
        (["PCM500", "--out", "x.pdf", "--start", "25"], "labels.no_such_place", "start"),
        (["PCM500", "--out", "x.tspl", "--start", "2"], "labels.start_without_sheet", "start"),
        (["PCM500", "--out", "x.zpl", "--copies", "0"], "input.too_small", "copies"),
        (["PCM500", "--out", "x.zpl", "--dpi", "600"], "input.not_one_of", "dpi"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_nothing_is_written(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: str, where: str
) -> None:
    monkeypatch.chdir(terminal.folder)
    refused = terminal.refused("labels", *arguments)
    assert (refused["code"], refused["where"]) == (code, where)
    assert not list(terminal.folder.glob("x.*"))


def test_what_a_code_leaves_out_is_said(terminal: Terminal) -> None:
    items = "code,name,pack,hsn,gst_percent,batch,expiry,mrp,purchase_rate,quantity,barcode\n"
    line = "ORS,Oral Rehydration Salts,21g,30049099,5,A#1,03/2028,20.00,12.00,3,8901234567890\n"
    terminal.json("items", "import", terminal.file("more.csv", items + line))
    made = terminal.json("labels", "ORS", "--batch", "A#1", "--out", terminal.folder / "x.zpl")
    (note,) = made["notes"]
    assert note.startswith("A code cannot say batch A#1: it names the item alone")
