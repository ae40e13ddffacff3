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


def share_of_return(whole: Debit, before: int, units: int, accepted: int) -> Debit:
    """Return what ``units`` that go back are asked for, where ``before`` of ``accepted`` went back already.

    Each part is what all together come to less what those before came to: parts of one line never come to more than
    the whole, and the last takes the rest exactly. Free units carry the same share, since what was paid is for all.
    """

    def part(amount: Money) -> Money:
        return Money(
            divide_half_away(amount.paise * (before + units), accepted)
            - divide_half_away(amount.paise * before, accepted)
        )

    return Debit(part(whole.taxable), part(whole.discount), part(whole.cgst), part(whole.sgst), part(whole.igst))
