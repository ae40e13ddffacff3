"""Commands about how the shop numbers documents and what else it has chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.context import Invocation
from core.app.choices import choice_views, find_choice, set_choice
from core.app.series import SetNumberSeries, set_number_series
from core.app.settings_file import settings_in, settings_text, take_settings, try_settings
from core.app.shop_details import ChangeShop, change_shop
from core.boundary.files import write_whole
from core.boundary.frozen import load
from core.kernel.clock import business_date
from core.numbering.dto import NumberedKind
from core.numbering.queries import series_views
from core.settings.queries import shop_view

app = typer.Typer(help="Show and make the shop's choices.", no_args_is_help=True)
series = typer.Typer(help="Show and set how documents are numbered.", no_args_is_help=True)

#: What a kind is called at a terminal.
_KINDS = {
    "bill": NumberedKind.BILL,
    "manual_memo": NumberedKind.MANUAL_MEMO,
    "h1_entry": NumberedKind.H1_ENTRY,
    "supply": NumberedKind.SUPPLY,
    "quotation": NumberedKind.QUOTATION,
    "order": NumberedKind.ORDER,
    "receipt": NumberedKind.RECEIPT,
    "debit_note": NumberedKind.DEBIT_NOTE,
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


@app.command("export")
def export_settings(
    context: typer.Context, to: Annotated[Path, typer.Argument(help="The file, settings.json for instance.")]
) -> None:
    """Write all settings of the shop and this counter into a file; no users, no secrets, no books."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        write_whole(to, settings_text(session).encode(), shared=True)
    invocation.answer({"file": str(to)}, f"The settings are in {to}")


@app.command("import")
def import_settings(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `settings export` or the window wrote.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Take settings from a file, all of them or none, and say what changed."""
    invocation: Invocation = context.obj
    parts = settings_in(file)
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        if dry_run:
            changed = try_settings(shop.database, actor, parts)
        else:
            with shop.database.write(actor) as uow:
                changed = take_settings(uow, parts)
    lines = [f"{one.where}: {one.here or '-'} -> {one.there or '-'}" for one in changed]
    said = "Would change:" if dry_run else "Changed:"
    invocation.answer(
        [one._asdict() for one in changed], "\n".join([said, *lines]) if lines else "Everything is as the file has it."
    )


@app.command("shop")
def set_shop(
    context: typer.Context,
    name: Annotated[str | None, typer.Option(help="The shop's name.")] = None,
    address: Annotated[list[str] | None, typer.Option(help="A line of its address; give it once for each.")] = None,
    phone: Annotated[str | None, typer.Option(help="Its telephone; empty for none.")] = None,
    gstin: Annotated[str | None, typer.Option(help="Its GSTIN, of the shop's state; empty for none.")] = None,
    registration: Annotated[str | None, typer.Option(help="regular, composition or unregistered.")] = None,
) -> None:
    """Change the head of the shop's papers; what is not named stays, and where nothing is, show it."""
    lines = "\n".join(address) if address else None
    said = {"name": name, "address": lines, "phone": phone, "gstin": gstin, "registration": registration}
    invocation: Invocation = context.obj
    if not any(value is not None for value in said.values()):
        with invocation.shop() as shop, shop.database.read() as session:
            head = shop_view(session).model_dump(mode="json")
        invocation.answer(
            {key: head[key] for key in said},
            "\n".join(f"{key:12}  {', '.join((head[key] or '-').splitlines())}" for key in said),
        )
        return
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        standing = shop_view(uow.session).model_dump(mode="json")
        wanted = {key: standing[key] if value is None else value for key, value in said.items()}
        wanted |= {key: wanted[key] or None for key in ("phone", "gstin")}
        changed = change_shop(uow, load(ChangeShop, wanted))
    invocation.answer(
        {key: changed.model_dump(mode="json")[key] for key in said},
        f"{changed.name}, {', '.join(changed.address.splitlines())}: the next paper shows it.",
    )


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
