"""Commands about quotations: what goods would cost, and the bill that comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Invocation, read_json
from cli.overrides import Supervisor, SupervisorName, allowed_by
from cli.papers import quotation_paper
from core.boundary.files import write_whole
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.clock import business_date
from core.kernel.dates import show_date
from core.kernel.quantity import show_quantity
from core.sales.quotation_bills import QuotedBill, quotation_to_bill
from core.sales.quotation_dto import MakeQuotation, QuotationLineView, QuotationView
from core.sales.quotations import MOST_QUOTATIONS, QuotationHit, find_quotations, quotation_by_number
from core.sales.quoting import make_quotation
from core.settings.queries import shop_view

app = typer.Typer(help="Quote what goods would cost, and bill it later.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The quotation's number, C1Q/26-27/000001.")]


@app.command()
def make(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(help="A JSON file with the lines, as of a bill without payments; - for stdin.")
    ],
    supervisor: SupervisorName = None,
    why: Annotated[str | None, typer.Option(help="Why the supervisor allows it; it is written down.")] = None,
) -> None:
    """Quote the goods of a file; stock and books stay as they are."""
    invocation: Invocation = context.obj
    command = load(MakeQuotation, read_json(file))
    beside = Supervisor.named(supervisor, why)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)

        def run() -> QuotationView:
            with shop.database.write(actor) as uow:
                return make_quotation(uow, command)

        quotation = allowed_by(beside, shop, actor, command.command_id, run)
    invocation.answer(_json(quotation), _text(quotation))


@app.command()
def show(context: typer.Context, number: Number) -> None:
    """Show a quotation, and which bill came of it."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        quotation = quotation_by_number(session, number)
    invocation.answer(_json(quotation), _text(quotation))


@app.command("list")
def list_quotations(
    context: typer.Context,
    text: Annotated[list[str] | None, typer.Argument(help="A number or its end, a telephone number, a name.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that were billed, too.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = MOST_QUOTATIONS,
) -> None:
    """List the quotations that no bill came of yet, newest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            found = find_quotations(session, actor, " ".join(text or ()), billed_too=everything, limit=limit)
    none = "No quotation fits." if text or everything else "No quotation waits to be billed."
    invocation.answer([_hit_json(hit) for hit in found], "\n".join(map(_hit_text, found)) or none)


@app.command("print")
def print_quotation(
    context: typer.Context,
    number: Number,
    to: Annotated[Path, typer.Option(help="FILE.pdf for A4, FILE.bin for ESC/POS bytes, FILE.txt for text.")],
) -> None:
    """Write a quotation to a file: A4 PDF, the receipt printer's bytes, or text."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        printer = shop.receipt_profile()
        with shop.database.read() as session:
            quotation, details = quotation_by_number(session, number), shop_view(session)
        write_whole(to, quotation_paper(to, quotation, details, printer), shared=True)
    value = {"number": quotation.number, "file": str(to)}
    invocation.answer(value, f"Quotation {quotation.number} is in {to}")


@app.command()
def bill(
    context: typer.Context,
    number: Number,
    to: Annotated[Path | None, typer.Option(help="The file to write the bill into; else it is printed.")] = None,
) -> None:
    """Give a quotation as a bill of today, to be paid and posted, and say what has changed since."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        today = business_date(shop.database.clock.now())
        with shop.database.read() as session:
            quoted = quotation_to_bill(session, number, today)
    draft = quoted.draft.model_dump_json(indent=2, exclude_defaults=True)
    if to is None:
        print(draft)  # a bill file whatever was asked for: it is what "bill post" reads
        return
    write_whole(to, f"{draft}\n".encode(), shared=True)
    changes = [explain(change) for change in quoted.changes]
    value = {"number": quoted.quotation.number, "file": str(to), "changes": changes}
    invocation.answer(value, _billed_text(quoted, to))


def _billed_text(quoted: QuotedBill, to: Path) -> str:
    problem = quoted.problem
    changes = f"{explain(problem)}\n" if problem is not None else ""
    return f"{changes}Say in {to} how it is paid (payments), then post it: nuskha bill post {to}"


def _json(quotation: QuotationView) -> dict[str, Any]:
    """Return a quotation as machines read it: rupees as strings, dates ISO, ids left out."""
    customer = quotation.customer
    beside: dict[str, Any] = {
        "customer": customer.model_dump(mode="json", exclude_defaults=True) if customer else None,
        "billed_as": quotation.billed_as,
    }
    return {
        "number": quotation.number,
        "date": quotation.date.isoformat(),
        "valid_until": quotation.valid_until.isoformat(),
        "gross": str(quotation.gross),
        "discount": str(quotation.discount),
        "round_off": str(quotation.round_off),
        "total": str(quotation.total),
        "lines": [_line_json(line) for line in quotation.lines],
        **{name: value for name, value in beside.items() if value},
    }


def _line_json(line: QuotationLineView) -> dict[str, Any]:
    return {
        "item": line.item_code,
        "units": line.units,
        "mrp": str(line.mrp),
        "gross": str(line.gross),
        "discount": str(line.discount),
        "amount": str(line.amount),
        "to_order": line.to_order,
    }


def _text(quotation: QuotationView) -> str:
    customer = quotation.customer
    who = " ".join(filter(None, (customer.name, customer.phone))) if customer else ""
    parts = (
        quotation.number,
        show_date(quotation.date),
        f"total {quotation.total.grouped()}",
        f"valid until {show_date(quotation.valid_until)}",
        who,
        f"billed as {quotation.billed_as}" if quotation.billed_as else "",
    )
    return "\n".join(["  ".join(filter(None, parts)), *map(_line_text, quotation.lines)])


def _line_text(line: QuotationLineView) -> str:
    quantity = show_quantity(line.units, line.pieces_per_pack)
    to_order = "  to be ordered" if line.to_order else ""
    return f"  {line.item_name}  {quantity}  MRP {line.mrp.grouped()}  {line.amount.grouped()}{to_order}"


def _hit_json(hit: QuotationHit) -> dict[str, Any]:
    return {
        "number": hit.number,
        "date": hit.on_date.isoformat(),
        "valid_until": hit.valid_until.isoformat(),
        "customer": hit.customer_name,
        "phone": hit.customer_phone,
        "items": list(hit.items),
        "total": str(hit.total),
        **({"billed_as": hit.billed_as} if hit.billed_as else {}),
    }


def _hit_text(hit: QuotationHit) -> str:
    parts = (
        hit.number,
        show_date(hit.on_date),
        hit.total.grouped(),
        f"until {show_date(hit.valid_until)}",
        hit.customer_name,
        hit.customer_phone,
        ", ".join(hit.items),
        f"billed as {hit.billed_as}" if hit.billed_as else "",
    )
    return "  ".join(filter(None, parts))
