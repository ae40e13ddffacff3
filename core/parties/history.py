"""All that was ever done to a party, and to those that were merged into it."""

from __future__ import annotations

from itertools import chain
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.dto import HistoryEntry
from core.audit.history import history_of
from core.auth.registry import EDITS_PARTY
from core.auth.rights import require_to_read
from core.kernel.actor import Actor
from core.parties.dto import PartyKind
from core.parties.model import PartyMerge
from core.parties.queries import resolved

#: What the merge's own row says again beside its note.
_SAID_TWICE = "party_merge"


def party_history(session: Session, actor: Actor, kind: PartyKind, party_id: UUID, limit: int) -> list[HistoryEntry]:
    """Return the changed fields, newest first; of each that is one by now at most ``limit`` commands.

    Raises RuleBroken ``auth.not_allowed``.
    """
    require_to_read(session, actor, EDITS_PARTY[kind])
    known = [resolved(session, party_id)]
    for one in known:  # grows while it is read: who was merged into one of these belongs here as well
        merged = session.scalars(select(PartyMerge.merged_id).where(PartyMerge.kept_id == one))
        known += [party for party in merged if party not in known]
    found = chain.from_iterable(history_of(session, party, limit=limit) for party in known)
    told = [entry for entry in found if entry.table != _SAID_TWICE]
    return sorted(told, key=lambda entry: entry.position, reverse=True)
