"""Presets and typed spans of days."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.dates import FinancialYear
from core.kernel.days import Days, Preset, in_order, typed_days
from core.kernel.errors import RuleBroken

ANY_DAY = st.dates(date(2000, 1, 2), date(2099, 12, 31))
TODAY = date(2026, 11, 26)


@given(ANY_DAY)
def test_what_is_under_way_ends_today_and_what_is_over_ends_the_day_before_it_begins(today: date) -> None:
    pairs = (
        (Preset.THIS_MONTH, Preset.LAST_MONTH, 28, 31),
        (Preset.THIS_QUARTER, Preset.LAST_QUARTER, 90, 92),
        (Preset.THIS_YEAR, Preset.LAST_YEAR, 365, 366),
        (Preset.TODAY, Preset.YESTERDAY, 1, 1),
    )
    for under_way, over, least, most in pairs:
        this, last = under_way.days(today), over.days(today)
        assert this.last == today
        assert last.last + timedelta(days=1) == this.first
        assert least <= (last.last - last.first).days + 1 <= most
        # as of its last day what is over is what was under way
        assert under_way.days(last.last) == last


@given(ANY_DAY)
def test_quarters_make_up_financial_years(today: date) -> None:
    year = FinancialYear.of(today)
    first = Preset.THIS_QUARTER.days(today).first
    assert first in {
        date(year.starts_in, 4, 1),
        date(year.starts_in, 7, 1),
        date(year.starts_in, 10, 1),
        date(year.starts_in + 1, 1, 1),
    }
    assert year.first_day <= first <= today
    assert Preset.THIS_YEAR.days(today).first == year.first_day


@given(ANY_DAY, st.integers(0, 800), st.integers(1, 400))
def test_pieces_are_the_days_in_their_order(first: date, more: int, most: int) -> None:
    days = Days(first, first + timedelta(days=more))
    pieces = list(days.pieces(most))
    assert pieces[0].first == days.first
    assert pieces[-1].last == days.last
    assert all(after.first == before.last + timedelta(days=1) for before, after in itertools.pairwise(pieces))
    assert all(1 <= (piece.last - piece.first).days + 1 <= most for piece in pieces)


@given(ANY_DAY, ANY_DAY)
def test_what_days_are_called_is_what_is_typed_for_them(one: date, other: date) -> None:
    days = Days(min(one, other), max(one, other))
    assert typed_days(str(days), TODAY) == days
    assert typed_days(f"{one.isoformat()} to {other.isoformat()}", TODAY) == days


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("11-2026", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2/2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("2025-26", date(2025, 4, 1), date(2026, 3, 31)),
        ("this quarter", date(2026, 10, 1), TODAY),
        ("LAST-MONTH", date(2026, 10, 1), date(2026, 10, 31)),
        ("  Yesterday ", date(2026, 11, 25), date(2026, 11, 25)),
    ],
)
def test_typed_days(text: str, first: date, last: date) -> None:
    assert typed_days(text, TODAY) == Days(first, last)


def test_presets_turn_through_all() -> None:
    preset, seen = Preset.TODAY, []
    for _ in Preset:
        seen.append(preset)
        preset = preset.following
    assert preset is Preset.TODAY
    assert seen == list(Preset)


@pytest.mark.parametrize("text", ["13-2026", "0-2026", "2026-28", "2026", "soon", "٣-2026"])
def test_what_is_no_day_has_a_sentence(text: str) -> None:
    with pytest.raises(RuleBroken, match=r"days\.unreadable"):
        typed_days(text, TODAY)


def test_nothing_typed_is_no_days() -> None:
    assert typed_days("  ", TODAY) is None


def test_a_last_day_before_the_first_is_refused() -> None:
    assert in_order(TODAY, TODAY) == Days(TODAY, TODAY)
    with pytest.raises(RuleBroken, match=r"days\.turned"):
        in_order(TODAY, TODAY - timedelta(days=1))
