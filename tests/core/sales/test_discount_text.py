"""A discount as it is typed: a share or rupees, and nothing in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent
from core.sales.discount_text import DISCOUNT_LENGTH, parse_discount, show_discount
from core.sales.drafting import NO_DISCOUNT, Discount


@pytest.mark.parametrize("typed", ["5", "5%", " 5 % ", "5.00"])
def test_a_number_alone_is_a_share(typed: str) -> None:
    assert parse_discount(typed) == Discount(percent=Percent(500))


@pytest.mark.parametrize("typed", ["₹12", "₹ 12.00", "Rs 12", "rs.12", "12rs", "12 Rs.", "12/-", "12₹", "INR 12"])
def test_rupees_say_so(typed: str) -> None:
    assert parse_discount(typed) == Discount(amount=Money(12_00))


def test_nothing_leaves_it_to_the_shop_and_0_takes_nothing_off() -> None:
    assert parse_discount("  ") is None
    assert parse_discount("0") == parse_discount("0/-") == NO_DISCOUNT


@pytest.mark.parametrize("typed", ["101", "5%%", "-5", "5.555", "₹12%", "12/", "five", "₹", "₹12/-x", "٥", "₹٥"])
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        parse_discount(typed)
    assert refused.value.code == "sales.discount_unreadable"


@given(
    st.builds(Discount, percent=st.builds(Percent, st.integers(0, 10_000)))
    | st.builds(Discount, amount=st.builds(Money, st.integers(1, 10**9)))
)
def test_what_is_shown_is_read_as_the_same(discount: Discount) -> None:
    shown = show_discount(discount)
    assert parse_discount(shown) == discount
    assert len(shown) <= DISCOUNT_LENGTH
