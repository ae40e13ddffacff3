"""Commands that show items, and what the shipped lists say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cli.audits import history_json, history_line
from cli.context import Invocation, problem_json
from cli.item_changes import Code
from cli.item_views import advice_text, found_text, item_json, item_text
from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.catalog.advice import advise, doubts
from core.catalog.hsn import search_hsn
from core.catalog.viewing import item_view
from core.inventory.item_history import item_history
from core.inventory.queries import sale_items
from core.inventory.substitutes import substitutes as find_substitutes
from core.kernel.clock import business_date
from core.settings.queries import shop_view


def show(context: typer.Context, code: Code) -> None:
    """Show all that is known of an item, and its batches."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        today = business_date(shop.database.clock.now())
        view = item_view(session, code, today)
        found = sale_items(session, [view.item_id], today) if view.tax is not None else []
    batches = found[0].batches if found else ()
    invocation.answer(item_json(view, batches), item_text(view, today, batches))


def substitutes(context: typer.Context, code: Code) -> None:
    """List what has the same salts, strengths and form and can be sold: stock, price a piece, what to look at."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            today = business_date(shop.database.clock.now())
            found = find_substitutes(session, code.strip().upper(), today, actor)
    invocation.answer(found.model_dump(mode="json", exclude={"found": {"__all__": {"item_id"}}}), found_text(found))


def suggest(context: typer.Context, code: Code) -> None:
    """Say what the shipped lists suggest for an item (schedules, GST, unit) and what is missing; it changes nothing."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        today = business_date(shop.database.clock.now())
        view = item_view(session, code, today)
        advice = advise(view, today, shop_view(session).state)
    missing = doubts(view)
    value = {**advice.model_dump(mode="json"), "doubts": [problem_json(problem) for problem in missing]}
    invocation.answer(value, advice_text(view, advice, missing))


def hsn(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="The first digits, or words of the description.")],
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
) -> None:
    """Search the GST portal's list of HSN codes."""
    invocation: Invocation = context.obj
    found = search_hsn(text, limit)
    value = [{"hsn": code, "description": description} for code, description in found]
    lines = [f"{code:8}  {description}" for code, description in found]
    invocation.answer(value, "\n".join(lines) or f"Nothing found for {text}.")


def history(context: typer.Context, code: Code, limit: Annotated[int, typer.Option(min=1, max=500)] = 50) -> None:
    """Show who changed what of an item, its tax and its schedules, field by field, newest first."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            require_to_read(session, actor, Permission.EDIT_ITEMS)
            view = item_view(session, code, business_date(shop.database.clock.now()))
            entries = item_history(session, view.item_id, limit)
    invocation.answer([history_json(entry) for entry in entries], "\n".join(map(history_line, entries)))


COMMANDS: dict[str, Callable[..., None]] = {
    "show": show,
    "substitutes": substitutes,
    "suggest": suggest,
    "hsn": hsn,
    "history": history,
}
