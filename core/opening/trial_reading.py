"""Understands the trial balance of an old program, and what its accounts are called here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from pydantic import Field

from core.boundary.cells import is_total
from core.boundary.columns import Columns, no_column
from core.boundary.frozen import Frozen, Line, load
from core.boundary.lines import LineProblem, in_short
from core.boundary.sheets import Sheet, SheetRow
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.opening.dto import Side
from core.opening.reading import one_side, read_side, read_sided_amount

_COLUMNS = Columns(
    MappingProxyType(
        {
            "account": ("account_name", "ledger", "ledger_name", "name", "particulars", "head"),
            "debit": ("dr", "debit_amount", "dr_amount", "debit_balance"),
            "credit": ("cr", "credit_amount", "cr_amount", "credit_balance"),
            "balance": ("amount", "closing_balance"),
            "dr_cr": ("drcr", "cr_dr", "d_c", "side"),
        }
    ),
    needed=["account"],
)
_MAPPING = Columns(
    {"old": ("old_account", "account", "old_name"), "ours": ("our_account", "new", "our_name", "nuskha")},
    needed=["old", "ours"],
)


class OldAccount(NamedTuple):
    """An account of the old trial balance, debit positive."""

    name: str
    amount: Money


class MapAccounts(Frozen):
    """The command to remember which of our accounts or parties an account of the old program is."""

    accounts: Mapping[Line, Line] = Field(min_length=1)


def read_trial_balance(sheet: Sheet, columns: Mapping[str, str] = MappingProxyType({})) -> list[OldAccount]:
    """Return the accounts of an old trial balance: name with debit and credit, or with one balance and its side.

    Lines without an amount are headings, and the line of totals is none of its accounts. Raises RuleBroken
    ``sheet.no_column``, ``sheet.column_twice``, ``sheet.no_such_column``, ``opening.bad_trial_balance`` with the first
    lines that cannot be read.
    """
    places, _ = _COLUMNS.place(sheet.header, columns)
    if not places.keys() & {"debit", "credit", "balance"}:
        raise no_column("debit", sheet.header)
    accounts: list[OldAccount] = []
    problems: list[LineProblem] = []
    for row in sheet.rows:
        try:
            if row.fault is not None:
                raise RuleBroken(row.fault)
            account = _read_account(row, places)
        except RuleBroken as broken:
            problems.append(LineProblem.of(row.line, broken))
            continue
        if account is not None:
            accounts.append(account)
    if problems:
        count, lines = in_short(problems)
        raise RuleBroken("opening.bad_trial_balance", count=count, lines=lines)
    return accounts


def read_mapping(sheet: Sheet) -> MapAccounts:
    """Return the command to remember the accounts of a sheet with the columns ``old`` and ``ours``.

    Raises RuleBroken ``sheet.no_column``, ``sheet.column_twice``, ``input.empty`` where it names none.
    """
    places, _ = _MAPPING.place(sheet.header)
    pairs = ((row.cell(places["old"]), row.cell(places["ours"])) for row in sheet.rows)
    return load(MapAccounts, {"accounts": {old: ours for old, ours in pairs if old and ours}})


def _read_account(row: SheetRow, places: Mapping[str, int]) -> OldAccount | None:
    cells = {column: row.cell(place) for column, place in places.items()}
    name = cells["account"]
    if not name or is_total(name):
        return None
    debit, debit_side = read_sided_amount(cells.get("debit", ""), "debit")
    credit, credit_side = read_sided_amount(cells.get("credit", ""), "credit")
    balance, balance_side = read_sided_amount(cells.get("balance", ""), "balance")
    if (debit and debit_side is Side.CREDIT) or (credit and credit_side is Side.DEBIT):
        raise RuleBroken("opening.sides_differ", where="debit")
    side = one_side(read_side(cells.get("dr_cr", ""), "dr_cr"), balance_side)
    amount = (debit or ZERO) - (credit or ZERO)
    if balance:
        if side is None:
            raise RuleBroken("opening.no_side", where="dr_cr", text=cells["balance"])
        amount = amount + (balance if side is Side.DEBIT else -balance)
    return OldAccount(name, amount) if amount else None
