"""The columns of a table: what their headers say, what their cells are, and which roles both together allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.packs import read_pack
from core.purchasing.reading import roles
from core.purchasing.reading.body import Body, kind_of
from core.purchasing.reading.headers import said_by, suggested_by
from core.purchasing.reading.roles import Role
from core.purchasing.reading.values import (
    PARTS,
    is_nothing,
    read_both,
    read_counted,
    read_expiry,
    read_free,
    read_number,
)

#: The rates of GST that a purchase can bear, in 1/10000 percent, and their halves.
SLABS = frozenset(percent * PARTS // 100 for percent in (0, 25, 150, 300, 500, 1200, 1800, 2800, 4000))
HALF_SLABS = frozenset(slab // 2 for slab in SLABS)
_COUNTS = frozenset({Role.QUANTITY, Role.FREE, Role.SCHEME})
_MOST_PERCENT = 100 * PARTS
_MOST_COUNT = 100_000 * PARTS
_LONGEST_BATCH = 25
_WORD = re.compile(r"[^\W\d_]{2}")
_HSN = re.compile(r"\d{2}|\d{4}|\d{6}|\d{8}", re.ASCII)
_BATCH = re.compile(r"[A-Z0-9][A-Z0-9 ./\\\-_#&()*+,:;'@]*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Column:
    """One column: ``said`` by a known header and nothing else may be meant, ``suggested`` by the words of another.

    ``given`` says that a person named the role that is said.
    """

    place: int
    title: str
    cells: tuple[str, ...]
    said: frozenset[Role] = frozenset()
    suggested: frozenset[Role] = frozenset()
    given: bool = False
    _found: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The cells with something in them."""
        return tuple(cell for cell in self.cells if not is_nothing(cell))

    @cached_property
    def numbers(self) -> tuple[int, ...] | None:
        """The cells in 1/10000, blank ones as zero; None where one is no number.

        A GST of two equal halves in one cell (``2.5+2.5``) is their sum; free goods may be parts of a pack (``1/2``).
        """
        read = read_free if self._is_free_alone else read_number
        found = [0 if is_nothing(cell) else read(cell) for cell in self.cells]
        if all(number is not None for number in found):
            return tuple(number for number in found if number is not None)
        halves = [(0, 0) if is_nothing(cell) else read_both(cell) for cell in self.cells]
        if self.speaks_of(_COUNTS) or not all(pair and pair[0] == pair[1] in HALF_SLABS for pair in halves):
            return None
        return tuple(sum(pair) for pair in halves if pair)

    @cached_property
    def counts(self) -> tuple[tuple[int, int], ...] | None:
        """Billed and free packs of each line (``10+1``, ``10 NOS``, ``10``) in 1/10000; None where one is no count."""
        found = []
        for cell in self.cells:
            both = (0, 0) if is_nothing(cell) else read_both(cell)
            if both is None:
                number = read_free(cell) if self._is_free_alone else None
                if number is None:
                    number = read_counted(cell) if self.speaks_of({Role.QUANTITY, Role.FREE}) else read_number(cell)
                if number is None:
                    return None
                both = (number, 0)
            if not all(0 <= part <= _MOST_COUNT and part % 10 == 0 for part in both):
                return None
            found.append(both)
        return tuple(found)

    @property
    def _is_free_alone(self) -> bool:
        """Whether the header means free goods and nothing else that a stroke may stand in."""
        return (self.said or self.suggested) == {Role.FREE}

    @cached_property
    def has_values(self) -> bool:
        """Whether a number other than zero stands in it."""
        return any(self.numbers or ())

    @cached_property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.filled

    @property
    def holds_something(self) -> bool:
        """Whether a text or a number other than zero stands in it."""
        return self.has_values if self.numbers is not None else not self.is_blank

    def speaks_of(self, some: frozenset[Role] | set[Role]) -> bool:
        """Say whether the header leads to one of the roles."""
        return bool((self.said or self.suggested) & some)

    def may(self, role: Role) -> bool:
        """Say whether the column can have a role: its header does not say another, and its cells are such."""
        if self.said and role not in self.said:
            return False
        if role not in self._found:
            self._found[role] = _FITS.get(role, _is_anything)(self)
        return bool(self._found[role])

    def leaning(self, role: Role) -> int:
        """Return how much the header speaks for a role: 3 by name, 1 by its words, -1 for another, 0 if unknown."""
        if self.said:
            return 3 if role in self.said else -3
        if self.suggested:
            return 1 if role in self.suggested else -1
        return 0


def columns_of(body: Body) -> tuple[Column, ...]:
    """Return the columns of a table."""
    found = []
    for place, title in enumerate(body.titles):
        cells = tuple(row.cell(place) for row in body.lines)
        column = Column(place, title, cells, said_by(title), suggested_by(title))
        # words that the cells belie say nothing: the column is as one of unknown meaning
        likely = frozenset(role for role in column.suggested if column.is_blank or column.may(role))
        found.append(Column(place, title, cells, column.said, likely))
    return tuple(found)


def kinds_of(columns: Sequence[Column]) -> str:
    """Return the kinds of all columns in order, a letter each: what a table without header is known by."""
    return "".join(max((kind_of(cell) for cell in column.filled), default="-", key=_by_width) for column in columns)


def _by_width(kind: str) -> int:
    return "ndt".index(kind)


def _is_anything(_: Column) -> bool:
    return True


def _mostly(column: Column, role: Role, fits: Callable[[str], bool], least: int = 9) -> bool:
    """Say whether at least so many tenths of the filled cells fit, one of them at least.

    Half of them do where a known header says the role: in a short bill one misprint is a third of a column.
    """
    fitting = sum(map(fits, column.filled))
    return fitting > 0 and 10 * fitting >= (5 if role in column.said else least) * len(column.filled)


def expiry_or_none(cell: str) -> Expiry | None:
    """Return the expiry that a cell names, None for none and for what is none."""
    try:
        return read_expiry(cell)
    except RuleBroken:
        return None


def _is_expiry(cell: str) -> bool:
    return expiry_or_none(cell) is not None or cell.strip("0/ -") == ""


def _has_expiries(column: Column) -> bool:
    # bare digits are a month only where the header says so
    by_name = column.speaks_of({Role.EXPIRY})
    if not _mostly(column, Role.EXPIRY, _is_expiry):
        return False
    return by_name or _mostly(column, Role.EXPIRY, lambda cell: kind_of(cell) == "d")


def _has_numbers(column: Column) -> bool:
    return column.numbers is not None


def _has_amounts(column: Column) -> bool:
    return column.numbers is not None and min(column.numbers, default=0) >= 0


def _has_prices(column: Column) -> bool:
    return _has_amounts(column) and column.has_values


def _has_percents(column: Column) -> bool:
    return _has_amounts(column) and max(column.numbers or (0,)) <= _MOST_PERCENT


def _has_slabs(column: Column) -> bool:
    return column.numbers is not None and set(column.numbers) <= SLABS


def _has_half_slabs(column: Column) -> bool:
    return column.numbers is not None and set(column.numbers) <= HALF_SLABS


def _has_counts(column: Column) -> bool:
    if column.counts is None or not any(map(any, column.counts)):
        return False
    # finer parts than half a pack are no quantity unless the header says so
    return column.speaks_of({Role.QUANTITY}) or all(billed % (PARTS // 2) == 0 for billed, _ in column.counts)


def _has_free(column: Column) -> bool:
    return column.numbers is not None and column.counts is not None


def _is_serial(column: Column) -> bool:
    numbers = column.numbers
    return numbers is not None and numbers == tuple(range(PARTS, PARTS + PARTS * len(numbers), PARTS))


def _has_packs(column: Column) -> bool:
    if column.speaks_of({Role.PACK}):
        return True
    return column.numbers is None and _mostly(column, Role.PACK, lambda cell: read_pack(cell) is not None, 8)


_FITS: Mapping[Role, Callable[[Column], bool]] = MappingProxyType(
    {
        Role.SERIAL: _is_serial,
        Role.NAME: lambda column: _mostly(column, Role.NAME, lambda cell: _WORD.search(cell) is not None),
        Role.PACK: _has_packs,
        Role.BATCH: lambda column: _mostly(
            column, Role.BATCH, lambda cell: len(cell) <= _LONGEST_BATCH and _BATCH.fullmatch(cell) is not None
        ),
        Role.MAKER: lambda column: _mostly(
            column, Role.MAKER, lambda cell: kind_of(cell) == "t" and _WORD.search(cell) is not None
        ),
        Role.EXPIRY: _has_expiries,
        Role.HSN: lambda column: _mostly(column, Role.HSN, lambda cell: _HSN.fullmatch(cell) is not None),
        Role.QUANTITY: _has_counts,
        Role.FREE: _has_free,
        **dict.fromkeys((Role.RATE, Role.NET_RATE, Role.MRP, Role.PTR), _has_prices),
        **dict.fromkeys(roles.DISCOUNT_PERCENTS, _has_percents),
        **dict.fromkeys(roles.DISCOUNT_AMOUNTS, _has_amounts),
        **dict.fromkeys(roles.AMOUNTS, _has_numbers),
        **dict.fromkeys(roles.TAX_AMOUNTS, _has_amounts),
        Role.GST_PERCENT: _has_slabs,
        Role.IGST_PERCENT: _has_slabs,
        Role.CGST_PERCENT: _has_half_slabs,
        Role.SGST_PERCENT: _has_half_slabs,
        Role.TOTAL: _has_prices,
        Role.FREIGHT: _has_amounts,
    }
)
