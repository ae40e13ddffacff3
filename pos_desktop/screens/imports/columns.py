"""The columns of the import screen's tables."""

from __future__ import annotations

from pos_desktop.screens.imports.rows import ColumnRow, DoneRow, ProblemRow, column_words
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column

_WORDS = column_words()


def _undone(row: DoneRow) -> tuple[Badge, ...]:
    return (Badge(tr("TAKEN BACK"), Tone.MUTED),) if row.is_undone else ()


DONE_COLUMNS: tuple[Column[DoneRow], ...] = (
    Column("at", tr("When"), lambda row: row.at, 16, bold=True),
    Column("user", tr("Who"), lambda row: row.user, stretches=True),
    Column("added", tr("New items"), lambda row: row.added, 11, Align.RIGHT),
    Column("found", tr("Items that were there"), lambda row: row.found, 20, Align.RIGHT),
    Column("batches", tr("Batches"), lambda row: row.batches, 10, Align.RIGHT),
    Column("worth", tr("Stock at cost"), lambda row: row.worth, 16, Align.RIGHT, bold=True),
    Column("state", "", lambda row: "", 14, badges=_undone),
)


def _meant(row: ColumnRow) -> str:
    return _WORDS[row.meant] if row.meant else tr("left out")


COLUMN_COLUMNS: tuple[Column[ColumnRow], ...] = (
    Column("header", tr("Column of the file"), lambda row: row.header, 18, bold=True),
    Column("meant", tr("Is taken for"), _meant, 18, tone=lambda row: Tone.PLAIN if row.meant else Tone.MUTED),
    Column("samples", tr("First values"), lambda row: row.samples, stretches=True, tone=lambda _: Tone.MUTED),
)


def _kind(row: ProblemRow) -> tuple[Badge, ...]:
    return (Badge(tr("QUESTION"), Tone.WARNING) if row.is_question else Badge(tr("WRONG"), Tone.DANGER),)


PROBLEM_COLUMNS: tuple[Column[ProblemRow], ...] = (
    Column("line", tr("Line"), lambda row: str(row.line), 7, Align.RIGHT, bold=True),
    Column("kind", "", lambda row: "", 11, badges=_kind),
    Column("column", tr("Column"), lambda row: row.column, 12),
    Column("text", tr("There stands"), lambda row: row.text, 14),
    Column("sentence", tr("What to do"), lambda row: row.sentence, stretches=True),
)
