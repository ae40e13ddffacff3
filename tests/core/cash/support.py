"""A counter's drawer in stories: amounts are rupees as typed."""

from __future__ import annotations

from typing import Any

from core.boundary.frozen import load
from core.cash.dto import HandOverCounter, MoveCash, OpenCounter, SessionView
from core.cash.kinds import MovementKind
from core.cash.queries import read_counter
from core.cash.service import hand_over_counter, move_cash, open_counter
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger.queries import trial_balance
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from tests.support.shop import TestShop


def opens(shop: TestShop, cash: str | None = "500.00", **more: Any) -> SessionView:
    with shop.shop.database.write(shop.actor) as uow:
        return open_counter(uow, load(OpenCounter, {"command_id": str(new_id()), "cash": cash, **more}))


def hands_over(shop: TestShop, to: str, cash: str | None, **more: Any) -> SessionView:
    data = {"command_id": str(new_id()), "to": to, "cash": cash, **more}
    with shop.shop.database.write(shop.actor) as uow:
        return hand_over_counter(uow, load(HandOverCounter, data))


def moves(shop: TestShop, kind: MovementKind, amount: str, **more: Any) -> SessionView:
    data = {"command_id": str(new_id()), "kind": kind, "amount": amount, "reason": "a reason", **more}
    with shop.shop.database.write(shop.actor) as uow:
        return move_cash(uow, load(MoveCash, data))


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="a reason"))


def session_of(shop: TestShop) -> SessionView:
    with shop.shop.database.read() as session:
        view = read_counter(session, shop.actor)
    assert view is not None
    return view


def in_drawer(shop: TestShop) -> str:
    return str(session_of(shop).drawer.should_be)


def balance(shop: TestShop, account: str) -> Money:
    with shop.shop.database.read() as session:
        rows = {row.name: row.debit - row.credit for row in trial_balance(session)}
    return rows.get(account, Money(0))
