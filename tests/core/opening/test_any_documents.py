"""Any set of documents: what stands as open items is what the ledger says, and taken back it comes to nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.kernel.ids import new_id
from core.kernel.money import Money
from core.opening.dto import DueKind, EnterOpeningDues, OpeningDue, Side
from core.opening.dues import open_dues
from core.opening.undoing import UndoOpeningDues, opening_imports, undo_opening_dues
from core.parties.dto import CustomerDetails, PartyKind, SupplierDetails
from tests.core.opening.support import CREDITORS, DEBTORS, OPENING, add, balances, enter
from tests.support.shop import TestShop

CUSTOMERS, SUPPLIERS = ["Anil", "Meera", "Clinic"], ["Kerala Pharma", "Meera"]
_KINDS = {PartyKind.CUSTOMER: CUSTOMERS, PartyKind.SUPPLIER: SUPPLIERS}


@st.composite
def documents(draw: st.DrawFn) -> list[OpeningDue]:
    """Documents of any kind, amount and day; their numbers differ, as they do in a file that is entered."""
    dues = []
    for line in range(2, 2 + draw(st.integers(1, 12))):
        party_kind = draw(st.sampled_from(list(_KINDS)))
        amount = draw(st.integers(1, 10**13))
        dues.append(
            OpeningDue(
                line=line,
                party_kind=party_kind,
                party=draw(st.sampled_from(_KINDS[party_kind])),
                kind=draw(st.sampled_from(DueKind)),
                number=f"{new_id()}",
                on_date=date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 1000))),
                amount=Money(amount),
                open=Money(draw(st.integers(1, amount))),
            )
        )
    return dues


def _owed(due: OpeningDue) -> Money:
    """What a document adds to what its party owes, by the plain meaning of the words."""
    gives = due.kind is DueKind.BILL
    if due.party_kind is PartyKind.SUPPLIER:
        gives = not gives
    return due.open if gives else -due.open


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents(), min_size=1, max_size=3), st.data())
def test_open_items_are_the_ledger_and_come_back_to_nothing(
    shop: TestShop, files: list[list[OpeningDue]], data: st.DataObject
) -> None:
    # drawn first: an example that runs out of draws is given up, and must not leave its documents behind
    order = data.draw(st.permutations(range(len(files))))
    _prepare(shop)
    entered: list[UUID] = []
    owed: defaultdict[tuple[PartyKind, str], int] = defaultdict(int)
    for dues in files:
        command = EnterOpeningDues(command_id=new_id(), dues=tuple(dues))
        report = enter(shop, command)
        entered.append(command.command_id)
        for due in dues:
            owed[due.party_kind, due.party] += _owed(due).paise
        assert report.documents == len(dues)
        assert report.customers_owe - report.owed_to_suppliers == Money.total(map(_owed, dues))
    with shop.shop.database.read() as session:
        listed: defaultdict[tuple[PartyKind, str], int] = defaultdict(int)
        for kind in _KINDS:
            for item in open_dues(session, kind):
                listed[kind, item.party] += item.open.paise
                side = item.kind.side(kind)
                assert (item.open > Money(0)) is (side is Side.DEBIT)
    assert listed == owed
    expected = {
        DEBTORS: Money(sum(paise for (kind, _), paise in owed.items() if kind is PartyKind.CUSTOMER)),
        CREDITORS: Money(sum(paise for (kind, _), paise in owed.items() if kind is PartyKind.SUPPLIER)),
    }
    expected[OPENING] = -Money.total(expected.values())
    assert balances(shop) == {account: amount for account, amount in expected.items() if amount}
    shop.books_agree()
    for import_id in (entered[turn] for turn in order):
        with shop.shop.database.write(shop.actor) as uow:
            undo_opening_dues(uow, UndoOpeningDues(import_id=import_id, reason="taken back"))
    assert balances(shop) == {}
    with shop.shop.database.read() as session:
        assert not any(open_dues(session, kind) for kind in _KINDS)
        assert all(each.is_undone for each in opening_imports(session))
    shop.books_agree()


def _prepare(shop: TestShop) -> None:
    """Add the parties before the first example."""
    with shop.shop.database.read() as session:
        known = bool(opening_imports(session))
    if not known:
        add(shop, *(CustomerDetails(name=name) for name in CUSTOMERS))
        add(shop, *(SupplierDetails(name=name) for name in SUPPLIERS))
