"""The columns of the papers that wait."""

from __future__ import annotations

from core.spool.dto import JobView
from pos_desktop.screens.papers.words import job_badge, time_of
from pos_desktop.shell.texts import tr
from pos_desktop.shell.tone import Tone
from pos_desktop.tables.column import Column

PAPER_COLUMNS: tuple[Column[JobView], ...] = (
    Column("title", tr("Paper"), lambda job: job.title, bold=True, stretches=True),
    Column("state", "", lambda job: "", 11, badges=lambda job: (job_badge(job),)),
    Column("printer", tr("Printer"), lambda job: job.printer, 16),
    Column("at", tr("Since"), lambda job: time_of(job.at), 12, tone=lambda job: Tone.MUTED),
    Column("tries", tr("Tries"), lambda job: str(job.tries or ""), 6, tone=lambda job: Tone.MUTED),
)
