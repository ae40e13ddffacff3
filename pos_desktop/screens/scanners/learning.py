"""Finds out how a scanner sends what it reads, from three scans of one known code. Pure.

A code is known where it is the one of ``TRIAL``, which this program shows to be scanned, or has a GTIN in it whose
check digit is right and no other digits beside it. What comes before and after it is the scanner's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeVar

from core.app.scanner_dto import (
    GS,
    EndKey,
    Separator,
    SerialBaud,
    SerialEnd,
    SerialSetup,
    WedgeSetup,
    write_signs,
)
from core.boundary.frozen import make
from core.catalog.gtin import is_gtin
from core.kernel.errors import RuleBroken
from core.printing.codes import Bitmap, gs1_data_matrix

#: A number of those that GS1 leaves to shops, so that it is no pack's: batch and serial number follow, and between
#: them the separator.
_BEFORE_SEPARATOR, _AFTER_SEPARATOR = "010200000000000817991231" + "10LEARN", "2177"
TRIAL: Final = f"{_BEFORE_SEPARATOR}{GS}{_AFTER_SEPARATOR}"
_TRIAL_ELEMENTS, _TRIAL_SIDE = "[01]02000000000008[17]991231[10]LEARN[21]77", 20
_TRIAL_TEXT = re.compile(
    rf"(?P<before>.*?)(?:\][A-Za-z]\d)?{_BEFORE_SEPARATOR}(?P<separator>.{{0,4}}?){_AFTER_SEPARATOR}(?P<after>.*)",
    re.DOTALL,
)
_DIGITS = re.compile(r"[0-9]+")
_KIND_BEFORE = re.compile(r"\][A-Za-z]\d$")

Scan = TypeVar("Scan", str, bytes)

SCANS: Final = 3
#: The setting is so much wider than the slowest gap seen, in percent and milliseconds: no two scans are alike.
_WIDER_PERCENT, _WIDER_MS = 150, 5
_LEAST_GAP, _MOST_GAP = 20, 200
#: People type a character in 60 to 120 ms; slower scanners than this are near that.
LIKE_TYPING: Final = 60
#: What a slow scanner's codes have at least: few people type so many characters without a pause.
_LEAST_OF_SLOW = 8

_ENDS = (SerialEnd.CRLF, SerialEnd.CR, SerialEnd.LF, SerialEnd.TAB)


@dataclass(frozen=True, slots=True)
class KeySeen:
    """A key that a scanner pressed: its character, and when. Enter is ``\\r``; one without a character has a name."""

    text: str
    at_ms: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """A known code as it came. ``separator`` is empty where it was left out, None where the code has none."""

    prefix: str
    suffix: str
    separator: str | None


@dataclass(frozen=True, slots=True)
class Learned:
    """What was found: how to read the scanner from now on, and what it was found from.

    ``fastest`` and ``slowest`` are gaps in milliseconds, None on a serial line. ``cautions`` are worth a look.
    """

    setup: WedgeSetup | SerialSetup
    parts: Parts
    fastest: int | None
    slowest: int | None
    cautions: tuple[RuleBroken, ...]


def trial_code() -> Bitmap:
    """Return the code to be scanned, a GS1 DataMatrix with a separator in it."""
    return gs1_data_matrix(_TRIAL_ELEMENTS, _TRIAL_SIDE)


def take_apart(text: str) -> Parts | None:
    """Return a known code's parts, None where nothing known stands in the text."""
    trial = _TRIAL_TEXT.fullmatch(text)
    if trial is not None:
        prefix = trial["before"].removesuffix(GS)  # some send the one that begins every GS1 code too
        return Parts(prefix, trial["after"], trial["separator"])
    numbers = [match for match in _DIGITS.finditer(text) if is_gtin(match[0])]
    if len(numbers) != 1:
        return None
    (number,) = numbers
    return Parts(_KIND_BEFORE.sub("", text[: number.start()]), text[number.end() :], None)


def typed_text(keys: Sequence[KeySeen]) -> str:
    """Return what the keys of a scan typed, without what ends it."""
    return "".join(key.text for key in keys).rstrip("\r\t")


def learn_keys(scans: Sequence[Sequence[KeySeen]], current: WedgeSetup) -> Learned:
    """Find out how a scanner types, from scans of one code that ``take_apart`` knows.

    Raises RuleBroken ``scanner.scans_differ``, ``scanner.code_unknown``, ``scanner.strange_key``, ``scanner.too_slow``,
    and what is wrong with a prefix, a suffix, or a scanner that sends neither end key nor prefix.
    """
    strange = next((key.name for keys in scans for key in keys if not key.text), None)
    if strange is not None:
        raise RuleBroken("scanner.strange_key", key=strange)
    text = _the_one({"".join(key.text for key in keys) for keys in scans})
    typed = text.rstrip("\r\t")
    parts = _known(typed)
    ending = text[len(typed) :]
    end = {"\r": EndKey.ENTER, "\t": EndKey.TAB}.get(ending[:1], EndKey.NONE)
    gaps = [after.at_ms - before.at_ms for keys in scans for before, after in pairwise(keys)]
    slowest = max(gaps)
    gap = max(_LEAST_GAP, slowest * _WIDER_PERCENT // 100 + _WIDER_MS)
    if slowest >= _MOST_GAP:
        raise RuleBroken("scanner.too_slow", slowest=slowest, most=_MOST_GAP)
    cautions = _separator_cautions(parts)
    if gap > LIKE_TYPING:
        cautions = (RuleBroken("scanner.like_typing", slowest=slowest, least=_LEAST_OF_SLOW), *cautions)
    setup = make(
        WedgeSetup,
        {
            "gap_ms": min(gap, _MOST_GAP),
            "least_characters": max(current.least_characters, _LEAST_OF_SLOW if gap > LIKE_TYPING else 0),
            "prefix": write_signs(parts.prefix),
            "suffix": write_signs(parts.suffix),
            "end": end,
            "separator": _separator_of(parts) or current.separator,
        },
    )
    return Learned(setup, parts, min(gaps), slowest, cautions)


def ending_of(data: bytes) -> SerialEnd:
    """Return what ends a scan of a serial scanner."""
    return next((end for end in _ENDS if data.endswith(end.characters.encode("ascii"))), SerialEnd.PAUSE)


def heard_text(data: bytes) -> str:
    """Return what a serial scanner sent, without what ends it."""
    return data.removesuffix(ending_of(data).characters.encode("ascii")).decode("latin-1")


def learn_bytes(
    scans: Sequence[bytes], *, name: str, port: str, baud: SerialBaud, separator: Separator = Separator.GS
) -> Learned:
    """Find out what a serial scanner sends, from scans of one code; ``separator`` holds where the code has none.

    Raises RuleBroken ``scanner.scans_differ``, ``scanner.code_unknown``, and what is wrong with a prefix or a suffix.
    """
    data = _the_one(set(scans))
    parts = _known(heard_text(data))
    setup = make(
        SerialSetup,
        {
            "name": name,
            "port": port,
            "baud": baud,
            "prefix": write_signs(parts.prefix),
            "suffix": write_signs(parts.suffix),
            "end": ending_of(data),
            "separator": _separator_of(parts) or separator,
        },
    )
    return Learned(setup, parts, None, None, _separator_cautions(parts))


def _the_one(scans: set[Scan]) -> Scan:
    if len(scans) != 1:
        raise RuleBroken("scanner.scans_differ")
    return next(iter(scans))


def _known(text: str) -> Parts:
    parts = take_apart(text)
    if parts is None:
        raise RuleBroken("scanner.code_unknown")
    return parts


def _separator_of(parts: Parts) -> Separator | None:
    return next((each for each in Separator if each.character == parts.separator), None)


def _separator_cautions(parts: Parts) -> tuple[RuleBroken, ...]:
    if parts.separator is None:
        return (RuleBroken("scanner.separator_untried"),)
    if not parts.separator:
        return (RuleBroken("scanner.separator_lost"),)
    if _separator_of(parts) is None:
        return (RuleBroken("scanner.separator_strange", sent=write_signs(parts.separator)),)
    return ()
