"""Any day at a counter: whatever is billed, cancelled, brought in, taken out and handed over, the drawer is the sum."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from core.boundary.frozen import load
from core.cash.kinds import MovementKind
from core.kernel.money import Money
from core.sales.dto import BillView, ChangePayment
from core.sales.payments import change_payment
from tests.conftest import NOON
from tests.core.cash.support import balance, cancels, hands_over, moves, opens, session_of
from tests.support.clock import TurnedClock
from tests.support.people import cheap_secrets, hire
from tests.support.shop import TestShop


class Bill(NamedTuple):
    """A bill of so many tablets, and the rupees above its total that are handed over."""

    tablets: int
    over: int


class PaidOtherwise(NamedTuple):
    """The newest bill that is not cancelled was paid so many paise in cash, the rest by card."""

    cash: int


class Cancel(NamedTuple):
    """The newest bill that is not cancelled, of whatever session."""


class Move(NamedTuple):
    """Cash in or out, in paise."""

    kind: MovementKind
    paise: int


class HandOver(NamedTuple):
    """To the other user, with so many paise more than should be there."""

    more: int


Step = Bill | PaidOtherwise | Cancel | Move | HandOver
_BILL = st.builds(Bill, st.integers(1, 40), st.integers(0, 500))
_STEPS = st.lists(
    _BILL
    | st.builds(Cancel)
    | st.builds(PaidOtherwise, st.integers(0, 100_00))
    | st.builds(Move, st.sampled_from(MovementKind), st.integers(1, 100_000))
    | st.builds(HandOver, st.integers(-5_000, 5_000)),
    max_size=12,
)
_ACCOUNTS = {
    MovementKind.EXPENSE: "Courier",
    MovementKind.BANK_DEPOSIT: "SBI",
    MovementKind.BANK_WITHDRAWAL: "SBI",
}


@settings(max_examples=20, deadline=None)
@given(before=st.lists(_BILL, max_size=2), cash=st.integers(0, 10**6), steps=_STEPS)
def test_the_drawer_is_the_sum_of_what_happened(before: list[Bill], cash: int, steps: list[Step]) -> None:
    with TemporaryDirectory() as folder, cheap_secrets():
        shop = TestShop.create(Path(folder) / "shop", TurnedClock(NOON))
        hire(shop.shop.database)
        shop.receives("PCM500", packs=60)
        standing = [_bill(shop, one) for one in before]
        in_cash = {bill.number: bill.total.paise for bill in standing}
        opens(shop, str(Money(cash)))
        drawer, ledger, differences = cash, sum(bill.total.paise for bill in standing), list[int]()
        for turn, step in enumerate(steps):
            shop.clock.turn(minutes=(-3, 5)[turn % 2])  # type: ignore[attr-defined]
            if isinstance(step, Bill):
                standing.append(_bill(shop, step))
                change = in_cash[standing[-1].number] = standing[-1].total.paise
            elif isinstance(step, PaidOtherwise):
                change = _pay_otherwise(shop, standing[-1], step.cash, in_cash) if standing else 0
            elif isinstance(step, Cancel):
                change = 0
                if standing:
                    bill = standing.pop()
                    cancels(shop, bill)
                    change = -in_cash[bill.number]
            elif isinstance(step, Move):
                moves(shop, step.kind, str(Money(step.paise)), account=_ACCOUNTS.get(step.kind), confirmed=True)
                change = step.paise if step.kind.is_in else -step.paise
                ledger -= change if step.kind in {MovementKind.TO_SAFE, MovementKind.FROM_SAFE} else 0
            else:
                change = 0
                counted = max(drawer + step.more, 0)
                holder = session_of(shop).holder
                hands_over(shop, "ravi" if holder != "ravi" else "asha", str(Money(counted)))
                differences.append(counted - drawer)
            drawer, ledger = drawer + change, ledger + change
        view = session_of(shop)
        assert view.drawer.should_be.paise == drawer
        assert balance(shop, "Cash in hand").paise == ledger
        assert [one.difference.paise for one in view.handovers] == differences
        assert sum(one.own_difference.paise for one in view.handovers) == (differences[-1] if differences else 0)
        shop.books_agree()
        shop.close()


def _pay_otherwise(shop: TestShop, bill: BillView, cash: int, in_cash: dict[str, int]) -> int:
    """Say that a bill was paid with so much cash and by card; return what that puts into the drawer."""
    cash, before = min(cash, bill.total.paise), in_cash[bill.number]
    ways = [("cash", cash), ("card", bill.total.paise - cash)]
    payments = [{"mode": mode, "amount": str(Money(paise))} for mode, paise in ways if paise]
    command = load(ChangePayment, {"number": bill.number, "payments": payments, "reason": "looked at the slip"})
    if cash == before:
        return 0
    with shop.shop.database.write(shop.actor) as uow:
        change_payment(uow, command)
    in_cash[bill.number] = cash
    return cash - before


def _bill(shop: TestShop, bill: Bill) -> BillView:
    paid = shop.bills(("PCM500", f"{bill.tablets}t"), paid=str(Money(100_000_00 + bill.over * 100)))
    assert paid.change.paise + paid.total.paise == 100_000_00 + bill.over * 100
    return paid
