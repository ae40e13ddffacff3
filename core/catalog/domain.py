"""Decisions about items that need nothing but values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from core.kernel.money import Money
from core.kernel.pack_levels import PackLevels


def is_looked_up(known: bool, since: date | None, day: date) -> bool:
    """Say whether somebody had looked an item's schedules up by a day; else "on none" and "not known" are the same."""
    return known and (since is None or since <= day)


def thousandths(number: str | None) -> int | None:
    """Return a number of at most three decimals in thousandths."""
    return None if number is None else int(Decimal(number) * 1000)


def of_thousandths(thousandths: int | None) -> str | None:
    """Return the number in its shortest form."""
    return None if thousandths is None else f"{(Decimal(thousandths) / 1000).normalize():f}"


def uqc_quantity(units: int, pieces_per_pack: int, uqc_milli: int) -> Fraction:
    """Return smallest units in the item's UQC, exactly: 25 of 10-tablet strips at 1 PAC a strip are 5/2."""
    return Fraction(units * uqc_milli, pieces_per_pack * 1000)


def mrp_of_sale_pack(printed: Money, levels: PackLevels, printed_on: str, sold: str) -> Money:
    """Return the MRP of a sale pack where another level prints it, rounded down so that all of them never pass it.

    Raises RuleBroken ``packs.no_level``.
    """
    return printed.pro_rata_down(levels.pieces(sold), levels.pieces(printed_on))
