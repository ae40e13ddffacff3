"""How a document number is made: at most 16 characters that every portal takes (facts A2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.kernel.dates import FinancialYear
from core.kernel.errors import RuleBroken

MAX_LENGTH = 16
USUAL_WIDTH = 6
#: The form the invoice registration portal takes; we use it for every document.
_PORTAL_FORM = re.compile(r"[A-Za-z1-9][A-Za-z0-9/-]{0,15}")
_PREFIX_FORM = re.compile(r"[A-Z1-9][A-Z0-9/-]{0,7}")


@dataclass(frozen=True, slots=True)
class Series:
    """A series in a financial year. ``prefix`` names it: two series never share one."""

    prefix: str
    width: int = USUAL_WIDTH
    first_serial: int = 1

    def number(self, year: FinancialYear, serial: int) -> str:
        """Return ``C1/26-27/000001``: as many digits as wished for, fewer where the prefix leaves less room.

        More digits are used as they are needed. Raises RuleBroken ``numbering.full`` for a serial that does not fit
        into 16 characters.
        """
        head = f"{self.prefix}/{year}/"
        width = max(1, min(self.width, MAX_LENGTH - len(head)))
        number = f"{head}{serial:0{width}d}"
        if not _PORTAL_FORM.fullmatch(number):
            raise RuleBroken("numbering.full", series=self.prefix, year=str(year))
        return number

    def capacity(self, year: FinancialYear) -> int:
        """Return the last serial that fits."""
        return int("9" * (MAX_LENGTH - len(f"{self.prefix}/{year}/")))


def delivered_series(node_code: str, letter: str) -> Series:
    """Return the series of a kind where the shop has set nothing: the node's code and the kind's letter."""
    return Series(f"{node_code}{letter}")


def check_prefix(prefix: str) -> str:
    """Return a prefix that leaves room for numbers.

    Capital letters, digits, ``/`` and ``-``, not starting with 0, eight characters at most. Raises RuleBroken
    ``numbering.prefix_form``.
    """
    if not _PREFIX_FORM.fullmatch(prefix):
        raise RuleBroken("numbering.prefix_form", prefix=prefix)
    return prefix
