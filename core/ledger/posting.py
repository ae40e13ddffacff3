"""Posts a document's balanced entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from core.audit.log import coming_hlc
from core.kernel.money import Money
from core.ledger.chart import Account
from core.ledger.closing import refuse_closed_day
from core.ledger.model import LedgerAccount, LedgerDay, LedgerDocument, LedgerEntry
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork

_STANDING = Prepared(select(LedgerAccount.code).where(LedgerAccount.code.in_(bindparam("codes", expanding=True))))


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount on an account: debit positive, credit negative."""

    account: Account
    amount: Money


def post_entry(
    uow: UnitOfWork, document_id: UUID, document_kind: str, on_date: date, postings: Sequence[Posting]
) -> None:
    """Record a document's entry; amounts of zero are left out, accounts met for the first time are opened.

    Every document that moves money or stock comes through here, so here closed days are refused:
    RuleBroken ``ledger.day_closed``. Raises AssertionError if the amounts do not add up to zero: that is a bug of the
    caller, never of a person.
    """
    if Money.total(posting.amount for posting in postings):
        raise AssertionError(f"unbalanced entry for {document_kind} {document_id}: {postings}")
    refuse_closed_day(uow, on_date)
    moved = [posting for posting in postings if posting.amount]
    accounts = {posting.account.code: posting.account for posting in moved}
    standing = {code for (code,) in _STANDING.rows(uow.session, {"codes": list(accounts)})} if accounts else set()
    for account in accounts.values():
        if account.code not in standing:
            open_account(uow, account)
    lines = [(posting.account.code, posting.amount.paise) for posting in moved]
    _record(uow, document_id, document_kind, on_date, lines)


def open_account(uow: UnitOfWork, account: Account) -> None:
    """Open an account of the chart unless it stands, or another entry of the same command opened it."""
    opened = {each.code for each in uow.session.new if isinstance(each, LedgerAccount)}
    if account.code not in opened and uow.session.get(LedgerAccount, account.code) is None:
        uow.session.add(LedgerAccount(code=account.code, name=account.name, section=account.section))


def reverse_entry(
    uow: UnitOfWork,
    *,
    of_documents: Sequence[UUID],
    document_id: UUID,
    document_kind: str,
    on_date: date,
    beside: Sequence[Posting] = (),
) -> None:
    """Record the entries of documents with every sign turned, as the entry of the document that undoes them.

    ``beside`` is what it moves besides: what was sold before is not in stock any more.
    """
    if Money.total(posting.amount for posting in beside):
        raise AssertionError(f"unbalanced beside a reversal for {document_kind} {document_id}: {beside}")
    entries = uow.session.execute(
        select(LedgerEntry.account, LedgerEntry.amount_paise)
        .where(LedgerEntry.document_id.in_(of_documents))
        .order_by(LedgerEntry.document_id, LedgerEntry.line)
    )
    for posting in beside:
        if posting.amount:
            open_account(uow, posting.account)
    lines = [(account, -paise) for account, paise in entries]
    lines += [(posting.account.code, posting.amount.paise) for posting in beside if posting.amount]
    _record(uow, document_id, document_kind, on_date, lines)


def _record(
    uow: UnitOfWork, document_id: UUID, document_kind: str, on_date: date, lines: Sequence[tuple[str, int]]
) -> None:
    """Write an entry of these accounts and paise, when it was written, and what its day moved by."""
    if not lines:
        return
    nth = len(uow.capture.rows.get(LedgerEntry.__tablename__, ()))
    uow.record(
        LedgerEntry,
        [
            {
                "document_id": document_id,
                "line": line,
                "document_kind": document_kind,
                "account": account,
                "amount_paise": paise,
                "on_date": on_date,
            }
            for line, (account, paise) in enumerate(lines, start=1)
        ],
    )
    place = {"document_id": document_id, "on_date": on_date, "hlc": coming_hlc(uow), "nth": nth}
    uow.derive(LedgerDocument, [place])
    _keep_days(uow, on_date, lines)


def _keep_days(uow: UnitOfWork, on_date: date, moved: Iterable[tuple[str, int]]) -> None:
    """Add amounts (paise, debit positive) to what their accounts moved by on a day."""
    debited: defaultdict[str, int] = defaultdict(int)
    credited: defaultdict[str, int] = defaultdict(int)
    for account, paise in moved:
        (debited if paise > 0 else credited)[account] += abs(paise)
    rows = [
        {"account": account, "on_date": on_date, "debit_paise": debited[account], "credit_paise": credited[account]}
        for account in sorted(debited.keys() | credited.keys())
    ]
    uow.derive(LedgerDay, rows, add=["debit_paise", "credit_paise"])
