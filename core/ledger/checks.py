"""Proves that the books balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.ledger.model import LedgerDay, LedgerDocument, LedgerEntry, OpenItem, OpenItemSettlement
from core.ledger.open_items import ACCOUNTS


def check_ledger(session: Session) -> Iterator[Finding]:
    """Yield every document whose entry does not add up to zero."""
    unbalanced = session.execute(
        select(LedgerEntry.document_id, func.sum(LedgerEntry.amount_paise))
        .group_by(LedgerEntry.document_id)
        .having(func.sum(LedgerEntry.amount_paise) != 0)
    )
    for document_id, paise in unbalanced:
        yield Finding("verify.ledger_unbalanced", "ledger_entry", document_id.hex, f"off by {paise} paise")


def check_days(session: Session) -> Iterator[Finding]:
    """Yield every account and day whose kept sums are not those of the entries."""
    booked: dict[tuple[str, date], tuple[int, int]] = {}
    entries = select(LedgerEntry.account, LedgerEntry.on_date, LedgerEntry.amount_paise)
    for account, on_date, paise in session.execute(entries.execution_options(yield_per=10_000)):
        debit, credit = booked.get((account, on_date), (0, 0))
        booked[account, on_date] = (debit + max(paise, 0), credit + max(-paise, 0))
    kept = {
        (account, on_date): (debit, credit)
        for account, on_date, debit, credit in session.execute(
            select(LedgerDay.account, LedgerDay.on_date, LedgerDay.debit_paise, LedgerDay.credit_paise)
        )
    }
    for account, on_date in sorted(booked.keys() | kept.keys()):
        said, stands = kept.get((account, on_date), (0, 0)), booked.get((account, on_date), (0, 0))
        if said != stands:
            detail = f"{said[0]} and {said[1]} paise kept, {stands[0]} and {stands[1]} booked"
            yield Finding("verify.ledger_day_differs", "ledger_day", f"{account}/{on_date.isoformat()}", detail)


def check_documents(session: Session) -> Iterator[Finding]:
    """Yield every document that is not kept with the day of its entry, and every kept one that has no entry."""
    entries = select(LedgerEntry.document_id, func.min(LedgerEntry.on_date)).group_by(LedgerEntry.document_id)
    kept = select(LedgerDocument.document_id, LedgerDocument.on_date).order_by(LedgerDocument.document_id)
    entered = session.execute(entries.order_by(LedgerEntry.document_id).execution_options(yield_per=10_000))
    standing = session.execute(kept.execution_options(yield_per=10_000))
    for document_id, (booked, said) in _side_by_side(entered, standing):
        if booked != said:
            detail = f"{_day_text(said)} kept, {_day_text(booked)} booked"
            yield Finding("verify.ledger_document_differs", "ledger_document", document_id.hex, detail)


def _day_text(day: date | None) -> str:
    return "no day" if day is None else day.isoformat()


def _side_by_side(left: Iterable[Any], right: Iterable[Any]) -> Iterator[tuple[UUID, tuple[date | None, date | None]]]:
    """Yield the days of two readings in the order of their ids by id, None where one of them has none.

    Side by side: five years are millions of documents.
    """
    both = merge(((row[0], 0, row[1]) for row in left), ((row[0], 1, row[1]) for row in right))
    for document_id, rows in groupby(both, key=itemgetter(0)):
        days: list[date | None] = [None, None]
        for _, side, day in rows:
            days[side] = day
        yield document_id, (days[0], days[1])


def check_open_items(session: Session) -> Iterator[Finding]:
    """Yield every document whose open items are not what it put on the accounts of debtors and creditors.

    So all open items together are what those accounts say. And every item of which more was settled than it was.
    """
    over = session.execute(
        select(OpenItem.id, OpenItem.open_paise, func.sum(OpenItemSettlement.amount_paise))
        .join(OpenItemSettlement, OpenItemSettlement.item_id == OpenItem.id)
        .group_by(OpenItem.id, OpenItem.open_paise)
    )
    for item_id, opened, paise in over:
        left = opened + int(paise)
        if not min(opened, 0) <= left <= max(opened, 0):
            detail = f"{opened} paise open, {paise} settled"
            yield Finding("verify.settled_too_much", "open_item", item_id.hex, detail)
    for kind, account in ACCOUNTS.items():
        listed = session.execute(
            select(OpenItem.document_id, func.sum(OpenItem.open_paise))
            .where(OpenItem.party_kind == kind)
            .group_by(OpenItem.document_id)
        )
        settled = session.execute(
            select(OpenItemSettlement.document_id, func.sum(OpenItemSettlement.amount_paise))
            .join(OpenItem, OpenItem.id == OpenItemSettlement.item_id)
            .where(OpenItem.party_kind == kind)
            .group_by(OpenItemSettlement.document_id)
        )
        booked = session.execute(
            select(LedgerEntry.document_id, func.sum(LedgerEntry.amount_paise))
            .where(LedgerEntry.account == account.code)
            .group_by(LedgerEntry.document_id)
        )
        items: Counter[UUID] = Counter()
        for document, paise in (*listed, *settled):
            items[document] += int(paise)
        entries = {document: int(paise) for document, paise in booked}
        for document in sorted(items.keys() | entries.keys()):
            said, stands = items[document], entries.get(document, 0)
            if said != stands:
                detail = f"{said} paise of open items, {stands} on {account.name}"
                yield Finding("verify.open_items_differ", "open_item", document.hex, detail)
