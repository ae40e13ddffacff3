"""Reads the cells of distributors' files: numbers, counts with free goods, months of expiry, days.

A number is held in 1/10000 (of a rupee, a pack or a percent) so that columns whose meaning is not known yet can be
compared; only its role makes it an amount.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from types import MappingProxyType

from core.boundary.cells import numbered_date, read_day
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent, Rate
from core.kernel.rounding import divide_half_away
from core.purchasing.reading.invoice import PackCount

#: Parts that one rupee, pack or percent is held in.
PARTS = 10_000

_LONGEST = 24
_NUMBER = re.compile(
    r"(?:₹|rs\.?|inr)?\s*(?P<minus>[-−–(]?)\s*(?:₹|rs\.?)?\s*"
    r"(?P<whole>\d{1,3}(?:,\d{2,3})*,\d{3}|\d{0,13})(?:\.(?P<part>\d{0,15}))?"
    r"\s*(?P<close>\)?)\s*(?P<behind>%|/-|[dc]r\.?|-)?",
    re.IGNORECASE | re.ASCII,
)
_NOTHING = frozenset({"", "-", "--", ".", "nil", "na", "n.a.", "n/a", "none", "null"})
_BOTH = re.compile(r"(\d+(?:\.\d+)?)\s*\+\s*(\d+(?:\.\d+)?)", re.ASCII)
_COUNTED = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(?:[a-z]{2,7}\.?)?", re.IGNORECASE | re.ASCII)
#: Parts of a pack that are given free and written so.
_SHARES = MappingProxyType({"1/2": PARTS // 2, "1/4": PARTS // 4, "3/4": 3 * PARTS // 4})
_DIGITS = re.compile(r"\d+", re.ASCII)
_NO_EXPIRY = re.compile(r"[0/. -]*|n\.?\s?a\.?|nil|none", re.IGNORECASE)


def is_nothing(text: str) -> bool:
    """Say whether a cell says that there is nothing: blank, a dash, ``NIL``."""
    return text.casefold() in _NOTHING


def read_number(text: str) -> int | None:
    """Return a number in 1/10000, None for what is no number.

    Reads ``1,23,456.50``, ``Rs. 10/-``, ``(12.00)``, ``12.00-``, ``5%``; ``Dr`` and ``Cr`` behind an amount are
    passed over, since whose books they mean the file does not say. Decimals beyond the fourth round half away.
    """
    if not 0 < len(text) <= _LONGEST:
        return None
    match = _NUMBER.fullmatch(text)
    if match is None or not (match["whole"] or match["part"]):
        return None
    if (match["minus"] == "(") != (match["close"] == ")"):
        return None
    part = match["part"] or ""
    digits = int((match["whole"] or "0").replace(",", "") + (part or "0"))
    scaled = divide_half_away(digits * PARTS, 10 ** max(len(part), 1))
    return -scaled if match["minus"] or match["behind"] == "-" else scaled


def read_both(text: str) -> tuple[int, int] | None:
    """Return billed and free of ``10+1`` in 1/10000, None for another form."""
    match = _BOTH.fullmatch(text.strip())
    if match is None:
        return None
    billed, free = read_number(match[1]), read_number(match[2])
    return None if billed is None or free is None else (billed, free)


def read_counted(text: str) -> int | None:
    """Return the number of ``10 NOS`` or ``3 Strip`` in 1/10000, None for another form."""
    match = _COUNTED.fullmatch(text.strip())
    return read_number(match[1]) if match else None


def read_free(text: str) -> int | None:
    """Return free goods in 1/10000 of a pack, None for what is no number; ``1/2``, ``1/4`` and ``3/4`` are parts of it.

    Only for a column whose header says so: elsewhere a stroke stands in days and months.
    """
    return _SHARES.get(text.strip(), read_number(text))


def is_share(text: str) -> bool:
    """Say whether a cell is a part of a pack: ``1/2``, ``1/4``, ``3/4``."""
    return text.strip() in _SHARES


def read_expiry(text: str) -> Expiry | None:
    """Return an expiry; the first and the last day of a month both mean the month. None where the cell names none.

    Reads ``05/28``, ``May-2028``, ``31-05-2028``, ``01112028``, ``052028``, ``0528``; ``00000000`` is none.
    Raises RuleBroken ``expiry.unreadable``.
    """
    if _NO_EXPIRY.fullmatch(text):
        return None
    if _DIGITS.fullmatch(text) and len(text) in {4, 6, 8}:
        text = _with_strokes(text)
    expiry = Expiry.parse(numbered_date(text))
    day = expiry.last_day
    if expiry.precision is ExpiryPrecision.DAY and day.day in {1, calendar.monthrange(day.year, day.month)[1]}:
        return Expiry.of_month(day.year, day.month)
    return expiry


def _with_strokes(digits: str) -> str:
    if len(digits) == 8:
        return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
    return f"{digits[:2]}/{digits[2:]}"


def read_date(text: str) -> date:
    """Return a day in any form, ``05092026`` and ``20260905`` included. Raises RuleBroken ``sheet.no_day``.

    Eight digits that can be both, as ``20102012``, are day, month, year.
    """
    if not (_DIGITS.fullmatch(text) and len(text) == 8):
        return read_day(text)
    try:
        return read_day(_with_strokes(text))
    except RuleBroken:
        return read_day(f"{text[:4]}-{text[4:6]}-{text[6:]}")


def as_money(parts: int) -> Money:
    """Return an amount, rounded half away from zero to the paisa where a spreadsheet kept more."""
    return Money(divide_half_away(parts, 100))


def as_rate(parts: int) -> Rate:
    """Return the price of a pack."""
    return Rate(parts)


def as_percent(parts: int) -> Percent:
    """Return a percentage to two decimals. Raises RuleBroken ``percent.unreadable`` outside of 0 to 100."""
    points = divide_half_away(parts, 100)
    if not 0 <= points <= PARTS:
        raise RuleBroken("percent.unreadable", text=str(Money(points)))
    return Percent(points)


def as_packs(parts: int) -> PackCount:
    """Return a count of packs. Raises RuleBroken ``purchase_file.no_count`` for less than nothing or finer parts."""
    if parts < 0 or parts % 10:
        raise RuleBroken("purchase_file.no_count", text=str(Money(divide_half_away(parts, 100))))
    return PackCount(parts // 10)


def money_of(text: str) -> Money | None:
    """Return the amount of a cell, None for a blank one. Raises RuleBroken ``money.unreadable``."""
    if is_nothing(text):
        return None
    parts = read_number(text)
    if parts is None:
        raise RuleBroken("money.unreadable", text=text)
    return as_money(parts)


def rate_of(text: str) -> Rate | None:
    """Return the price of a cell, None for a blank one. Raises RuleBroken ``money.unreadable``, a minus included."""
    if is_nothing(text):
        return None
    parts = read_number(text)
    if parts is None or parts < 0:
        raise RuleBroken("money.unreadable", text=text)
    return as_rate(parts)


def percent_of(text: str) -> Percent | None:
    """Return the percentage of a cell, None for a blank one. Raises RuleBroken ``percent.unreadable``."""
    if is_nothing(text):
        return None
    parts = read_number(text)
    if parts is None:
        raise RuleBroken("percent.unreadable", text=text)
    return as_percent(parts)


def packs_of(text: str) -> PackCount:
    """Return the count of a cell, nothing for a blank one. Raises RuleBroken ``purchase_file.no_count``."""
    return _packs_of(text, read_number(text))


def free_of(text: str) -> PackCount:
    """Return the free goods of a cell, nothing for a blank one. Raises RuleBroken ``purchase_file.no_count``."""
    return _packs_of(text, read_free(text))


def _packs_of(text: str, parts: int | None) -> PackCount:
    if is_nothing(text):
        return PackCount(0)
    if parts is None:
        raise RuleBroken("purchase_file.no_count", text=text)
    return as_packs(parts)
