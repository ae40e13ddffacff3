"""The rows of documents as the JSON text their events hold, written by SQLite in one piece.

Most events say nothing but the rows of one document. Comparing texts then proves them all without reading a field.
A text that differs proves nothing wrong yet: whoever compares must then look at the rows themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy
from sqlalchemy import ColumnElement, LargeBinary, Text, bindparam, func, literal_column, select
from sqlalchemy.orm import Session

from core.storage.columns import Day, Flag, Id
from core.storage.prepared import Prepared

_DOCUMENTS_AT_ONCE = 250


class DocumentRows(NamedTuple):
    """What a table holds of a document: the JSON of its rows in order of the key, between brackets, and how many."""

    text: str
    rows: int


class CanonicalTexts:
    """A table whose key begins with the document's id."""

    def __init__(self, table: sqlalchemy.Table) -> None:
        first = next(iter(table.primary_key.columns))
        rows = (
            select(first.label("document"), _row_text(table).label("row_text"))
            .where(first.in_([bindparam(f"d{n}", type_=LargeBinary()) for n in range(_DOCUMENTS_AT_ONCE)]))
            .order_by(*table.primary_key.columns)
            .subquery()
        )
        self._texts = Prepared(
            select(rows.c.document, func.group_concat(rows.c.row_text, literal_column("','")), func.count()).group_by(
                rows.c.document
            )
        )

    def of_documents(self, session: Session, documents: Sequence[bytes]) -> dict[bytes, DocumentRows]:
        """Return the rows of each document that has any, by the document's id (16 bytes, as the database has it)."""
        found: dict[bytes, DocumentRows] = {}
        for start in range(0, len(documents), _DOCUMENTS_AT_ONCE):
            part = list(documents[start : start + _DOCUMENTS_AT_ONCE])
            part += part[-1:] * (_DOCUMENTS_AT_ONCE - len(part))
            for document, text, count in self._texts.run_raw(session, part):
                found[document] = DocumentRows(text, count)
        return found


def has_texts(table: sqlalchemy.Table, dialect: str) -> bool:
    """Say whether a table's rows can be read so."""
    first = next(iter(table.primary_key.columns))
    return (
        dialect == "sqlite"
        and isinstance(first.type, Id)
        and not any(column.info.get("secret") for column in table.columns)
    )


def _row_text(table: sqlalchemy.Table) -> ColumnElement[str]:
    """Return SQL for a row's canonical JSON: ``concat`` leaves out what is null, name and all."""
    pieces = (
        literal_column(f"',\"{column.name}\":'", Text).concat(_value_text(column))
        for column in sorted(table.columns, key=lambda column: column.name)
    )
    return (
        literal_column("'{'", Text)
        .concat(func.substr(func.concat(*pieces), literal_column("2")))
        .concat(literal_column("'}'", Text))
    )


def _value_text(column: sqlalchemy.Column[object]) -> ColumnElement[str]:
    quote = literal_column("'\"'", Text)
    if isinstance(column.type, Id | LargeBinary):
        # of a null hex makes "", so the piece must become null by the column itself
        text = quote.concat(func.lower(func.hex(column))).concat(quote)
        return sqlalchemy.case((column.is_not(None), text)) if column.nullable else text
    if isinstance(column.type, Day):
        return quote.concat(sqlalchemy.type_coerce(column, Text)).concat(quote)
    if isinstance(column.type, Flag):
        number = sqlalchemy.type_coerce(column, sqlalchemy.Integer)
        yes, no = literal_column("'true'", Text), literal_column("'false'", Text)
        return sqlalchemy.case((number == literal_column("1"), yes), (number == literal_column("0"), no))
    if isinstance(column.type, Text):
        return (
            sqlalchemy.case((column.is_not(None), func.json_quote(column)))
            if column.nullable
            else func.json_quote(column)
        )
    return sqlalchemy.type_coerce(column, Text)
