"""What comes in for what is paid: free goods, what was missing, what a piece costs in the end. Nothing here reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class Counted:
    """What a supplier's paper says of a line, and what was found in the box; smallest units.

    ``short`` were not in it, ``damaged`` are broken: both are taken from the billed units first, because those are what
    the supplier is asked to make good.
    """

    billed: int
    free: int = 0
    short: int = 0
    damaged: int = 0

    @property
    def accepted(self) -> int:
        """What goes on the shelf."""
        return self.billed + self.free - self.short - self.damaged

    @property
    def accepted_billed(self) -> int:
        """How many of the billed units are there."""
        return max(0, self.billed - self.short - self.damaged)

    @property
    def is_possible(self) -> bool:
        """Whether no more is missing than there was, and nothing is below nothing."""
        return min(self.billed, self.free, self.short, self.damaged, self.accepted) >= 0


def scheme_free(billed: int, buy: int, free: int, *, whole: bool = True) -> int:
    """Return what comes free with so many under a scheme ``buy`` + ``free``, all in one unit.

    Where a scheme is of whole packs only each full ``buy`` counts: 10+1 on 15 gives 1. Where halves are given it goes
    by the share, rounded down: 10+1 on 15, counted in half packs (30 of 20+2), gives 3 halves.
    """
    if billed <= 0 or buy <= 0 or free <= 0:
        return 0
    return billed // buy * free if whole else billed * free // buy


_SCHEME = re.compile(r"(\d{1,4})\s*\+\s*(\d{1,4})\s*(h?)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a supplier gives free: ``buy`` + ``free`` packs of the paper, in ``halves`` where it shares packs too."""

    buy: int
    free: int
    halves: bool = False

    @classmethod
    def parse(cls, text: str) -> Scheme:
        """Read ``10+1``, of whole packs only, or ``10+1h``, where half a scheme gives half a pack.

        Raises RuleBroken ``receipts.no_scheme`` for anything else.
        """
        match = _SCHEME.fullmatch(text.strip())
        if match is None or not int(match[1]) or not int(match[2]):
            raise RuleBroken("receipts.no_scheme", text=text)
        return cls(int(match[1]), int(match[2]), bool(match[3]))

    def free_units(self, billed: int, per_unit: int) -> int:
        """Return the smallest units that come free with some billed ones, ``per_unit`` of them in a pack.

        A pack with an odd number of pieces is never halved.
        """
        if not self.halves or per_unit % 2:
            whole = scheme_free(billed // per_unit, self.buy, self.free, whole=not self.halves)
            return whole * per_unit
        half = per_unit // 2
        return scheme_free(billed // half, self.buy, self.free, whole=False) * half

    def __str__(self) -> str:
        return f"{self.buy}+{self.free}{'h' if self.halves else ''}"


@dataclass(frozen=True, slots=True)
class LineCost:
    """What a line is asked for: ``value`` after all discounts, and the tax on it that cannot be recovered."""

    counted: Counted
    value: Money
    dead_tax: Money = ZERO


@dataclass(frozen=True, slots=True)
class Landed:
    """What a line costs in the end. ``cost`` is of what was accepted; ``claim`` of billed units that are not there.

    ``charge`` is its share of what the bill asks beside the goods; it is part of ``cost``.
    """

    cost: Money
    claim: Money
    charge: Money


def landed_costs(lines: Sequence[LineCost], charges: Money = ZERO) -> list[Landed]:
    """Return what each line costs, charges shared out by value; all costs and claims together are all that is asked.

    Free units carry nothing of their own: what was paid is spread over all that came. A line of which nothing is there
    is claimed whole, and bears no charges while another line does.
    """
    asked = [line.value + line.dead_tax for line in lines]
    claims = [
        amount if not line.counted.accepted else _claimed(amount, line.counted)
        for line, amount in zip(lines, asked, strict=True)
    ]
    worth = [max(0, (amount - claim).paise) for amount, claim in zip(asked, claims, strict=True)]
    if not any(worth):  # all of it free: the charges are shared out by what came
        worth = [line.counted.accepted for line in lines]
    shares = charges.split(worth) if any(worth) else [charges, *[ZERO] * (len(lines) - 1)]
    return [
        Landed(amount - claim + share, claim, share) for amount, claim, share in zip(asked, claims, shares, strict=True)
    ]


def _claimed(amount: Money, counted: Counted) -> Money:
    """Return what of an amount is for billed units that are not there."""
    missing = counted.billed - counted.accepted_billed
    if not missing:
        return ZERO
    return amount.split([missing, counted.accepted_billed])[0]


def share_of_change(change: Money, standing: int, accepted: int) -> tuple[Money, Money]:
    """Split what a lot costs more or less than it was valued at: what still stands, and what was sold before.

    ``standing`` of ``accepted`` units are there; stock takes its part, the cost of sales the rest.
    """
    if not accepted:
        return ZERO, change
    in_stock, sold = change.split([standing, accepted - standing])
    return in_stock, sold


#: What expires within so many days is worth a look before it is taken in: suppliers take nothing back any more.
SHORT_DATED_DAYS = 180
#: How the number of a batch begins that the shop made up, since its paper has none.
MADE_UP: Final = "AUTO-"


def expires_short(expiry: Expiry, on_date: date) -> bool:
    """Say whether a batch that comes in on a day is short-dated."""
    return (expiry.last_day - on_date).days < SHORT_DATED_DAYS
