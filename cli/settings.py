"""Commands about how the shop numbers documents and what else it has chosen."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.context import Invocation
from core.app.choices import choice_views, find_choice, set_choice
from core.app.series import SetNumberSeries, set_number_series
from core.boundary.frozen import load
from core.kernel.clock import business_date
from core.numbering.dto import NumberedKind
from core.numbering.queries import series_views

app = typer.Typer(help="Show and make the shop's choices.", no_args_is_help=True)
series = typer.Typer(help="Show and set how documents are numbered.", no_args_is_help=True)

#: What a kind is called at a terminal.
_KINDS = {
    "bill": NumberedKind.BILL,
    "manual_memo": NumberedKind.MANUAL_MEMO,
    "h1_entry": NumberedKind.H1_ENTRY,
    "supply": NumberedKind.SUPPLY,
    "quotation": NumberedKind.QUOTATION,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@app.command("show")
def show_settings(context: typer.Context) -> None:
    """Show every choice, what holds, and what else it can be."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        choices = choice_views(session)
    invocation.answer(
        [choice.model_dump(mode="json") for choice in choices],
        "\n".join(f"{choice.name}  {choice.value}  (of {', '.join(choice.values)})" for choice in choices),
    )


@app.command("set")
def set_setting(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The setting, as `settings show` names it.")],
    value: Annotated[str, typer.Argument(help="One of its values.")],
) -> None:
    """Make a choice; it holds from the next bill on, how long a counter waits before it locks from the next log-in."""
    invocation: Invocation = context.obj
    choice = find_choice(name)
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        set_choice(uow, choice, value)
    invocation.answer({"name": choice, "value": value}, f"{choice} is {value} from now on.")


@series.command("show")
def show_series(context: typer.Context) -> None:
    """Show how each kind of document is numbered this year, and its next number."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        views = series_views(session, business_date(shop.database.clock.now()))
    invocation.answer(
        [{**view.model_dump(mode="json"), "kind": _NAMES[view.kind]} for view in views],
        "\n".join(f"{_NAMES[view.kind]:12}  {view.prefix:8}  next {view.next_number or '(full)'}" for view in views),
    )


@series.command("set")
def set_series(
    context: typer.Context,
    prefix: Annotated[str, typer.Argument(help="What the numbers begin with, PH for PH/26-27/00341.")],
    first: Annotated[int, typer.Option(help="The first number: where the old system stopped, and one.")] = 1,
    width: Annotated[int, typer.Option(help="How many digits, where they fit into 16 characters.")] = 6,
    kind: Annotated[str, typer.Option(help=f"What is numbered: {', '.join(_KINDS)}.")] = "bill",
    year: Annotated[int | None, typer.Option(help="The year the financial year starts in; else this one.")] = None,
) -> None:
    """Set how a kind of document is numbered from a financial year on."""
    invocation: Invocation = context.obj
    if kind not in _KINDS:
        raise typer.BadParameter(f"one of {', '.join(_KINDS)}", param_hint="--kind")
    command = load(
        SetNumberSeries,
        {"kind": _KINDS[kind], "prefix": prefix, "width": width, "first_serial": first, "from_year": year},
    )
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        number = set_number_series(uow, command)
    invocation.answer({"kind": kind, "prefix": command.prefix, "next_number": number}, f"The next number is {number}")
