"""Commands about what roles may do."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.context import Invocation
from core.auth.dto import RightView, SetRoleRight
from core.auth.permissions import Permission, Scope
from core.auth.roles import role_rights, set_role_right
from core.boundary.frozen import load
from core.kernel.actor import Role

app = typer.Typer(help="Show and change what each role may do.", no_args_is_help=True)


@app.command()
def show(
    context: typer.Context, role: Annotated[Role | None, typer.Argument(help="One role; all without it.")] = None
) -> None:
    """Show the rights of a role, or of all."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        rights = [right for one in ([role] if role else Role) for right in role_rights(session, one)]
    invocation.answer([right_json(right) for right in rights], "\n".join(map(right_line, rights)))


@app.command("set")
def set_right(
    context: typer.Context,
    role: Annotated[Role, typer.Argument(help="The role.")],
    right: Annotated[Permission, typer.Argument(help="The right, as `roles show` names it.")],
    granted: Annotated[bool, typer.Option("--grant/--deny", help="Give it or take it.")],
    limit: Annotated[str | None, typer.Option(help="Up to which percentage or rupees; any without it.")] = None,
    scope: Annotated[Scope, typer.Option(help="How far it reaches.")] = Scope.ALL,
) -> None:
    """Change what a role may do; only an owner may."""
    invocation: Invocation = context.obj
    data = {"user_role": role, "permission": right, "granted": granted, "limit": limit, "scope": scope}
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        view = set_role_right(uow, load(SetRoleRight, data))
    invocation.answer(right_json(view), right_line(view))


def right_json(right: RightView) -> dict[str, Any]:
    """Return a right as machines read it; ``limit`` as people write it."""
    return {
        "role": right.user_role,
        "right": right.permission,
        "granted": right.granted,
        "limit": right.limit_shown,
        "scope": right.scope,
        "delivered": right.is_delivered,
    }


def right_line(right: RightView) -> str:
    """Return a right in one line."""
    extent = "no"
    if right.granted:
        up_to = f"up to {right.limit_shown}" if right.limit_shown else ""
        within = "" if right.scope is Scope.ALL else right.scope.replace("_", " ")
        extent = ", ".join(filter(None, ("yes", up_to, within)))
    changed = "" if right.is_delivered else "  (changed by the shop)"
    return f"{right.user_role:<15} {right.permission:<23} {extent}{changed}"
