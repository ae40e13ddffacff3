"""Finds documents of purchases by what a person remembers of them: whose they are, their number, an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Table, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session


class Part(NamedTuple):
    """Rows of a list, and how many stand behind them."""

    rows: list[Any]
    left: int


def fits_text(
    text: str, named: tuple[Column[str], ...], document: Table, line: Table, of_document: Column[object]
) -> ColumnElement[bool]:
    """Return that each word of a text stands in one of the columns ``named`` of a document, or in an item of its lines.

    In any case and anywhere; ``of_document`` is the column of the lines that names their document.
    """
    return and_(*(_has_word(word, named, document, line, of_document) for word in text.split()))


def part_of(
    session: Session, wanted: Any, place: Sequence[Column[Any]], after: tuple[Any, ...] | None, limit: int
) -> Part:
    """Return the first rows of an ordered select behind a place in its order, which is the newest first.

    What stands behind them is counted only where there is something: most lists end before their limit.
    """
    if after is not None:
        wanted = wanted.where(tuple_(*place) < tuple(after))
    rows = session.execute(wanted.limit(limit + 1)).all()
    if len(rows) <= limit:
        return Part(list(rows), 0)
    # what else is selected of each is not worked out only to be counted
    counted = wanted.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return Part(list(rows[:limit]), int(session.scalar(counted)) - limit)


def _has_word(
    word: str, named: tuple[Column[str], ...], document: Table, line: Table, of_document: Column[object]
) -> ColumnElement[bool]:
    item = exists(
        select(1)
        .where(
            of_document == document.c.id,
            or_(
                line.c.item_name.icontains(word, autoescape=True),
                line.c.item_code.istartswith(word, autoescape=True),
            ),
        )
        .correlate(document)
    )
    return or_(*(column.icontains(word, autoescape=True) for column in named), item)
