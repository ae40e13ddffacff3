"""The fonts that come with the program have what a pharmacy's paper needs."""

from __future__ import annotations

import importlib.resources
import io

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it carries no types


@pytest.mark.parametrize("style", ["Regular", "SemiBold", "Bold"])
def test_a_font_has_rupee_devanagari_and_digits_of_one_width(style: str) -> None:
    data = importlib.resources.files("resources").joinpath("fonts", f"NotoSans-{style}.ttf").read_bytes()
    font = TTFont(io.BytesIO(data))
    glyphs = font.getBestCmap()

    assert {*map(ord, "₹€ÀéšßαβµकषिΩ–“”·…"), *range(0x20, 0x7F)} <= glyphs.keys()
    assert len({font["hmtx"][glyphs[ord(digit)]][0] for digit in "0123456789"}) == 1
    assert "fvar" not in font
    assert len(data) < 250_000


def test_the_licence_comes_with_them() -> None:
    text = importlib.resources.files("resources").joinpath("fonts", "OFL.txt").read_text("utf-8")

    assert "SIL Open Font License, Version 1.1" in text
