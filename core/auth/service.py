"""Adds users and lets them in."""

from __future__ import annotations

import functools

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.dto import NewUser
from core.auth.model import UserAccount
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.storage.unit_of_work import UnitOfWork

# argon2id, 64 MiB, 3 passes: what OWASP asks of accounts with every right
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


def add_user(uow: UnitOfWork, user: NewUser) -> UserAccount:
    """Add a user; part of a larger command, which writes the event. Raises RuleBroken ``auth.name_taken``."""
    taken = uow.session.scalar(select(UserAccount.id).where(UserAccount.username == user.username))
    if taken is not None:
        raise RuleBroken("auth.name_taken", username=user.username)
    account = UserAccount(
        id=new_id(),
        username=user.username,
        full_name=user.full_name or user.username,
        user_role=user.role,
        password_hash=_hasher.hash(user.password),
        is_active=True,
    )
    uow.session.add(account)
    return account


def authenticate(session: Session, username: str, password: str) -> Actor:
    """Return who logged in. Raises RuleBroken ``auth.wrong_login``, the same for a wrong name and a wrong password.

    An unknown name costs as much time as a wrong password, so that names cannot be probed.
    """
    account = session.scalar(
        select(UserAccount).where(UserAccount.username == username.strip().lower(), UserAccount.is_active)
    )
    try:
        _hasher.verify(account.password_hash if account else _nobody_hash(), password)
    except VerifyMismatchError:
        account = None
    if account is None:
        raise RuleBroken("auth.wrong_login")
    return Actor(account.id, account.username, Role(account.user_role))


@functools.cache
def _nobody_hash() -> str:
    return _hasher.hash("nobody has this password: it is compared when the name is unknown")
