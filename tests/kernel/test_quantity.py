"""Quantities: what is typed, what it means, how it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.quantity import BareNumber, parse_quantity, show_quantity


@pytest.mark.parametrize(
    ("typed", "pieces", "units"),
    [("2", 10, 20), ("2:5", 10, 25), (":5", 10, 5), ("2:", 10, 20), ("25t", 10, 25), ("25 T", 15, 25), ("3", 1, 3)],
)
def test_what_the_counter_types(typed: str, pieces: int, units: int) -> None:
    assert parse_quantity(typed, pieces) == units


def test_a_bare_number_can_mean_pieces() -> None:
    assert parse_quantity("7", 10, BareNumber.PIECES) == 7
    assert parse_quantity("1:2", 10, BareNumber.PIECES) == 12


@pytest.mark.parametrize("typed", ["", ":", "2.5", "-1", "1:2:3", "t", "two", "1e3", "२"])
def test_what_is_no_quantity_is_refused(typed: str) -> None:
    with pytest.raises(RuleBroken, match="quantity.unreadable"):
        parse_quantity(typed, 10)


@pytest.mark.parametrize("typed", ["0", "0:0", "0t"])
def test_nothing_is_no_quantity(typed: str) -> None:
    with pytest.raises(RuleBroken, match="quantity.zero"):
        parse_quantity(typed, 10)


@given(st.integers(1, 99_999), st.integers(1, 100))
def test_what_is_shown_reads_back(units: int, pieces: int) -> None:
    assert parse_quantity(show_quantity(units, pieces), pieces) == units


def test_a_shortage_shows_its_sign() -> None:
    assert show_quantity(-15, 10) == "-1:5"
