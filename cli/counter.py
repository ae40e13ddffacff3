"""Commands about this counter's drawer: open it, hand it over, cash in and out, what should be in it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.audit.clock import show_instant
from core.boundary.frozen import load
from core.cash.dto import HandOverCounter, MoveCash, OpenCounter, SessionView
from core.cash.kinds import MovementKind
from core.cash.queries import read_counter
from core.cash.service import hand_over_counter, move_cash, open_counter
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id

app = typer.Typer(help="This counter's drawer: open, hand over, cash in and out.", no_args_is_help=True)

_COUNT = re.compile(r"(\d{1,4})\s*[xX*]\s*(\d{1,6})", re.ASCII)


class CashIn(StrEnum):
    """Why cash comes in."""

    BANK_WITHDRAWAL = MovementKind.BANK_WITHDRAWAL
    FROM_SAFE = MovementKind.FROM_SAFE
    CAPITAL = MovementKind.CAPITAL


class CashOut(StrEnum):
    """Why cash goes out."""

    EXPENSE = MovementKind.EXPENSE
    BANK_DEPOSIT = MovementKind.BANK_DEPOSIT
    DRAWINGS = MovementKind.DRAWINGS
    TO_SAFE = MovementKind.TO_SAFE


CashArgument = Annotated[str | None, typer.Argument(metavar="CASH", help="In rupees; without it what --count says.")]
Count = Annotated[str | None, typer.Option(help='Notes and coins, "500x4 100x7 10x12".')]
Amount = Annotated[str, typer.Argument(help="In rupees.")]
Account = Annotated[str | None, typer.Option(help="Which expense (Courier), or which bank (SBI Kaloor).")]
Reason = Annotated[str, typer.Option(help="What it is for.")]


@app.command("open")
def open_this(context: typer.Context, cash: CashArgument = None, count: Count = None) -> None:
    """Open this counter with the cash that lies in its drawer."""
    invocation: Invocation = context.obj
    command = load(OpenCounter, {"command_id": str(new_id()), **_counted(cash, count)})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = open_counter(uow, command)
    _answer(invocation, view)


@app.command()
def handover(
    context: typer.Context,
    to: Annotated[str, typer.Argument(help="The user name of who takes it over.")],
    cash: CashArgument = None,
    count: Count = None,
    note: Annotated[str | None, typer.Option(help="What there is to say of a difference.")] = None,
) -> None:
    """Hand this counter over, the cash counted; what differs is kept."""
    invocation: Invocation = context.obj
    data = {"command_id": str(new_id()), "to": to, "note": note, **_counted(cash, count)}
    command = load(HandOverCounter, data)
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = hand_over_counter(uow, command)
    _answer(invocation, view)


@app.command("in")
def cash_in(context: typer.Context, kind: CashIn, amount: Amount, reason: Reason, account: Account = None) -> None:
    """Note cash that comes into the drawer without a bill: change from the bank or the safe, the owner's money."""
    _move(context, kind, amount, reason, account, confirmed=False)


@app.command("out")
def cash_out(
    context: typer.Context,
    kind: CashOut,
    amount: Amount,
    reason: Reason,
    account: Account = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Even if it is more than there should be.")] = False,
) -> None:
    """Note cash that leaves the drawer: an expense, into the bank or the safe, the owner's drawings."""
    _move(context, kind, amount, reason, account, confirmed=confirm)


@app.command()
def show(context: typer.Context) -> None:
    """Show what should be in the drawer, and how it came to be."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            view = read_counter(session, actor)
    if view is None:
        invocation.answer(None, "This counter is not open.")
    else:
        _answer(invocation, view)


def _move(
    context: typer.Context, kind: CashIn | CashOut, amount: str, reason: str, account: str | None, *, confirmed: bool
) -> None:
    invocation: Invocation = context.obj
    data = {"command_id": str(new_id()), "kind": kind, "amount": amount, "reason": reason, "account": account}
    command = load(MoveCash, {**data, "confirmed": confirmed})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = move_cash(uow, command)
    _answer(invocation, view)


def _counted(cash: str | None, count: str | None) -> dict[str, Any]:
    """Return cash as it was counted. Raises RuleBroken ``cash.count_form``."""
    faces = []
    for part in re.split(r"[,;\s]+", count.strip()) if count else ():
        read = _COUNT.fullmatch(part)
        if read is None:
            raise RuleBroken("cash.count_form", text=part)
        faces.append({"face": read[1], "pieces": int(read[2])})
    return {"cash": cash, "denominations": faces}


def _answer(invocation: Invocation, view: SessionView) -> None:
    drawer = view.drawer
    rows = [
        (
            f"Counter {view.counter}",
            f"open since {show_instant(view.opened_at)} by {view.opened_by}, with {view.holder}",
        ),
        ("Float", drawer.opening.grouped()),
        ("Cash of bills", drawer.taken.grouped()),
        ("Given back", (-drawer.given_back).grouped()),
        ("Brought in", drawer.moved_in.grouped()),
        ("Taken out", (-drawer.moved_out).grouped()),
        ("Should be there", drawer.should_be.grouped()),
    ]
    lines = [f"{label:16}  {value}" for label, value in rows]
    for moved in view.movements:
        sign = "" if moved.kind.is_in else "-"
        what = ", ".join(filter(None, (moved.kind.words, moved.account, moved.reason)))
        lines.append(f"{show_instant(moved.at)}  {sign}{moved.amount.grouped():>12}  {what}, {moved.username}")
    for one in view.handovers:
        said = f"{one.from_username} to {one.to_username}, {one.cash.grouped()} counted"
        differs = f", {one.difference.grouped()} off {one.expected.grouped()}" if one.difference else ""
        lines.append(f"{show_instant(one.at)}  {said}{differs}{f'  {one.note}' if one.note else ''}")
    value = {**view.model_dump(mode="json"), "should_be": str(drawer.should_be)}
    invocation.answer(value, "\n".join(lines))
