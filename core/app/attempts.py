"""Keeps in the log what somebody tried and may not do (facts I: attempts are part of the audit trail)."""

from __future__ import annotations

from core.audit.log import write_event
from core.kernel.actor import Actor
from core.kernel.errors import Problem
from core.storage.database import Database

KIND = "attempt.refused"
#: Refusals that tell of a try. Those that a supervisor may lift are part of the work: the override is kept then.
_ATTEMPTS = frozenset(
    {"auth.not_allowed", "auth.out_of_scope", "auth.over_limit", "ledger.day_closed", "reports.out_of_scope"}
)
#: What of a refusal tells what was tried.
_TOLD = frozenset({"right", "asked", "limit", "date", "closed"})


def note_attempt(database: Database, actor: Actor, refusal: Problem) -> None:
    """Write the event of a command that was refused for want of a right, or for a closed day; nothing for others.

    The command itself was rolled back whole. Where even this event cannot be written (a full disk, an odd clock), the
    refusal stands without it: the person must still be told the reason that was asked for.
    """
    if refusal.code not in _ATTEMPTS:
        return
    note = {"code": refusal.code} | {name: str(value) for name, value in refusal.values.items() if name in _TOLD}
    try:
        with database.write(actor) as uow:
            write_event(uow, KIND, uow.node.id, note)
    except Problem:
        return
