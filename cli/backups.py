"""Commands about backups."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Invocation, console_actor, given_recovery_code, recovery_code
from core.app.backups.container import export_container
from core.app.backups.creating import back_up
from core.app.backups.folder import Backup, backups_folder, choose_second_folder, list_backups, second_folder
from core.app.backups.lacking import Lacking
from core.app.backups.manifest import Reason
from core.app.backups.proving import prove_newest
from core.app.backups.restoring import Restored
from core.app.backups.restoring import restore as restore_backup
from core.app.backups.state import read_state
from core.app.shop import Shop, has_shop
from core.audit.clock import show_instant
from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.boundary.messages import explain
from core.kernel.actor import Actor
from core.kernel.clock import SystemClock
from core.kernel.dates import show_date
from core.kernel.errors import EnvironmentFault
from core.storage.keys import RawKey, keep_key, known_keys

app = typer.Typer(help="Make, list, prove and restore backups.", no_args_is_help=True)

_KEY_FAULTS = frozenset({"key.missing", "key.wrong", "key.of_sheet"})


@app.command()
def create(context: typer.Context) -> None:
    """Make a backup now, prove that it opens, and copy it to the second folder if there is one."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        _require_owner(invocation, shop)
        made = back_up(shop.database, shop.folder, Reason.BY_HAND, SystemClock())
        trouble = read_state(backups_folder(shop.folder)).second_failure
    text = f"Backup {made.path} ({made.manifest.size // 1000} kB, {made.manifest.contents.events} entries)"
    if trouble is not None:
        text += f"\nThe second copy was not made: {trouble.message}"
    value = backup_json(made) | {"second_failure": trouble.message if trouble else None}
    invocation.answer(value, text)


@app.command("list")
def list_all(context: typer.Context) -> None:
    """List the backups, the newest first."""
    invocation: Invocation = context.obj
    backups = list_backups(backups_folder(invocation.folder))
    invocation.answer(
        [backup_json(backup) for backup in backups],
        "\n".join(_line(backup) for backup in backups) or "There is no backup yet.",
    )


@app.command()
def prove(context: typer.Context) -> None:
    """Restore the newest backup into a scratch file and verify its books. Exit 1 says what does not hold."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        _require_owner(invocation, shop)
    backup, report = prove_newest(invocation.folder, SystemClock())
    value = {"file": str(backup.path), "proven": True, "events": report.events, "rows": report.rows}
    invocation.answer(value, f"Proven: {backup.name} holds ({report.events} events and {report.rows} rows compared).")


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The backup's file, or an exported .age file.")],
    counter: Annotated[
        str | None, typer.Option(help="The counter code to go on with, where a restore went on elsewhere.")
    ] = None,
) -> None:
    """Put a backup in the place of the data folder's shop, or into an empty folder (--data).

    The shop that is there is backed up and set aside, never overwritten. Numbers go on in a series of their own. An
    encrypted backup needs its recovery code, from NUSKHA_RECOVERY_CODE or asked.
    """
    invocation: Invocation = context.obj
    done = _restore(invocation, file, counter)
    invocation.answer(restored_json(done), restored_text(done))


@app.command()
def export(
    context: typer.Context,
    to: Annotated[Path, typer.Argument(help="The file to write, FILE.age.")],
) -> None:
    """Write the newest backup as one encrypted file, which the recovery code opens."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        _require_owner(invocation, shop)
        folder = backups_folder(shop.folder)
        newest = next(iter(list_backups(folder)), None)
        if newest is None:
            raise EnvironmentFault("backup.none", folder=str(folder))
        known = [shop.database.key] if shop.database.key else known_keys(shop.folder)
        key = known[0] if known else RawKey.new()
        export_container(newest, to, key, shop.folder)
        if not known:
            keep_key(shop.folder, key)
    value: dict[str, Any] = {"file": str(to), "backup": newest.name, "key_id": key.id}
    text = f"Exported {newest.name} to {to}, encrypted with key {key.id}."
    if not known:
        value["recovery_code"] = key.recovery_code
        text += f"\nRecovery code (write it down, nothing else opens the file elsewhere):\n{key.recovery_code}"
    invocation.answer(value, text)


@app.command("second-folder")
def set_second_folder(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="A folder on another disk.")] = None,
    none: Annotated[bool, typer.Option("--none", help="Use no second folder.")] = False,
) -> None:
    """Say where each backup is copied to, or ask."""
    invocation: Invocation = context.obj
    if folder is not None or none:
        with invocation.shop() as shop:
            _require_owner(invocation, shop)
        choose_second_folder(invocation.folder, folder)
    chosen = second_folder(invocation.folder)
    invocation.answer(
        {"second_folder": str(chosen) if chosen else None},
        f"Backups are copied to {chosen}." if chosen else "There is no second folder.",
    )


def backup_json(backup: Backup) -> dict[str, Any]:
    """Return a backup as machines read it: instants ISO in UTC, size in bytes."""
    manifest = backup.manifest
    return {
        "file": str(backup.path),
        "made_at": manifest.made_at.isoformat(),
        "reason": manifest.reason,
        "shop": manifest.contents.shop,
        "counter": manifest.contents.head.node_code,
        "schema": manifest.contents.revision,
        "events": manifest.contents.events,
        "size": manifest.size,
        "sha256": manifest.sha256,
        "key_id": manifest.key_id,
    }


def restored_json(done: Restored) -> dict[str, Any]:
    """Return what a restore did as machines read it."""
    return {
        "shop": done.contents.shop,
        "counter_before": done.contents.head.node_code,
        "counter": done.node_code,
        "epoch": done.epoch,
        "events": done.events,
        "backup_before": str(done.backup.path) if done.backup else None,
        "set_aside": str(done.set_aside) if done.set_aside else None,
        "lacking": lacking_json(done.lacking) if done.lacking else None,
    }


def lacking_json(lacking: Lacking) -> dict[str, Any]:
    """Return what a backup lacks as machines read it: the first bills one by one, amounts in rupees as text."""
    return {
        "events": lacking.events,
        "bills": lacking.bills,
        "cancelled": lacking.cancelled,
        "total": str(lacking.total),
        "ranges": [list(numbers) for numbers in lacking.ranges],
        "named": [
            {
                "number": bill.number,
                "date": bill.on_date.isoformat(),
                "total": str(bill.total),
                "cancelled": bill.is_cancelled,
            }
            for bill in lacking.named
        ],
        "broke_off": lacking.broke_off,
    }


def restored_text(done: Restored) -> str:
    """Return what a restore did as a person reads it."""
    before = done.contents.head.node_code
    lines = [
        f"{done.contents.shop} is restored: {done.events} entries, all proven.",
        f"Counter {before} goes on as {done.node_code}, since {before} may have given numbers that are lost.",
    ]
    if done.set_aside is not None:
        lines.append(f"What was there lies in {done.set_aside}.")
        if done.backup is None:
            lines.append("It could not be read whole, so no backup of it was made.")
        if done.lacking is not None:
            lines += _lacking_lines(done.lacking, done.set_aside)
    return "\n".join(lines)


def _lacking_lines(lacking: Lacking, stands_in: Path) -> list[str]:
    lines = []
    if lacking.bills:
        what = "1 bill that was there is" if lacking.bills == 1 else f"{lacking.bills} bills that were there are"
        without = f", {lacking.cancelled} cancelled left out" if lacking.cancelled else ""
        again = "enter them again" if lacking.bills > lacking.cancelled else "nothing of them is to be entered again"
        lines.append(
            f"{what} not in the backup: {lacking.span}, {lacking.total.grouped()} in all{without}. "
            f"They stand in {stands_in}; {again}."
        )
        for bill in lacking.named:
            cancelled = "  cancelled" if bill.is_cancelled else ""
            lines.append(f"  {bill.number}  {show_date(bill.on_date)}  {bill.total.grouped()}{cancelled}")
        if lacking.bills > len(lacking.named):
            lines.append(f"  and {lacking.bills - len(lacking.named)} more")
    if lacking.other_events:
        lines.append(f"Other entries that are not in the backup, such as receipts of stock: {lacking.other_events}.")
    if lacking.broke_off:
        lines.append("What was there could not be read to its end: there may be more that the backup lacks.")
    elif not lacking.events:
        lines.append("The backup lacks nothing of what was there.")
    return lines


def _restore(invocation: Invocation, file: Path, counter: str | None) -> Restored:
    """Restore with the code of the environment, or ask for it when the keys of this computer do not do."""
    actor = _restoring_actor(invocation)
    code = given_recovery_code()
    key = RawKey.of_recovery_code(code) if code is not None else None
    clock = SystemClock()
    try:
        return restore_backup(invocation.folder, file, actor, clock, key=key, counter=counter)
    except EnvironmentFault as fault:
        if fault.code not in _KEY_FAULTS or key is not None or not sys.stdin.isatty():
            raise
        typer.echo(explain(fault), err=True)
    key = RawKey.of_recovery_code(recovery_code())
    return restore_backup(invocation.folder, file, actor, clock, key=key, counter=counter)


def _restoring_actor(invocation: Invocation) -> Actor:
    """A user of the shop that is there; where none opens, the console, who owns the folder anyway."""
    if invocation.user is None or not has_shop(invocation.folder):
        return console_actor()
    with invocation.shop() as shop:
        return invocation.actor(shop)


def _require_owner(invocation: Invocation, shop: Shop) -> None:
    actor = invocation.actor(shop)
    with shop.database.read() as session:
        require_to_read(session, actor, Permission.MAKE_BACKUP)


def _line(backup: Backup) -> str:
    manifest = backup.manifest
    return (
        f"{backup.name}  {show_instant(manifest.made_at)}  {manifest.reason}"
        f"  {manifest.contents.events} entries  {manifest.size // 1000} kB"
        + (f"  key {manifest.key_id}" if manifest.key_id else "")
    )
