"""A supervisor allows one command what its maker may not do alone."""

from __future__ import annotations

from uuid import UUID

from core.audit.log import write_event
from core.auth.attempts import settle
from core.auth.dto import AskOverride, Method, OverrideView
from core.auth.login import Door, prove, refuse_no_session
from core.auth.model import SupervisorOverride
from core.auth.permissions import SUPERVISED, Need
from core.auth.rights import supervisors_refusal
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.storage.unit_of_work import UnitOfWork


def authorise(door: Door, asker: Actor, command: AskOverride, session_id: UUID | None = None) -> OverrideView:
    """Give an override for one command, proved by the supervisor's PIN or password; the command uses it up.

    The secret is compared here, where attempts are counted, and never travels with the command: a bill's own content
    is hashed and kept, and a PIN could be guessed back from a hash. What the command finds in its own transaction is
    this fact, and whether the supervisor still has the right. A PIN needs ``session_id``, the asker's running session.

    Raises RuleBroken ``auth.not_supervised``, ``auth.no_session``, ``auth.own_supervisor``, ``auth.wrong_login`` or
    ``auth.wrong_pin``, ``auth.locked``, ``auth.pin_needs_password``, ``auth.supervisor_may_not``,
    ``auth.supervisor_over_limit``,
    ``auth.password_due`` for a supervisor whose password somebody else gave and knows.
    """
    if command.permission not in SUPERVISED:
        raise RuleBroken("auth.not_supervised", right=command.permission.words)
    if command.supervisor == asker.username:
        raise RuleBroken("auth.own_supervisor", where="supervisor")

    def terminal_is_open(uow: UnitOfWork) -> None:
        if command.method is Method.PIN:
            if session_id is None:
                raise RuleBroken("auth.no_session")
            refuse_no_session(uow, session_id, asker, door)

    attempt = prove(door, command.supervisor, command.method, command.secret, first=terminal_is_open)
    override_id = new_id()
    with door.database.write(attempt.actor) as uow:
        terminal_is_open(uow)
        account = settle(uow, attempt)
        is_due = bool(account.must_change_password)
        need = Need(command.permission, command.amount)
        refusal = supervisors_refusal(uow.session, account.id, account.username, need)
        allowed = not is_due and refusal is None
        if allowed:
            uow.record(
                SupervisorOverride,
                [
                    {
                        "id": override_id,
                        "command_id": command.command_id,
                        "permission": command.permission,
                        "amount": command.amount,
                        "reason": command.reason,
                        "supervisor_id": account.id,
                        "supervisor": account.username,
                        "asked_by_id": asker.user_id,
                        "asked_by": asker.username,
                        "method": command.method,
                        "on_date": uow.today,
                        "at": uow.now,
                    }
                ],
            )
        # the secret was right in any case: that stays written, and the row of wrong ones ends
        kind = "override.given" if allowed else "override.refused"
        write_event(
            uow, kind, command.command_id, {"asked_by": asker.username, "reason": command.reason}, any_clock=True
        )
    if is_due:
        raise RuleBroken("auth.password_due")
    if refusal is not None:
        raise refusal
    return OverrideView(
        override_id=override_id,
        command_id=command.command_id,
        permission=command.permission,
        amount=command.amount,
        supervisor=attempt.username,
        reason=command.reason,
    )
