"""Ranks the items that a typed text may mean, without ever ranking the whole catalogue.

Each stage looks at a bounded number of candidates and is asked only while the ones before it have not filled the
list; a text that fits very many items is too short to mean one of them. Spelling is doubted only where nothing that
the shop deals in is spelled so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, Subquery, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.catalog.naming import held_name, held_word
from core.catalog.queries import find_item
from core.catalog.spelling import SHORTEST, SPOKEN, closest, sounds_like
from core.inventory.holds import IS_HELD
from core.inventory.model import Batch, ItemPopularity, Location, Lot, StockBalance
from core.storage import search_index
from core.storage.prepared import Prepared
from core.storage.search_index import name_key
from core.storage.unit_of_work import table_of

_MOST_CANDIDATES = 200
_MOST_HELD = 400
_BEST_HELD = 64
#: Enough of one spelling not to try a less likely one.
_FEW = 3
_MOST_SOUNDING = 1_000
_MOST_SPELLINGS = 8
_END = chr(0x10FFFF)
#: For each word of a text its spellings.
_Words = Sequence[Sequence[str]]


def ranked(session: Session, typed: str, today: date, limit: int) -> list[UUID]:
    """Return at most ``limit`` ids of active items, best first; none for an empty text.

    The item with exactly that code or barcode; of what this shop deals in the names that begin with the text, then what
    has a word beginning with each typed one (name, salt, maker, code) in any order, in both what can be sold today and
    is billed most first; then all names that begin with the text, and all items with such words. Where the shop deals
    in nothing of the kind, what the text is but for a slip, a blank or a spelling that sounds the same.
    """
    if not typed.strip():
        return []
    found = dict.fromkeys(_exact(session, typed))
    is_doubted = False
    for stage in (_held_names, _held, _names, _words):
        if stage is _names:  # what the shop deals in decides: a rare brand may well be spelled like a slip
            is_doubted = not found
        if len(found) < limit:
            found.update(dict.fromkeys(stage(session, typed, today, limit)))
    if is_doubted and len(found) < _FEW:
        found.update(dict.fromkeys(_spelled_otherwise(session, typed, today, limit)))
    return list(found)[:limit]


def _spelled_otherwise(session: Session, typed: str, today: date, limit: int) -> list[UUID]:
    """Return what the text may have meant, the likeliest spelling first, in each what the shop deals in first."""
    found: dict[UUID, None] = {}
    for words in _other_spellings(session, search_index.tokens(typed)):
        meant = " ".join(spellings[0] for spellings in words)
        found.update(dict.fromkeys(_held_with_words(session, words, meant, today, limit)))
        found.update(dict.fromkeys(_with_words(session, words, meant, limit)))
        if len(found) >= _FEW:
            break
    return list(found)


def _exact(session: Session, typed: str) -> list[UUID]:
    item_id = find_item(session, typed)
    return [] if item_id is None else [item_id]


_ITEM = table_of(Item)
_BALANCE = table_of(StockBalance).alias("standing")


def _sellable(item_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return SQL that says whether there is stock of an item that can be sold on a day (``today``)."""
    return exists(
        select(1)
        .select_from(_BALANCE)
        .join(Lot, Lot.id == _BALANCE.c.lot_id)
        .join(Batch, Batch.id == Lot.batch_id)
        .where(
            _BALANCE.c.item_id == item_id,
            _BALANCE.c.units > 0,
            _BALANCE.c.location_id == select(Location.id).where(Location.is_default).scalar_subquery(),
            or_(Batch.expiry.is_(None), Batch.expiry >= bindparam("today")),
            ~IS_HELD,
        )
    )


#: Names from the index alone, in its order.
_BEGINNING = (
    select(_ITEM.c.id, _ITEM.c.name_key)
    .where(_ITEM.c.name_key >= bindparam("first"), _ITEM.c.name_key < bindparam("end"))
    .order_by(_ITEM.c.name_key)
    .limit(bindparam("candidates"))
)


def _active(few: Subquery) -> Select[UUID]:
    statement = select(Item.id).join(few, few.c.id == Item.id).where(Item.is_active)
    return statement.order_by(few.c.name_key, Item.id)


_NAMES = Prepared(_active(_BEGINNING.subquery()))
_POPULARITY = table_of(ItemPopularity)
_BEGINS = (_ITEM.c.name_key >= bindparam("first")) & (_ITEM.c.name_key < bindparam("end"))


@cache
def _held_by_worth(dialect: str) -> Prepared:
    """Select the best of the held items that the index finds; one statement: hundreds of ids stay in the database.

    What can be sold is asked of the best of them only: it takes longest.
    """
    candidates = search_index.matching(dialect).subquery("candidates")
    bills = func.coalesce(_POPULARITY.c.bills, 0)
    worthy = (
        select(_ITEM.c.id, _ITEM.c.name_key, _BEGINS.label("begins"), bills.label("bills"))
        .join(candidates, candidates.c.item_id == _ITEM.c.id)
        .outerjoin(_POPULARITY, _POPULARITY.c.item_id == _ITEM.c.id)
        .where(_ITEM.c.is_active)
        .order_by(_BEGINS.desc(), bills.desc(), _ITEM.c.name_key, _ITEM.c.id)
        .limit(_BEST_HELD)
        .subquery()
    )
    known = (worthy.c.begins.desc(), worthy.c.bills.desc(), worthy.c.name_key, worthy.c.id)
    return Prepared(
        select(worthy.c.id).order_by(_sellable(worthy.c.id).desc(), *known).limit(bindparam("most", type_=Integer))
    )


@cache
def _by_name(dialect: str) -> Prepared:
    """Select items that the index finds. What was ever sold is held, and found before."""
    candidates = search_index.matching(dialect).subquery("candidates")
    return Prepared(
        select(_ITEM.c.id)
        .join(candidates, candidates.c.item_id == _ITEM.c.id)
        .where(_ITEM.c.is_active)
        .order_by(_BEGINS.desc(), _ITEM.c.name_key, _ITEM.c.id)
        .limit(bindparam("most", type_=Integer))
    )


def _held_names(session: Session, typed: str, today: date, limit: int) -> list[UUID]:
    is_word = any(map(str.isalnum, typed))
    return _held_of(session, [[held_name(typed)]], typed, today, limit) if is_word else []


def _held(session: Session, typed: str, today: date, limit: int) -> list[UUID]:
    words = [[word] for word in search_index.tokens(typed)]
    return _held_with_words(session, words, typed, today, limit) if words else []


def _names(session: Session, typed: str, _today: date, limit: int) -> list[UUID]:
    # twice as many as asked for, since inactive ones fall out
    return [row.id for row in _NAMES.rows(session, _beginning(typed) | {"candidates": 2 * limit})]


def _words(session: Session, typed: str, _today: date, limit: int) -> list[UUID]:
    return _with_words(session, [[word] for word in search_index.tokens(typed)], typed, limit)


def _held_with_words(session: Session, words: _Words, typed: str, today: date, limit: int) -> list[UUID]:
    return _held_of(session, [list(map(held_word, spellings)) for spellings in words], typed, today, limit)


def _held_of(session: Session, words: _Words, typed: str, today: date, limit: int) -> list[UUID]:
    dialect = session.get_bind().dialect.name
    values = _values(words, typed, limit, dialect) | {"candidates": _MOST_HELD, "today": today}
    return [row.id for row in _held_by_worth(dialect).rows(session, values)]


def _with_words(session: Session, words: _Words, typed: str, limit: int) -> list[UUID]:
    if not words:  # nothing to search is not everything
        return []
    dialect = session.get_bind().dialect.name
    values = _values(words, typed, limit, dialect) | {"candidates": _MOST_CANDIDATES}
    return [row.id for row in _by_name(dialect).rows(session, values)]


def _values(words: _Words, typed: str, limit: int, dialect: str) -> dict[str, object]:
    # twice as many as asked for, since some stand in the list already
    return _beginning(typed) | {"query": search_index.query_of(words, dialect), "most": 2 * limit}


def _beginning(typed: str) -> dict[str, object]:
    key = name_key(typed)
    return {"first": key, "end": key + _END}


def _other_spellings(session: Session, typed: list[str]) -> Iterator[list[list[str]]]:
    """Yield what may have been meant, the likeliest first: for each word its spellings."""
    for place in range(len(typed) - 1):  # a blank too many
        if typed[place].isalpha() and typed[place + 1].isalpha():
            joined = typed[place] + typed[place + 1]
            yield [[word] for word in (*typed[:place], joined, *typed[place + 2 :])]
    groups = [_spellings(session, word) for word in typed]
    for level in range(max(map(len, groups), default=0)):
        yield [each[min(level, len(each) - 1)] for each in groups]


def _spellings(session: Session, word: str) -> list[list[str]]:
    """Return groups of spellings, the likeliest first: the word itself where the catalogue has such."""
    as_typed = [[word, *SPOKEN.get(word, ())]] if word in SPOKEN or search_index.is_beginning(session, word) else []
    if len(word) < SHORTEST or not word.isalpha() or (as_typed and len(word) == SHORTEST):
        return as_typed or [[word]]
    meant = closest(word, search_index.sounding(session, sounds_like(word), _MOST_SOUNDING))
    return [*as_typed, *(group[:_MOST_SPELLINGS] for group in meant)] or [[word]]
