"""Reads of quotations: one whole, and the list of those that wait, newest first and always by an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from heapq import merge
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, select, true
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.auth.permissions import Permission
from core.auth.rights import may, require_to_read
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Percent
from core.numbering.model import NumberCounter
from core.sales.dto import CustomerInput
from core.sales.finding import MOST_DIGITS, ending_in
from core.sales.indexing import phone_words, words_of_bill
from core.sales.model import Bill, BillCancellation, Quotation, QuotationBill, QuotationLine, QuotationWord
from core.sales.quotation_dto import QuotationLineView, QuotationView
from core.sales.quoted import billed_as, quotation_id_of
from core.storage.prepared import Prepared
from core.storage.search_index import tokens
from core.storage.unit_of_work import table_of

#: Rows of a list that nobody asked to be longer.
MOST_QUOTATIONS = 50

_QUOTATION, _LINE, _WORD = table_of(Quotation), table_of(QuotationLine), table_of(QuotationWord)
_OTHER_WORD = _WORD.alias("other_word")
_BILLED, _CANCELLATION = table_of(QuotationBill), table_of(BillCancellation)
_ID: Any = bindparam("quotation_id")
_IDS: Any = bindparam("ids", expanding=True)
_ROW = Prepared(select(_QUOTATION).where(_QUOTATION.c.id == _ID))
_LINES = Prepared(select(_LINE).where(_LINE.c.quotation_id == _ID).order_by(_LINE.c.line))
_HITS = Prepared(select(_QUOTATION).where(_QUOTATION.c.id.in_(_IDS)))
_GOODS = Prepared(
    select(_LINE.c.quotation_id, _LINE.c.position, _LINE.c.item_name)
    .where(_LINE.c.quotation_id.in_(_IDS))
    .order_by(_LINE.c.quotation_id, _LINE.c.line)
)
_BILLS = Prepared(
    select(_BILLED.c.quotation_id, Bill.number)
    .join(Bill, Bill.id == _BILLED.c.bill_id)
    .outerjoin(_CANCELLATION, _CANCELLATION.c.bill_id == _BILLED.c.bill_id)
    .where(_BILLED.c.quotation_id.in_(_IDS), _CANCELLATION.c.id.is_(None))
)

_LAST = "\U0010ffff"

#: A statement that gives places in the list: the instant, and the id of the quotation.
_Places = Select[datetime, UUID]


class QuotationHit(NamedTuple):
    """A quotation as a list shows it. ``items`` are the names of what was asked for, in its order."""

    quotation_id: UUID
    number: str
    on_date: date
    made_at: datetime
    customer_name: str | None
    customer_phone: str | None
    items: tuple[str, ...]
    total: Money
    valid_until: date
    billed_as: str | None


def quotation_view(session: Session, quotation_id: UUID) -> QuotationView:
    """Return a quotation whole. Raises RuleBroken ``quotations.no_such``."""
    key = {"quotation_id": quotation_id}
    row = _ROW.first(session, key)
    if row is None:
        raise RuleBroken("quotations.no_such", number=str(quotation_id))
    return QuotationView(
        quotation_id=row.id,
        number=row.number,
        date=row.on_date,
        made_at=row.at,
        username=row.username,
        valid_until=row.valid_until,
        customer=_customer(row),
        lines=tuple(_line(line) for line in _LINES.rows(session, key)),
        bill_discount=Money(row.asked_paise or 0),
        bill_discount_percent=None if row.asked_bp is None else Percent(row.asked_bp),
        gross=Money(row.gross_paise),
        discount=Money(row.discount_paise),
        round_off=Money(row.round_off_paise),
        total=Money(row.total_paise),
        billed_as=billed_as(session, quotation_id),
    )


def quotation_by_number(session: Session, number: str) -> QuotationView:
    """Return a quotation by its number, as ``quotation_id_of`` finds it. Raises RuleBroken ``quotations.no_such``."""
    return quotation_view(session, quotation_id_of(session, number))


def find_quotations(
    session: Session, actor: Actor, typed: str = "", *, billed_too: bool = False, limit: int = MOST_QUOTATIONS
) -> list[QuotationHit]:
    """Return the quotations that a text may mean, newest first: those that no bill came of, or all of them.

    The text is a number or its last digits, the beginning of a telephone number, or beginnings of words of a name;
    empty for all. For whoever bills, and whoever reads reports. Raises RuleBroken ``auth.not_allowed``,
    ``auth.out_of_scope``.
    """
    if not may(session, actor, Permission.POST_BILL):
        require_to_read(session, actor, Permission.VIEW_REPORTS)
    found = [session.execute(statement).all() for statement in streams(session, typed, limit, billed_too=billed_too)]
    places = dict.fromkeys((at, quotation_id) for at, quotation_id in merge(*found, reverse=True))
    return _hits(session, [quotation_id for _, quotation_id in places][:limit])


def streams(session: Session, typed: str, limit: int, *, billed_too: bool = False) -> Iterator[_Places]:
    """Yield the statements of a search, each with the first places of its kind, newest first."""
    at, quotation_id = _QUOTATION.c.at, _QUOTATION.c.id
    for where in _by_number(session, typed) if typed.strip() else [true()]:
        yield _newest(at, quotation_id, where, limit, billed_too=billed_too)
    for words in _words_meant(typed):
        rest = [select(_OTHER_WORD.c.quotation_id).where(_begins(_OTHER_WORD.c.word, word)) for word in words[1:]]
        where = and_(_begins(_WORD.c.word, words[0]), *(_WORD.c.quotation_id.in_(ids) for ids in rest))
        # a name may have two words that begin so
        yield _newest(_WORD.c.at, _WORD.c.quotation_id, where, limit, billed_too=billed_too).distinct()


def check_quotation_index(session: Session) -> Iterator[Finding]:
    """Yield every quotation that a search would not find as it should."""
    found: dict[tuple[datetime, UUID], set[str]] = {}
    for word, at, quotation_id in session.execute(select(_WORD.c.word, _WORD.c.at, _WORD.c.quotation_id)):
        found.setdefault((at, quotation_id), set()).add(word)
    said = session.execute(
        select(_QUOTATION.c.at, _QUOTATION.c.id, _QUOTATION.c.customer_name, _QUOTATION.c.customer_phone)
    )
    for at, quotation_id, name, phone in said:
        if found.pop((at, quotation_id), set()) != words_of_bill([(name, phone)]):
            yield Finding("verify.search_differs", "quotation_word", quotation_id.hex)
    for _, left in found:
        yield Finding("verify.search_differs", "quotation_word", left.hex)


def _newest(
    at: ColumnElement[datetime],
    quotation_id: ColumnElement[UUID],
    where: ColumnElement[bool],
    limit: int,
    *,
    billed_too: bool,
) -> _Places:
    asked = select(at, quotation_id).where(where)
    if not billed_too:
        is_cancelled = exists().where(_CANCELLATION.c.bill_id == _BILLED.c.bill_id)
        asked = asked.where(~exists().where(_BILLED.c.quotation_id == quotation_id, ~is_cancelled))
    return asked.order_by(at.desc(), quotation_id.desc()).limit(limit)


def _by_number(session: Session, typed: str) -> Iterator[ColumnElement[bool]]:
    """Find by a whole number, or by the last digits of one."""
    text = typed.strip()
    if not (text.isascii() and text.isdigit()):
        with suppress(RuleBroken):
            yield _QUOTATION.c.id == quotation_id_of(session, text)
    elif len(text) <= MOST_DIGITS and int(text):
        of_quotations = exists().where(_QUOTATION.c.series == NumberCounter.series)
        counters = session.execute(
            select(NumberCounter.series, NumberCounter.financial_year, NumberCounter.last).where(of_quotations)
        )
        for series, year, last in counters:
            if serials := ending_in(text, last):
                yield (
                    (_QUOTATION.c.series == series)
                    & (_QUOTATION.c.financial_year == year)
                    & _QUOTATION.c.serial.in_(bindparam("serials", serials, expanding=True, unique=True))
                )


def _begins(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Return whether a word begins so: whoever types to narrow a list down sees it narrowed by the first letter."""
    return (column >= word) & (column < word + _LAST)


def _words_meant(typed: str) -> Iterator[Sequence[str]]:
    """Yield what words a text may be of: those of a name, and the one of a telephone number written in another way."""
    words = tokens(typed)
    phone = phone_words(typed)
    if words:
        yield sorted(dict.fromkeys(words), key=len, reverse=True)
    if phone and phone != words:
        yield phone


def _hits(session: Session, ids: Sequence[UUID]) -> list[QuotationHit]:
    if not ids:
        return []
    rows = {row.id: row for row in _HITS.rows(session, {"ids": ids})}
    items: dict[UUID, dict[int, str]] = {}
    for quotation_id, position, name in _GOODS.rows(session, {"ids": ids}):
        items.setdefault(quotation_id, {})[position] = name
    bills = dict(_BILLS.rows(session, {"ids": ids}))
    return [
        QuotationHit(
            quotation_id=row.id,
            number=row.number,
            on_date=row.on_date,
            made_at=row.at,
            customer_name=row.customer_name,
            customer_phone=row.customer_phone,
            items=tuple(items[row.id].values()),
            total=Money(row.total_paise),
            valid_until=row.valid_until,
            billed_as=bills.get(row.id),
        )
        for row in (rows[quotation_id] for quotation_id in ids)
    ]


def _customer(row: Any) -> CustomerInput | None:
    said = CustomerInput.model_construct(
        id=row.customer_id,
        name=row.customer_name,
        phone=row.customer_phone,
        address=row.customer_address,
        state=row.customer_state,
        gstin=row.customer_gstin,
        sez=bool(row.to_sez),
    )
    return said if any(said.model_dump().values()) else None


def _line(row: Any) -> QuotationLineView:
    return QuotationLineView(
        line=row.line,
        position=row.position,
        item_id=row.item_id,
        item_code=row.item_code,
        item_name=row.item_name,
        manufacturer=row.manufacturer,
        pack_label=row.pack_label,
        pieces_per_pack=row.pieces_per_pack,
        mrp=Money(row.mrp_paise),
        units=row.units,
        asked_percent=None if row.asked_bp is None else Percent(row.asked_bp),
        asked_amount=None if row.asked_paise is None else Money(row.asked_paise),
        gross=Money(row.gross_paise),
        net=Money(row.net_paise),
        amount=Money(row.amount_paise),
        to_order=row.is_to_order,
    )
