"""Whether the pages of some copies are numbered as they should be."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PAGE = re.compile(r"Page (\d+) of (\d+)$")


def copies_numbered(feet: Sequence[str]) -> int:
    """Return of how many copies these feet of pages are, each numbered from 1 to as many pages as it says it has."""
    copies, place = 0, 0
    while place < len(feet):
        numbers = [match.groups() for foot in feet[place:] if (match := _PAGE.search(foot))]
        count = int(numbers[0][1])
        assert numbers[:count] == [(str(number), str(count)) for number in range(1, count + 1)]
        place += count
        copies += 1
    return copies
