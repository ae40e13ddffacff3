"""Doses, licences and what a bill takes of a prescription, over values alone."""

from __future__ import annotations

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dispensing.domain import (
    Prescribed,
    Wanted,
    days_of_supply,
    doses_a_day,
    licence_form,
    take_from,
    units_for,
)
from core.kernel.errors import NeedsConfirmation, Problem, RuleBroken

MOX, NOVA = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("dose", "daily"),
    [
        ("OD", 1), ("bd", 2), ("TDS", 3), (" qid ", 4), ("HS", 1), ("EOD", Fraction(1, 2)),
        ("OW", Fraction(1, 7)),
        ("Q8H", 3), ("Q12H", 2), ("1-0-1", 2), ("1-1-1-1", 4), ("0-0-1", 1), ("1/2-0-1/2", 1),
        ("½-0-1", Fraction(3, 2)), ("0.5 - 0 - 0.25", Fraction(3, 4)), ("2 BD", 4),
        ("1/2 OD", Fraction(1, 2)), ("SOS", None),
        ("STAT", None), ("5 ml TDS", None), ("as told", None), ("", None), (None, None),
        ("0-0-0", None), ("1", None), ("1-", None),
        ("Q7H", None), ("1/0-0-1", None),
    ],
)  # fmt: skip
def test_a_dose_is_read_exactly(dose: str | None, daily: Fraction | int | None) -> None:
    assert doses_a_day(dose) == daily


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 999).map(lambda quarters: Fraction(quarters, 4)), min_size=2, max_size=6),
    st.integers(1, 3650),
)
def test_units_last_as_long_as_they_were_worked_out_for(parts: list[Fraction], days: int) -> None:
    """The pieces for so many days last those days, and one piece fewer would not."""
    dose = "-".join(f"{part.numerator * (4 // part.denominator) // 4}.{part % 1 * 100}" for part in parts)
    daily = doses_a_day(dose)
    assert daily == (sum(parts) or None)
    units = units_for(dose, days)
    if daily is None:
        assert units is None
        return
    assert units is not None
    lasts, one_fewer = days_of_supply(units, daily), days_of_supply(units - 1, daily)
    assert lasts is not None
    assert one_fewer is not None
    assert one_fewer < days <= lasts


def test_one_dose_at_once_is_what_it_says() -> None:
    assert (units_for("STAT", None), units_for("2 stat", 5), units_for("1/2 STAT", None)) == (1, 2, 1)
    assert units_for("SOS", 5) is None
    assert units_for("BD", None) is None


@pytest.mark.parametrize(
    ("schedules", "form"),
    [("H", "20"), ("H1", "20"), ("NDPS", "20"), ("C", "21"), ("C1 H", "21"), ("X", "20F"), ("H X C", "20F"),
     ("G", None), ("K", None), ("", None)],
)  # fmt: skip
def test_each_schedule_names_its_licence(schedules: str, form: str | None) -> None:
    assert licence_form(schedules.split()) == form


def wanted(units: int, item: UUID = MOX, *, index: int = 0, limited: bool = True, **told: object) -> Wanted:
    return Wanted(index, item, "Mox", units, limited, **told)  # type: ignore[arg-type]


def test_a_line_takes_of_all_lines_of_its_item_in_their_order() -> None:
    """A dose that tapers is two lines of one drug."""
    lines = [Prescribed(1, "Mox", MOX, 10, 1, supplied_units=4), Prescribed(2, "Mox", MOX, 5, 1)]
    assert take_from(lines, [wanted(8)]) == {0: [(1, 6), (2, 2)]}
    assert take_from(lines, [wanted(5), wanted(6, index=1)]) == {0: [(1, 5)], 1: [(1, 1), (2, 5)]}
    with pytest.raises(RuleBroken, match="too_many") as refused:
        take_from(lines, [wanted(5), wanted(7, index=1)])
    assert (refused.value.values["left"], refused.value.where) == (6, "lines.1.item")


def test_another_drug_is_asked_about_and_never_silent() -> None:
    lines = [Prescribed(1, "Mox 500", MOX, 10, 1)]
    with pytest.raises(NeedsConfirmation) as asked:
        take_from(lines, [wanted(5, NOVA)])
    assert (asked.value.values["drug"], asked.value.values["of"]) == ("Mox 500", 1)
    with pytest.raises(NeedsConfirmation):
        take_from(lines, [wanted(5, NOVA, of=1)])
    assert take_from(lines, [wanted(5, NOVA, of=1, in_place=True)]) == {0: [(1, 5)]}
    with pytest.raises(RuleBroken, match="no_line"):
        take_from(lines, [wanted(5, NOVA, of=7, in_place=True)])


def test_what_no_line_can_mean_is_refused() -> None:
    served = [Prescribed(1, "Mox 500", MOX, 10, 1)]
    with pytest.raises(RuleBroken, match="not_prescribed"):
        take_from(served, [wanted(5), wanted(5, NOVA, index=1)])
    used_up = [Prescribed(1, "Mox 500", MOX, 10, 1, supplied_units=10)]
    with pytest.raises(RuleBroken, match="not_prescribed"):
        take_from(used_up, [wanted(5, NOVA)])
    with pytest.raises(RuleBroken, match="supplied_out"):
        take_from(used_up, [wanted(5)])


def test_without_a_quantity_each_bill_is_a_whole_supply() -> None:
    once = Prescribed(1, "Syrup", MOX, None, 1)
    assert once.left is None
    assert take_from([once], [wanted(3), wanted(2, index=1)]) == {0: [(1, 3)], 1: [(1, 2)]}
    with pytest.raises(RuleBroken, match="supplied_out"):
        take_from([Prescribed(1, "Syrup", MOX, None, 2, supplied_times=2)], [wanted(1)])


def test_what_is_no_prescription_drug_is_tied_and_not_limited() -> None:
    lines = [Prescribed(1, "Mox", MOX, 10, 1, supplied_units=8)]
    assert take_from(lines, [wanted(5, limited=False)]) == {0: [(1, 5)]}
    assert take_from(lines, [wanted(5, NOVA, limited=False)]) == {0: [(None, 5)]}


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([MOX, NOVA]), st.integers(1, 40), st.integers(0, 60)), min_size=1, max_size=4),
    st.integers(1, 3),
    st.lists(st.tuples(st.sampled_from([MOX, NOVA]), st.integers(1, 60)), min_size=1, max_size=5),
)
def test_no_line_gives_more_than_it_has_and_nothing_is_lost(
    written: list[tuple[UUID, int, int]], times: int, asked: list[tuple[UUID, int]]
) -> None:
    lines = [Prescribed(n, str(item), item, units, times, gone) for n, (item, units, gone) in enumerate(written, 1)]
    demand = [wanted(units, item, index=index) for index, (item, units) in enumerate(asked)]
    room = {item: sum(line.left or 0 for line in lines if line.item_id == item) for item in (MOX, NOVA)}
    needs = {item: sum(units for of, units in asked if of == item) for item in (MOX, NOVA)}
    fits = all(needs[item] <= room[item] for item in (MOX, NOVA))
    try:
        taken = take_from(lines, demand)
    except Problem:
        assert not fits
        return
    assert fits
    for index, (_, units) in enumerate(asked):
        assert sum(part for _, part in taken[index]) == units
    for line in lines:
        given_out = sum(part for takings in taken.values() for number, part in takings if number == line.number)
        assert given_out <= (line.left or 0)
