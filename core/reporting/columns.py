"""Columns of reports with the kind of what stands in them, and how each kind is written for people and machines."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from core.auth.permissions import Permission
from core.kernel.clock import INDIA
from core.kernel.dates import Expiry, show_date
from core.kernel.money import Money, group_indian
from core.kernel.quantity import show_quantity


class Quantity(NamedTuple):
    """Smallest units of an item with so many in its sale pack; shown as packs and loose pieces."""

    units: int
    pieces_per_pack: int


class Kind(enum.StrEnum):
    """What stands in a column; ``None`` in any of them is nothing."""

    #: str
    TEXT = "text"
    #: int, a number of things
    COUNT = "count"
    #: Quantity
    QUANTITY = "quantity"
    #: Money
    MONEY = "money"
    #: int, basis points, of any sign
    PERCENT = "percent"
    #: date
    DATE = "date"
    #: datetime, an instant in UTC, shown in India's time
    TIME = "time"
    #: Expiry
    EXPIRY = "expiry"

    @property
    def is_number(self) -> bool:
        """Whether it stands to the right, and may be added up."""
        return self in {Kind.COUNT, Kind.QUANTITY, Kind.MONEY, Kind.PERCENT}


Value = str | int | Money | Quantity | date | datetime | Expiry | None


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column. ``letters`` is how wide it wants to be on a screen; one that ``stretches`` takes the room that is left.

    ``adds_up`` says that its sum means something. ``under`` names the column in whose cell it stands in small letters
    on paper, where there is no room for all side by side. ``need`` is a right without which it is left out. One that is
    ``extra`` is left out until it is asked for. ``groups`` says that rows may be put together by it.
    """

    id: str
    title: str
    kind: Kind = Kind.TEXT
    letters: int = 12
    stretches: bool = False
    adds_up: bool = False
    under: str | None = None
    need: Permission | None = None
    extra: bool = False
    groups: bool = False


def show_value(kind: Kind, value: Value) -> str:
    """Return a value as people in India read it: 1,23,456.00, 20-11-2026, 03/2027, 9:5."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Money):
        return value.grouped()
    if isinstance(value, Quantity):
        return show_quantity(*value)
    if isinstance(value, datetime):
        return f"{value.astimezone(INDIA):%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return show_date(value)
    if isinstance(value, Expiry):
        return str(value)
    if kind is Kind.PERCENT:
        return percent_text(value)
    return f"{'-' if value < 0 else ''}{group_indian(abs(value))}"


def plain_value(kind: Kind, value: Value) -> str | int | None:
    """Return a value as programs read it: amounts and percentages as text with a point, ISO days, counts as numbers."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, Quantity):
        return show_quantity(*value)
    if isinstance(value, datetime):
        return value.astimezone(INDIA).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Expiry):
        return value.last_day.isoformat()
    return percent_text(value) if kind is Kind.PERCENT else value


def percent_text(basis_points: int) -> str:
    """Return basis points as a percentage with two decimals, which may be negative or over a hundred."""
    whole, part = divmod(abs(basis_points), 100)
    return f"{'-' if basis_points < 0 else ''}{whole}.{part:02d}"


def added(kind: Kind, left: Value, right: Value) -> Value:
    """Return the sum of two values of a column that adds up; nothing counts as zero."""
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, Money) and isinstance(right, Money):
        return left + right
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    raise AssertionError(f"{kind} does not add up")
