"""Which days of a register are asked for: a preset, or what was typed into the box. Knows no Qt."""

from __future__ import annotations

import calendar
import enum
import re
from datetime import date, timedelta
from typing import NamedTuple

from core.kernel.dates import days_in, show_date
from core.kernel.errors import RuleBroken
from pos_desktop.shell.texts import tr

_MONTH = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)


class Days(NamedTuple):
    """The first and the last day."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """As people read them."""
        if self.first == self.last:
            return show_date(self.first)
        return tr("{a} to {b}", a=show_date(self.first), b=show_date(self.last))


class Preset(enum.Enum):
    """Days that need no typing, in the order of their key."""

    TODAY = "today"
    THIS_MONTH = "this month"
    LAST_MONTH = "last month"

    @property
    def following(self) -> Preset:
        """The one that the key shows next."""
        presets = list(Preset)
        return presets[(presets.index(self) + 1) % len(presets)]

    @property
    def words(self) -> str:
        """What the key says."""
        return {
            Preset.TODAY: tr("Today"),
            Preset.THIS_MONTH: tr("This month"),
            Preset.LAST_MONTH: tr("Last month"),
        }[self]

    def days(self, today: date) -> Days:
        """Return its days."""
        if self is Preset.TODAY:
            return Days(today, today)
        if self is Preset.THIS_MONTH:
            return Days(today.replace(day=1), today)
        last = today.replace(day=1) - timedelta(days=1)
        return Days(last.replace(day=1), last)


def typed_days(text: str) -> Days | None:
    """Read ``20-11-2026``, ``01-11-2026 to 20-11-2026`` or a month, ``11-2026``; None for an empty text.

    Raises RuleBroken ``date.no_day``, ``date.unreadable``, ``registers.no_days``.
    """
    text = " ".join(text.split())
    if not text:
        return None
    if (days := days_in(text)) is not None:
        return Days(min(days), max(days))
    month = _MONTH.fullmatch(text)
    if month is None or not 1 <= int(month[1]) <= 12 or int(month[2]) < 1:
        raise RuleBroken("registers.no_days", text=text)
    first = date(int(month[2]), int(month[1]), 1)
    return Days(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
