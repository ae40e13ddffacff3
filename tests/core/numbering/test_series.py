"""Numbers: within 16 characters whatever the series, in the financial year of the document."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.dates import FinancialYear
from core.kernel.errors import RuleBroken
from core.numbering.domain import MAX_LENGTH, Series, check_prefix

#: What the invoice registration portal takes (facts A2), written anew here.
PORTAL = re.compile(r"[a-zA-Z1-9][a-zA-Z0-9/-]{0,15}")
YEAR = FinancialYear.of(date(2026, 11, 20))


def test_the_usual_number() -> None:
    assert Series("C1").number(YEAR, 1) == "C1/26-27/000001"


def test_a_long_series_has_fewer_digits() -> None:
    assert Series("C12C").number(YEAR, 7) == "C12C/26-27/00007"


def test_digits_grow_until_sixteen_characters() -> None:
    assert Series("C1").number(YEAR, 9_999_999) == "C1/26-27/9999999"
    with pytest.raises(RuleBroken, match="numbering.full"):
        Series("C1").number(YEAR, 10_000_000)


@given(st.from_regex(r"[A-Z][A-Z0-9]{0,3}", fullmatch=True), st.dates(date(2017, 7, 1), date(2098, 1, 1)), st.data())
def test_every_number_passes_the_portal_and_no_two_are_the_same(series: str, day: date, data: st.DataObject) -> None:
    year = FinancialYear.of(day)
    room = 10 ** (MAX_LENGTH - len(f"{series}/{year}/")) - 1
    one = data.draw(st.integers(1, room))
    other = data.draw(st.integers(1, room))
    number = Series(series).number(year, one)
    assert PORTAL.fullmatch(number)
    assert (Series(series).number(year, other) == number) == (one == other)
    assert Series(series).capacity(year) == room


@pytest.mark.parametrize("prefix", ["PH", "C1/A", "A-1", "12345678"])
def test_prefixes_that_can_begin_numbers(prefix: str) -> None:
    assert check_prefix(prefix) == prefix


@pytest.mark.parametrize("prefix", ["", "0A", "/A", "-A", "ph", "PH 1", "123456789", "P\u00c9"])
def test_prefixes_that_cannot(prefix: str) -> None:
    with pytest.raises(RuleBroken, match="prefix_form"):
        check_prefix(prefix)
