"""Shops with parties that owe and are owed, and the sheets that say so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.boundary.sheets import Sheet, SheetRow
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger import chart
from core.ledger.queries import trial_balance
from core.opening.dto import DuesReport, EnterOpeningDues
from core.opening.dues import check_dues, enter_opening_dues
from core.opening.reading import read_dues
from core.parties.dto import AddParty, CustomerDetails, SupplierDetails
from core.parties.service import add_party
from tests.core.inventory.support import TODAY
from tests.support.shop import TestShop

ANIL = CustomerDetails(name="Anil Kumar", phone="98470 12345", credit_days=30)
CLINIC = CustomerDetails(name="City Clinic", gstin="32AABCT1332L1ZN")
PHARMA = SupplierDetails(name="Kerala Pharma", phone="0484 2351234", payment_days=21)
BILL = {"party": "Anil Kumar", "number": "S-17", "date": "01-10-2026", "amount": "1,250.00", "open": "1000"}


def add(shop: TestShop, *parties: CustomerDetails | SupplierDetails) -> list[UUID]:
    """Add parties and return their ids."""
    ids = []
    for details in parties:
        with shop.shop.database.write(shop.actor) as uow:
            ids.append(add_party(uow, AddParty(command_id=new_id(), details=details, confirmed=True)).party_id)
    return ids


def sheet(*rows: dict[str, str]) -> Sheet:
    """Return a sheet of rows given by column, as they would stand under one header."""
    header = tuple(dict.fromkeys(column for row in rows for column in row))
    lines = enumerate(rows, start=2)
    return Sheet(header, tuple(SheetRow(line, tuple(row.get(c, "") for c in header)) for line, row in lines))


def read(*rows: dict[str, str], command_id: UUID | None = None, **choices: Any) -> EnterOpeningDues:
    """Return the command that rows make."""
    return read_dues(sheet(*rows), command_id or new_id(), **choices)


def enter(shop: TestShop, command: EnterOpeningDues) -> DuesReport:
    """Enter dues into a shop."""
    with shop.shop.database.write(shop.actor) as uow:
        return enter_opening_dues(uow, command)


def problems(shop: TestShop, command: EnterOpeningDues) -> list[tuple[int, str, str | None]]:
    """Return what a dry run names: line, code, column."""
    with shop.shop.database.read() as session:
        report = check_dues(session, command, TODAY)
    return [(problem.line, problem.code, problem.column) for problem in report.problems]


def balances(shop: TestShop) -> dict[str, Money]:
    """Return what stands on each account that is not at zero, debit positive."""
    with shop.shop.database.read() as session:
        return {row.code: row.debit - row.credit for row in trial_balance(session) if row.debit or row.credit}


DEBTORS, CREDITORS, OPENING = chart.DEBTORS.code, chart.CREDITORS.code, chart.OPENING.code
