"""A report as one declaration: what it is called, asked, shows and reads, for windows, terminal, files and paper."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from core.auth.permissions import Need, Permission, Scope
from core.reporting.columns import ReportColumn, Value
from core.reporting.parameters import Asked, Parameter


class Section(enum.StrEnum):
    """Where a report stands in the list."""

    SALES = "Sales"
    MONEY = "Books"
    STOCK = "Stock"
    PURCHASES = "Purchases"
    REGISTERS = "Registers"
    STAFF = "Counter watch"


class Source(enum.StrEnum):
    """What a report is read from: it is read again when this changes. The values are those of a window's topics."""

    STOCK = "stock"
    BILLS = "bills"
    ITEMS = "items"
    PARTIES = "parties"
    CASH = "cash"


class ToReport(NamedTuple):
    """Enter on a row opens another report, asked for these values."""

    report: str
    values: Mapping[str, str]


class ToBill(NamedTuple):
    """Enter on a row opens a bill."""

    number: str


Target = ToReport | ToBill
#: Where in its order a row stands; the next page goes on behind it.
Key = tuple[object, ...]


class ReportRow(NamedTuple):
    """A row: a value for each column of its report. ``key`` is only told by reports that are read by the page."""

    values: tuple[Value, ...]
    target: Target | None = None
    key: Key | None = None


#: Hears how much is done of how much, and raises ``Stopped`` where nobody wants the rest.
Tick = Callable[[int, int], None]


class Stopped(Exception):
    """A report was stopped before it was done."""


def untold(_done: int, _whole: int) -> None:
    """Hear how far a report is where nobody looks."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a report. ``own`` is a user name where only that user's own work may be shown.

    ``after`` is the key of the last row that was read, for reports that are read by the page.
    """

    session: Session
    asked: Asked
    today: date
    own: str | None = None
    after: Key | None = None
    tick: Tick = untold


#: Everything that the accountant and the owner read; others read parts of it.
_ALL = Need(Permission.VIEW_REPORTS)


@dataclass(frozen=True, slots=True)
class Report:
    """A report. ``rows`` yields its rows in their order.

    One that ``is_paged`` is read a page at a time in the order of a key: its rows tell theirs, and ``rows`` begins
    behind ``Reading.after``. Any other is worked out whole before its first row. One that has an ``own_day`` shows
    whoever may see no more their own work of today. ``note`` stands at the foot of each page.
    """

    id: str
    title: str
    about: str
    section: Section
    columns: Sequence[ReportColumn]
    rows: Callable[[Reading], Iterator[ReportRow]]
    parameters: Sequence[Parameter] = ()
    needs: Sequence[Need] = (_ALL,)
    is_paged: bool = False
    own_day: bool = False
    sources: frozenset[Source] = field(default_factory=frozenset)
    note: str = ""

    def column(self, name: str) -> ReportColumn:
        """Return a column by its id."""
        return next(column for column in self.columns if column.id == name)


#: Read by whoever reads every report, and by who looks after stock and registers, or buys.
STOCK_NEEDS = (
    _ALL,
    Need(Permission.VIEW_REPORTS, within=Scope.STOCK_AND_REGISTERS),
    Need(Permission.VIEW_REPORTS, within=Scope.PURCHASES),
)
#: Read by whoever reads every report, and by who buys.
PURCHASE_NEEDS = (_ALL, Need(Permission.VIEW_REPORTS, within=Scope.PURCHASES))
#: Read by whoever reads every report, and by who keeps the registers.
REGISTER_NEEDS = (_ALL, Need(Permission.VIEW_REPORTS, within=Scope.STOCK_AND_REGISTERS))
