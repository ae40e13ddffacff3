"""Users, roles, sessions and overrides as commands give them and as windows show them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from core.auth.domain import RESERVED_NAMES, fold_name, refuse_weak_password, refuse_weak_pin
from core.auth.permissions import Permission, Scope
from core.boundary.frozen import Frozen, Line, checked
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken


def _not_reserved(username: str) -> str:
    if username in RESERVED_NAMES:
        raise RuleBroken("auth.name_reserved", username=username)
    return username


Username = Annotated[
    str,
    BeforeValidator(lambda typed: fold_name(typed) if isinstance(typed, str) else typed),
    StringConstraints(min_length=1, max_length=40),
]
#: A secret as typed, to be compared with one that is stored.
Secret = Annotated[str, StringConstraints(max_length=200)]
NewPassword = Annotated[Secret, AfterValidator(checked(refuse_weak_password))]
NewPin = Annotated[Secret, AfterValidator(checked(refuse_weak_pin))]
Reason = Annotated[Line, StringConstraints(min_length=3, max_length=200)]


class _Secretive(Frozen):
    """A command that holds a password or PIN: neither its text nor its errors show them."""

    model_config = ConfigDict(hide_input_in_errors=True)


class Method(enum.StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"
    PIN = "pin"


class NewUser(_Secretive):
    """Somebody who shall be able to log in; names are compared without case."""

    username: Annotated[Username, AfterValidator(checked(_not_reserved))]
    password: NewPassword = Field(repr=False)
    full_name: Annotated[Line, StringConstraints(max_length=100)] = ""
    role: Role = Field(default=Role.OWNER, strict=False)


class AddUser(NewUser):
    """The command to add a user to a shop that has one; the role must be said, a PIN may be.

    The password is for the first log-in only, unless ``must_change_password`` is false: then the user typed it.
    """

    role: Role = Field(strict=False)
    must_change_password: bool = True
    pin: NewPin | None = Field(default=None, repr=False)


class EditUser(Frozen):
    """The command to change a user's full name or role, or to let one back in; what is None stays."""

    username: Username
    full_name: Annotated[Line, StringConstraints(min_length=1, max_length=100)] | None = None
    role: Role | None = Field(default=None, strict=False)
    activate: bool = False


class DeactivateUser(Frozen):
    """The command to let a user in no more; nothing that they did is touched."""

    username: Username


class SetPassword(_Secretive):
    """The command of somebody with the right to give a user a new password; it also ends any waiting.

    The user changes it at the next log-in, since somebody else knows it, unless ``must_change_password`` is false.
    """

    username: Username
    password: NewPassword = Field(repr=False)
    must_change_password: bool = True


class SetPin(_Secretive):
    """The command of somebody with the right to give a user a new PIN, or to take it away (None)."""

    username: Username
    pin: NewPin | None = Field(default=None, repr=False)


class UnlockUser(Frozen):
    """The command to end the waiting after wrong passwords and PINs."""

    username: Username


class LogIn(_Secretive):
    """A user name and password as typed."""

    username: Username
    password: Secret = Field(repr=False)


class SwitchUser(_Secretive):
    """A user name and PIN as typed at a terminal where a session runs."""

    username: Username
    pin: Secret = Field(repr=False)


class ChangePassword(_Secretive):
    """The command to change one's own password."""

    password: Secret = Field(repr=False)
    new_password: NewPassword = Field(repr=False)


class ChangePin(_Secretive):
    """The command to change one's own PIN, or to have none; the password proves who asks."""

    password: Secret = Field(repr=False)
    pin: NewPin | None = Field(default=None, repr=False)


class AskOverride(_Secretive):
    """A supervisor's name and secret, typed at somebody else's terminal, for one command and one right.

    ``amount`` is in the right's unit (basis points, paise).
    """

    command_id: UUID = Field(strict=False)
    permission: Permission = Field(strict=False)
    amount: Annotated[int, Field(ge=0)] | None = None
    reason: Reason
    supervisor: Username
    secret: Secret = Field(repr=False)
    method: Method = Field(default=Method.PIN, strict=False)


class SetRoleRight(Frozen):
    """The command to change what a role may do. ``limit`` is a percentage or rupees, as the right counts.

    None is any amount.
    """

    user_role: Role = Field(strict=False)
    permission: Permission = Field(strict=False)
    granted: bool
    limit: Annotated[str, StringConstraints(max_length=20)] | None = None
    scope: Scope = Field(default=Scope.ALL, strict=False)


class UserView(Frozen):
    """A user as lists show them."""

    user_id: UUID
    username: str
    full_name: str
    role: Role
    is_active: bool
    has_pin: bool
    must_change_password: bool = False


class UserStanding(UserView):
    """A user with what a list of the people at a terminal says besides.

    ``discount_limit`` is how much the role gives without a supervisor, as sentences show it: ``5 %``, ``any``, empty
    for nothing. ``wait`` is how long the next password must wait at this terminal, empty for not at all;
    ``pin_is_blocked`` where only the password lets in.
    """

    discount_limit: str
    last_login: datetime | None
    wait: str
    pin_is_blocked: bool


class RightView(Frozen):
    """A right of a role. ``limit`` is in the right's unit; ``is_delivered`` tells that the shop has not changed it."""

    user_role: Role
    permission: Permission
    granted: bool
    limit: int | None
    limit_shown: str | None
    scope: Scope
    is_delivered: bool


class SessionView(Frozen):
    """A session at a terminal, as the window keeps it."""

    session_id: UUID
    root_id: UUID
    user_id: UUID
    username: str
    full_name: str
    role: Role
    terminal: str
    method: Method
    started_at: datetime

    @property
    def actor(self) -> Actor:
        """Who acts in it."""
        return Actor(self.user_id, self.username, self.role)


class OverrideView(Frozen):
    """An override that was given: one command may use it once."""

    override_id: UUID
    command_id: UUID
    permission: Permission
    amount: int | None
    supervisor: str
    reason: str
