"""Pack levels convert exactly, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.pack_levels import PackLevels
from core.kernel.packs import PackReading

NAMES = ["pallet", "carton", "box", "strip", "tablet"]


@st.composite
def levels(draw: st.DrawFn) -> PackLevels:
    factors = draw(st.lists(st.integers(1, 40), max_size=4))
    return PackLevels(tuple(NAMES[len(NAMES) - len(factors) - 1 :]), tuple(factors))


def test_a_box_of_strips_of_tablets() -> None:
    found = PackLevels.parse("Box 10 Strip  15 tablet")
    assert (found.pieces("box"), found.pieces("strip"), found.pieces("tablet")) == (150, 15, 1)
    assert found.split(317) == (2, 1, 2)
    assert str(found) == "box 10 strip 15 tablet"


@given(levels(), st.integers(0, 10**9))
def test_pieces_split_into_levels_and_join_again(found: PackLevels, pieces: int) -> None:
    counts = found.split(pieces)
    assert found.join(counts) == pieces
    for count, factor in zip(counts[1:], found.factors, strict=True):
        assert 0 <= count < factor


@given(levels())
def test_the_text_reads_as_the_levels(found: PackLevels) -> None:
    assert PackLevels.parse(str(found)) == found
    for name, smaller, factor in zip(found.names, found.names[1:], found.factors, strict=False):
        assert found.pieces(name) == factor * found.pieces(smaller)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "packs.levels_unreadable"),
        ("box 10", "packs.levels_unreadable"),
        ("box 0 strip", "packs.levels_unreadable"),
        ("box ten strip", "packs.levels_unreadable"),
        ("box ١٠ strip", "packs.levels_unreadable"),
        ("10 box", "packs.levels_unreadable"),
        ("box 10 strip 10 box", "packs.level_twice"),
        ("pallet 9999 box 9999 strip 99 tablet", "packs.too_many_pieces"),
    ],
)
def test_what_is_no_pack(text: str, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        PackLevels.parse(text)


def test_a_level_that_is_not_there_is_named() -> None:
    with pytest.raises(RuleBroken, match="no_level"):
        PackLevels.parse("strip 10 tablet").pieces("box")


@pytest.mark.parametrize(
    ("reading", "text"),
    [
        (PackReading(1), "piece"),
        (PackReading(10), "pack 10 piece"),
        (PackReading(10, 5), "box 5 pack 10 piece"),
        (PackReading(1, 5), "box 5 piece"),
    ],
)
def test_a_label_gives_levels(reading: PackReading, text: str) -> None:
    assert str(PackLevels.of_reading(reading)) == text
