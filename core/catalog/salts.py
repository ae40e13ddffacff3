"""Reads what an item is made of: each salt with its key name and its strength, where the text says them plainly.

Names are compared whole, never by a part of them: barbital (Schedule X) is inside phenobarbital (H).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from core.catalog.drug_lists import rows

#: Words behind a name that say which book or how it was ground.
_NO_SALT = frozenset(["ip", "bp", "usp", "ep", "micronized", "micronised", "base"])
_METALS = frozenset(
    [
        "sodium",
        "potassium",
        "calcium",
        "magnesium",
        "zinc",
        "ferrous",
        "ferric",
        "iron",
        "lithium",
        "aluminium",
        "aluminum",
        "bismuth",
        "barium",
        "silver",
        "copper",
        "manganese",
        "chromium",
        "ammonium",
    ]
)
_UNITS = {
    "g": (Fraction(1000), "mg"), "gm": (Fraction(1000), "mg"), "gms": (Fraction(1000), "mg"),
    "gram": (Fraction(1000), "mg"), "mg": (Fraction(1), "mg"), "mgs": (Fraction(1), "mg"),
    "mcg": (Fraction(1, 1000), "mg"), "ug": (Fraction(1, 1000), "mg"), "µg": (Fraction(1, 1000), "mg"),
    "μg": (Fraction(1, 1000), "mg"), "iu": (Fraction(1), "iu"), "i.u.": (Fraction(1), "iu"), "u": (Fraction(1), "iu"),
    "unit": (Fraction(1), "iu"), "units": (Fraction(1), "iu"), "miu": (Fraction(1_000_000), "iu"),
    "ml": (Fraction(1), "ml"), "meq": (Fraction(1), "meq"), "mmol": (Fraction(1), "mmol"), "%": (Fraction(1), "%"),
}  # fmt: skip
_PER = {
    "ml": (Fraction(1), "ml"), "l": (Fraction(1000), "ml"), "g": (Fraction(1), "g"), "gm": (Fraction(1), "g"),
    "mg": (Fraction(1, 1000), "g"), "dose": (Fraction(1), "dose"), "puff": (Fraction(1), "dose"),
    "spray": (Fraction(1), "dose"), "actuation": (Fraction(1), "dose"), "vial": (Fraction(1), "vial"),
    "tab": (Fraction(1), ""), "tablet": (Fraction(1), ""), "cap": (Fraction(1), ""), "capsule": (Fraction(1), ""),
    "hr": (Fraction(1), "hour"), "hour": (Fraction(1), "hour"),
}  # fmt: skip


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_STRENGTH = re.compile(
    rf"(?<![\w.])(?P<amount>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>{_any_of(_UNITS)})(?![a-z])"
    rf"(?:\s*w/[wv]|\s*v/v)?(?:\s*/\s*(?P<of>\d+(?:\.\d+)?)?\s*(?P<per>{_any_of(_PER)})s?(?![a-z]))?",
    re.IGNORECASE,
)
# a slash before a unit belongs to a strength; every other one parts two salts
_BETWEEN = re.compile(
    rf"\s*(?:\+|;|&|,(?!\d)|/(?!\s*(?:\d|(?:{_any_of(_PER)})s?(?![a-z])|[wv]\b))|(?<=\s)(?:and|with)(?=\s))\s*",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_DASHES = re.compile(r"[‐-―]")
_MOST_SALTS = 30


@dataclass(frozen=True, slots=True)
class Strength:
    """A strength in one unit per kind: ``500 mg``, ``25 mg/ml`` (125 mg in 5 ml), ``1 %``."""

    amount: Fraction
    unit: str

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, slots=True)
class SaltReading:
    """A salt as a text names it.

    ``name`` is without strength and brackets, ``key`` what it is compared by; ``strength`` is None where the text
    gives none or more than one.
    """

    text: str
    name: str
    key: str
    strength_text: str | None
    strength: Strength | None


def read_salts(text: str) -> tuple[SaltReading, ...]:
    """Return the salts that a composition lists, in its order; none where it cannot be taken apart for certain.

    ``Amoxycillin (500mg) + Clavulanic Acid (125mg)``, ``Aceclofenac 100 mg and Paracetamol 325 mg``.
    """
    cleaned = _cleaned(text)
    if not cleaned or cleaned.count("(") != cleaned.count(")"):
        return ()
    parts = [part for part in _BETWEEN.split(cleaned) if part]
    read = tuple(_read_salt(part) for part in parts[: _MOST_SALTS + 1])
    if len(read) > _MOST_SALTS or not all(salt.key for salt in read):
        return ()
    return read


def read_strength(text: str) -> Strength | None:
    """Return the one strength in a text, None where there is none or another beside it."""
    found = list(_STRENGTH.finditer(_cleaned(text)))
    if len(found) != 1:
        return None
    amount = Fraction(found[0]["amount"].replace(",", ""))
    factor, unit = _UNITS[found[0]["unit"].casefold()]
    if not amount:
        return None
    if found[0]["per"] is None:
        return Strength(amount * factor, unit)
    per_factor, per = _PER[found[0]["per"].casefold()]
    of = Fraction(found[0]["of"] or 1) * per_factor
    if not of:
        return None
    return Strength(amount * factor / of, f"{unit}/{per}" if per else unit)


def are_same_salts(one: str, other: str) -> bool:
    """Say whether two texts name the same salts in the same strengths, however they are written and in any order.

    A strength that one of them leaves out is no difference. A text that cannot be taken apart is the same as another
    only letter for letter.
    """
    first, second = _strengths_by_salt(one), _strengths_by_salt(other)
    if not first or not second:
        return _letters(one) == _letters(other)
    return first.keys() == second.keys() and all(
        None in first[key] or None in second[key] or first[key] == second[key] for key in first
    )


def composition_key(salts: Sequence[SaltReading]) -> str | None:
    """Return by what items of the same salts and strengths are found; None where any strength is not known.

    The order of the salts says nothing. Whether a base or its hydrochloride is meant, labels often leave out.
    """
    if not salts or any(salt.strength is None for salt in salts):
        return None
    return " + ".join(sorted(f"{salt.key} {salt.strength}" for salt in salts))


def salt_key(name: str) -> str:
    """Return the name that spellings and old and new names of a substance share: ``amoxycillin trihydrate`` and
    ``Amoxicillin`` are both ``amoxicillin``. Empty for a text without letters.
    """
    plain = plain_name(name)
    known = _groups()
    if plain in known:
        return known[plain]
    base = _without_salt_words(plain)
    return known.get(base, base)


def salt_form(name: str) -> str:
    """Return which salt of the substance a name says, ``hydrochloride``; empty for the base, or where it says none."""
    words = plain_name(name).split()
    if not words or words[0] in _METALS:
        return ""
    said: list[str] = []
    while len(words) > 1 and words[-1].strip(".") in _salt_words():
        said.insert(0, words.pop())
    spelled = (re.sub("ph(?=ate)", "f", word).replace("sylate", "silate") for word in said)
    return " ".join("hydrochloride" if word == "hcl" else word for word in spelled if word not in _NO_SALT)


def plain_name(name: str) -> str:
    """Return a name in small letters without brackets, strengths and punctuation."""
    bare = _STRENGTH.sub(" ", _BRACKETS.sub(" ", _cleaned(name))).casefold()
    return " ".join(re.sub(r"[^\w\s.-]", " ", bare).strip(" .-").split()) if re.search(r"[^\W\d_]", bare) else ""


def _read_salt(part: str) -> SaltReading:
    strengths = [match[0].strip() for match in _STRENGTH.finditer(part)]
    name = " ".join(_STRENGTH.sub(" ", _BRACKETS.sub(_bracketed, part)).split()).strip(" -.,:")
    return SaltReading(
        text=part,
        name=name,
        key=salt_key(name),
        strength_text=", ".join(strengths) or None,
        strength=read_strength(part),
    )


def _bracketed(match: re.Match[str]) -> str:
    """Keep what is in brackets only where it is a strength; ``(as hydrochloride)`` is no part of the name."""
    inside = match[1] if match[1] is not None else match[2]
    return f" {inside} " if _STRENGTH.search(inside) else " "


def _cleaned(text: str) -> str:
    return " ".join(_DASHES.sub("-", unicodedata.normalize("NFKC", text)).split())


def _strengths_by_salt(text: str) -> dict[str, Counter[Strength | None]]:
    found: dict[str, Counter[Strength | None]] = {}
    for salt in read_salts(text):
        found.setdefault(salt.key, Counter())[salt.strength] += 1
    return found


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", _cleaned(text).casefold())


def _without_salt_words(plain: str) -> str:
    words = plain.split()
    if words and words[0] in _METALS:
        return plain
    strip = _salt_words()
    while len(words) > 1 and words[-1].strip(".") in strip:
        words.pop()
    return " ".join(words)


@cache
def _salt_words() -> frozenset[str]:
    return frozenset(
        row["alias"].strip(".") for row in rows("drugs", "salt_synonyms") if row["relation"] == "strip_token"
    )


@cache
def _groups() -> dict[str, str]:
    """Return each name of a group of equal ones with the group's name: the Schedules mix old and new names."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            name = parents[name]
        return name

    for row in rows("drugs", "salt_synonyms"):
        if row["relation"] != "strip_token":
            parents[root(row["alias"].casefold())] = root(row["canonical"].casefold())
    return {name: root(name) for name in parents}
