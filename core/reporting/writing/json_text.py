"""A report as JSON, for programs that ask the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.reporting.columns import Value, plain_value
from core.reporting.shaping import LineKind
from core.reporting.sheets import Sheet


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """Return a report as what JSON can hold: its columns, its rows by the ids of columns, and the sum of all.

    Amounts and percentages are text with a point, days ISO, counts numbers, and nothing is null. ``totals`` holds the
    columns that add up, and is null where nothing does; heads and sums of groups are left out.
    """
    rows = []
    totals = None
    for line in sheet.lines:
        if line.kind is LineKind.ROW:
            rows.append(_by_id(sheet, line.values))
        elif line.kind is LineKind.TOTAL:
            sums = _by_id(sheet, line.values)
            totals = {column.id: sums[column.id] for column in sheet.columns if column.adds_up}
    return {
        "title": sheet.title,
        "heading": sheet.heading,
        "columns": [{"id": column.id, "title": column.title, "kind": column.kind.value} for column in sheet.columns],
        "rows": rows,
        "totals": totals,
    }


def _by_id(sheet: Sheet, values: Sequence[Value]) -> dict[str, str | int | None]:
    return {column.id: plain_value(column.kind, value) for column, value in zip(sheet.columns, values, strict=True)}
