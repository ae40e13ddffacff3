"""Asks whether somebody may: inside the command's own transaction, so that a right taken away passes nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.auth.model import RolePermission, SupervisorOverride, SupervisorOverrideUse, UserAccount
from core.auth.permissions import (
    DELIVERED,
    FIXED,
    LIMITED,
    SUCCEEDED,
    SUPERVISED,
    Grant,
    Need,
    Permission,
    Scope,
    covers,
)
from core.kernel.actor import Actor, Role
from core.kernel.errors import Problem, RuleBroken
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork, table_of

_OVERRIDE = table_of(SupervisorOverride)
_CHANGED = Prepared(
    select(
        RolePermission.permission, RolePermission.is_granted, RolePermission.limit_value, RolePermission.scope
    ).where(RolePermission.user_role == bindparam("role"))
)
_ACTIVE_ROLE = Prepared(
    select(UserAccount.user_role).where(UserAccount.id == bindparam("user_id"), UserAccount.is_active)
)


def rights_of(session: Session, role: Role) -> dict[Permission, Grant]:
    """Return what a role may do in this shop: as delivered, unless the shop has changed it."""
    rights = dict(DELIVERED[role])
    changed = _CHANGED.rows(session, {"role": role})
    # what was said of a right that has been split comes first: what was said of its parts since then holds
    for name, is_granted, limit, scope in sorted(changed, key=lambda row: row.permission not in SUCCEEDED):
        for permission in _meant(name):
            if is_granted:
                rights[permission] = Grant(limit, Scope(scope))
            else:
                rights.pop(permission, None)
    return rights


def _meant(name: str) -> Sequence[Permission]:
    """Return the rights that a name of the books means: none for one of a later version, which another counter may
    run already."""
    if name in SUCCEEDED:
        return SUCCEEDED[name]
    return [permission for permission in Permission if permission == name and permission not in FIXED]


def current_role(session: Session, actor: Actor) -> Role:
    """Return the role the actor has now, whatever it was at log-in.

    Raises RuleBroken ``auth.not_active`` for somebody who was deactivated since.
    """
    if actor.user_id is None:
        return actor.role
    found = _ACTIVE_ROLE.scalar(session, {"user_id": actor.user_id})
    if found is None:
        raise RuleBroken("auth.not_active", user=actor.username)
    return Role(found)


def may(session: Session, actor: Actor, right: Permission | Need) -> bool:
    """Say whether the actor may, without a supervisor: for windows, which hide what would be refused."""
    need = _need(right)
    return covers(rights_of(session, current_role(session, actor)).get(need.permission), need)


def require(uow: UnitOfWork, right: Permission | Need) -> None:
    """Refuse the command unless its actor may.

    Raises RuleBroken ``auth.not_allowed``, ``auth.needs_supervisor``, ``auth.over_limit``, ``auth.out_of_scope``,
    ``auth.not_active``.
    """
    require_to_read(uow.session, uow.actor, right)


def require_as_delivered(actor: Actor, right: Permission | Need) -> None:
    """Refuse unless the actor's role has the right as delivered: for a restore, when no shop can be asked.

    Raises what ``require`` does.
    """
    need = _need(right)
    grant = DELIVERED[actor.role].get(need.permission)
    if not covers(grant, need):
        raise _refusal(actor, actor.role, grant, need)


def require_to_read(session: Session, actor: Actor, right: Permission | Need) -> None:
    """Refuse a read unless the actor may; raises what ``require`` does."""
    need = _need(right)
    role = current_role(session, actor)
    grant = rights_of(session, role).get(need.permission)
    if not covers(grant, need):
        raise _refusal(actor, role, grant, need)


def require_or_override(uow: UnitOfWork, need: Need, command_id: UUID) -> None:
    """Refuse the command unless its actor may, alone or with an override that a supervisor gave for it.

    An override counts for the command it was given for, for whoever asked, on the same day, and only while the
    supervisor still has the right; it is used up in the command's own event. Raises what ``require`` does.
    """
    role = current_role(uow.session, uow.actor)
    grant = rights_of(uow.session, role).get(need.permission)
    if covers(grant, need):
        return
    if grant is None or need.permission not in SUPERVISED:
        raise _refusal(uow.actor, role, grant, need)
    given = uow.session.execute(
        select(_OVERRIDE)
        .outerjoin(SupervisorOverrideUse, SupervisorOverrideUse.override_id == _OVERRIDE.c.id)
        .where(
            _OVERRIDE.c.command_id == command_id,
            _OVERRIDE.c.permission == need.permission,
            _OVERRIDE.c.on_date == uow.today,
            _OVERRIDE.c.asked_by == uow.actor.username,
            SupervisorOverrideUse.override_id.is_(None),
        )
        .order_by(_OVERRIDE.c.id)
    ).all()
    for override in given:
        allows = Grant(limit=override.amount) if need.amount is not None else Grant()
        if (
            override.asked_by_id == uow.actor.user_id
            and (need.amount is None or override.amount is not None)
            and covers(allows, need)
            and supervisor_covers(uow.session, override.supervisor_id, need)
        ):
            uow.record(
                SupervisorOverrideUse,
                [
                    {
                        "override_id": override.id,
                        "command_id": command_id,
                        "permission": need.permission,
                        "amount": need.amount,
                        "reason": override.reason,
                        "supervisor_id": override.supervisor_id,
                        "supervisor": override.supervisor,
                        "used_by": uow.actor.username,
                        "at": uow.now,
                    }
                ],
            )
            return
    raise _refusal(uow.actor, role, grant, need)


def supervisor_covers(session: Session, supervisor_id: UUID, need: Need) -> bool:
    """Say whether a supervisor may do it alone, now."""
    return covers(_supervisors_grant(session, supervisor_id, need), need)


def supervisors_refusal(session: Session, supervisor_id: UUID, username: str, need: Need) -> RuleBroken | None:
    """Return why a supervisor may not allow it now, with the own limit where it is too low; None if they may."""
    grant = _supervisors_grant(session, supervisor_id, need)
    if covers(grant, need):
        return None
    unit = LIMITED.get(need.permission)
    if unit is None or need.amount is None or grant is None or grant.limit is None:
        return RuleBroken("auth.supervisor_may_not", user=username, right=need.permission.words)
    asked, limit = unit.show(need.amount), unit.show(grant.limit)
    return RuleBroken("auth.supervisor_over_limit", user=username, asked=asked, limit=limit)


def _supervisors_grant(session: Session, supervisor_id: UUID, need: Need) -> Grant | None:
    role = _ACTIVE_ROLE.scalar(session, {"user_id": supervisor_id})
    return None if role is None else rights_of(session, Role(role)).get(need.permission)


def supervised_need(problem: Problem) -> Need | None:
    """Return what a supervisor could allow where a command was refused for it, None for any other problem."""
    need = problem.values.get("need")
    return need if isinstance(need, Need) and problem.code not in _NOBODY_ALLOWS else None


#: Refusals that no supervisor beside changes; every other one with a ``need`` some supervisor may allow.
_NOBODY_ALLOWS = frozenset({"auth.not_allowed", "auth.over_limit", "auth.out_of_scope"})


def _need(right: Permission | Need) -> Need:
    return right if isinstance(right, Need) else Need(right)


def _refusal(actor: Actor, role: Role, grant: Grant | None, need: Need) -> RuleBroken:
    values: dict[str, Any] = {
        "user": actor.username,
        "role": role.replace("_", " "),
        "right": need.permission.words,
        "need": need,
    }
    if grant is None:
        return RuleBroken("auth.not_allowed", **values)
    unit = LIMITED.get(need.permission)
    if unit is not None and grant.limit is not None and need.amount is not None and need.amount > grant.limit:
        values |= {"asked": unit.show(need.amount), "limit": unit.show(grant.limit)}
        if need.permission in SUPERVISED:
            return RuleBroken("auth.over_own_limit", **values)
        return RuleBroken("auth.over_limit", **values)
    if need.permission in SUPERVISED:
        return RuleBroken("auth.needs_supervisor", **values)
    return RuleBroken("auth.out_of_scope", **values, scope=grant.scope.replace("_", " "))
