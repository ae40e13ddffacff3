"""A printer is tried with a page that shows its width, its letters and what it makes of a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.kernel.errors import EnvironmentFault
from core.printing.dto import Columns
from core.printing.paper import Text, to_text
from core.printing.trial import QR_TEXT, trial_page
from core.spool.dto import PaperMode, PrinterKind, PrinterSetup
from core.spool.trying import try_printer
from tests.core.printing.test_codes import seen_by_a_camera
from tests.support.escpos_reader import read_escpos
from tests.support.played_printer import PlayedPrinter, on_the_network

FILE = PrinterSetup(name="Front desk", kind=PrinterKind.FILE, address="x", columns=32)


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_ruler_fills_the_paper(columns: Columns) -> None:
    lines = trial_page(FILE.model_copy(update={"columns": columns}).profile, "Front desk")
    rulers = [line.text for line in lines if isinstance(line, Text) and line.text.isdigit()]
    assert [len(ruler) for ruler in rulers] == [columns]
    assert max(map(len, to_text(lines, columns).splitlines())) == columns


def test_the_page_comes_out_with_its_code(tmp_path: Path) -> None:
    try_printer(FILE.model_copy(update={"address": str(tmp_path / "out.bin")}))
    paper = read_escpos((tmp_path / "out.bin").read_bytes())
    assert "12345678901234567890123456789012" in [line.text for line in paper.lines]
    assert "Front desk" in [line.text for line in paper.lines]
    assert seen_by_a_camera(paper.pictures[0]) == QR_TEXT
    assert paper.cuts == 1


def test_a_printer_of_pictures_is_sent_what_was_drawn(tmp_path: Path) -> None:
    setup = FILE.model_copy(update={"address": str(tmp_path / "out.bin"), "mode": PaperMode.RASTER})
    try_printer(setup, lambda lines, profile: [Text(f"drawn {len(lines) > 5}")])
    assert [line.text for line in read_escpos((tmp_path / "out.bin").read_bytes()).lines] == ["drawn True"]


def test_what_a_printer_has_against_it_is_raised() -> None:
    with on_the_network(PlayedPrinter(cover_open=True)) as printer:
        with pytest.raises(EnvironmentFault, match="cover_open"):
            try_printer(printer.setup())
        printer.cover_open, printer.paper_is_low = False, True
        assert try_printer(printer.setup()).paper_is_low
