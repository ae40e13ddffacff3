"""Says which item each line means: by what was learned of the supplier, by barcode, by likeness; else who it may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from core.catalog.gtin import forms, is_gtin
from core.catalog.queries import find_by_barcodes
from core.kernel.errors import RuleBroken
from core.purchasing.proposing.catalogue import Catalogue, ItemFacts
from core.purchasing.proposing.dto import Candidate, How, LineAnswer
from core.purchasing.proposing.keys import code_key, line_key, words_key
from core.purchasing.proposing.learning import Learned, learned_codes, learned_names, trusted_codes
from core.purchasing.proposing.likeness import Traits, traits_of_line
from core.purchasing.reading.invoice import FileLine

_LEAST_BARCODE = 12


@dataclass(slots=True)
class Matching:
    """What a line means. ``factors`` are those that were learned of it, by a name if ``pack_is_learned``.

    ``asked`` says what stands in the way.
    """

    item: ItemFacts | None = None
    how: How = How.ALIKE
    factors: tuple[int, ...] = ()
    pack_is_learned: bool = False
    candidates: tuple[Candidate, ...] = ()
    asked: list[RuleBroken] = field(default_factory=list)


class Matcher:
    """Matches the lines of one file; ``supplier_id`` is None while nobody knows whose it is."""

    def __init__(
        self, session: Session, catalogue: Catalogue, supplier_id: UUID | None, lines: Sequence[FileLine]
    ) -> None:
        self._session = session
        self._catalogue = catalogue
        self._lines = lines
        self._trusted = trusted_codes((line.code, line.name, line.pack) for line in lines)
        self._codes: Mapping[str, Learned] = {}
        self._names: Mapping[str, Learned] = {}
        if supplier_id is not None:
            self._codes = learned_codes(session, supplier_id, self._trusted) if self._trusted else {}
            keys = {line_key(line.name, line.pack, line.maker) for line in lines}
            self._names = learned_names(session, supplier_id, keys) if keys else {}

    def match(self, answers: Mapping[int, LineAnswer]) -> list[Matching]:
        """Return what each line means.

        Raises RuleBroken, for the item that an answer names, ``parties.no_item``, ``orders.item_ended``.
        """
        known = [self._known(line, answers.get(line.row)) for line in self._lines]
        for line, one in zip(self._lines, known, strict=True):
            if one is not None and one.item is not None:
                by_name = self._named(line)
                one.pack_is_learned = by_name is not None and by_name.item_id == one.item.item_id
        open_lines = [at for at, found in enumerate(known) if found is None]
        alike = self._catalogue.alike([_traits(self._lines[at]) for at in open_lines])
        for at, found in zip(open_lines, alike, strict=True):
            if found.item_id is not None:
                known[at] = Matching(self._catalogue.items([found.item_id])[found.item_id], How.ALIKE)
            else:
                known[at] = Matching(candidates=found.candidates, asked=[_which(self._lines[at], found.candidates)])
        return [found for found in known if found is not None]

    def _named(self, line: FileLine) -> Learned | None:
        return self._names.get(line_key(line.name, line.pack, line.maker))

    def _known(self, line: FileLine, answer: LineAnswer | None) -> Matching | None:
        """Return what is known of a line without comparing words, None where nothing is."""
        by_name = self._named(line)
        code = code_key(line.code)
        by_code = self._codes.get(code) if code in self._trusted else None
        learned = [one for one in (by_code, by_name) if one is not None]
        if answer is not None and answer.item_id is not None:
            return self._chosen(answer.item_id, learned)
        if by_code is not None:
            return self._by_code(line, by_code, by_name)
        scanned = find_by_barcodes(self._session, forms(line.code.strip())) if _is_barcode(line.code.strip()) else []
        if len(scanned) == 1:
            same = (one for one in learned if one.item_id == scanned[0])
            return self._matched(line, scanned[0], How.BARCODE, _factors(same))
        if scanned:
            return self._asked(line, scanned, RuleBroken("proposal.barcode_of_several", barcode=line.code))
        if by_name is not None:
            return self._matched(line, by_name.item_id, How.NAME, (by_name.factor,))
        return None

    def _chosen(self, item_id: UUID, learned: Iterable[Learned]) -> Matching:
        item = self._catalogue.items([item_id]).get(item_id)
        if item is None:
            raise RuleBroken("parties.no_item", where="item_id", item=str(item_id))
        if not item.is_active:
            raise RuleBroken("orders.item_ended", where="item_id", item=item.name)
        return Matching(item, How.CHOSEN, _factors(one for one in learned if one.item_id == item_id))

    def _by_code(self, line: FileLine, by_code: Learned, by_name: Learned | None) -> Matching:
        """Take what a code means, unless the name says otherwise: suppliers give codes to other goods in time."""
        if by_name is not None and by_name.item_id != by_code.item_id:
            doubt = RuleBroken("proposal.code_and_name_differ", written=line.code, name=line.name)
            return self._asked(line, [by_code.item_id, by_name.item_id], doubt)
        if by_name is None and by_code.words is not None and by_code.words != words_key(line.name):
            doubt = RuleBroken("proposal.code_renamed", written=line.code, known=by_code.words, name=line.name)
            return self._asked(line, [by_code.item_id], doubt)
        return self._matched(
            line, by_code.item_id, How.CODE, _factors(one for one in (by_code, by_name) if one is not None)
        )

    def _matched(self, line: FileLine, item_id: UUID, how: How, factors: tuple[int, ...]) -> Matching:
        item = self._catalogue.items([item_id])[item_id]
        if not item.is_active:
            [alike] = self._catalogue.alike([_traits(line)])
            return Matching(
                candidates=alike.candidates,
                asked=[RuleBroken("proposal.item_ended", name=line.name, item=item.name)],
            )
        return Matching(item, how, factors)

    def _asked(self, line: FileLine, ids: Sequence[UUID], doubt: RuleBroken) -> Matching:
        return Matching(candidates=self._catalogue.candidates(_traits(line), ids), asked=[doubt])


def _is_barcode(code: str) -> bool:
    """Say whether a code is a barcode; of eight digits one in ten would be by chance."""
    return len(code) >= _LEAST_BARCODE and is_gtin(code)


def _factors(learned: Iterable[Learned]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.factor for one in learned))


def _traits(line: FileLine) -> Traits:
    return traits_of_line(line.name, line.pack, line.maker)


def _which(line: FileLine, candidates: Sequence[Candidate]) -> RuleBroken:
    if candidates:
        return RuleBroken("proposal.which_item", name=line.name)
    return RuleBroken("proposal.no_item", name=line.name)
