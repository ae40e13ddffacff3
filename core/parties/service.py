"""Adds, edits, ends and merges parties. Nothing is deleted: documents go on naming whom they named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.registry import EDITS_PARTY, ENDS_PARTY
from core.auth.rights import require
from core.kernel.errors import NeedsConfirmation, RuleBroken
from core.parties.codes import carry_codes
from core.parties.dto import (
    AddParty,
    CustomerDetails,
    Details,
    EditParty,
    EndParty,
    MergeParties,
    PartyKind,
    PartyView,
    PatientDetails,
    SupplierDetails,
    terms_of,
)
from core.parties.kinds import KINDS, columns_of
from core.parties.model import CustomerLocation, PartyMerge
from core.parties.numbers import number_key, number_spellings
from core.parties.queries import party_row, party_view, resolved
from core.parties.words import put_words
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

#: Kinds with accounts: two of one name, and nothing to tell them apart by, would share what is owed. Patients and
#: prescribers of one name are many.
_ASKED_BY_NAME = frozenset({PartyKind.CUSTOMER, PartyKind.SUPPLIER})


def add_party(uow: UnitOfWork, command: AddParty) -> PartyView:
    """Add a party; the same command again returns what it added.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown`` (a patient's customer), NeedsConfirmation
    ``parties.like_another``.
    """
    require(uow, EDITS_PARTY[command.details.kind])
    details = command.details
    if uow.session.get(KINDS[details.kind].model, command.command_id) is not None:
        return party_view(uow.session, details.kind, command.command_id)
    if terms_of(details) != terms_of(None):
        _require_terms(uow)
    if not command.confirmed:
        refuse_double(uow.session, details, None)
    bring_in_party(uow, command.command_id, details)
    uow.session.flush()
    write_event(uow, f"{details.kind}.added", command.command_id)
    return party_view(uow.session, details.kind, command.command_id)


def bring_in_party(uow: UnitOfWork, party_id: UUID, details: Details) -> None:
    """Add a party, part of the commands that do it: they flush. Raises ``parties.unknown`` for a patient's customer."""
    row = KINDS[details.kind].model(id=party_id, is_active=True)
    uow.session.add(row)
    _set(uow, row, _settled(uow.session, details))


def edit_party(uow: UnitOfWork, command: EditParty) -> PartyView:
    """Make a party what the details say, as its version was seen; where nothing differs nothing is written.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``, ``parties.changed_meanwhile``, NeedsConfirmation
    ``parties.like_another``.
    """
    require(uow, EDITS_PARTY[command.details.kind])
    details = command.details
    row = party_row(uow.session, details.kind, command.party_id)
    seen = party_view(uow.session, details.kind, row.id)
    if seen.version != command.version:
        raise RuleBroken("parties.changed_meanwhile", where="version", name=row.name)
    details = _settled(uow.session, details)
    if details == seen.details:
        return seen
    if terms_of(details) != terms_of(seen.details):
        _require_terms(uow)
    if not command.confirmed:
        refuse_double(uow.session, details, seen)
    _set(uow, row, details)
    uow.session.flush()
    write_event(uow, f"{details.kind}.edited", row.id)
    return party_view(uow.session, details.kind, row.id)


def end_party(uow: UnitOfWork, command: EndParty) -> PartyView:
    """Deal with a party no more, or again; asked for what is so already, it writes nothing.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``.
    """
    require(uow, ENDS_PARTY[command.kind])
    row = party_row(uow.session, command.kind, command.party_id)
    if row.is_active != command.active:
        row.is_active = command.active
        write_event(uow, f"{command.kind}.{'activated' if command.active else 'deactivated'}", row.id)
    return party_view(uow.session, command.kind, row.id)


def merge_parties(uow: UnitOfWork, command: MergeParties) -> PartyView:
    """Say that two parties are one, and return the kept one. Both rows stay; every read of the one gives the other.

    The codes of a supplier go over to the kept one. Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``,
    ``parties.merged_already``, NeedsConfirmation ``parties.codes_clash``.
    """
    require(uow, ENDS_PARTY[command.kind])
    merged = party_row(uow.session, command.kind, command.merged_id)
    kept = party_row(uow.session, command.kind, command.kept_id)
    if merged.id == kept.id:
        raise RuleBroken("parties.merged_already", where="kept_id", name=kept.name)
    if command.kind is PartyKind.SUPPLIER:
        carry_codes(uow.session, merged.id, kept.id, confirmed=command.confirmed)
    uow.record(
        PartyMerge,
        [
            {
                "merged_id": merged.id,
                "kept_id": kept.id,
                "kind": command.kind.value,
                "username": uow.actor.username,
                "at": uow.now,
            }
        ],
    )
    write_event(uow, f"{command.kind}.merged", kept.id, {"merged": str(merged.id), "merged_name": merged.name})
    return party_view(uow.session, command.kind, kept.id)


def _require_terms(uow: UnitOfWork) -> None:
    """Ask for the right to a customer's terms: whoever had it with the name could give himself credit."""
    require(uow, Permission.SET_CUSTOMER_TERMS)


def _settled(session: Session, details: Details) -> Details:
    """Return the details with the customer of a patient as it stands after merges. Raises ``parties.unknown``."""
    if isinstance(details, PatientDetails) and details.customer_id is not None:
        customer = party_row(session, PartyKind.CUSTOMER, details.customer_id)
        return details.model_copy(update={"customer_id": customer.id})
    return details


def _set(uow: UnitOfWork, row: Any, details: Details) -> None:
    before = row.name
    for name, value in columns_of(details).items():
        setattr(row, name, value)
    row.name_key = name_key(details.name)
    if before != details.name:
        put_words(uow, details.kind, row.id, details.name)
    listing = KINDS[details.kind].listing
    if listing is None:
        return
    model: Any = listing.model
    standing: dict[int, Any] = {}
    if row not in uow.session.new:
        entries = uow.session.scalars(select(model).where(getattr(model, listing.owner) == row.id))
        standing = {entry.position: entry for entry in entries}
    for position, entry in enumerate(getattr(details, listing.field), start=1):
        stored = standing.pop(position, None)
        if stored is None:
            stored = model(**{listing.owner: row.id, "position": position})
            uow.session.add(stored)
        for name in listing.entry.model_fields:
            setattr(stored, name, getattr(entry, name))
        stored.is_listed = True
    for stored in standing.values():
        stored.is_listed = False


def _pincodes(details: Details) -> list[str]:
    if isinstance(details, CustomerDetails):
        return [place.pincode for place in details.locations if place.pincode]
    if isinstance(details, SupplierDetails) and details.pincode:
        return [details.pincode]
    return []


def double_keys(details: Details) -> set[tuple[str, ...]]:
    """Return what a party shares with its double: one key in common is enough (see ``refuse_double``).

    Of a customer or supplier of whom nothing is known but the name, the name is the key.
    """
    kind = KINDS[details.kind]
    name = name_key(details.name)
    family = (name,) if details.kind in {PartyKind.PATIENT, PartyKind.PRESCRIBER} else ()
    keys: set[tuple[str, ...]] = {
        (column, number_key(column, value)) for column in kind.alike if (value := getattr(details, column))
    }
    keys |= {("phone", value, *family) for column in kind.phones if (value := getattr(details, column))}
    keys |= {("pincode", pincode, name) for pincode in _pincodes(details)}
    return keys or ({("name", name)} if details.kind in _ASKED_BY_NAME else keys)


def refuse_double(session: Session, details: Details, known: PartyView | None) -> None:
    """Ask before somebody stands twice; who was like ``known``, as it stands, has been asked about before.

    Raises NeedsConfirmation ``parties.like_another``.
    """
    asked: set[UUID] = set()
    if known is not None:
        asked = {known.party_id, *(party_id for _, party_id, _ in _alike(session, known.details))}
    for where, party_id, name in _alike(session, details):
        if party_id not in asked:
            values = {"name": name, "kind": details.kind, "party_id": party_id}
            raise NeedsConfirmation("parties.like_another", where=where, **values)


def _alike(session: Session, details: Details) -> Iterator[tuple[str, UUID, str]]:
    """Yield who may be the same and by which field: same GSTIN or registration, telephone, or name and pincode.

    A family and a clinic share a telephone, so patients and prescribers must have the name in common too. Of a
    customer or supplier of whom nothing but the name is known, everybody of that name may be the same.
    """
    kind = KINDS[details.kind]
    model = kind.model
    same_name = model.name_key == name_key(details.name)
    tests = [
        (name, getattr(model, name).in_(number_spellings(name, value)))
        for name in kind.alike
        if (value := getattr(details, name))
    ]
    phones = [value for name in kind.phones if (value := getattr(details, name))]
    if phones:
        same_phone = or_(*(getattr(model, name).in_(phones) for name in kind.phones))
        family = details.kind in {PartyKind.PATIENT, PartyKind.PRESCRIBER}
        tests.append(("phone", same_phone & same_name if family else same_phone))
    pincodes = _pincodes(details)
    if pincodes and details.kind is PartyKind.CUSTOMER:
        places = select(CustomerLocation.customer_id).where(
            CustomerLocation.pincode.in_(pincodes), CustomerLocation.is_listed
        )
        tests.append(("name", same_name & model.id.in_(places)))
    elif pincodes:
        tests.append(("name", same_name & getattr(model, "pincode").in_(pincodes)))  # noqa: B009
    if not tests and details.kind in _ASKED_BY_NAME:
        tests.append(("name", same_name))
    for where, test in tests:
        for other in session.execute(select(model.id, model.name).where(test)).all():
            yield where, resolved(session, other.id), other.name
