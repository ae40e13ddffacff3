"""Reads of the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.kernel.dates import FinancialYear
from core.kernel.money import Money
from core.ledger import chart
from core.ledger.chart import Account
from core.ledger.model import LedgerAccount, LedgerDay


class TrialBalanceRow(NamedTuple):
    """An account with what stands on it: one of ``debit`` and ``credit`` is zero."""

    code: str
    name: str
    section: str
    debit: Money
    credit: Money


def trial_balance(session: Session, as_of: date | None = None) -> list[TrialBalanceRow]:
    """Return every account that has moved, up to the end of a day; debits and credits add up to the same.

    All that ever moved an account counts, years put together. Added up from the days that are kept: five years of
    entries would take seconds.
    """
    balances = _moved(session, *([] if as_of is None else [LedgerDay.on_date <= as_of]))
    return _rows(balances, _accounts(session))


def trial_balance_of_year(session: Session, as_of: date) -> list[TrialBalanceRow]:
    """Return the trial balance at the end of a day as books have it whose years were closed.

    Income and expenses count from 1 April of the day's financial year on, those that have not moved since are left
    out, and what they came to in all the years before stands on ``chart.RETAINED``. No document closes a year: one that
    is dated back into an earlier year is in its retained earnings at once. Debits and credits add up to the same.
    """
    accounts = _accounts(session)
    begin = FinancialYear.of(as_of).first_day
    before = _moved(session, LedgerDay.on_date < begin)
    balances = _moved(session, LedgerDay.on_date >= begin, LedgerDay.on_date <= as_of)
    retained = 0
    for code, paise in before.items():
        if accounts[code].section in chart.OF_A_YEAR:
            retained += paise
        else:
            balances[code] = balances.get(code, 0) + paise
    if retained:
        balances[chart.RETAINED.code] = retained
    return _rows(balances, {**accounts, chart.RETAINED.code: chart.RETAINED})


def _moved(session: Session, *where: ColumnElement[bool]) -> dict[str, int]:
    """Return what accounts moved by on some days, in paise, debit positive."""
    sums = func.sum(LedgerDay.debit_paise - LedgerDay.credit_paise)
    rows = session.execute(select(LedgerDay.account, sums).where(*where).group_by(LedgerDay.account))
    return {account: int(paise) for account, paise in rows}


def _accounts(session: Session) -> dict[str, Account]:
    rows = session.execute(select(LedgerAccount.code, LedgerAccount.name, LedgerAccount.section))
    return {row.code: Account(*row) for row in rows}


def _rows(balances: Mapping[str, int], accounts: Mapping[str, Account]) -> list[TrialBalanceRow]:
    return [
        TrialBalanceRow(code, accounts[code].name, accounts[code].section, Money(max(paise, 0)), Money(max(-paise, 0)))
        for code, paise in sorted(balances.items(), key=lambda entry: (accounts[entry[0]].section, entry[0]))
    ]
