"""How a word sounds to an Indian ear, so that *crosin* meets *Crocin* and *jinkovit* meets *Zincovit*."""

from __future__ import annotations

import re
import unicodedata

# in this order; each works on what the ones before it left
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"ph", "f"),
        (r"([bdgjkt])h", r"\1"),
        (r"ch", "k"),
        (r"sh", "s"),
        (r"c(?=[eiy])", "s"),
        (r"ck|c|qu|q", "k"),
        (r"x", "ks"),
        (r"z", "j"),
        (r"g(?=[eiy])", "j"),
        (r"w", "v"),
        (r"(?<=.)h", ""),
        (r"(.)\1+", r"\1"),
    )
)
_VOWELS = re.compile(r"[aeiouy]")
_LETTERS = re.compile(r"[^a-z]")


def sound_of(word: str) -> str:
    """Return a word's consonants as they sound, behind ``a`` if it begins with a vowel; empty if it has no letter.

    What sounds alike has the same key, and what a word begins with begins its key: ``sound_of("agment")`` begins
    ``sound_of("Augmentin")``.
    """
    text = _LETTERS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    for pattern, to in _RULES:
        text = pattern.sub(to, text)
    if not text:
        return ""
    return ("a" if _VOWELS.match(text) else text[0]) + _VOWELS.sub("", text[1:])
