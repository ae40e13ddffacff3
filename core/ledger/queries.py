"""Reads of the books."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.money import Money
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

    Added up from the days that are kept: five years of entries would take seconds.
    """
    days = select(LedgerDay.account, LedgerDay.debit_paise, LedgerDay.credit_paise)
    if as_of is not None:
        days = days.where(LedgerDay.on_date <= as_of)
    balances: defaultdict[str, int] = defaultdict(int)
    for account, debit, credit in session.execute(days):
        balances[account] += debit - credit
    names = {
        code: (name, section)
        for code, name, section in session.execute(
            select(LedgerAccount.code, LedgerAccount.name, LedgerAccount.section)
        )
    }
    return [
        TrialBalanceRow(code, *names[code], Money(max(paise, 0)), Money(max(-paise, 0)))
        for code, paise in sorted(balances.items(), key=lambda entry: (names[entry[0]][1], entry[0]))
    ]
