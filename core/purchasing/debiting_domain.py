"""What a supplier is asked back: the claim of a line that did not all come, and the share of units that go back.

Nothing here reads. Amounts are exact paise: all returns of a line together are what was paid for what came, no more.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.money import ZERO, Money
from core.kernel.rounding import divide_half_away


@dataclass(frozen=True, slots=True)
class Debit:
    """An amount asked back: the value that GST is on, what of it was taken off after GST, and GST by head."""

    taxable: Money
    discount: Money = ZERO
    cgst: Money = ZERO
    sgst: Money = ZERO
    igst: Money = ZERO

    @property
    def tax(self) -> Money:
        """All GST."""
        return self.cgst + self.sgst + self.igst

    @property
    def total(self) -> Money:
        """What is asked back."""
        return self.taxable - self.discount + self.tax

    def __add__(self, other: Debit) -> Debit:
        """Return both together."""
        return Debit(
            self.taxable + other.taxable,
            self.discount + other.discount,
            self.cgst + other.cgst,
            self.sgst + other.sgst,
            self.igst + other.igst,
        )


NOTHING = Debit(ZERO)


@dataclass(frozen=True, slots=True)
class Returned:
    """What of a line went back: smallest units, and what was asked for them."""

    units: int = 0
    debit: Debit = NOTHING

    def __add__(self, other: Returned) -> Returned:
        """Return both together."""
        return Returned(self.units + other.units, self.debit + other.debit)


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of a supplier's bill: ``billed`` units, of them ``missing``, and ``accepted`` in all, free ones inside.

    ``claim`` is what is asked for the missing ones, with their tax; ``paid`` what the accepted ones cost without what
    the bill asked beside goods, tax that is dead inside. Where ``is_recoverable`` no tax is dead. ``off_after`` says
    that the bill took discounts off after GST.
    """

    billed: int
    missing: int
    accepted: int
    taxable: Money
    cgst: Money
    sgst: Money
    igst: Money
    claim: Money
    paid: Money
    is_recoverable: bool
    off_after: bool

    @property
    def _missing_tax(self) -> tuple[Money, ...]:
        heads = (self.cgst, self.sgst, self.igst)
        weights = [self.missing, self.billed - self.missing]
        return tuple(head.split(weights)[0] if self.missing else ZERO for head in heads)

    def of_missing(self) -> Debit:
        """Return the claim, what of it is GST told by head."""
        cgst, sgst, igst = self._missing_tax
        return Debit(self.claim - cgst - sgst - igst, ZERO, cgst, sgst, igst)

    def of_accepted(self) -> Debit:
        """Return what was paid for all that came."""
        cgst, sgst, igst = (
            head - part for head, part in zip((self.cgst, self.sgst, self.igst), self._missing_tax, strict=True)
        )
        value = self.paid if self.is_recoverable else self.paid - cgst - sgst - igst
        taxable = value
        if self.off_after:
            weights = [self.missing, self.billed - self.missing]
            taxable = self.taxable.split(weights)[1] if self.missing else self.taxable
        return Debit(taxable, taxable - value, cgst, sgst, igst)


def share_of_return(whole: Debit, before: Returned, units: int, accepted: int) -> Debit:
    """Return what ``units`` that go back are asked for, where ``before`` of ``accepted`` went back already.

    Each part is what all together come to less what was asked for those before: parts of one line never come to more
    than the whole, and the last takes the rest exactly. Free units carry the same share, since what was paid is for
    all. Where parts between were taken back, those that stand may have been asked a paisa or so more than their share:
    the next are asked as much less, and never less than nothing.
    """

    def part(amount: Money, asked: Money) -> Money:
        share = divide_half_away(amount.paise * (before.units + units), accepted) - asked.paise
        return Money(max(share, 0) if amount.paise >= 0 else min(share, 0))

    asked = before.debit
    return Debit(
        part(whole.taxable, asked.taxable),
        part(whole.discount, asked.discount),
        part(whole.cgst, asked.cgst),
        part(whole.sgst, asked.sgst),
        part(whole.igst, asked.igst),
    )
