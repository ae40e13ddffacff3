"""Cash, banks and other accounts open against opening balances, and a slip is reversed and not written over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.kernel.ids import new_id
from core.kernel.money import Money
from core.opening.balances import (
    EnterOpeningBalance,
    Holding,
    OpeningBalance,
    Section,
    enter_opening_balance,
    opening_balances,
)
from core.opening.dto import Side
from tests.core.opening.support import OPENING, balances
from tests.support.shop import TestShop


def opens(
    shop: TestShop, holding: Holding, paise: int, *, command_id: UUID | None = None, **details: Any
) -> OpeningBalance:
    command = EnterOpeningBalance(command_id=command_id or new_id(), holding=holding, amount=Money(paise), **details)
    with shop.shop.database.write(shop.actor) as uow:
        return enter_opening_balance(uow, command)


def test_each_account_stands_on_its_side(shop: TestShop) -> None:
    opens(shop, Holding.CASH, 5000_00)
    opens(shop, Holding.BANK, 80_000_00, name="SBI Kaloor")
    opens(shop, Holding.BANK, 1_000_00, name="HDFC OD", side=Side.CREDIT)
    opens(shop, Holding.OTHER, 2_00_000_00, name="Capital", section=Section.EQUITY)
    opens(shop, Holding.OTHER, 40_000_00, name="Furniture", section=Section.ASSET)
    assert balances(shop) == {
        "cash": Money(5000_00),
        "bank.sbi_kaloor": Money(80_000_00),
        "bank.hdfc_od": Money(-1_000_00),
        "own.capital": Money(-2_00_000_00),
        "own.furniture": Money(40_000_00),
        OPENING: Money(76_000_00),
    }
    shop.books_agree()


def test_a_correction_reverses_and_enters_anew(shop: TestShop) -> None:
    command_id = new_id()
    first = opens(shop, Holding.BANK, 500, name="SBI", command_id=command_id)
    assert opens(shop, Holding.BANK, 500, name="SBI", command_id=command_id) == first
    with shop.refuses("opening.command_reused"):
        opens(shop, Holding.BANK, 501, name="SBI", command_id=command_id)
    with shop.refuses("opening.balance_stands"):
        opens(shop, Holding.BANK, 700, name="sbi")
    opens(shop, Holding.BANK, 700, name="SBI", reason="a slip of the pen")
    assert balances(shop) == {"bank.sbi": Money(700), OPENING: Money(-700)}
    opens(shop, Holding.BANK, 0, name="SBI", reason="closed long ago")
    assert balances(shop) == {}
    with shop.refuses("opening.balance_none"):
        opens(shop, Holding.BANK, 1, name="SBI", reason="a third time")
    with shop.refuses("opening.balance_zero"):
        opens(shop, Holding.BANK, 0, name="SBI")
    opens(shop, Holding.BANK, 900, name="SBI")
    with shop.shop.database.read() as session:
        assert [(each.name, each.amount) for each in opening_balances(session)] == [("SBI", Money(900))]
    shop.books_agree()


@pytest.mark.parametrize("name", ["Cash in hand", "sundry debtors", "SBI"])
def test_a_name_means_one_account(shop: TestShop, name: str) -> None:
    opens(shop, Holding.BANK, 500, name="SBI")
    with shop.refuses("opening.account_taken", where="name"):
        opens(shop, Holding.OTHER, 500, name=name, section=Section.LIABILITY)
    with shop.refuses("opening.account_unnamed", where="name"):
        opens(shop, Holding.OTHER, 500)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(Side), st.integers(1, 10**15)), max_size=6))
def test_whatever_is_corrected_the_last_word_stands(shop: TestShop, said: list[tuple[str, Side, int]]) -> None:
    with shop.shop.database.read() as session:
        standing = {each.name: each.amount for each in opening_balances(session)}
    for name, side, paise in said:
        reason = "said otherwise" if name in standing else None
        opens(shop, Holding.BANK, paise, name=name, side=side, reason=reason)
        standing[name] = Money(paise if side is Side.DEBIT else -paise)
    expected = {f"bank.{name.lower()}": amount for name, amount in standing.items()}
    if left := Money.total(standing.values()):
        expected[OPENING] = -left
    assert balances(shop) == expected
    shop.books_agree()
