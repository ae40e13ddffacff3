"""Commands about the scanners of this counter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.app.scanner_dto import EndKey, Scanners, Separator, SerialEnd, SerialSetup, WedgeSetup
from core.app.scanners import change_scanners, scanners_of
from core.boundary.frozen import load
from core.kernel.errors import RuleBroken

app = typer.Typer(help="Show and set how the scanners of this counter are read.", no_args_is_help=True)


@app.command()
def show(context: typer.Context) -> None:
    """Show the scanner that types, and those at serial ports."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        _answer(invocation, scanners_of(session))


@app.command("set")
def set_scanner(
    context: typer.Context,
    serial: Annotated[
        str | None, typer.Option(help="A scanner at a serial port, by its name; without it the one that types.")
    ] = None,
    port: Annotated[str | None, typer.Option(help="Of a serial one: COM3, /dev/ttyACM0.")] = None,
    baud: Annotated[int | None, typer.Option(help="Of a serial one: 1200 to 115200.")] = None,
    gap: Annotated[int | None, typer.Option(help="Milliseconds between two characters, 10 to 200.")] = None,
    least: Annotated[int | None, typer.Option(help="Fewest characters of a scan, 3 to 20.")] = None,
    prefix: Annotated[str | None, typer.Option(help="Up to 4 characters before a code, <STX> by name.")] = None,
    suffix: Annotated[str | None, typer.Option(help="Up to 4 characters behind a code.")] = None,
    separator: Annotated[Separator | None, typer.Option(help="What the scanner sends for GS.")] = None,
    end: Annotated[
        str | None,
        typer.Option(
            help=f"What ends a code: {', '.join(EndKey)}; of a serial one {', '.join(SerialEnd)}.", show_default=False
        ),
    ] = None,
) -> None:
    """Set how a scanner is read, from the next log-in on; what is not said stays as it is."""
    said = {"prefix": prefix, "suffix": suffix, "separator": separator, "end": end}

    def changed(scanners: Scanners) -> dict[str, Any]:
        if serial is None:
            if port is not None or baud is not None:
                raise RuleBroken("scanner.serial_only")
            return {"wedge": _with(scanners.wedge, {**said, "gap_ms": gap, "least_characters": least})}
        if gap is not None or least is not None:
            raise RuleBroken("scanner.typing_only")
        standing = scanners.named(serial)
        if standing is None and port is None:
            raise RuleBroken("scanner.no_port", name=serial)
        begun = {"name": serial} if standing is None else _dump(standing)
        new = {**begun, **_said({**said, "port": port, "baud": baud})}
        others = [new if each == standing else _dump(each) for each in scanners.serial]
        return {"serial": others if standing is not None else [*others, new]}

    _change(context, changed)


@app.command()
def remove(context: typer.Context, name: Annotated[str, typer.Argument(help="The serial scanner.")]) -> None:
    """Read a serial scanner no more."""

    def changed(scanners: Scanners) -> dict[str, Any]:
        standing = scanners.named(name)
        if standing is None:
            names = ", ".join(each.name for each in scanners.serial) or "-"
            raise RuleBroken("scanner.no_such_name", name=name, names=names)
        return {"serial": [_dump(each) for each in scanners.serial if each != standing]}

    _change(context, changed)


def _change(context: typer.Context, changed: Callable[[Scanners], dict[str, Any]]) -> None:
    """Change what ``changed`` says and leave the rest as it is."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        standing = scanners_of(uow.session)
        scanners = load(Scanners, {**standing.model_dump(mode="json"), **changed(standing)})
        change_scanners(uow, scanners)
    _answer(invocation, scanners)


def _dump(model: WedgeSetup | SerialSetup) -> dict[str, Any]:
    return model.model_dump(mode="json")


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _with(wedge: WedgeSetup, values: dict[str, Any]) -> dict[str, Any]:
    return {**_dump(wedge), **_said(values)}


def _answer(invocation: Invocation, scanners: Scanners) -> None:
    wedge = scanners.wedge
    typing = f"types: {wedge.least_characters} characters within {wedge.gap_ms} ms each, {_around(wedge)}"
    serial = [
        f"{each.name}: at {each.port}, {each.baud} baud, {_around(each)}" for each in scanners.serial
    ]  # fmt: skip
    invocation.answer(scanners.model_dump(mode="json"), "\n".join([typing, *serial]))


def _around(setup: WedgeSetup | SerialSetup) -> str:
    said = [f"ended by {setup.end}", f"separator {setup.separator}"]
    said += [f"{name} {signs}" for name, signs in (("prefix", setup.prefix), ("suffix", setup.suffix)) if signs]
    return ", ".join(said)
