"""The three-way match: where a bill's line differs from its receipt and order by more than is tolerated."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from core.kernel.money import BASIS_POINTS, ZERO, Money, Percent, Rate
from core.kernel.quantity import show_quantity
from core.purchasing.billing_domain import A_RUPEE


class DifferenceKind(enum.StrEnum):
    """What differs. Units are compared in smallest units, rates of a sale pack after discounts, MRP of a sale pack."""

    QUANTITY = "quantity"
    FREE = "free"
    ORDERED = "ordered"
    RATE = "rate"
    MRP = "mrp"
    TAX = "tax"

    @property
    def words(self) -> str:
        """The kind as boards head it."""
        return _WORDS[self]


_WORDS = {
    DifferenceKind.QUANTITY: "What came of it",
    DifferenceKind.FREE: "Less free than ordered",
    DifferenceKind.ORDERED: "More than ordered",
    DifferenceKind.RATE: "Rate",
    DifferenceKind.MRP: "MRP",
    DifferenceKind.TAX: "GST",
}


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What a bill may differ by: its rate by a share of the expected one, and any amount of a line."""

    rate: Percent
    amount: Money


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """What an order asked for: units and free ones, and the expected rate of a sale pack (None: nobody said)."""

    units: int
    free: int
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an order had got before a line came, in smallest units: on the shelf, and as papers billed and gave it."""

    accepted: int = 0
    billed: int = 0
    free: int = 0


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """A bill's line beside its receipt and order.

    ``rate`` is the bill's of a sale pack after all discounts; ``received_rate`` what the receipt knew, None where
    nothing. ``claim`` is what was asked for ``missing`` units; ``earlier`` is what the order had got before.
    """

    pieces: int
    billed: int
    free: int
    missing: int
    claim: Money
    rate: Rate
    mrp: Money
    tax: Money
    own_tax: Money
    received_rate: Rate | None
    received_mrp: Money
    accepted: int
    ordered: OrderedLine | None
    earlier: Earlier = Earlier()


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs: ``expected`` and ``found`` in the unit of its kind, ``amount`` what the shop pays too much."""

    kind: DifferenceKind
    expected: int
    found: int
    amount: Money

    def words(self, pieces: int) -> tuple[str, str]:
        """Return what was expected and what was found as people read it."""
        if self.kind is DifferenceKind.RATE:
            return Rate(self.expected).grouped(), Rate(self.found).grouped()
        if self.kind in {DifferenceKind.MRP, DifferenceKind.TAX}:
            return Money(self.expected).grouped(), Money(self.found).grouped()
        return show_quantity(self.expected, pieces), show_quantity(self.found, pieces)


def differences(line: ThreeWay, tolerances: Tolerances) -> Iterator[Difference]:
    """Yield where a line differs by more than is tolerated; an advantage of the shop is none, but for MRP and tax."""
    if line.missing:
        there = line.billed - line.missing
        yield Difference(DifferenceKind.QUANTITY, line.billed, there, line.claim)
    if line.ordered is not None:
        yield from _ordered(line, line.ordered, tolerances)
    expected = line.ordered.rate if line.ordered is not None and line.ordered.rate is not None else line.received_rate
    if expected is not None:
        over = line.rate.parts - expected.parts
        amount = Rate(max(over, 0)).times_per_pack(line.billed, line.pieces)
        if over * BASIS_POINTS > expected.parts * tolerances.rate.basis_points and amount > tolerances.amount:
            yield Difference(DifferenceKind.RATE, expected.parts, line.rate.parts, amount)
    if line.mrp != line.received_mrp:
        yield Difference(DifferenceKind.MRP, line.received_mrp.paise, line.mrp.paise, ZERO)
    off = Money(abs((line.tax - line.own_tax).paise))
    if off > A_RUPEE:
        yield Difference(DifferenceKind.TAX, line.own_tax.paise, line.tax.paise, off)


def _ordered(line: ThreeWay, ordered: OrderedLine, tolerances: Tolerances) -> Iterator[Difference]:
    came = line.earlier.accepted + line.accepted
    more = min(came - ordered.units - ordered.free, line.accepted)
    if more > 0:
        amount = line.rate.times_per_pack(min(more, line.billed), line.pieces)
        if amount > tolerances.amount:
            yield Difference(DifferenceKind.ORDERED, ordered.units + ordered.free, came, amount)
    if ordered.units and line.billed:
        before = _promised(ordered, line.earlier.billed, line.pieces)
        promised = _promised(ordered, line.earlier.billed + line.billed, line.pieces)
        # what came too little with an earlier line stands beside that one
        less = max(0, promised - line.earlier.free - line.free) - max(0, before - line.earlier.free)
        if less > 0 and (amount := line.rate.times_per_pack(less, line.pieces)) > tolerances.amount:
            yield Difference(DifferenceKind.FREE, line.free + less, line.free, amount)


def _promised(ordered: OrderedLine, billed: int, pieces: int) -> int:
    """Return what comes free of an order with so much billed: of a part of it whole packs alone."""
    if billed >= ordered.units:
        return ordered.free
    return billed * ordered.free // ordered.units // pieces * pieces
