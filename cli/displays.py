"""Commands about the customer display of this counter."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import Invocation
from core.app.display_dto import CustomerDisplay, DisplayKind
from core.app.displays import change_display, display_of
from core.boundary.frozen import load
from core.printing.pole import PoleProtocol

app = typer.Typer(help="Show and set what shows the customer the bill.", no_args_is_help=True)


@app.command()
def show(context: typer.Context) -> None:
    """Show the customer display of this counter."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        _answer(invocation, display_of(session))


@app.command("set")
def set_display(
    context: typer.Context,
    kind: Annotated[DisplayKind, typer.Argument(help="None, a pole of two rows, or a window on a second screen.")],
    port: Annotated[str | None, typer.Option(help="Of a pole: COM3, /dev/ttyUSB0.")] = None,
    baud: Annotated[int | None, typer.Option(help="Of a pole: 1200 to 115200.")] = None,
    protocol: Annotated[PoleProtocol | None, typer.Option(help="The commands that a pole obeys.")] = None,
) -> None:
    """Set the customer display, from the next log-in on; what is not said stays as it is."""
    invocation: Invocation = context.obj
    said = {"kind": kind, "port": port, "baud": baud, "protocol": protocol}
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        standing = display_of(uow.session).model_dump(mode="json")
        changed = {**standing, **{name: value for name, value in said.items() if value is not None}}
        display = change_display(uow, load(CustomerDisplay, changed))
    _answer(invocation, display)


def _answer(invocation: Invocation, display: CustomerDisplay) -> None:
    words = {
        DisplayKind.NONE: "No customer display.",
        DisplayKind.POLE: f"A pole at {display.port}, {display.baud} baud, {display.protocol}.",
        DisplayKind.WINDOW: "A window, on the second screen where there is one.",
    }
    invocation.answer(display.model_dump(mode="json"), words[display.kind])
