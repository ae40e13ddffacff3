"""The numbers that name a party by themselves, as people write them: a registration comes with spaces or hyphens.

A number is kept as it was typed and compared by its key. It is looked up by its spellings, so that the index over what
was typed serves; a key of its own in the table would need the tables of all shops to be changed.
"""

from __future__ import annotations

import re
from itertools import pairwise, product

_SEPARATORS = ("", " ", "-", "/", ".", ". ", " - ")
#: Beyond so many places for a separator only what was typed is looked up: TCMC 123/2004 has two.
_MOST_GAPS = 3


def number_key(column: str, text: str) -> str:
    """Return what a number of a column (``registration``, ``gstin``) is compared by: TCMC 123 and tcmc-123 are one.

    Two numbers that a separator parts stay two, since 12/2004 and 1/22004 are not one.
    """
    runs = _runs(text) if column == "registration" else []
    return " ".join(runs) or "".join(text.split()).upper()


def number_spellings(column: str, text: str) -> list[str]:
    """Return every way a number may be kept that has the key of ``text``, so that an index finds it."""
    if column != "registration":
        return [number_key(column, text)]
    typed = " ".join(text.split()).upper()
    runs = _runs(text)
    if not 1 < len(runs) <= _MOST_GAPS + 1:
        return sorted({typed, *runs}) if len(runs) == 1 else [typed]
    gaps = [
        _SEPARATORS if before[-1].isdigit() != after[0].isdigit() else _SEPARATORS[1:]
        for before, after in pairwise(runs)
    ]
    spelled = {runs[0] + "".join(map("".join, zip(gap, runs[1:], strict=True))) for gap in product(*gaps)}
    return sorted(spelled | {typed})


def _runs(text: str) -> list[str]:
    """Return the words and numbers of a text in capitals; signs other than separators stay with what they stand at."""
    return re.findall(r"[0-9]+|[^0-9 \-/.]+", " ".join(text.split()).upper())
