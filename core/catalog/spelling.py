"""Which words of the catalogue a mistyped one may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import process
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


_LETTERS = "bdfghjklmnprstv"
#: Letters of a sound that are doubted: what slipped further behind stands among the words that begin so.
_DOUBTED = 4


def sounds_like(typed: str) -> list[str]:
    """Return beginnings of the sound of words that ``typed`` may have meant, the likeliest first.

    Its own sound, and that with one slip among the first letters undone: two swapped, one too many, wrong, missing.
    """
    sound = sound_of(typed)
    head, places = sound[:_DOUBTED], range(len(sound[:_DOUBTED]))
    swapped = sound_of(typed[1:2] + typed[:1] + typed[2:])[:_DOUBTED]
    others = [swapped]
    others += [head[:n] + head[n + 1 : n + 2] + head[n] + head[n + 2 :] for n in places]
    others += [(sound[:n] + sound[n + 1 :])[:_DOUBTED] for n in places]
    others += [head[:n] + letter + head[n + 1 :] for n in places for letter in _letters(n)]
    others += [head[:n] + letter + head[n:] for n in places for letter in _letters(n)]
    beginnings: list[str] = []
    for beginning in dict.fromkeys([head, *others]):
        if len(beginning) > 1 and not beginning.startswith(tuple(beginnings)):
            beginnings.append(beginning)
    return beginnings


def _letters(place: int) -> str:
    return _LETTERS if place else "a" + _LETTERS  # all vowels at the beginning sound so, behind it none is heard


def closest(typed: str, words: Mapping[str, str]) -> list[list[str]]:
    """Return the words that begin as ``typed`` does but for a slip or two, the likeliest first, in groups.

    ``words`` come with their sounds. A slip is a letter too many, missing, wrong, or two swapped. One is forgiven, from
    seven letters two, and two more where the sound is the same.
    """
    most = 2 if len(typed) >= _TWO_SLIPS_FROM else 1
    sound = sound_of(typed)
    same = (
        {word for word, of_word in words.items() if of_word.startswith(sound)} if len(sound) >= _SURE_SOUND else set()
    )
    slips = _slips(typed, words, most)
    slips |= {word: count for word, count in _slips(typed, same, most + 2).items() if word not in slips}
    groups: dict[int, list[str]] = {}
    for word, count in slips.items():
        groups.setdefault(count + (word not in same), []).append(word)
    return _beginnings(sorted(groups[cost]) for cost in sorted(groups))


def _beginnings(groups: Iterable[list[str]]) -> list[list[str]]:
    """Leave out the words that begin with one before them: what is looked for by a beginning finds them too."""
    found: list[list[str]] = []
    known: tuple[str, ...] = ()
    for group in groups:  # in order, so that a word stands right behind what it begins with
        kept: list[str] = []
        for word in group:
            if not (kept and word.startswith(kept[-1])) and not word.startswith(known):
                kept.append(word)
        if kept:
            found.append(kept)
            known += tuple(kept)
    return found


def _slips(typed: str, words: Iterable[str], most: int) -> dict[str, int]:
    """Return, of the words that begin as typed but for at most ``most`` slips, how many they are."""
    longest: dict[str, list[str]] = {}
    for word in words:
        longest.setdefault(word[: len(typed) + most], []).append(word)
    wholes = list(longest)
    found: dict[str, int] = {}
    for end in range(max(1, len(typed) - most), len(typed) + most + 1):
        beginnings = [whole[:end] for whole in wholes]
        for _, count, place in process.extract(typed, beginnings, scorer=OSA.distance, score_cutoff=most, limit=None):
            whole = wholes[place]
            found[whole] = min(count, found.get(whole, count))
    return {word: count for whole, count in found.items() for word in longest[whole]}
