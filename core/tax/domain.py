"""GST carved out of an MRP-inclusive amount, to the paisa."""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.gst import GstTreatment, Registration, TaxType
from core.kernel.money import BASIS_POINTS, ZERO, Money, Percent
from core.kernel.rounding import divide_half_away


@dataclass(frozen=True, slots=True)
class TaxSplit:
    """An amount as its taxable value and taxes; the parts always add back to the amount."""

    taxable: Money
    cgst: Money
    sgst: Money
    igst: Money

    @property
    def tax(self) -> Money:
        """All tax of the line."""
        return self.cgst + self.sgst + self.igst


def split_inclusive(amount: Money, treatment: GstTreatment, rate: Percent, tax_type: TaxType) -> TaxSplit:
    """Carve the tax out of a price that includes it, by the half method (facts A4, rule 35).

    Each half is rounded once, half away from zero, and the taxable value is what is left, so CGST equals SGST and
    everything adds back. Untaxed treatments, and bills of a shop that may not collect tax, carry none.
    """
    if tax_type is TaxType.NONE or treatment is not GstTreatment.TAXABLE or not rate:
        return TaxSplit(amount, ZERO, ZERO, ZERO)
    inclusive_points = BASIS_POINTS + rate.basis_points
    if tax_type is TaxType.INTER:
        igst = Money(divide_half_away(amount.paise * rate.basis_points, inclusive_points))
        return TaxSplit(amount - igst, ZERO, ZERO, igst)
    half = Money(divide_half_away(amount.paise * rate.basis_points, 2 * inclusive_points))
    return TaxSplit(amount - half - half, half, half, ZERO)


def tax_type_of(registration: Registration, shop_state: str, place_of_supply: str) -> TaxType:
    """Return which taxes a bill carries (facts A3): none unless the shop is regular, IGST across states."""
    if registration is not Registration.REGULAR:
        return TaxType.NONE
    return TaxType.INTRA if place_of_supply == shop_state else TaxType.INTER
