"""The item search index, the one place where the two databases search words in their own way.

SQLite: an FTS5 table with prefix indexes. PostgreSQL: a ``tsvector`` under a GIN index. Both answer the ids of items
whose words begin with every given token, so what is above needs to know neither. Beside it stand all words that items
have ever had, with their sounds, for what is mistyped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextualSelect, column, text
from sqlalchemy.orm import Session

from core.kernel.sounds import sound_of
from core.storage.columns import Id
from core.storage.prepared import Prepared

# FTS5 finds a row fast only by its whole-number rowid: the random tail of the item's UUIDv7 serves as one
_ROWID_BITS = (1 << 62) - 1
_END = chr(0x10FFFF)
_SHORTEST_WORD = 3
#: What words begin with that are the program's own; nobody types them, so they are no spelling of anything.
OWN_MARK = "qxh"
_LEARN_ALL = text("INSERT INTO item_search_word (word, sound) VALUES (:word, :sound) ON CONFLICT DO NOTHING")
_LEARN = Prepared(_LEARN_ALL, returns=False)
_BEGINS = Prepared(
    text("SELECT word FROM item_search_word WHERE word >= :first AND word < :end LIMIT 1").columns(column("word"))
)
#: How many beginnings one statement looks for; those behind are the less likely ones.
_BEGINNINGS = 160
_SOUNDING = Prepared(
    text(
        "WITH sought (first, beyond) AS (VALUES {}) SELECT word, sound FROM sought CROSS JOIN item_search_word"
        " WHERE sound >= sought.first AND sound < sought.beyond LIMIT :limit".format(
            ", ".join(f"(:first{place}, :end{place})" for place in range(_BEGINNINGS))
        )
    ).columns(column("word"), column("sound"))
)
_IN_ONE_PIECE = text("INSERT INTO item_search (item_search) VALUES ('optimize')")
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


def widen(connection: Connection, also: Mapping[UUID, str]) -> None:
    """Index words by each length that is typed, and keep them with their sounds; called by a migration.

    ``also`` are words that items get besides, by the item's id. Without an index of its own, a beginning is looked for
    among all words that begin so.
    """
    on_postgres = connection.dialect.name == "postgresql"
    collation, options = (' COLLATE "C"', "") if on_postgres else ("", " STRICT, WITHOUT ROWID")
    connection.exec_driver_sql(
        f"CREATE TABLE item_search_word (word TEXT{collation} NOT NULL PRIMARY KEY,"
        f" sound TEXT{collation} NOT NULL){options}"
    )
    connection.exec_driver_sql("CREATE INDEX ix_item_search_word_sound ON item_search_word (sound, word)")
    if on_postgres:
        words = {word for words in also.values() for word in words.split()}
        words.update(connection.scalars(text("SELECT word FROM ts_stat('SELECT words FROM item_search')")))
        more = [{"id": item_id, "words": extra} for item_id, extra in also.items()]
        statement = text("UPDATE item_search SET words = words || to_tsvector('simple', :words) WHERE item_id = :id")
    else:
        listed = connection.exec_driver_sql("SELECT rowid, item_id, words FROM item_search").all()
        more = [
            {"rowid": rowid, "id": item_id, "words": f"{said} {also.get(UUID(bytes=item_id), '')}".rstrip()}
            for rowid, item_id, said in listed
        ]
        words = {word for row in more for word in str(row["words"]).split()}
        connection.exec_driver_sql("DROP TABLE item_search")
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE item_search USING fts5(words, item_id UNINDEXED,"
            " tokenize='unicode61 remove_diacritics 2', prefix='1 2 3 4 5 6 7')"
        )
        statement = text("INSERT INTO item_search (rowid, words, item_id) VALUES (:rowid, :words, :id)")
    if more:
        connection.execute(statement, more)
    if kept := [_sounding(word) for word in sorted(filter(_is_kept, words))]:
        connection.execute(_LEARN_ALL, kept)


def add_words(connection: Connection, mark: str, more: Callable[[Iterable[str]], Iterable[str]]) -> None:
    """Give the items that have the word ``mark`` more words, worked out from those they have; called by a migration.

    On SQLite the index is then written anew in one piece, in which searches read half as much.
    """
    if connection.dialect.name == "postgresql":
        rows = connection.execute(
            text(
                "SELECT item_id, (SELECT string_agg(word.lexeme, ' ' ORDER BY place) FROM unnest(words) AS word,"
                " unnest(word.positions) AS place) FROM item_search WHERE words @@ to_tsquery('simple', :mark)"
            ),
            {"mark": mark},
        )
        statement = text("UPDATE item_search SET words = words || to_tsvector('simple', :also) WHERE item_id = :key")
        joined = "{1}"
    else:
        rows = connection.execute(
            text("SELECT rowid, words FROM item_search WHERE item_search MATCH :mark"), {"mark": f'"{mark}"'}
        )
        statement = text("UPDATE item_search SET words = :also WHERE rowid = :key")
        joined = "{0} {1}"
    if added := [{"key": key, "also": joined.format(said, " ".join(more(said.split())))} for key, said in rows.all()]:
        connection.execute(statement, added)
    if connection.dialect.name != "postgresql":
        connection.execute(_IN_ONE_PIECE)


def settle(session: Session) -> None:
    """Write the index in one piece, after many items came; 80 ms at 5,000 items. A search then reads half as much."""
    if not _is_postgres(session):
        session.execute(_IN_ONE_PIECE)


def put(session: Session, item_id: UUID, words: str) -> None:
    """Add an item's words, or replace those it had."""
    _learn(session, tokens(words))
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


def _learn(session: Session, words: Iterable[str]) -> None:
    """Keep words with their sounds. They are never forgotten: an old name is typed for long."""
    rows = [_sounding(word) for word in sorted(set(filter(_is_kept, words)))]
    if rows:
        _LEARN.run_many(session, rows)


def _sounding(word: str) -> dict[str, str]:
    return {"word": word, "sound": sound_of(word)}


def _is_kept(word: str) -> bool:
    return (
        len(word) >= _SHORTEST_WORD
        and not word.startswith(OWN_MARK)
        and not any(character.isdigit() for character in word)
    )


def is_beginning(session: Session, typed: str) -> bool:
    """Say whether a word of an item begins so; what is too short or has digits counts as one."""
    if not _is_kept(typed):
        return True
    return _BEGINS.scalar(session, {"first": typed, "end": typed + _END}) is not None


def sounding(session: Session, beginnings: Sequence[str], limit: int) -> dict[str, str]:
    """Return at most ``limit`` words whose sound begins with one of some beginnings, with their sounds."""
    values: dict[str, Any] = {"limit": limit}
    for place in range(_BEGINNINGS):
        first = beginnings[place] if place < len(beginnings) else _END
        values |= {f"first{place}": first, f"end{place}": first + _END}
    return dict(_SOUNDING.raw_rows(session, values))


def find(session: Session, typed: str, limit: int) -> list[UUID]:
    """Return ids of items that have a word beginning with each typed token; none for nothing to search."""
    words = [[word] for word in tokens(typed)]
    if not words:
        return []
    dialect = session.get_bind().dialect.name
    values = {"query": query_of(words, dialect), "candidates": limit}
    return [row.item_id for row in _matching(dialect).rows(session, values)]


def matching(dialect: str) -> TextualSelect:
    """Return the select of the items (``item_id``) that a query finds (``:query``), ``:candidates`` at most."""
    where = "words @@ to_tsquery('simple', :query)" if dialect == "postgresql" else "item_search MATCH :query"
    select = text(f"SELECT item_id FROM item_search WHERE {where} LIMIT :candidates")
    return select.columns(column("item_id", Id()))


def query_of(words: Sequence[Sequence[str]], dialect: str) -> str:
    """Return the query for items that have, for each of some words, a word beginning with one of its spellings.

    Spellings are ``tokens``; of words or of spellings there is at least one.
    """
    if dialect == "postgresql":
        return " & ".join("({})".format(" | ".join(map("{}:*".format, spellings))) for spellings in words)
    return " AND ".join("({})".format(" OR ".join(map('"{}"*'.format, spellings))) for spellings in words)


@cache
def _matching(dialect: str) -> Prepared:
    return Prepared(matching(dialect))


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
    known: set[str] = set(session.execute(text("SELECT word FROM item_search_word")).scalars())
    for item_id, words in said:
        expected = " ".join(tokens(words))
        if _is_postgres(session):
            expected = session.scalar(text("SELECT to_tsvector('simple', :words)::text"), {"words": expected}) or ""
        if found.pop(item_id, None) != expected or any(_is_kept(word) and word not in known for word in tokens(words)):
            yield item_id
    yield from found


def tokens(typed: str) -> list[str]:
    """Return the searchable words of a text: letters and digits, lower case, a strength split from its unit."""
    spaced = re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", typed.casefold())
    return _TOKEN.findall(spaced)


def name_key(name: str) -> str:
    """Return the form in which names begin alike: ``Dolo-650 Tablet`` and ``dolo 650`` both with ``dolo 650``.

    A name without a letter or digit is its own key.
    """
    return " ".join(tokens(name)) or name.casefold()


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
