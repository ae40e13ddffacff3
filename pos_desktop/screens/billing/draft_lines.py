"""A line of the bill that is being typed: what was typed, and what it comes to. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.dispensing.dto import DoseInput
from core.inventory.batch_dto import AwaitedBatch
from core.inventory.dto import BatchStock, ItemHit, SaleItem
from core.kernel.errors import Problem
from core.kernel.money import ZERO, Money
from core.sales.drafting import (
    NO_DISCOUNT,
    Discount,
    InHand,
    PricedBill,
    PricedPortion,
    RoundOff,
)

#: An item as a search found it, or with its batches.
Known = ItemHit | SaleItem


@dataclass(frozen=True, slots=True)
class PacksInHand:
    """Packs whose purchase is not entered yet: what they print, and ``units`` of the line, None for all of it."""

    said: AwaitedBatch
    batch: BatchStock
    units: int | None

    def for_line(self, units: int) -> InHand:
        """Return them for a line of so many units."""
        return InHand(self.batch, self.units or units)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed for a line. ``base`` counts units it had before, where an item was picked again.

    ``discount`` is empty where it is the one that the shop gives.
    """

    item_id: UUID
    typed: str
    base: int = 0
    batch: str | None = None
    discount: str = ""
    in_hand: PacksInHand | None = None
    taken: DoseInput | None = None

    @property
    def awaiting(self) -> AwaitedBatch | None:
        """What the packs in hand print, with their units, as a command takes it."""
        packs = self.in_hand
        if packs is None:
            return None
        return packs.said.model_copy(update={"quantity": None if packs.units is None else f"{packs.units}t"})


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as typed, and what it comes to.

    ``units`` is None where the quantity cannot be read, ``priced`` where the line cannot be sold or its batches are
    still being read.
    """

    entry: Entry
    item: Known
    units: int | None
    priced: PricedBill | None
    problem: Problem | None

    @property
    def waits(self) -> bool:
        """Whether the item's batches are still being read."""
        return self.priced is None and self.problem is None

    @property
    def discount(self) -> Discount:
        """The discount that is shown, so that it is the one that is billed."""
        return self.portions[0].portion.asked if self.portions else NO_DISCOUNT

    @property
    def portions(self) -> tuple[PricedPortion, ...]:
        """The parts of the line by batch."""
        return self.priced.lines if self.priced else ()


@dataclass(frozen=True, slots=True)
class Totals:
    """What the lines that can be sold come to; ``tax`` is inside ``payable``."""

    gross: Money = ZERO
    discount: Money = ZERO
    tax: Money = ZERO
    payable: Money = ZERO
    rounding: RoundOff = RoundOff.NEAREST

    @property
    def total(self) -> Money:
        """What the customer pays, rounded as the shop has chosen."""
        return self.rounding.apply(self.payable)

    @property
    def round_off(self) -> Money:
        """What rounding added."""
        return self.total - self.payable

    def moved(self, before: PricedBill | None, after: PricedBill | None) -> Totals:
        """Return the totals with a line's old share taken out and its new one put in."""
        old, new = share_of(before), share_of(after)
        return Totals(
            self.gross - old.gross + new.gross,
            self.discount - old.discount + new.discount,
            self.tax - old.tax + new.tax,
            self.payable - old.payable + new.payable,
            self.rounding,
        )


def share_of(priced: PricedBill | None, rounding: RoundOff = RoundOff.NEAREST) -> Totals:
    if priced is None:
        return Totals()
    tax = Money.total(line.split.tax for line in priced.lines)
    return Totals(priced.gross, priced.discount, tax, priced.payable, rounding)


def composition_of(item: Known) -> str | None:
    return item.composition if isinstance(item, SaleItem) else None
