"""What bills are found by: words and telephone numbers of whom they are for, items, that one is cancelled.

Kept in the transaction of the bill and proved by ``verify``; number, amount and day are found by the bill itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.dispensing.model import Dispensing
from core.kernel.errors import RuleBroken
from core.kernel.phones import parse_phone
from core.sales.model import Bill, BillCancellation, BillItem, BillLine, BillWord
from core.storage.search_index import tokens
from core.storage.unit_of_work import UnitOfWork, table_of

#: The mark of a cancelled bill. No word has its first letter.
CANCELLED = "!cancelled"

_WORD = table_of(BillWord)
_ITEM = table_of(BillItem)


class BillPlace(NamedTuple):
    """Where a bill stands in the list of all: later days first, and of one day what was saved later."""

    on_date: date
    at: datetime
    bill_id: UUID


def words_of_bill(named: Iterable[tuple[str | None, str | None]]) -> set[str]:
    """Return the words that find a bill, of the names and telephone numbers that stand on it."""
    words: set[str] = set()
    for name, phone in named:
        words.update(tokens(name or ""))
        if phone:
            words.update(phone_words(phone))
    return words


def phone_words(phone: str) -> list[str]:
    """Return a telephone number as it is kept, or the words of what cannot be one."""
    try:
        return [parse_phone(phone).removeprefix("+")]
    except RuleBroken:
        return tokens(phone)


def index_bill(uow: UnitOfWork, place: BillPlace, words: Set[str], item_ids: Set[UUID]) -> None:
    """Let a bill that is being posted be found by these words and items."""
    stands = place._asdict()
    uow.derive(BillWord, [{"word": word, **stands} for word in sorted(words)])
    uow.derive(BillItem, [{"item_id": item_id, **stands} for item_id in item_ids])


def mark_cancelled(uow: UnitOfWork, place: BillPlace) -> None:
    """Let a bill be found among the cancelled ones."""
    uow.derive(BillWord, [{"word": CANCELLED, **place._asdict()}])


def check_bill_index(session: Session) -> Iterator[Finding]:
    """Yield every bill that a search would not find as it should."""
    yield from _words(session)
    yield from _items(session)


def _words(session: Session) -> Iterator[Finding]:
    found: dict[BillPlace, set[str]] = {}
    for word, on_date, at, bill_id in session.execute(
        select(_WORD.c.word, _WORD.c.on_date, _WORD.c.at, _WORD.c.bill_id)
    ):
        found.setdefault(BillPlace(on_date, at, bill_id), set()).add(word)
    cancellation, dispensing = table_of(BillCancellation), table_of(Dispensing)
    said = session.execute(
        select(
            Bill.on_date,
            Bill.at,
            Bill.id,
            Bill.customer_name,
            Bill.customer_phone,
            dispensing.c.patient_name,
            dispensing.c.patient_phone,
            cancellation.c.id.is_not(None),
        )
        .outerjoin(dispensing, dispensing.c.bill_id == Bill.id)
        .outerjoin(cancellation, cancellation.c.bill_id == Bill.id)
        .where(
            Bill.customer_name.is_not(None)
            | Bill.customer_phone.is_not(None)
            | dispensing.c.bill_id.is_not(None)
            | cancellation.c.id.is_not(None)
        )
    )
    for on_date, at, bill_id, name, phone, patient, patient_phone, is_cancelled in said:
        words = words_of_bill([(name, phone), (patient, patient_phone)]) | ({CANCELLED} if is_cancelled else set())
        if found.pop(BillPlace(on_date, at, bill_id), set()) != words:
            yield Finding("verify.search_differs", "bill_word", bill_id.hex)
    for left in found:
        yield Finding("verify.search_differs", "bill_word", left.bill_id.hex)


def _items(session: Session) -> Iterator[Finding]:
    is_indexed = exists().where(
        _ITEM.c.item_id == BillLine.item_id,
        _ITEM.c.on_date == Bill.on_date,
        _ITEM.c.at == Bill.at,
        _ITEM.c.bill_id == Bill.id,
    )
    lost = select(BillLine.bill_id).join(Bill, Bill.id == BillLine.bill_id).where(~is_indexed)
    stands = exists().where(BillLine.bill_id == _ITEM.c.bill_id, BillLine.item_id == _ITEM.c.item_id)
    of_none = select(_ITEM.c.bill_id).where(
        ~stands | ~exists().where(Bill.id == _ITEM.c.bill_id, Bill.on_date == _ITEM.c.on_date, Bill.at == _ITEM.c.at)
    )
    for wrong in (lost, of_none):
        for bill_id in session.scalars(wrong.distinct()):
            yield Finding("verify.search_differs", "bill_item", bill_id.hex)
