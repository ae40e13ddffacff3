"""Takes goods in: number, lines, lots, what had been sold before, ledger and audit event in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select

from core.audit.log import refuse_odd_clock, write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.dto import ItemKind
from core.catalog.queries import taxes_on
from core.inventory.awaiting import Arrived, OpenAwaited, last_cost, open_awaited, settle_awaited
from core.inventory.domain import share_of_worth
from core.inventory.model import Lot
from core.inventory.queries import default_location
from core.inventory.receiving import Receipt, receive
from core.kernel.dates import Expiry
from core.kernel.errors import NeedsConfirmation, RuleBroken, unheard
from core.kernel.gst import GstTreatment, Registration
from core.kernel.money import ZERO, Money, Percent
from core.ledger import chart
from core.ledger.posting import Posting, post_entry
from core.numbering.dto import NumberedKind
from core.numbering.series import DocumentNumber, draw_number
from core.parties.model import Supplier, SupplierLicence
from core.parties.queries import all_ids, resolved
from core.purchasing.asking import Questions
from core.purchasing.bill_terms import COMPOSITION
from core.purchasing.domain import MADE_UP
from core.purchasing.goods import refuse_taken_id, supplier_named
from core.purchasing.model import GoodsReceipt, GoodsReceiptLine
from core.purchasing.receipt_dto import ReceiptView, ReceiveGoods
from core.purchasing.receipt_lines import Reading, Received, read_lines, with_dead_tax
from core.purchasing.receipt_orders import Answered, answered_orders
from core.purchasing.receipt_queries import receipt_view
from core.purchasing.twins import BilledLine, Paper, received_before
from core.settings.queries import shop_view
from core.storage.replays import Replay, replay
from core.storage.unit_of_work import UnitOfWork

#: What a receipt is called where movements and entries name their document.
RECEIPT: Final = "goods_receipt"


@dataclass(frozen=True, slots=True)
class Valued:
    """A line of a receipt with what its accepted units cost, and which line of an order it answers.

    ``is_provisional`` says that the price is not known yet.
    """

    received: Received
    cost: Money
    is_provisional: bool
    answers: Answered | None


class _Settled(NamedTuple):
    """A line of which some units had been sold before: what is left of it for the shelf, and what it cost."""

    awaited: int
    cost_on_shelf: Money
    arrived: list[Arrived]


def receive_goods(
    uow: UnitOfWork, command: ReceiveGoods, caution: Callable[[RuleBroken], None] = unheard
) -> ReceiptView:
    """Take goods in and return the receipt; the same command again returns the first result.

    ``caution`` hears what was confirmed, and what is worth a look: short-dated batches, a supplier without a valid
    licence, more than was ordered, packs sold before under another batch or MRP. A price that nobody knows is the
    item's last cost.
    Raises NeedsConfirmation ``clock.behind``, ``clock.ahead``, ``receipts.same_paper`` where a receipt of the same
    paper stands, what ``read_lines`` asks, and ``purchases.questions`` for several of these; RuleBroken
    ``auth.not_allowed``, ``receipts.command_reused``, ``purchases.id_taken``, ``receipts.document_in_future``,
    ``ledger.day_closed``, those of the supplier, of the orders (``answered_orders``) and of the lines (``read_lines``).
    """
    require(uow, Permission.RECEIVE_STOCK)
    row = {"id": command.command_id, "command_sha": command.fingerprint()}
    done = replay(uow, GoodsReceipt, row, beside=frozenset())
    if done is Replay.OTHER:
        raise RuleBroken("receipts.command_reused", command=str(command.command_id))
    if done is Replay.NEW:
        refuse_taken_id(uow.session, command.command_id, "command_id")
        refuse_odd_clock(uow)
        questions = Questions(confirmed=command.confirmed, caution=caution)
        incoming = read_receipt(uow, command, command.command_id, questions, caution)
        questions.settle()
        record_receipt(uow, incoming, _valued(uow, incoming), caution)
        write_event(uow, "goods.received", command.command_id)
    return receipt_view(uow.session, command.command_id)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A receipt that was read and not written yet: its number is drawn, its lines hold."""

    command: ReceiveGoods
    supplier: Supplier
    number: DocumentNumber
    licences: Sequence[SupplierLicence]
    lines: list[Received]
    answers: list[Answered | None]


def read_receipt(
    uow: UnitOfWork,
    command: ReceiveGoods,
    done_by: UUID,
    questions: Questions,
    caution: Callable[[RuleBroken], None],
) -> Incoming:
    """Read what came in, and add to ``questions``, which are to be settled before anything is written.

    Part of the commands that take goods in, by the id ``done_by``; raises what ``receive_goods`` does.
    """
    supplier = supplier_named(uow.session, command.supplier)
    if command.document_date is not None and command.document_date > uow.today:
        raise RuleBroken("receipts.document_in_future", where="document_date", date=command.document_date)
    number = draw_number(uow, NumberedKind.RECEIPT, uow.today)
    reading = Reading(
        uow,
        done_by,
        questions,
        caution,
        lambda line: f"{MADE_UP}{number.series}{number.serial}-{line}",
    )
    lines = read_lines(reading, command.lines)
    questions.ask(_received_before(uow, command, supplier, lines, is_bill=done_by != command.command_id))
    answers = answered_orders(uow.session, command, supplier.id, lines, caution)
    incoming = Incoming(command, supplier, number, _licences(uow, supplier), lines, answers)
    _say_licences(uow, incoming, caution)
    return incoming


def _received_before(
    uow: UnitOfWork, command: ReceiveGoods, supplier: Supplier, lines: Sequence[Received], *, is_bill: bool
) -> NeedsConfirmation | None:
    """Return what is asked where the goods may be on the shelf already: ``receipts.same_paper``, or
    ``receipts.same_goods`` where they came without their bill."""
    suppliers = all_ids(uow.session, resolved(uow.session, supplier.id))
    paper = Paper(command.document, command.document_date or uow.today, is_bill)
    goods = [BilledLine(line.item.id, line.batch, line.counted.billed) for line in lines]
    return received_before(uow.session, suppliers, paper, goods)


def record_receipt(
    uow: UnitOfWork, incoming: Incoming, valued: Sequence[Valued], caution: Callable[[RuleBroken], None]
) -> None:
    """Write a receipt with its lots and entry. Part of the commands that take goods in, which write the event."""
    receipt_id = incoming.command.command_id
    settled = _settle(uow, valued)
    _say_near_misses(uow, valued, settled, caution)
    place = default_location(uow.session)
    shelf = [
        (line.received.counted.accepted - one.awaited, one.cost_on_shelf)
        for line, one in zip(valued, settled, strict=True)
    ]
    receipts = [
        Receipt(
            line.received.item.id,
            line.received.batch,
            line.received.expiry,
            line.received.mrp,
            units,
            cost,
            place,
        )
        for line, (units, cost) in zip(valued, shelf, strict=True)
        if units
    ]
    worth = receive(uow, document_id=receipt_id, document_kind=RECEIPT, on_date=uow.today, receipts=receipts)
    made = uow.session.scalars(select(Lot.id).where(Lot.document_id == receipt_id).order_by(Lot.id)).all()
    lots = iter(made)
    arrived = [each for one in settled for each in one.arrived]
    settle_awaited(uow, document_id=receipt_id, document_kind=RECEIPT, on_date=uow.today, arrived=arrived)
    uow.record(GoodsReceipt, [_head(uow, incoming)])
    uow.record(
        GoodsReceiptLine,
        [
            _line_row(receipt_id, number, line, one.awaited, next(lots) if units else None)
            for number, (line, one, (units, _)) in enumerate(zip(valued, settled, shelf, strict=True), start=1)
        ],
    )
    provisional = Money.total(each.provisional for each in arrived)
    landed = Money.total(each.landed for each in arrived)
    post_entry(
        uow,
        receipt_id,
        RECEIPT,
        uow.today,
        [
            Posting(chart.STOCK, worth),
            Posting(chart.AWAITED, provisional),
            Posting(chart.COST_SETTLED, landed - provisional),
            Posting(chart.RECEIVED, -(worth + landed)),
        ],
    )


def _valued(uow: UnitOfWork, incoming: Incoming) -> list[Valued]:
    """Return the lines with what they cost as far as is known before the bill.

    GST is inside where the shop cannot recover it; who has no GSTIN charges none (facts A3).
    """
    ids = [line.item.id for line in incoming.lines]
    charges = bool(incoming.supplier.gstin) and incoming.supplier.gst_scheme != COMPOSITION
    is_dead = shop_view(uow.session).registration is not Registration.REGULAR and charges
    taxes = taxes_on(uow.session, ids, uow.today) if is_dead else {}
    found: list[Valued] = []
    for line, answers in zip(incoming.lines, incoming.answers, strict=True):
        value = line.value(line.counted.accepted_billed) if line.counted.billed else ZERO
        if value is None:
            cost = last_cost(uow.session, line.item.id, line.counted.accepted)
            found.append(Valued(line, cost, is_provisional=True, answers=answers))
            continue
        tax = taxes.get(line.item.id)
        gst: Percent | None = tax.gst if tax is not None and tax.treatment is GstTreatment.TAXABLE else None
        cost = with_dead_tax(value, gst) if line.counted.accepted else ZERO
        found.append(Valued(line, cost, is_provisional=False, answers=answers))
    return found


def _settle(uow: UnitOfWork, valued: Sequence[Valued]) -> list[_Settled]:
    """Match what came with what was sold before it, batch by batch, the oldest sale first."""
    waiting: defaultdict[UUID, list[OpenAwaited]] = defaultdict(list)
    for each in open_awaited(uow.session, [line.received.item.id for line in valued]):
        waiting[each.batch_id].append(each)
    return [_settle_line(line, waiting) for line in valued]


def _settle_line(line: Valued, waiting: Mapping[UUID, list[OpenAwaited]]) -> _Settled:
    left = accepted = line.received.counted.accepted
    open_lots = waiting.get(line.received.batch_id, [])
    taken: list[tuple[OpenAwaited, int, Money]] = []
    while left and open_lots:
        first = open_lots.pop(0)
        units = min(left, first.units)
        provisional = share_of_worth(first.cost_paise, units, first.units)
        taken.append((first, units, Money(provisional)))
        left -= units
        if units < first.units:
            rest = first._replace(units=first.units - units, cost_paise=first.cost_paise - provisional)
            open_lots.insert(0, rest)
    if not taken:
        return _Settled(0, line.cost, [])
    on_shelf, *costs = line.cost.split([left, *(units for _, units, _ in taken)])
    arrived = [
        Arrived(lot.lot_id, units, provisional, landed)
        for (lot, units, provisional), landed in zip(taken, costs, strict=True)
    ]
    return _Settled(accepted - left, on_shelf, arrived)


def _say_near_misses(
    uow: UnitOfWork, valued: Sequence[Valued], settled: Sequence[_Settled], caution: Callable[[RuleBroken], None]
) -> None:
    """Say which items were sold before under a batch, expiry or MRP that did not come: somebody mistyped one."""
    taken = {each.lot_id for one in settled for each in one.arrived}
    for each in open_awaited(uow.session, [line.received.item.id for line in valued]):
        if each.lot_id in taken:
            continue
        of_item = [(at, one.received) for at, one in enumerate(valued) if one.received.item.id == each.item_id]
        # a line that has at least the number is rather the one that was meant
        index, came = next((pair for pair in of_item if pair[1].batch == each.batch_number), of_item[0])
        caution(
            RuleBroken(
                "receipts.awaited_otherwise",
                where=f"lines.{index}.batch",
                item=came.item.name,
                sold=_batch_words(each.batch_number, each.expiry, Money(each.mrp_paise)),
                came=_batch_words(came.batch, came.expiry, came.mrp),
            )
        )


def _batch_words(number: str, expiry: Expiry | None, mrp: Money) -> str:
    parts = (f"batch {number}", f"expiry {expiry}" if expiry is not None else "", f"MRP {mrp.grouped()}")
    return ", ".join(filter(None, parts))


def _licences(uow: UnitOfWork, supplier: Supplier) -> Sequence[SupplierLicence]:
    return uow.session.scalars(
        select(SupplierLicence)
        .where(SupplierLicence.supplier_id == supplier.id, SupplierLicence.is_listed)
        .order_by(SupplierLicence.position)
    ).all()


def _say_licences(uow: UnitOfWork, incoming: Incoming, caution: Callable[[RuleBroken], None]) -> None:
    """Say where drugs come from somebody of whom no licence is known that holds on the paper's day (facts E6)."""
    if all(line.item.kind != ItemKind.DRUG for line in incoming.lines):
        return
    licences = incoming.licences
    name, day = incoming.supplier.name, incoming.command.document_date or uow.today
    if not licences:
        caution(RuleBroken("receipts.no_licence", where="supplier", supplier=name))
    elif all(each.valid_until is not None and each.valid_until < day for each in licences):
        ended = max(each.valid_until for each in licences if each.valid_until is not None)
        caution(RuleBroken("receipts.licence_ended", where="supplier", supplier=name, date=ended))


def _head(uow: UnitOfWork, incoming: Incoming) -> dict[str, object]:
    command, supplier, number = incoming.command, incoming.supplier, incoming.number
    return {
        "id": command.command_id,
        "command_sha": command.fingerprint(),
        **number.columns(),
        "on_date": uow.today,
        "at": uow.now,
        "username": uow.actor.username,
        "supplier_id": supplier.id,
        "supplier_name": supplier.name,
        "supplier_address": supplier.address,
        "supplier_gstin": supplier.gstin,
        "supplier_licences": ", ".join(each.number for each in incoming.licences) or None,
        "supplier_document": command.document,
        "document_date": command.document_date,
        "note": command.note,
    }


def _line_row(receipt_id: UUID, number: int, line: Valued, awaited: int, lot_id: UUID | None) -> dict[str, object]:
    received, item, counted = line.received, line.received.item, line.received.counted
    rate, expiry = received.pack_rate, received.expiry
    return {
        "receipt_id": receipt_id,
        "line": number,
        "item_id": item.id,
        "item_code": item.code,
        "item_name": item.name,
        "manufacturer": received.maker,
        "hsn": item.hsn,
        "pack_label": item.pack_label,
        "pieces_per_pack": item.pieces_per_pack,
        "batch_id": received.batch_id if counted.accepted else None,
        "lot_id": lot_id,
        "batch_number": received.batch,
        "is_automatic_batch": received.automatic,
        "expiry": expiry.last_day if expiry else None,
        "expiry_precision": expiry.precision if expiry else None,
        "mrp_paise": received.mrp.paise,
        "billed_units": counted.billed,
        "free_units": counted.free,
        "short_units": counted.short,
        "damaged_units": counted.damaged,
        "awaited_units": awaited,
        "rate_parts": rate.parts if rate is not None else None,
        "is_provisional": line.is_provisional,
        "cost_paise": line.cost.paise,
        "order_id": line.answers.order_id if line.answers else None,
        "order_line": line.answers.line if line.answers else None,
    }
