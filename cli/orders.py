"""Commands about orders to suppliers: what to order, what is ordered, what is awaited no more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from cli.context import Invocation, read_json
from core.boundary.files import write_whole
from core.boundary.frozen import load
from core.kernel.clock import business_date
from core.kernel.dates import parse_day, show_date
from core.kernel.errors import RuleBroken
from core.kernel.quantity import show_quantity
from core.parties.dto import PartyKind
from core.parties.queries import find_party
from core.purchasing.order_dto import (
    OPEN_STATES,
    CloseOrder,
    OrderLineView,
    OrderState,
    OrderView,
    PlaceOrder,
    Suggestion,
)
from core.purchasing.order_queries import MOST_ORDERS, OrderHit, list_orders, read_order
from core.purchasing.ordering import close_order, place_order
from core.purchasing.suggesting import suggest_order
from core.settings.dto import ShopView
from core.settings.queries import shop_view

app = typer.Typer(help="Orders to suppliers: suggested, placed, printed, closed.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The order's number, C1O/26-27/000001.")]
Who = Annotated[str | None, typer.Option(help="Only this supplier: the id, telephone, GSTIN, or the whole name.")]


@app.command()
def place(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="A JSON file with the supplier and the lines; - for stdin.")],
) -> None:
    """Order the goods of a file."""
    invocation: Invocation = context.obj
    command = load(PlaceOrder, read_json(file))
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        order = place_order(uow, command)
    invocation.answer(_json(order), _text(order))


@app.command()
def suggest(
    context: typer.Context,
    supplier: Who = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Also what was sold from this day on.")] = None,
) -> None:
    """List what should be ordered: below its minimum, wanted, or sold, less what stands and is on order."""
    invocation: Invocation = context.obj
    day = parse_day(since) if since else None
    with invocation.shop() as shop:
        actor, today = invocation.actor(shop), business_date(shop.database.clock.now())
        with shop.database.read() as session:
            found = suggest_order(session, actor, _supplier(session, supplier), today, day)
    invocation.answer(list(map(_suggestion_json, found)), "\n".join(_suggestion_lines(found)) or "Nothing is missing.")


@app.command("list")
def list_all(
    context: typer.Context,
    supplier: Who = None,
    state: Annotated[list[OrderState] | None, typer.Option(help="How far they are; may be given again.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that came or were closed, too.")] = False,
    find: Annotated[str, typer.Option(help="Only what has these words in number, supplier or items.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = MOST_ORDERS,
) -> None:
    """List the orders of which something is still awaited, the newest first."""
    invocation: Invocation = context.obj
    states: Sequence[OrderState] = () if everything else state or sorted(OPEN_STATES)
    with invocation.shop() as shop:
        actor, today = invocation.actor(shop), business_date(shop.database.clock.now())
        with shop.database.read() as session:
            supplier_id = _supplier(session, supplier)
            page = list_orders(session, actor, states=states, supplier_id=supplier_id, text=find, limit=limit)
    hits = page.hits
    none = "No order fits." if supplier or state or everything else "Nothing is on order."
    lines = [_hit_text(hit, late=hit.days_late(today)) for hit in hits]
    invocation.answer([_hit_json(hit) for hit in hits], "\n".join(lines) or none)


@app.command()
def show(
    context: typer.Context,
    number: Number,
    to: Annotated[Path | None, typer.Option(help="FILE.pdf for A4, FILE.txt for a message to the supplier.")] = None,
) -> None:
    """Show an order and what came of it, or write it as the supplier gets it."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            order, details = read_order(session, actor, number), shop_view(session)
        if to is not None:
            write_whole(to, _paper(to, order, details), shared=True)
    if to is None:
        invocation.answer(_json(order), _text(order))
    else:
        invocation.answer({"number": order.number, "file": str(to)}, f"Order {order.number} is in {to}")


@app.command()
def close(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why nothing more is awaited; it is written down.")],
) -> None:
    """Await nothing more of an order, though not all of it came."""
    invocation: Invocation = context.obj
    command = load(CloseOrder, {"number": number, "reason": reason})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        order = close_order(uow, command)
    invocation.answer(_json(order), _text(order))


def _supplier(session: Session, text: str | None) -> UUID | None:
    return None if text is None else find_party(session, PartyKind.SUPPLIER, text)


def _paper(path: Path, order: OrderView, shop: ShopView) -> bytes:
    """Return what goes into a file by its ending. Raises RuleBroken ``orders.no_such_paper``."""
    match path.suffix.lower():
        case ".pdf":
            from core.printing.order_pdf import order_pdf  # lazy: ReportLab takes 0.1 s to load

            return order_pdf(order, shop)
        case ".txt":
            from core.printing.order_text import order_text

            return f"{order_text(order, shop)}\n".encode()
    raise RuleBroken("orders.no_such_paper", where="to", path=str(path))


def _json(order: OrderView) -> dict[str, Any]:
    """Return an order as machines read it: rupees as strings, dates ISO, what does not apply left out."""
    beside: dict[str, Any] = {
        "expected_on": order.expected_on.isoformat() if order.expected_on else None,
        "note": order.note,
        "value": str(order.value) if order.value is not None else None,
        "closed": order.closing.model_dump(mode="json") if order.closing else None,
    }
    return {
        "number": order.number,
        "date": order.date.isoformat(),
        "supplier": order.supplier_name,
        "state": order.state.value,
        "lines": [_line_json(line) for line in order.lines],
        **{name: value for name, value in beside.items() if value is not None},
    }


def _line_json(line: OrderLineView) -> dict[str, Any]:
    return {
        "item": line.item_code,
        "units": line.units,
        "free_units": line.free_units,
        "received_units": line.received_units,
        "open_units": line.open_units,
        "closed_units": line.closed_units,
        "supplier_code": line.supplier_code,
        "factor": line.factor,
        "rate": str(line.rate) if line.rate is not None else None,
        "origin": line.origin.value,
    }


def _text(order: OrderView) -> str:
    parts = (
        order.number,
        show_date(order.date),
        order.supplier_name,
        f"expected {show_date(order.expected_on)}" if order.expected_on else "",
        f"value {order.value.grouped()}" if order.value is not None else "",
        order.state.words,
        order.closing.reason if order.closing else "",
    )
    return "\n".join(["  ".join(filter(None, parts)), *map(_line_text, order.lines)])


def _line_text(line: OrderLineView) -> str:
    def quantity(units: int) -> str:
        return show_quantity(units, line.pieces_per_pack)

    parts = (
        line.item_name,
        quantity(line.units),
        f"+ {quantity(line.free_units)} free" if line.free_units else "",
        f"rate {line.rate.grouped()}" if line.rate is not None else "",
        f"came {quantity(line.received_units)}" if line.received_units else "",
        f"open {quantity(line.open_units)}" if line.open_units else "",
        f"not awaited {quantity(line.closed_units)}" if line.closed_units else "",
    )
    return "  ".join(["", *filter(None, parts)])


def _hit_json(hit: OrderHit) -> dict[str, Any]:
    return {
        "number": hit.number,
        "date": hit.on_date.isoformat(),
        "supplier": hit.supplier_name,
        "expected_on": hit.expected_on.isoformat() if hit.expected_on else None,
        "state": hit.state.value,
        "items": list(hit.items),
    }


def _hit_text(hit: OrderHit, *, late: int | None) -> str:
    overdue = "" if late is None else "1 day late" if late == 1 else f"{late} days late"
    parts = (hit.number, show_date(hit.on_date), hit.supplier_name, hit.state.words, overdue, ", ".join(hit.items))
    return "  ".join(filter(None, parts))


def _suggestion_json(each: Suggestion) -> dict[str, Any]:
    """Return a suggestion with the ``line`` of an order that it makes."""
    return {
        "supplier": each.supplier_name,
        "name": each.item_name,
        "stock_units": each.stock_units,
        "on_order_units": each.on_order_units,
        "minimum_units": each.minimum_units,
        "wanted_units": each.wanted_units,
        "sold_units": each.sold_units,
        "units": each.units,
        "supplier_code": each.supplier_code,
        "last_supplier": each.last_supplier_name,
        "last_rate": str(each.last_rate) if each.last_rate is not None else None,
        "lasts_months": each.lasts or None,
        "line": each.as_line().model_dump(mode="json", exclude_none=True),
    }


def _suggestion_lines(found: Sequence[Suggestion]) -> list[str]:
    """Return the suggestions below the names of their suppliers."""
    lines: list[str] = []
    for at, each in enumerate(found):
        if at == 0 or each.supplier_name != found[at - 1].supplier_name:
            lines.append(each.supplier_name or "No supplier known")
        lines.append(_suggestion_text(each))
    return lines


def _suggestion_text(each: Suggestion) -> str:
    def quantity(units: int) -> str:
        return show_quantity(units, each.pieces_per_pack)

    unit = f" ({each.packs // each.factor} x {each.factor} packs)" if each.factor > 1 else ""
    parts = (
        each.item_code,
        each.item_name,
        f"{quantity(each.units)}{unit}",
        f"stock {quantity(each.stock_units)}",
        f"on order {quantity(each.on_order_units)}" if each.on_order_units else "",
        f"minimum {quantity(each.minimum_units)}" if each.minimum_units else "",
        f"wanted {quantity(each.wanted_units)}" if each.wanted_units else "",
        f"sold {quantity(each.sold_units)}" if each.sold_units else "",
        f"last rate {each.last_rate.grouped()}" if each.last_rate is not None else "",
        f"lasts {each.lasts} months" if each.lasts else "",
    )
    return "  ".join(["", *filter(None, parts)])
