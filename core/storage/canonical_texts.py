"""The rows of documents as the JSON text their events hold, written by SQLite in one piece.

Most events say nothing but the rows of one document. Comparing texts then proves them all without reading a field.
A text that differs proves nothing wrong yet: whoever compares must then look at the rows themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import sqlalchemy
from sqlalchemy import ColumnElement, LargeBinary, Text, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from core.storage.columns import Day, Flag, Id
from core.storage.prepared import Prepared

_DOCUMENTS_AT_ONCE = 250
#: Stands for the document's id, the same in all its rows; ``json_quote`` lets no such character through.
_DOCUMENT = "\x01"


class DocumentRows(NamedTuple):
    """What a table holds of a document: the JSON of its rows in order of the key, between brackets, and how many."""

    text: str
    rows: int


class CanonicalTexts:
    """A table whose key begins with the document's id."""

    def __init__(self, table: sqlalchemy.Table) -> None:
        first, *others = table.primary_key.columns
        texts = func.group_concat(_row_text(table, first), literal_column("','"))
        self._texts = Prepared(
            select(first, texts.aggregate_order_by(*others) if others else texts, func.count())
            .where(first.in_([bindparam(f"d{n}", type_=LargeBinary()) for n in range(_DOCUMENTS_AT_ONCE)]))
            .group_by(first)
        )

    def of_documents(self, session: Session, documents: Sequence[bytes]) -> dict[bytes, DocumentRows]:
        """Return the rows of each document that has any, by the document's id (16 bytes, as the database has it)."""
        found: dict[bytes, DocumentRows] = {}
        for start in range(0, len(documents), _DOCUMENTS_AT_ONCE):
            part = list(documents[start : start + _DOCUMENTS_AT_ONCE])
            part += part[-1:] * (_DOCUMENTS_AT_ONCE - len(part))
            for document, text, count in self._texts.run_raw(session, part):
                found[document] = DocumentRows(text.replace(_DOCUMENT, document.hex()), count)
        return found


@cache
def canonical_texts(table: sqlalchemy.Table) -> CanonicalTexts:
    """Return a table's texts; the statement that reads them takes milliseconds to make, so it is made once."""
    return CanonicalTexts(table)


def has_texts(table: sqlalchemy.Table, dialect: str) -> bool:
    """Say whether a table's rows can be read so."""
    first = next(iter(table.primary_key.columns))
    return (
        dialect == "sqlite"
        and isinstance(first.type, Id)
        and not any(column.info.get("secret") for column in table.columns)
    )


def _row_text(table: sqlalchemy.Table, document: sqlalchemy.Column[object]) -> ColumnElement[str]:
    """Return SQL for a row's canonical JSON.

    ``concat`` leaves out what is null, so that a column that may be null is one piece with its name and its comma. The
    comma stands on the side of a column that is never null. Constants that meet are one: each piece costs time.
    """
    columns = sorted(table.columns, key=lambda column: column.name)
    never_null = next(place for place, column in enumerate(columns) if not column.nullable)
    pieces: list[str | ColumnElement[str]] = ["{"]
    for place, column in enumerate(columns):
        before, after = "," if place > never_null else "", "," if place < never_null else ""
        name = f'{before}"{column.name}":'
        if column is document:
            pieces += [f'{name}"{_DOCUMENT}"{after}']
        elif column.nullable:
            text = _constant(name).concat(_value_text(column))
            pieces += [text.concat(_constant(after)) if after else text]
        elif isinstance(column.type, Id | LargeBinary):
            pieces += [f'{name}"', func.lower(func.hex(column)), f'"{after}']
        else:
            pieces += [name, _value_text(column), after] if after else [name, _value_text(column)]
    return func.concat(*_merged([*pieces, "}"]))


def _merged(pieces: Sequence[str | ColumnElement[str]]) -> Iterator[ColumnElement[str]]:
    for constant, group in itertools.groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if constant:
            yield _constant("".join(map(str, group)))
        else:
            yield from (piece for piece in group if not isinstance(piece, str))


def _constant(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text)


def _value_text(column: sqlalchemy.Column[object]) -> ColumnElement[str]:
    if isinstance(column.type, Id | LargeBinary):
        # of a null hex makes "", so the text must become null by the column itself
        text = _constant('"').concat(func.lower(func.hex(column))).concat(_constant('"'))
        return sqlalchemy.case((column.is_not(None), text))
    if isinstance(column.type, Flag):
        number = sqlalchemy.type_coerce(column, sqlalchemy.Integer)
        yes, no = literal_column("'true'", Text), literal_column("'false'", Text)
        return sqlalchemy.case((number == literal_column("1"), yes), (number == literal_column("0"), no))
    if isinstance(column.type, Day | Text):
        # a day too: an edited file may hold anything in it, even the text of the next column
        text = func.json_quote(sqlalchemy.type_coerce(column, Text))
        return sqlalchemy.case((column.is_not(None), text)) if column.nullable else text
    return sqlalchemy.type_coerce(column, Text)
