"""Rows read along an index, some hundred at once, for reports that are read by the page.

Each piece begins behind the last row of the one before: a page costs what is on it however far on it stands, and no
cursor stays open while somebody looks at a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Select, literal, tuple_
from sqlalchemy.orm import Session

from core.kernel.days import Days
from core.reporting.report import Key, Reading
from core.reporting.sold import Column

#: The first piece is a page of a window and a little more.
_FIRST, _AT_ONCE = 128, 512
_DAYS_AT_ONCE = 31

RowT = TypeVar("RowT")


def along(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    place: Sequence[Column],
    pieces: Iterable[tuple[Any, Any]],
    after: Key | None = None,
    *,
    again: bool = False,
) -> Iterator[Any]:
    """Yield the rows of a statement in the order of an index.

    ``place`` are the columns of the index by which rows stand, the statement's first columns; ``pieces`` are the first
    and the last value of the first of them, one piece after another. With ``after``, a value for each of them or for
    the first ones alone, rows begin behind it; with ``again`` at it.
    """
    head = place[0]
    for first, last in pieces:
        if after is not None and last < after[0]:
            continue
        bounded = statement.where(head <= literal(last, head.type)).order_by(*place)
        size = _FIRST
        while True:
            if after is None:
                rest = bounded.where(head >= literal(first, head.type))
            else:
                # without the lower bound beside it: SQLite takes either of the two, and that one is further back
                columns = place[: len(after)]
                here = tuple_(*columns)
                there = tuple_(*(literal(value, column.type) for value, column in zip(after, columns, strict=True)))
                rest = bounded.where(here >= there if again else here > there)
            rows = session.execute(rest.limit(size)).all()
            yield from rows
            if len(rows) < size:
                break
            after, again, size = tuple(rows[-1][: len(place)]), False, _AT_ONCE
        after, again = None, False


def at_once(reading: Reading) -> list[Days]:
    """Return the days that are asked for as one piece: for statements that pick every row of their index."""
    return [reading.asked.span]


def by_the_month(reading: Reading, *, tells: bool = True) -> Iterator[Days]:
    """Yield the days that are asked for some weeks at once, and say how far they are unless another stream does.

    For statements that look at many rows and pick few: else nobody could stop them before the first is found.
    """
    for piece in reading.asked.span.pieces(_DAYS_AT_ONCE):
        if tells:
            tell(reading, piece.first)
        yield piece


def in_batches(rows: Iterable[RowT]) -> Iterator[list[RowT]]:
    """Yield rows some hundred at once, so that what stands beside them is read for all of them together."""
    left = iter(rows)
    size = _FIRST
    while batch := list(islice(left, size)):
        yield batch
        size = _AT_ONCE


def tell(reading: Reading, day: date) -> None:
    """Say that a report has come as far as a day of those that are asked for; raises ``Stopped`` where it shall end."""
    span = reading.asked.span
    reading.tick((day - span.first).days, (span.last - span.first).days + 1)
