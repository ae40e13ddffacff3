"""Commands about the shop as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import Invocation, read_json
from core.app.dto import ShopFile
from core.app.shop import create_shop, shop_file
from core.app.verify import verify as verify_books
from core.audit.findings import Finding
from core.boundary.frozen import load
from core.boundary.messages import sentences
from core.kernel.errors import RuleBroken
from core.kernel.version import VERSION

app = typer.Typer(help="Make a shop.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``shop`` a group though it has one command."""


@app.command()
def create(
    context: typer.Context,
    profile: Annotated[str | None, typer.Option(help="A JSON file with the shop's details, - for stdin.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="A demo shop with made-up stock.")] = False,
) -> None:
    """Make a new shop in the data folder."""
    invocation: Invocation = context.obj
    if demo == (profile is not None):
        raise RuleBroken("shop.profile_or_demo")
    if demo:
        from core.app.demo_shop import create_demo_shop

        shop = create_demo_shop(invocation.folder)
    else:
        assert profile is not None
        shop = create_shop(invocation.folder, load(ShopFile, read_json(profile)).command())
    shop.close()
    where = str(shop_file(invocation.folder))
    invocation.answer({"file": where, "demo": demo}, f"The shop is ready: {where}")


def verify(context: typer.Context) -> None:
    """Prove the books: audit log against tables, stock, ledger, numbers. Exit 1 names the first altered row."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        report = verify_books(shop.database)
    value = {
        "holds": report.holds,
        "events": report.events,
        "rows": report.rows,
        "findings": [
            {"code": f.code, "table": f.table, "key": f.key, "message": _sentence(f)} for f in report.findings
        ],
    }
    compared = f"{report.events} events and {report.rows} rows compared"
    if report.holds:
        invocation.answer(value, f"The books hold: {compared}.")
        return
    more = len(report.findings) - 1
    first = _sentence(report.findings[0]) + (f" ({more} more findings with --json)" if more else "")
    invocation.answer(value, f"The books do NOT hold: {compared}.")
    if not invocation.as_json:
        typer.echo(first, err=True)
    raise typer.Exit(1)


def version(context: typer.Context) -> None:
    """Say which version this is, and of what."""
    from core.storage.migrate import head_revision
    from core.storage.sqlite import sqlite_version

    value = {"version": VERSION, "schema": head_revision(), "sqlite": sqlite_version()}
    invocation: Invocation = context.obj
    invocation.answer(value, f"Nuskha {VERSION}, schema {value['schema']}, SQLite {value['sqlite']}")


def run(
    context: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="Open a demo shop.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where a run without a display writes its files.")] = None,
) -> None:
    """Open the program: the first-start wizard, or log-in and the billing window."""
    from pos_desktop.app import start

    invocation: Invocation = context.obj
    raise typer.Exit(start(invocation.data, demo=demo, out=out))


def _sentence(finding: Finding) -> str:
    return sentences("en")[finding.code].format(key=finding.key, table=finding.table, detail=finding.detail).rstrip()
