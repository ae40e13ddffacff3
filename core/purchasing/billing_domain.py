"""The arithmetic of a supplier's bill: discounts, value, taxes as printed and as ours, total to the rupee.

Nothing here reads. Amounts are exact paise; what is shared out adds back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import NO_PERCENT, ZERO, Money, Percent
from core.purchasing.domain import Counted, Landed, LineCost, landed_costs
from core.tax.domain import TaxSplit, split_exclusive

#: What a printed amount may differ from ours: suppliers round lines, halves and totals in their own ways.
A_RUPEE = Money(100)


@dataclass(frozen=True, slots=True)
class Asked:
    """A line as the bill prints it. ``gross`` is rate times quantity; ``taxable`` and the taxes None where not printed.

    ``counted`` says what of it is there. ``own_rate`` is the GST that the item bears, ``printed_rate`` the bill's.
    """

    counted: Counted
    gross: Money
    discounts: tuple[Percent, ...]
    discount: Money
    taxable: Money | None
    treatment: GstTreatment
    own_rate: Percent
    printed_rate: Percent
    cgst: Money | None = None
    sgst: Money | None = None
    igst: Money | None = None


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below the lines. ``discount`` is all three together."""

    discount: Money = ZERO
    before_tax: bool = True
    charges: Money = ZERO
    charge_gst: Percent = NO_PERCENT
    tcs: Money = ZERO


@dataclass(frozen=True, slots=True)
class Worked:
    """A line worked out. ``discount`` is all that came off before GST; ``off_after`` its share of what came off later.

    ``own`` is the split at the item's own rate. ``claim`` of ``landed`` has the tax of missing units that is dead;
    ``claim_tax`` is the rest of it, by head.
    """

    asked: Asked
    discount: Money
    split: TaxSplit
    own: TaxSplit
    off_after: Money
    landed: Landed
    missing: int
    claim_tax: TaxSplit


@dataclass(frozen=True, slots=True)
class BillSums:
    """A bill worked out: ``before_round`` is what lines, charges and taxes come to; the printed total closes it."""

    lines: tuple[Worked, ...]
    charge_split: TaxSplit
    before_round: Money

    @property
    def taxable(self) -> Money:
        """What GST is on: of the lines, and of charges that bear it."""
        of_lines = Money.total(line.split.taxable for line in self.lines)
        return of_lines + (self.charge_split.taxable if self.charge_split.tax else ZERO)

    @property
    def tax(self) -> TaxSplit:
        """All GST of the bill by head; its ``taxable`` is ``taxable``."""
        splits = [*(line.split for line in self.lines), self.charge_split]
        return TaxSplit(
            self.taxable,
            Money.total(split.cgst for split in splits),
            Money.total(split.sgst for split in splits),
            Money.total(split.igst for split in splits),
        )


def value_of(asked: Asked) -> Money:
    """Return what a line comes to after its own discounts, each percentage off what the one before left."""
    left = asked.gross
    for percent in asked.discounts:
        left -= left.percent(percent)
    return left - asked.discount


def work_out(lines: Sequence[Asked], below: Below, tax_type: TaxType, *, recoverable: bool) -> BillSums:
    """Work a bill out.

    Discounts below the lines are shared out by value. A printed value or tax is taken as it is; the caller has seen to
    it that it is within a rupee of ours (``value_is_off``). Tax on units that are not there is part of the claim.
    """
    values = [value_of(asked) for asked in lines]
    shares = _shares(below.discount, values) if below.before_tax else [ZERO] * len(lines)
    splits = [_split(asked, value - share, tax_type) for asked, value, share in zip(lines, values, shares, strict=True)]
    later = [ZERO] * len(lines) if below.before_tax else _shares(below.discount, [split.taxable for split in splits])
    charge_split = split_exclusive(below.charges, GstTreatment.TAXABLE, below.charge_gst, tax_type)
    dead_charges = below.charges if recoverable else charge_split.amount
    landed = landed_costs(
        [
            LineCost(asked.counted, split.taxable - off, ZERO if recoverable else split.tax)
            for asked, split, off in zip(lines, splits, later, strict=True)
        ],
        dead_charges,
    )
    worked = tuple(
        Worked(
            asked,
            asked.gross - split.taxable,
            split,
            split_exclusive(split.taxable, asked.treatment, asked.own_rate, tax_type),
            off,
            land,
            missing_of(asked.counted),
            _claimed_tax(split, asked.counted) if recoverable else TaxSplit(ZERO, ZERO, ZERO, ZERO),
        )
        for asked, split, off, land in zip(lines, splits, later, landed, strict=True)
    )
    goods = Money.total(split.amount for split in splits) - Money.total(later)
    return BillSums(worked, charge_split, goods + charge_split.amount + below.tcs)


def missing_of(counted: Counted) -> int:
    """Return how many billed units are not there."""
    return counted.billed if not counted.accepted else counted.billed - counted.accepted_billed


def counted_for(billed: int, free: int, accepted: int) -> Counted:
    """Return what a bill's line says against what was accepted of it: too few are missing, too many came free."""
    came_more = max(0, accepted - billed - free)
    return Counted(billed=billed, free=free + came_more, short=max(0, billed + free - accepted))


def _shares(amount: Money, values: Sequence[Money]) -> list[Money]:
    weights = [max(0, value.paise) for value in values]
    if not amount or not any(weights):
        return [ZERO] * len(values)
    return amount.split(weights)


def _split(asked: Asked, value: Money, tax_type: TaxType) -> TaxSplit:
    """Return a line's value and taxes, those that are printed as they are."""
    taxable = asked.taxable if asked.taxable is not None else value
    own = split_exclusive(taxable, asked.treatment, asked.printed_rate, tax_type)
    return TaxSplit(
        taxable,
        own.cgst if asked.cgst is None else asked.cgst,
        own.sgst if asked.sgst is None else asked.sgst,
        own.igst if asked.igst is None else asked.igst,
    )


def _claimed_tax(split: TaxSplit, counted: Counted) -> TaxSplit:
    """Return the tax of a line on units that are not there: nobody may recover it (CGST Act 16(2)(b))."""
    missing = missing_of(counted)
    if not missing:
        return TaxSplit(ZERO, ZERO, ZERO, ZERO)
    there = counted.billed - missing
    return TaxSplit(ZERO, *(head.split([missing, there])[0] for head in (split.cgst, split.sgst, split.igst)))
