"""The item search index, the one place where the two databases search words in their own way.

SQLite: an FTS5 table with prefix indexes. PostgreSQL: a ``tsvector`` under a GIN index. Both answer the ids of items
whose words begin with every given token, so what is above needs to know neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import Connection, column, text
from sqlalchemy.orm import Session

from core.storage.columns import Id
from core.storage.prepared import Prepared

# FTS5 finds a row fast only by its whole-number rowid: the random tail of the item's UUIDv7 serves as one
_ROWID_BITS = (1 << 62) - 1
_MATCH = Prepared(
    text("SELECT item_id FROM item_search WHERE item_search MATCH :query LIMIT :limit").columns(column("item_id", Id()))
)
_TOKEN = re.compile(r"[^\W_]+")


def create(connection: Connection) -> None:
    """Make the index; called by a migration."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("CREATE TABLE item_search (item_id uuid PRIMARY KEY, words tsvector NOT NULL)")
        connection.exec_driver_sql("CREATE INDEX ix_item_search_words ON item_search USING gin (words)")
    else:
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE item_search USING fts5(words, item_id UNINDEXED,"
            " tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
        )


def put(session: Session, item_id: UUID, words: str) -> None:
    """Add an item's words, or replace those it had."""
    if _is_postgres(session):
        session.execute(
            text(
                "INSERT INTO item_search (item_id, words) VALUES (:id, to_tsvector('simple', :words))"
                " ON CONFLICT (item_id) DO UPDATE SET words = excluded.words"
            ),
            {"id": item_id, "words": " ".join(tokens(words))},
        )
    else:
        session.execute(
            text("INSERT OR REPLACE INTO item_search (rowid, words, item_id) VALUES (:rowid, :words, :id)"),
            {"rowid": item_id.int & _ROWID_BITS, "id": item_id.bytes, "words": " ".join(tokens(words))},
        )


def find(session: Session, typed: str, limit: int) -> list[UUID]:
    """Return ids of items that have a word beginning with each typed token; none for nothing to search."""
    words = tokens(typed)
    if not words:
        return []
    if _is_postgres(session):
        rows = session.execute(
            text("SELECT item_id FROM item_search WHERE words @@ to_tsquery('simple', :query) LIMIT :limit"),
            {"query": " & ".join(f"{word}:*" for word in words), "limit": limit},
        )
        return [row[0] for row in rows]
    found = _MATCH.rows(session, {"query": " AND ".join(f'"{word}"*' for word in words), "limit": limit})
    return [row.item_id for row in found]


def differing(session: Session, said: Iterable[tuple[UUID, str]]) -> Iterator[UUID]:
    """Yield every item whose words are not those said, whether the index lacks it, has other words, or has it alone.

    ``said`` gives each item once; memory grows with the number of items.
    """
    if _is_postgres(session):
        rows = session.execute(text("SELECT item_id, words::text FROM item_search"))
    else:
        rows = session.execute(
            text("SELECT item_id, words FROM item_search").columns(column("item_id", Id()), column("words"))
        )
    found: dict[UUID, str] = dict(rows.all())
    for item_id, words in said:
        expected = " ".join(tokens(words))
        if _is_postgres(session):
            expected = session.scalar(text("SELECT to_tsvector('simple', :words)::text"), {"words": expected}) or ""
        if found.pop(item_id, None) != expected:
            yield item_id
    yield from found


def tokens(typed: str) -> list[str]:
    """Return the searchable words of a text: letters and digits, lower case, a strength split from its unit."""
    spaced = re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", typed.casefold())
    return _TOKEN.findall(spaced)


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
