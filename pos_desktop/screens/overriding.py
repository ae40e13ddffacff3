"""A supervisor's leave for a command: its fields, what is sent, where a refusal stands. Knows no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol
from uuid import UUID

from core.auth.dto import AskOverride, Method, OverrideView, UserView
from core.auth.permissions import Need
from core.boundary.frozen import load
from pos_desktop.shell.form import FieldKind, FormField
from pos_desktop.shell.texts import tr

_REASON_LENGTH: Final = 200
#: Where a refusal stands that names no field.
PLACES: Final = {
    "auth.wrong_pin": "secret",
    "auth.wrong_login": "secret",
    "auth.locked": "secret",
    "auth.pin_needs_password": "method",
    "auth.no_session": "method",
    "auth.supervisor_may_not": "supervisor",
    "auth.supervisor_over_limit": "supervisor",
    "auth.own_supervisor": "supervisor",
    "auth.password_due": "supervisor",
}


class Authorise(Protocol):
    """Has a supervisor's secret compared and the override written, in the background."""

    def __call__(
        self, ask: AskOverride, done: Callable[[OverrideView], None], failed: Callable[[Exception], None]
    ) -> None:
        """Call exactly one of ``done`` and ``failed`` later."""
        ...


def override_fields(people: Sequence[UserView], reason: str = "") -> tuple[FormField, ...]:
    """Return the fields by which one of some supervisors allows a command; ``reason`` stands there already."""
    first = people[0] if people else None
    method = Method.PIN if first is None or first.has_pin else Method.PASSWORD
    return (
        FormField(
            "supervisor",
            tr("Supervisor"),
            FieldKind.CHOICE,
            first.username if first else "",
            choices=[(user.username, _named(user)) for user in people],
        ),
        FormField("secret", tr("PIN or password of the supervisor"), FieldKind.SECRET),
        FormField("reason", tr("Why"), value=reason, hint=tr("It is written down."), most=_REASON_LENGTH),
        FormField(
            "method",
            tr("What was typed"),
            FieldKind.CHOICE,
            method.value,
            choices=[(Method.PIN.value, tr("the PIN")), (Method.PASSWORD.value, tr("the password"))],
        ),
    )


def override_command(typed: Mapping[str, str], command_id: UUID, need: Need) -> AskOverride:
    """Return what is typed as the command that asks for the override. Raises what is wrong with it."""
    said = {"command_id": str(command_id), "permission": need.permission, "amount": need.amount}
    return load(AskOverride, {**typed, **said})


def _named(user: UserView) -> str:
    name = user.username if user.full_name == user.username else f"{user.username} – {user.full_name}"
    return f"{name} ({user.role.replace('_', ' ')})"
