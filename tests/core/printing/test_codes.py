"""Codes and pictures: drawn here, read back by a reader of the trade and by a printer of our own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from core.printing.codes import Bitmap, bitmap_of, qr_code
from core.printing.dto import Columns, PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.paper import Cut, PaperLine, Picture, Qr, Text
from tests.support.escpos_reader import read_escpos

UPI = "upi://pay?pa=shop@okbank&pn=Test%20Medicals&tr=C1%2F26-27%2F000001&am=356.00&cu=INR"

DOTS = st.integers(1, 70).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=300)
)


def seen_by_a_camera(rows: Sequence[Sequence[bool]]) -> str:
    """Return what a reader makes of dots on white paper."""
    width, height, quiet, dot = len(rows[0]), len(rows), 4, 4
    side_bytes = (width + 2 * quiet) * dot
    blank = b"\xff" * side_bytes * quiet * dot
    body = b""
    for row in rows:
        line = b"\xff" * quiet * dot + b"".join(b"\x00" * dot if dark else b"\xff" * dot for dark in row)
        body += (line + b"\xff" * quiet * dot) * dot
    pixels = blank + body + blank
    view = memoryview(pixels).cast("B", ((height + 2 * quiet) * dot, side_bytes))
    found = zxingcpp.read_barcodes(view)
    assert len(found) == 1
    return found[0].text


@given(rows=DOTS)
def test_dots_come_back_as_they_were(rows: list[list[bool]]) -> None:
    bitmap = bitmap_of(rows)
    assert [list(row) for row in bitmap.rows()] == rows
    assert (bitmap.width, bitmap.height) == (len(rows[0]), len(rows))
    assert len(bitmap.data) == bitmap.row_bytes * bitmap.height


@given(rows=DOTS, factor=st.integers(1, 4))
def test_a_scaled_picture_has_squares_for_dots(rows: list[list[bool]], factor: int) -> None:
    large = bitmap_of(rows).scaled(factor)
    assert (large.width, large.height) == (len(rows[0]) * factor, len(rows) * factor)
    assert all(
        large.is_dark(x, y) == rows[y // factor][x // factor] for y in range(large.height) for x in range(large.width)
    )


@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=200))
def test_any_text_is_read_back_from_its_code(text: str) -> None:
    assert seen_by_a_camera(list(qr_code(text).rows())) == text


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_printer_that_draws_none_is_sent_the_code_as_a_picture(columns: Columns) -> None:
    lines: list[PaperLine] = [Text("Scan to pay"), Qr(UPI), Text("Thank you"), Cut()]
    paper = read_escpos(to_escpos(lines, PrinterProfile(columns=columns)))
    (picture,) = paper.pictures
    assert len(picture[0]) <= PrinterProfile(columns=columns).dots
    assert seen_by_a_camera(picture) == UPI
    assert paper.picture_sides == ["center"]
    assert paper.qr_codes == []
    assert [(line.text, line.align) for line in paper.lines] == [("Scan to pay", "left"), ("Thank you", "left")]


def test_a_printer_that_draws_codes_is_told_what_they_say() -> None:
    paper = read_escpos(to_escpos([Qr(UPI), Text("Thank you")], PrinterProfile(draws_qr=True)))
    assert paper.qr_codes == [UPI]
    assert paper.pictures == []
    assert [(line.text, line.align) for line in paper.lines if line.text] == [("Thank you", "left")]


@given(rows=DOTS)
def test_a_picture_comes_out_dot_by_dot(rows: list[list[bool]]) -> None:
    picture = Picture(bitmap_of(rows))
    (printed,) = read_escpos(to_escpos([picture, Text("below")], PrinterProfile())).pictures
    width = len(rows[0])
    assert [row[:width] for row in printed] == rows
    assert not any(dot for row in printed for dot in row[width:])


def test_the_second_pin_opens_a_drawer_too() -> None:
    profile = PrinterProfile(opens_drawer=True, drawer_pin=5)
    assert b"\x1bp\x01" in to_escpos([Text("x")], profile, kick_drawer=True)


def test_rows_are_padded_with_white() -> None:
    assert Bitmap(3, 2, b"\xa0\x40") == bitmap_of([[True, False, True], [False, True, False]])
