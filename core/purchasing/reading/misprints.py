"""Finds what is misprinted in a table with known headers: a cell that cannot stand there, lines that do not add up.

One misprint lets nothing add up. A person then wants to hear of it, and not be asked what columns mean that say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.kernel.errors import RuleBroken
from core.kernel.rounding import divide_half_away
from core.purchasing.reading.arithmetic import closes
from core.purchasing.reading.columns import Column
from core.purchasing.reading.mapping import InvoiceRead
from core.purchasing.reading.roles import TAX_PERCENTS, Role
from core.purchasing.reading.solving import Explanation
from core.purchasing.reading.table_reader import Candidate, TableReader
from core.purchasing.reading.values import is_nothing, read_number
from core.purchasing.reading.ways import GROSS_PER_PAISA, PARTS_PER_PAISA, Discounts, less

#: Lines that are taken out of a bill before it is rather the columns that are wrong.
_MOST_ODD_LINES = 5
#: In fewer lines one that is odd is not outvoted by the others.
_A_FEW = 3
#: Each look at a part of the lines solves it whole.
_MOST_LOOKS = 60


@dataclass(frozen=True, slots=True)
class OddCell:
    """A cell that cannot stand where it does: the number of its line among the lines, its column's header, its text."""

    at: int
    title: str
    text: str


def odd_cell(columns: Iterable[Column]) -> OddCell | None:
    """Return the first cell that keeps a column from being what its known header says, while most are as it says."""
    for column in columns:
        if not column.said or any(map(column.may, column.said)):
            continue
        odd = [at for at, cell in enumerate(column.cells) if not _fits_alone(column, cell)]
        if odd and 2 * len(odd) < max(len(column.filled), _A_FEW):
            return OddCell(odd[0], column.title, column.cells[odd[0]])
    return None


def _fits_alone(column: Column, cell: str) -> bool:
    """Say whether a cell can stand in its column; nothing and zero can anywhere."""
    if is_nothing(cell) or read_number(cell) == 0:
        return True
    alone = replace(column, cells=(cell,), _found={})
    return any(map(alone.may, column.said))


def sound_lines(lines: Sequence[int], holds: Callable[[Sequence[int]], bool]) -> list[int] | None:
    """Return the most lines that hold together, in their order: all but those that nothing explains beside the others.

    ``lines`` are numbers of lines, those first that say most; ``holds`` says whether some add up together. None where
    more than a few do not, or fewer than twice as many do; of two lines one is enough.
    """
    looks = odd = 0

    def grown(sound: list[int], more: Sequence[int]) -> list[int]:
        nonlocal looks, odd
        if odd > _MOST_ODD_LINES or looks > _MOST_LOOKS:
            return sound
        looks += 1
        if holds(sorted([*sound, *more])):
            return [*sound, *more]
        if len(more) == 1:
            odd += 1
            return sound
        half = len(more) // 2
        return grown(grown(sound, more[:half]), more[half:])

    found = grown([], lines) if lines else []
    least = (2 if len(lines) >= _A_FEW else 1) * (len(lines) - len(found))
    is_told = odd <= _MOST_ODD_LINES and looks <= _MOST_LOOKS and len(found) >= least
    return sorted(found) if is_told and found else None


def but_for_misprints(reader: TableReader) -> InvoiceRead | None:
    """Return the invoice with what is wrong at some lines, where known headers name what the others bear out.

    It is understood by the lines that add up, and never closes: each line that does not is a difference.
    """
    worth = _worth(reader.columns)
    if worth is None:
        return None
    parts: dict[tuple[int, ...], Candidate | None] = {}

    def understood(lines: Sequence[int]) -> Candidate | None:
        if tuple(lines) not in parts:
            one = reader.with_lines(lines).lines_alone()
            parts[tuple(lines)] = one if one is not None and one.is_named else None
        return parts[tuple(lines)]

    by_worth = sorted(range(len(worth)), key=worth.__getitem__, reverse=True)
    sound = sound_lines(by_worth, lambda lines: understood(lines) is not None)
    base = understood(sound) if sound is not None else None
    whole = _spread(reader, base) if base is not None else None
    if sound is None or whole is None:
        return None
    odd = {reader.body.lines[at].line for at in set(range(len(worth))).difference(sound)}
    return reader.read(whole) if odd <= {one.row for one in whole.differences} else None


def _worth(columns: Iterable[Column]) -> list[int] | None:
    """Return rate times quantity of each line in paise, None where no known headers name them."""
    counts = next((column.counts for column in columns if Role.QUANTITY in column.said), None)
    rates = next((column.numbers for column in columns if column.said & {Role.RATE, Role.NET_RATE, Role.PTR}), None)
    if counts is None or rates is None:
        return None
    return [count * rate // GROSS_PER_PAISA for (count, _), rate in zip(counts, rates, strict=True)]


def _spread(reader: TableReader, base: Candidate) -> Candidate | None:
    """Return the invoice of all lines as some are understood, None where a cell of another cannot be read."""
    explained = base.explained
    numbers = {column.place: column.numbers for column in reader.columns}
    counts, rates = reader.columns[explained.quantity.place].counts, numbers[explained.rate.place]
    percents = _percents(reader.columns, explained)
    if counts is None or rates is None or (percents is None and explained.taxing.percents is not None):
        return None
    printed = next((numbers[at] for at, role in explained.roles.items() if role is Role.TAXABLE), None)
    if printed is not None:
        taxable = tuple(divide_half_away(number, PARTS_PER_PAISA) for number in printed)
    else:
        gross = [count * price for (count, _), price in zip(counts, rates, strict=True)]
        taxable = less(gross, _whole(reader.columns, explained.discounts), range(len(gross)))
    whole = replace(explained, taxable=taxable, taxing=replace(explained.taxing, percents=percents))
    try:
        invoice = reader.invoice_of(whole, base.filled)
    except RuleBroken:
        return None
    return replace(base, invoice=invoice, explained=whole, differences=closes(invoice))


def _percents(columns: Sequence[Column], explained: Explanation) -> tuple[int, ...] | None:
    """Return GST of all lines from the columns that say it, None where it was worked out from amounts."""
    said_in = [columns[column.place] for column, role in explained.taxing.said_in if role in TAX_PERCENTS]
    if explained.taxing.percents is None or len(said_in) < len(explained.taxing.said_in):
        return None
    return tuple(map(sum, zip(*(column.numbers or () for column in said_in), strict=True)))


def _whole(columns: Sequence[Column], discounts: Discounts) -> Discounts:
    """Return the same columns of discounts with the cells of all lines."""
    percents, amounts = (tuple(columns[one.place] for one in some) for some in (discounts.percents, discounts.amounts))
    return Discounts(percents, amounts, discounts.added)
