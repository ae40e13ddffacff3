"""The bytes for the printer, read back by a printer of our own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.printing.dto import Columns, PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.paper import Blank, Cells, Cut, Feed, PaperLine, Rule, Sides, Size, Text, fit, to_text
from core.printing.receipt import receipt
from core.printing.ruler import TextRuler
from core.sales.dto import BillView
from core.settings.dto import ShopView
from tests.support.bill_views import THREE_LINES, Sold, bill_view, bills, shop_view, shops
from tests.support.escpos_reader import Paper, UnknownCommandError, read_escpos

ROOT = Path(__file__).parents[3]
ALL_COLUMNS: tuple[Columns, ...] = (32, 42, 48)
HOSTILE = "\x1b@\x1bp\x00\x19\xfa\x1dV\x00\x1b!\x30\x1d(k\x03\x00\x10\x04\x14\x01\x00\x05\x1c.Evil\u202e\x9b\x07"


def rows(text: str) -> list[str]:
    """Return lines with their gaps made one blank: letters of double size have other gaps on paper than in text."""
    return [" ".join(line.split()) for line in text.splitlines()]


def paper_rows(paper: Paper) -> list[str]:
    return [" ".join(line.text.split()) for line in paper.lines]


@pytest.mark.parametrize("columns", ALL_COLUMNS)
def test_the_paper_says_what_the_layout_says(columns: Columns) -> None:
    bill, shop = bill_view(THREE_LINES), shop_view(is_demo=True)
    lines = fit(receipt(bill, shop, columns, duplicate=True), TextRuler(columns))
    paper = read_escpos(to_escpos(lines, PrinterProfile(columns=columns)))

    assert paper_rows(paper) == rows(to_text(lines, columns))
    texts = [line for line in lines if not isinstance(line, Feed | Cut)]
    shown = [line for line in paper.lines if line.text]
    assert len(texts) == len(shown)
    for meant, got in zip(texts, shown, strict=True):
        assert got.columns <= columns
        match meant:
            case Text():
                assert (got.text, got.align, got.bold) == (meant.text, meant.align.value, meant.bold)
                assert got.width == (2 if meant.size is Size.DOUBLE else 1)
                assert got.height == (1 if meant.size is Size.NORMAL else 2)
            case Sides():
                assert (got.bold, got.columns) == (meant.bold, columns)
            case Cells() | Blank():
                assert (got.bold, got.text) == (False, meant.across(columns).text)
            case Rule():
                assert (got.text, got.width, got.height) == (meant.mark * columns, 1, 1)


def test_the_shop_and_the_total_are_large() -> None:
    lines = receipt(bill_view(THREE_LINES), shop_view(), 48)
    paper = read_escpos(to_escpos(lines, PrinterProfile(columns=48)))

    large = [line.text.split() for line in paper.lines if (line.width, line.height) == (2, 2)]
    assert large == [["Sanjeevani", "Medicals"], ["TOTAL", "Rs.", "323.00"]]


@pytest.mark.parametrize(("has_cutter", "cuts"), [(True, 1), (False, 0)])
def test_only_a_printer_with_a_cutter_is_told_to_cut(has_cutter: bool, cuts: int) -> None:
    lines = receipt(bill_view(THREE_LINES), shop_view(), 32)
    paper = read_escpos(to_escpos(lines, PrinterProfile(columns=32, has_cutter=has_cutter)))

    assert paper.cuts == cuts
    assert paper.fed > 3  # past the cutter or the tearing edge


@pytest.mark.parametrize(("opens", "kick", "pulses"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_the_drawer_opens_only_when_asked_and_there(opens: bool, kick: bool, pulses: int) -> None:
    lines = receipt(bill_view(THREE_LINES), shop_view(), 32)
    paper = read_escpos(to_escpos(lines, PrinterProfile(columns=32, opens_drawer=opens), kick_drawer=kick))

    assert paper.pulses == pulses


def masked(lines: tuple[PaperLine, ...], columns: int) -> list[PaperLine]:
    """Return the same layout, fitted, with harmless letters."""
    return [harmless(line) for line in fit(lines, TextRuler(columns))]


def harmless(line: PaperLine) -> PaperLine:
    match line:
        case Text(text):
            return replace(line, text="x" * len(text))
        case Sides(left, right):
            return replace(line, left="x" * len(left), right="x" * len(right))
        case Cells(cells):
            return replace(line, cells=tuple("x" * len(cell) for cell in cells))
        case _:
            return line


@settings(max_examples=60, deadline=None)
@given(bill=bills(), shop=shops(), columns=st.sampled_from(ALL_COLUMNS))
def test_no_field_commands_the_printer(bill: BillView, shop: ShopView, columns: Columns) -> None:
    printer = PrinterProfile(columns=columns, opens_drawer=True)
    lines = receipt(bill, shop, columns)
    paper = read_escpos(to_escpos(lines, printer))

    assert paper.commands == read_escpos(to_escpos(masked(lines, columns), printer)).commands
    assert paper.cuts == 1
    assert paper.pulses == 0
    assert paper_rows(paper) == rows(to_text(lines, columns))


def test_hostile_text_in_every_field_prints_as_text() -> None:
    sold = Sold(HOSTILE, "10.00", batch=HOSTILE, manufacturer=HOSTILE, hsn=HOSTILE, pack=HOSTILE)
    bill = bill_view([sold], customer=(HOSTILE, HOSTILE, HOSTILE), number=HOSTILE, username=HOSTILE, reference=HOSTILE)
    shop = shop_view(
        name=HOSTILE, address=HOSTILE, gstin=HOSTILE, licences=[(HOSTILE, HOSTILE)], pharmacist=(HOSTILE, HOSTILE)
    )
    lines = receipt(bill, shop, 32)
    printer = PrinterProfile(columns=32, opens_drawer=True)
    paper = read_escpos(to_escpos(lines, printer))

    assert paper.commands == read_escpos(to_escpos(masked(lines, 32), printer)).commands


def test_lines_made_elsewhere_command_nothing_either() -> None:
    hostile: list[PaperLine] = [Text(HOSTILE), Rule("\x1b"), Sides(HOSTILE, "\n\x1dV\x00"), Text("é ₹")]
    paper = read_escpos(to_escpos(hostile, PrinterProfile(columns=48)))

    assert paper.cuts == paper.pulses == 0
    assert len(paper.lines) == 4


@pytest.mark.parametrize("data", [b"\x07", b"\x1bB\x01\x01", b"\x1dV\x42\x00", b"\x1b", b"\xe9\n", b"\x1bt\x10"])
def test_our_printer_refuses_what_no_receipt_needs(data: bytes) -> None:
    with pytest.raises(UnknownCommandError):
        read_escpos(data)


def test_loading_the_encoder_leaves_nothing_behind(tmp_path: Path) -> None:
    program = (
        "import logging, os\n"
        "from core.printing.dto import PrinterProfile\n"
        "from core.printing.escpos import to_escpos\n"
        "from core.printing.paper import Text\n"
        "assert to_escpos([Text('a')], PrinterProfile())\n"
        "assert not logging.root.handlers\n"
        "assert os.environ['ESCPOS_CAPABILITIES_PICKLE_DIR'] == 'elsewhere'\n"
        "assert 'ESCPOS_CAPABILITIES_FILE' not in os.environ\n"
    )
    folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(tmp_path))
    env = {**os.environ, **folders, "ESCPOS_CAPABILITIES_PICKLE_DIR": "elsewhere"}
    subprocess.run([sys.executable, "-c", program], check=True, env=env, cwd=ROOT, timeout=60)

    assert list(tmp_path.iterdir()) == []
