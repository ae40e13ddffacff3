"""The columns of the reports' own lists; those of a report come with it."""

from __future__ import annotations

from pos_desktop.screens.reports.rows import ChoiceRow, ListRow
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Column


def _tone(row: ListRow) -> Tone:
    return Tone.MUTED if row.is_head else Tone.PLAIN


def _shown(row: ChoiceRow) -> Tone:
    return Tone.PLAIN if row.is_shown else Tone.MUTED


LIST_COLUMNS: tuple[Column[ListRow], ...] = (
    Column(
        "name",
        tr("Report"),
        lambda row: row.text,
        stretches=True,
        tone=_tone,
        strong=lambda row: row.is_head,
        tooltip=lambda row: row.about,
    ),
)
CHOICE_COLUMNS: tuple[Column[ChoiceRow], ...] = (
    Column("shown", tr("Shown"), lambda row: "✓" if row.is_shown else "", 8),
    Column("title", tr("Column"), lambda row: row.title, stretches=True, tone=_shown, strong=lambda row: row.is_shown),
    Column("state", tr("State"), lambda row: row.state, 14, tone=lambda _: Tone.MUTED),
)
