"""Reads from what was taken off a bill's lines what was asked for: a bill keeps paise, a person typed a percentage.

Whatever is read gives the same paise for the same quantities; where no plain percentage does, it is rupees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.kernel.money import BASIS_POINTS, NO_PERCENT, ZERO, Money, Percent
from core.kernel.rounding import divide_half_away

#: Percentages that people type: whole ones and halves, in basis points.
_STEP = 50


@dataclass(frozen=True, slots=True)
class Sold:
    """A line as it was billed: ``standing`` is what the shop gives, ``allows_none`` that none comes off it."""

    gross: Money
    discount: Money
    standing: Percent | None = None
    allows_none: bool = False

    @property
    def usually_off(self) -> Money:
        """What comes off where nothing is asked for."""
        return self.gross.percent(self.standing) if self.standing else ZERO


@dataclass(frozen=True, slots=True)
class AskedLine:
    """What is asked for a line: a percentage, rupees, or with neither what the shop gives on it."""

    percent: Percent | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for lines and bill."""

    lines: tuple[AskedLine, ...]
    on_bill: Money = ZERO
    on_bill_percent: Percent | None = None


def asked_discounts(lines: Sequence[Sold]) -> Asked:
    """Return discounts of lines and bill that take off exactly what stands on the lines.

    A plain percentage for each line comes first, then one on the whole bill, then rupees on the bill, then rupees on
    the lines.
    """
    plain = [_plain(line) for line in lines]
    of_lines = tuple(line for line in plain if line is not None)
    if len(of_lines) == len(lines):
        return Asked(of_lines)
    return _on_bill(lines) or Asked(
        tuple(
            AskedLine(amount=line.discount) if said is None else said for line, said in zip(lines, plain, strict=True)
        )
    )


def _plain(line: Sold) -> AskedLine | None:
    if line.discount == line.usually_off:
        return AskedLine()
    if not line.discount:
        return AskedLine(percent=NO_PERCENT)
    percent = _percent_of(line.gross, line.discount)
    return None if percent is None else AskedLine(percent=percent)


def _on_bill(lines: Sequence[Sold]) -> Asked | None:
    nets = [ZERO if line.allows_none else line.gross - line.usually_off for line in lines]
    rest = [line.discount - line.usually_off for line in lines]
    whole, off = Money.total(nets), Money.total(rest)
    if off <= ZERO or off > whole or off.split([net.paise for net in nets]) != rest:
        return None
    percent = _percent_of(whole, off)
    as_usual = (AskedLine(),) * len(lines)
    return Asked(as_usual, on_bill_percent=percent) if percent else Asked(as_usual, on_bill=off)


def _percent_of(whole: Money, off: Money) -> Percent | None:
    """Return the plain percentage that takes so much off, None where none does."""
    if not whole:
        return None
    nearest = Percent(divide_half_away(off.paise * BASIS_POINTS, whole.paise * _STEP) * _STEP)
    return nearest if nearest and whole.percent(nearest) == off else None
