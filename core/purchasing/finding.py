"""Finds documents of purchases by what a person remembers of them: whose they are, their number, an item."""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, Table, and_, exists, or_, select


def fits_text(
    text: str, named: tuple[Column[str], ...], document: Table, line: Table, of_document: Column[object]
) -> ColumnElement[bool]:
    """Return that each word of a text stands in one of the columns ``named`` of a document, or in an item of its lines.

    In any case and anywhere; ``of_document`` is the column of the lines that names their document.
    """
    return and_(*(_has_word(word, named, document, line, of_document) for word in text.split()))


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
