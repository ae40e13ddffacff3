"""Draws document numbers inside the posting transaction: no gaps, no clashes, at most 16 characters (facts A2)."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date

from core.kernel.dates import FinancialYear
from core.kernel.errors import RuleBroken
from core.numbering.model import NumberCounter
from core.storage.unit_of_work import UnitOfWork

MAX_LENGTH = 16
_USUAL_WIDTH = 6
#: The form the invoice registration portal takes; we use it for every document.
_PORTAL_FORM = re.compile(r"[A-Za-z1-9][A-Za-z0-9/-]{0,15}")


class NumberedKind(enum.StrEnum):
    """What is numbered; the value is the letter in the number, none for a bill."""

    BILL = ""


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number drawn: the text printed on the document, and the places it is unique in."""

    text: str
    series: str
    financial_year: FinancialYear
    serial: int


def draw_number(uow: UnitOfWork, kind: NumberedKind, on_date: date) -> DocumentNumber:
    """Draw the next number of this node's series of a kind, in the financial year of the document's date.

    The number belongs to the transaction: rolled back, it is drawn again. Raises RuleBroken ``numbering.full`` when
    the series has no number of 16 characters left.
    """
    series = f"{uow.node.code}{kind}"
    year = FinancialYear.of(on_date)
    serial = uow.count_up(NumberCounter, {"series": series, "financial_year": year.starts_in}, "last")
    return DocumentNumber(format_number(series, year, serial), series, year, serial)


def format_number(series: str, year: FinancialYear, serial: int) -> str:
    """Return ``C1/26-27/000001``: six digits, fewer where the prefix leaves less room, more as they are needed.

    Raises RuleBroken ``numbering.full`` for a serial that does not fit into 16 characters.
    """
    prefix = f"{series}/{year}/"
    width = min(_USUAL_WIDTH, MAX_LENGTH - len(prefix))
    number = f"{prefix}{serial:0{max(width, 1)}d}"
    if not _PORTAL_FORM.fullmatch(number):
        raise RuleBroken("numbering.full", series=series, year=str(year))
    return number
