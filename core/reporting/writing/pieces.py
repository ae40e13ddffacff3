"""Quantities in files that spreadsheets open: ``9:5`` is a time of day to them, so numbers stand there.

Packs of different items add up to nothing, and so do their pieces: there is no sum of these columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.shaping import ReportLine


def pieces_title(column: ReportColumn) -> str:
    """Return what the column is called that holds a quantity in pieces."""
    return f"{column.title} (pieces)"


def in_numbers(value: Value) -> tuple[int | None, int | None, int | None]:
    """Return a quantity as packs, loose pieces, and all of it in pieces; each with its sign, nothing of nothing."""
    if not isinstance(value, Quantity):
        return None, None, None
    units, pieces = value
    packs, loose = divmod(abs(units), pieces)
    sign = -1 if units < 0 else 1
    return sign * packs, sign * loose, units


def number_titles(column: ReportColumn) -> tuple[str, str, str]:
    """Return what the columns of ``in_numbers`` are called."""
    return f"{column.title} (packs)", f"{column.title} (loose)", pieces_title(column)


def beside(columns: Sequence[ReportColumn]) -> tuple[ReportColumn, ...]:
    """Return columns with one of whole pieces behind each quantity."""
    found: list[ReportColumn] = []
    for column in columns:
        found.append(column)
        if column.kind is Kind.QUANTITY:
            found.append(ReportColumn(f"{column.id}_pieces", pieces_title(column), Kind.COUNT, 8))
    return tuple(found)


def lines_beside(columns: Sequence[ReportColumn], lines: Iterable[ReportLine]) -> Iterator[ReportLine]:
    """Yield lines of ``columns`` with a value for each column of ``beside``."""
    if not any(column.kind is Kind.QUANTITY for column in columns):
        yield from lines
        return
    for line in lines:
        values: list[Value] = []
        for column, value in zip(columns, line.values, strict=True):
            values.append(value)
            if column.kind is Kind.QUANTITY:
                values.append(value.units if isinstance(value, Quantity) else None)
        yield line._replace(values=tuple(values))
