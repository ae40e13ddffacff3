"""Finds a document by its number as people type it."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.kernel.dates import FinancialYear
from core.storage.base import Table

_NUMBER: Final = re.compile(r"(.+)/(\d\d)-\d\d/(\d{1,9})", re.ASCII)


def id_of_number(session: Session, model: type[Table], number: str) -> UUID | None:
    """Return the id of a numbered document (a bill, an order) by its number as typed, None where there is none.

    It may stand in any case, and zeros before the serial may be left out.
    """
    document: Any = model
    typed = number.strip().upper()
    found: UUID | None = session.scalar(select(document.id).where(document.number == typed))
    parts = _NUMBER.fullmatch(typed)
    if found is None and parts is not None:
        series, year, serial = parts[1], FinancialYear(2000 + int(parts[2])), int(parts[3])
        found = session.scalar(
            select(document.id).where(
                document.series == series, document.financial_year == year.starts_in, document.serial == serial
            )
        )
    return found
