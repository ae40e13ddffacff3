"""Open items: what parties owe and are owed, document by document, and what the ledger says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from core.kernel.ids import id_from_content, new_id
from core.kernel.money import Money
from core.ledger import chart
from core.ledger.chart import Account
from core.ledger.model import OpenItem
from core.ledger.posting import Posting, post_entry, reverse_entry
from core.storage.unit_of_work import UnitOfWork

#: Kind of party -> the account that its open items add up to.
ACCOUNTS: Mapping[str, Account] = MappingProxyType({"customer": chart.DEBTORS, "supplier": chart.CREDITORS})


class NewOpenItem(NamedTuple):
    """A document of a party that is not settled. Amounts: debit (they owe us) positive, credit negative."""

    party_kind: str
    party_id: UUID
    kind: str
    number: str
    on_date: date
    due_date: date
    original: Money
    open: Money


class StandingItem(NamedTuple):
    """An open item that nobody took back, as it was entered: whoever asks finds merged parties by himself."""

    item_id: UUID
    document_id: UUID
    item: NewOpenItem


def bring_in_open_items(
    uow: UnitOfWork, document_id: UUID, document_kind: str, on_date: date, items: Sequence[NewOpenItem]
) -> None:
    """Record open items from before the shop began here, with their entry against opening balances.

    Raises RuleBroken ``ledger.day_closed``.
    """
    totals: defaultdict[str, int] = defaultdict(int)
    for item in items:
        totals[item.party_kind] += item.open.paise
    postings = [Posting(ACCOUNTS[kind], Money(paise)) for kind, paise in sorted(totals.items())]
    postings.append(Posting(chart.OPENING, -Money.total(posting.amount for posting in postings)))
    post_entry(uow, document_id, document_kind, on_date, postings)
    uow.record(
        OpenItem,
        [
            {
                "id": new_id(),
                "document_id": document_id,
                "party_kind": item.party_kind,
                "party_id": item.party_id,
                "kind": item.kind,
                "number": item.number,
                "on_date": item.on_date,
                "due_date": item.due_date,
                "original_paise": item.original.paise,
                "open_paise": item.open.paise,
            }
            for item in items
        ],
    )


def reverse_open_items(
    uow: UnitOfWork, *, of_document: UUID, document_id: UUID, document_kind: str, on_date: date
) -> None:
    """Take back the open items of a document and its entry, as facts of the document that undoes it.

    Their ids follow from what they reverse, so that counters that were apart take nothing back twice. The caller has
    refused closed days.
    """
    reverse_entry(uow, of_document=of_document, document_id=document_id, document_kind=document_kind, on_date=on_date)
    uow.record(
        OpenItem,
        [
            {
                "id": id_from_content("open_item.reversed", row.id.hex),
                "document_id": document_id,
                "party_kind": row.party_kind,
                "party_id": row.party_id,
                "kind": row.kind,
                "number": row.number,
                "on_date": row.on_date,
                "due_date": row.due_date,
                "original_paise": -row.original_paise,
                "open_paise": -row.open_paise,
                "reverses_id": row.id,
            }
            for row in uow.session.scalars(
                select(OpenItem).where(OpenItem.document_id == of_document).order_by(OpenItem.id)
            )
        ],
    )


def standing_items(session: Session) -> Iterator[StandingItem]:
    """Yield every open item that was not taken back, in the order in which they were entered."""
    reversal = aliased(OpenItem)
    rows = session.scalars(
        select(OpenItem)
        .outerjoin(reversal, reversal.reverses_id == OpenItem.id)
        .where(OpenItem.reverses_id.is_(None), reversal.id.is_(None))
        .order_by(OpenItem.id)
    )
    for row in rows:
        item = NewOpenItem(
            row.party_kind,
            row.party_id,
            row.kind,
            row.number,
            row.on_date,
            row.due_date,
            Money(row.original_paise),
            Money(row.open_paise),
        )
        yield StandingItem(row.id, row.document_id, item)
