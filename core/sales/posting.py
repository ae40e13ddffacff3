"""Posts a bill: number, lines, stock, ledger, tender and audit event in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.audit.log import refuse_odd_clock, write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.queries import drugs_among
from core.dispensing.admitting import Supply
from core.dispensing.recording import record_supply
from core.inventory.awaiting import AwaitedUnits, awaited_batch, take_in_awaited
from core.inventory.dto import SaleItem
from core.inventory.issuing import Demand, issue
from core.inventory.queries import items_for_lines
from core.kernel.dates import FinancialYear
from core.kernel.errors import RuleBroken, unheard
from core.kernel.gst import DocumentKind
from core.kernel.money import NO_PERCENT, ZERO, Money, Percent
from core.kernel.quantity import parse_quantity
from core.ledger import chart
from core.ledger.posting import Posting, post_entry
from core.numbering.dto import NumberedKind
from core.numbering.series import DocumentNumber, draw_number
from core.sales.below_cost import refuse_loss
from core.sales.buyers import Buyer, buyer_of, filled_from_card
from core.sales.corrected import CorrectedBill, corrected_bill
from core.sales.drafting import (
    Discount,
    InHand,
    Portion,
    PricedBill,
    PricedPortion,
    fill_line,
    price_bill,
    standing_discount,
)
from core.sales.dto import BillLineInput, BillView, PostBill, PriceBasis, ShownPortion
from core.sales.indexing import BillPlace, index_bill, words_of_bill
from core.sales.model import Bill, BillCancellation, BillLine, BillTender, QuotationBill
from core.sales.paying import change_of, leave_open, money_postings, require_credit
from core.sales.queries import bill_view
from core.sales.quoted import quotation_to_bill_of
from core.sales.references import ask_used_references
from core.sales.rights import require_rights
from core.sales.supplying import supply_of
from core.sales.terms import Terms, refuse_unnamed, terms_of
from core.settings.queries import shop_view
from core.storage.prepared import Prepared
from core.storage.unit_of_work import UnitOfWork

_DOCUMENT = "bill"
_POSTED = Prepared(select(Bill.command_sha).where(Bill.id == bindparam("bill_id")))


def post_bill(uow: UnitOfWork, command: PostBill, caution: Callable[[RuleBroken], None] = unheard) -> BillView:
    """Post a bill and return it as posted; the same command again returns the first result.

    ``caution`` hears what is worth a look and keeps nobody from it: lines below cost, batches near their
    expiry, credit over a limit.
    Raises NeedsConfirmation ``clock.behind``, ``clock.ahead``, ``sales.reference_used``; RuleBroken: those of
    ``require_rights`` and ``refuse_loss``, ``sales.command_reused``, ``sales.no_such_item``,
    ``sales.discount_too_big``, ``sales.above_mrp``, ``sales.memo_taken``, those of the customer's card and of the
    payments (``change_of``, ``require_credit``, ``leave_open``), those of ``corrected_bill`` and
    ``quotation_to_bill_of``, of the terms, of the prescription (``admit_supply``), and those of quantities, stock and
    packs in hand (``awaited_batch``), placed at their line, as is ``stock.changed`` where a line would not come of what
    was shown.
    """
    require(uow, Permission.POST_BILL)
    fingerprint = command.fingerprint()
    posted = _POSTED.scalar(uow.session, {"bill_id": command.command_id})
    if posted is not None:
        if bytes(posted) != fingerprint:
            raise RuleBroken("sales.command_reused", command=str(command.command_id))
        return bill_view(uow.session, command.command_id)

    refuse_odd_clock(uow)
    buyer = buyer_of(uow.session, command.customer)
    if buyer is not None:
        command = filled_from_card(command, buyer.card)
    discount = buyer.discount if buyer else None
    shop = shop_view(uow.session)
    terms = terms_of(uow.session, command, shop, uow.today)
    corrected = corrected_bill(uow.session, command.corrects)
    quotation_id = quotation_to_bill_of(uow.session, command.quotation)
    _refuse_memo_twice(uow, command, terms.on_date)
    places, portions = zip(*_fill_lines(uow, command, terms.on_date, discount), strict=True)
    priced = price_bill(portions, terms.tax_type, _bill_discount(command), terms.round_off)
    require_rights(uow, command, priced, corrected.batches if corrected else frozenset(), discount)
    refuse_loss(uow, zip(places, priced.lines, strict=True), command.command_id, caution)
    _say_expiries(uow.session, zip(places, priced.lines, strict=True), terms.on_date, caution)
    refuse_unnamed(command, terms, priced)
    kind = terms.document_kind({line.portion.item.treatment for line in priced.lines})
    change = change_of(priced.total, command.payments)
    if not command.confirmed:
        ask_used_references(uow, command.payments, command.command_id)
    require_credit(uow, buyer, command.payments, command.command_id, caution)
    supply = supply_of(uow, command, terms, shop, priced, places)

    series = NumberedKind.MANUAL_MEMO if command.manual else NumberedKind.BILL
    number = draw_number(uow, series, terms.on_date)
    _record_bill(uow, command, fingerprint, number, kind, terms, priced, change, supply, buyer, corrected)
    _index_bill(uow, command, terms, priced, supply)
    if quotation_id is not None:
        uow.record(QuotationBill, [{"bill_id": command.command_id, "quotation_id": quotation_id}])
    if supply is not None:
        record_supply(uow, supply, command.command_id, number.text)
    awaited = _take_in_awaited(uow, command, terms.on_date, priced)
    cost = issue(
        uow,
        document_id=command.command_id,
        document_kind=_DOCUMENT,
        on_date=terms.on_date,
        demands=[
            Demand(
                line.portion.item.item_id,
                line.portion.batch.batch_id,
                line.portion.units + line.portion.free_units,
            )
            for line in priced.lines
        ],
    )
    entry = list(_postings(command, priced, change, cost, awaited))
    post_entry(uow, command.command_id, _DOCUMENT, terms.on_date, entry)
    leave_open(
        uow,
        document_id=command.command_id,
        on_date=terms.on_date,
        billed_on=terms.on_date,
        number=number.text,
        buyer=buyer,
        payments=command.payments,
    )
    write_event(uow, "bill.posted", command.command_id)
    return bill_view(uow.session, command.command_id)


def _say_expiries(
    session: Session, parts: Iterable[tuple[int, PricedPortion]], on_date: date, caution: Callable[[RuleBroken], None]
) -> None:
    """Say which batches end soon, and which drugs came in without anybody writing down when they end."""
    for place, part in parts:
        item, batch = part.portion.item, part.portion.batch
        expires = batch.expires
        said = {"where": f"lines.{place}", "item": item.name, "batch": batch.number}
        if expires is None and drugs_among(session, [item.item_id]):
            caution(RuleBroken("sales.expiry_unknown", **said))
        elif expires is not None and expires.is_near(on_date):
            caution(RuleBroken("sales.near_expiry", expiry=expires, **said))


def _refuse_memo_twice(uow: UnitOfWork, command: PostBill, on_date: date) -> None:
    """A memo of the hand-written book is entered once in its financial year, and again to correct the bill of it."""
    if command.manual is None:
        return
    entered = select(Bill.number).where(
        Bill.memo_number == command.manual.number,
        Bill.financial_year == FinancialYear.of(on_date).starts_in,
    )
    if command.corrects is not None:
        entered = entered.where(~select(BillCancellation.id).where(BillCancellation.bill_id == Bill.id).exists())
    taken = uow.session.scalar(entered)
    if taken is not None:
        raise RuleBroken("sales.memo_taken", memo=command.manual.number, number=taken, where="manual.number")


def _fill_lines(
    uow: UnitOfWork, command: PostBill, on_date: date, of_customer: Percent | None
) -> Iterator[tuple[int, Portion]]:
    """Fill each line from what the lines before it have left; yield its place in the command with each portion."""
    taken: defaultdict[UUID, int] = defaultdict(int)
    items = items_for_lines(uow.session, [line.item for line in command.lines], on_date)
    for index, line in enumerate(command.lines):
        where = f"lines.{index}"
        item = items.get(line.item)
        if item is None:
            raise RuleBroken("sales.no_such_item", item=line.item, where=f"{where}.item")
        try:
            _refuse_wrong_basis(line, command.price_basis)
            portions = fill_line(
                what_is_left(item, taken),
                parse_quantity(line.quantity, item.pieces_per_pack),
                on_date,
                batch_number=line.batch,
                discount=line_discount(line, item, of_customer, f"{where}.discount"),
                free_units=parse_quantity(line.free, item.pieces_per_pack) if line.free is not None else 0,
                rate=line.rate,
                in_hand=_in_hand(uow, line, item, on_date, where),
            )
        except RuleBroken as broken:
            raise broken.at(where) from None
        if line.shown is not None and line.shown != as_shown(portions):
            raise RuleBroken("stock.changed", item=item.name, where=where)
        for portion in portions:
            if not portion.is_awaited:
                taken[portion.batch.batch_id] += portion.units + portion.free_units
            yield index, portion


def as_shown(portions: Sequence[Portion]) -> tuple[ShownPortion, ...]:
    """Return the parts of a line as who bills sees them."""
    return tuple(
        ShownPortion(batch=one.batch.number, expiry=one.batch.expiry, mrp=one.batch.mrp, units=one.units)
        for one in portions
    )


def _in_hand(uow: UnitOfWork, line: BillLineInput, item: SaleItem, on_date: date, where: str) -> InHand | None:
    if line.awaiting is None:
        return None
    place = f"{where}.awaiting"
    try:
        batch = awaited_batch(uow.session, item, line.awaiting, on_date)
        return InHand(batch, parse_quantity(line.awaiting.quantity or line.quantity, item.pieces_per_pack))
    except RuleBroken as broken:
        raise broken.moved_to(place if broken.where is None else f"{place}.{broken.where}") from None


def _take_in_awaited(uow: UnitOfWork, command: PostBill, on_date: date, priced: PricedBill) -> Money:
    """Bring in what the bill hands out of packs in hand, so that it can be issued; return the provisional cost."""
    awaited = [
        AwaitedUnits(number, portion.item, portion.batch, portion.units)
        for number, portion in enumerate((line.portion for line in priced.lines), start=1)
        if portion.is_awaited
    ]
    return take_in_awaited(uow, command.command_id, on_date, awaited) if awaited else ZERO


def what_is_left(item: SaleItem, taken: Mapping[UUID, int]) -> SaleItem:
    """Return an item with the units that lines before have left of its batches."""
    if not any(batch.batch_id in taken for batch in item.batches):
        return item
    left = (batch.model_copy(update={"units": batch.units - taken.get(batch.batch_id, 0)}) for batch in item.batches)
    return item.model_copy(update={"batches": tuple(left)})


def _refuse_wrong_basis(line: BillLineInput, basis: PriceBasis) -> None:
    if basis is PriceBasis.EXCLUSIVE and line.rate is None:
        raise RuleBroken("sales.rate_missing", item=line.item)
    if basis is PriceBasis.MRP and (line.rate is not None or line.free is not None):
        raise RuleBroken("sales.rate_on_mrp_bill", item=line.item)


def line_discount(line: BillLineInput, item: SaleItem, of_customer: Percent | None, where: str) -> Discount:
    """Return what is taken off a line: what was asked, or else what the shop gives on it, which no rate has."""
    if line.discount_percent is None and line.discount is None and line.rate is None:
        return standing_discount(item, of_customer)
    return asked_discount(line.discount_percent or NO_PERCENT, line.discount, where)


def _bill_discount(command: PostBill) -> Discount:
    percent = command.bill_discount_percent or NO_PERCENT
    return asked_discount(percent, command.bill_discount, "bill_discount")


def asked_discount(percent: Percent, amount: Money | None, where: str) -> Discount:
    """Return a discount as it was asked for. Raises RuleBroken ``sales.two_discounts``."""
    if percent and amount:
        raise RuleBroken("sales.two_discounts", where=where)
    return Discount(percent, amount or ZERO)


def _record_bill(
    uow: UnitOfWork,
    command: PostBill,
    fingerprint: bytes,
    number: DocumentNumber,
    kind: DocumentKind,
    terms: Terms,
    priced: PricedBill,
    change: Money,
    supply: Supply | None,
    buyer: Buyer | None,
    corrected: CorrectedBill | None,
) -> None:
    customer = command.customer
    uow.record(
        Bill,
        [
            {
                "id": command.command_id,
                "command_sha": fingerprint,
                **number.columns(),
                "document_kind": kind,
                "on_date": terms.on_date,
                "at": uow.now,
                "username": uow.actor.username,
                "customer_name": customer.name if customer else None,
                "customer_phone": customer.phone if customer else None,
                "customer_address": customer.address if customer else None,
                "place_of_supply": terms.place_of_supply,
                "tax_type": terms.tax_type,
                "gross_paise": priced.gross.paise,
                "discount_paise": priced.discount.paise,
                "taxable_paise": sum(line.split.taxable.paise for line in priced.lines),
                "cgst_paise": sum(line.split.cgst.paise for line in priced.lines),
                "sgst_paise": sum(line.split.sgst.paise for line in priced.lines),
                "igst_paise": sum(line.split.igst.paise for line in priced.lines),
                "round_off_paise": priced.round_off.paise,
                "total_paise": priced.total.paise,
                "change_paise": change.paise,
                "customer_gstin": terms.gstin,
                "to_sez": True if terms.to_sez else None,
                "price_basis": None if command.price_basis is PriceBasis.MRP else command.price_basis,
                "memo_number": command.manual.number if command.manual else None,
                "customer_state": terms.customer_state,
                "dispensing_number": supply.number.text if supply else None,
                "customer_id": buyer.customer_id if buyer else None,
                "corrects_id": corrected.bill_id if corrected else None,
            }
        ],
    )
    uow.record(BillLine, [_line_row(command.command_id, n, line) for n, line in enumerate(priced.lines, start=1)])
    uow.record(
        BillTender,
        [
            {
                "bill_id": command.command_id,
                "line": n,
                "mode": payment.mode,
                "amount_paise": payment.amount.paise,
                "reference": payment.reference,
            }
            for n, payment in enumerate(command.payments, start=1)
        ],
    )


def _index_bill(uow: UnitOfWork, command: PostBill, terms: Terms, priced: PricedBill, supply: Supply | None) -> None:
    customer, patient = command.customer, supply.patient if supply else None
    named = [(who.name, who.phone) for who in (customer, patient) if who is not None]
    index_bill(
        uow,
        BillPlace(terms.on_date, uow.now, command.command_id),
        words_of_bill(named) if named else set(),
        {line.portion.item.item_id for line in priced.lines},
    )


def _line_row(bill_id: UUID, number: int, line: PricedPortion) -> dict[str, object]:
    portion, item, batch = line.portion, line.portion.item, line.portion.batch
    return {
        "bill_id": bill_id,
        "line": number,
        "item_id": item.item_id,
        "batch_id": batch.batch_id,
        "item_code": item.code,
        "item_name": item.name,
        "manufacturer": item.manufacturer,
        "hsn": item.hsn,
        "pack_label": item.pack_label,
        "pieces_per_pack": item.pieces_per_pack,
        "batch_number": batch.number,
        "expiry": batch.expiry,
        "expiry_precision": batch.expiry_precision,
        "mrp_paise": batch.mrp.paise,
        "units": portion.units,
        "treatment": item.treatment,
        "gst_bp": item.gst.basis_points,
        "gross_paise": portion.gross.paise,
        "discount_paise": line.discount.paise,
        "taxable_paise": line.split.taxable.paise,
        "cgst_paise": line.split.cgst.paise,
        "sgst_paise": line.split.sgst.paise,
        "igst_paise": line.split.igst.paise,
        "amount_paise": line.amount.paise,
        "free_units": portion.free_units or None,
        "rate_parts": portion.rate.parts if portion.rate else None,
    }


def _postings(command: PostBill, priced: PricedBill, change: Money, cost: Money, awaited: Money) -> Iterator[Posting]:
    """Money and dues against sales by rate, output tax by head and round-off; cost of sales against stock.

    What was ``awaited`` came into stock and left again: its cost is owed to the purchase that brings it.
    """
    yield from money_postings(command.payments, change)
    sales: defaultdict[chart.Account, Money] = defaultdict(lambda: ZERO)
    for line in priced.lines:
        item = line.portion.item
        sales[chart.sales(item.treatment, item.gst)] += line.split.taxable
    for account, taxable in sales.items():
        yield Posting(account, -taxable)
    yield Posting(chart.OUTPUT_CGST, -Money.total(line.split.cgst for line in priced.lines))
    yield Posting(chart.OUTPUT_SGST, -Money.total(line.split.sgst for line in priced.lines))
    yield Posting(chart.OUTPUT_IGST, -Money.total(line.split.igst for line in priced.lines))
    yield Posting(chart.ROUND_OFF, -priced.round_off)
    yield Posting(chart.COST_OF_SALES, cost)
    yield Posting(chart.STOCK, awaited - cost)
    yield Posting(chart.AWAITED, -awaited)
