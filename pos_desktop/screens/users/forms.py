"""The forms of the users screen as data. Knows no Qt."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from core.auth.dto import RightView, UserStanding
from core.auth.permissions import LIMITED, SCOPED, LimitUnit, Scope
from core.kernel.actor import Role
from core.kernel.money import Money, Percent
from pos_desktop.screens.users.rows import ROLES, right_words, scope_words
from pos_desktop.shell.form import FieldKind, Form, FormField
from pos_desktop.shell.texts import role_words, tr

YES, NO = "yes", "no"
#: What the dto of a user allows at most.
NAME_LENGTH, FULL_NAME_LENGTH, LIMIT_LENGTH = 40, 100, 20


class Purpose(enum.Enum):
    """What a form is for."""

    ADD = "add"
    EDIT = "edit"
    PASSWORD = "password"
    OWN_PASSWORD = "own_password"
    PIN = "pin"
    RIGHT = "right"


@dataclass(slots=True)
class UserForm(Form):
    """A form of this screen: ``username`` is whom it is about, ``right`` what a form about a role changes."""

    purpose: Purpose = Purpose.ADD
    username: str = ""
    right: RightView | None = None


def add_form() -> UserForm:
    """Return the form of a new user."""
    return UserForm(
        title=tr("New user"),
        about=tr("The user types this password once and then chooses another."),
        fields=(
            FormField("username", tr("User name"), most=NAME_LENGTH),
            FormField("full_name", tr("Full name (optional)"), most=FULL_NAME_LENGTH),
            _roles(Role.CASHIER),
            FormField("password", tr("Password"), FieldKind.SECRET, hint=tr("8 characters or more")),
            FormField("password_again", tr("Password again"), FieldKind.SECRET),
            FormField("pin", tr("PIN (optional)"), FieldKind.SECRET, hint=tr("4 to 8 digits, to switch users quickly")),
        ),
        purpose=Purpose.ADD,
    )


def edit_form(user: UserStanding) -> UserForm:
    """Return the form of a user's name and role."""
    return UserForm(
        title=tr("Change {user}", user=user.username),
        about=tr("The user name stays: documents carry it. Limits come with the role (F8)."),
        fields=(
            FormField("full_name", tr("Full name"), value=user.full_name, most=FULL_NAME_LENGTH),
            _roles(user.role),
        ),
        purpose=Purpose.EDIT,
        username=user.username,
    )


def password_form(user: UserStanding) -> UserForm:
    """Return the form that gives somebody else a new password."""
    return UserForm(
        title=tr("New password for {user}", user=user.username),
        about=tr(
            "It lets in once: then {user} chooses another. Waiting after wrong passwords ends.", user=user.username
        ),
        fields=(
            FormField("password", tr("Password"), FieldKind.SECRET, hint=tr("8 characters or more")),
            FormField("password_again", tr("Password again"), FieldKind.SECRET),
        ),
        purpose=Purpose.PASSWORD,
        username=user.username,
    )


def own_password_form(user: UserStanding) -> UserForm:
    """Return the form of one's own password, which the present one proves."""
    return UserForm(
        title=tr("Your password"),
        about=tr("The present password proves that it is you."),
        fields=(
            FormField("password", tr("Present password"), FieldKind.SECRET),
            FormField("new_password", tr("New password"), FieldKind.SECRET, hint=tr("8 characters or more")),
            FormField("password_again", tr("New password again"), FieldKind.SECRET),
        ),
        purpose=Purpose.OWN_PASSWORD,
        username=user.username,
    )


def pin_form(user: UserStanding) -> UserForm:
    """Return the form of a user's PIN."""
    return UserForm(
        title=tr("PIN of {user}", user=user.username),
        about=tr("With it {user} takes over here by F11, and unlocks.", user=user.username),
        fields=(
            FormField("pin", tr("PIN"), FieldKind.SECRET, hint=tr("4 to 8 digits; empty takes the PIN away")),
            FormField("pin_again", tr("PIN again"), FieldKind.SECRET),
        ),
        purpose=Purpose.PIN,
        username=user.username,
    )


def right_form(right: RightView) -> UserForm:
    """Return the form of what a role has of a right."""
    role = role_words(right.user_role)
    fields = [
        FormField(
            "granted",
            tr("Allowed"),
            FieldKind.CHOICE,
            YES if right.granted else NO,
            choices=((YES, tr("Yes")), (NO, tr("No"))),
        )
    ]
    unit = LIMITED.get(right.permission)
    if unit is not None:
        words = tr("Up to, in percent") if unit is LimitUnit.BASIS_POINTS else tr("Up to, in rupees")
        fields.append(
            FormField("limit", words, value=_limit(right, unit), hint=tr("empty for any amount"), most=LIMIT_LENGTH)
        )
    scopes = SCOPED.get(right.permission)
    if scopes:
        choices = [(scope.value, scope_words(scope)) for scope in Scope if scope is Scope.ALL or scope in scopes]
        fields.append(FormField("scope", tr("How far"), FieldKind.CHOICE, right.scope.value, choices=choices))
    return UserForm(
        title=f"{role}: {right_words(right.permission).lower()}",
        about=tr("It holds for everybody with this role from the next command on."),
        fields=fields,
        purpose=Purpose.RIGHT,
        right=right,
    )


def _limit(right: RightView, unit: LimitUnit) -> str:
    if right.limit is None:
        return ""
    return str(Percent(right.limit) if unit is LimitUnit.BASIS_POINTS else Money(right.limit))


def _roles(chosen: Role) -> FormField:
    return FormField(
        "role", tr("Role"), FieldKind.CHOICE, chosen.value, choices=[(role.value, role_words(role)) for role in ROLES]
    )
