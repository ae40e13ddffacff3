"""Adds users, changes and deactivates them, and gives them new passwords and PINs."""

from __future__ import annotations

from sqlalchemy import select

from core.audit.log import write_event
from core.auth.attempts import forgive
from core.auth.domain import Account, refuse_losing_last_owner
from core.auth.dto import AddUser, DeactivateUser, EditUser, NewUser, SetPassword, SetPin, UnlockUser, UserView
from core.auth.model import UserAccount
from core.auth.permissions import Permission, contains
from core.auth.queries import user_view
from core.auth.rights import current_role, require, rights_of
from core.auth.secrets import Cost, hash_secret
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.storage.unit_of_work import UnitOfWork


def add_user(uow: UnitOfWork, command: AddUser) -> UserView:
    """Add a user.

    Raises RuleBroken ``auth.not_allowed``, ``auth.name_taken``, ``auth.role_above_own``.
    """
    require(uow, Permission.MANAGE_USERS)
    _refuse_role_above_own(uow, command.role)
    account = enter_user(uow, command)
    account.must_change_password = command.must_change_password or None
    if command.pin is not None:
        account.pin_hash = hash_secret(command.pin, Cost.of(command.role))
    write_event(uow, "user.added", account.id)
    return user_view(account)


def edit_user(uow: UnitOfWork, command: EditUser) -> UserView:
    """Change a user's full name or role, or let a deactivated one back in. The user name stays: documents carry it.

    Raises RuleBroken ``auth.not_allowed``, ``auth.no_user``, ``auth.role_above_own``, ``auth.last_owner``.
    """
    require(uow, Permission.MANAGE_USERS)
    account = _account(uow, command.username)
    role = command.role or Role(account.user_role)
    _refuse_role_above_own(uow, role)
    is_active = account.is_active or command.activate
    refuse_losing_last_owner(_accounts(uow), Account(account.id, role, is_active))
    account.full_name = command.full_name or account.full_name
    account.user_role = role
    account.is_active = is_active
    write_event(uow, "user.edited", account.id)
    return user_view(account)


def deactivate_user(uow: UnitOfWork, command: DeactivateUser) -> UserView:
    """Let a user in no more, from now on: what is under way with their rights is refused as well.

    Raises RuleBroken ``auth.not_allowed``, ``auth.no_user``, ``auth.role_above_own``, ``auth.last_owner``.
    """
    require(uow, Permission.MANAGE_USERS)
    account = _account(uow, command.username)
    refuse_losing_last_owner(_accounts(uow), Account(account.id, Role(account.user_role), is_active=False))
    account.is_active = False
    write_event(uow, "user.deactivated", account.id)
    return user_view(account)


def set_password(uow: UnitOfWork, command: SetPassword) -> UserView:
    """Give a user a new password, and end any waiting: the wrong guesses were at the old one.

    One's own need not be changed again at the next log-in, since nobody else knows it.
    Raises RuleBroken ``auth.not_allowed``, ``auth.no_user``, ``auth.role_above_own``.
    """
    require(uow, Permission.MANAGE_USERS)
    account = _account(uow, command.username)
    account.password_hash = hash_secret(command.password, Cost.of(Role(account.user_role)))
    account.must_change_password = (command.must_change_password and account.id != uow.actor.user_id) or None
    forgive(uow, account.id)
    write_event(uow, "user.password_set", account.id)
    return user_view(account)


def set_pin(uow: UnitOfWork, command: SetPin) -> UserView:
    """Give a user a new PIN or none. Wrong PINs stay counted until the user's password was right.

    Raises RuleBroken ``auth.not_allowed``, ``auth.no_user``, ``auth.role_above_own``.
    """
    require(uow, Permission.MANAGE_USERS)
    account = _account(uow, command.username)
    role = Role(account.user_role)
    account.pin_hash = None if command.pin is None else hash_secret(command.pin, Cost.of(role))
    write_event(uow, "user.pin_set", account.id)
    return user_view(account)


def unlock_user(uow: UnitOfWork, command: UnlockUser) -> UserView:
    """End a user's waiting after wrong passwords and PINs, at every terminal.

    Raises RuleBroken ``auth.not_allowed``, ``auth.no_user``, ``auth.role_above_own``.
    """
    require(uow, Permission.MANAGE_USERS)
    account = _account(uow, command.username)
    forgive(uow, account.id)
    write_event(uow, "user.unlocked", account.id)
    return user_view(account)


def enter_user(uow: UnitOfWork, user: NewUser) -> UserAccount:
    """Add a user as part of a larger command, which asks for the right and writes the event.

    Raises RuleBroken ``auth.name_taken``.
    """
    taken = uow.session.scalar(select(UserAccount.id).where(UserAccount.username == user.username))
    if taken is not None:
        raise RuleBroken("auth.name_taken", username=user.username)
    account = UserAccount(
        id=new_id(),
        username=user.username,
        full_name=user.full_name or user.username,
        user_role=user.role,
        password_hash=hash_secret(user.password, Cost.of(user.role)),
        is_active=True,
    )
    uow.session.add(account)
    return account


def _account(uow: UnitOfWork, username: str) -> UserAccount:
    """Load a user whom the actor may change: one whose role may do no more than the actor's own."""
    account = uow.session.scalars(select(UserAccount).where(UserAccount.username == username)).first()
    if account is None:
        raise RuleBroken("auth.no_user", username=username)
    _refuse_role_above_own(uow, Role(account.user_role))
    return account


def _refuse_role_above_own(uow: UnitOfWork, role: Role) -> None:
    """Nobody makes a user who may more than he does, nor takes such a user over with a new password."""
    own = current_role(uow.session, uow.actor)
    if own is not Role.OWNER and (
        role is Role.OWNER or not contains(rights_of(uow.session, own), rights_of(uow.session, role))
    ):
        raise RuleBroken("auth.role_above_own", role=role.replace("_", " "), user=uow.actor.username)


def _accounts(uow: UnitOfWork) -> list[Account]:
    rows = uow.session.execute(select(UserAccount.id, UserAccount.user_role, UserAccount.is_active))
    return [Account(user_id, Role(role), is_active) for user_id, role, is_active in rows]
