"""Names in an Indian script, in Latin letters, for paper that has no such letters.

The nine scripts of ISCII heritage share one order in Unicode, so one table by offset reads them all. The outcome is
what people write on forms (Kumar, not Kumāra): long vowels like short ones, no final a in the northern scripts.
"""

from __future__ import annotations

import re

_FIRST_BLOCK = 0x0900
_BLOCK_SIZE = 0x80
_NORTHERN = (0x0900, 0x0980, 0x0A00, 0x0A80)  # Devanagari, Bengali, Gurmukhi, Gujarati: a final a is not spoken
_NASAL_N = (0x0900, 0x0A00)  # where a nasal at the end is heard as n, not m
_RUN = re.compile("[\u0900-\u0d7f\u200c\u200d]+")


def _spelled(first: int, spellings: str) -> dict[int, str]:
    """Return the spelling by offset, for letters that follow each other."""
    return dict(enumerate(spellings.split(), first))


_VOWELS = _spelled(0x05, "a a i i u u ri li e e e ai o o o au") | _spelled(0x60, "ri li")
_CONSONANTS = (
    _spelled(0x15, "k kh g gh n ch chh j jh n t th d dh n t th d dh n n p ph b bh m")
    | _spelled(0x2F, "y r r l l zh v sh sh s h")
    | _spelled(0x58, "k kh g z r rh f y")
)
_SIGNS = _spelled(0x3E, "a i i u u ri ri e e e ai o o o au") | _spelled(0x62, "li li")
_DIGITS = {0x66 + digit: str(digit) for digit in range(10)}
_SILENT = {0x3C, 0x3D, 0x55, 0x56, 0x57, 0x71}
_CHILLUS = {0x0D7A: "n", 0x0D7B: "n", 0x0D7C: "r", 0x0D7D: "l", 0x0D7E: "l", 0x0D7F: "k"}  # Malayalam, no vowel
_BENGALI_EXTRA = {0x09F0: 0x30, 0x09F1: 0x35}
_DOTTED = {0x15: 0x58, 0x16: 0x59, 0x17: 0x5A, 0x1C: 0x5B, 0x21: 0x5C, 0x22: 0x5D, 0x2B: 0x5E, 0x2F: 0x5F}
_JOINERS = (0x200C, 0x200D)
_NUKTA = 0x3C
_VIRAMA, _CANDRABINDU, _ANUSVARA, _VISARGA, _TIPPI = 0x4D, 0x01, 0x02, 0x03, 0x70
_LABIALS = range(0x2A, 0x2F)


def romanise(text: str) -> str:
    """Return the text with every word of an Indian script in Latin letters, its first letter a capital."""
    return _RUN.sub(lambda run: _word(run[0]), text)


def _word(word: str) -> str:
    letters = _letters(word)
    out: list[str] = []
    spoken = False  # whether a vowel has been heard, so that a final a may be silent
    for index, (block, offset) in enumerate(letters):
        following = letters[index + 1][1] if index + 1 < len(letters) else None
        if offset in _CONSONANTS and block + offset not in _CHILLUS:
            silent_end = following is None and block in _NORTHERN and spoken
            inherent = following not in _SIGNS and following != _VIRAMA and not silent_end
            out.append(_CONSONANTS[offset] + ("a" if inherent else ""))
            spoken = spoken or inherent
        elif offset in _VOWELS or offset in _SIGNS:
            out.append(_VOWELS.get(offset) or _SIGNS[offset])
            spoken = True
        else:
            out.append(_other(block, offset, following))
    latin = "".join(out)
    return latin[:1].upper() + latin[1:]


def _letters(word: str) -> list[tuple[int, int]]:
    """Return (block, offset) of each letter; a dot below makes one letter of two."""
    letters: list[tuple[int, int]] = []
    for point in map(ord, word):
        offset = _BENGALI_EXTRA.get(point, point % _BLOCK_SIZE)
        block = point - point % _BLOCK_SIZE
        if offset == _NUKTA and letters:
            letters[-1] = (letters[-1][0], _DOTTED.get(letters[-1][1], letters[-1][1]))
        elif point not in _JOINERS:
            letters.append((block, offset))
    return letters


def _other(block: int, offset: int, following: int | None) -> str:
    if offset == _ANUSVARA:
        at_end = "n" if block in _NASAL_N else "m"
        return at_end if following is None else "m" if following in _LABIALS else "n"
    if offset in (_CANDRABINDU, _TIPPI):
        return "n"
    if offset == _VISARGA:
        return "h"
    if offset in (0x64, 0x65):
        return "."
    if offset == _VIRAMA or offset in _SILENT:
        return ""
    return _CHILLUS.get(block + offset) or _DIGITS.get(offset) or chr(block + offset)
