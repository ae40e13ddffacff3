"""Commands about what suppliers call the shop's items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.boundary.frozen import load
from core.catalog.queries import find_item
from core.kernel.errors import RuleBroken
from core.parties.codes import SupplierCode, end_supplier_item, supplier_codes, teach_supplier_item
from core.parties.dto import EndSupplierItem, PartyKind, TeachSupplierItem
from core.parties.queries import find_party
from core.storage.unit_of_work import UnitOfWork

Who = Annotated[str, typer.Argument(help="The supplier's id, telephone or GSTIN, or the whole name.")]
Code = Annotated[str, typer.Argument(help="The supplier's own code.")]


def add_code_commands(app: typer.Typer) -> None:
    """Add the commands to those of suppliers."""
    app.command("codes")(codes)
    code = typer.Typer(help="Teach and end a supplier's own codes of items.", no_args_is_help=True)
    code.command("add")(add)
    code.command("end")(end)
    app.add_typer(code, name="code")


def codes(context: typer.Context, who: Who) -> None:
    """List a supplier's own codes, with our item and how many of our packs make one unit there."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.read() as session:
            found = supplier_codes(session, actor, find_party(session, PartyKind.SUPPLIER, who))
    _answer(invocation, found)


def add(
    context: typer.Context,
    who: Who,
    code: Code,
    item: Annotated[str, typer.Argument(help="Our item: its code or barcode.")],
    name: Annotated[str | None, typer.Option(help="What the supplier calls it.")] = None,
    factor: Annotated[int, typer.Option(help="How many of our sale packs make one unit of the supplier's.")] = 1,
) -> None:
    """Teach a code, or teach it anew."""

    def work(uow: UnitOfWork) -> None:
        item_id = find_item(uow.session, item)
        if item_id is None:
            raise RuleBroken("parties.no_item", where="item", item=item)
        supplier_id = find_party(uow.session, PartyKind.SUPPLIER, who)
        data = {"supplier_id": str(supplier_id), "code": code, "item_id": str(item_id), "name": name, "factor": factor}
        teach_supplier_item(uow, load(TeachSupplierItem, data))

    _change(context, who, work)


def end(context: typer.Context, who: Who, code: Code) -> None:
    """Read a code no more."""

    def work(uow: UnitOfWork) -> None:
        supplier_id = find_party(uow.session, PartyKind.SUPPLIER, who)
        end_supplier_item(uow, load(EndSupplierItem, {"supplier_id": str(supplier_id), "code": code}))

    _change(context, who, work)


def _change(context: typer.Context, who: str, work: Callable[[UnitOfWork], None]) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop:
        actor = invocation.actor(shop)
        with shop.database.write(actor) as uow:
            work(uow)
            found = supplier_codes(uow.session, actor, find_party(uow.session, PartyKind.SUPPLIER, who))
    _answer(invocation, found)


def _answer(invocation: Invocation, found: list[SupplierCode]) -> None:
    value: list[dict[str, Any]] = [row._asdict() for row in found]
    lines = [f"{row.code:>16}  {row.factor:>6} x {row.item:<16}  {row.name or row.item_name}" for row in found]
    invocation.answer(value, "\n".join(lines) or "No code is known.")
