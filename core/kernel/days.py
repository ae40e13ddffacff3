"""Spans of days: the presets that reports are asked for by, and what is typed for one."""

from __future__ import annotations

import calendar
import enum
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from core.kernel.dates import FinancialYear, days_in, show_date
from core.kernel.errors import RuleBroken

_MONTH = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_YEAR = re.compile(r"(\d{4})[-/](\d{2})", re.ASCII)


class Days(NamedTuple):
    """The first and the last day, both of them included."""

    first: date
    last: date

    def __str__(self) -> str:
        """As people read them: ``20-11-2026`` or ``01-11-2026 to 20-11-2026``."""
        first, last = show_date(self.first), show_date(self.last)
        return first if first == last else f"{first} to {last}"

    def pieces(self, most: int) -> Iterator[Days]:
        """Yield the days in their order, so many at once."""
        first = self.first
        while first <= self.last:
            last = min(self.last, first + timedelta(days=most - 1))
            yield Days(first, last)
            first = last + timedelta(days=1)


class Preset(enum.StrEnum):
    """Days that need no typing, in the order in which a key turns through them."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    THIS_QUARTER = "this-quarter"
    LAST_QUARTER = "last-quarter"
    THIS_YEAR = "this-year"
    LAST_YEAR = "last-year"

    @property
    def following(self) -> Preset:
        """The one that the key shows next."""
        presets = list(Preset)
        return presets[(presets.index(self) + 1) % len(presets)]

    def days(self, today: date) -> Days:
        """Return its days as of a day; what is under way ends with that day. Years are financial, from 1 April."""
        this = self in {Preset.TODAY, Preset.THIS_MONTH, Preset.THIS_QUARTER, Preset.THIS_YEAR}
        if self in {Preset.TODAY, Preset.YESTERDAY}:
            day = today if this else today - timedelta(days=1)
            return Days(day, day)
        if self in {Preset.THIS_MONTH, Preset.LAST_MONTH}:
            begin = _month
        elif self in {Preset.THIS_QUARTER, Preset.LAST_QUARTER}:
            begin = _quarter
        else:
            begin = _year
        first = begin(today)
        if this:
            return Days(first, today)
        last = first - timedelta(days=1)
        return Days(begin(last), last)


def _month(day: date) -> date:
    return day.replace(day=1)


def _quarter(day: date) -> date:
    # April to June is the first of a financial year, and its quarters are those of the calendar
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _year(day: date) -> date:
    return FinancialYear.of(day).first_day


def typed_days(text: str, today: date) -> Days | None:
    """Read ``20-11-2026``, ``01-11-2026 to 20-11-2026``, a month (``11-2026``, ``2026-11``), a financial year
    (``2026-27``) or the name of a preset; None for an empty text.

    Raises RuleBroken ``date.no_day``, ``date.unreadable``, ``days.unreadable``.
    """
    text = " ".join(text.split())
    if not text:
        return None
    if (preset := text.lower().replace(" ", "-")) in set(Preset):
        return Preset(preset).days(today)
    if (days := days_in(text)) is not None:
        return Days(min(days), max(days))
    if (month := _MONTH.fullmatch(text)) is not None:
        year, number = int(month[2]), int(month[1])
    elif (parts := _YEAR.fullmatch(text)) is not None:
        year, number = int(parts[1]), int(parts[2])
        if 1 <= year <= 9998 and number == (year + 1) % 100:  # 2026-27; a month of ISO is no year that follows
            whole = FinancialYear(year)
            return Days(whole.first_day, whole.last_day)
    else:
        raise RuleBroken("days.unreadable", text=text)
    if not 1 <= number <= 12 or year < 1:
        raise RuleBroken("days.unreadable", text=text)
    return Days(date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1]))


def in_order(first: date, last: date) -> Days:
    """Return the days from one to another. Raises RuleBroken ``days.turned`` where the last is before the first."""
    if last < first:
        raise RuleBroken("days.turned", first=first, last=last, where="to")
    return Days(first, last)
