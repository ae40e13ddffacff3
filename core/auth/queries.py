"""Reads of users."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth.dto import UserView
from core.auth.model import UserAccount
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken


def list_users(session: Session) -> list[UserView]:
    """Return every user, those who may log in first, each group by name."""
    accounts = session.scalars(select(UserAccount).order_by(UserAccount.is_active.desc(), UserAccount.username))
    return [user_view(account) for account in accounts]


def user_by_name(session: Session, username: str) -> UserView:
    """Return a user by the folded user name. Raises RuleBroken ``auth.no_user``."""
    account = session.scalars(select(UserAccount).where(UserAccount.username == username)).first()
    if account is None:
        raise RuleBroken("auth.no_user", username=username)
    return user_view(account)


def user_view(account: UserAccount) -> UserView:
    """Return an account as lists show it."""
    return UserView(
        user_id=account.id,
        username=account.username,
        full_name=account.full_name,
        role=Role(account.user_role),
        is_active=account.is_active,
        has_pin=account.pin_hash is not None,
    )
