"""Commands about the shop as a whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.context import Invocation, read_json, recovery_code
from core.app.checking import check_books
from core.app.dto import ShopFile
from core.app.recovery import recovery_sheet, unlock_shop
from core.app.shop import create_shop, shop_file
from core.app.verify import explain_finding
from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.boundary.frozen import load
from core.kernel.clock import SystemClock
from core.kernel.errors import RuleBroken
from core.kernel.version import VERSION

app = typer.Typer(help="Make a shop.", no_args_is_help=True)


@app.command()
def create(
    context: typer.Context,
    profile: Annotated[str | None, typer.Option(help="A JSON file with the shop's details, - for stdin.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="A demo shop with made-up stock.")] = False,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Encrypt the shop's file; prints the recovery code.")
    ] = False,
) -> None:
    """Make a new shop in the data folder."""
    invocation: Invocation = context.obj
    if demo == (profile is not None) or (demo and encrypt):
        raise RuleBroken("shop.profile_or_demo")
    if demo:
        from core.app.demo_shop import create_demo_shop

        shop = create_demo_shop(invocation.folder)
    else:
        assert profile is not None
        shop = create_shop(invocation.folder, load(ShopFile, read_json(profile)).command(), encrypt=encrypt)
    code = shop.database.key.recovery_code if shop.database.key else None
    shop.close()
    where = str(shop_file(invocation.folder))
    value: dict[str, object] = {"file": where, "demo": demo}
    text = f"The shop is ready: {where}"
    if code is not None:
        value["recovery_code"] = code
        text += f"\nRecovery code (write it down, nothing else opens the shop elsewhere):\n{code}"
    invocation.answer(value, text)


@app.command("recovery-sheet")
def print_recovery_sheet(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option(help="A text file to write it to; without it to the terminal.")] = None,
) -> None:
    """Print the sheet that opens an encrypted shop on another computer."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            require_to_read(session, actor, Permission.RESTORE_BACKUP)
        sheet = recovery_sheet(shop, SystemClock())
    if to is None:
        invocation.answer(sheet.model_dump(mode="json"), sheet.text)
        return
    sheet.write(to)
    invocation.answer({"file": str(to), "key_id": sheet.key_id}, f"The sheet is written: {to}")


@app.command()
def unlock(context: typer.Context) -> None:
    """Give the recovery code of an encrypted shop to this computer, from NUSKHA_RECOVERY_CODE or asked."""
    invocation: Invocation = context.obj
    key_id = unlock_shop(invocation.folder, recovery_code())
    invocation.answer({"key_id": key_id}, f"This computer now opens the shop (key {key_id}).")


def verify(context: typer.Context) -> None:
    """Prove the books: audit log against tables, stock, ledger, numbers. Exit 1 names the first altered row."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        report = check_books(shop, SystemClock(), processes=os.cpu_count() or 1)
    value = {
        "holds": report.holds,
        "events": report.events,
        "rows": report.rows,
        "findings": [
            {"code": f.code, "table": f.table, "key": f.key, "name": f.name, "message": explain_finding(f)}
            for f in report.findings
        ],
    }
    compared = f"{report.events} events and {report.rows} rows compared"
    if report.holds:
        invocation.answer(value, f"The books hold: {compared}.")
        return
    more = len(report.findings) - 1
    first = explain_finding(report.findings[0]) + (
        f" ({more} more {'finding' if more == 1 else 'findings'} with --json)" if more else ""
    )
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
