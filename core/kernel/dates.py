"""Financial years, and expiry dates with the precision that is printed on the pack."""

from __future__ import annotations

import calendar
import enum
import re
from dataclasses import dataclass
from datetime import date

from core.kernel.errors import RuleBroken

#: A pack that ends sooner is near its expiry.
_NEAR_DAYS = 90
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{4}|\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAY = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d{2}-\d{2}"
_DAYS = re.compile(rf"({_DAY})(?:\s*(?:to|\.\.|–|\s-\s)\s*({_DAY}))?", re.IGNORECASE | re.ASCII)


class ExpiryPrecision(enum.StrEnum):
    """What the pack prints: a month (good to its last day) or a day (that day governs)."""

    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True, order=True)
class Expiry:
    """The last day a pack may be sold, and how precisely the pack says so.

    A pack "EXP 03/2027" is good through 31-03-2027 (facts, rule 15).
    """

    last_day: date
    precision: ExpiryPrecision

    @classmethod
    def of_month(cls, year: int, month: int) -> Expiry:
        """Return the expiry of a pack that prints only a month. Raises ValueError for no such month."""
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
        return cls(date(year, month, last), ExpiryPrecision.MONTH)

    @classmethod
    def parse(cls, text: str) -> Expiry:
        """Read ``03/2027``, ``3/27``, ``2027-03`` (a month) or ``2027-03-15``, ``15-03-2027`` (a day).

        Raises RuleBroken ``expiry.unreadable`` for anything else, impossible dates included.
        """
        try:
            expiry = cls._read(text.strip())
        except ValueError:  # an impossible date, 31-02-2027, is as unreadable as a word
            expiry = None
        if expiry is None:
            raise RuleBroken("expiry.unreadable", text=text)
        return expiry

    @classmethod
    def _read(cls, text: str) -> Expiry | None:
        if match := _ISO.fullmatch(text):
            return cls(date(*map(int, match.groups())), ExpiryPrecision.DAY)
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = map(int, match.groups())
            return cls(date(year, month, day), ExpiryPrecision.DAY)
        if match := _YEAR_FIRST.fullmatch(text):
            return cls.of_month(*map(int, match.groups()))
        if match := _MONTH_FIRST.fullmatch(text):
            month, year = map(int, match.groups())
            return cls.of_month(year + 2000 if year < 100 else year, month)
        return None

    def has_passed(self, today: date) -> bool:
        """Say whether the pack may no longer be sold; on its last day it may."""
        return today > self.last_day

    def is_near(self, today: date, days: int = 0) -> bool:
        """Say whether its end is near on a day, or nearer than the ``days`` that the pack is taken for."""
        return (self.last_day - today).days < max(_NEAR_DAYS, days)

    def __str__(self) -> str:
        """As a person reads it: MM/YYYY, or DD-MM-YYYY where the pack prints a day."""
        if self.precision is ExpiryPrecision.MONTH:
            return f"{self.last_day:%m/%Y}"
        return f"{self.last_day:%d-%m-%Y}"


@dataclass(frozen=True, slots=True, order=True)
class FinancialYear:
    """An Indian financial year, 1 April to 31 March, named by the calendar year it starts in."""

    starts_in: int

    @classmethod
    def of(cls, day: date) -> FinancialYear:
        """Return the financial year of a day: 2026-03-31 is in 25-26, 2026-04-01 in 26-27."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def first_day(self) -> date:
        """1 April."""
        return date(self.starts_in, 4, 1)

    @property
    def last_day(self) -> date:
        """31 March."""
        return date(self.starts_in + 1, 3, 31)

    def __str__(self) -> str:
        """Return the short form in document numbers: ``26-27``."""
        return f"{self.starts_in % 100:02d}-{(self.starts_in + 1) % 100:02d}"


def input_tax_ends(billed_on: date) -> date:
    """Return the last day on which the GST of a bill may be taken as input tax: 30 November after the bill's financial
    year (section 16(4) of the CGST Act)."""
    return date(FinancialYear.of(billed_on).starts_in + 1, 11, 30)


def parse_iso_date(text: str) -> date:
    """Read ``2026-11-20``. Raises RuleBroken ``date.unreadable`` for anything else."""
    match = _ISO.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        return date(*map(int, match.groups()))
    except ValueError:
        raise RuleBroken("date.unreadable", text=text) from None


def parse_shown_date(text: str) -> date:
    """Read a date as people in India write it: ``20-11-2026``, with slashes or dots too. Raises RuleBroken
    ``date.no_day``."""
    try:
        day, month, year = (int(part) for part in text.strip().replace("/", "-").replace(".", "-").split("-"))
        return date(year, month, day)
    except ValueError as error:
        raise RuleBroken("date.no_day", text=text) from error


def parse_day(text: str) -> date:
    """Read a day in either form, ``20-11-2026`` or ``2026-11-20``.

    Raises RuleBroken ``date.no_day``, ``date.unreadable``.
    """
    return parse_iso_date(text) if re.match(r"\s*\d{4}-", text) else parse_shown_date(text)


def days_in(text: str) -> tuple[date, date] | None:
    """Read ``20-11-2026`` or ``01-11-2026 to 20-11-2026`` as the first and the last day, None for another form.

    Raises RuleBroken ``date.no_day``, ``date.unreadable`` for a day that cannot be.
    """
    days = _DAYS.fullmatch(text)
    if days is None:
        return None
    first = parse_day(days[1])
    return first, parse_day(days[2]) if days[2] else first


def show_date(day: date) -> str:
    """Return the date as people in India write it: DD-MM-YYYY."""
    return f"{day:%d-%m-%Y}"
