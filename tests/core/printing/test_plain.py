"""What a printer lacks is spelled out, in a way that a pharmacist reads it right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.printing.plain import plain


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Calpol 500 mg", "Calpol 500 mg"),
        ("₹50", "Rs.50"),
        ("α-Tocopherol, β, Δ9, λ", "alpha-Tocopherol, beta, Delta9, lambda"),
        ("Café “Zürich” – ½ tab…", 'Cafe "Zurich" - 1/2 tab...'),
        ("Straße Øre", "Strasse Ore"),
        # signs that must not vanish from a dose, nor join a number
        ("Vitamin B₁₂ 5 µg", "Vitamin B12 5 mcg"),
        ("2½ ml", "2 1/2 ml"),
        ("10⁹ CFU", "10^9 CFU"),
        ("below 25°C ±2", "below 25degC +/-2"),
        ("a\x1b@b\x1dV\x00", "a@b V"),
        ("one\ttwo\u00a0three\nfour", "one two three four"),
        ("日本語 Pharma 😀", "[?] Pharma [?]"),
    ],
)
def test_signs(text: str, printed: str) -> None:
    assert plain(text) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("राम कुमार", "Ram Kumar"),
        ("श्रीमती सुनीता देवी", "Shrimati Sunita Devi"),
        ("फ़ातिमा", "Fatima"),
        ("संपत", "Sampat"),
        ("न १२३", "Na 123"),
        ("രവി കുമാർ", "Ravi Kumar"),
        ("പാലം", "Palam"),
        ("ਹਰਪ੍ਰੀਤ ਸਿੰਘ", "Haraprit Singh"),
        ("સંજય પટેલ", "Sanjay Patel"),
        ("রবীন্দ্রনাথ ঠাকুর", "Rabindranath Thakur"),
        ("తెలుగు", "Telugu"),
        ("ಕರ್ನಾಟಕ", "Karnataka"),
        ("தமிழ்", "Tamizh"),
        ("ଓଡ଼ିଶା", "Orisha"),
    ],
)
def test_names_in_indian_scripts(text: str, printed: str) -> None:
    assert plain(text) == printed


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)), st.sampled_from(["\x85", "\n", "é", "日"]))
def test_what_every_printer_has_stays_beside_whatever_it_has_not(text: str, other: str) -> None:
    """A name is printed word by word, or whole: both must say the same."""
    assert plain(text + other).startswith(text)


@given(st.text())
def test_only_printable_ascii_comes_out(text: str) -> None:
    printed = plain(text)

    assert printed.isascii()
    assert printed == "" or printed.isprintable()
    assert plain(printed) == printed


@given(st.text(st.characters(min_codepoint=0x0900, max_codepoint=0x0D7F)))
def test_every_letter_of_indian_scripts_is_read(text: str) -> None:
    assert plain(text).isascii()
