"""Reads of users, and of what windows ask before they offer something."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.attempts import standing_of
from core.auth.domain import PIN_TRIES, show_wait
from core.auth.dto import Method, UserStanding, UserView
from core.auth.model import UserAccount, WorkSession
from core.auth.permissions import LIMITED, Need, Permission
from core.auth.rights import rights_of, supervisor_covers
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.storage.node import Node


def list_users(session: Session) -> list[UserView]:
    """Return every user, those who may log in first, each group by name."""
    accounts = session.scalars(select(UserAccount).order_by(UserAccount.is_active.desc(), UserAccount.username))
    return [user_view(account) for account in accounts]


def user_standings(session: Session, uptime_ms: int, terminal: str | None = None) -> list[UserStanding]:
    """Return every user as ``list_users`` does, with limit, last log-in, and waiting after wrong secrets.

    ``uptime_ms`` is the machine's uptime; ``terminal`` None is this database's own counter.
    """
    place = terminal or session.scalars(select(Node.code)).one()
    last_at = select(WorkSession.user_id, func.max(WorkSession.started_at)).group_by(WorkSession.user_id)
    last_logins = dict(session.execute(last_at).all())
    limits = {role: _discount_limit(session, role) for role in Role}
    return [
        UserStanding(
            **dict(user),
            discount_limit=limits[user.role],
            last_login=last_logins.get(user.user_id),
            wait=_wait(session, user, place, uptime_ms),
            pin_is_blocked=standing_of(session, user.user_id.hex, place, Method.PIN).failures >= PIN_TRIES,
        )
        for user in list_users(session)
    ]


def supervisors(session: Session, need: Need, asker: str) -> list[UserView]:
    """Return who may allow somebody else what is needed, by name; the asker is nobody's own supervisor."""
    return [
        user
        for user in list_users(session)
        if user.username != asker and user.is_active and supervisor_covers(session, user.user_id, need)
    ]


def user_by_name(session: Session, username: str) -> UserView:
    """Return a user by the folded user name. Raises RuleBroken ``auth.no_user``."""
    account = session.scalars(select(UserAccount).where(UserAccount.username == username)).first()
    if account is None:
        raise RuleBroken("auth.no_user", username=username)
    return user_view(account)


def _discount_limit(session: Session, role: Role) -> str:
    rights = rights_of(session, role)
    grant = rights.get(Permission.DISCOUNT_BILL)
    if grant is None:
        return ""
    return "any" if grant.limit is None else str(LIMITED[Permission.DISCOUNT_BILL].show(grant.limit))


def _wait(session: Session, user: UserView, terminal: str, uptime_ms: int) -> str:
    left = standing_of(session, user.user_id.hex, terminal, Method.PASSWORD).milliseconds_left(uptime_ms)
    return show_wait(left) if left else ""


def user_view(account: UserAccount) -> UserView:
    """Return an account as lists show it."""
    return UserView(
        user_id=account.id,
        username=account.username,
        full_name=account.full_name,
        role=Role(account.user_role),
        is_active=account.is_active,
        has_pin=account.pin_hash is not None,
        must_change_password=bool(account.must_change_password),
    )
