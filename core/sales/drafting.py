"""Prices a draft bill in memory: what the counter shows while typing is what will be posted.

Pure functions over kernel values and frozen views. A line is priced on its own, so that line n costs the same as the
first; only a discount on the whole bill spreads over all lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.inventory.domain import Available, take
from core.inventory.dto import BatchStock, SaleItem
from core.kernel.errors import RuleBroken
from core.kernel.gst import DocumentKind, GstTreatment, TaxType
from core.kernel.money import NO_PERCENT, ZERO, Money, Percent
from core.kernel.quantity import show_quantity
from core.tax.domain import TaxSplit, split_inclusive


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount on a line or bill: a share, or an amount; at most one of them is not zero."""

    percent: Percent = NO_PERCENT
    amount: Money = ZERO


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True)
class Portion:
    """The part of a line that one batch fills. ``gross`` is at MRP, ``discount`` the line's own."""

    item: SaleItem
    batch: BatchStock
    units: int
    gross: Money
    discount: Money

    @property
    def net(self) -> Money:
        """What is paid for it before a discount on the whole bill."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class PricedPortion:
    """A portion with all discounts and its tax: a line of the bill."""

    portion: Portion
    discount: Money
    amount: Money
    split: TaxSplit


@dataclass(frozen=True, slots=True)
class PricedBill:
    """A bill's lines and sums; ``total`` is ``payable`` (the sum of amounts) and the round-off."""

    lines: tuple[PricedPortion, ...]
    gross: Money
    discount: Money
    payable: Money
    round_off: Money
    total: Money


def fill_line(
    item: SaleItem,
    units: int,
    today: date,
    *,
    batch_number: str | None = None,
    discount: Discount = NO_DISCOUNT,
) -> list[Portion]:
    """Choose batches for a line and price each: the batch named first, then first expiry first.

    ``units`` are smallest units. Each batch's gross is MRP x units / pieces per pack, rounded down (facts A4); a
    discount in rupees is split over the batches by largest remainder.

    Raises RuleBroken ``stock.no_such_batch``, ``stock.expired``, ``stock.not_enough``, ``sales.discount_too_big``.
    """
    picked = None
    if batch_number is not None:
        picked = next((b for b in item.batches if b.number.casefold() == batch_number.casefold()), None)
        if picked is None:
            raise RuleBroken("stock.no_such_batch", item=item.name, batch=batch_number)
    try:
        taken = take(
            [Available(batch.batch_id, batch.expires, batch.units) for batch in item.batches],
            units,
            today,
            picked.batch_id if picked else None,
        )
    except RuleBroken as broken:
        raise _about_item(broken, item) from None
    batches = {batch.batch_id: batch for batch in item.batches}
    filled = [(batches[part.key], part.units) for part in taken]
    grosses = [batch.mrp.pro_rata_down(part, item.pieces_per_pack) for batch, part in filled]
    discounts = _line_discounts(grosses, discount)
    return [
        Portion(item, batch, part, gross, off)
        for (batch, part), gross, off in zip(filled, grosses, discounts, strict=True)
    ]


def price_bill(portions: Sequence[Portion], tax_type: TaxType, bill_discount: Discount = NO_DISCOUNT) -> PricedBill:
    """Price the whole bill: spread the bill's discount, carve out each line's tax, round to the rupee.

    The discount goes over the lines by what each costs, largest remainder, ties to the earlier line (facts A5).
    Raises RuleBroken ``sales.discount_too_big``.
    """
    nets = [portion.net for portion in portions]
    off = _resolve(Money.total(nets), bill_discount)
    shares = off.split([net.paise for net in nets]) if off else [ZERO] * len(nets)
    lines = tuple(_price(portion, share, tax_type) for portion, share in zip(portions, shares, strict=True))
    payable = Money.total(line.amount for line in lines)
    total = payable.rounded_to_rupee()
    return PricedBill(
        lines=lines,
        gross=Money.total(line.portion.gross for line in lines),
        discount=Money.total(line.discount for line in lines),
        payable=payable,
        round_off=total - payable,
        total=total,
    )


def document_kind(tax_type: TaxType, treatments: set[GstTreatment]) -> DocumentKind:
    """Return what the paper is called (facts A1): a mixed retail bill is an invoice-cum-bill of supply."""
    taxed = GstTreatment.TAXABLE in treatments
    if tax_type is TaxType.NONE or not taxed:
        return DocumentKind.BILL_OF_SUPPLY
    return DocumentKind.TAX_INVOICE if len(treatments) == 1 else DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY


def _price(portion: Portion, bill_share: Money, tax_type: TaxType) -> PricedPortion:
    amount = portion.net - bill_share
    item = portion.item
    split = split_inclusive(amount, item.treatment, item.gst, tax_type)
    return PricedPortion(portion, portion.discount + bill_share, amount, split)


def _line_discounts(grosses: list[Money], discount: Discount) -> list[Money]:
    if discount.percent:
        return [gross.percent(discount.percent) for gross in grosses]
    off = _resolve(Money.total(grosses), discount)
    return off.split([gross.paise for gross in grosses]) if off else [ZERO] * len(grosses)


def _resolve(whole: Money, discount: Discount) -> Money:
    off = whole.percent(discount.percent) if discount.percent else discount.amount
    if off < ZERO or off > whole:
        raise RuleBroken("sales.discount_too_big", discount=off, whole=whole)
    return off


def _about_item(broken: RuleBroken, item: SaleItem) -> RuleBroken:
    values = dict(broken.values, item=item.name)
    for name in ("short", "available"):
        if name in values:
            values[name] = show_quantity(int(str(values[name])), item.pieces_per_pack)
    return RuleBroken(broken.code, where=broken.where, **values)
