"""What a supervisor allows to a single command at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from cli.context import secret_from
from core.app.shop import Shop
from core.auth.dto import AskOverride, Method
from core.auth.login import Door
from core.auth.overrides import authorise
from core.auth.permissions import Need
from core.auth.rights import supervised_need
from core.boundary.frozen import load
from core.kernel.actor import Actor
from core.kernel.errors import Problem, RuleBroken

T = TypeVar("T")

_PASSWORD = "NUSKHA_SUPERVISOR_PASSWORD"
#: Where the fields of an override come from at a terminal.
_OPTIONS = {"reason": "--why", "supervisor": "--supervisor", "secret": _PASSWORD}

SupervisorName = Annotated[
    str | None,
    typer.Option(
        "--supervisor",
        help="Who allows what --user may not do alone; the password from NUSKHA_SUPERVISOR_PASSWORD or asked.",
    ),
]


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Somebody beside who acts: name, password, and why they allow it."""

    username: str
    password: str
    reason: str

    @classmethod
    def named(cls, username: str | None, reason: str | None) -> Supervisor | None:
        """Return who was named, None for nobody. Raises RuleBroken ``auth.no_password``, and usage without a reason."""
        if username is None:
            return None
        if not reason:
            raise typer.BadParameter("say why the supervisor allows it", param_hint="--why")
        password = secret_from(_PASSWORD, f"Password of {username}: ")
        if password is None:
            raise RuleBroken("auth.no_supervisor_password", username=username)
        return cls(username, password, reason)


def allowed_by(supervisor: Supervisor | None, shop: Shop, actor: Actor, command_id: UUID, run: Callable[[], T]) -> T:
    """Run a command; where it is refused for want of a supervisor, have the one who was named allow it and run again.

    The override is a fact of its own before the command runs again. Raises what the command does, and what
    ``core.auth.overrides.authorise`` does.
    """
    asked: set[Need] = set()
    while True:
        try:
            return run()
        except Problem as problem:
            need = supervised_need(problem)
            if supervisor is None or need is None or need in asked:
                raise
        asked.add(need)
        ask = {
            "command_id": str(command_id),
            "permission": need.permission,
            "amount": need.amount,
            "reason": supervisor.reason,
            "supervisor": supervisor.username,
            "secret": supervisor.password,
            "method": Method.PASSWORD,
        }
        _authorise(shop, actor, ask)


def _authorise(shop: Shop, actor: Actor, ask: Mapping[str, object]) -> None:
    """Have it allowed; a refusal names the options of the terminal, and whose password was wrong."""
    try:
        command = load(AskOverride, ask)
    except RuleBroken as broken:
        option = _OPTIONS.get(broken.where or "")
        if option is None:
            raise
        raise RuleBroken(broken.code, where=option, **{**broken.values, "field": option}) from None
    try:
        authorise(Door(shop.database), actor, command)
    except RuleBroken as broken:
        if broken.code != "auth.wrong_login":
            raise
        raise RuleBroken("auth.wrong_supervisor", username=command.supervisor) from None
