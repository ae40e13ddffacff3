"""Who wrote the bill, to whom, its number and day: read from the rows outside the table, by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from core.kernel.errors import RuleBroken
from core.kernel.gst import STATES, parse_gstin
from core.purchasing.reading.tables import Row
from core.purchasing.reading.values import read_date, read_number

_NUMBER_LABEL = re.compile(
    r"(?<!way )(?<!way)\b(?:tax\s*)?(?:invoice|inv|bill|voucher|vch|document|doc|memo)\s*\.?\s*"
    r"(?:(?:no|num|number|nr|ref|id)\b\.?|#)\s*[:#.\-]*\s*(?P<value>\S*)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9/\-_.]{0,29}", re.IGNORECASE | re.ASCII)
_OF_ANOTHER = re.compile(r"against|agst|ref|original|previous|last|\be-?\s*$", re.IGNORECASE)
_DATE_LABEL = re.compile(r"(?P<of>[a-z/ .]*?)\b(?:date|dated|dt)\b\.?\s*[:.\-]*\s*", re.IGNORECASE)
_OTHER_DAYS = re.compile(
    r"due|order|\bp\.?\s?o\b|l\.?r\b|ack|print|challan|\bdc\b|deliver|exp|valid|despatch|dispatch|way|supply|dl\b|lic",
    re.IGNORECASE,
)
_DUE = re.compile(r"\bdue\b(?:\s*(?:date|dt|dated|on|by))*\b\.?\s*[:.\-]*\s*", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{4}[-/]\d{2}[-/]\d{2}"
    r"|\d{1,2}[-/ .][a-z]{3,9}[-/ .,']*(?:\d{4}|\d{2}))(?:\b|(?=T\d))",
    re.IGNORECASE | re.ASCII,
)
#: Eight digits are a day only right behind the word; elsewhere they may be anything.
_COMPACT = re.compile(r"\d{8}\b", re.ASCII)
_GSTIN = re.compile(r"\b\d{2}[A-Z0-9]{13}\b", re.IGNORECASE | re.ASCII)
_BUYER = re.compile(
    r"\b(?:buyer|billed?\s*to|bill\s*to|shipped?\s*to|consignee|party|customer|sold\s*to|receiver|recipient|purchaser"
    r"|debtor)\b|^\W*(?:to|m/s)\b",
    re.IGNORECASE,
)
_SUPPLIER = re.compile(
    r"^\W*(?:supplier|seller|sold\s*by|from|vendor)(?:\s*name)?\s*[:\-]+\s*(?P<name>.*)", re.IGNORECASE
)
_NO_NAME = re.compile(
    r"\W*(?:(?:gst|tax|cash|credit|retail|sales?|purchase|proforma|original|duplicate|triplicate|page|subject|copy|irn"
    r"|for)\b.*|(?:invoice|bill|memo|inv)\b.*)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"place\s*of\s*supply\s*[:\-]*\s*(?P<value>.*)", re.IGNORECASE)
_STATE_CODES = {name.casefold(): code for code, name in STATES.items()}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the rows outside the table say of the bill; what they do not say is empty or None."""

    numbers: tuple[str, ...] = ()
    on_date: date | None = None
    due_on: date | None = None
    #: What stands for the day on which it is due, and is none.
    due_unread: str = ""
    supplier: str = ""
    supplier_gstin: str = ""
    buyer_gstin: str = ""
    place_of_supply: str = ""


def read_letterhead(before: Sequence[Row], after: Sequence[Row], own_gstin: str = "") -> Letterhead:
    """Return what stands above the table, and below it where it is not above.

    ``own_gstin`` is the shop's: it is the buyer's wherever it stands.
    """
    rows = [*before, *after]
    numbers = dict.fromkeys(_numbers(rows))
    supplier_gstin, buyer_gstin = _gstins(rows, own_gstin)
    due = _due(rows)
    return Letterhead(
        numbers=tuple(numbers),
        on_date=_date(before) or _date(after),
        due_on=_day(due) if due else None,
        due_unread="" if due is None or _day(due) is not None else due,
        supplier=_supplier(before),
        supplier_gstin=supplier_gstin,
        buyer_gstin=buyer_gstin,
        place_of_supply=_place(rows),
    )


def _following(row: Row, at: int) -> str:
    """Return the next cell with something in it, empty behind the last."""
    return next((cell for cell in row.cells[at + 1 :] if cell.strip(" :-")), "").strip(" :")


def _numbers(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        for at, cell in enumerate(row.cells):
            for match in _NUMBER_LABEL.finditer(cell):
                if _OF_ANOTHER.search(cell[: match.start()]):
                    continue
                value = match["value"].strip(":,;") or _following(row, at).partition(" ")[0]
                if _NUMBER.fullmatch(value) and not _DATE.fullmatch(value):
                    yield value


def _date(rows: Sequence[Row]) -> date | None:
    """Return the day of the bill: what is called a date and no other's; else the only day that nothing is said of.

    The month of input tax hangs on it: where a date cannot be read, or only a due date stands there, a person is asked.
    """
    bare: list[date] = []
    for row in rows:
        for at, cell in enumerate(row.cells):
            labels = list(_DATE_LABEL.finditer(cell))
            for label, after in zip_longest(labels, labels[1:]):
                if _OTHER_DAYS.search(label["of"]):
                    continue
                text = cell[label.end() : after.start() if after else None] or _following(row, at)
                if _DATE_LABEL.search(text):  # it is blank, and the next label stands behind it
                    continue
                if (day := _day(text, _COMPACT.match(text))) is not None or text[:1].isdigit():
                    return day
            if not labels and not _DUE.search(cell) and (day := _day(cell)) is not None:
                before = next((other for other in reversed(row.cells[:at]) if other), "")
                if not _DATE_LABEL.search(before) and not _DUE.search(before):
                    bare.append(day)
    return bare[0] if len(set(bare)) == 1 else None


def _due(rows: Sequence[Row]) -> str | None:
    """Return what stands for the day on which the bill is due: the first that follows the word and looks like a day."""
    for row in rows:
        for at, cell in enumerate(row.cells):
            for match in _DUE.finditer(cell):
                day = _DATE.match(cell[match.end() :] or _following(row, at))
                if day is not None:
                    return day[0]
    return None


def _day(text: str, found: re.Match[str] | None = None) -> date | None:
    match = found or _DATE.search(text)
    try:
        return read_date(match[0]) if match else None
    except RuleBroken:
        return None


def _gstins(rows: Sequence[Row], own: str) -> tuple[str, str]:
    """Return the supplier's and the buyer's GSTIN.

    The buyer's is the shop's ``own`` where that stands there, else the one at or behind the words that name a buyer.
    """
    found: list[tuple[str, bool]] = []
    buyer_from: int | None = None
    for row in rows:
        for at, cell in enumerate(row.cells):
            if buyer_from is None and _BUYER.search(cell):
                buyer_from = at
            for match in _GSTIN.finditer(cell):
                try:
                    found.append((parse_gstin(match[0]), buyer_from is not None and at >= buyer_from))
                except RuleBroken:
                    continue
    if own and any(gstin == own for gstin, _ in found):
        return next((gstin for gstin, _ in found if gstin != own), ""), own
    sellers = list(dict.fromkeys(gstin for gstin, is_buyer_s in found if not is_buyer_s))
    buyers = [gstin for gstin, is_buyer_s in found if is_buyer_s]
    return next(iter(sellers), ""), next(iter([*buyers, *sellers[1:]]), "")


def _supplier(rows: Sequence[Row]) -> str:
    for row in rows:
        for cell in row.cells:
            if match := _SUPPLIER.match(cell):
                return match["name"].strip()
    for row in rows:
        for cell in row.cells:
            if _BUYER.search(cell):
                return ""
            if (
                sum(map(str.isalpha, cell)) >= 3
                and ":" not in cell
                and not _NO_NAME.fullmatch(cell)
                and not _GSTIN.search(cell)
                and read_number(cell) is None
            ):
                return cell
    return ""


def _place(rows: Sequence[Row]) -> str:
    for row in rows:
        for at, cell in enumerate(row.cells):
            if match := _PLACE.search(cell):
                value = match["value"] or _following(row, at)
                code = re.search(r"\b(\d{2})\b", value)
                if code and code[1] in STATES:
                    return code[1]
                name = re.sub(r"[^a-z ]", "", value.casefold()).strip()
                return _STATE_CODES.get(name, "")
    return ""
