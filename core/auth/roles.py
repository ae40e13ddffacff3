"""What each role may do in this shop: shown, and changed by the owner."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.dto import RightView, SetRoleRight
from core.auth.model import RolePermission
from core.auth.permissions import DELIVERED, FIXED, LIMITED, SCOPED, Grant, LimitUnit, Permission, Scope
from core.auth.rights import require, rights_of
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content
from core.kernel.money import Money, Percent
from core.storage.unit_of_work import UnitOfWork


def set_role_right(uow: UnitOfWork, command: SetRoleRight) -> RightView:
    """Change what a role may do, from the next command of anybody on.

    Raises RuleBroken ``auth.not_allowed``, ``auth.right_fixed``, ``auth.owner_keeps_users``, ``auth.no_limit``,
    ``auth.no_scope``, and those of amounts.
    """
    require(uow, Permission.MANAGE_ROLES)
    grant = put_role_right(uow, command)
    write_event(uow, "role.changed", id_from_content("role", command.user_role))
    return right_view(command.user_role, command.permission, grant)


def put_role_right(uow: UnitOfWork, command: SetRoleRight) -> Grant | None:
    """Set what a role may do as part of a larger command, and return it; None where it is taken away.

    Raises RuleBroken what ``set_role_right`` raises of a right.
    """
    grant = _grant(command)
    row = uow.session.get(RolePermission, (command.user_role, command.permission))
    if row is None:
        row = RolePermission(user_role=command.user_role, permission=command.permission)
        uow.session.add(row)
    row.is_granted = command.granted
    row.limit_value = grant.limit
    row.scope = grant.scope
    return grant if command.granted else None


def role_rights(session: Session, role: Role) -> list[RightView]:
    """Return every right with what the role has of it, in the order of the product's table."""
    rights = rights_of(session, role)
    return [right_view(role, permission, rights.get(permission)) for permission in Permission]


def right_view(role: Role, permission: Permission, grant: Grant | None) -> RightView:
    """Return a right of a role as windows show it."""
    limit = grant.limit if grant else None
    unit = LIMITED.get(permission)
    return RightView(
        user_role=role,
        permission=permission,
        granted=grant is not None,
        limit=limit,
        limit_shown=None if limit is None or unit is None else str(unit.show(limit)),
        scope=grant.scope if grant else Scope.ALL,
        is_delivered=grant == DELIVERED[role].get(permission),
    )


def _grant(command: SetRoleRight) -> Grant:
    permission = command.permission
    if permission in FIXED:
        raise RuleBroken("auth.right_fixed", right=permission.words)
    if not command.granted:
        if (command.user_role, permission) == (Role.OWNER, Permission.MANAGE_USERS):
            raise RuleBroken("auth.owner_keeps_users")
        return Grant()
    if command.scope is not Scope.ALL and command.scope not in SCOPED.get(permission, frozenset()):
        raise RuleBroken("auth.no_scope", right=permission.words, scope=command.scope.replace("_", " "), where="scope")
    return Grant(_limit(permission, command.limit), command.scope)


def _limit(permission: Permission, text: str | None) -> int | None:
    if text is None:
        return None
    unit = LIMITED.get(permission)
    if unit is None:
        raise RuleBroken("auth.no_limit", right=permission.words, where="limit")
    if unit is LimitUnit.BASIS_POINTS:
        return Percent.parse(text).basis_points
    amount = Money.parse(text)
    if amount < Money(0):
        raise RuleBroken("money.unreadable", text=text, where="limit")
    return amount.paise
