"""A report as comma-separated text, for other programs, and safe in a spreadsheet."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from core.boundary.files import written_whole
from core.reporting.columns import Kind, ReportColumn, Value, plain_value
from core.reporting.report import Tick
from core.reporting.shaping import LineKind
from core.reporting.sheets import Sheet
from core.reporting.writing.pieces import in_numbers, number_titles
from core.reporting.writing.telling import lines_told

# line ends of any kind and whatever else has no width and no letter; half a character cannot be written at all
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_TIME = re.compile(r"\s*\d+:\d+(:\d+)?\s*", re.ASCII)
_FORMULA = re.compile(r"[ \xa0]*[=+\-@＝＋－＠]|[\t\r\n]")


def write_csv(sheet: Sheet, path: Path, tick: Tick) -> int:
    """Write a report's rows with the titles of its columns above them, and return how many rows there are.

    Heads and sums of groups and the sum of all are left out: whoever reads the file adds up a column, and would have
    everything twice. Amounts are written plain (``1234.50``), days as ISO, quantities as three whole numbers: packs,
    loose pieces, and all of it in pieces (``9:5`` a spreadsheet takes for a time of day). UTF-8 with a byte order mark,
    by which Excel knows it.

    Raises EnvironmentFault ``files.cannot_write``; the old file then stands as it was.
    """
    count = 0
    with written_whole(path, shared=True) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([safe_text(title) for column in sheet.columns for title in _titles(column)])
        for line in lines_told(sheet, tick):
            if line.kind is not LineKind.ROW:
                continue
            count += 1
            cells = (_cells(column, value) for column, value in zip(sheet.columns, line.values, strict=True))
            writer.writerow(list(chain.from_iterable(cells)))
    return count


def _titles(column: ReportColumn) -> Sequence[str]:
    return number_titles(column) if column.kind is Kind.QUANTITY else (column.title,)


def _cells(column: ReportColumn, value: Value) -> Sequence[str | int | None]:
    if column.kind is Kind.QUANTITY:
        return in_numbers(value)
    plain = plain_value(column.kind, value)
    return (safe_text(plain) if isinstance(plain, str) and not column.kind.is_number else plain,)


def safe_text(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula, or for a time of day (``9:5``, in lists).

    One that looks so is written behind an apostrophe (OWASP, CSV injection); a stroke alone is what stands for nothing.
    """
    if text == "-":
        return text
    line = _CONTROLS.sub(" ", text)
    return f"'{line}" if _FORMULA.match(text) or _FORMULA.match(line) or _TIME.fullmatch(line) else line
