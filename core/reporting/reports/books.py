"""The books: trial balance, the account of the ledger, the day book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.kernel.dates import FinancialYear
from core.kernel.days import Days, Preset
from core.kernel.money import Money
from core.ledger.model import LedgerDay, LedgerEntry
from core.ledger.queries import trial_balance
from core.reporting.columns import Kind, ReportColumn, Value
from core.reporting.entries import account_names, documents_named
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import Key, Reading, Report, ReportRow, Section, Source, ToReport
from core.reporting.sold import days_said
from core.reporting.streams import along, at_once, in_batches, tell

_BOOKS = frozenset({Source.BILLS, Source.STOCK, Source.PARTIES, Source.CASH})
#: Before the first document of a day.
_NO_DOCUMENT = UUID(int=0)
#: Documents of a day book that are read together.
_DOCUMENTS_AT_ONCE = 128
_DOCUMENT_COLUMNS = (
    ReportColumn("date", "Date", Kind.DATE, 10, groups=True),
    ReportColumn("number", "Number", letters=15),
    ReportColumn("what", "Document", letters=14, groups=True),
    ReportColumn("particulars", "Particulars", letters=24, stretches=True),
)
_AMOUNT_COLUMNS = (
    ReportColumn("debit", "Debit", Kind.MONEY, 14, adds_up=True),
    ReportColumn("credit", "Credit", Kind.MONEY, 14, adds_up=True),
)


def _sides(paise: int) -> tuple[Money | None, Money | None]:
    """Return an amount (debit positive) as it stands in the columns of debit and credit, nothing on the other side."""
    return Money(paise) if paise > 0 else None, Money(-paise) if paise < 0 else None


def _ledger_of(account: str, days: Days) -> ToReport:
    return ToReport("ledger-account", {"account": account, **days_said(days)})


# --- trial balance -----------------------------------------------------------------------------------------------


def _trial_balance(reading: Reading) -> Iterator[ReportRow]:
    as_of = reading.asked.dates["as_of"]
    year = Days(FinancialYear.of(as_of).first_day, as_of)
    for row in trial_balance(reading.session, as_of):
        values = (row.name, row.code, row.section.capitalize(), *_sides((row.debit - row.credit).paise))
        yield ReportRow(values, _ledger_of(row.code, year))


TRIAL_BALANCE = Report(
    id="trial-balance",
    title="Trial balance",
    about="What stands on every account at the end of a day; debits and credits come to the same.",
    section=Section.MONEY,
    columns=(
        ReportColumn("account", "Account", letters=28, stretches=True),
        ReportColumn("code", "Code", letters=20),
        ReportColumn("section", "Section", letters=10, groups=True),
        *_AMOUNT_COLUMNS,
    ),
    rows=_trial_balance,
    parameters=(Parameter("as_of", "As of", Ask.DAY, default="today", required=True),),
    sources=_BOOKS,
)


# --- account of the ledger ---------------------------------------------------------------------------------------


def _ledger_account(reading: Reading) -> Iterator[ReportRow]:
    span, after = reading.asked.span, reading.after
    account = str(reading.asked.keys["account"])
    if after is None:
        balance = _brought_forward(reading.session, account, span.first)
        after = (span.first, _NO_DOCUMENT, 0)
        values: tuple[Value, ...] = (span.first, None, None, "Opening balance", None, None, *_standing(balance))
        yield ReportRow(values, None, (*after, balance))
    else:
        balance = _whole(after[-1])
        after = after[:-1]
    for batch in in_batches(_entries(reading, account, after)):
        tell(reading, batch[0].on_date)
        documents = documents_named(reading.session, {row.document_id: row.document_kind for row in batch})
        for row in batch:
            balance += row.amount_paise
            number, what, particulars, _ = document = documents[row.document_id]
            values = (row.on_date, number, what, particulars, *_sides(row.amount_paise), *_standing(balance))
            yield ReportRow(values, document.target, (row.on_date, row.document_id, row.line, balance))


def _brought_forward(session: Session, account: str, first: date) -> int:
    """Return what stood on an account at the beginning of a day, in paise, debit positive."""
    moved = func.coalesce(func.sum(LedgerDay.debit_paise - LedgerDay.credit_paise), 0)
    wanted = select(moved).where(LedgerDay.account == account, LedgerDay.on_date < first)
    return int(session.scalar(wanted) or 0)


def _entries(reading: Reading, account: str, after: Key) -> Iterator[Any]:
    place = (LedgerEntry.on_date, LedgerEntry.document_id, LedgerEntry.line)
    wanted = select(*place, LedgerEntry.document_kind, LedgerEntry.amount_paise).where(LedgerEntry.account == account)
    return along(reading.session, wanted, place, at_once(reading), after)


def _standing(paise: int) -> tuple[Money, str | None]:
    """Return a balance (debit positive) as books show it: the amount and its side."""
    return Money(abs(paise)), None if not paise else "Dr" if paise > 0 else "Cr"


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


LEDGER_ACCOUNT = Report(
    id="ledger-account",
    title="Ledger account",
    about="What moved an account, entry by entry, with what stood on it before and after each.",
    section=Section.MONEY,
    columns=(
        *_DOCUMENT_COLUMNS,
        *_AMOUNT_COLUMNS,
        ReportColumn("balance", "Balance", Kind.MONEY, 14),
        ReportColumn("side", "Dr/Cr", letters=5),
    ),
    rows=_ledger_account,
    parameters=(
        Parameter("account", "Account", Ask.ACCOUNT, required=True, hint="code or whole name, as in trial-balance"),
        days_parameter(Preset.THIS_MONTH),
    ),
    is_paged=True,
    sources=_BOOKS,
)


# --- day book ----------------------------------------------------------------------------------------------------


def _day_book(reading: Reading) -> Iterator[ReportRow]:
    span, after = reading.asked.span, reading.after
    begins = span.first if after is None else after[0]
    names = account_names(reading.session)
    days = reading.session.scalars(
        select(LedgerDay.on_date)
        .where(LedgerDay.on_date >= begins, LedgerDay.on_date <= span.last)
        .distinct()
        .order_by(LedgerDay.on_date)
    ).all()
    for day in days:
        tell(reading, day)
        here = after if after is not None and after[0] == day else (day, _NO_DOCUMENT, 0)
        yield from _day(reading.session, names, day, here)


def _day(session: Session, names: dict[str, str], day: date, after: Key) -> Iterator[ReportRow]:
    """Yield the lines of a day behind a place.

    No index has the entries by day alone; each account's index has them by day, and there are few accounts.
    """
    documents = session.scalars(
        select(LedgerEntry.document_id)
        .where(LedgerEntry.account.in_(list(names)), LedgerEntry.on_date == day)
        .distinct()
    )
    waiting = sorted(one for one in documents if one >= after[1])  # type: ignore[operator]  # an id, as in every key
    for first in range(0, len(waiting), _DOCUMENTS_AT_ONCE):
        (part,) = in_parts(waiting[first : first + _DOCUMENTS_AT_ONCE])
        lines = session.execute(
            select(
                LedgerEntry.document_id,
                LedgerEntry.line,
                LedgerEntry.document_kind,
                LedgerEntry.account,
                LedgerEntry.amount_paise,
            )
            .where(LedgerEntry.document_id.in_(part))
            .order_by(LedgerEntry.document_id, LedgerEntry.line)
        ).all()
        called = documents_named(session, {row.document_id: row.document_kind for row in lines})
        for row in lines:
            if (row.document_id, row.line) <= after[1:]:
                continue
            number, what, particulars, _ = document = called[row.document_id]
            values = (day, number, what, particulars, names[row.account], row.account, *_sides(row.amount_paise))
            target = document.target or _ledger_of(row.account, Days(day, day))
            yield ReportRow(values, target, (day, row.document_id, row.line))


DAY_BOOK = Report(
    id="day-book",
    title="Day book",
    about="Every entry of every document, day after day, with the accounts that it moved.",
    section=Section.MONEY,
    columns=(
        *_DOCUMENT_COLUMNS,
        ReportColumn("account", "Account", letters=20, groups=True),
        ReportColumn("code", "Code", letters=14, extra=True),
        *_AMOUNT_COLUMNS,
    ),
    rows=_day_book,
    parameters=(days_parameter(),),
    is_paged=True,
    sources=_BOOKS,
)
BOOKS = (TRIAL_BALANCE, LEDGER_ACCOUNT, DAY_BOOK)
