"""A chart as data: what windows and paper draw alike. Amounts stay whole paise; only a drawing turns them into lengths.

The axis and its short amounts (45 K, 1.2 L, 3 Cr) are worked out here, so that a bar means the same on both.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.kernel.money import Money, group_indian
from core.kernel.rounding import divide_half_away

_CRORE, _LAKH, _THOUSAND = 10_000_000, 100_000, 1_000
_STEPS = (1, 2, 5)
_PAISE = 100


class Unit(enum.StrEnum):
    """What a chart's numbers are: paise, or things that are counted."""

    MONEY = "money"
    COUNT = "count"

    def short(self, number: int) -> str:
        """Return a number as an axis has room for it."""
        return short_rupees(number) if self is Unit.MONEY else short_number(number)

    def whole(self, number: int) -> str:
        """Return a number as it is read: ``₹1,23,456.00``."""
        if self is Unit.COUNT:
            return f"{'-' if number < 0 else ''}{group_indian(abs(number))}"
        shown = Money(abs(number)).grouped()
        return f"{'-' if number < 0 else ''}₹{shown}"


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, one for each point; None where there is none."""

    name: str
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ChartData:
    """One series or two over the same points.

    ``labels`` stand at the axis as far as there is room for them, ``points`` are their whole names, which are read.
    """

    title: str
    labels: tuple[str, ...]
    points: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit = Unit.MONEY

    def __post_init__(self) -> None:
        """A chart whose parts do not belong together is a bug of whoever made it."""
        lengths = {len(self.labels), len(self.points), *(len(series.numbers) for series in self.series)}
        assert len(lengths) == 1, f"{self.title}: of unequal length"
        assert 1 <= len(self.series) <= 2, f"{self.title}: {len(self.series)} series"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(number for series in self.series for number in series.numbers)

    def axis(self, most: int = 4) -> Axis:
        """Return the axis for all of its numbers, in about so many steps."""
        numbers = [number for series in self.series for number in series.numbers if number is not None]
        return axis_of(numbers, most, least=_PAISE if self.unit is Unit.MONEY else 1)

    def readings(self, at: int) -> Iterator[tuple[str, str]]:
        """Yield the name and the number of each series at a point."""
        for series in self.series:
            number = series.numbers[at]
            yield series.name, "–" if number is None else self.unit.whole(number)

    def reading(self, at: int) -> str:
        """Return a point as it is read: ``19-11-2026: Net ₹4,200.00, Margin ₹610.00``."""
        return f"{self.points[at]}: {', '.join(f'{name} {number}' for name, number in self.readings(at))}"


@dataclass(frozen=True, slots=True)
class Axis:
    """From where to where numbers go, zero always inside, and where lines stand."""

    low: int
    high: int
    ticks: tuple[int, ...]


def axis_of(numbers: Sequence[int], most: int = 4, *, least: int = 1) -> Axis:
    """Return an axis of round steps (1, 2 or 5 and zeros) of at least one size that holds all numbers and zero."""
    low, high = min(0, *numbers, 0), max(0, *numbers, 0)
    step = max(least, _step(high - low, most))
    first, last = low // step, -(-high // step)
    if first == last:
        last += 1
    return Axis(first * step, last * step, tuple(number * step for number in range(first, last + 1)))


def _step(span: int, most: int) -> int:
    power = 1
    while True:
        for step in _STEPS:
            if step * power * most >= span:
                return step * power
        power *= 10


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole."""

    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a whole, each drawn as a bar that is as long as its share."""

    title: str
    parts: tuple[Share, ...]
    unit: Unit = Unit.MONEY

    @property
    def whole(self) -> int:
        """What the parts are shares of: what is taken off again is no share."""
        return sum(part.number for part in self.parts if part.number > 0)

    def basis_points(self, part: Share) -> int:
        """Return how much of the whole a part is, from 0 to 10,000."""
        return divide_half_away(max(0, part.number) * 10_000, self.whole) if self.whole else 0

    def percent(self, part: Share) -> str:
        """Return the same in words."""
        return f"{divide_half_away(self.basis_points(part), 100)} %"

    @property
    def reading(self) -> str:
        """All of it, as it is read."""
        return ", ".join(f"{part.name} {self.unit.whole(part.number)} ({self.percent(part)})" for part in self.parts)


def short_rupees(paise: int) -> str:
    """Return an amount in the short form of India, rounded: ``950``, ``45 K``, ``1.2 L``, ``3 Cr``."""
    return _short(paise, _PAISE)


def short_number(number: int) -> str:
    """Return a count in the same form."""
    return _short(number, 1)


def _short(number: int, of_one: int) -> str:
    sign, size = "-" if number < 0 else "", abs(number)
    for name, unit in (("Cr", _CRORE), ("L", _LAKH), ("K", _THOUSAND)):
        if size >= unit * of_one:
            whole, tenth = divmod(divide_half_away(size * 10, unit * of_one), 10)
            return f"{sign}{group_indian(whole)}{f'.{tenth}' if tenth else ''} {name}"
    rounded = divide_half_away(size, of_one)
    return f"{sign if rounded else ''}{rounded}"
