"""Prices a draft bill in memory: what the counter shows while typing is what will be posted.

Pure functions over kernel values and frozen views. A line is priced on its own, so that line n costs the same as the
first; only a discount on the whole bill spreads over all lines.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.inventory.domain import Available, Taken, take
from core.inventory.dto import BatchStock, SaleItem
from core.kernel.errors import RuleBroken
from core.kernel.gst import DocumentKind, GstTreatment, Registration, TaxType
from core.kernel.money import NO_PERCENT, ZERO, Money, Percent, Rate
from core.kernel.quantity import show_quantity
from core.tax.domain import TaxSplit, split_exclusive, split_inclusive


class RoundOff(enum.StrEnum):
    """How a bill's total becomes what is paid: a choice of the shop (facts A4, round-off to rupee)."""

    NEAREST = "nearest"
    DOWN = "down"
    NONE = "none"

    def apply(self, payable: Money) -> Money:
        """Return what is paid for a bill of that sum."""
        match self:
            case RoundOff.NEAREST:
                return payable.rounded_to_rupee()
            case RoundOff.DOWN:
                return payable.rounded_down_to_rupee()
            case RoundOff.NONE:
                return payable


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount on a line or bill: a share, or an amount; at most one of them is not zero."""

    percent: Percent = NO_PERCENT
    amount: Money = ZERO


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True)
class Portion:
    """The part of a line that one batch fills.

    ``units`` are billed and ``free_units`` come with them for nothing. ``rate`` is the price of a sale pack without
    GST where a clinic is billed so; without it the price is MRP, GST included. ``gross`` is in the same terms,
    ``discount`` the line's own, which follows from what was ``asked`` for the whole line. ``is_awaited`` where the
    units come from packs in hand whose purchase is not entered yet.
    """

    item: SaleItem
    batch: BatchStock
    units: int
    gross: Money
    discount: Money
    free_units: int = 0
    rate: Rate | None = None
    asked: Discount = NO_DISCOUNT
    is_awaited: bool = False

    def is_discount_standing(self, of_customer: Percent | None) -> bool:
        """Say whether the discount is one that the shop gives on the item or to the customer, whoever bills it."""
        return self.asked in (standing_discount(self.item), standing_discount(self.item, of_customer))

    @property
    def net(self) -> Money:
        """What is left of the gross before a discount on the whole bill."""
        return self.gross - self.discount

    @property
    def mrp(self) -> Money:
        """What the billed units may cost at most, GST included (facts, rule 1)."""
        return self.batch.mrp.pro_rata_down(self.units, self.item.pieces_per_pack)


@dataclass(frozen=True, slots=True)
class InHand:
    """Units of a line that come from packs in hand whose purchase is not entered yet."""

    batch: BatchStock
    units: int


@dataclass(frozen=True, slots=True)
class PricedPortion:
    """A portion with all discounts and its tax: a line of the bill."""

    portion: Portion
    discount: Money
    split: TaxSplit

    @property
    def amount(self) -> Money:
        """What is paid for the line."""
        return self.split.amount


@dataclass(frozen=True, slots=True)
class PricedBill:
    """A bill's lines and sums; ``total`` is ``payable`` (the sum of amounts) and the round-off."""

    lines: tuple[PricedPortion, ...]
    gross: Money
    discount: Money
    payable: Money
    round_off: Money
    total: Money


def standing_discount(item: SaleItem, of_customer: Percent | None = None) -> Discount:
    """Return the discount that a line of an item begins with, at MRP: the greater of the item's and the customer's.

    A rate without tax has none, and an item that allows no discount gives none to any customer.
    """
    given = [item.discount, None if item.no_discount else of_customer]
    percent = max((each for each in given if each is not None), default=None, key=lambda each: each.basis_points)
    return NO_DISCOUNT if percent is None else Discount(percent=percent)


def fill_line(
    item: SaleItem,
    units: int,
    today: date,
    *,
    batch_number: str | None = None,
    discount: Discount = NO_DISCOUNT,
    free_units: int = 0,
    rate: Rate | None = None,
    in_hand: InHand | None = None,
) -> list[Portion]:
    """Choose batches for a line and price each: the batch named first, then first expiry first, open packs for what
    is loose (``inventory.domain.take``).

    ``units`` and ``free_units`` are smallest units; the free ones come from the batches that are taken last. At MRP
    each batch's gross is MRP x units / pieces per pack, rounded down (facts A4); at a rate it is rounded half away
    from zero. A discount in rupees is split over the batches by largest remainder. Units ``in_hand`` are part of
    ``units`` and come last; free units are taken from stock.

    Raises RuleBroken ``sales.more_in_hand``, ``stock.no_such_batch``, ``stock.held``, ``stock.expired``,
    ``stock.not_enough``,
    ``stock.rest_expired``, ``stock.rest_held``, ``sales.discount_too_big``, ``sales.no_discount``.
    """
    if item.no_discount and (discount.percent or discount.amount):
        raise RuleBroken("sales.no_discount", item=item.name)
    if in_hand is not None and in_hand.units > units:
        held, asked = (show_quantity(count, item.pieces_per_pack) for count in (in_hand.units, units))
        raise RuleBroken("sales.more_in_hand", in_hand=held, quantity=asked)
    from_stock = units - (in_hand.units if in_hand else 0)
    picked = _batch_named(item, batch_number) if batch_number is not None else None
    try:
        taken = take(
            [Available(batch.batch_id, batch.expires, batch.units, batch.held) for batch in item.batches],
            from_stock + free_units,
            today,
            picked.batch_id if picked else None,
            item.pieces_per_pack,
        )
    except RuleBroken as broken:
        raise _about_item(broken, item) from None
    batches = {batch.batch_id: batch for batch in item.batches}
    filled = [(batches[key], billed, free, False) for key, billed, free in _bill_first(taken, from_stock)]
    if in_hand is not None:
        filled.append((in_hand.batch, in_hand.units, 0, True))
    grosses = [_gross(item, batch, billed, rate) for batch, billed, _, _ in filled]
    discounts = _line_discounts(grosses, discount)
    return [
        Portion(item, batch, billed, gross, off, free, rate, discount, is_awaited)
        for (batch, billed, free, is_awaited), gross, off in zip(filled, grosses, discounts, strict=True)
    ]


def price_bill(
    portions: Sequence[Portion],
    tax_type: TaxType,
    bill_discount: Discount = NO_DISCOUNT,
    round_off: RoundOff = RoundOff.NEAREST,
) -> PricedBill:
    """Price the whole bill: spread the bill's discount, work out each line's tax, round the total.

    The discount goes over the lines by what each costs, largest remainder, ties to the earlier line (facts A5); it is
    a share of the lines whose items allow one, and nothing comes off the others.
    Raises RuleBroken ``sales.discount_too_big``, ``sales.above_mrp``.
    """
    nets = [ZERO if portion.item.no_discount else portion.net for portion in portions]
    off = _resolve(Money.total(nets), bill_discount)
    shares = off.split([net.paise for net in nets]) if off else [ZERO] * len(nets)
    lines = tuple(_price(portion, share, tax_type) for portion, share in zip(portions, shares, strict=True))
    payable = Money.total(line.amount for line in lines)
    total = round_off.apply(payable)
    return PricedBill(
        lines=lines,
        gross=Money.total(line.portion.gross for line in lines),
        discount=Money.total(line.discount for line in lines),
        payable=payable,
        round_off=total - payable,
        total=total,
    )


def document_kind(
    registration: Registration, treatments: set[GstTreatment], *, to_registered: bool = False
) -> DocumentKind:
    """Return what the paper of a shop is called (facts A1).

    A mixed bill to an unregistered person is an invoice-cum-bill of supply (rule 46A); to a registered one it is a
    tax invoice that also names what bears no tax.
    """
    if registration is Registration.UNREGISTERED:
        return DocumentKind.CASH_MEMO
    if registration is Registration.COMPOSITION or GstTreatment.TAXABLE not in treatments:
        return DocumentKind.BILL_OF_SUPPLY
    if len(treatments) == 1 or to_registered:
        return DocumentKind.TAX_INVOICE
    return DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY


def _batch_named(item: SaleItem, number: str) -> BatchStock:
    for batch in item.batches:
        if batch.number.casefold() == number.casefold():
            return batch
    raise RuleBroken("stock.no_such_batch", item=item.name, batch=number)


def _bill_first(taken: Sequence[Taken], units: int) -> list[tuple[UUID, int, int]]:
    """Split what was taken into billed and free units, the billed ones first."""
    parts: list[tuple[UUID, int, int]] = []
    left = units
    for part in taken:
        billed = min(left, part.units)
        left -= billed
        parts.append((part.key, billed, part.units - billed))
    return parts


def _gross(item: SaleItem, batch: BatchStock, units: int, rate: Rate | None) -> Money:
    if rate is None:
        return batch.mrp.pro_rata_down(units, item.pieces_per_pack)
    return rate.times_per_pack(units, item.pieces_per_pack)


def _price(portion: Portion, bill_share: Money, tax_type: TaxType) -> PricedPortion:
    net = portion.net - bill_share
    item = portion.item
    if portion.rate is None:
        split = split_inclusive(net, item.treatment, item.gst, tax_type)
    else:
        split = split_exclusive(net, item.treatment, item.gst, tax_type)
        if split.amount > portion.mrp:
            raise RuleBroken("sales.above_mrp", item=item.name, amount=split.amount, mrp=portion.mrp)
    return PricedPortion(portion, portion.discount + bill_share, split)


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
    for name in ("short", "available", "expired"):
        if name in values:
            values[name] = show_quantity(int(str(values[name])), item.pieces_per_pack)
    return RuleBroken(broken.code, where=broken.where, **values)
