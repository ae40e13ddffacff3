"""Puts the rows of a report into the order, groups and columns that are asked for, and adds them up."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

from core.kernel.errors import RuleBroken
from core.reporting.columns import Quantity, ReportColumn, Value, added, show_value
from core.reporting.report import ReportRow, Target


class LineKind(enum.Enum):
    """What a line of a report is: a row, the head of a group, the sum of a group, the sum of all."""

    ROW = "row"
    GROUP = "group"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


class ReportLine(NamedTuple):
    """A line as it is shown, with a value for each visible column."""

    values: tuple[Value, ...]
    kind: LineKind = LineKind.ROW
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows are shown. ``columns`` are ids, in the order wished for; None is all that are not extra.

    ``sort`` is a column's id, None for the report's own order; ``group`` another's. ``words`` have to stand somewhere
    in a row, in any order and case.
    """

    columns: tuple[str, ...] | None = None
    sort: str | None = None
    descending: bool = False
    group: str | None = None
    words: str = ""

    @property
    def needs_all(self) -> bool:
        """Whether no line can be shown before every row is read."""
        return self.sort is not None or self.group is not None


AS_IT_COMES = Shape()


def visible_columns(columns: Sequence[ReportColumn], shape: Shape) -> tuple[ReportColumn, ...]:
    """Return the columns that are shown. Raises RuleBroken ``reports.no_column``, ``reports.no_columns``."""
    if shape.columns is None:
        return tuple(column for column in columns if not column.extra)
    chosen = tuple(column_of(columns, name) for name in dict.fromkeys(map(str.lower, shape.columns)))
    if not chosen:
        raise RuleBroken("reports.no_columns", where="columns")
    return chosen


def column_of(columns: Sequence[ReportColumn], name: str) -> ReportColumn:
    """Return a column by its id, in any case. Raises RuleBroken ``reports.no_column``."""
    wanted = name.strip().lower()
    for column in columns:
        if column.id == wanted:
            return column
    raise RuleBroken("reports.no_column", name=name, names=", ".join(column.id for column in columns))


class Adder:
    """Adds up the columns that add up, row by row."""

    def __init__(self, columns: Sequence[ReportColumn]) -> None:
        self._columns = columns
        self._sums: list[Value] = [None] * len(columns)
        self.count = 0

    def add(self, values: Sequence[Value]) -> None:
        """Take a row's values."""
        self.count += 1
        for at, column in enumerate(self._columns):
            if column.adds_up:
                self._sums[at] = added(column.kind, self._sums[at], values[at])

    @property
    def values(self) -> tuple[Value, ...]:
        """The sums, nothing where a column does not add up."""
        return tuple(self._sums)


def labelled(columns: Sequence[ReportColumn], sums: Sequence[Value], label: str) -> tuple[Value, ...]:
    """Return sums with a label in the first column that has none of them."""
    place = next((at for at, column in enumerate(columns) if not column.adds_up), None)
    return tuple(label if at == place else value for at, value in enumerate(sums))


def shaped(columns: Sequence[ReportColumn], rows: Iterable[ReportRow], shape: Shape) -> Iterator[ReportLine]:
    """Yield the lines of a report: its rows as they are asked for, sums of groups, and the sum of all at the end.

    ``columns`` are all of the report that the reader may see, in the order of the rows' values. Where neither order
    nor groups are asked for, rows pass through one by one. There is no sum of nothing.
    """
    seen = visible_columns(columns, shape)
    places = [columns.index(column) for column in seen]
    chosen: Iterable[ReportRow] = _with_words(columns, rows, shape.words)
    if shape.sort is not None:
        chosen = sorted_rows(columns, chosen, shape.sort, descending=shape.descending)
    whole = Adder(columns)
    if shape.group is not None:
        yield from _grouped(columns, chosen, shape.group, places, whole)
    else:
        for row in chosen:
            whole.add(row.values)
            yield ReportLine(tuple(row.values[place] for place in places), LineKind.ROW, row.target)
    if whole.count and any(column.adds_up for column in seen):
        yield ReportLine(labelled(seen, [whole.values[place] for place in places], "Total"), LineKind.TOTAL)


def sorted_rows(
    columns: Sequence[ReportColumn], rows: Iterable[ReportRow], name: str, *, descending: bool = False
) -> list[ReportRow]:
    """Return rows in the order of a column, equal ones as they came; those without a value stand last either way."""
    place = columns.index(column_of(columns, name))
    every = list(rows)
    filled = [row for row in every if row.values[place] is not None]
    filled.sort(key=lambda row: sort_key(row.values[place]), reverse=descending)
    return filled + [row for row in every if row.values[place] is None]


def sort_key(value: Value) -> Any:
    """Return what a value of a column is compared by: texts in any case, quantities by packs."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, Quantity):
        return value.units / value.pieces_per_pack
    return value


def _with_words(columns: Sequence[ReportColumn], rows: Iterable[ReportRow], words: str) -> Iterator[ReportRow]:
    wanted = words.casefold().split()
    if not wanted:
        yield from rows
        return
    for row in rows:
        text = " ".join(
            show_value(column.kind, value) for column, value in zip(columns, row.values, strict=True)
        ).casefold()
        if all(word in text for word in wanted):
            yield row


def _grouped(
    columns: Sequence[ReportColumn], rows: Iterable[ReportRow], name: str, places: Sequence[int], whole: Adder
) -> Iterator[ReportLine]:
    by = column_of(columns, name)
    at = columns.index(by)
    # by what is read: bills of one minute have one heading, for theirs would say the same
    groups: dict[str, list[ReportRow]] = {}
    for row in rows:
        groups.setdefault(show_value(by.kind, row.values[at]), []).append(row)
    seen = [columns[place] for place in places]
    for words, members in groups.items():
        label = f"{by.title}: {words or 'none'} ({len(members)})"
        head: list[Value] = [None] * len(seen)
        head[0] = label
        yield ReportLine(tuple(head), LineKind.GROUP)
        part = Adder(columns)
        for row in members:
            part.add(row.values)
            whole.add(row.values)
            yield ReportLine(tuple(row.values[place] for place in places), LineKind.ROW, row.target)
        if any(column.adds_up for column in seen):
            sums = labelled(seen, [part.values[place] for place in places], "Sum")
            yield ReportLine(sums, LineKind.SUBTOTAL)


def total_of(columns: Sequence[ReportColumn], rows: Iterable[ReportRow]) -> tuple[Value, ...]:
    """Return the sums of rows, nothing where a column does not add up."""

    def add(adder: Adder, row: ReportRow) -> Adder:
        adder.add(row.values)
        return adder

    return reduce(add, rows, Adder(columns)).values
