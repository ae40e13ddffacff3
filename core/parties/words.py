"""The words of parties' names, each a row of an index: whose word begins so is found without reading every name."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.parties.dto import PartyKind
from core.parties.kinds import KINDS
from core.parties.model import PartyWord
from core.storage.search_index import tokens
from core.storage.unit_of_work import UnitOfWork, table_of

_WORDS = table_of(PartyWord)


def put_words(uow: UnitOfWork, kind: PartyKind, party_id: UUID, name: str) -> None:
    """Find a party by the words of its name from now on, and by no others."""
    rows = [{"kind": kind.value, "word": word, "party_id": party_id} for word in sorted(set(tokens(name)))]
    uow.replace_derived(PartyWord, {"party_id": party_id}, rows)


def check_words(session: Session) -> Iterator[Finding]:
    """Yield every party that a search would not find as it should: its words are not those of its name."""
    found: dict[tuple[str, UUID], set[str]] = {}
    for kind, word, party_id in session.execute(select(_WORDS.c.kind, _WORDS.c.word, _WORDS.c.party_id)):
        found.setdefault((kind, party_id), set()).add(word)
    for kind, described in KINDS.items():
        for party_id, name in session.execute(select(described.model.id, described.model.name)):
            if found.pop((kind.value, party_id), set()) != set(tokens(name)):
                yield Finding("verify.search_differs", "party_word", party_id.hex)
    for _, party_id in found:
        yield Finding("verify.search_differs", "party_word", party_id.hex)
