"""However a number is written, it is one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.phones import parse_phone

_TEN = st.from_regex(r"[1-9][0-9]{9}", fullmatch=True)
_ASCII_TEN = _TEN.filter(str.isascii)


@given(_ASCII_TEN, st.sampled_from(["", "0", "91", "+91", "+91 ", "0091", "+91-", "091"]), st.integers(1, 9))
def test_an_indian_number_is_its_ten_digits(digits: str, before: str, cut: int) -> None:
    assert parse_phone(f"{before}{digits[:cut]} {digits[cut:]}") == digits


@given(st.from_regex(r"[1-8][0-9]{7,11}", fullmatch=True).filter(str.isascii))
def test_a_number_abroad_keeps_its_country_and_stays_as_it_is(digits: str) -> None:
    kept = parse_phone(f"+{digits}")
    assert kept == f"+{digits}"
    assert parse_phone(kept) == kept


@pytest.mark.parametrize("text", ["", "12345", "98470123456", "+91 12345", "call 9847012345", "0000000000"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="parties.phone_form"):
        parse_phone(text)
