"""Compares the trial balance of the old program with what was brought over from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.kernel.money import ZERO, Money
from core.ledger import chart
from core.ledger.model import LedgerAccount, LedgerEntry
from core.ledger.open_items import ACCOUNTS, standing_items
from core.opening.dto import WITH_DUES
from core.opening.trial_reading import MapAccounts, OldAccount
from core.parties.book import PartyBook
from core.settings.queries import setting
from core.settings.service import set_setting
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

_SETTING = "opening.accounts"
#: What other programs call the accounts that every shop has, as ``name_key`` writes it.
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        chart.CASH.code: ("cash", "cash account", "cash a c", "cash balance"),
        chart.STOCK.code: ("stock", "closing stock", "opening stock", "inventory"),
        chart.DEBTORS.code: ("debtors", "trade receivables", "accounts receivable", "receivables"),
        chart.CREDITORS.code: ("creditors", "trade payables", "accounts payable", "payables"),
    }
)


class Compared(NamedTuple):
    """An account on both sides with what each says, debit positive; ``ours`` or ``old`` is empty where it lacks one."""

    old: str
    ours: str
    old_amount: Money
    our_amount: Money


class Comparison(NamedTuple):
    """What came of it. ``left`` is what stands in opening balances, debit positive: nothing when all came over."""

    agreeing: tuple[Compared, ...]
    differing: tuple[Compared, ...]
    only_old: tuple[Compared, ...]
    only_ours: tuple[Compared, ...]
    old_debit: Money
    old_credit: Money
    left: Money

    @property
    def holds(self) -> bool:
        """Whether nothing at all differs."""
        differs = self.differing or self.only_old or self.only_ours or self.left
        return not differs and self.old_debit == self.old_credit


class _Ours(NamedTuple):
    """An account of ours, or all parties of a name; ``codes`` are the accounts that a party's open items stand on."""

    key: str
    name: str
    amount: Money
    codes: frozenset[str] = frozenset()


def map_accounts(uow: UnitOfWork, command: MapAccounts) -> dict[str, str]:
    """Remember what accounts of the old program are called here, beside what is remembered; return all of it.

    Raises RuleBroken ``auth.not_allowed``, ``opening.no_such_account``.
    """
    require(uow, Permission.ENTER_OPENING)
    names = _by_name(_accounts(uow.session, {}), _parties(uow.session))
    for ours in command.accounts.values():
        if name_key(ours) not in names:
            raise RuleBroken("opening.no_such_account", where="accounts", name=ours)
    known = mapped_accounts(uow.session)
    wanted = known | {name_key(old): ours for old, ours in command.accounts.items()}
    if wanted != known:
        set_setting(uow, _SETTING, wanted)
        write_event(uow, "opening.accounts_mapped", id_from_content("setting", _SETTING))
    return wanted


def mapped_accounts(session: Session) -> dict[str, str]:
    """Return what is remembered of the old program's accounts: name key -> what it is called here."""
    return dict(setting(session, _SETTING, {}))


def compare(session: Session, old: list[OldAccount]) -> Comparison:
    """Compare an old trial balance with what opening documents have brought to ours; sales since then do not count.

    Debtors and creditors are compared as one account each where the old books name that, and party by party where they
    name parties. Several old accounts that are one of ours are added up.
    """
    mapped = mapped_accounts(session)
    booked = _booked(session)
    accounts, parties = _accounts(session, booked), _parties(session)
    by_name = _by_name(accounts, parties)
    found: defaultdict[str, list[OldAccount]] = defaultdict(list)
    ours: dict[str, _Ours] = {}
    unknown: list[OldAccount] = []
    for account in old:
        match = by_name.get(name_key(mapped.get(name_key(account.name), account.name)))
        if match is None:
            unknown.append(account)
        else:
            found[match.key].append(account)
            ours[match.key] = match
    compared = [
        Compared(
            ", ".join(each.name for each in named),
            ours[key].name,
            Money.total(each.amount for each in named),
            ours[key].amount,
        )
        for key, named in found.items()
    ]
    only_ours = [Compared("", each.name, ZERO, each.amount) for each in _rest(accounts, parties, set(found))]
    return Comparison(
        agreeing=tuple(each for each in compared if each.old_amount == each.our_amount),
        differing=tuple(each for each in compared if each.old_amount != each.our_amount),
        only_old=tuple(Compared(each.name, "", each.amount, ZERO) for each in unknown),
        only_ours=tuple(only_ours),
        old_debit=Money.total(each.amount for each in old if each.amount > ZERO),
        old_credit=-Money.total(each.amount for each in old if each.amount < ZERO),
        left=Money(booked.get(chart.OPENING.code, 0)),
    )


def _booked(session: Session) -> dict[str, int]:
    """Return what opening documents have brought to each account, and those that took them back, in paise."""
    return {
        account: int(paise)
        for account, paise in session.execute(
            select(LedgerEntry.account, func.sum(LedgerEntry.amount_paise))
            .where(LedgerEntry.document_kind.startswith("opening"))
            .group_by(LedgerEntry.account)
        )
    }


def _accounts(session: Session, booked: Mapping[str, int]) -> dict[str, _Ours]:
    rows = session.execute(select(LedgerAccount.code, LedgerAccount.name))
    known = {each.code: each.name for each in ACCOUNTS.values()} | {row.code: row.name for row in rows}
    del known[chart.OPENING.code]
    return {code: _Ours(code, name, Money(booked.get(code, 0))) for code, name in known.items()}


def _parties(session: Session) -> dict[str, _Ours]:
    """Return what is open with parties by their name; those of one name count together, as the old books have them."""
    amounts: defaultdict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    codes: defaultdict[str, set[str]] = defaultdict(set)
    items = list(standing_items(session))
    for kind in WITH_DUES:
        book = PartyBook(session, kind)
        for name in book.names():
            names.setdefault(name_key(name), name)
        for standing in items:
            if standing.item.party_kind == kind:
                key = name_key(book.name(standing.item.party_id))
                amounts[key] += standing.item.open.paise
                codes[key].add(ACCOUNTS[kind].code)
    return {key: _Ours(f"party {key}", name, Money(amounts[key]), frozenset(codes[key])) for key, name in names.items()}


def _by_name(accounts: Mapping[str, _Ours], parties: Mapping[str, _Ours]) -> dict[str, _Ours]:
    """Return what an old account can be, by name key; an account goes before a party that is called the same."""
    named = dict(parties)
    named |= {name: accounts[code] for code, names in _OTHER_NAMES.items() if code in accounts for name in names}
    return named | {name_key(each.name): each for each in accounts.values()}


def _rest(accounts: Mapping[str, _Ours], parties: Mapping[str, _Ours], found: set[str]) -> Iterator[_Ours]:
    """Yield what the old books do not name: debtors and creditors by party where they name a party of them."""
    by_party = {code for each in parties.values() if each.key in found for code in each.codes} - found
    for each in accounts.values():
        if each.amount and each.key not in found | by_party:
            yield each
    for each in parties.values():
        if each.amount and each.key not in found and each.codes & by_party:
            yield each
