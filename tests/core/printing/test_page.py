"""Pieces of a page: what is higher than a page is split between its lines, a picture's dots become boxes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.printing.codes import bitmap_of
from core.printing.page import PictureInk, Piece, Style, TextInk, beside, first_lines, split, stack, text_block
from core.printing.page import picture as picture_of

_STYLE = Style(8)


@given(
    st.integers(1, 12).flatmap(
        lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=12)
    )
)
def test_boxes_cover_each_black_dot_once_and_no_white_one(rows: list[list[bool]]) -> None:
    ink = PictureInk(3, 5, len(rows[0]), len(rows), bitmap_of(rows))

    covered = [
        (round(x), round(y))
        for left, top, width, height in ink.boxes()
        for x in range(round(left), round(left + width))
        for y in range(round(top), round(top + height))
    ]
    assert sorted(covered) == sorted((x + 3, y + 5) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)


def test_a_picture_keeps_its_proportions() -> None:
    wide = picture_of(bitmap_of([[True] * 200] * 50), 92, 44)

    assert (wide.inks[0].x, wide.height) == (0, 23)


@settings(deadline=None)  # the first example loads the fonts
@given(left=st.integers(0, 60), right=st.integers(0, 60), small=st.booleans(), room=st.floats(12, 200))
def test_a_piece_is_split_between_its_lines(left: int, right: int, small: bool, room: float) -> None:
    piece = beside(
        (0, stack(*(text_block(f"L{number}", _STYLE, 50) for number in range(left)))),
        (60, stack(*(text_block(f"R{number}", Style(5 if small else 11), 50) for number in range(right)))),
    )
    parts: list[Piece] = []
    rest = piece
    while rest.inks:
        part, rest = split(rest, 15 if small else room + 3)
        parts.append(part)
        assert all(
            isinstance(ink, TextInk) and ink.y + ink.style.line_height <= part.height + 1e-6 for ink in part.inks
        )

    for letter, count in (("L", left), ("R", right)):
        said = [ink.text for part in parts for ink in part.inks if isinstance(ink, TextInk)]
        assert [text for text in said if text[0] == letter] == [f"{letter}{number}" for number in range(count)]


def test_a_name_that_stands_whole_elsewhere_ends_in_dots() -> None:
    assert first_lines("Sanjeevani", _STYLE, 100, 1) == "Sanjeevani"
    short = first_lines("Sree Narayana Guru Charitable Hospital and Research Centre", _STYLE, 80, 2)
    assert short.count("\n") == 1
    assert short.endswith("...")
