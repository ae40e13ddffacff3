"""A table as it is written into a file: what it shows, amounts and days as such. Knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from core.kernel.dates import parse_shown_date
from core.kernel.errors import Problem
from core.kernel.money import Money
from core.reporting.columns import Kind, ReportColumn, Value
from core.reporting.shaping import LineKind, ReportLine
from core.reporting.sheets import Sheet
from core.settings.dto import ShopView
from pos_desktop.tables.column import Align, Column

_AMOUNT = re.compile(r"-?[\d,]+\.\d\d")
# a nought in front belongs to a number that names something
_COUNT = re.compile(r"-?(0|[1-9][\d,]*)")
#: What the text of a cell is read as where a column says no more than its kind.
_READ: Final[dict[Kind, Callable[[str], Value]]] = {
    Kind.MONEY: Money.parse,
    Kind.COUNT: lambda text: int(text.replace(",", "")),
    Kind.DATE: parse_shown_date,
}


def sheet_of_table(
    title: str,
    columns: Sequence[Column[Any]],
    rows: Sequence[Any],
    shop: ShopView,
    now: datetime,
    *,
    heads: frozenset[int] = frozenset(),
) -> Sheet:
    """Return what a table shows in these columns; ``heads`` are the numbers of rows that only say what follows.

    Where a column gives no values, its texts are read as what they are: a column of amounts can be added up in Excel.
    """
    cells = [_cells(column, rows) for column in columns]
    lines = [
        ReportLine(tuple(values[number] for _, values in cells), LineKind.GROUP if number in heads else LineKind.ROW)
        for number in range(len(rows))
    ]
    return Sheet(
        title=title,
        heading="",
        columns=[
            ReportColumn(column.id, column.title, kind, column.letters, column.stretches)
            for column, (kind, _) in zip(columns, cells, strict=True)
        ],
        lines=lines,
        shop=shop,
        made_at=now,
    )


def _cells(column: Column[Any], rows: Sequence[Any]) -> tuple[Kind, list[Value]]:
    """Return the kind of a column and what stands in it, row by row."""
    if column.value is not None:
        return column.kind, [column.value(row) for row in rows]
    texts = [_text(column, row) for row in rows]
    kind = column.kind if column.kind is not Kind.TEXT else _kind(column, texts)
    read = _READ.get(kind)
    if read is None:
        return Kind.TEXT, [text or None for text in texts]
    try:
        return kind, [read(text) if text else None for text in texts]
    except (Problem, ValueError):  # a word among the numbers: it must not be lost
        return Kind.TEXT, [text or None for text in texts]


def _text(column: Column[Any], row: Any) -> str:
    badges = column.badges(row) if column.badges is not None else ()
    return " ".join(filter(None, (column.text(row), *(badge.text for badge in badges))))


def _kind(column: Column[Any], texts: Sequence[str]) -> Kind:
    """Return what the texts of a column are: only what stands to the right is counted or added up."""
    filled = [text for text in texts if text]
    if column.align is not Align.RIGHT or not filled:
        return Kind.TEXT
    if all(map(_AMOUNT.fullmatch, filled)):
        return Kind.MONEY
    return Kind.COUNT if all(map(_COUNT.fullmatch, filled)) else Kind.TEXT
