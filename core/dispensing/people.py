"""The patient and the prescriber of a bill, as the registers name them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.dispensing.dto import PatientInput, PrescriberInput
from core.kernel.errors import RuleBroken
from core.parties.dto import PartyKind, PatientDetails, PrescriberDetails
from core.parties.model import Patient, Prescriber
from core.parties.persons import Person, fill_in, find_or_add, person
from core.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody as the register names them."""

    party_id: UUID
    name: str
    phone: str | None
    address: str | None
    registration: str | None = None


def patient_of(uow: UnitOfWork, given: PatientInput | None, known_id: UUID | None) -> NamedPerson:
    """Return the patient: of a known prescription, by id, or by name, then found or added.

    Raises RuleBroken ``dispensing.patient_missing``, ``dispensing.known_or_new``, ``parties.unknown``.
    """
    kind, said = PartyKind.PATIENT, given or PatientInput()
    party_id = _party_id(said, known_id, kind)
    if party_id is None:
        if said.name is None:
            raise RuleBroken("dispensing.patient_missing", where="dispensing.patient.name")
        found = find_or_add(uow, PatientDetails(name=said.name, phone=said.phone, address=said.address))
    else:
        found = _person(uow, kind, party_id, phone=said.phone, address=said.address)
    return _named(found, said)


def prescriber_of(uow: UnitOfWork, given: PrescriberInput | None, known_id: UUID | None) -> NamedPerson:
    """Return the prescriber, as ``patient_of`` does the patient. Raises RuleBroken ``dispensing.prescriber_missing``,
    ``dispensing.known_or_new``, ``parties.unknown``."""
    kind, said = PartyKind.PRESCRIBER, given or PrescriberInput()
    party_id = _party_id(said, known_id, kind)
    if party_id is None:
        if said.name is None:
            raise RuleBroken("dispensing.prescriber_missing", where="dispensing.prescriber.name")
        found = find_or_add(
            uow,
            PrescriberDetails(name=said.name, phone=said.phone, address=said.address, registration=said.registration),
        )
    else:
        found = _person(uow, kind, party_id, phone=said.phone, address=said.address, registration=said.registration)
    return _named(found, said)


def _party_id(said: PatientInput, known_id: UUID | None, kind: PartyKind) -> UUID | None:
    """Return who is meant by id; a known prescription has its own patient and prescriber and takes no other."""
    if known_id is None:
        return said.party_id
    if said.name is not None or said.party_id not in {None, known_id}:
        raise RuleBroken("dispensing.known_or_new", where=f"dispensing.{kind}.name")
    return known_id


def _person(uow: UnitOfWork, kind: PartyKind, party_id: UUID, **said: str | None) -> Person:
    try:
        found = person(uow.session, kind, party_id)
    except RuleBroken as broken:
        raise broken.at(f"dispensing.{kind}.party_id") from None
    fill_in(uow, found, kind, **said)
    return found


def _named(found: Patient | Prescriber, said: PatientInput) -> NamedPerson:
    registration = None
    if isinstance(found, Prescriber):
        registration = (said.registration if isinstance(said, PrescriberInput) else None) or found.registration
    return NamedPerson(found.id, found.name, said.phone or found.phone, said.address or found.address, registration)
