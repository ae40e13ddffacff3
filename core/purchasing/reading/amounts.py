"""The amounts of all lines, column by column, and which columns hold some amounts on every line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.kernel.rounding import divide_half_away
from core.purchasing.reading import roles
from core.purchasing.reading.arithmetic import LINE_TOLERANCE
from core.purchasing.reading.columns import Column
from core.purchasing.reading.ways import PARTS_PER_PAISA, may_be_any

#: Lines that are looked up by amount; the others are compared only for the columns that fit on these.
_LOOKED_UP = 48


class Amounts:
    """The numbers of a table's columns in paise. Sets of columns are bits: the first is 1, the next 2, then 4."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.numeric = [column for column in columns if column.numbers is not None and column.has_values]
        self.paise: Mapping[int, tuple[int, ...]] = {
            column.place: tuple(divide_half_away(number, PARTS_PER_PAISA) for number in column.numbers or ())
            for column in self.numeric
        }
        self.columns = [column for column in self.numeric if may_be_any(column, roles.AMOUNTS)]
        lines = len(self.columns[0].cells) if self.columns else 0
        self.near: list[dict[int, int]] = [{} for _ in range(min(lines, _LOOKED_UP))]
        for column in self.columns:
            for near, paise in zip(self.near, self.paise[column.place], strict=False):
                for one in range(paise - LINE_TOLERANCE, paise + LINE_TOLERANCE + 1):
                    near[one] = near.get(one, 0) | 1 << column.place

    def beside(self, taken: Iterable[int]) -> int:
        """Return the columns of amounts but some, as bits."""
        left = set(taken)
        return sum(1 << column.place for column in self.columns if column.place not in left)

    def holding(self, paise: Sequence[int], among: int = -1) -> int:
        """Return the columns that hold these amounts on every line, to two paise, as bits."""
        found = among if self.near else 0
        for near, one in zip(self.near, paise, strict=False):
            found &= near.get(one, 0)
            if not found:
                return 0
        if len(paise) <= len(self.near):
            return found
        return sum(
            1 << column.place
            for column in self.columns
            if found >> column.place & 1 and same(self.paise[column.place], paise)
        )


def same(numbers: Iterable[int], others: Iterable[int]) -> bool:
    """Say whether amounts are the same on every line, to two paise."""
    return all(abs(one - other) <= LINE_TOLERANCE for one, other in zip(numbers, others, strict=True))
