"""The parties of a kind by what files call them: read once, asked for every line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.errors import RuleBroken
from core.kernel.phones import parse_phone
from core.parties.dto import PartyKind
from core.parties.kinds import KINDS, Row
from core.parties.model import Customer, PartyMerge, Supplier
from core.parties.numbers import number_key
from core.parties.queries import resolved
from core.storage.search_index import name_key


class PartyBook:
    """All parties of a kind, in memory. Whoever was merged is found as the one that was kept."""

    def __init__(self, session: Session, kind: PartyKind) -> None:
        described = KINDS[kind]
        self._kind = kind
        self._kept = {
            merged: resolved(session, merged)
            for merged in session.scalars(select(PartyMerge.merged_id).where(PartyMerge.kind == kind.value))
        }
        self._names: dict[UUID, str] = {}
        self._days: dict[UUID, int | None] = {}
        self._by_name: defaultdict[str, set[UUID]] = defaultdict(set)
        self._by_number: defaultdict[str, set[UUID]] = defaultdict(set)
        self._by_phone: defaultdict[str, set[UUID]] = defaultdict(set)
        rows = cast("Iterable[Row]", session.scalars(select(described.model)))
        for row in rows:
            kept = self.kept(row.id)
            self._by_name[row.name_key].add(kept)
            for column in described.alike:
                if number := getattr(row, column):
                    self._by_number[number_key(column, number)].add(kept)
            for column in described.phones:
                if phone := getattr(row, column):
                    self._by_phone[phone].add(kept)
            if kept == row.id:
                self._names[kept] = row.name
                self._days[kept] = _days_of(row)

    def kept(self, party_id: UUID) -> UUID:
        """Return the party that one was merged into, itself where it was not."""
        return self._kept.get(party_id, party_id)

    def name(self, party_id: UUID) -> str:
        """Return the name of a party as it stands after merges."""
        return self._names[self.kept(party_id)]

    def names(self) -> Iterable[str]:
        """Return the name of every party, those that were merged away left out."""
        return self._names.values()

    def days(self, party_id: UUID) -> int | None:
        """Return after how many days a party's bills are due, None where nothing was agreed."""
        return self._days[self.kept(party_id)]

    def find(self, text: str | None, phone: str | None = None, number: str | None = None) -> UUID:
        """Return the one party that all that is given names; ``text`` is a name, telephone or number.

        Raises RuleBroken ``parties.unknown``, ``parties.several``.
        """
        found: set[UUID] | None = None
        for named in (self._named(text), self._phoned(phone), self._numbered(number)):
            if named is not None:
                found = named if found is None else found & named
        said = ", ".join(part for part in (text, phone, number) if part)
        if not found:
            raise RuleBroken("parties.unknown", kind=self._kind, text=said)
        if len(found) > 1:
            raise RuleBroken("parties.several", kind=self._kind, text=said)
        return next(iter(found))

    def _named(self, text: str | None) -> set[UUID] | None:
        if not text:
            return None
        return (
            (self._numbered(text) or set()) or (self._phoned(text) or set()) or self._by_name.get(name_key(text), set())
        )

    def _phoned(self, text: str | None) -> set[UUID] | None:
        if not text:
            return None
        try:
            return self._by_phone.get(parse_phone(text), set())
        except RuleBroken:
            return set()

    def _numbered(self, text: str | None) -> set[UUID] | None:
        if not text:
            return None
        keys = [number_key(column, text) for column in KINDS[self._kind].alike]
        return {party_id for key in keys for party_id in self._by_number.get(key, ())}


def _days_of(row: Row) -> int | None:
    if isinstance(row, Customer):
        return row.credit_days
    return row.payment_days if isinstance(row, Supplier) else None
