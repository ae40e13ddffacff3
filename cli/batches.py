"""Commands about batches."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.boundary.frozen import load
from core.inventory.batch_dto import (
    CorrectBatch,
    CorrectedBatch,
    HeldBatch,
    HoldBatch,
    Print,
    ReleaseBatch,
    RevisedMrp,
    ReviseMrp,
)
from core.inventory.correcting import batch_corrections, correct_batch
from core.inventory.holding import held_batches, hold_batch, release_batch
from core.inventory.repricing import revise_mrp
from core.kernel.clock import business_date
from core.kernel.dates import show_date
from core.kernel.ids import new_id
from core.kernel.quantity import show_quantity
from core.sales.awaited import awaited_purchases
from core.sales.dto import AwaitedView

app = typer.Typer(
    help="Hold and release batches, revise their MRP, correct what was mistyped of them.", no_args_is_help=True
)

Item = Annotated[str, typer.Argument(help="The item's code.")]
Batch = Annotated[str, typer.Argument(help="The batch number as printed.")]
Reason = Annotated[str, typer.Option(help="Why; it is shown to whoever wants to sell the batch.")]


@app.command()
def hold(context: typer.Context, item: Item, batch: Batch, reason: Reason) -> None:
    """Put every pack with a batch number aside (a recall): no bill takes it until it is released."""
    invocation: Invocation = context.obj
    command = load(HoldBatch, {"item": item, "batch": batch, "reason": reason})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        held = hold_batch(uow, command)
    invocation.answer(_held_json(held), _held_text(held))


@app.command()
def release(context: typer.Context, item: Item, batch: Batch, reason: Reason) -> None:
    """Let a held batch be sold again."""
    invocation: Invocation = context.obj
    command = load(ReleaseBatch, {"item": item, "batch": batch, "reason": reason})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        release_batch(uow, command)
    value = {"item": command.item, "batch": command.batch, "reason": command.reason}
    invocation.answer(value, f"Batch {command.batch} of {command.item} may be sold again.")


@app.command()
def held(context: typer.Context) -> None:
    """List the batches that are held."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        found = held_batches(session)
    invocation.answer([_held_json(one) for one in found], "\n".join(map(_held_text, found)) or "No batch is held.")


@app.command()
def awaited(context: typer.Context) -> None:
    """List what was sold from packs in hand before their purchase was entered, the oldest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        found = awaited_purchases(session)
    invocation.answer(
        [one.model_dump(mode="json") for one in found],
        "\n".join(map(_awaited_text, found)) or "No purchase is awaited.",
    )


def _awaited_text(one: AwaitedView) -> str:
    quantity = show_quantity(one.units, one.pieces_per_pack)
    return (
        f"{one.bill_number}  {show_date(one.date)}  {one.name}  {one.batch}  {one.expiry or '-'}"
        f"  MRP {one.mrp.grouped()}  {quantity}  {one.username}"
    )


@app.command()
def mrp(
    context: typer.Context,
    item: Item,
    batch: Batch,
    new: Annotated[str, typer.Argument(metavar="MRP", help="Of one sale pack, in rupees.")],
    reason: Reason,
    since: Annotated[
        str | None, typer.Option("--from", help="From this day on (2026-12-01); without it today.")
    ] = None,
    printed: Annotated[str | None, typer.Option(help="The MRP printed on the packs that are meant.")] = None,
) -> None:
    """Sell a batch at a lower MRP from a day on; what its packs print is kept."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        day = since or business_date(shop.database.clock.now()).isoformat()
        data = {"item": item, "batch": batch, "mrp": new, "from_date": day, "reason": reason, "printed": printed}
        command = load(ReviseMrp, data)
        with shop.database.write(invocation.actor(shop)) as uow:
            revised = revise_mrp(uow, command)
    invocation.answer(_revised_json(revised), _revised_text(revised))


@app.command()
def correct(
    context: typer.Context,
    item: Item,
    batch: Batch,
    reason: Annotated[str, typer.Option(help="Why; it is written down.")],
    number: Annotated[str | None, typer.Option(help="The batch number that the packs print.")] = None,
    expiry: Annotated[str | None, typer.Option(help="The expiry that they print (12/2027).")] = None,
    mrp: Annotated[str | None, typer.Option(help="The MRP of a sale pack that they print, in rupees.")] = None,
    printed: Annotated[str | None, typer.Option(help="The MRP as it stands, where several have the number.")] = None,
    expires: Annotated[str | None, typer.Option(help="The expiry as it stands, where several have it.")] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Take what would be asked about.")] = False,
    command_id: Annotated[str | None, typer.Option("--id", help="A UUID; the same again changes nothing.")] = None,
) -> None:
    """Write a batch as its packs print it, where something was mistyped: it stays the same batch."""
    invocation: Invocation = context.obj
    said = {"number": number, "expiry": expiry, "mrp": mrp, "printed": printed, "expires": expires}
    data = {"command_id": command_id or str(new_id()), "item": item, "batch": batch, "reason": reason, **said}
    command = load(CorrectBatch, {**data, "confirmed": confirm})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        done = correct_batch(uow, command)
    invocation.answer(_corrected_json(done), _corrected_text(done))


@app.command()
def corrections(context: typer.Context) -> None:
    """List what was corrected of batches, the newest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        found = batch_corrections(session)
    invocation.answer(
        [_corrected_json(one) for one in found], "\n".join(map(_corrected_text, found)) or "No batch was corrected."
    )


def _corrected_json(done: CorrectedBatch) -> dict[str, Any]:
    return {
        "item": done.item,
        "name": done.name,
        "before": done.before.model_dump(mode="json"),
        "after": done.after.model_dump(mode="json"),
        "reason": done.reason,
        "at": done.at.isoformat(),
        "by": done.username,
        "stock": show_quantity(done.units, done.pieces_per_pack),
        "held": done.held,
    }


def _corrected_text(done: CorrectedBatch) -> str:
    held = f"  held: {done.held}" if done.held else ""
    return f"{done.name}: {_print_text(done.before)} is {_print_text(done.after)}  {done.reason}  {done.username}{held}"


def _print_text(one: Print) -> str:
    return f"{one.number} {one.expiry or '-'} MRP {one.mrp.grouped()}"


def _held_json(held: HeldBatch) -> dict[str, Any]:
    return {
        "item": held.item,
        "name": held.name,
        "batch": held.batch,
        "reason": held.reason,
        "since": held.at.isoformat(),
        "by": held.username,
        "stock": show_quantity(held.units, held.pieces_per_pack),
    }


def _held_text(held: HeldBatch) -> str:
    stock = show_quantity(held.units, held.pieces_per_pack)
    return f"{held.item:12}  {held.batch:16}  {stock:>8}  held: {held.reason}  ({held.name}, by {held.username})"


def _revised_json(revised: RevisedMrp) -> dict[str, Any]:
    return {
        "item": revised.item,
        "name": revised.name,
        "batch": revised.batch,
        "printed_mrp": str(revised.printed),
        "mrp": str(revised.mrp),
        "from": revised.from_date.isoformat(),
    }


def _revised_text(revised: RevisedMrp) -> str:
    return (
        f"{revised.name}, batch {revised.batch}: MRP {revised.mrp.grouped()} from {show_date(revised.from_date)} on,"
        f" printed {revised.printed.grouped()}."
    )
