"""How much a supplier's line looks like an item: by name, strength, form and pack, each compared by itself. Pure.

A line and an item are the same only where nothing differs and nothing is left open. Everything else is a likeness to
be shown to a person: GLYCOMET 500 and GLYCOMET 500 SR, 250 and 500, tens and fifteens, tablets and syrup.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from rapidfuzz.distance import Indel

from core.catalog.drug_lists import rows
from core.catalog.naming import maker_key
from core.purchasing.proposing.keys import pack_of, words_of

SAME: Final = 1_000
_NAME, _STRENGTH, _FORM, _PACK = 500, 200, 150, 150
_MOST_LIKE_NAME = 450
_OTHER_MAKER = 100
_LEAST_MAKER = 3
_SLOW = frozenset({"extended", "delayed", "modified"})
_UNITS = {
    **dict.fromkeys(("mg", "mgs"), "mg"),
    **dict.fromkeys(("mcg", "μg", "ug"), "mcg"),
    "iu": "iu",
    "%": "%",
    **dict.fromkeys(("g", "gm", "gms", "gram", "grams"), "g"),
    **dict.fromkeys(("ml", "mls"), "ml"),
    **dict.fromkeys(("l", "ltr", "litre"), "l"),
    "kg": "kg",
}
_SIZES = frozenset({"g", "ml", "l", "kg"})
#: Words that are in some papers and not in others, and name nothing.
_EMPTY = frozenset(
    {"of", "the", "with", "in", "for", "and", "strip", "strips", "bottle", "packet", "box", "ip", "bp", "usp"}
)
_APOSTROPHES = dict.fromkeys(map(ord, "’‘`´′ʼ"), "'") | {ord("×"): "x"}
_COUNT = re.compile(r"(?<![\w.])\d+\s*[x*]\s*\d+(?:\s*'?\s*s)?(?![\w.])|(?<![\w.])\d+\s*[',]?\s*s(?!\w)", re.IGNORECASE)
_DOSE = re.compile(r"/\s*(?:\d+(?:\.\d+)?\s*)?ml\b|\b[wv]\s*/\s*[wv]\b", re.IGNORECASE)
_LONGEST_FORM = 3
#: Shortened further (N/S, D5, CR.) it may as well be part of a name.
_PLAIN_FORM = re.compile(r"[A-Z]{2,}(?: [A-Z]{2,})*")

Measure = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a name and a pack say, taken apart.

    ``words`` are in their order, forms, strengths and counts left out; ``strengths`` and ``sizes`` are numbers with
    their units (empty where none stands there). ``pieces`` is None where the pack is not plain. ``maker`` may be empty.
    """

    words: tuple[str, ...]
    strengths: tuple[Measure, ...]
    sizes: frozenset[Measure]
    forms: frozenset[str]
    pieces: int | None
    maker: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two are alike, from 0 to 1000, and why. ``is_same`` where all of it agrees and nothing is open."""

    score: int
    reasons: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether there is nothing left to ask."""
        return self.score == SAME


def traits_of_line(name: str, pack: str, maker: str) -> Traits:
    """Return what a supplier's line says. A count in its name that its pack does not repeat leaves the pack open."""
    reading = pack_of(pack, name)
    in_name = pack_of("", name)
    pieces = reading.pieces_per_pack if reading is not None else None
    if in_name is not None and in_name.pieces_per_pack != pieces:
        pieces = None
    return _traits(name, pack, "", pieces, maker)


@lru_cache(maxsize=20_000)
def traits_of_item(name: str, pack_label: str, form: str | None, pieces: int, maker: str | None) -> Traits:
    """Return what the catalogue says of an item."""
    return _traits(name, pack_label, form or "", pieces, maker or "")


def likeness(line: Traits, item: Traits) -> Likeness:
    """Return how much a line and an item are alike."""
    parts = (
        _names(line, item),
        _strengths(line.strengths, item.strengths),
        _forms(line.forms, item.forms),
        _packs(line, item),
    )
    score, reasons = sum(points for points, _ in parts), [reason for _, reason in parts]
    if not makers_agree(line.maker, item.maker):
        score -= _OTHER_MAKER
        reasons.append("other_maker")
    return Likeness(max(0, score), tuple(reasons))


def makers_agree(one: str, other: str) -> bool:
    """Say whether two keys of makers may be of one: papers cut them short; where one is not known they may."""
    if not one or not other:
        return True
    first, second = sorted((one.replace(" ", ""), other.replace(" ", "")), key=len)
    return len(first) >= _LEAST_MAKER and second.startswith(first)


def _names(line: Traits, item: Traits) -> tuple[int, str]:
    mine, its = "".join(line.words), "".join(item.words)
    if not mine or not its:
        return 0, "other_name"
    if mine == its or sorted(line.words) == sorted(item.words):
        return _NAME, "same_name"
    shared = (Counter(line.words) & Counter(item.words)).total()
    by_words = 2 * shared * SAME // (len(line.words) + len(item.words))
    length = len(mine) + len(its)
    by_letters = (length - Indel.distance(mine, its)) * SAME // length
    points = max(by_words, by_letters) * _MOST_LIKE_NAME // SAME
    return points, "like_name" if points * 2 >= _MOST_LIKE_NAME else "other_name"


def _strengths(line: tuple[Measure, ...], item: tuple[Measure, ...]) -> tuple[int, str]:
    if len(line) == len(item) and all(map(_same_strength, line, item)):
        return _STRENGTH, "same_strength"
    if not line or not item:
        return _STRENGTH // 2, "strength_open"
    return 0, "other_strength"


def _same_strength(one: Measure, other: Measure) -> bool:
    units = {one[1], other[1]}
    return one[0] == other[0] and (len(units) == 1 or units == {"", "mg"})


def _forms(line: frozenset[str], item: frozenset[str]) -> tuple[int, str]:
    if line == item:
        return _FORM, "same_form"
    if not line or not item:
        return _FORM // 2, "form_open"
    return 0, "other_form"


def _packs(line: Traits, item: Traits) -> tuple[int, str]:
    if line.pieces is None or item.pieces is None:
        return _PACK // 2, "pack_open"
    if line.pieces != item.pieces or (line.sizes and item.sizes and line.sizes != item.sizes):
        return 0, "other_pack"
    return (_PACK, "same_pack") if line.sizes == item.sizes else (_PACK // 2, "pack_open")


def _traits(name: str, pack: str, form: str, pieces: int | None, maker: str) -> Traits:
    plain = _DOSE.sub(" ", _COUNT.sub(" ", name.translate(_APOSTROPHES)))
    words, forms = _without_forms(words_of(plain))
    strengths, sizes, kept = _measures(words)
    of_pack = words_of(pack.translate(_APOSTROPHES))
    _, packed, left = _measures(of_pack)
    more = _without_forms(left)[1] | _without_forms(words_of(form))[1]
    return Traits(
        words=tuple(word for word in kept if word not in _EMPTY),
        strengths=tuple(sorted(strengths)),
        sizes=frozenset({*sizes, *packed}),
        forms=_plainest(forms | more),
        pieces=pieces,
        maker=maker_key(maker) if maker.strip() else "",
    )


def _measures(words: list[str]) -> tuple[list[Measure], list[Measure], list[str]]:
    """Take numbers with their units out of words: strengths, sizes, and what is left."""
    strengths: list[Measure] = []
    sizes: list[Measure] = []
    left: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        unit = _UNITS.get(words[at + 1], "") if at + 1 < len(words) else ""
        at += 1
        if not word[0].isdigit():
            left.append(word)
            continue
        at += bool(unit)
        (sizes if unit in _SIZES else strengths).append((word, unit))
    return strengths, sizes, left


def _without_forms(words: list[str]) -> tuple[list[str], set[str]]:
    """Take the words for dosage forms out of others; how a drug is released is part of its name (SR, XR)."""
    left: list[str] = []
    found: set[str] = set()
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_FORM, len(words) - at), 0, -1):
            form = _form_words().get(tuple(words[at : at + length]))
            if form is not None:
                found.add(form)
                at += length
                break
        else:
            left.append(words[at])
            at += 1
    return left, found


def _plainest(forms: set[str]) -> frozenset[str]:
    """Leave out a form that another one says more exactly: a dispersible tablet is a tablet too."""
    return frozenset(form for form in forms if not any(form != other and form in other for other in forms))


@cache
def _form_words() -> dict[tuple[str, ...], str]:
    return {
        tuple(words_of(token)): row["word"]
        for row in rows("drugs", "dosage_forms")
        if row["release"] not in _SLOW
        for token in row["tokens"].split("|")
        if _PLAIN_FORM.fullmatch(token)
    }
