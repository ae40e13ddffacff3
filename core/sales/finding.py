"""Finds bills by what people remember of them, newest first, a page at a time and always by an index (ADR 53).

Every way to a bill is a stream of places in the one order of the list. What has to hold besides is asked of each place,
and streams (the bills of any of some items) are put together page by page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from heapq import merge
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, literal, select, true, tuple_
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.auth.rights import may, require_to_read
from core.boundary.frozen import Frozen, IsoDate, Line, Rupees
from core.catalog.queries import find_item
from core.dispensing.model import Dispensing
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.numbering.model import NumberCounter
from core.sales.dto import TenderMode
from core.sales.indexing import CANCELLED, BillPlace, phone_words
from core.sales.model import Bill, BillCancellation, BillItem, BillTender, BillWord
from core.sales.queries import bill_id_of
from core.storage import search_index
from core.storage.prepared import Prepared
from core.storage.search_index import tokens
from core.storage.unit_of_work import table_of

Words = Annotated[Line, StringConstraints(min_length=1, max_length=100)]

_BILL, _WORD, _ITEM = table_of(Bill), table_of(BillWord), table_of(BillItem)
_OTHER_WORD, _OTHER_ITEM = _WORD.alias("other_word"), _ITEM.alias("other_item")
_CANCELLATION = table_of(BillCancellation)
_EVERY = true()
_LAST = "\U0010ffff"
#: Fewer digits than these are a whole number: the last two are those of every hundredth bill.
_FEWEST_DIGITS = 3
MOST_DIGITS = 9
#: So many items may a text mean; one that fits more is too short to mean any.
_MOST_ITEMS = 60


#: A statement that gives places.
Places = Select[date, datetime, UUID]


class FindBills(Frozen):
    """What is known of the bills that are looked for; everything that is given has to hold.

    ``number`` is a bill's or memo's number or the last digits of one, ``name`` and ``phone`` are the customer's or
    patient's, ``item`` is a code, a barcode or words of a name; ``words`` are those of a person or of an item.
    """

    number: Words | None = None
    amount: Rupees | None = None
    name: Words | None = None
    phone: Words | None = None
    item: Words | None = None
    words: Words | None = None
    first: IsoDate | None = None
    last: IsoDate | None = None
    cancelled: bool | None = None


class BillHit(NamedTuple):
    """A bill as a list shows it."""

    bill_id: UUID
    number: str
    date: date
    posted_at: datetime
    customer_name: str | None
    customer_phone: str | None
    patient_name: str | None
    total: Money
    modes: tuple[TenderMode, ...]
    is_cancelled: bool
    corrects: str | None
    corrected_by: str | None


class BillPage(NamedTuple):
    """A page of bills; ``end`` is where the next one goes on, None where there is none."""

    hits: list[BillHit]
    end: BillPlace | None


class _Source(NamedTuple):
    """Where places are read from: the columns that are a place, and which of them; ``repeats`` may give one twice."""

    day: ColumnElement[date]
    at: ColumnElement[datetime]
    bill_id: ColumnElement[UUID]
    where: ColumnElement[bool]
    repeats: bool = False


class _Way(NamedTuple):
    """Something that is known of bills: where those are read that have it, and whether one read elsewhere has it."""

    sources: Sequence[_Source]
    holds: Callable[[_Source], ColumnElement[bool]]


def find_bills(
    session: Session, actor: Actor, wanted: FindBills, *, after: BillPlace | None = None, limit: int = 50
) -> BillPage:
    """Return a page of the bills that fit, newest first; ``after`` is the ``end`` of the page before.

    For whoever bills, and whoever reads reports of every kind. Raises RuleBroken ``auth.not_allowed``,
    ``auth.out_of_scope``.
    """
    if not may(session, actor, Permission.POST_BILL):
        require_to_read(session, actor, Permission.VIEW_REPORTS)
    found = [
        [BillPlace(*row) for row in session.execute(statement)] for statement in streams(session, wanted, after, limit)
    ]
    places = list(dict.fromkeys(merge(*found, reverse=True)))
    page = places[:limit]
    hits = _hits(session, page)
    return BillPage(hits, page[-1] if len(places) > limit else None)


def place_of_bill(session: Session, number: str) -> BillPlace:
    """Return where a bill stands in the list. Raises RuleBroken ``sales.no_such_bill``."""
    row = session.execute(
        select(_BILL.c.on_date, _BILL.c.at, _BILL.c.id).where(_BILL.c.id == bill_id_of(session, number))
    ).one()
    return BillPlace(*row)


def streams(session: Session, wanted: FindBills, after: BillPlace | None, limit: int) -> Iterator[Places]:
    """Yield the statements of a search, each with the first places of its kind, newest first, and one more.

    Raises RuleBroken ``sales.too_many_items``.
    """
    ways = _ways(session, wanted)
    for source in ways[0].sources if ways else [_of_bills()]:
        holds = [way.holds(source) for way in ways[1:]]
        if wanted.cancelled is False:
            holds.append(~_is_cancelled(source))
        asked = select(source.day, source.at, source.bill_id).where(source.where, *_dates(source, wanted), *holds)
        if source.repeats:
            asked = asked.distinct()
        if after is not None:
            columns: tuple[ColumnElement[Any], ...] = (source.day, source.at, source.bill_id)
            place = [literal(value, column.type) for value, column in zip(after, columns, strict=True)]
            asked = asked.where(tuple_(*columns) < tuple_(*place))
        yield asked.order_by(source.day.desc(), source.at.desc(), source.bill_id.desc()).limit(limit + 1)


def _ways(session: Session, wanted: FindBills) -> list[_Way]:
    """Return what the search gives, the narrowest first: places are read that way, and the others asked of each."""
    ways: list[_Way] = []
    if wanted.number is not None:
        ways.append(_by_number(session, wanted.number))
    if wanted.amount is not None:
        of_amount = _BILL.c.total_paise == wanted.amount.paise
        ways.append(_Way([_of_bills(of_amount)], lambda _: of_amount))  # beside a number only, read of bills too
    if wanted.phone is not None:
        ways.append(_by_words(phone_words(wanted.phone)))
    if wanted.name is not None:
        ways.append(_by_words(tokens(wanted.name)))
    if wanted.item is not None:
        ways.append(_by_items(_items(session, wanted.item)))
    if wanted.words is not None:
        people, goods = _by_words(tokens(wanted.words)), _by_items(_items_if_few(session, wanted.words))
        ways.append(_Way([*people.sources, *goods.sources], lambda source: people.holds(source) | goods.holds(source)))
    if wanted.cancelled:
        ways.append(_Way([_of_words(_WORD.c.word == CANCELLED)], _is_cancelled))
    return ways


def _of_bills(where: ColumnElement[bool] = _EVERY) -> _Source:
    return _Source(_BILL.c.on_date, _BILL.c.at, _BILL.c.id, where)


def _of_words(where: ColumnElement[bool], *, repeats: bool = False) -> _Source:
    return _Source(_WORD.c.on_date, _WORD.c.at, _WORD.c.bill_id, where, repeats)


def _by_number(session: Session, typed: str) -> _Way:
    """Find by a whole number, a memo's, or the last digits of a number."""
    sources = [_of_bills(_BILL.c.memo_number == typed)]
    if not (typed.isascii() and typed.isdigit()):
        with suppress(RuleBroken):
            sources.append(_of_bills(_BILL.c.id == bill_id_of(session, typed)))
    elif len(typed) <= MOST_DIGITS and int(typed):
        counters = session.execute(select(NumberCounter.series, NumberCounter.financial_year, NumberCounter.last))
        for series, year, last in counters:
            serials = ending_in(typed, last)
            if serials:
                sources.append(
                    _of_bills(
                        (_BILL.c.series == series)
                        & (_BILL.c.financial_year == year)
                        & _BILL.c.serial.in_(bindparam("serials", serials, expanding=True, unique=True))
                    )
                )
    return _Way(sources, lambda _: false())  # never asked: a number comes before everything


def ending_in(digits: str, last: int) -> Sequence[int]:
    """Return the serials up to ``last`` that end in some digits; of few digits only the serial itself."""
    first = int(digits)
    if len(digits) < _FEWEST_DIGITS:
        return [first] if first <= last else []
    return range(first, last + 1, 10 ** len(digits))


def _by_words(words: Sequence[str]) -> _Way:
    """Find by words of a name, each of which one must begin with; no bill has none."""
    if not words:
        return _Way([], lambda _: false())
    widest_last = sorted(dict.fromkeys(words), key=len, reverse=True)
    others = widest_last[1:]
    is_first = _begins(_WORD.c.word, widest_last[0])
    holding = [_has_word(word) for word in others]
    first = _of_words(is_first, repeats=True)
    if holding:
        first = first._replace(where=and_(is_first, *(_WORD.c.bill_id.in_(ids) for ids in holding)))
    everything = [_has_word(word) for word in widest_last]
    return _Way([first], lambda source: and_(*(source.bill_id.in_(ids) for ids in everything)))


def _has_word(word: str) -> Select[Any]:
    return select(_OTHER_WORD.c.bill_id).where(_begins(_OTHER_WORD.c.word, word))


def _begins(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Return whether a word begins so; a single letter is an initial, and stands alone."""
    return (column >= word) & (column < word + _LAST) if len(word) > 1 else column == word


def _by_items(ids: Sequence[UUID]) -> _Way:
    sources = [_Source(_ITEM.c.on_date, _ITEM.c.at, _ITEM.c.bill_id, _ITEM.c.item_id == item_id) for item_id in ids]

    def holds(source: _Source) -> ColumnElement[bool]:
        return exists().where(
            _OTHER_ITEM.c.item_id.in_(ids),
            _OTHER_ITEM.c.on_date == source.day,
            _OTHER_ITEM.c.at == source.at,
            _OTHER_ITEM.c.bill_id == source.bill_id,
        )

    return _Way(sources, holds)


def _items(session: Session, typed: str) -> Sequence[UUID]:
    """Return the item with a code or barcode, else those with words that begin as typed.

    Raises RuleBroken ``sales.too_many_items``.
    """
    exact = find_item(session, typed)
    if exact is not None:
        return [exact]
    found = search_index.find(session, typed, _MOST_ITEMS + 1)
    if len(found) > _MOST_ITEMS:
        raise RuleBroken("sales.too_many_items", text=typed, most=_MOST_ITEMS, where="item")
    return found


def _items_if_few(session: Session, typed: str) -> Sequence[UUID]:
    """Return the items that a text may mean; none where it fits too many to mean one, and may still be a name."""
    try:
        return _items(session, typed)
    except RuleBroken:
        return []


def _dates(source: _Source, wanted: FindBills) -> Iterator[ColumnElement[bool]]:
    first, last = wanted.first, wanted.last
    if first is not None and last is not None and first > last:  # somebody thinks backwards from today
        first, last = last, first
    if first is not None:
        yield source.day >= first
    if last is not None:
        yield source.day <= last


def _is_cancelled(source: _Source) -> ColumnElement[bool]:
    return exists().where(_CANCELLATION.c.bill_id == source.bill_id)


_ENTRY = table_of(Dispensing)
_OLD, _NEW = _BILL.alias("corrected"), _BILL.alias("correcting")
_IDS: Any = bindparam("ids", expanding=True)
_ROWS = Prepared(
    select(
        _BILL.c.id,
        _BILL.c.number,
        _BILL.c.on_date,
        _BILL.c.at,
        _BILL.c.customer_name,
        _BILL.c.customer_phone,
        _ENTRY.c.patient_name,
        _BILL.c.total_paise,
        _CANCELLATION.c.id.label("cancellation"),
        _OLD.c.number.label("corrects"),
        _NEW.c.number.label("corrected_by"),
    )
    .outerjoin_from(_BILL, _ENTRY, _ENTRY.c.bill_id == _BILL.c.id)
    .outerjoin(_CANCELLATION, _CANCELLATION.c.bill_id == _BILL.c.id)
    .outerjoin(_OLD, _OLD.c.id == _BILL.c.corrects_id)
    .outerjoin(_NEW, _NEW.c.corrects_id == _BILL.c.id)
    .where(_BILL.c.id.in_(_IDS))
)
_MODES = Prepared(
    select(BillTender.bill_id, BillTender.mode)
    .where(BillTender.bill_id.in_(_IDS))
    .order_by(BillTender.bill_id, BillTender.line)
)


def _hits(session: Session, places: Iterable[BillPlace]) -> list[BillHit]:
    ids = [place.bill_id for place in places]
    if not ids:
        return []
    modes: dict[UUID, dict[TenderMode, None]] = {}
    for bill_id, mode in _MODES.rows(session, {"ids": ids}):
        modes.setdefault(bill_id, {})[TenderMode(mode)] = None
    rows = {row.id: row for row in _ROWS.rows(session, {"ids": ids})}
    return [_hit(rows[bill_id], tuple(modes.get(bill_id, ()))) for bill_id in ids]


def _hit(row: Any, modes: tuple[TenderMode, ...]) -> BillHit:
    return BillHit(
        bill_id=row.id,
        number=row.number,
        date=row.on_date,
        posted_at=row.at,
        customer_name=row.customer_name,
        customer_phone=row.customer_phone,
        patient_name=row.patient_name,
        total=Money(row.total_paise),
        modes=modes,
        is_cancelled=row.cancellation is not None,
        corrects=row.corrects,
        corrected_by=row.corrected_by,
    )
