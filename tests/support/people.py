"""People of a test shop, one of each role, with secrets that are cheap to compare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.auth import secrets
from core.auth.dto import AddUser, LogIn, SessionView
from core.auth.login import Door, log_in
from core.auth.service import add_user
from core.kernel.actor import Actor, Role
from core.storage.database import Database

CONSOLE = Actor(None, "console", Role.OWNER, "tester")
OWNERS_PASSWORD = "correct horse 7"

#: role -> user name, password, PIN; the founder of the test shop is ``owner``
PEOPLE = {
    Role.PHARMACIST: ("asha", "tulsi and neem 1", "402913"),
    Role.CASHIER: ("ravi", "blue bicycle 22", "7261"),
    Role.PURCHASE_CLERK: ("meena", "cartons of ten 3", "9163"),
    Role.ACCOUNTANT: ("thomas", "debit the near 4", "58204"),
}

_CHEAP = {secrets.Cost.STAFF: (8, 1), secrets.Cost.OWNER: (16, 1)}


@contextmanager
def cheap_secrets() -> Iterator[None]:
    """Let a comparison take no time, the two costs still apart."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "parameters", _CHEAP.__getitem__)
        yield


def hire(database: Database, *roles: Role) -> dict[Role, Actor]:
    """Add somebody of each role (all by default) and return who they are."""
    people: dict[Role, Actor] = {}
    for role in roles or PEOPLE:
        username, password, pin = PEOPLE[role]
        with database.write(CONSOLE) as uow:
            user = add_user(
                uow,
                AddUser(username=username, password=password, pin=pin, role=role, must_change_password=False),
            )
        people[role] = Actor(user.user_id, user.username, user.role)
    return people


def comes_in(door: Door, role: Role) -> SessionView:
    """Log somebody in by password."""
    username, password, _ = PEOPLE.get(role, ("owner", OWNERS_PASSWORD, ""))
    return log_in(door, LogIn(username=username, password=password))
