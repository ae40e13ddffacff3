"""Commands about the want book: what was asked for and not there, and what came of it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import typer

from cli.context import Invocation
from core.audit.clock import show_instant
from core.boundary.frozen import load
from core.catalog.queries import find_item
from core.kernel.clock import business_date
from core.kernel.errors import RuleBroken
from core.kernel.quantity import show_quantity
from core.wants.dto import NoteWant, Outcome, SettleWant, WantView
from core.wants.queries import MOST_WANTS, read_wants
from core.wants.service import note_want, settle_want

app = typer.Typer(help="The want book: what was asked for and not there.", no_args_is_help=True)


@app.command()
def note(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="The item's code or barcode; anything else is noted as it is written.")],
    quantity: Annotated[str | None, typer.Option(help="2 (packs), 2:5 or 25t; of no item any text.")] = None,
    customer: Annotated[str | None, typer.Option(help="Who wants to be told when it comes.")] = None,
    phone: Annotated[str | None, typer.Option(help="The customer's telephone.")] = None,
    remark: Annotated[str | None, typer.Option("--note", help="What else is to be known.")] = None,
) -> None:
    """Note what somebody wanted."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        is_item = find_item(uow.session, what) is not None
        data = {
            "item" if is_item else "name": what,
            "quantity": quantity,
            "customer_name": customer,
            "customer_phone": phone,
            "note": remark,
        }
        view = note_want(uow, load(NoteWant, data))
    kind = "" if is_item else " It is no item of this shop."
    invocation.answer(_json(view), f"Noted: {_line(view)}{kind}")


@app.command("list")
def list_wants(
    context: typer.Context,
    ended: Annotated[bool, typer.Option("--ended", help="Those that were handed out or given up.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = MOST_WANTS,
) -> None:
    """List the open wants, the newest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor, today = invocation.actor(shop), business_date(shop.database.clock.now())
        with shop.database.read() as session:
            found = read_wants(session, actor, today, ended=ended, limit=limit)
    invocation.answer([_json(view) for view in found], "\n".join(map(_line, found)) or "Nothing is in the want book.")


@app.command()
def settle(
    context: typer.Context,
    want: Annotated[str, typer.Argument(help="The id, as the list shows it.")],
    outcome: Annotated[Outcome, typer.Argument(help="came, done or given_up.")],
    remark: Annotated[str | None, typer.Option("--note", help="What else is to be known.")] = None,
) -> None:
    """Say what came of a want."""
    invocation: Invocation = context.obj
    command = load(SettleWant, {"want_id": str(_id(want)), "outcome": outcome, "note": remark})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = settle_want(uow, command)
    invocation.answer(_json(view), _line(view))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise RuleBroken("wants.no_such", where="want_id", want=text) from None


def _json(view: WantView) -> dict[str, Any]:
    return {**view.model_dump(mode="json"), "shown_quantity": view.shown_quantity, "open": view.is_open}


def _line(view: WantView) -> str:
    stock = ""
    if view.stock_units and view.pieces_per_pack:
        stock = f"in stock {show_quantity(view.stock_units, view.pieces_per_pack)}"
    who = " ".join(filter(None, (view.customer_name, view.customer_phone)))
    ended = view.settlements[-1].outcome.words if view.settlements else ""
    what = " ".join(filter(None, (view.item, view.name, view.shown_quantity)))
    parts = (str(view.want_id), show_instant(view.at), what, who, view.note, stock, ended)
    return "  ".join(filter(None, parts))
