"""The arithmetic of debit notes: parts of a line are never more than the line, and all of them are the line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import ZERO, Money, Percent
from core.purchasing.billing_domain import Asked, Below, counted_for, work_out
from core.purchasing.debiting_domain import BilledLine, Debit, Returned, share_of_return

HEADS = ("taxable", "discount", "cgst", "sgst", "igst", "total")
amounts = st.integers(0, 10**9).map(Money)
debits = st.builds(Debit, amounts, amounts, amounts, amounts, amounts)


@given(whole=debits, parts=st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_all_parts_of_a_line_are_the_line(whole: Debit, parts: list[int]) -> None:
    before, asked = Returned(), []
    for units in parts:
        asked.append(share_of_return(whole, before, units, sum(parts)))
        before += Returned(units, asked[-1])
    for head in HEADS:
        assert Money.total(getattr(one, head) for one in asked) == getattr(whole, head)
        assert all(getattr(one, head) >= ZERO for one in asked if head != "total")


@given(
    whole=st.builds(Debit, *[st.integers(0, 60).map(Money)] * 5),
    parts=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=20),
    rest=st.integers(1, 9),
)
def test_parts_between_that_are_taken_back_leave_the_line_whole(
    whole: Debit, parts: list[tuple[int, bool]], rest: int
) -> None:
    accepted = sum(units for units, _ in parts) + rest
    standing: list[Returned] = []

    def goes_back(units: int) -> None:
        before = sum(standing, Returned())
        standing.append(Returned(units, share_of_return(whole, before, units, accepted)))

    for units, _ in parts:
        goes_back(units)
    standing = [one for one, (_, stays) in zip(standing, parts, strict=True) if stays]
    left = accepted - sum(one.units for one in standing)
    for units in (1,) * min(3, left):
        goes_back(units)
    together = sum(standing, Returned())
    assert all(getattr(together.debit, head) <= getattr(whole, head) for head in HEADS[:-1])
    if together.units < accepted:
        goes_back(accepted - together.units)
    assert sum(standing, Returned()) == Returned(accepted, whole)
    assert all(getattr(one.debit, head) >= ZERO for one in standing for head in HEADS[:-1])


@given(whole=debits, before=st.integers(0, 400), units=st.integers(1, 400), rest=st.integers(0, 400))
def test_a_part_is_its_share_to_the_paisa(whole: Debit, before: int, units: int, rest: int) -> None:
    accepted = before + units + rest
    gone = Returned(before, share_of_return(whole, Returned(), before, accepted))
    part = share_of_return(whole, gone, units, accepted)
    for head in HEADS[:-1]:
        exact = getattr(whole, head).paise * units
        assert abs(getattr(part, head).paise * accepted - exact) <= accepted
    if whole.cgst == whole.sgst:
        assert part.cgst == part.sgst  # halves of GST are the same on every paper


@given(
    gross=st.integers(0, 10**7).map(Money),
    billed=st.integers(1, 300),
    free=st.integers(0, 60),
    gone=st.integers(0, 300),
    after=st.integers(0, 10**5).map(Money),
    freight=st.integers(0, 10**5).map(Money),
    recoverable=st.booleans(),
    tax_type=st.sampled_from(TaxType),
)
def test_claim_and_returns_of_a_bill_are_all_that_its_goods_cost(
    gross: Money,
    billed: int,
    free: int,
    gone: int,
    after: Money,
    freight: Money,
    *,
    recoverable: bool,
    tax_type: TaxType,
) -> None:
    counted = counted_for(billed, free, max(0, billed + free - gone))
    rate = Percent(1200)
    asked = Asked(counted, gross, (), ZERO, None, GstTreatment.TAXABLE, rate, rate)
    off = min(after, gross)
    sums = work_out([asked], Below(off, before_tax=False, charges=freight), tax_type, recoverable=recoverable)
    (work,) = sums.lines
    line = BilledLine(
        billed=billed,
        missing=work.missing,
        accepted=counted.accepted,
        taxable=work.split.taxable,
        cgst=work.split.cgst,
        sgst=work.split.sgst,
        igst=work.split.igst,
        claim=work.landed.claim + work.claim_tax.tax,
        paid=work.landed.cost - work.landed.charge,
        is_recoverable=recoverable,
        off_after=bool(off),
    )
    missing, accepted = line.of_missing(), line.of_accepted()
    # whatever the supplier asked for the goods, and nothing of the freight
    assert missing.total + accepted.total == work.split.amount - off
    assert missing.total == line.claim
    assert missing.tax + accepted.tax == work.split.tax


@pytest.mark.parametrize(("units", "value"), [(22, "30.00"), (1, "1.36"), (110, "150.00")])
def test_free_units_carry_their_share(units: int, value: str) -> None:
    whole = Debit(Money.parse("150.00"))
    assert share_of_return(whole, Returned(), units, 110).taxable == Money.parse(value)
