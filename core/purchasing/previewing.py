"""What a bill comes to while it is typed: the arithmetic of its commands, before any of them is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.kernel.errors import RuleBroken
from core.kernel.gst import TaxType
from core.kernel.money import NO_PERCENT, ZERO, Money, Percent
from core.kernel.quantity import parse_quantity
from core.purchasing.bill_dto import PrintedLine
from core.purchasing.billing_domain import Asked, Below, BillSums, Worked, value_of, work_out
from core.purchasing.domain import Counted, Scheme
from core.purchasing.entering import EntryItem


class TypedCounts(NamedTuple):
    """Quantities of a line as typed, in units of the paper of ``per_unit`` smallest units; ``free`` may be a scheme."""

    quantity: str
    free: str
    short: str
    damaged: str
    per_unit: int


def read_counts(typed: TypedCounts) -> Counted:
    """Return what a line says came. Raises RuleBroken ``receipts.nothing``, ``receipts.no_scheme`` and those of
    ``parse_quantity``."""
    billed = read_units(typed.quantity, typed.per_unit)
    free = typed.free.strip()
    counted = Counted(
        billed,
        Scheme.parse(free).free_units(billed, typed.per_unit) if "+" in free else read_units(free, typed.per_unit),
        read_units(typed.short, typed.per_unit),
        read_units(typed.damaged, typed.per_unit),
    )
    if not counted.billed + counted.free or not counted.is_possible:
        raise RuleBroken("receipts.nothing", item="")
    return counted


def check_free(text: str, per_unit: int) -> None:
    """Refuse what is neither a quantity nor a scheme."""
    if "+" in text:
        Scheme.parse(text)
    else:
        read_units(text, per_unit)


def read_units(text: str, per_unit: int) -> int:
    """Return smallest units, nothing where nothing is typed or a nought. Raises what ``parse_quantity`` does."""
    return parse_quantity(text, per_unit) if text.strip("0:.tT ") else 0


def typed_line(
    item: EntryItem, counted: Counted, printed: PrintedLine, per_unit: int, tax_type: TaxType
) -> Asked | None:
    """Return a line as the bill would ask it, None where more is taken off it than there is."""
    is_taxed = tax_type is not TaxType.NONE
    gst: Percent = item.gst if printed.gst is None else printed.gst
    asked = Asked(
        counted=counted,
        gross=printed.rate.times_per_pack(counted.billed, per_unit),
        discounts=printed.discounts,
        discount=printed.discount,
        taxable=printed.taxable,
        treatment=item.treatment,
        own_rate=item.gst if is_taxed else NO_PERCENT,
        printed_rate=gst if is_taxed else NO_PERCENT,
        cgst=printed.cgst,
        sgst=printed.sgst,
        igst=printed.igst,
    )
    return asked if value_of(asked) >= ZERO else None


class Preview(NamedTuple):
    """What lines come to; one that cannot be read yet is None. ``bill`` is None while none can."""

    lines: tuple[Worked | None, ...]
    bill: BillSums | None

    @property
    def before_round(self) -> Money:
        """What the bill comes to before it is rounded."""
        return self.bill.before_round if self.bill is not None else ZERO

    @property
    def tax(self) -> Money:
        """All its GST."""
        return self.bill.tax.tax if self.bill is not None else ZERO


def preview(lines: Sequence[Asked | None], below: Below, tax_type: TaxType, *, recoverable: bool) -> Preview:
    """Work out what can be read of a bill."""
    known = [line for line in lines if line is not None]
    bill = work_out(known, below, tax_type, recoverable=recoverable) if known else None
    works = iter(bill.lines if bill is not None else ())
    return Preview(tuple(None if line is None else next(works) for line in lines), bill)


def below_lines(*, discount: Money, before_tax: bool, charges: Money, charge_gst: Percent, tcs: Money) -> Below:
    """Return what stands below the lines of a bill."""
    return Below(discount=discount, before_tax=before_tax, charges=charges, charge_gst=charge_gst, tcs=tcs)
