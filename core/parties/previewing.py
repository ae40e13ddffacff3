"""What a merge would move, looked at before it is done."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.parties.codes import carried_codes, clashing_codes
from core.parties.dto import PartyKind, PartyView
from core.parties.model import Patient
from core.parties.queries import party_view


class MergePreview(NamedTuple):
    """Both parties as they stand, and what goes over: codes of a supplier, patients of a customer.

    Of ``clashes``, codes that both use in different ways, the kept one's hold.
    """

    merged: PartyView
    kept: PartyView
    codes: list[str]
    clashes: list[str]
    patients: int


def preview_merge(session: Session, kind: PartyKind, merged_id: UUID, kept_id: UUID) -> MergePreview:
    """Return what a merge would do. Raises RuleBroken ``parties.unknown``, ``parties.merged_already``."""
    merged, kept = (party_view(session, kind, one) for one in (merged_id, kept_id))
    if merged.party_id == kept.party_id:
        raise RuleBroken("parties.merged_already", where="kept_id", name=kept.details.name)
    pair = merged.party_id, kept.party_id
    codes, clashes, patients = [], [], 0
    if kind is PartyKind.SUPPLIER:
        codes, clashes = carried_codes(session, *pair), clashing_codes(session, *pair)
    elif kind is PartyKind.CUSTOMER:
        of_merged = select(func.count()).select_from(Patient).where(Patient.customer_id == merged.party_id)
        patients = session.scalar(of_merged) or 0
    return MergePreview(merged, kept, codes, clashes, patients)
