"""Enters what stood in cash, at banks and on other accounts before the shop began here, one account at a time."""

from __future__ import annotations

import enum
from datetime import date
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.audit.notes import note_of, undo_id
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.frozen import Frozen, Line, Rupees, checked
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.kernel.money import ZERO, Money
from core.ledger import chart
from core.ledger.chart import Account
from core.ledger.closing import refuse_closed_day
from core.ledger.model import LedgerAccount, LedgerEntry
from core.ledger.posting import Posting, post_entry, reverse_entry
from core.opening.dto import Reason, Side, show_sided
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

BALANCE = "opening_balance"
_ENTERED = "opening.balance_entered"
_UNDONE = "opening_balance_undone"
#: In paise; sums must stay whole numbers of 64 bits.
_MOST = Money(10**15)


class Holding(enum.StrEnum):
    """What an opening balance is of: the till, a bank, or an account that the shop adds to the chart."""

    CASH = "cash"
    BANK = "bank"
    OTHER = "other"


class Section(enum.StrEnum):
    """Where an account stands in the balance."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"

    @property
    def side(self) -> Side:
        """The side on which such an account usually stands."""
        return Side.DEBIT if self in {Section.ASSET, Section.EXPENSE} else Side.CREDIT


def _possible(amount: Money) -> Money:
    if not ZERO <= amount <= _MOST:
        raise RuleBroken("opening.balance_form", amount=amount)
    return amount


class EnterOpeningBalance(Frozen):
    """The command to enter what stood on an account; ``command_id`` becomes the id of its document.

    ``amount`` is not below nothing and stands on the account's usual side unless ``side`` says otherwise (a bank
    account that is overdrawn). ``reason`` says why what was entered before was wrong: that is reversed first, and an
    amount of nothing leaves it at that.
    """

    command_id: UUID = Field(strict=False)
    holding: Holding = Field(strict=False)
    name: Annotated[Line, StringConstraints(max_length=100)] = ""
    section: Section = Field(default=Section.ASSET, strict=False)
    amount: Annotated[Rupees, AfterValidator(checked(_possible))]
    side: Annotated[Side, Field(strict=False)] | None = None
    reason: Reason | None = None


class OpeningBalance(NamedTuple):
    """An opening balance that stands, debit positive."""

    document_id: UUID
    account: str
    name: str
    amount: Money
    on_date: date


def enter_opening_balance(uow: UnitOfWork, command: EnterOpeningBalance) -> OpeningBalance:
    """Enter what stood on an account, against opening balances; the same command again changes nothing.

    Raises NeedsConfirmation ``opening.balance_stands``, RuleBroken ``auth.not_allowed``, ``ledger.day_closed``,
    ``opening.account_unnamed``, ``opening.account_taken``, ``opening.balance_zero``, ``opening.balance_none``,
    ``opening.command_reused``.
    """
    require(uow, Permission.ENTER_OPENING)
    account = _account(uow.session, command)
    amount = command.amount if (command.side or _usual(command)) is Side.DEBIT else -command.amount
    entered = OpeningBalance(command.command_id, account.code, account.name, amount, uow.today)
    shown = command.model_dump_json(exclude={"command_id"})
    earlier = note_of(uow.session, command.command_id, _ENTERED)
    if earlier is not None:
        if earlier["command"] != shown:
            raise RuleBroken("opening.command_reused", command=str(command.command_id))
        return entered
    refuse_closed_day(uow, uow.today)
    standing = next((each for each in opening_balances(uow.session) if each.account == account.code), None)
    if standing is not None:
        if command.reason is None:
            raise NeedsConfirmation(
                "opening.balance_stands", name=account.name, amount=show_sided(standing.amount), date=standing.on_date
            )
        reverse_entry(
            uow,
            of_documents=[standing.document_id],
            document_id=undo_id(_UNDONE, standing.document_id),
            document_kind=_UNDONE,
            on_date=uow.today,
        )
    elif command.reason is not None:
        raise RuleBroken("opening.balance_none", name=account.name)
    elif not amount:
        raise RuleBroken("opening.balance_zero", where="amount")
    post_entry(uow, command.command_id, BALANCE, uow.today, [Posting(account, amount), Posting(chart.OPENING, -amount)])
    write_event(uow, _ENTERED, command.command_id, {"command": shown})
    return entered


def opening_balances(session: Session) -> list[OpeningBalance]:
    """Return the opening balances that stand, by account."""
    undone = set(session.scalars(select(LedgerEntry.document_id).where(LedgerEntry.document_kind == _UNDONE)))
    rows = session.execute(
        select(
            LedgerEntry.document_id,
            LedgerEntry.account,
            LedgerAccount.name,
            LedgerEntry.amount_paise,
            LedgerEntry.on_date,
        )
        .join(LedgerAccount, LedgerAccount.code == LedgerEntry.account)
        .where(LedgerEntry.document_kind == BALANCE, LedgerEntry.account != chart.OPENING.code)
        .order_by(LedgerEntry.account)
    )
    return [
        OpeningBalance(document_id, account, name, Money(paise), on_date)
        for document_id, account, name, paise, on_date in rows
        if undo_id(_UNDONE, document_id) not in undone
    ]


def _usual(command: EnterOpeningBalance) -> Side:
    return command.section.side if command.holding is Holding.OTHER else Side.DEBIT


def _account(session: Session, command: EnterOpeningBalance) -> Account:
    """Return the account that a command means, and refuse a name that another account has."""
    if command.holding is Holding.CASH:
        return chart.CASH
    if not command.name:
        raise RuleBroken("opening.account_unnamed", where="name")
    is_bank = command.holding is Holding.BANK
    account = chart.bank(command.name) if is_bank else chart.own(command.name, command.section)
    known = {each.code: (each.name, each.section) for each in (*chart.FIXED, *chart.LATER)}
    for code, name, section in session.execute(select(LedgerAccount.code, LedgerAccount.name, LedgerAccount.section)):
        known[code] = name, section
    for code, (name, section) in known.items():
        if name_key(name) == name_key(command.name) and (code, section) != (account.code, account.section):
            raise RuleBroken("opening.account_taken", where="name", name=name, section=section)
    return account
