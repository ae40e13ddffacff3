"""The other side of cash that goes in or out: which account of the ledger, by the name that people give."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cash.kinds import MovementKind
from core.kernel.errors import RuleBroken
from core.ledger import chart
from core.ledger.chart import Account
from core.ledger.model import LedgerAccount
from core.storage.search_index import name_key


def account_of(session: Session, kind: MovementKind, name: str | None) -> Account | None:
    """Return the account that a movement goes to or comes from, None where the cash stays the shop's cash in hand.

    An expense, or a bank, that is met for the first time is a new account; one of that name is taken. Raises RuleBroken
    ``cash.account_missing``, ``cash.account_unasked``, ``cash.account_taken``.
    """
    if kind.names_account:
        if name is None or not any(map(str.isalnum, name)):
            raise RuleBroken("cash.account_missing", where="account")
        is_bank = kind is not MovementKind.EXPENSE
        return _standing(session, chart.bank(name) if is_bank else chart.own(name, "expense"))
    if name is not None:
        raise RuleBroken("cash.account_unasked", where="account", kind=kind.words)
    if kind.stays_in_hand:
        return None
    return _standing(session, chart.CAPITAL if kind is MovementKind.CAPITAL else chart.DRAWINGS)


def names_of(session: Session, kind: MovementKind) -> list[str]:
    """Return the names that a kind may be given and that the books have already, in order."""
    if not kind.names_account:
        return []
    is_bank = kind is not MovementKind.EXPENSE
    begins, section = (chart.BANK, "asset") if is_bank else (chart.OWN, "expense")
    accounts = session.execute(select(LedgerAccount.code, LedgerAccount.name).where(LedgerAccount.section == section))
    return sorted((name for code, name in accounts if code.startswith(begins)), key=str.casefold)


def _standing(session: Session, wanted: Account) -> Account:
    """Return the account that goes by a name already, where it is of the same kind: a shop has given it itself."""
    rows = session.execute(select(LedgerAccount.code, LedgerAccount.name, LedgerAccount.section))
    opened = [Account(code, name, section) for code, name, section in rows]
    for account in (*opened, *chart.FIXED, *chart.LATER):
        if name_key(account.name) != name_key(wanted.name):
            continue
        is_for_another = account.code.startswith(chart.OWN) and not wanted.code.startswith(chart.BANK)
        if account.section != wanted.section or not (account.code == wanted.code or is_for_another):
            raise RuleBroken("cash.account_taken", where="account", name=account.name, section=account.section)
        return account
    return wanted
