"""Reads of where a series stands."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.dates import FinancialYear
from core.numbering.domain import NumberedKind
from core.numbering.model import NumberCounter
from core.numbering.series import series_of
from core.storage.node import Node


def next_number(session: Session, kind: NumberedKind, on_date: date) -> str:
    """Return the number the next document of a kind will get if nobody posts before it."""
    year = FinancialYear.of(on_date)
    series = series_of(session, session.scalars(select(Node.code)).one(), kind, year)
    last = session.scalar(
        select(NumberCounter.last).where(
            NumberCounter.series == series.prefix, NumberCounter.financial_year == year.starts_in
        )
    )
    return series.number(year, series.first_serial if last is None else last + 1)
