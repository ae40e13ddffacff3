"""Which stock a sale takes, first expiry first, and what that stock cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.rounding import divide_half_away

_NEVER = date.max


@dataclass(frozen=True, slots=True)
class Available:
    """Units of a batch, or of a lot of it, that stand ready; ``key`` is the batch's or lot's id.

    ``held`` is why they may not leave, None where they may.
    """

    key: UUID
    expiry: Expiry | None
    units: int
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Units taken from what was available."""

    key: UUID
    units: int


def first_expiry_first(available: Sequence[Available]) -> list[Available]:
    """Return stock in the order it is sold: nearest expiry first, goods without expiry last, ties as they stand."""
    return sorted(available, key=lambda stock: stock.expiry.last_day if stock.expiry else _NEVER)


def take(available: Sequence[Available], units: int, today: date, picked: UUID | None = None) -> list[Taken]:
    """Take units for a sale: the batch picked by hand first, then first expiry first; held and expired stock never.

    Raises RuleBroken ``stock.held``, ``stock.expired`` for the picked batch, ``stock.not_enough`` with the units that
    are missing (``short``) and those at hand (``available``), ``stock.rest_expired`` where others have ``expired``,
    ``stock.rest_held`` where more of it is held.
    """
    taken: list[Taken] = []
    left = units
    ordered = first_expiry_first(available)
    for stock in sorted(ordered, key=lambda stock: stock.key != picked):
        if stock.held is not None:
            if stock.key == picked:
                raise RuleBroken("stock.held", reason=stock.held)
            continue
        if stock.expiry is not None and stock.expiry.has_passed(today):
            if stock.key == picked:
                raise RuleBroken("stock.expired", expiry=str(stock.expiry))
            continue
        here = min(left, stock.units)
        if here > 0:
            taken.append(Taken(stock.key, here))
            left -= here
    expired = sum(stock.units for stock in ordered if stock.expiry is not None and stock.expiry.has_passed(today))
    if left > 0 and expired > 0:
        raise RuleBroken("stock.rest_expired", short=left, available=units - left, expired=expired)
    if left > 0:
        held = next((stock.held for stock in ordered if stock.held is not None and stock.units > 0), None)
        if held is not None:
            raise RuleBroken("stock.rest_held", short=left, available=units - left, reason=held)
        raise RuleBroken("stock.not_enough", short=left, available=units - left)
    return taken


def share_of_worth(worth: int, units: int, standing: int) -> int:
    """Return the paise that leave with some of a lot's standing units: their share of what the lot is worth now.

    The next share is of what is left, so no rounding adds up, and the last unit takes the lot to exactly nothing.
    """
    return divide_half_away(worth * units, standing)
