"""The books: trial balance, the account of the ledger, the day book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.kernel.dates import FinancialYear, show_date
from core.kernel.days import Days, Preset
from core.kernel.money import Money
from core.ledger import chart
from core.ledger.model import LedgerAccount, LedgerDay, LedgerDocument, LedgerEntry
from core.ledger.queries import trial_balance_of_year
from core.reporting.columns import Kind, ReportColumn, Value
from core.reporting.entries import account_names, documents_named
from core.reporting.parameters import Ask, Parameter, days_parameter
from core.reporting.report import Key, Reading, Report, ReportRow, Section, Source, ToReport
from core.reporting.sold import days_said
from core.reporting.streams import along, at_once, in_batches, tell

_BOOKS = frozenset({Source.BILLS, Source.STOCK, Source.PARTIES, Source.CASH})
#: How many of a row's first columns are its place: day, when it was written (twice), document, line.
_PLACE = 5
#: Before the first document of a day.
_BEFORE_ALL = (-1, 0, UUID(int=0), 0)
#: Days on which an account moved less are read some at once, so that a page of a quiet account asks little.
_QUIET, _MOST_DAYS = 128, 31
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
    for row in trial_balance_of_year(reading.session, as_of):
        values = (row.name, row.code, row.section.capitalize(), *_sides((row.debit - row.credit).paise))
        is_retained = row.code == chart.RETAINED.code
        yield ReportRow(values, _year_before(year) if is_retained else _ledger_of(row.code, year))


def _year_before(year: Days) -> ToReport:
    """Return the trial balance at the end of the year before: what it earned, and again what earlier ones did."""
    return ToReport("trial-balance", {"as_of": show_date(year.first - timedelta(days=1))})


TRIAL_BALANCE = Report(
    id="trial-balance",
    title="Trial balance",
    about="What stands on every account at the end of a day, income and expenses since 1 April; debits and credits "
    "come to the same.",
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
    note="Income and expenses count from 1 April of the financial year; what earlier years earned is one line.",
)


# --- account of the ledger ---------------------------------------------------------------------------------------


def _ledger_account(reading: Reading) -> Iterator[ReportRow]:
    span, after = reading.asked.span, reading.after
    account = str(reading.asked.keys["account"])
    is_of_a_year = _section(reading.session, account) in chart.OF_A_YEAR
    if after is None:
        since = FinancialYear.of(span.first).first_day if is_of_a_year else None
        balance = _brought_forward(reading.session, account, span.first, since)
        after = (span.first, *_BEFORE_ALL)
        yield _opening(span.first, balance)
    else:
        balance = _whole(after[-1])
        after = after[:-1]
    year = FinancialYear.of(_day(after[0]))
    for batch in in_batches(_entries(reading, account, after)):
        tell(reading, batch[0].on_date)
        documents = documents_named(reading.session, {row.document_id: row.document_kind for row in batch})
        for row in batch:
            if is_of_a_year and FinancialYear.of(row.on_date) != year:
                year, balance = FinancialYear.of(row.on_date), 0
                yield _opening(year.first_day, 0)
            balance += row.amount_paise
            number, what, particulars, _ = document = documents[row.document_id]
            values = (row.on_date, number, what, particulars, *_sides(row.amount_paise), *_standing(balance))
            yield ReportRow(values, document.target, (*row[:_PLACE], balance))
    if is_of_a_year and FinancialYear.of(span.last) != year:
        yield _opening(FinancialYear.of(span.last).first_day, 0)


def _section(session: Session, account: str) -> str:
    return str(session.scalar(select(LedgerAccount.section).where(LedgerAccount.code == account)))


def _opening(day: date, balance: int) -> ReportRow:
    """Return the row of what stands on an account (paise, debit positive) before the first document of a day."""
    values: tuple[Value, ...] = (day, None, None, "Opening balance", None, None, *_standing(balance))
    return ReportRow(values, None, (day, *_BEFORE_ALL, balance))


def _brought_forward(session: Session, account: str, first: date, since: date | None) -> int:
    """Return what stood on an account at the beginning of a day, in paise, debit positive; of what moved it ``since``
    a day."""
    moved = func.coalesce(func.sum(LedgerDay.debit_paise - LedgerDay.credit_paise), 0)
    wanted = select(moved).where(LedgerDay.account == account, LedgerDay.on_date < first)
    return int(session.scalar(wanted if since is None else wanted.where(LedgerDay.on_date >= since)) or 0)


def _entries(reading: Reading, account: str, after: Key) -> Iterator[Any]:
    """Yield the entries of an account behind a place, those of a day as they were written.

    The account's index has them by day: a day is put in order here, and some quiet days together.
    """
    wanted = (
        select(
            LedgerEntry.on_date,
            LedgerDocument.hlc,
            LedgerDocument.nth,
            LedgerEntry.document_id,
            LedgerEntry.line,
            LedgerEntry.document_kind,
            LedgerEntry.amount_paise,
        )
        .join(LedgerDocument, LedgerDocument.document_id == LedgerEntry.document_id)
        .where(LedgerEntry.account == account)
    )
    moved = (LedgerDay.account == account, LedgerDay.on_date >= after[0], LedgerDay.on_date <= reading.asked.span.last)
    days = reading.session.scalars(select(LedgerDay.on_date).where(*moved).order_by(LedgerDay.on_date)).all()
    begin, count = 0, 1
    while some := days[begin : begin + count]:
        within = (LedgerEntry.on_date >= some[0], LedgerEntry.on_date <= some[-1])
        rows = [row for row in reading.session.execute(wanted.where(*within)) if row[:_PLACE] > after]
        yield from sorted(rows, key=itemgetter(*range(_PLACE)))
        begin += count
        count = min(2 * count, _MOST_DAYS) if len(rows) < _QUIET else 1


def _standing(paise: int) -> tuple[Money, str | None]:
    """Return a balance (debit positive) as books show it: the amount and its side."""
    return Money(abs(paise)), None if not paise else "Dr" if paise > 0 else "Cr"


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


LEDGER_ACCOUNT = Report(
    id="ledger-account",
    title="Ledger account",
    about="What moved an account, entry by entry, with what stood on it before and after each; income and expenses "
    "begin anew on 1 April.",
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
    session, after = reading.session, reading.after
    names = account_names(session)
    place = (LedgerDocument.on_date, LedgerDocument.hlc, LedgerDocument.nth, LedgerDocument.document_id)
    # a page may have ended among the lines of a document: the rest of it comes first
    stopped = None if after is None else after[:-1]
    documents = along(session, select(*place), place, at_once(reading), stopped, again=True)
    for batch in in_batches(documents):
        tell(reading, batch[0].on_date)
        places = {document[-1]: tuple(document) for document in batch}
        lines = [line for part in in_parts(places) for line in _lines_of(session, part)]
        called = documents_named(session, {line.document_id: line.document_kind for line in lines})
        for place_of_line, line in sorted(((*places[line.document_id], line.line), line) for line in lines):
            if after is not None and place_of_line <= after:
                continue
            number, what, particulars, _ = document = called[line.document_id]
            day = place_of_line[0]
            values = (day, number, what, particulars, names[line.account], line.account, *_sides(line.amount_paise))
            yield ReportRow(values, document.target or _ledger_of(line.account, Days(day, day)), place_of_line)


def _lines_of(session: Session, document_ids: Sequence[UUID]) -> Sequence[Any]:
    return session.execute(
        select(
            LedgerEntry.document_id,
            LedgerEntry.line,
            LedgerEntry.document_kind,
            LedgerEntry.account,
            LedgerEntry.amount_paise,
        ).where(LedgerEntry.document_id.in_(document_ids))
    ).all()


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
