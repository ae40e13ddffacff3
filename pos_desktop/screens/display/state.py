"""What a customer sees of the bill that is being typed. Knows no Qt."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from core.kernel.money import ZERO, Money
from core.printing.pole import Rows, change_due, line_added, thank_you, total, welcome


class Moment(enum.Enum):
    """How far the sale is."""

    WELCOME = "welcome"
    LINES = "lines"
    PAYING = "paying"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the bill: what, how much of it, and what that comes to; None while that is not known yet."""

    name: str
    quantity: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown.

    ``lines`` are those around the one at work, which is ``lines[at]``, and ``count`` is how many the bill has.
    ``total`` is what is to be paid, ``due`` what of it is not paid yet while it is being paid. ``upi`` is what the QR
    code of a UPI payment says, empty for none, ``upi_amount`` what it asks for. Once it is paid, ``received`` and
    ``change`` are what was handed over and what goes back.
    """

    shop: str
    moment: Moment = Moment.WELCOME
    lines: tuple[ShownLine, ...] = ()
    at: int = -1
    count: int = 0
    total: Money = ZERO
    due: Money = ZERO
    upi: str = ""
    upi_amount: Money = ZERO
    received: Money = ZERO
    change: Money = ZERO


def pole_rows(shown: Shown) -> Rows:
    """Return what a display of two rows shows of it."""
    match shown.moment:
        case Moment.WELCOME:
            return welcome(shown.shop)
        case Moment.LINES:
            line = shown.lines[shown.at]
            return line_added(line.name, line.quantity, line.amount)
        case Moment.PAYING:
            return total(shown.total, shown.count)
        case Moment.PAID:
            return change_due(shown.received, shown.change) if shown.change else thank_you(shown.shop)
