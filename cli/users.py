"""Commands about users."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from cli.context import Invocation, secret_from
from core.app.shop import Shop
from core.auth.dto import (
    AddUser,
    ChangePassword,
    ChangePin,
    DeactivateUser,
    EditUser,
    SetPassword,
    SetPin,
    UnlockUser,
    UserView,
)
from core.auth.login import Door, change_password, change_pin
from core.auth.queries import list_users, user_by_name
from core.auth.service import add_user, deactivate_user, edit_user, unlock_user
from core.auth.service import set_password as set_users_password
from core.auth.service import set_pin as set_users_pin
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.storage.unit_of_work import UnitOfWork

app = typer.Typer(help="Add users, change them, and let them in again.", no_args_is_help=True)

_NEW_PASSWORD = "NUSKHA_NEW_PASSWORD"
_NEW_PIN = "NUSKHA_NEW_PIN"

Name = Annotated[str, typer.Argument(help="The user name, in any case.")]
Keep = Annotated[bool, typer.Option("--keep", help="The password is the user's own choice: none need follow.")]


@app.command("list")
def show_list(context: typer.Context) -> None:
    """Show every user."""
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.read() as session:
        users = list_users(session)
    invocation.answer([user_json(user) for user in users], "\n".join(map(user_line, users)))


@app.command()
def add(
    context: typer.Context,
    username: Name,
    role: Annotated[Role, typer.Option(help="What the user may do.")],
    name: Annotated[str, typer.Option(help="The full name.")] = "",
    keep: Keep = False,
) -> None:
    """Add a user; the password for the first log-in is taken from NUSKHA_NEW_PASSWORD or asked."""
    data = {"username": username, "role": role, "full_name": name, "password": _new_password()}
    command = load(AddUser, {**data, "must_change_password": not keep})
    _change(context, lambda uow: add_user(uow, command))


@app.command()
def edit(
    context: typer.Context,
    username: Name,
    role: Annotated[Role | None, typer.Option(help="A new role.")] = None,
    name: Annotated[str | None, typer.Option(help="A new full name.")] = None,
    activate: Annotated[bool, typer.Option("--activate", help="Let a deactivated user in again.")] = False,
) -> None:
    """Change a user's full name or role."""
    data = {"username": username, "role": role, "full_name": name, "activate": activate}
    _change(context, lambda uow: edit_user(uow, load(EditUser, data)))


@app.command()
def deactivate(context: typer.Context, username: Name) -> None:
    """Let a user in no more; what they did stays."""
    _change(context, lambda uow: deactivate_user(uow, load(DeactivateUser, {"username": username})))


@app.command()
def unlock(context: typer.Context, username: Name) -> None:
    """End a user's waiting after wrong passwords or PINs."""
    _change(context, lambda uow: unlock_user(uow, load(UnlockUser, {"username": username})))


@app.command("set-password")
def set_password(context: typer.Context, username: Name, keep: Keep = False) -> None:
    """Give a user a new password, from NUSKHA_NEW_PASSWORD or asked; one's own needs --user and the old one.

    The user changes it at the next log-in, in the window or by this command with --user.
    """
    invocation: Invocation = context.obj
    data = {"username": username, "password": _new_password(), "must_change_password": not keep}
    command = load(SetPassword, data)
    if not _is_own(invocation, command.username):
        _change(context, lambda uow: set_users_password(uow, command))
        return

    def own(shop: Shop, actor: Actor, old: str) -> None:
        change_password(Door(shop.database), actor, ChangePassword(password=old, new_password=command.password))

    _change_own(invocation, own)


@app.command("set-pin")
def set_pin(
    context: typer.Context,
    username: Name,
    none: Annotated[bool, typer.Option("--none", help="Take the PIN away.")] = False,
) -> None:
    """Give a user a new PIN, from NUSKHA_NEW_PIN or asked; one's own needs --user and the password."""
    invocation: Invocation = context.obj
    command = load(SetPin, {"username": username, "pin": None if none else _new_pin()})
    if not _is_own(invocation, command.username):
        _change(context, lambda uow: set_users_pin(uow, command))
        return

    def own(shop: Shop, actor: Actor, old: str) -> None:
        change_pin(Door(shop.database), actor, ChangePin(password=old, pin=command.pin))

    _change_own(invocation, own)


def user_json(user: UserView) -> dict[str, Any]:
    """Return a user as machines read it."""
    return {
        "username": user.username,
        "full_name": user.full_name,
        "role": user.role,
        "active": user.is_active,
        "pin": user.has_pin,
        "password_due": user.must_change_password,
    }


def user_line(user: UserView) -> str:
    """Return a user in one line."""
    marks = [
        user.role.replace("_", " "),
        "" if user.is_active else "deactivated",
        "PIN" if user.has_pin else "",
        "password to be changed" if user.must_change_password else "",
    ]
    return f"{user.username}  {user.full_name}  {', '.join(filter(None, marks))}"


def _change(context: typer.Context, command: Callable[[UnitOfWork], UserView]) -> None:
    invocation: Invocation = context.obj
    with invocation.shop() as shop, shop.database.write(invocation.actor(shop)) as uow:
        user = command(uow)
    invocation.answer(user_json(user), user_line(user))


def _is_own(invocation: Invocation, username: str) -> bool:
    return invocation.user is not None and load(UnlockUser, {"username": invocation.user}).username == username


def _change_own(invocation: Invocation, command: Callable[[Shop, Actor, str], None]) -> None:
    """Run a command that proves by the password itself who asks: it counts the attempt, so nothing else does."""
    assert invocation.user is not None
    with invocation.shop() as shop:
        password = invocation.password(invocation.user)
        with shop.database.read() as session:
            user = user_by_name(session, load(UnlockUser, {"username": invocation.user}).username)
        command(shop, Actor(user.user_id, user.username, user.role), password)
        with shop.database.read() as session:
            user = user_by_name(session, user.username)
    invocation.answer(user_json(user), user_line(user))


def _new_password() -> str:
    secret = _asked_twice(_NEW_PASSWORD, "New password: ")
    if secret is None:
        raise RuleBroken("auth.no_new_password")
    return secret


def _new_pin() -> str:
    secret = _asked_twice(_NEW_PIN, "New PIN: ")
    if secret is None:
        raise RuleBroken("auth.no_new_pin")
    return secret


def _asked_twice(variable: str, question: str) -> str | None:
    secret = secret_from(variable, question)
    if secret is not None and variable not in os.environ and sys.stdin.isatty():
        again = secret_from(variable, f"{question.removesuffix(': ')} again: ")
        if again != secret:
            raise RuleBroken("auth.password_differs")
    return secret
