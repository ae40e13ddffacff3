"""Commands of the evening on which a shop moves over: what was owed, and what stood in cash and bank."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Invocation
from cli.files import Meanings, WithoutBackup, meanings, notices, problems_json
from core.app.backups.precautions import enter_dues_after_backup
from core.audit.clock import show_instant
from core.boundary.frozen import load
from core.boundary.sheets import read_sheet
from core.kernel.clock import business_date
from core.kernel.dates import show_date
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.opening.balances import EnterOpeningBalance, Section, enter_opening_balance, opening_balances
from core.opening.comparing import (
    Compared,
    Comparison,
    compare,
    map_accounts,
)
from core.opening.dto import DuesReport, OpenDue, Side, show_sided
from core.opening.dues import check_dues, open_dues
from core.opening.reading import read_dues
from core.opening.trial_reading import MapAccounts, read_mapping, read_trial_balance
from core.opening.undoing import OpeningImport, UndoOpeningDues, opening_imports, undo_opening_dues
from core.parties.dto import PartyKind
from core.parties.queries import find_party

app = typer.Typer(help="Bring over what stood in the old program's books.", no_args_is_help=True)


class WithDues(enum.StrEnum):
    """Whose documents a file holds, as options name it."""

    CUSTOMERS = "customers"
    SUPPLIERS = "suppliers"

    @property
    def kind(self) -> PartyKind:
        """The kind of party."""
        return PartyKind(self.removesuffix("s"))


@app.command()
def dues(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An .xlsx, .xls or .csv file with a header row.")],
    kind: Annotated[WithDues | None, typer.Option(help="Whose documents they are, where no column says it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what was understood.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Enter documents though they were entered before.")] = False,
    column: Meanings = None,
    without_backup: WithoutBackup = False,
) -> None:
    """Enter open bills, credit notes and advances: all lines, or none if one is bad. A backup is made first."""
    invocation: Invocation = context.obj
    command = read_dues(
        read_sheet(file), new_id(), kind=kind.kind if kind else None, again=again, columns=meanings(column)
    )
    with invocation.shop() as shop:
        if dry_run:
            with shop.database.read() as session:
                report = check_dues(session, command, business_date(shop.database.clock.now()))
        else:
            report = enter_dues_after_backup(shop, invocation.actor(shop), command, without_backup=without_backup)
    value = {"import_id": str(command.command_id), **_report_json(report, dry_run=dry_run)}
    invocation.answer(value, _report_text(report, dry_run=dry_run))
    if dry_run and report.problems:
        raise typer.Exit(1)


Amount = Annotated[str, typer.Argument(help="Rupees, 12500.00; 0 with --correct for nothing at all.")]
Correct = Annotated[
    str | None, typer.Option("--correct", metavar="REASON", help="What was entered is wrong, and why: it is reversed.")
]


@app.command()
def cash(context: typer.Context, amount: Amount, correct: Correct = None) -> None:
    """Enter the cash that stood in the till."""
    _enter(context, {"holding": "cash", "amount": amount, "reason": correct})


@app.command()
def bank(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What the shop calls the account: SBI Kaloor.")],
    amount: Amount,
    overdrawn: Annotated[bool, typer.Option("--overdrawn", help="The shop owes it to the bank.")] = False,
    correct: Correct = None,
) -> None:
    """Enter what stood in a bank account."""
    side = "Cr" if overdrawn else "Dr"
    _enter(context, {"holding": "bank", "name": name, "amount": amount, "side": side, "reason": correct})


@app.command()
def account(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Capital, furniture, a loan.")],
    section: Annotated[Section, typer.Argument(help="Where it stands in the balance.")],
    amount: Amount,
    side: Annotated[Side | None, typer.Option(help="Its side, where that is not the usual one.")] = None,
    correct: Correct = None,
) -> None:
    """Enter what stood on another account."""
    given = {"holding": "other", "name": name, "section": section, "amount": amount, "side": side, "reason": correct}
    _enter(context, given)


def _enter(context: typer.Context, given: dict[str, Any]) -> None:
    invocation: Invocation = context.obj
    command = load(EnterOpeningBalance, {"command_id": str(new_id()), **given})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        entered = enter_opening_balance(uow, command)
    value = {"account": entered.account, "name": entered.name, "balance": str(entered.amount)}
    invocation.answer(value, f"{entered.name} opens with {show_sided(entered.amount)}.")


@app.command()
def show(
    context: typer.Context,
    kind: Annotated[WithDues | None, typer.Option(help="Only the documents of these.")] = None,
    party: Annotated[
        str | None, typer.Option(help="Only this one's (with --kind): name, telephone, GSTIN, id.")
    ] = None,
) -> None:
    """Show the opening balances that stand, and every open document by its due date."""
    invocation: Invocation = context.obj
    if party and kind is None:
        raise RuleBroken("opening.kind_missing", where="kind")
    with invocation.shop() as shop, shop.database.read() as session:
        balances = [] if kind else opening_balances(session)
        found = [
            (shown.kind, due)
            for shown in ([kind] if kind else WithDues)
            for due in open_dues(session, shown.kind, find_party(session, shown.kind, party) if party else None)
        ]
    lines = [f"{each.name:40}  {show_sided(each.amount):>19}" for each in balances]
    lines += [
        f"{due.party[:40]:40}  {show_sided(due.open):>19}  {due.kind.words:11}  {due.number:20}"
        f"  {show_date(due.on_date)}  due {show_date(due.due_date)}"
        for _, due in found
    ]
    value = {
        "balances": [{"account": each.account, "name": each.name, "balance": str(each.amount)} for each in balances],
        "dues": [_due_json(party_kind, due) for party_kind, due in found],
    }
    invocation.answer(value, "\n".join(lines) or "Nothing was brought over yet.")


def _due_json(kind: PartyKind, due: OpenDue) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "party_id": str(due.party_id),
        "party": due.party,
        "document": due.kind.value,
        "number": due.number,
        "date": due.on_date.isoformat(),
        "due": due.due_date.isoformat(),
        "amount": str(due.original),
        "open": str(due.open),
    }


@app.command("imports")
def list_imports(context: typer.Context) -> None:
    """List the files of dues that were entered, the newest first, with the id that takes one back."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        done = opening_imports(session)
    lines = [
        f"{each.import_id}  {show_instant(each.at)}  {each.username:12}"
        f"  {each.documents:>6} documents  {show_sided(each.open):>19}{'  taken back' if each.is_undone else ''}"
        for each in done
    ]
    invocation.answer([_import_json(each) for each in done], "\n".join(lines) or "No dues were entered yet.")


@app.command()
def undo(
    context: typer.Context,
    import_id: Annotated[str, typer.Argument(metavar="ID", help="The dues, as `nuskha opening imports` lists them.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.")],
) -> None:
    """Take entered dues back; the corrected file may be entered then. Parties that came with them stay."""
    invocation: Invocation = context.obj
    command = load(UndoOpeningDues, {"import_id": import_id, "reason": reason})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        done = undo_opening_dues(uow, command)
    invocation.answer(
        _import_json(done), f"The dues {import_id} are taken back; the corrected file may be entered now."
    )


def _import_json(done: OpeningImport) -> dict[str, Any]:
    return {
        "import_id": str(done.import_id),
        "at": done.at.isoformat(),
        "username": done.username,
        "documents": done.documents,
        "open": str(done.open),
        "taken_back": done.is_undone,
    }


@app.command("compare")
def compare_books(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The old trial balance: account, debit, credit.")],
    pairs: Annotated[
        list[str] | None,
        typer.Option("--map", help='What an old account is here: "HDFC 991=HDFC". May be repeated.'),
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="A file with such pairs: columns old and ours.")] = None,
    column: Meanings = None,
) -> None:
    """Compare the old trial balance with what came over, account by account. What --map says is remembered."""
    invocation: Invocation = context.obj
    old = read_trial_balance(read_sheet(file), meanings(column))
    commands = [read_mapping(read_sheet(mapping))] if mapping else []
    if pairs:
        commands.append(load(MapAccounts, {"accounts": dict(_pair(text) for text in pairs)}))
    with invocation.shop() as shop:
        if commands:
            actor = invocation.actor(shop)
            for command in commands:
                with shop.database.write(actor) as uow:
                    map_accounts(uow, command)
        with shop.database.read() as session:
            found = compare(session, old)
    invocation.answer(_comparison_json(found), "\n".join(_comparison_lines(found)))
    if not found.holds:
        raise typer.Exit(1)


def _pair(text: str) -> tuple[str, str]:
    old, _, ours = text.rpartition("=")
    if not old.strip() or not ours.strip():
        raise RuleBroken("opening.map_form", where="map", text=text)
    return old.strip(), ours.strip()


def _comparison_json(found: Comparison) -> dict[str, Any]:
    def listed(accounts: Iterable[Compared]) -> list[dict[str, str]]:
        return [{name: str(value) for name, value in each._asdict().items()} for each in accounts]

    return {
        "holds": found.holds,
        "agreeing": listed(found.agreeing),
        "differing": listed(found.differing),
        "only_old": listed(found.only_old),
        "only_ours": listed(found.only_ours),
        "old_debit": str(found.old_debit),
        "old_credit": str(found.old_credit),
        "left_in_opening": str(found.left),
    }


def _comparison_lines(found: Comparison) -> Iterator[str]:
    yield f"{len(found.agreeing)} accounts agree."
    for each in found.differing:
        name = each.ours if each.old == each.ours else f"{each.old} (here {each.ours})"
        was, stands = show_sided(each.old_amount), show_sided(each.our_amount)
        yield f"Differs: {name} was {was}, here {stands}; {show_sided(each.old_amount - each.our_amount)} is missing."
    for each in found.only_old:
        yield f"Only in the old books: {each.old}, {show_sided(each.old_amount)}."
    for each in found.only_ours:
        yield f"Only here: {each.ours}, {show_sided(each.our_amount)}."
    if found.old_debit == found.old_credit:
        yield f"The old trial balance ties: {found.old_debit.grouped()} on both sides."
    else:
        debit, credit = found.old_debit.grouped(), found.old_credit.grouped()
        yield f"The old trial balance does not tie: {debit} Dr, {credit} Cr."
    yield (
        f"Left in opening balances: {show_sided(found.left)}." if found.left else "Nothing is left in opening balances."
    )


def _report_json(report: DuesReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "entered": not dry_run,
        "parties": report.parties,
        "documents": report.documents,
        "customers_owe": str(report.customers_owe),
        "owed_to_suppliers": str(report.owed_to_suppliers),
        **problems_json(report.problems),
        "ignored_columns": list(report.ignored_columns),
    }


def _report_text(report: DuesReport, *, dry_run: bool) -> str:
    lines = [
        f"{'Would enter' if dry_run else 'Entered'} {report.documents} documents of {report.parties} parties.",
        f"Customers owe {report.customers_owe.grouped()}, {report.owed_to_suppliers.grouped()} is owed to suppliers.",
        *notices(report.problems, report.ignored_columns),
    ]
    return "\n".join(lines)
