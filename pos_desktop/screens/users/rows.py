"""What the tables of the users screen show, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from core.audit.clock import show_instant
from core.auth.dto import RightView, UserStanding
from core.auth.permissions import Permission, Scope
from core.kernel.actor import Role
from pos_desktop.shell.texts import role_words, tr

#: The roles from left to right, as the product's table has them.
ROLES: Sequence[Role] = tuple(Role)


class UserRow(NamedTuple):
    """A user. ``last_login`` is shown in India's time; ``wait`` is how long the next password must wait here."""

    username: str
    full_name: str
    role: str
    discount: str
    last_login: str
    logged_in_at: datetime | None
    is_active: bool
    has_pin: bool
    must_change_password: bool
    wait: str
    pin_is_blocked: bool
    is_oneself: bool


class RightCell(NamedTuple):
    """What a role has of a right: in words, and whether the shop has changed it."""

    text: str
    is_granted: bool
    is_changed: bool


class RightRow(NamedTuple):
    """A right with what each role of ``ROLES`` has of it."""

    name: str
    cells: tuple[RightCell, ...]


def scope_words(scope: Scope) -> str:
    """Return how far a right reaches, in words."""
    return tr("everything") if scope is Scope.ALL else tr(scope.replace("_", " "))


def right_words(permission: Permission) -> str:
    """Return a right as a row's name: ``Discount bill``."""
    return tr(permission.words.capitalize())


def user_row(user: UserStanding, own_name: str) -> UserRow:
    """Return the row of a user; ``own_name`` is who looks at the list."""
    at = user.last_login
    return UserRow(
        username=user.username,
        full_name=user.full_name,
        role=role_words(user.role),
        discount=user.discount_limit or tr("none"),
        last_login=tr("never") if at is None else show_instant(at),
        logged_in_at=at,
        is_active=user.is_active,
        has_pin=user.has_pin,
        must_change_password=user.must_change_password,
        wait=user.wait,
        pin_is_blocked=user.pin_is_blocked,
        is_oneself=user.username == own_name,
    )


def right_rows(rights: Mapping[Role, Sequence[RightView]]) -> list[RightRow]:
    """Return the table of rights; no rows before the rights were read."""
    if not rights:
        return []
    return [
        RightRow(right_words(permission), tuple(_cell(rights[role][number]) for role in ROLES))
        for number, permission in enumerate(Permission)
    ]


def _cell(right: RightView) -> RightCell:
    if not right.granted:
        return RightCell(tr("no"), is_granted=False, is_changed=not right.is_delivered)
    parts = [
        tr("up to {limit}", limit=right.limit_shown) if right.limit_shown else "",
        "" if right.scope is Scope.ALL else scope_words(right.scope),
    ]
    text = ", ".join(filter(None, parts)) or tr("yes")
    return RightCell(text, is_granted=True, is_changed=not right.is_delivered)
