"""The recovery sheet on paper: every group in its place, nothing of it elsewhere."""

from __future__ import annotations

from core.printing.page import TextInk
from core.printing.recovery_sheet import A4, sheet_pages, sheet_pdf

CODE = "-".join(f"AB{number:02d}X" for number in range(1, 14))
LONG_NAME = "Sri Venkateswara Medicals and General Stores, Thrissur Rd"


def texts() -> list[TextInk]:
    (page,) = sheet_pages(LONG_NAME, "C1", "7FQDKZNF", CODE, "20-11-2026 15:30")
    return [ink for ink in page.inks if isinstance(ink, TextInk)]


def test_each_group_stands_under_its_number() -> None:
    placed = {ink.text: ink for ink in texts()}
    for number, group in enumerate(CODE.split("-"), 1):
        above, below = placed[str(number)], placed[group]
        assert above.x == below.x
        assert 0 < below.y - above.y < 20


def test_it_says_whose_and_which_key_and_stays_on_the_page() -> None:
    written = " ".join(ink.text for ink in texts())
    for words in (LONG_NAME, "Counter C1", "Key 7FQDKZNF", "Printed 20-11-2026 15:30", "away from the computer"):
        assert words in written
    assert max(ink.y for ink in texts()) < A4[1] - 56


def test_the_code_is_in_no_property_of_the_file() -> None:
    pdf = sheet_pdf("Test Medicals", sheet_pages("Test Medicals", "C1", "7FQDKZNF", CODE, "20-11-2026 15:30"))
    assert pdf.startswith(b"%PDF")
    assert b"AB01X" not in pdf
