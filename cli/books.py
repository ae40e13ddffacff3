"""Commands about closed days: nothing is dated into them any more."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import Invocation
from core.app.backups.precautions import close_books_and_back_up
from core.boundary.frozen import load
from core.boundary.messages import explain
from core.kernel.dates import show_date
from core.ledger.closing import books_closed_through, reopen_books
from core.ledger.dto import CloseBooks, ReopenBooks
from core.storage.node import author

app = typer.Typer(help="Close days to further documents, and open them again.", no_args_is_help=True)


@app.command()
def show(context: typer.Context) -> None:
    """Show through which day the books are closed."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        through = books_closed_through(session, author(session).id)
    text = f"The books are closed through {show_date(through)}." if through else "No day is closed."
    invocation.answer({"closed_through": through and through.isoformat()}, text)


@app.command()
def close(
    context: typer.Context, through: Annotated[str, typer.Argument(help="The last day to close, 2026-11-30.")]
) -> None:
    """Close the books through a day: bills, cancellations and payments are dated into it no more. Makes a backup."""
    invocation: Invocation = context.obj
    command = load(CloseBooks, {"through": through})
    with invocation.shop() as shop:
        day, trouble = close_books_and_back_up(shop, invocation.actor(shop), command)
    failure = explain(trouble) if trouble else None
    text = f"The books are closed through {show_date(day)}."
    if failure is not None:
        text += f'\nNo backup of this was made: {failure} Mend that and run "nuskha backup create".'
    invocation.answer({"closed_through": day.isoformat(), "backup_failure": failure}, text)


@app.command()
def reopen(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help="Why; it stands in the log.")],
    through: Annotated[str | None, typer.Argument(help="The last day that stays closed; none without it.")] = None,
) -> None:
    """Open closed days again."""
    invocation: Invocation = context.obj
    command = load(ReopenBooks, {"through": through, "reason": reason})
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        day = reopen_books(uow, command)
    text = f"The books are closed through {show_date(day)} now." if day else "No day is closed now."
    invocation.answer({"closed_through": day and day.isoformat()}, text)
