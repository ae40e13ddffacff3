"""Commands that look at how things are: health, and the database's own integrity."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.context import Invocation, problem_json
from core.app.checking import check_file
from core.app.health import Health, confirm_clock
from core.app.health import health as health_of
from core.audit.clock import show_instant
from core.boundary.messages import explain
from core.kernel.clock import SystemClock

databases = typer.Typer(help="Look into the database; never a way to change books.", no_args_is_help=True)


@databases.callback()
def _group() -> None:
    """Keep ``db`` a group though it has one command."""


@databases.command()
def integrity(context: typer.Context) -> None:
    """Check every page, reference and index of the file, and its schema. Exit 1 names the first fault."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        faults = check_file(shop, SystemClock())
    invocation.answer(
        {"sound": not faults, "faults": faults},
        "The file is sound." if not faults else "The file is NOT sound.",
    )
    if faults:
        if not invocation.as_json:
            typer.echo(faults[0], err=True)
        raise typer.Exit(1)


def health(
    context: typer.Context,
    confirm: Annotated[
        bool, typer.Option("--confirm-clock", help="Say that the computer's clock is right though it looks odd.")
    ] = False,
) -> None:
    """Say how the shop is: backups, disk, clock, key."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        if confirm:
            with shop.database.write(invocation.actor(shop)) as uow:
                confirm_clock(uow)
        found = health_of(shop, SystemClock())
    invocation.answer(health_json(found), health_text(found))


def health_json(found: Health) -> dict[str, Any]:
    """Return the state as machines read it: instants ISO in UTC, sizes in bytes."""
    state = found.backup_state
    return {
        "well": found.is_well,
        "problems": [problem_json(problem) for problem in found.problems],
        "shop": found.shop,
        "counter": found.counter,
        "schema": found.revision,
        "encrypted": found.encrypted,
        "key_id": found.key_id,
        "clock": {
            "now": found.now.isoformat(),
            "newest_entry": found.newest_entry.isoformat() if found.newest_entry else None,
        },
        "disk": {"free": found.disk_free, "reserve": found.reserve},
        "backups": {
            "count": found.backups,
            "newest": found.newest_backup,
            "last_success": state.last_success.isoformat() if state.last_success else None,
            "failures": state.failures,
            "alarm": state.alarm,
            "second_folder": str(found.second_folder) if found.second_folder else None,
            "second_failures": state.second_failures,
            "last_proof": {"at": state.last_proof.at.isoformat(), "file": state.last_proof.file}
            if state.last_proof
            else None,
        },
    }


def health_text(found: Health) -> str:
    """Return the state as a person reads it at a terminal."""
    state = found.backup_state
    proof = state.last_proof
    newest = show_instant(state.last_success) if state.last_success else "never"
    lines = [
        f"{found.shop}, counter {found.counter}, schema {found.revision}, {_encryption(found)}",
        f"Last backup         {newest}, {found.backups} kept",
        f"Last proven restore {show_instant(proof.at)}  {proof.file}" if proof else "Last proven restore never",
        f"Second folder       {found.second_folder or 'none'}",
        f"Disk                {found.disk_free // 1_000_000} MB free",
        f"Clock               {show_instant(found.now)}",
    ]
    problems = [explain(problem) for problem in found.problems]
    return "\n".join([*lines, *(problems or ["All is well."])])


def _encryption(found: Health) -> str:
    return f"encrypted with key {found.key_id}" if found.encrypted else "not encrypted"
