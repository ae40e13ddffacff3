"""Commands about the audit log: who did what, to which document or master, field by field."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.app.schema import METADATA
from core.app.shop import Shop
from core.audit.dto import HistoryEntry, LogEntry
from core.audit.history import find_row, history_of, search_log
from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.kernel.clock import INDIA
from core.kernel.dates import parse_iso_date

app = typer.Typer(help="Read the audit log.", no_args_is_help=True)


@app.command()
def history(
    context: typer.Context,
    table: Annotated[str, typer.Argument(help="bill, item, user_account, setting ...")],
    key: Annotated[str, typer.Argument(help="Its number, code or name, or its id; several parts with / between.")],
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many commands, the newest first.")] = 50,
) -> None:
    """Show what was done to a document or a master, field by field, newest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        _refuse_reader(invocation, shop)
        with shop.database.read() as session:
            entries = history_of(session, find_row(session, METADATA, table, key), limit=limit)
    invocation.answer([history_json(entry) for entry in entries], "\n".join(map(history_line, entries)))


@app.command()
def log(
    context: typer.Context,
    since: Annotated[str | None, typer.Option("--from", help="From this day on, 2026-11-20.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="To the end of this day.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="What this user did.")] = None,
    kind: Annotated[str | None, typer.Option(help="Commands of this kind: bill.posted, login.failed ...")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many, the newest first.")] = 100,
) -> None:
    """Show who did what, newest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        _refuse_reader(invocation, shop)
        with shop.database.read() as session:
            entries = search_log(
                session,
                since=_start_of(parse_iso_date(since)) if since else None,
                until=_start_of(parse_iso_date(until) + timedelta(days=1)) if until else None,
                username=by.casefold() if by else None,
                kind=kind,
                limit=limit,
            )
    invocation.answer([log_json(entry) for entry in entries], "\n".join(map(log_line, entries)))


def history_json(entry: HistoryEntry) -> dict[str, Any]:
    """Return a changed field as machines read it."""
    return {
        "at": entry.at.isoformat(),
        "user": entry.username,
        "kind": entry.kind,
        "table": entry.table or None,
        "key": entry.key or None,
        "field": entry.field,
        "before": entry.before,
        "after": entry.after,
    }


def history_line(entry: HistoryEntry) -> str:
    """Return a changed field in one line."""
    place = ".".join(filter(None, (entry.table, entry.field)))
    change = f"{entry.after}" if entry.before is None else f"{entry.before} -> {entry.after}"
    return f"{_shown(entry.at)}  {entry.username}  {entry.kind}  {place}: {change}"


def log_json(entry: LogEntry) -> dict[str, Any]:
    """Return an event as machines read it."""
    return {
        "at": entry.at.isoformat(),
        "user": entry.username,
        "os_account": entry.os_account,
        "kind": entry.kind,
        "subject": str(entry.subject_id),
        "program": entry.program,
        "epoch": entry.position.epoch,
        "seq": entry.position.seq,
        "note": entry.note,
    }


def log_line(entry: LogEntry) -> str:
    """Return an event in one line."""
    note = ", ".join(f"{name} {value}" for name, value in sorted(entry.note.items()) if len(value) <= 100)
    return f"{_shown(entry.at)}  {entry.username}  {entry.kind}  {note}".rstrip()


def _refuse_reader(invocation: Invocation, shop: Shop) -> None:
    actor = invocation.actor(shop)
    with shop.database.read() as session:
        require_to_read(session, actor, Permission.VIEW_REPORTS)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), INDIA)


def _shown(at: datetime) -> str:
    return f"{at.astimezone(INDIA):%d-%m-%Y %H:%M:%S}"
