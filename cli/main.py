"""The ``nuskha`` command: core from a terminal, for support, scripts and tests."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from cli import (
    audits,
    backups,
    batches,
    bill_search,
    books,
    counter,
    debit_notes,
    displays,
    item_changes,
    item_reads,
    items,
    labels,
    opening,
    orders,
    parties,
    party_files,
    pharmacists,
    printers,
    purchases,
    quotations,
    receipts,
    registers,
    reports,
    roles,
    scanners,
    settings,
    shops,
    state,
    users,
    wants,
)
from cli.context import Invocation, problem_json
from core.boundary.messages import explain
from core.kernel.errors import Problem
from core.parties.dto import PartyKind

_DONE, _REFUSED, _WRONG_USAGE = 0, 1, 2
#: Options that may stand anywhere: name -> takes a value.
_SHARED = {"--data": True, "--user": True, "--json": False}

for _name, _command in (item_changes.COMMANDS | item_reads.COMMANDS).items():
    items.app.command(_name)(_command)

app = typer.Typer(
    name="nuskha",
    help="Offline-first point of sale for Indian pharmacies.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(shops.app, name="shop")
app.add_typer(items.app, name="items")
app.add_typer(batches.app, name="batches")
app.add_typer(bill_search.app, name="bill")
app.add_typer(bill_search.app, name="bills", hidden=True)  # a list has the plural everywhere else: take both
for _kind in PartyKind:
    app.add_typer(parties.commands(_kind), name=f"{_kind}s")
app.add_typer(party_files.app, name="parties")
app.add_typer(pharmacists.app, name="pharmacists")
app.add_typer(pharmacists.duty, name="duty")
app.add_typer(pharmacists.licences, name="drug-licences")
app.add_typer(printers.app, name="printers")
app.add_typer(registers.prescriptions, name="prescriptions")
app.add_typer(registers.app, name="registers")
app.add_typer(reports.app, name="report")
app.add_typer(reports.app, name="reports", hidden=True)
app.add_typer(counter.app, name="counter")
app.add_typer(quotations.app, name="quotation")
app.add_typer(quotations.app, name="quotations", hidden=True)
app.add_typer(wants.app, name="wants")
app.add_typer(orders.app, name="order")
app.add_typer(orders.app, name="orders", hidden=True)
app.add_typer(purchases.app, name="purchase")
app.add_typer(purchases.app, name="purchases", hidden=True)
app.add_typer(debit_notes.app, name="debit-notes")
app.add_typer(debit_notes.app, name="debit-note", hidden=True)
app.add_typer(opening.app, name="opening")
app.add_typer(books.app, name="books")
app.add_typer(users.app, name="users")
app.add_typer(roles.app, name="roles")
app.add_typer(audits.app, name="audit")
app.add_typer(backups.app, name="backup")
app.add_typer(state.databases, name="db")
app.command("health")(state.health)
app.add_typer(settings.series, name="series")
app.add_typer(settings.app, name="settings")
app.add_typer(receipts.app, name="papers")
app.add_typer(scanners.app, name="scanners")
app.add_typer(displays.app, name="display")
app.command("labels")(labels.labels)
app.command("verify")(shops.verify)
app.command("version")(shops.version)
app.command("run")(shops.run)


@app.callback()
def _shared(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="The shop's data folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    user: Annotated[
        str | None,
        typer.Option(help="Act as this user, the password from NUSKHA_PASSWORD or asked; without it as the console."),
    ] = None,
) -> None:
    context.obj = Invocation(data, as_json, user)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a name still gets the rest
    given = hoist_shared(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        ended = app(given, prog_name="nuskha", standalone_mode=not as_json)
        if isinstance(ended, int):  # not standing alone, typer returns the code that a command chose
            return ended
    except TyperException as wrong:  # the usage; standing alone, typer says it itself and ends with SystemExit
        said = {"code": "usage.wrong", "message": _usage(wrong), "where": None}
        print(json.dumps(said, ensure_ascii=False), file=sys.stderr)
        return _WRONG_USAGE
    except Problem as problem:
        sentence = json.dumps(problem_json(problem), ensure_ascii=False) if as_json else explain(problem)
        print(sentence, file=sys.stderr)
        return _REFUSED
    except OSError as error:  # the terminal or pipe that the answer goes to
        print(f"The answer cannot be written: {error.strerror or error}.", file=sys.stderr)
        return _REFUSED
    except SystemExit as ended:  # typer has said what was wrong with the usage, or the command chose its code
        return ended.code if isinstance(ended.code, int) else _DONE
    return _DONE


def _usage(wrong: TyperException) -> str:
    """Return what is wrong with the usage as one sentence; a command without any words is answered with its help."""
    message: str = getattr(wrong, "format_message", lambda: "")()
    return message or "The command is not complete: see its --help."


def hoist_shared(arguments: list[str]) -> list[str]:
    """Move the shared options to the front, so that they may stand before or after the subcommand."""
    front: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        name = argument.split("=", 1)[0]
        if argument == "--":
            rest += arguments[position:]
            break
        if name not in _SHARED:
            rest.append(argument)
        else:
            front.append(argument)
            if _SHARED[name] and "=" not in argument and position + 1 < len(arguments):
                position += 1
                front.append(arguments[position])
        position += 1
    return front + rest
