"""Proves that numbers have no gaps: what is numbered against the counters that gave the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.findings import Finding
from core.kernel.dates import FinancialYear
from core.numbering.model import NumberCounter
from core.storage.base import Table


def check_numbers(session: Session, numbered: Mapping[type[Table], str]) -> Iterator[Finding]:
    """Yield every gap in a series, and every counter whose numbers nothing has.

    ``numbered`` is everything that draws numbers, with how it is called. A counter that nothing knows of is told of the
    first of them.
    """
    counters = {
        (series, year): (first or 1, last)
        for series, year, first, last in session.execute(
            select(NumberCounter.series, NumberCounter.financial_year, NumberCounter.first, NumberCounter.last)
        )
    }
    for model, words in numbered.items():
        document: Any = model
        serial = document.serial
        used = session.execute(
            select(document.series, document.financial_year, func.count(), func.min(serial), func.max(serial)).group_by(
                document.series, document.financial_year
            )
        )
        for series, year, count, lowest, highest in used:
            first, last = counters.pop((series, year), (1, 0))
            if (lowest, highest, count) != (first, last, last - first + 1):
                detail = f"{count} {words} numbered {lowest} to {highest}, the counter ran from {first} to {last}"
                yield Finding("verify.numbers_gap", model.__tablename__, f"{series}/{FinancialYear(year)}", detail)
    table = next(iter(numbered)).__tablename__
    for (series, year), (_, last) in counters.items():
        detail = f"nothing has its numbers, the counter is at {last}"
        yield Finding("verify.numbers_gap", table, f"{series}/{FinancialYear(year)}", detail)
