"""A report ready to be written: what every file and every paper of it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.reporting.columns import ReportColumn
from core.reporting.report import Tick, untold
from core.reporting.running import OpenReport
from core.reporting.shaping import AS_IT_COMES, ReportLine, Shape, shaped, visible_columns
from core.settings.dto import ShopView
from core.settings.queries import shop_view


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be written. ``heading`` says what was asked for, ``note`` stands at the foot of each page.

    ``lines`` may be read once only, and may be many; each has a value for each of ``columns``.
    """

    title: str
    heading: str
    columns: Sequence[ReportColumn]
    lines: Iterable[ReportLine]
    shop: ShopView
    made_at: datetime
    note: str = ""


def sheet_of(
    opened: OpenReport, session: Session, now: datetime, shape: Shape = AS_IT_COMES, *, tick: Tick = untold
) -> Sheet:
    """Return a report as it is written, every row of it. Raises RuleBroken ``reports.no_column``."""
    return Sheet(
        title=opened.report.title,
        heading=opened.heading,
        columns=visible_columns(opened.columns, shape),
        lines=shaped(opened.columns, opened.rows(session, tick=tick), shape),
        shop=shop_view(session),
        made_at=now,
        note=opened.report.note,
    )
