"""A shop's key as people write it down: thirteen groups of five characters, each group with its own check character.

Crockford's base 32 leaves out I, L, O and U; typed in again I and L count as 1, O as 0, small letters as capitals,
and what separates the groups does not matter. The fifth character of a group checks the four before it and the
group's place, so that a wrong character, two swapped ones or two swapped groups are found in the group they are in,
before any key is tried.
"""

from __future__ import annotations

import hashlib
import re

from core.kernel.errors import RuleBroken

KEY_BYTES = 32

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {"I": 1, "L": 1, "O": 0}
_GROUPS = 13
_DATA_IN_GROUP = 4
_GROUP = _DATA_IN_GROUP + 1
_LENGTH = _GROUPS * _GROUP
#: 13 groups of 20 bits hold the key's 256 and four more: the first of its SHA-256.
_SPARE_BITS = 4
_SEPARATORS = re.compile(r"[\s\-_.:]+")


def recovery_code(key: bytes) -> str:
    """Return the code of a key of 32 bytes, groups joined by hyphens."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    number = int.from_bytes(key) << _SPARE_BITS | _digest(key)
    bits = _GROUPS * _DATA_IN_GROUP * 5
    values = [number >> shift & 31 for shift in range(bits - 5, -1, -5)]
    groups = [values[start : start + _DATA_IN_GROUP] for start in range(0, len(values), _DATA_IN_GROUP)]
    return "-".join(
        "".join(ALPHABET[value] for value in (*group, _check(group, place))) for place, group in enumerate(groups)
    )


def parse_recovery_code(text: str) -> bytes:
    """Return the key of a code.

    Raises RuleBroken ``key.code_character`` (a character no code has, with its group), ``key.code_length``,
    ``key.code_group`` (a group that does not fit its check character), ``key.code_whole`` (all groups fit, the whole
    does not: more than one character is wrong).
    """
    typed = [part for part in _SEPARATORS.split(text.strip().upper()) if part]
    characters = "".join(typed)
    for position, character in enumerate(characters):
        if character not in _VALUES:
            raise RuleBroken("key.code_character", character=character, group=position // _GROUP + 1)
    if len(characters) != _LENGTH:
        odd = next((n for n, part in enumerate(typed, start=1) if len(part) != _GROUP), None)
        if odd is not None and len(typed) == _GROUPS:
            raise RuleBroken("key.code_group", group=odd, typed=typed[odd - 1])
        raise RuleBroken("key.code_length", wanted=_LENGTH, given=len(characters))
    number = 0
    for place in range(_GROUPS):
        group = characters[place * _GROUP : (place + 1) * _GROUP]
        *values, check = (_VALUES[character] for character in group)
        if check != _check(values, place):
            raise RuleBroken("key.code_group", group=place + 1, typed=group)
        for value in values:
            number = number << 5 | value
    key = (number >> _SPARE_BITS).to_bytes(KEY_BYTES)
    if number & (1 << _SPARE_BITS) - 1 != _digest(key):
        raise RuleBroken("key.code_whole")
    return key


def is_group_of(code: str, number: int, typed: str) -> bool:
    """Say whether somebody typed the group of that number (from 1) of a code, however it is written."""
    characters = "".join(_SEPARATORS.split(typed.strip().upper()))
    wanted = code.split("-")[number - 1]
    return len(characters) == len(wanted) and all(
        _VALUES.get(given) == _VALUES[right] for given, right in zip(characters, wanted, strict=True)
    )


def _digest(key: bytes) -> int:
    return hashlib.sha256(key).digest()[0] >> 8 - _SPARE_BITS


def _powers() -> list[int]:
    """Return the powers of a generator of the field of 32 elements (x^5 + x^2 + 1)."""
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return powers


_POWERS = _powers()
_LOGARITHMS = {power: exponent for exponent, power in enumerate(_POWERS)}


def _check(group: list[int], place: int) -> int:
    """Weighted sum in the field: different weights notice swapped characters, the place swapped groups."""
    check = _POWERS[place]
    for weight, value in enumerate(group, start=1):
        if value:
            check ^= _POWERS[(_LOGARITHMS[value] + weight) % 31]
    return check
