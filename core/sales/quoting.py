"""Quotes what goods would cost: a paper with a number, and nothing that stock, ledger or registers know of (ADR 61)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core.audit.log import refuse_odd_clock, write_event
from core.auth.permissions import Need, Permission
from core.auth.rights import require, require_or_override
from core.inventory.dto import BatchStock, SaleItem
from core.inventory.queries import items_for_lines, newest_mrp
from core.kernel.errors import RuleBroken
from core.kernel.gst import TaxType
from core.kernel.money import NO_PERCENT, Money, Percent
from core.kernel.quantity import parse_quantity
from core.numbering.dto import NumberedKind
from core.numbering.series import draw_number
from core.sales.buyers import Buyer, buyer_of, filled_customer
from core.sales.drafting import (
    Discount,
    Portion,
    PricedBill,
    PricedPortion,
    fill_line,
    price_bill,
    standing_discount,
)
from core.sales.indexing import words_of_bill
from core.sales.model import Quotation, QuotationLine, QuotationWord
from core.sales.posting import asked_discount, line_discount, what_is_left
from core.sales.quotation_dto import MakeQuotation, QuotationView
from core.sales.quotations import quotation_view
from core.sales.rights import discount_points
from core.sales.terms import round_off_choice
from core.settings.choices import Choice
from core.settings.queries import setting
from core.storage.replays import Replay, replay
from core.storage.unit_of_work import UnitOfWork

#: What stock refuses where there is not enough of it.
SHORT: Final = frozenset({"stock.not_enough", "stock.rest_expired", "stock.rest_held"})
_USUAL_DAYS = 7


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for at a place of the command, with the discount where it is not the one that the shop gives."""

    position: int
    discount: Discount | None
    to_order: bool


@dataclass(frozen=True, slots=True)
class _Goods:
    """Portions of one position at one MRP: a line of the paper."""

    asked: _Asked
    parts: Sequence[PricedPortion]


def quotation_valid_days(session: Session) -> int:
    """Return for how many days a quotation's prices hold where it does not say."""
    return int(setting(session, Choice.QUOTATION_VALID_DAYS, _USUAL_DAYS))


def make_quotation(uow: UnitOfWork, command: MakeQuotation) -> QuotationView:
    """Put prices on paper and return them; the same command again returns the first result.

    What there is enough of is priced as a bill of today would be; anything else at the MRP that came in last, to be
    ordered. Scheduled drugs are quoted without a prescription: it is asked for when they are sold. A discount above
    the own limit needs an override, as on a bill. Raises NeedsConfirmation ``clock.behind``, ``clock.ahead``;
    RuleBroken ``auth.not_allowed``, ``auth.over_own_limit``, ``quotations.command_reused``, ``sales.no_such_item``,
    ``sales.two_discounts``, ``sales.discount_too_big``, ``sales.no_discount``, ``quotations.no_price``, those of the
    customer's card and of quantities, placed at their line.
    """
    require(uow, Permission.POST_BILL)
    done = replay(uow, Quotation, {"id": command.command_id, "command_sha": command.fingerprint()}, beside=frozenset())
    if done is Replay.OTHER:
        raise RuleBroken("quotations.command_reused", command=str(command.command_id))
    if done is Replay.NEW:
        refuse_odd_clock(uow)
        _quote(uow, command)
        write_event(uow, "quotation.made", command.command_id)
    return quotation_view(uow.session, command.command_id)


def _quote(uow: UnitOfWork, command: MakeQuotation) -> None:
    buyer = buyer_of(uow.session, command.customer)
    of_customer = buyer.discount if buyer else None
    asked, portions = zip(*_fill_lines(uow, command, of_customer), strict=True)
    on_bill = asked_discount(command.bill_discount_percent or NO_PERCENT, command.bill_discount, "bill_discount")
    # prices are those of the packs, GST inside: which GST it will be is the bill's own affair
    priced = price_bill(portions, TaxType.NONE, on_bill, round_off_choice(uow.session))
    points = discount_points(priced, command.bill_discount_percent or NO_PERCENT, of_customer)
    if points:
        require_or_override(uow, Need(Permission.DISCOUNT_BILL, points), command.command_id)
    _record(uow, command, priced, on_bill, buyer)
    goods = _at_one_mrp(asked, priced.lines)
    uow.record(
        QuotationLine, [_line_row(command.command_id, number, each) for number, each in enumerate(goods, start=1)]
    )


def _fill_lines(
    uow: UnitOfWork, command: MakeQuotation, of_customer: Percent | None
) -> Iterator[tuple[_Asked, Portion]]:
    """Fill each line as a bill of today does, or where there is not enough from packs that are to be ordered."""
    taken: defaultdict[UUID, int] = defaultdict(int)
    items = items_for_lines(uow.session, [line.item for line in command.lines], uow.today)
    for index, line in enumerate(command.lines):
        where = f"lines.{index}"
        item = items.get(line.item)
        if item is None:
            raise RuleBroken("sales.no_such_item", item=line.item, where=f"{where}.item")
        try:
            discount = line_discount(line.on_bill(), item, of_customer, f"{where}.discount")
            units = parse_quantity(line.quantity, item.pieces_per_pack)
            portions, to_order = _priced(uow, what_is_left(item, taken), units, discount)
        except RuleBroken as broken:
            raise broken.at(where) from None
        is_standing = discount == standing_discount(item, of_customer)
        asked = _Asked(index + 1, None if is_standing else discount, to_order)
        for portion in portions:
            if not to_order:
                taken[portion.batch.batch_id] += portion.units
            yield asked, portion


def _priced(uow: UnitOfWork, item: SaleItem, units: int, discount: Discount) -> tuple[list[Portion], bool]:
    """Return a line's portions, and whether they are to be ordered. Raises RuleBroken ``quotations.no_price``."""
    try:
        return fill_line(item, units, uow.today, discount=discount), False
    except RuleBroken as broken:
        if broken.code not in SHORT:
            raise
    mrp = newest_mrp(uow.session, item.item_id, uow.today)
    if mrp is None:
        raise RuleBroken("quotations.no_price", item=item.name)
    # packs that nobody has seen yet: of no batch, and as many as are asked for
    ordered = BatchStock(batch_id=item.item_id, number="", expiry=None, expiry_precision=None, mrp=mrp, units=units)
    return fill_line(item.model_copy(update={"batches": (ordered,)}), units, uow.today, discount=discount), True


def _at_one_mrp(asked: Sequence[_Asked], lines: Sequence[PricedPortion]) -> list[_Goods]:
    """Put together what a customer sees as one: which batches it would come from is no part of a quotation."""
    together: dict[tuple[int, Money], tuple[_Asked, list[PricedPortion]]] = {}
    for each, line in zip(asked, lines, strict=True):
        together.setdefault((each.position, line.portion.batch.mrp), (each, []))[1].append(line)
    return [_Goods(each, parts) for each, parts in together.values()]


def _record(
    uow: UnitOfWork, command: MakeQuotation, priced: PricedBill, on_bill: Discount, buyer: Buyer | None
) -> None:
    said = command.customer
    customer = filled_customer(said, buyer.card) if said and buyer else said
    name, phone = (customer.name, customer.phone) if customer else (None, None)
    number = draw_number(uow, NumberedKind.QUOTATION, uow.today)
    days = command.valid_days or quotation_valid_days(uow.session)
    uow.record(
        Quotation,
        [
            {
                "id": command.command_id,
                "command_sha": command.fingerprint(),
                **number.columns(),
                "on_date": uow.today,
                "at": uow.now,
                "username": uow.actor.username,
                "valid_until": uow.today + timedelta(days=days),
                "customer_id": buyer.customer_id if buyer else None,
                "customer_name": name,
                "customer_phone": phone,
                "customer_address": customer.address if customer else None,
                "customer_state": said.state if said else None,
                "customer_gstin": said.gstin if said else None,
                "to_sez": True if said and said.sez else None,
                "asked_bp": on_bill.percent.basis_points or None,
                "asked_paise": on_bill.amount.paise or None,
                "gross_paise": priced.gross.paise,
                "discount_paise": priced.discount.paise,
                "round_off_paise": priced.round_off.paise,
                "total_paise": priced.total.paise,
            }
        ],
    )
    words = words_of_bill([(name, phone)])
    place = {"at": uow.now, "quotation_id": command.command_id}
    uow.derive(QuotationWord, [{"word": word, **place} for word in sorted(words)])


def _line_row(quotation_id: UUID, number: int, goods: _Goods) -> dict[str, object]:
    first, asked = goods.parts[0].portion, goods.asked
    item, discount = first.item, asked.discount
    is_amount = discount is not None and bool(discount.amount)
    return {
        "quotation_id": quotation_id,
        "line": number,
        "position": asked.position,
        "item_id": item.item_id,
        "item_code": item.code,
        "item_name": item.name,
        "manufacturer": item.manufacturer,
        "pack_label": item.pack_label,
        "pieces_per_pack": item.pieces_per_pack,
        "mrp_paise": first.batch.mrp.paise,
        "units": sum(part.portion.units for part in goods.parts),
        "asked_bp": discount.percent.basis_points if discount is not None and not is_amount else None,
        "asked_paise": discount.amount.paise if discount is not None and is_amount else None,
        "gross_paise": Money.total(part.portion.gross for part in goods.parts).paise,
        "net_paise": Money.total(part.portion.net for part in goods.parts).paise,
        "amount_paise": Money.total(part.amount for part in goods.parts).paise,
        "is_to_order": asked.to_order,
    }
