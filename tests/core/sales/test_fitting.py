"""A bill cut to the cash that the customer has: never above it, and never a piece less than it buys."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from core.kernel.errors import RuleBroken
from core.kernel.gst import TaxType
from core.kernel.money import NO_PERCENT, Money, Percent
from core.sales.drafting import NO_DISCOUNT, Discount, RoundOff, fill_line, price_bill
from core.sales.fitting import Asked, fit_to_cash
from tests.support.sale_items import batch, item

TODAY = date(2026, 11, 20)
PARA = item("PCM500", batch("A1", units=35), batch("A2", "08/2027", "27.00", 300))
AMOX = item("AMOX", batch("B1", "01/2028", "101.37", 150), pieces=15, gst="12")
SYRUP = item("SYRUP", batch("C1", "12/2027", "88.50", 40), pieces=1, gst="18")
FIXED = item("FIXED", batch("D1", "12/2027", "33.33", 40), pieces=4).model_copy(update={"no_discount": True})

percents = st.builds(Percent, st.integers(0, 10_000)).map(Discount)
asked_lines = st.lists(
    st.tuples(st.sampled_from([PARA, AMOX, SYRUP, FIXED]), st.integers(1, 40), percents | st.just(NO_DISCOUNT)).map(
        lambda line: Asked(line[0], line[1], NO_DISCOUNT if line[0].no_discount else line[2])
    )
    | st.integers(0, 300).map(lambda paise: Asked(SYRUP, 3, Discount(amount=Money(paise)))),
    min_size=1,
    max_size=6,
    unique_by=lambda line: line.item.code,
)
on_bills = percents | st.builds(Money, st.integers(0, 50_00)).map(lambda amount: Discount(NO_PERCENT, amount))


def total(lines: list[Asked], units: tuple[int, ...], on_bill: Discount, round_off: RoundOff) -> Money:
    """Price the bill as it will be posted."""
    portions = [
        portion
        for line, count in zip(lines, units, strict=True)
        for portion in fill_line(line.item, count, TODAY, batch_number=line.batch, discount=line.discount)
    ]
    return price_bill(portions, TaxType.INTRA, on_bill, round_off).total


def fitted(lines: list[Asked], cash: Money, on_bill: Discount, round_off: RoundOff) -> tuple[int, ...] | RuleBroken:
    """Return what the cash buys, or why nothing can be cut so far."""
    try:
        return fit_to_cash(lines, cash, TODAY, on_bill, round_off)
    except RuleBroken as broken:
        return broken


@given(asked_lines, st.integers(0, 3_000_00).map(Money), on_bills, st.sampled_from(RoundOff))
def test_it_is_never_above_the_cash_and_buys_all_that_fits(
    lines: list[Asked], cash: Money, on_bill: Discount, round_off: RoundOff
) -> None:
    units = fitted(lines, cash, on_bill, round_off)
    if isinstance(units, RuleBroken):
        event(units.code)
        if units.code == "sales.cash_too_little":
            assert isinstance(units.values["least"], Money)
            assert units.values["least"] > cash
        else:
            assert (units.code, bool(on_bill.amount)) == ("sales.discount_too_big", True)
        return
    asked = tuple(line.units for line in lines)
    event("cut" if units != asked else "whole")

    assert total(lines, units, on_bill, round_off) <= cash
    for index, (line, count) in enumerate(zip(lines, units, strict=True)):
        assert 1 <= count <= line.units
        assert line.may_be_cut or count == line.units
        if count < line.units:
            more = (*units[:index], count + 1, *units[index + 1 :])
            assert total(lines, more, on_bill, round_off) > cash


@given(asked_lines, st.integers(0, 500_00).map(Money), st.sampled_from(RoundOff))
def test_cash_that_is_enough_cuts_nothing(lines: list[Asked], more: Money, round_off: RoundOff) -> None:
    asked = tuple(line.units for line in lines)
    cash = total(lines, asked, NO_DISCOUNT, round_off) + more
    assert fit_to_cash(lines, cash, TODAY, NO_DISCOUNT, round_off) == asked


@given(st.integers(1, 30), st.integers(1, 30), st.integers(50, 900).map(lambda rupees: Money(rupees * 100)))
def test_each_line_lasts_about_as_long_as_the_others(para: int, amox: int, cash: Money) -> None:
    lines = [Asked(PARA, para), Asked(AMOX, amox)]
    kept = fit_to_cash(lines, cash, TODAY)
    shares = [count / line.units for count, line in zip(kept, lines, strict=True)]
    # a piece more of each in turn: a line that is whole, or at its last piece, lets the other go further
    if all(1 < count < line.units for count, line in zip(kept, lines, strict=True)):
        assert abs(shares[0] - shares[1]) <= max(4 / line.units for line in lines)


def test_a_course_for_two_hundred_rupees() -> None:
    lines = [Asked(PARA, 20), Asked(AMOX, 30)]  # 51.30 and 202.74
    assert fit_to_cash(lines, Money(200_00), TODAY) == (17, 23)
    assert total(lines, (17, 23), NO_DISCOUNT, RoundOff.NEAREST) == Money(199_00)


def test_a_discount_in_rupees_keeps_its_line() -> None:
    lines = [Asked(SYRUP, 2, Discount(amount=Money(7_00))), Asked(PARA, 100)]
    assert fit_to_cash(lines, Money(200_00), TODAY)[0] == 2


def test_less_than_one_piece_of_each_is_refused_with_what_they_come_to() -> None:
    with pytest.raises(RuleBroken) as refused:
        fit_to_cash([Asked(SYRUP, 2), Asked(AMOX, 30)], Money(90_00), TODAY)
    assert refused.value.code == "sales.cash_too_little"
    assert refused.value.values["least"] == Money(95_00)
