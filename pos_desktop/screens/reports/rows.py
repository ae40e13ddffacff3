"""What the reports' screen shows, row by row: its list, the columns of a report, its totals. Knows no Qt."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import NamedTuple

from core.reporting.columns import ReportColumn, Value, show_value
from core.reporting.shaping import LineKind, ReportLine
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Align, Column

#: What a sum says that is still being worked out, or was stopped.
UNKNOWN = "…"


class ListKind(enum.Enum):
    """What a row of the list is."""

    HEAD = "head"
    FAVOURITE = "favourite"
    REPORT = "report"


class ListRow(NamedTuple):
    """A row of the list: ``key`` is a report's id or a favourite's name."""

    kind: ListKind
    key: str
    text: str
    about: str = ""

    @property
    def is_head(self) -> bool:
        """Whether it only says what follows."""
        return self.kind is ListKind.HEAD


class ChoiceRow(NamedTuple):
    """A column that may be shown."""

    id: str
    title: str
    is_shown: bool
    state: str


def is_group(line: ReportLine) -> bool:
    """Say whether a line is the head of a group."""
    return line.kind is LineKind.GROUP


def stands_out(line: ReportLine) -> bool:
    """Say whether a line is no row of the report."""
    return line.kind is not LineKind.ROW


def table_columns(columns: Sequence[ReportColumn]) -> tuple[Column[ReportLine], ...]:
    """Return the columns of a table from those of a report; a line has a value for each of them."""
    return tuple(
        Column(
            column.id,
            tr(column.title),
            _text(at, column),
            letters=column.letters,
            align=Align.RIGHT if column.kind.is_number else Align.LEFT,
            stretches=column.stretches,
            strong=stands_out,
            tone=_tone,
            kind=column.kind,
            value=_value(at),
        )
        for at, column in enumerate(columns)
    )


def total_texts(columns: Sequence[ReportColumn], totals: Sequence[Value] | None) -> list[str]:
    """Return what stands in the row of totals under each column; no totals are ones that nobody knows yet."""
    place = next((at for at, column in enumerate(columns) if not column.adds_up), -1)
    texts = []
    for at, column in enumerate(columns):
        if column.adds_up:
            texts.append(UNKNOWN if totals is None else show_value(column.kind, totals[at]))
        else:
            texts.append(tr("Total") if at == place else "")
    return texts


def counted(count: int) -> str:
    """Return a number of rows in words."""
    return tr("1 row") if count == 1 else tr("{count} rows", count=f"{count:,}")


def _text(at: int, column: ReportColumn) -> Callable[[ReportLine], str]:
    kind = column.kind
    return lambda line: show_value(kind, line.values[at])


def _value(at: int) -> Callable[[ReportLine], Value]:
    return lambda line: line.values[at]


def _tone(line: ReportLine) -> Tone:
    return Tone.ACCENT if line.kind is LineKind.GROUP else Tone.PLAIN
