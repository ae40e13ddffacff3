"""The old trial balance against ours: by name, by what is remembered, debtors as one account or party by party."""

from __future__ import annotations

import pytest

from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.opening.comparing import (
    Comparison,
    compare,
    map_accounts,
    mapped_accounts,
)
from core.opening.trial_reading import MapAccounts, OldAccount, read_trial_balance
from core.parties.dto import PartyKind
from tests.core.opening.support import ANIL, BILL, CLINIC, PHARMA, add, enter, read, sheet
from tests.support.shop import TestShop


@pytest.fixture
def moved(shop: TestShop) -> TestShop:
    """A shop with dues of two customers and a supplier, who buys here as well."""
    add(shop, ANIL, CLINIC, PHARMA, CLINIC.model_copy(update={"name": "Kerala Pharma", "gstin": None}))
    enter(
        shop,
        read(
            BILL,
            BILL | {"party": "City Clinic", "number": "S-18"},
            BILL | {"party": "Kerala Pharma", "number": "S-19", "open": "300"},
            kind=PartyKind.CUSTOMER,
        ),
    )
    enter(shop, read(BILL | {"party": "Kerala Pharma"}, kind=PartyKind.SUPPLIER))
    return shop


def compared(shop: TestShop, **old: int) -> Comparison:
    """Compare accounts by name in rupees, debit positive."""
    with shop.shop.database.read() as session:
        return compare(
            session, [OldAccount(name.replace("_", " "), Money(100 * rupees)) for name, rupees in old.items()]
        )


def test_debtors_are_compared_whole_where_the_old_books_have_them_whole(moved: TestShop) -> None:
    found = compared(moved, Sundry_Debtors=2300, creditors=-1000)
    assert [(each.old, each.ours, each.our_amount) for each in found.agreeing] == [
        ("Sundry Debtors", "Sundry debtors", Money(2300_00)),
        ("creditors", "Sundry creditors", Money(-1000_00)),
    ]
    assert (found.differing, found.only_old, found.only_ours) == ((), (), ())
    assert (found.left, found.holds) == (Money(-1300_00), False)


def test_and_party_by_party_where_they_name_a_party(moved: TestShop) -> None:
    found = compared(moved, ANIL_KUMAR=1000, Kerala_Pharma=-700, Nobody=5)
    assert [each.ours for each in found.agreeing] == ["Anil Kumar", "Kerala Pharma"]
    assert [(each.old, each.old_amount) for each in found.only_old] == [("Nobody", Money(5_00))]
    # of those who are debtors, one is not in the old books
    assert [(each.ours, each.our_amount) for each in found.only_ours] == [("City Clinic", Money(1000_00))]


def test_what_the_old_books_lack_stands_alone(moved: TestShop) -> None:
    found = compared(moved, Cash=10)
    assert [(each.ours, each.old_amount, each.our_amount) for each in found.differing] == [
        ("Cash in hand", Money(10_00), Money(0))
    ]
    assert [each.ours for each in found.only_ours] == ["Sundry debtors", "Sundry creditors"]
    assert (found.old_debit, found.old_credit) == (Money(10_00), Money(0))


def test_several_old_accounts_can_be_one_of_ours(moved: TestShop) -> None:
    with moved.shop.database.write(moved.actor) as uow:
        map_accounts(uow, MapAccounts(accounts={"Anil (old)": "Anil Kumar"}))
    with moved.shop.database.write(moved.actor) as uow:
        map_accounts(uow, MapAccounts(accounts={"Clinic": "City Clinic"}))
        with pytest.raises(RuleBroken, match="opening.no_such_account"):
            map_accounts(uow, MapAccounts(accounts={"Clinic": "No Clinic"}))
    with moved.shop.database.read() as session:
        assert mapped_accounts(session) == {"anil old": "Anil Kumar", "clinic": "City Clinic"}
        named = {"ANIL (OLD)": 400_00, "Anil Kumar": 600_00, "Clinic": 999_00}
        found = compare(session, [OldAccount(name, Money(paise)) for name, paise in named.items()])
    assert [(each.old, each.old_amount) for each in found.agreeing] == [("ANIL (OLD), Anil Kumar", Money(1000_00))]
    assert [(each.old, each.our_amount) for each in found.differing] == [("Clinic", Money(1000_00))]
    moved.books_agree()


def test_a_trial_balance_is_read_as_programs_write_it() -> None:
    two_columns = sheet(
        {"Ledger": "Cash", "Dr": "10.50", "Cr": ""},
        {"Ledger": "Bank", "Dr": "", "Cr": "Rs. 1,000/-"},
        {"Ledger": "Assets"},
        {"Ledger": "Grand Total", "Dr": "10.50", "Cr": "1000"},
    )
    one_column = sheet({"Account": "Cash", "Balance": "10.50 Dr"}, {"Account": "Bank", "Balance": "1,000.00 Cr"})
    expected = [OldAccount("Cash", Money(10_50)), OldAccount("Bank", Money(-1000_00))]
    assert read_trial_balance(two_columns) == read_trial_balance(one_column) == expected
    unsided = sheet({"Account": "Cash", "Balance": "10"}, {"Account": "Bank", "Balance": "x"})
    with pytest.raises(RuleBroken) as refused:
        read_trial_balance(unsided)
    assert (refused.value.code, refused.value.values["lines"]) == ("opening.bad_trial_balance", "2, 3")
