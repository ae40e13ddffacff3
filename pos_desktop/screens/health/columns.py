"""The columns of the list of backups."""

from __future__ import annotations

from pos_desktop.screens.health.state import BackupRow
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Badge, Tone
from pos_desktop.tables.column import Align, Column


def _proved(row: BackupRow) -> tuple[Badge, ...]:
    if not row.proved:
        return ()
    return (Badge(tr("DAMAGED"), Tone.DANGER) if row.problem else Badge(tr("PROVED"), Tone.GOOD),)


BACKUP_COLUMNS: tuple[Column[BackupRow], ...] = (
    Column("made", tr("Made"), lambda row: row.made_at, letters=17),
    Column("age", tr("Age"), lambda row: row.age, letters=9, align=Align.RIGHT),
    Column("size", tr("Size"), lambda row: row.size, letters=10, align=Align.RIGHT),
    Column("reason", tr("Why"), lambda row: row.reason, letters=17),
    Column("entries", tr("Entries"), lambda row: row.entries, letters=11, align=Align.RIGHT),
    Column(
        "proved",
        tr("Proved"),
        lambda row: row.proved or tr("not yet"),
        letters=31,
        badges=_proved,
        tone=lambda row: Tone.PLAIN if row.proved else Tone.MUTED,
        tooltip=lambda row: row.problem,
    ),
    Column("file", tr("File"), lambda row: row.name, letters=30, stretches=True, tone=lambda _: Tone.MUTED),
)
