"""GST of a line to the paisa: carved out of an MRP-inclusive amount, or put on a rate without tax."""

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

    @property
    def amount(self) -> Money:
        """What is paid: value and taxes."""
        return self.taxable + self.tax


def split_inclusive(amount: Money, treatment: GstTreatment, rate: Percent, tax_type: TaxType) -> TaxSplit:
    """Carve the tax out of a price that includes it, by the half method (facts A4, rule 35).

    Each half is rounded once, half away from zero, and the taxable value is what is left, so CGST equals SGST and
    everything adds back. Untaxed treatments, and bills of a shop that may not collect tax, carry none.
    """
    if not _bears_tax(treatment, rate, tax_type):
        return TaxSplit(amount, ZERO, ZERO, ZERO)
    inclusive_points = BASIS_POINTS + rate.basis_points
    if tax_type is TaxType.INTER:
        igst = Money(divide_half_away(amount.paise * rate.basis_points, inclusive_points))
        return TaxSplit(amount - igst, ZERO, ZERO, igst)
    half = Money(divide_half_away(amount.paise * rate.basis_points, 2 * inclusive_points))
    return TaxSplit(amount - half - half, half, half, ZERO)


def split_exclusive(taxable: Money, treatment: GstTreatment, rate: Percent, tax_type: TaxType) -> TaxSplit:
    """Put the tax on a value that does not include it: each half, or IGST, rounded half away from zero (facts A4).

    This is how a clinic is billed at PTR, and how a supplier's bill reads.
    """
    if not _bears_tax(treatment, rate, tax_type):
        return TaxSplit(taxable, ZERO, ZERO, ZERO)
    if tax_type is TaxType.INTER:
        return TaxSplit(taxable, ZERO, ZERO, taxable.percent(rate))
    half = Money(divide_half_away(taxable.paise * rate.basis_points, 2 * BASIS_POINTS))
    return TaxSplit(taxable, half, half, ZERO)


def are_halves(central: Money, state: Money) -> bool:
    """Say whether CGST and SGST are the halves of one tax: the same, or a paisa apart where the whole is odd."""
    return abs((central - state).paise) <= 1


def tax_type_of(registration: Registration, shop_state: str, place_of_supply: str, *, to_sez: bool = False) -> TaxType:
    """Return which taxes a bill carries (facts A3).

    None unless the shop is regular; IGST across states, and always to a special economic zone.
    """
    if registration is not Registration.REGULAR:
        return TaxType.NONE
    return TaxType.INTER if to_sez or place_of_supply != shop_state else TaxType.INTRA


def _bears_tax(treatment: GstTreatment, rate: Percent, tax_type: TaxType) -> bool:
    return tax_type is not TaxType.NONE and treatment is GstTreatment.TAXABLE and bool(rate)
