"""Amounts are exact: nothing is lost in a split, a rounding or a page of text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent, Rate, group_indian
from core.kernel.rounding import divide_half_away, split_by_largest_remainder

paise = st.integers(-(10**14), 10**14)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)


@given(paise, weights)
def test_parts_add_back_and_are_within_one_unit_of_the_exact_share(total: int, shares: list[int]) -> None:
    parts = split_by_largest_remainder(total, shares)
    assert sum(parts) == total
    if sum(shares):
        for part, share in zip(parts, shares, strict=True):
            assert abs(part - Fraction(total * share, sum(shares))) < 1


@given(paise, weights, st.data())
def test_a_heavier_weight_never_gets_less(total: int, shares: list[int], data: st.DataObject) -> None:
    parts = split_by_largest_remainder(abs(total), shares)
    one = data.draw(st.integers(0, len(shares) - 1))
    other = data.draw(st.integers(0, len(shares) - 1))
    if shares[one] > shares[other]:
        assert parts[one] >= parts[other]


def test_ties_go_to_the_earlier_part() -> None:
    assert split_by_largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert split_by_largest_remainder(-100, [1, 1, 1]) == [-34, -33, -33]
    assert split_by_largest_remainder(2, [1, 1, 1]) == [1, 1, 0]
    assert split_by_largest_remainder(7, [0, 0]) == [7, 0]


@pytest.mark.parametrize("bad", [[], [1, -1]])
def test_senseless_weights_are_refused(bad: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split_by_largest_remainder(10, bad)


@given(st.integers(-(10**12), 10**12), st.integers(-1000, 1000).filter(bool))
def test_a_half_goes_away_from_zero(numerator: int, denominator: int) -> None:
    exact = (Decimal(numerator) / Decimal(denominator)) if denominator else Decimal(0)
    if Fraction(exact) == Fraction(numerator, denominator):
        assert divide_half_away(numerator, denominator) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert abs(divide_half_away(numerator, denominator) - Fraction(numerator, denominator)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("356.85", "357.00"), ("356.49", "356.00"), ("356.50", "357.00"), ("0.49", "0.00"), ("-0.50", "-1.00")],
)
def test_round_off_vectors(amount: str, rounded: str) -> None:
    assert Money.parse(amount).rounded_to_rupee() == Money.parse(rounded)


@given(paise)
def test_text_reads_back(amount: int) -> None:
    money = Money(amount)
    assert Money.parse(str(money)) == money
    if abs(amount) < 10**15:
        assert Money.parse(money.grouped()) == money


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.234",
        "1e5",
        "--1",
        "12,34.567",
        "24,35",
        "1,2345",
        ",500",
        "1,,000",
        "199,00",
        "₹5",
        "NaN",
        "1 2",
        "\u0663",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        Money.parse(text)
    assert refused.value.code == "money.unreadable"


@pytest.mark.parametrize("text", ["", "-3", "1.23456", "1e5", "ten", "24,35", "140,00"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        Rate.parse(text)
    assert refused.value.code == "money.no_rate"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1,000"), (99999, "99,999"), (100000, "1,00,000"), (12345678, "1,23,45,678")],
)
def test_indian_grouping(number: int, text: str) -> None:
    assert group_indian(number) == text


@given(st.integers(0, 10**10), st.integers(1, 1000), st.data())
def test_a_loose_price_never_passes_the_pro_rata_mrp(mrp: int, pack: int, data: st.DataObject) -> None:
    units = data.draw(st.integers(0, 5 * pack))
    loose = Money(mrp).pro_rata_down(units, pack)
    assert Fraction(loose.paise) <= Fraction(mrp * units, pack) < loose.paise + 1


@given(st.integers(0, 10_000))
def test_a_percentage_reads_back(points: int) -> None:
    assert Percent.parse(str(Percent(points))) == Percent(points)


@pytest.mark.parametrize("text", ["100.01", "101", "-1", "5,5", "1.234", "five"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="percent.unreadable"):
        Percent.parse(text)


@given(st.integers(0, 10**11), st.integers(1, 10_000))
def test_what_each_piece_of_a_whole_cost_is_within_half_a_part(paise: int, pieces: int) -> None:
    assert abs(Rate.each(Money(paise), pieces).parts - Fraction(paise * 100, pieces)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("rate", "shown"), [("80", "80.00"), ("18.2575", "18.2575"), ("1234567.5", "12,34,567.50"), ("0.125", "0.125")]
)
def test_a_rate_is_shown_with_as_many_decimals_as_say_something(rate: str, shown: str) -> None:
    assert Rate.parse(rate).grouped() == shown
