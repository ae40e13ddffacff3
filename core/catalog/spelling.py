"""Which words of the catalogue a mistyped one may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from core.kernel.sounds import sound_of

#: Shorter words are too like too many others.
SHORTEST = 3
_TWO_SLIPS_FROM = 7
_SURE_SOUND = 3
#: What is written at the counter for a longer word.
SPOKEN: Mapping[str, Sequence[str]] = {
    "syp": ("syrup", "suspension", "liquid"),
    "pcm": ("paracetamol",),
    "hctz": ("hydrochlorothiazide",),
    "hcq": ("hydroxychloroquine",),
}


class Looks(NamedTuple):
    """Beginnings of sounds under which a mistyped word may stand; ``_`` in ``patterns`` is any letter.

    ``sounds`` and ``patterns`` are those of the word, ``tails`` those of the word without its first letter.
    """

    sounds: Sequence[str]
    patterns: Sequence[str]
    tails: Sequence[str]


def looks(typed: str) -> Looks:
    """Return where to look for the word that was meant.

    Two letters of the sound are enough where neither slipped; else one slip among the first letters is undone in each
    way it can have come about: a letter too many, missing, wrong, two swapped.
    """
    sound = sound_of(typed)
    first, second, rest = sound[:1], sound[1:2], sound[2:]
    swapped = sound_of(typed[1:2] + typed[:1] + typed[2:])
    return Looks(
        sounds=_few(sound[:2], first + rest[:2], sound[1:3], swapped[:2], second + first),
        patterns=_few(f"{first}_{second}", f"{first}_{rest[:1]}") if rest else (),
        tails=_few(sound[:2], sound[1:3], sound_of(typed[1:])[:2]),
    )


def _few(*beginnings: str) -> Sequence[str]:
    return tuple(dict.fromkeys(beginning for beginning in beginnings if len(beginning) > 1))


def closest(typed: str, words: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the words that begin as ``typed`` does but for a slip or two, the likeliest first, in groups.

    ``words`` come with their sounds. A slip is a letter too many, missing, wrong, or two swapped. One is forgiven, from
    seven letters two, and any spelling that sounds the same.
    """
    most = 2 if len(typed) >= _TWO_SLIPS_FROM else 1
    typed_sound = sound_of(typed)
    groups: dict[int, list[str]] = {}
    for word, sound in words:
        alike = _beginning_distance(typed_sound, sound, most)
        if alike > most:
            continue
        forgiven = most + 2 if alike == 0 and len(typed_sound) >= _SURE_SOUND else most
        letters = _beginning_distance(typed, word, forgiven)
        if letters <= forgiven:
            groups.setdefault(letters + alike, []).append(word)
    return [sorted(groups[cost]) for cost in sorted(groups)]


def _beginning_distance(typed: str, word: str, most: int) -> int:
    """Return how many slips lie between a text and the nearest beginning of a word, no more than ``most + 1``."""
    ends = range(max(1, len(typed) - most), min(len(word), len(typed) + most) + 1)
    return min((OSA.distance(typed, word[:end], score_cutoff=most) for end in ends), default=most + 1)
