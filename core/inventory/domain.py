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


def take(
    available: Sequence[Available], units: int, today: date, picked: UUID | None = None, pack: int = 1
) -> list[Taken]:
    """Take units for a sale: the batch picked by hand first, then first expiry first; held and expired stock never.

    ``pack`` is how many units a sale pack has. Whole packs come from whole ones, and what is loose from the first open
    one that has enough of it: no pack is cut while another is open. Only where that does not do is one cut.

    Raises RuleBroken ``stock.held``, ``stock.expired`` for the picked batch, ``stock.not_enough`` with the units that
    are missing (``short``) and those at hand (``available``), ``stock.rest_expired`` where others have ``expired``,
    ``stock.rest_held`` where more of it is held.
    """
    ordered = sorted(first_expiry_first(available), key=lambda stock: stock.key != picked)
    _refuse_picked(ordered, picked, today)
    ready = [stock for stock in ordered if stock.held is None and not _has_expired(stock, today)]
    standing = {stock.key: max(stock.units, 0) for stock in ready}
    taken = dict.fromkeys(standing, 0)
    left = units

    def grab(key: UUID, most: int) -> None:
        nonlocal left
        here = min(most, left, standing[key])
        standing[key] -= here
        taken[key] += here
        left -= here

    if picked in standing:
        grab(picked, left)
    loose = left % pack
    opened = next((stock.key for stock in ready if 0 < loose <= standing[stock.key] % pack), None)
    if opened is not None:
        grab(opened, loose)
    wholes = left - left % pack
    for stock in ready:
        whole = min(wholes, standing[stock.key] // pack * pack)
        grab(stock.key, whole)
        wholes -= whole
    for stock in ready:
        grab(stock.key, left)
    if left > 0:
        raise _too_little(ordered, left, units, today)
    return [Taken(key, count) for key, count in taken.items() if count]


def _refuse_picked(stocks: Sequence[Available], picked: UUID | None, today: date) -> None:
    for stock in stocks:
        if stock.key != picked:
            continue
        if stock.held is not None:
            raise RuleBroken("stock.held", reason=stock.held)
        if _has_expired(stock, today):
            raise RuleBroken("stock.expired", expiry=str(stock.expiry))


def _has_expired(stock: Available, today: date) -> bool:
    return stock.expiry is not None and stock.expiry.has_passed(today)


def _too_little(stocks: Sequence[Available], left: int, units: int, today: date) -> RuleBroken:
    expired = sum(stock.units for stock in stocks if _has_expired(stock, today))
    if expired > 0:
        return RuleBroken("stock.rest_expired", short=left, available=units - left, expired=expired)
    held = next((stock.held for stock in stocks if stock.held is not None and stock.units > 0), None)
    if held is not None:
        return RuleBroken("stock.rest_held", short=left, available=units - left, reason=held)
    return RuleBroken("stock.not_enough", short=left, available=units - left)


def share_of_worth(worth: int, units: int, standing: int) -> int:
    """Return the paise that leave with some of a lot's standing units: their share of what the lot is worth now.

    The next share is of what is left, so no rounding adds up, and the last unit takes the lot to exactly nothing.
    """
    return divide_half_away(worth * units, standing)
