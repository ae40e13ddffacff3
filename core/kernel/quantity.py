"""Quantities: whole smallest units (tablet, bottle), typed and shown as packs and loose pieces."""

from __future__ import annotations

import enum
import re

from core.kernel.errors import RuleBroken

_BARE = re.compile(r"\d{1,6}", re.ASCII)
_PACKS_AND_LOOSE = re.compile(r"(\d{0,6}):(\d{0,4})", re.ASCII)
_PIECES = re.compile(r"(\d{1,7})\s*[tT]", re.ASCII)


class BareNumber(enum.StrEnum):
    """What a number without a mark means. Files and the API always mean packs; the counter may choose."""

    PACKS = "packs"
    PIECES = "pieces"


def parse_quantity(text: str, pieces_per_pack: int, bare: BareNumber = BareNumber.PACKS) -> int:
    """Return the smallest units in ``2`` (by the setting), ``2:5`` (2 packs 5 pieces) or ``25t`` (25 pieces).

    Raises RuleBroken ``quantity.unreadable`` for other text and ``quantity.zero`` for nothing.
    """
    cleaned = text.strip()
    if _BARE.fullmatch(cleaned):
        units = int(cleaned) * (pieces_per_pack if bare is BareNumber.PACKS else 1)
    elif (match := _PACKS_AND_LOOSE.fullmatch(cleaned)) and cleaned != ":":
        units = int(match[1] or 0) * pieces_per_pack + int(match[2] or 0)
    elif match := _PIECES.fullmatch(cleaned):
        units = int(match[1])
    else:
        raise RuleBroken("quantity.unreadable", text=text)
    if units == 0:
        raise RuleBroken("quantity.zero")
    return units


def show_quantity(units: int, pieces_per_pack: int) -> str:
    """Return packs and loose pieces as the counter reads them: ``9:5``; only packs where a pack is one piece."""
    if pieces_per_pack == 1:
        return str(units)
    packs, loose = divmod(abs(units), pieces_per_pack)
    return f"{'-' if units < 0 else ''}{packs}:{loose}"
