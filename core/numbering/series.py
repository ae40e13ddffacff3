"""Draws document numbers inside the posting transaction: no gaps and no clashes (facts A2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.kernel.dates import FinancialYear
from core.numbering.domain import Series, delivered_series
from core.numbering.dto import NumberedKind
from core.numbering.model import NumberCounter, NumberSeries
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork

_SERIES = Prepared(
    select(NumberSeries.prefix, NumberSeries.width, NumberSeries.first_serial, NumberSeries.from_year)
    .where(
        NumberSeries.node_code == bindparam("node_code"),
        NumberSeries.kind == bindparam("kind"),
        NumberSeries.from_year <= bindparam("year"),
    )
    .order_by(NumberSeries.from_year.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number drawn: the text printed on the document, and the places it is unique in."""

    text: str
    series: str
    financial_year: FinancialYear
    serial: int

    def columns(self) -> dict[str, object]:
        """Return it as the columns that every numbered document has."""
        return {
            "number": self.text,
            "series": self.series,
            "financial_year": self.financial_year.starts_in,
            "serial": self.serial,
        }


def draw_number(uow: UnitOfWork, kind: NumberedKind, on_date: date) -> DocumentNumber:
    """Draw the next number of this node's series of a kind, in the financial year of the document's date.

    A bill dated 31 March that is entered on 1 April still gets a number of the old year. The number belongs to the
    transaction: rolled back, it is drawn again. Raises RuleBroken ``numbering.full`` when the series has no number of
    16 characters left.
    """
    year = FinancialYear.of(on_date)
    series = series_of(uow.session, uow.node.code, kind, year)
    serial = uow.count_up(
        NumberCounter,
        {"series": series.prefix, "financial_year": year.starts_in},
        "last",
        new={"last": series.first_serial, "first": series.first_serial},
    )
    return DocumentNumber(series.number(year, serial), series.prefix, year, serial)


def series_of(session: Session, node_code: str, kind: NumberedKind, year: FinancialYear) -> Series:
    """Return how a node numbers a kind in a financial year: the newest setting that has begun, or as delivered."""
    row = _SERIES.first(session, {"node_code": node_code, "kind": kind, "year": year.starts_in})
    if row is None:
        return delivered_series(node_code, kind)
    return Series(row.prefix, row.width, row.first_serial if row.from_year == year.starts_in else 1)
