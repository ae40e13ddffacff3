"""The patient and the prescriber of a prescription, found or added while the customer waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.auth.registry import EDITS_PARTY
from core.auth.rights import require
from core.kernel.ids import new_id
from core.parties.dto import PartyKind, PatientDetails, PrescriberDetails
from core.parties.kinds import KINDS
from core.parties.model import PartyMerge, Patient, Prescriber
from core.parties.queries import party_row, resolved
from core.parties.service import bring_in_party
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

Person = Patient | Prescriber
#: What a counter that names somebody may add to what is known.
_FILLED = ("phone", "address", "registration")


def find_or_add(uow: UnitOfWork, details: PatientDetails | PrescriberDetails) -> Person:
    """Return the person that the details name, part of a larger command that writes the event; added where unknown.

    Raises RuleBroken ``auth.not_allowed`` where somebody must be added and the actor may not.
    """
    found = same_person(uow.session, details)
    if found is not None:
        known = person(uow.session, details.kind, found)
        fill_in(uow, known, details.kind, **{name: getattr(details, name, None) for name in _FILLED})
        return known
    require(uow, EDITS_PARTY[details.kind])
    party_id = new_id()
    bring_in_party(uow, party_id, details)
    uow.session.flush()
    return person(uow.session, details.kind, party_id)


def person(session: Session, kind: PartyKind, party_id: UUID) -> Person:
    """Return a patient or prescriber, the kept one where it was merged. Raises RuleBroken ``parties.unknown``."""
    return cast(Person, party_row(session, kind, party_id))


def fill_in(uow: UnitOfWork, known: Person, kind: PartyKind, **said: str | None) -> None:
    """Keep what is said of somebody where nothing is known yet; what is known stays, for a slip would change it.

    Raises RuleBroken ``auth.not_allowed``.
    """
    news = {name: value for name, value in said.items() if value and getattr(known, name, value) is None}
    if news:
        require(uow, EDITS_PARTY[kind])
        for name, value in news.items():
            setattr(known, name, value)


def same_person(session: Session, details: PatientDetails | PrescriberDetails) -> UUID | None:
    """Return who is certainly meant, None where nobody is.

    A registration is one prescriber's; a name and a telephone are one person. Without a telephone the name and the
    address are. A name alone is a prescriber's where one has it; of patients it is somebody of whom no more is known,
    for two people share a name.
    """
    model: Any = KINDS[details.kind].model
    is_prescriber = isinstance(details, PrescriberDetails)
    tests: list[ColumnElement[bool]] = []
    same_name = model.name_key == name_key(details.name)
    if isinstance(details, PrescriberDetails) and details.registration:
        tests.append(Prescriber.registration == details.registration)
        same_name = same_name & Prescriber.registration.is_(None)
    if details.phone:
        tests.append(same_name & (model.phone == details.phone))
    elif details.address:
        tests.append(same_name & (model.address == details.address))
    elif is_prescriber:
        tests.append(same_name)
    else:
        tests.append(same_name & model.phone.is_(None) & model.address.is_(None))
    for test in tests:
        ids = session.scalars(select(model.id).where(test).order_by(model.is_active.desc(), model.id)).all()
        kept = list(dict.fromkeys(resolved(session, one) for one in ids))
        alone = is_prescriber and not details.phone and not details.address
        if kept and not (alone and len(kept) > 1):
            return kept[0]
    return None


def ids_of(session: Session, party_id: UUID) -> Sequence[UUID]:
    """Return a party's id and those of all that were merged into it: documents go on naming whom they named."""
    known = [resolved(session, party_id)]
    for one in known:  # grows while it is read
        merged = session.scalars(select(PartyMerge.merged_id).where(PartyMerge.kept_id == one))
        known += [other for other in merged if other not in known]
    return known
