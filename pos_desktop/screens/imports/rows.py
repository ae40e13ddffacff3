"""What the tables of the import screen show, row by row. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from core.audit.clock import show_instant
from core.boundary.lines import LineProblem
from core.boundary.messages import explain
from core.boundary.sheets import Sheet
from core.inventory.import_columns import COLUMNS, meanings
from core.inventory.undoing import ImportView
from pos_desktop.shell.texts import tr

_SAMPLES = 3


class DoneRow(NamedTuple):
    """An import that was done."""

    import_id: UUID
    at: str
    user: str
    added: str
    found: str
    batches: str
    worth: str
    is_undone: bool


class ColumnRow(NamedTuple):
    """A column of the file that is looked at; ``meant`` is empty for one that is left out."""

    header: str
    meant: str
    samples: str


class ProblemRow(NamedTuple):
    """A line that is not understood; ``column`` is the file's own header."""

    line: int
    column: str
    text: str
    sentence: str
    is_question: bool


def done_rows(done: Sequence[ImportView]) -> list[DoneRow]:
    """Return imports, the newest first."""
    return [
        DoneRow(
            import_id=each.import_id,
            at=show_instant(each.at),
            user=each.username,
            added=str(each.report.items_added),
            found=str(each.report.items_found),
            batches=str(each.report.lots),
            worth=each.report.stock_value.grouped(),
            is_undone=each.is_undone,
        )
        for each in done
    ]


def column_rows(sheet: Sheet, chosen: Mapping[str, str]) -> list[ColumnRow]:
    """Return the columns of a sheet with what they are taken for, and their first values."""
    rows = []
    for place, (header, meant) in enumerate(zip(sheet.header, meanings(sheet.header, chosen), strict=True)):
        if header:
            filled = (cell for row in sheet.rows if (cell := row.cell(place)))
            samples = [cell for cell, _ in zip(filled, range(_SAMPLES), strict=False)]
            rows.append(ColumnRow(header, meant or "", ", ".join(samples)))
    return rows


def problem_rows(sheet: Sheet, problems: Sequence[LineProblem], chosen: Mapping[str, str]) -> list[ProblemRow]:
    """Return the lines that are not understood, with what stands in the cell that is wrong."""
    places = {meant: place for place, meant in enumerate(meanings(sheet.header, chosen))}
    lines = {row.line: row for row in sheet.rows}
    rows = []
    for each in problems:
        place, row = places.get(each.column), lines.get(each.line)
        named = sheet.header[place] if place is not None else column_words().get(each.column or "", "")
        cell = row.cell(place) if row is not None and place is not None else ""
        rows.append(ProblemRow(each.line, named, cell, explain(each.problem), each.is_question))
    return rows


def column_words() -> dict[str, str]:
    """Return what a column of a file may mean, by its name there; all of ``COLUMNS``."""
    words = {
        "code": tr("Code"),
        "name": tr("Name"),
        "gst_percent": tr("GST in percent"),
        "cgst_percent": tr("CGST in percent"),
        "sgst_percent": tr("SGST in percent"),
        "gst_treatment": tr("GST treatment"),
        "hsn": tr("HSN"),
        "uqc": tr("UQC"),
        "mrp": tr("MRP"),
        "purchase_rate": tr("Cost of a sale pack"),
        "salt": tr("Salts"),
        "manufacturer": tr("Maker"),
    }
    return {column: words.get(column, tr(column.replace("_", " ").capitalize())) for column in COLUMNS}
