"""What comes in for what is paid: free goods, what was missing, what a piece costs in the end."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.kernel.money import ZERO, Money
from core.purchasing.domain import Counted, LineCost, landed_costs, scheme_free, share_of_change

PAISE = st.integers(0, 10**9).map(Money)


@st.composite
def counted(draw: st.DrawFn) -> Counted:
    billed = draw(st.integers(0, 500))
    free = draw(st.integers(0 if billed else 1, 100))  # nobody writes a line of nothing
    short = draw(st.integers(0, billed + free))
    return Counted(billed, free, short, draw(st.integers(0, billed + free - short)))


@pytest.mark.parametrize(
    ("billed", "buy", "free", "whole", "gives"),
    [
        (15, 10, 1, True, 1),  # and not one and a half
        (9, 10, 1, True, 0),
        (20, 10, 1, True, 2),
        (30, 20, 2, False, 3),  # the same fifteen packs in halves
        (19, 20, 2, False, 1),
        (0, 10, 1, True, 0),
        (15, 0, 1, True, 0),
        (15, 10, 0, True, 0),
    ],
)
def test_what_comes_free(billed: int, buy: int, free: int, whole: bool, gives: int) -> None:
    assert scheme_free(billed, buy, free, whole=whole) == gives


@given(st.integers(0, 10_000), st.integers(1, 100), st.integers(1, 100))
def test_whole_packs_never_give_more_than_the_share(billed: int, buy: int, free: int) -> None:
    whole, shared = scheme_free(billed, buy, free), scheme_free(billed, buy, free, whole=False)
    assert 0 <= whole <= shared <= billed * free / buy
    assert shared - whole < free or not whole


def test_ten_and_one_make_a_piece_cheaper() -> None:
    (line,) = landed_costs([LineCost(Counted(billed=100, free=10), Money(1_100_00))])
    assert line.cost == Money(1_100_00)  # over 110 pieces: 10.00 and not 11.00 each
    assert line.claim == ZERO


def test_what_was_missing_is_claimed_and_not_spread_over_the_rest() -> None:
    (line,) = landed_costs([LineCost(Counted(billed=10, free=1, short=1, damaged=1), Money(1_000_00))])
    assert (line.cost, line.claim) == (Money(800_00), Money(200_00))
    (gone,) = landed_costs([LineCost(Counted(billed=10, short=10), Money(1_000_00))])
    assert (gone.cost, gone.claim) == (ZERO, Money(1_000_00))


def test_charges_are_shared_out_by_value() -> None:
    lines = [LineCost(Counted(10), Money(300_00)), LineCost(Counted(10), Money(100_00)), LineCost(Counted(0, 5), ZERO)]
    assert [line.charge for line in landed_costs(lines, Money(40_00))] == [Money(30_00), Money(10_00), ZERO]
    free = [LineCost(Counted(0, 3), ZERO), LineCost(Counted(0, 1), ZERO)]
    assert [line.cost for line in landed_costs(free, Money(40_00))] == [Money(30_00), Money(10_00)]


def test_tax_that_is_lost_is_part_of_the_cost() -> None:
    (line,) = landed_costs([LineCost(Counted(10), Money(100_00), dead_tax=Money(5_00))])
    assert line.cost == Money(105_00)


@given(st.lists(st.builds(LineCost, counted(), PAISE, PAISE), min_size=1, max_size=12), PAISE)
def test_costs_and_claims_are_all_that_is_asked(lines: list[LineCost], charges: Money) -> None:
    assume(any(line.counted.accepted for line in lines))
    landed = landed_costs(lines, charges)
    asked = Money.total(line.value + line.dead_tax for line in lines) + charges
    assert Money.total(one.cost + one.claim for one in landed) == asked
    assert Money.total(one.charge for one in landed) == charges
    for line, one in zip(lines, landed, strict=True):
        assert line.counted.is_possible
        assert ZERO <= one.claim <= line.value + line.dead_tax
        assert one.cost >= ZERO
        if line.counted.accepted == line.counted.billed + line.counted.free:
            assert one.claim == ZERO


@given(st.integers(-(10**9), 10**9).map(Money), st.integers(0, 500), st.integers(0, 500))
def test_a_change_of_price_goes_where_the_goods_went(change: Money, standing: int, sold: int) -> None:
    in_stock, of_sales = share_of_change(change, standing, standing + sold)
    assert in_stock + of_sales == change
    if not standing:
        assert in_stock == ZERO
    elif not sold:
        assert of_sales == ZERO
