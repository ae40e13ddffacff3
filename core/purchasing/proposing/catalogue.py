"""Finds the items of the catalogue that lines may mean, along the index that the counter searches by too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.catalog.queries import in_parts
from core.inventory.searching import ranked
from core.purchasing.proposing.dto import Candidate
from core.purchasing.proposing.likeness import Likeness, Traits, likeness, traits_of_item
from core.storage import search_index
from core.storage.prepared import Prepared

MOST_CANDIDATES: Final = 5
#: What is less alike is not worth a person's look.
_LEAST_SCORE = 350
_MOST_HITS = 200
_MOST_SPELLED = 10
_LEAST_LETTERS = 3
#: Of a name so many words are searched by; the others are compared.
_MOST_WORDS = 4

_ITEMS = Prepared(
    select(
        Item.id,
        Item.code,
        Item.name,
        Item.manufacturer,
        Item.pack_label,
        Item.pieces_per_pack,
        Item.packs_per_box,
        Item.form,
        Item.kind,
        Item.pack_levels,
        Item.purchase_level,
        Item.is_active,
    ).where(Item.id.in_(bindparam("ids", expanding=True)))
)


class ItemFacts(NamedTuple):
    """What of an item a line is compared with."""

    item_id: UUID
    code: str
    name: str
    manufacturer: str | None
    pack_label: str
    pieces_per_pack: int
    packs_per_box: int | None
    form: str | None
    kind: str
    pack_levels: str | None
    purchase_level: str | None
    is_active: bool

    @property
    def shown(self) -> dict[str, Any]:
        """The fields of ``ItemShown``."""
        return {
            "item_id": self.item_id,
            "code": self.code,
            "name": self.name,
            "manufacturer": self.manufacturer,
            "pack_label": self.pack_label,
            "pieces_per_pack": self.pieces_per_pack,
        }

    @property
    def traits(self) -> Traits:
        """The item taken apart."""
        return traits_of_item(self.name, self.pack_label, self.form, self.pieces_per_pack, self.manufacturer)


class Alike(NamedTuple):
    """The one item that is the same in all, else None; and those that are like it, best first."""

    item_id: UUID | None
    candidates: tuple[Candidate, ...]


class Catalogue:
    """The items that lines are compared with; each is read once."""

    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        self._today = today
        self._known: dict[UUID, ItemFacts] = {}

    def items(self, ids: Iterable[UUID]) -> dict[UUID, ItemFacts]:
        """Return items by id, ended ones too."""
        wanted = list(dict.fromkeys(ids))
        for part in in_parts(item_id for item_id in wanted if item_id not in self._known):
            self._known.update((row[0], ItemFacts(*row)) for row in _ITEMS.rows(self._session, {"ids": part}))
        return {item_id: self._known[item_id] for item_id in wanted if item_id in self._known}

    def alike(self, lines: Sequence[Traits]) -> list[Alike]:
        """Return what each line may mean by its own words, in the order of the lines."""
        found = {line: self._hits(line.words[:_MOST_WORDS], line.strengths) for line in dict.fromkeys(lines)}
        self.items(item_id for hits in found.values() for item_id in hits)  # read in one go
        answers: dict[Traits, Alike] = {}
        for line, hits in found.items():
            same = self._only_same(line, hits)
            answers[line] = Alike(same, ()) if same is not None else self._offered(line, hits)
        return [answers[line] for line in lines]

    def candidates(self, line: Traits, ids: Iterable[UUID], least: int = 0) -> tuple[Candidate, ...]:
        """Return items as candidates for a line, the likest first; those less alike than ``least`` are left out."""
        scored = [(likeness(line, item.traits), item) for item in self.items(ids).values() if item.is_active]
        kept = sorted((pair for pair in scored if pair[0].score >= least), key=_likest)
        return tuple(
            Candidate(**item.shown, score=found.score, reasons=found.reasons) for found, item in kept[:MOST_CANDIDATES]
        )

    def _only_same(self, line: Traits, hits: Sequence[UUID]) -> UUID | None:
        """Return the one item that a line is the same as; None where there are several, or more than were looked at."""
        if len(hits) >= _MOST_HITS:
            return None
        same = [
            item_id
            for item_id, item in self.items(hits).items()
            if item.is_active and likeness(line, item.traits).is_same
        ]
        return same[0] if len(same) == 1 else None

    def _offered(self, line: Traits, hits: Sequence[UUID]) -> Alike:
        """Return those to choose from: other strengths and packs of the name, then what is spelled otherwise."""
        ids = dict.fromkeys(hits)
        ids |= dict.fromkeys(self._hits(line.words[: _brand_words(line.words)], ()))
        offered = self.candidates(line, ids, _LEAST_SCORE)
        if not offered and line.words:
            spelled = ranked(self._session, " ".join(line.words[:_MOST_WORDS]), self._today, _MOST_SPELLED)
            spelled = spelled or ranked(self._session, line.words[0], self._today, _MOST_SPELLED)
            offered = self.candidates(line, spelled, _LEAST_SCORE)
        return Alike(None, offered)

    def _hits(self, words: Sequence[str], numbers: Iterable[tuple[str, str]]) -> list[UUID]:
        if not words:
            return []
        typed = " ".join([*words, *(number for number, _ in numbers)])
        return search_index.find(self._session, typed, _MOST_HITS)


def _brand_words(words: Sequence[str]) -> int:
    """Return how many words the brand needs to be searched by: a short first one finds half the catalogue."""
    return 1 if words and len(words[0]) >= _LEAST_LETTERS else 2


def _likest(pair: tuple[Likeness, ItemFacts]) -> tuple[int, str, str]:
    return -pair[0].score, pair[1].name, pair[1].code
