"""Commands that bring in parties from a file."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Invocation
from cli.files import Meanings, WithoutBackup, meanings, notices, problems_json, skipped_lines
from core.app.backups.precautions import import_parties_after_backup
from core.boundary.sheets import read_sheet
from core.kernel.clock import SystemClock, business_date
from core.kernel.ids import new_id
from core.opening.parties import check_parties
from core.opening.party_dto import PartiesReport
from core.opening.party_reading import read_parties
from core.parties.dto import PartyKind

app = typer.Typer(help="Customers, suppliers, patients and prescribers from a file.", no_args_is_help=True)


class Kinds(enum.StrEnum):
    """The kinds of party as options name them."""

    CUSTOMERS = "customers"
    SUPPLIERS = "suppliers"
    PATIENTS = "patients"
    PRESCRIBERS = "prescribers"

    @property
    def kind(self) -> PartyKind:
        """The kind of party."""
        return PartyKind(self.removesuffix("s"))


@app.callback()
def _group() -> None:
    """Keep ``import`` a command of its own: typer makes a lone command the group itself."""


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An .xlsx, .xls or .csv file with a header row.")],
    kind: Annotated[Kinds, typer.Option(help="Who they are.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what was understood.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows though others are bad.")] = False,
    another: Annotated[bool, typer.Option("--another", help="Add those too who are like somebody else.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Import though the same file was imported before.")] = False,
    column: Meanings = None,
    without_backup: WithoutBackup = False,
) -> None:
    """Import parties with what was open with each: all rows, or none if one is bad. A backup is made first.

    With --skip-bad it exits 1 where lines were left out.
    """
    invocation: Invocation = context.obj
    command = read_parties(
        read_sheet(file),
        new_id(),
        kind.kind,
        today=business_date(SystemClock().now()),
        skip_bad=skip_bad,
        another=another,
        again=again,
        columns=meanings(column),
    )
    with invocation.shop() as shop:
        if dry_run:
            with shop.database.read() as session:
                report = check_parties(session, command)
        else:
            report = import_parties_after_backup(shop, invocation.actor(shop), command, without_backup=without_backup)
    value = {"import_id": str(command.command_id), **_report_json(report, dry_run=dry_run)}
    invocation.answer(value, _report_text(report, kind, dry_run=dry_run))
    if report.problems:
        raise typer.Exit(1)


def _report_json(report: PartiesReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "imported": not dry_run,
        "parties": report.parties,
        "with_opening": report.with_opening,
        "opening": str(report.opening),
        "skipped": 0 if dry_run else skipped_lines(report.problems),
        **problems_json(report.problems),
        "ignored_columns": list(report.ignored_columns),
    }


def _report_text(report: PartiesReport, kind: Kinds, *, dry_run: bool) -> str:
    lines = [f"{'Would add' if dry_run else 'Added'} {report.parties} {kind.value}."]
    if report.with_opening:
        side = "Cr" if report.opening.paise < 0 else "Dr"
        total = (-report.opening if report.opening.paise < 0 else report.opening).grouped()
        lines.append(f"{report.with_opening} of them with an opening amount, {total} {side} together.")
    if report.problems and not dry_run:
        lines.append(f"{skipped_lines(report.problems)} lines were left out.")
    return "\n".join([*lines, *notices(report.problems, report.ignored_columns)])
