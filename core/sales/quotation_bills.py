"""Turns a quotation into the draft of a bill of today, and says what has changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.boundary.frozen import make
from core.boundary.messages import explain
from core.inventory.dto import SaleItem
from core.inventory.queries import sale_items
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import ZERO, Money, Percent
from core.kernel.quantity import show_quantity
from core.sales.buyers import card_discount
from core.sales.drafting import Discount, fill_line, standing_discount
from core.sales.dto import BillLineInput, PostBill, TenderInput, TenderMode
from core.sales.posting import what_is_left
from core.sales.quotation_dto import QuotationLineView, QuotationView
from core.sales.quotations import quotation_by_number
from core.sales.quoted import refuse_billed

#: What stock says today -> how it is said of a quotation.
_SHORT: Final = {
    "stock.not_enough": "quotations.short",
    "stock.rest_expired": "quotations.rest_expired",
    "stock.rest_held": "quotations.rest_held",
}


@dataclass(frozen=True, slots=True)
class QuotedBill:
    """A quotation as a bill of today: the draft, on which nothing is paid yet, and what is otherwise than on the paper.

    ``items`` are those of the draft's lines by code.
    """

    quotation: QuotationView
    draft: PostBill
    changes: tuple[RuleBroken, ...]
    items: Mapping[str, SaleItem]

    @property
    def problem(self) -> RuleBroken | None:
        """Everything that has changed in one sentence, None where nothing has."""
        if not self.changes:
            return None
        changes = "; ".join(map(explain, self.changes))
        return RuleBroken("quotations.changed", number=self.quotation.number, changes=changes)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for at one position of a quotation, and what it cost before a discount on the whole."""

    first: QuotationLineView
    units: int
    net: Money


def quotation_to_bill(session: Session, number: str, today: date) -> QuotedBill:
    """Return what stands on a quotation as the command that posts it today, under a new id and without payments.

    Lines keep what was asked for, also where there is not enough of it: whoever bills decides. Items that are sold no
    more are left out and named. Raises RuleBroken ``quotations.no_such``, ``quotations.billed_already``,
    ``quotations.nothing_left``, ``items.no_tax``.
    """
    quotation = quotation_by_number(session, number)
    refuse_billed(session, quotation.quotation_id, quotation.number)
    asked = _positions(quotation.lines)
    found = sale_items(session, [each.first.item_id for each in asked], today)
    items = {item.item_id: item for item in found}
    stands = [each for each in asked if each.first.item_id in items]
    if not stands:
        raise RuleBroken("quotations.nothing_left", number=quotation.number)
    customer = quotation.customer
    of_customer = card_discount(session, customer.id) if customer and customer.id else None
    changes = [RuleBroken("quotations.ended", date=quotation.valid_until)] if quotation.has_ended(today) else []
    changes += _changes(asked, items, of_customer, today)
    draft = make(
        PostBill,
        {
            "command_id": new_id(),
            "customer": customer,
            "lines": tuple(_line(each, items[each.first.item_id]) for each in stands),
            "bill_discount": quotation.bill_discount,
            "bill_discount_percent": quotation.bill_discount_percent,
            "payments": (TenderInput(mode=TenderMode.CASH, amount=ZERO),),
            "quotation": quotation.number,
        },
    )
    # no bill is posted without a payment, and how this one is paid nobody has said yet
    draft = draft.model_copy(update={"payments": ()})
    return QuotedBill(quotation, draft, tuple(changes), {item.code: item for item in found})


def _positions(lines: Sequence[QuotationLineView]) -> list[_Asked]:
    by_position: dict[int, list[QuotationLineView]] = {}
    for line in lines:
        by_position.setdefault(line.position, []).append(line)
    return [
        _Asked(parts[0], sum(part.units for part in parts), Money.total(part.net for part in parts))
        for parts in by_position.values()
    ]


def _changes(
    asked: Sequence[_Asked], items: Mapping[UUID, SaleItem], of_customer: Percent | None, today: date
) -> Iterator[RuleBroken]:
    """Yield what is otherwise today, line by line, each filled from what the lines before it have left."""
    taken: defaultdict[UUID, int] = defaultdict(int)
    for each in asked:
        line = each.first
        item = items.get(line.item_id)
        if item is None:
            yield RuleBroken("quotations.gone", item=line.item_name)
            continue
        discount = _discount(line) or standing_discount(item, of_customer)
        try:
            portions = fill_line(what_is_left(item, taken), each.units, today, discount=discount)
        except RuleBroken as broken:
            yield _not_sold(broken, item, each.units)
            continue
        for portion in portions:
            taken[portion.batch.batch_id] += portion.units
        net = Money.total(portion.net for portion in portions)
        if net != each.net:
            yield RuleBroken("quotations.price", item=item.name, new=net, old=each.net)


def _not_sold(broken: RuleBroken, item: SaleItem, units: int) -> RuleBroken:
    """Return why a line cannot be sold today as it was quoted, in words that fit beside others."""
    code = _SHORT.get(broken.code)
    if code is None:
        return RuleBroken("quotations.discount_gone", item=item.name)
    quantity = show_quantity(units, item.pieces_per_pack)
    return RuleBroken(code, item=item.name, available=broken.values["available"], quantity=quantity)


def _discount(line: QuotationLineView) -> Discount | None:
    if line.asked_amount is not None:
        return Discount(amount=line.asked_amount)
    return None if line.asked_percent is None else Discount(percent=line.asked_percent)


def _line(asked: _Asked, item: SaleItem) -> BillLineInput:
    return BillLineInput(
        item=item.code,
        quantity=show_quantity(asked.units, item.pieces_per_pack),
        discount_percent=asked.first.asked_percent,
        discount=asked.first.asked_amount,
    )
