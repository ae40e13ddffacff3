"""Exact amounts: whole paise, basis points, and prices of one piece in 1/10000 rupee."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.kernel.errors import RuleBroken
from core.kernel.rounding import divide_half_away, split_by_largest_remainder

#: Commas only group: 1,234.50 and 12,34,567, and never 24,35.
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?", re.ASCII)
_MONEY = re.compile(r"(-?)(\d{1,13})(?:\.(\d{1,2}))?", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?", re.ASCII)
_RATE = re.compile(r"(\d{1,11})(?:\.(\d{1,4}))?", re.ASCII)

BASIS_POINTS = 10_000
RATE_PARTS = 10_000
_RATE_PARTS_PER_PAISA = RATE_PARTS // 100


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of rupees, held as whole paise; negative where the field allows it."""

    paise: int

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read rupees as a person or a file writes them: ``1234.5``, ``1,23,456.00``, ``-0.12``.

        Raises RuleBroken ``money.unreadable`` for anything else, more than two decimals included.
        """
        match = _MONEY.fullmatch(_without_commas(text))
        if match is None:
            raise RuleBroken("money.unreadable", text=text)
        sign, rupees, paise = match.groups()
        amount = int(rupees) * 100 + int((paise or "0").ljust(2, "0"))
        return cls(-amount if sign else amount)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """Add amounts; nothing adds up to zero."""
        return cls(sum(amount.paise for amount in amounts))

    def __add__(self, other: Money) -> Money:
        return Money(self.paise + other.paise)

    def __sub__(self, other: Money) -> Money:
        return Money(self.paise - other.paise)

    def __neg__(self) -> Money:
        return Money(-self.paise)

    def __mul__(self, count: int) -> Money:
        return Money(self.paise * count)

    def __bool__(self) -> bool:
        return self.paise != 0

    def percent(self, percent: Percent) -> Money:
        """Return that share of the amount, rounded half away from zero."""
        return Money(divide_half_away(self.paise * percent.basis_points, BASIS_POINTS))

    def pro_rata_down(self, units: int, units_per_pack: int) -> Money:
        """Return the price of some pieces of a pack, rounded down so that it never passes the pro-rata MRP.

        (Facts A4: a loose price above the pro-rata MRP would break the price control order.)
        """
        return Money(self.paise * units // units_per_pack)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Split in proportion to weights by largest remainder, ties to the earlier part; parts add back."""
        return [Money(part) for part in split_by_largest_remainder(self.paise, list(weights))]

    def rounded_to_rupee(self) -> Money:
        """Return the nearest whole rupee, 50 paise going away from zero (356.50 is 357)."""
        return Money(divide_half_away(self.paise, 100) * 100)

    def rounded_down_to_rupee(self) -> Money:
        """Return the whole rupee at or below the amount."""
        return Money(self.paise // 100 * 100)

    def __str__(self) -> str:
        """Rupees with two decimals and no grouping, as files and the command line carry them."""
        rupees, paise = divmod(abs(self.paise), 100)
        return f"{'-' if self.paise < 0 else ''}{rupees}.{paise:02d}"

    def grouped(self) -> str:
        """Rupees in Indian grouping for people: ``1,23,456.00`` (facts H)."""
        rupees, paise = divmod(abs(self.paise), 100)
        return f"{'-' if self.paise < 0 else ''}{group_indian(rupees)}.{paise:02d}"


ZERO = Money(0)


@dataclass(frozen=True, slots=True, order=True)
class Percent:
    """A percentage, held as basis points (5 % is 500)."""

    basis_points: int

    @classmethod
    def parse(cls, text: str) -> Percent:
        """Read ``5``, ``12.5`` or ``0.25``; a trailing ``%`` is allowed. At most 100.

        Raises RuleBroken ``percent.unreadable`` for anything else.
        """
        match = _PERCENT.fullmatch(text.strip().removesuffix("%").rstrip())
        if match is None:
            raise RuleBroken("percent.unreadable", text=text)
        whole, fraction = match.groups()
        points = int(whole) * 100 + int((fraction or "0").ljust(2, "0"))
        if points > BASIS_POINTS:
            raise RuleBroken("percent.unreadable", text=text)
        return cls(points)

    def __bool__(self) -> bool:
        return self.basis_points != 0

    def __str__(self) -> str:
        whole, fraction = divmod(self.basis_points, 100)
        return f"{whole}.{fraction:02d}".rstrip("0").rstrip(".") if fraction else str(whole)


NO_PERCENT = Percent(0)


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """The price of one unit, held in 1/10000 rupee because a tablet can cost less than a paisa's precision."""

    parts: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read rupees from 0 with up to four decimals. Raises RuleBroken ``money.no_rate`` otherwise."""
        match = _RATE.fullmatch(_without_commas(text))
        if match is None:
            raise RuleBroken("money.no_rate", text=text)
        rupees, fraction = match.groups()
        return cls(int(rupees) * RATE_PARTS + int((fraction or "0").ljust(4, "0")))

    @classmethod
    def each(cls, whole: Money, units: int) -> Rate:
        """Return what one of that many units cost which together cost a whole, rounded half away from zero.

        It is for showing and comparing: times the units it need not be the whole again.
        """
        return cls(divide_half_away(whole.paise * _RATE_PARTS_PER_PAISA, units))

    def times(self, units: int) -> Money:
        """Return what that many units cost, rounded half away from zero to the paisa."""
        return Money(divide_half_away(self.parts * units, _RATE_PARTS_PER_PAISA))

    def times_per_pack(self, units: int, units_per_pack: int) -> Money:
        """Return what some units cost where this is the rate of a pack, rounded half away from zero once."""
        return Money(divide_half_away(self.parts * units, _RATE_PARTS_PER_PAISA * units_per_pack))

    def grouped(self) -> str:
        """Return it as people read it: ``1,234.50``, the third and fourth decimal only where they say something."""
        rupees, fraction = divmod(self.parts, RATE_PARTS)
        paise, rest = f"{fraction:04d}"[:2], f"{fraction:04d}"[2:].rstrip("0")
        return f"{group_indian(rupees)}.{paise}{rest}"

    def __str__(self) -> str:
        rupees, fraction = divmod(self.parts, RATE_PARTS)
        return f"{rupees}.{fraction:04d}"


def _without_commas(text: str) -> str:
    """Return a number as typed without the commas that group its digits; one that stands elsewhere stays."""
    plain = text.strip()
    return plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain


def group_indian(number: int) -> str:
    """Group the digits of a number that is not negative the Indian way: 12345678 is ``1,23,45,678``."""
    digits = str(number)
    head, tail = digits[:-3], digits[-3:]
    if not head:
        return tail
    groups = []
    while head:
        groups.append(head[-2:])
        head = head[:-2]
    return ",".join([*reversed(groups), tail])
