"""Where the cards of the dashboard stand, on a screen and on paper: rows of twelve columns. Knows no Qt."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

_COLUMNS = 12
#: What stands beside each other, each with its share of twelve columns; names together stand above each other.
_ROWS: tuple[tuple[tuple[tuple[str, ...], int], ...], ...] = (
    ((("today",), 4), (("hours",), 5), (("ways",), 3)),
    ((("days",), 5), (("months",), 4), (("dues",), 3)),
    ((("sellers",), 4), (("slow",), 4), (("stock", "expiring"), 4)),
)
#: Where there is room for two beside each other only.
_PAIRS: tuple[tuple[str, ...], ...] = (
    ("today", "hours"),
    ("ways", "days"),
    ("months", "dues"),
    ("sellers", "slow"),
    ("stock", "expiring"),
)


class Spot(NamedTuple):
    """Cards above each other, from a column on, so many columns wide."""

    names: tuple[str, ...]
    begins: int
    width: int


def rows_of_cards(names: Collection[str], columns: int = 3) -> list[list[Spot]]:
    """Return where these cards stand, in about so many columns; those that are left take the room of the others."""
    if columns >= 3:
        rows = [[(tuple(name for name in of if name in names), width) for of, width in row] for row in _ROWS]
    elif columns == 2:
        rows = [[((name,), 1) for name in pair if name in names] for pair in _PAIRS]
    else:
        rows = [[((name,), 1)] for row in _ROWS for of, _ in row for name in of if name in names]
    return [spots for row in rows if (spots := _spread([(of, width) for of, width in row if of]))]


def _spread(row: list[tuple[tuple[str, ...], int]]) -> list[Spot]:
    whole = sum(width for _, width in row)
    spots, taken = [], 0
    for of, width in row:
        begins = _COLUMNS * taken // whole
        taken += width
        spots.append(Spot(of, begins, _COLUMNS * taken // whole - begins))
    return spots
