"""Reads of parties."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Select, null, select
from sqlalchemy.orm import Session

from core.auth.permissions import Permission
from core.auth.rights import require_to_read
from core.boundary.frozen import make
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.phones import parse_phone
from core.parties.dto import PartyKind, PartyView
from core.parties.kinds import KINDS, Row, values_of
from core.parties.model import PartyMerge, PartyWord
from core.parties.numbers import number_spellings
from core.storage.search_index import name_key, tokens

#: How many spellings of a number a search tries, each a statement: that of one with one place for a separator.
_MOST_SPELLINGS = 8
_LAST = "\U0010ffff"


class PartyHit(NamedTuple):
    """A party as a list shows it; ``number`` is its GSTIN or registration."""

    party_id: UUID
    name: str
    phone: str | None
    number: str | None
    is_active: bool


class PartyPlace(NamedTuple):
    """A place in the list of a kind, from which the next page goes on."""

    key: str
    party_id: UUID


class PartyPage(NamedTuple):
    """A page of a list; ``end`` is None where nobody stands behind it."""

    hits: list[PartyHit]
    end: PartyPlace | None


def resolved(session: Session, party_id: UUID) -> UUID:
    """Return the party that one was merged into, over any number of merges; itself where it was not.

    Two counters that were apart may each have merged the one into the other: of such a circle the one with the
    smallest id is kept, on every counter the same.
    """
    way = [party_id]
    while (kept := session.scalar(select(PartyMerge.kept_id).where(PartyMerge.merged_id == way[-1]))) is not None:
        if kept in way:
            return min(way[way.index(kept) :])
        way.append(kept)
    return way[-1]


def all_ids(session: Session, kept_id: UUID) -> list[UUID]:
    """Return a party's id and those of all that were merged into it."""
    ids = [kept_id]
    for party_id in ids:  # grows while it is read
        merged = session.scalars(select(PartyMerge.merged_id).where(PartyMerge.kept_id == party_id))
        ids.extend(sorted(found for found in merged if found not in ids))
    return ids


def party_row(session: Session, kind: PartyKind, party_id: UUID) -> Row:
    """Return a party's row, that of the kept one where it was merged. Raises RuleBroken ``parties.unknown``."""
    row = cast("Row | None", session.get(KINDS[kind].model, resolved(session, party_id)))
    if row is None:
        raise RuleBroken("parties.unknown", kind=kind, text=str(party_id))
    return row


def party_view(session: Session, kind: PartyKind, party_id: UUID) -> PartyView:
    """Return a party, the kept one where it was merged. Raises RuleBroken ``parties.unknown``."""
    row = party_row(session, kind, party_id)
    values = values_of(kind, row)
    if values.get("customer_id") is not None:
        values["customer_id"] = resolved(session, values["customer_id"])
    listing = KINDS[kind].listing
    if listing is not None:
        model = listing.model
        fields = list(listing.entry.model_fields)
        entries = session.scalars(
            select(model).where(getattr(model, listing.owner) == row.id, model.is_listed).order_by(model.position)
        )
        values[listing.field] = tuple(
            make(listing.entry, {name: getattr(entry, name) for name in fields}) for entry in entries
        )
    details = make(KINDS[kind].details, values)
    shown = f"{details.model_dump_json()}{row.is_active}"
    version = hashlib.sha256(shown.encode()).hexdigest()[:16]
    return PartyView(party_id=row.id, details=details, is_active=row.is_active, version=version)


def read_party(session: Session, actor: Actor, kind: PartyKind, party_id: UUID) -> PartyView:
    """Return a party to somebody who wants to look at it: a supplier's terms are as private as what goods cost.

    Raises RuleBroken ``auth.not_allowed``, ``parties.unknown``.
    """
    if kind is PartyKind.SUPPLIER:
        require_to_read(session, actor, Permission.SEE_COST)
    return party_view(session, kind, party_id)


def list_parties(session: Session, kind: PartyKind, *, after: PartyPlace | None = None, limit: int = 50) -> PartyPage:
    """Return a page of a kind by name, those that were merged away left out; ``after`` is the page before's ``end``."""
    model = KINDS[kind].model
    wanted = _all(kind).where(PartyMerge.kept_id.is_(None)).order_by(model.name_key, model.id).limit(limit)
    if after is not None:
        wanted = wanted.where(model.name_key >= after.key, (model.name_key > after.key) | (model.id > after.party_id))
    hits = _hits(session, kind, wanted)
    end = place_of(session, kind, hits[-1].party_id) if len(hits) == limit else None
    return PartyPage(hits, end)


def place_of(session: Session, kind: PartyKind, party_id: UUID) -> PartyPlace:
    """Return where a party stands in the list of its kind. Raises RuleBroken ``parties.unknown``."""
    row = party_row(session, kind, party_id)
    return PartyPlace(row.name_key, row.id)


def search_parties(session: Session, kind: PartyKind, typed: str, limit: int = 20) -> list[PartyHit]:
    """Return those whose number, telephone or name begins so, then those with words that do, in any order."""
    found: dict[UUID, PartyHit] = {}
    for wanted in searches(kind, typed):
        found |= {hit.party_id: hit for hit in _hits(session, kind, wanted.limit(limit)) if hit.party_id not in found}
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def searches(kind: PartyKind, typed: str) -> list[Select[Any]]:
    """Return the statements of a search, best first; each reads by an index."""
    model = KINDS[kind].model
    columns = []
    compact = "".join(typed.split()).upper()
    if len(compact) >= 3:
        for column in KINDS[kind].alike:
            spelled = number_spellings(column, typed)
            if len(spelled) > _MOST_SPELLINGS:
                spelled = [" ".join(typed.split()).upper(), compact]
            columns += [(getattr(model, column), begins) for begins in spelled]
    digits = _digits(typed)
    if digits:
        columns += [(getattr(model, column), digits) for column in KINDS[kind].phones]
    key = " ".join(tokens(typed))
    if key:
        columns.append((model.name_key, key))
    found = [_all(kind).where(column >= begins, column < begins + _LAST).order_by(column) for column, begins in columns]
    words = tokens(typed)
    if words:
        found.append(
            _all(kind).where(*(model.id.in_(_with_word(kind, word)) for word in words)).order_by(model.name_key)
        )
    return found


def _with_word(kind: PartyKind, begins: str) -> Select[Any]:
    return select(PartyWord.party_id).where(
        PartyWord.kind == kind.value, PartyWord.word >= begins, PartyWord.word < begins + _LAST
    )


def find_party(session: Session, kind: PartyKind, text: str) -> UUID:
    """Return the one party that a text names: its id, telephone, GSTIN or registration, or its whole name.

    Raises RuleBroken ``parties.unknown``, ``parties.several``.
    """
    try:
        return party_row(session, kind, UUID(text)).id
    except ValueError:
        pass
    model = KINDS[kind].model
    numbers = [getattr(model, column).in_(number_spellings(column, text)) for column in KINDS[kind].alike]
    digits = _digits(text)
    numbers += [getattr(model, column) == digits for column in KINDS[kind].phones if digits]
    for tried in (*numbers, model.name_key == name_key(text)):
        found = _hits(session, kind, _all(kind).where(tried))
        if len(found) == 1:
            return found[0].party_id
        if found:
            raise RuleBroken("parties.several", kind=kind, text=text)
    raise RuleBroken("parties.unknown", kind=kind, text=text)


def _digits(typed: str) -> str | None:
    """Return the beginning of a telephone number as it is kept, None for what can be none."""
    try:
        return parse_phone(typed)
    except RuleBroken:
        plain = "".join(c for c in typed if c not in " -()")
        begins = plain.removeprefix("+91").lstrip("0")
        return begins if len(begins) >= 3 and begins.isascii() and begins.isdigit() else None


def _all(kind: PartyKind) -> Select[Any]:
    described = KINDS[kind]
    model = described.model
    number = getattr(model, described.alike[0]) if described.alike else null()
    return select(
        model.id, model.name, model.phone, number.label("number"), model.is_active, PartyMerge.kept_id
    ).outerjoin(PartyMerge, PartyMerge.merged_id == model.id)


def _hits(session: Session, kind: PartyKind, wanted: Select[Any]) -> list[PartyHit]:
    """Return what a statement finds, each that was merged as the one that was kept, and each once."""
    hits: dict[UUID, PartyHit] = {}
    for *shown, kept_id in session.execute(wanted).all():
        found = PartyHit(*shown)
        if kept_id is not None:
            kept = _all(kind).where(KINDS[kind].model.id == resolved(session, kept_id))
            found = PartyHit(*session.execute(kept).one()[:-1])
        hits.setdefault(found.party_id, found)
    return list(hits.values())
