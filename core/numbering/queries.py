"""Reads of how documents are numbered and where each series stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.dates import FinancialYear
from core.kernel.errors import RuleBroken
from core.numbering.domain import Series, delivered_series
from core.numbering.dto import NumberedKind, SeriesView
from core.numbering.model import NumberCounter, NumberSeries
from core.numbering.series import series_of
from core.storage.node import Node


def next_number(session: Session, kind: NumberedKind, on_date: date) -> str:
    """Return the number the next document of a kind will get if nobody posts before it.

    Raises RuleBroken ``numbering.full``.
    """
    year = FinancialYear.of(on_date)
    return _next(session, _series(session, kind, year), year)


def series_views(session: Session, on_date: date) -> Sequence[SeriesView]:
    """Return how this node numbers each kind in the financial year of a date."""
    year = FinancialYear.of(on_date)
    views = []
    for kind in NumberedKind:
        series = _series(session, kind, year)
        try:
            number: str | None = _next(session, series, year)
        except RuleBroken:
            number = None
        views.append(
            SeriesView(
                kind=kind,
                financial_year=str(year),
                prefix=series.prefix,
                width=series.width,
                next_number=number,
            )
        )
    return views


def own_prefixes(session: Session) -> frozenset[str]:
    """Return every prefix this node has numbered with: as delivered, and as the shop has ever set."""
    code = session.scalars(select(Node.code)).one()
    chosen = session.scalars(select(NumberSeries.prefix).where(NumberSeries.node_code == code))
    return frozenset([*chosen, *(delivered_series(code, kind).prefix for kind in NumberedKind)])


def _series(session: Session, kind: NumberedKind, year: FinancialYear) -> Series:
    return series_of(session, session.scalars(select(Node.code)).one(), kind, year)


def _next(session: Session, series: Series, year: FinancialYear) -> str:
    last = session.scalar(
        select(NumberCounter.last).where(
            NumberCounter.series == series.prefix, NumberCounter.financial_year == year.starts_in
        )
    )
    return series.number(year, series.first_serial if last is None else last + 1)
