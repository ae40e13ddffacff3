"""The columns of the list of settings."""

from __future__ import annotations

from pos_desktop.screens.settings.rows import SettingRow, group_words
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Column

SETTING_COLUMNS: tuple[Column[SettingRow], ...] = (
    Column("group", tr("Of"), lambda row: group_words(row.group), 17, tone=lambda row: Tone.MUTED),
    Column("title", tr("Setting"), lambda row: row.title, 36, bold=True),
    Column(
        "value",
        tr("Holds now"),
        lambda row: row.value,
        stretches=True,
        badges=lambda row: row.badges,
        tooltip=lambda row: row.about,
    ),
)
