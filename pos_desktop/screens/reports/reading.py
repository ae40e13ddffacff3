"""Reads all of a report, for its lines or for its sums alone; ends soon after nobody wants it. Knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from sqlalchemy.orm import Session

from core.reporting.columns import Value
from core.reporting.report import ReportRow, Tick
from core.reporting.running import OpenReport
from core.reporting.shaping import Adder, LineKind, ReportLine, Shape, shaped

T = TypeVar("T")
#: What a window holds: more is for a file.
MOST_ROWS = 200_000
#: Between two looks whether somebody still wants the rows.
_EVERY = 500


class TooMany(Exception):
    """A report has more rows than a window holds."""


class Whole(NamedTuple):
    """All of a report: its lines but for the sum of all, that sum, and its rows where they are kept for the next."""

    lines: list[ReportLine]
    totals: tuple[Value, ...] | None
    rows_read: int
    rows: list[ReportRow] | None


class Sums(NamedTuple):
    """What all rows come to, for each column that may be seen, and how many they are."""

    values: tuple[Value, ...]
    rows_read: int


def read_sums(opened: OpenReport, session: Session, tick: Tick) -> Sums:
    """Add up all rows of a report."""
    return sums_of(opened, _watched(opened, session, tick))


def sums_of(opened: OpenReport, rows: Iterable[ReportRow]) -> Sums:
    """Add up rows of a report."""
    adder = Adder(opened.columns)
    for row in rows:
        adder.add(row.values)
    return Sums(adder.values, adder.count)


def read_lines(opened: OpenReport, session: Session, shape: Shape, tick: Tick, *, keeps: bool) -> Whole:
    """Read all lines of a report. ``keeps`` also keeps its rows as they came. Raises ``Stopped``, ``TooMany``."""
    rows = _watched(opened, session, tick)
    if keeps:
        return lines_of(opened, list(_no_more(rows)), shape)
    return lines_of(opened, rows, shape)


def lines_of(opened: OpenReport, rows: Iterable[ReportRow], shape: Shape) -> Whole:
    """Put rows into a shape. Raises ``TooMany``."""
    lines = list(_no_more(shaped(opened.columns, rows, shape)))
    total = lines.pop() if lines and lines[-1].kind is LineKind.TOTAL else None
    count = sum(line.kind is LineKind.ROW for line in lines)
    return Whole(lines, total.values if total is not None else None, count, rows if isinstance(rows, list) else None)


def _no_more(rows: Iterable[T]) -> Iterator[T]:
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            raise TooMany
        yield row


def _watched(opened: OpenReport, session: Session, tick: Tick) -> Iterator[ReportRow]:
    """Yield the rows, looking now and then whether they are still wanted; how far the report says it is, is told."""
    said = (0, 0)

    def told(done: int, whole: int) -> None:
        nonlocal said
        said = (done, whole)
        tick(done, whole)

    for number, row in enumerate(opened.rows(session, tick=told), start=1):
        if number % _EVERY == 0:
            tick(*(said if said[1] else (number, 0)))
        yield row
