"""Reads of where a series stands."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.dates import FinancialYear
from core.numbering.model import NumberCounter
from core.numbering.series import NumberedKind, format_number
from core.storage.node import Node


def next_number(session: Session, kind: NumberedKind, on_date: date) -> str:
    """Return the number the next document of a kind will get if nobody posts before it."""
    series = f"{session.scalars(select(Node.code)).one()}{kind}"
    year = FinancialYear.of(on_date)
    last = session.scalar(
        select(NumberCounter.last).where(NumberCounter.series == series, NumberCounter.financial_year == year.starts_in)
    )
    return format_number(series, year, (last or 0) + 1)
