"""Reads the cells of sheets as shop programs and people write amounts, days and words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken

_CURRENCY = re.compile(r"^(?:₹|rs\.?|inr)\s*|\s*/-$", re.IGNORECASE)
_MONTH_NAME = re.compile(r"(?:(\d{1,2})[-/ .])?([a-z]{3})[a-z]*[-/ .,']*(\d{4}|\d{2})", re.IGNORECASE)
_SHORT_DAY = re.compile(r"(\d{1,2}[-/.]\d{1,2}[-/.])(\d{2})")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TOTAL = re.compile(r"(?:grand )?totals?[ :.]*", re.IGNORECASE)


def is_total(text: str) -> bool:
    """Say whether a name heads the line of totals that programs put below a table."""
    return _TOTAL.fullmatch(text) is not None


def bare_amount(text: str) -> str:
    """Return an amount without the sign of the rupee before it and the stroke and dash behind it."""
    return _CURRENCY.sub("", text)


_TIME_OF_DAY = re.compile(
    r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[AP]M|Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE | re.ASCII
)
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{2})/(\d{2})", re.ASCII)


def numbered_date(text: str) -> str:
    """Return a date without month names, two-digit years of a day, strokes behind a year, or a time behind it."""
    text = _TIME_OF_DAY.sub("", text)
    if match := _YEAR_FIRST.fullmatch(text):
        return "-".join(match.groups())
    if (match := _MONTH_NAME.fullmatch(text)) and match[2].casefold() in _MONTHS:
        month = _MONTHS.index(match[2].casefold()) + 1
        year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
        return f"{match[1]}-{month}-{year}" if match[1] else f"{month}/{year}"
    if match := _SHORT_DAY.fullmatch(text):
        return f"{match[1]}20{match[2]}"
    return text


def read_day(text: str) -> date:
    """Return a day however it is written: 2026-11-20, 20/11/26, 20-Nov-2026. Raises RuleBroken ``sheet.no_day``."""
    try:
        read = Expiry.parse(numbered_date(text))
    except RuleBroken:
        read = None
    if read is None or read.precision is not ExpiryPrecision.DAY:
        raise RuleBroken("sheet.no_day", text=text)
    return read.last_day


def word(text: str, others: Mapping[str, str]) -> str:
    """Return a cell that holds one of some words in small letters with ``_``, under its usual name."""
    plain = re.sub(r"[ -]+", "_", text.strip().casefold())
    return others.get(plain, plain)
