"""Open items: what parties owe and are owed, document by document, and what the ledger says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content, new_id
from core.kernel.money import Money
from core.ledger import chart
from core.ledger.chart import Account
from core.ledger.model import OpenItem, OpenItemSettlement
from core.ledger.posting import Posting, post_entry, reverse_entry
from core.storage.prepared import Prepared
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
    add_open_items(uow, document_id, items)


def add_open_items(uow: UnitOfWork, document_id: UUID, items: Sequence[NewOpenItem]) -> None:
    """Record what a document leaves open; the entry that says the same is the document's."""
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


def use_credits(
    uow: UnitOfWork, document_id: UUID, on_date: date, party_kind: str, party_ids: Sequence[UUID], amount: Money
) -> None:
    """Settle an amount from what stands to a party's credit (advances, credit notes), the oldest first.

    ``party_ids`` are the party and those merged into it. The document's entry debits the party's account as much.

    Raises RuleBroken ``payments.credit_too_small`` with what there is (``available``).
    """
    left, taken = amount.paise, []
    standing = _CREDITS.rows(uow.session, {"party_kind": party_kind, "party_ids": party_ids})
    for item_id, open_paise, settled in standing:
        here = min(left, -open_paise - int(settled))
        if here > 0:
            taken.append((item_id, here))
            left -= here
    if left > 0:
        raise RuleBroken("payments.credit_too_small", available=Money(amount.paise - left), asked=amount)
    settle_items(uow, document_id, on_date, taken)


def settle_items(uow: UnitOfWork, document_id: UUID, on_date: date, amounts: Sequence[tuple[UUID, int]]) -> None:
    """Record what a document takes off open items: paise by item, with the sign against the item's own.

    The document's entry moves the party's account as much.
    """
    if not amounts:
        return
    # a document may take back what an older one settled, and settle anew
    of_document = OpenItemSettlement.document_id == document_id
    last = uow.session.scalar(select(func.max(OpenItemSettlement.line)).where(of_document)) or 0
    uow.record(
        OpenItemSettlement,
        [
            {"document_id": document_id, "line": line, "item_id": item_id, "amount_paise": paise, "on_date": on_date}
            for line, (item_id, paise) in enumerate(amounts, start=last + 1)
        ],
    )


def balance_of(session: Session, party_kind: str, party_ids: Sequence[UUID]) -> Money:
    """Return what a party owes us all in all, negative for what we owe it: the sum of what is open of its documents.

    ``party_ids`` are the party and those merged into it.
    """
    ((opened,),) = _OPENED.rows(session, {"party_kind": party_kind, "party_ids": party_ids})
    ((settled,),) = _SETTLED.rows(session, {"party_kind": party_kind, "party_ids": party_ids})
    return Money(int(opened) + int(settled))


def credit_of(session: Session, party_kind: str, party_ids: Sequence[UUID]) -> Money:
    """Return what stands to a party's credit and is not used: advances and credit notes."""
    standing = _CREDITS.rows(session, {"party_kind": party_kind, "party_ids": party_ids})
    return Money(sum(-open_paise - int(settled) for _, open_paise, settled in standing))


class OpenDebit(NamedTuple):
    """A document by which a party owes us (a credit note of a supplier, an advance), and what is left of it."""

    item_id: UUID
    kind: str
    number: str
    left: Money


def open_debits(session: Session, party_kind: str, party_ids: Sequence[UUID]) -> list[OpenDebit]:
    """Return what a party owes us document by document, the oldest first; settled ones are left out."""
    return [debit for debit in debits_ever(session, party_kind, party_ids) if debit.left.paise > 0]


def debits_ever(session: Session, party_kind: str, party_ids: Sequence[UUID]) -> list[OpenDebit]:
    """Return what a party owes us or owed us before, the oldest first; nothing is left of what is settled."""
    rows = _DEBITS.rows(session, {"party_kind": party_kind, "party_ids": party_ids})
    return [OpenDebit(row.id, row.kind, row.number, Money(row.open_paise + int(row.settled))) for row in rows]


_REVERSAL = aliased(OpenItem)
_PARTY_IDS: BindParameter[UUID] = bindparam("party_ids", expanding=True)
_OF_PARTY = (OpenItem.party_kind == bindparam("party_kind")) & OpenItem.party_id.in_(_PARTY_IDS)
_SETTLEMENTS = (
    select(func.coalesce(func.sum(OpenItemSettlement.amount_paise), 0))
    .where(OpenItemSettlement.item_id == OpenItem.id)
    .scalar_subquery()
)
_CREDITS = Prepared(
    select(OpenItem.id, OpenItem.open_paise, _SETTLEMENTS.label("settled"))
    .outerjoin(_REVERSAL, _REVERSAL.reverses_id == OpenItem.id)
    .where(_OF_PARTY, OpenItem.open_paise < 0, OpenItem.reverses_id.is_(None), _REVERSAL.id.is_(None))
    .order_by(OpenItem.on_date, OpenItem.id)
)
_DEBITS = Prepared(
    select(OpenItem.id, OpenItem.kind, OpenItem.number, OpenItem.open_paise, _SETTLEMENTS.label("settled"))
    .outerjoin(_REVERSAL, _REVERSAL.reverses_id == OpenItem.id)
    .where(_OF_PARTY, OpenItem.open_paise > 0, OpenItem.reverses_id.is_(None), _REVERSAL.id.is_(None))
    .order_by(OpenItem.on_date, OpenItem.id)
)
_OPENED = Prepared(select(func.coalesce(func.sum(OpenItem.open_paise), 0)).where(_OF_PARTY))
_SETTLED = Prepared(
    select(func.coalesce(func.sum(OpenItemSettlement.amount_paise), 0))
    .join(OpenItem, OpenItem.id == OpenItemSettlement.item_id)
    .where(_OF_PARTY)
)


def reverse_open_items(
    uow: UnitOfWork, *, of_document: UUID, document_id: UUID, document_kind: str, on_date: date
) -> None:
    """Take back the open items of a document and its entry, as facts of the document that undoes it.

    The caller has refused closed days.
    """
    reverse_entry(
        uow, of_documents=[of_document], document_id=document_id, document_kind=document_kind, on_date=on_date
    )
    take_back_open_items(uow, of_documents=[of_document], document_id=document_id, on_date=on_date)


def take_back_open_items(uow: UnitOfWork, *, of_documents: Sequence[UUID], document_id: UUID, on_date: date) -> None:
    """Take back what documents left open and what they settled, as facts of the document that undoes them.

    What was taken back already stays so. The ids follow from what they reverse, so that counters that were apart take
    nothing back twice.
    """
    standing = uow.session.scalars(
        select(OpenItem)
        .outerjoin(_REVERSAL, _REVERSAL.reverses_id == OpenItem.id)
        .where(OpenItem.document_id.in_(of_documents), OpenItem.reverses_id.is_(None), _REVERSAL.id.is_(None))
        .order_by(OpenItem.id)
    )
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
            for row in standing
        ],
    )
    settled = uow.session.execute(
        select(OpenItemSettlement.item_id, func.sum(OpenItemSettlement.amount_paise))
        .where(OpenItemSettlement.document_id.in_(of_documents))
        .group_by(OpenItemSettlement.item_id)
        .order_by(OpenItemSettlement.item_id)
    )
    settle_items(uow, document_id, on_date, [(item_id, -int(paise)) for item_id, paise in settled if paise])


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
