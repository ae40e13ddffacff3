"""Enters a supplier's bill, alone or with the goods that came with it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from core.audit.log import refuse_odd_clock, write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.boundary.lines import placed
from core.catalog.dto import ItemTaxView
from core.catalog.queries import taxes_on
from core.kernel.dates import FinancialYear
from core.kernel.errors import NeedsConfirmation, Problem, RuleBroken, unheard
from core.kernel.gst import GstTreatment
from core.kernel.money import NO_PERCENT, ZERO, Money, Rate
from core.kernel.quantity import parse_quantity, show_quantity
from core.kernel.rounding import divide_half_away
from core.ledger import chart
from core.ledger.closing import refuse_closed_day
from core.ledger.open_items import NewOpenItem, add_open_items, settle_items
from core.ledger.posting import Posting, post_entry
from core.parties.model import Supplier
from core.parties.queries import resolved
from core.purchasing.asking import Questions
from core.purchasing.bill_dto import BillHead, EnterBill, PrintedLine, ReceiveBilledGoods, SupplierBillView
from core.purchasing.bill_queries import supplier_bill_view
from core.purchasing.bill_questions import is_old, looks_like, made_out_to_other, unknown_set_offs
from core.purchasing.bill_terms import (
    BillTerms,
    below_of,
    check_head,
    check_line,
    check_printed_value,
    number_key,
    printed_rate,
    revision_of,
    terms_of_bill,
)
from core.purchasing.billing_domain import Asked, BillSums, Worked, counted_for, value_of, work_out
from core.purchasing.goods import at_line, goods, refuse_taken_id, supplier_named
from core.purchasing.matching import Matched, differing, require_match
from core.purchasing.model import (
    MatchDifference,
    SupplierBill,
    SupplierBillLine,
    SupplierBillSetOff,
)
from core.purchasing.receipt_dto import ReceiptLineInput, ReceiptLineView, ReceiptView, ReceiveGoods
from core.purchasing.receipt_lines import rate_question
from core.purchasing.receipt_queries import receipt_id_of, receipt_view
from core.purchasing.receiving import Valued, read_receipt, record_receipt
from core.purchasing.repricing import Repriced, reprice
from core.purchasing.setting_off import SetOffPart, set_off_parts
from core.purchasing.twins import BilledLine
from core.purchasing.unlikely import price_question
from core.storage.replays import Replay, replay
from core.storage.unit_of_work import UnitOfWork

_DISCOUNTS: Final = ("trade_discount", "scheme_discount", "cash_discount")
ProblemT = TypeVar("ProblemT", bound=Problem)
#: What a bill is called where movements and entries name their document.
BILL: Final = "supplier_bill"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the bill beside the line of the receipt that it asks money for."""

    receipt_id: UUID
    received: ReceiptLineView
    printed: PrintedLine
    asked: Asked
    pack_rate: Rate
    mrp: Money
    billed: int
    free: int
    hsn: str | None


def enter_bill(
    uow: UnitOfWork, command: EnterBill, caution: Callable[[RuleBroken], None] = unheard
) -> SupplierBillView:
    """Enter the bill for goods that were received; the same command again returns the first result.

    ``caution`` hears what was confirmed.
    Raises NeedsConfirmation ``clock.behind``, ``clock.ahead``, ``purchases.made_out_to_other``,
    ``purchases.input_tax_ended``, ``purchases.set_off_unknown``, ``purchases.looks_like`` where another bill has the
    same lines and total, what ``price_question`` asks and the receipt did not, and ``purchases.questions`` for several
    of these; RuleBroken ``auth.not_allowed``, ``purchases.command_reused``, ``purchases.id_taken``,
    ``ledger.day_closed``, those of the supplier, of the head (``check_head``, ``terms_of_bill``, ``revision_of``,
    ``set_off_parts``), ``purchases.total_differs``, those of the match (``require_match``), and placed at their line
    ``receipts.no_such``, ``purchases.receipt_of_other``, ``purchases.receipt_taken_back``, ``purchases.no_such_line``,
    ``purchases.billed_already``, ``purchases.line_twice``, ``purchases.nothing_billed``, ``items.no_tax`` and those of
    ``check_line``.
    """
    require(uow, Permission.PURCHASE)
    with _placed_in(command):
        _enter(uow, command, lambda heard: caution(_moved(heard, command)))
    return supplier_bill_view(uow.session, command.command_id)


def _enter(uow: UnitOfWork, command: EnterBill, caution: Callable[[RuleBroken], None]) -> None:
    if _is_new(uow, command):
        refuse_odd_clock(uow)
        bill = _open(uow, command)
        lines = _received_lines(uow, command, bill)
        asked, printed = [line.asked for line in lines], [line.printed for line in lines]
        sums = _sums(asked, printed, bill.head, bill.terms)
        questions = Questions(confirmed=command.confirmed, caution=caution)
        billed = [BilledLine(line.received.item_id, line.received.batch_number, line.billed) for line in lines]
        questions.ask(*_of_the_bill(uow, bill, billed))
        questions.ask(*(_part_billed(index, line) for index, line in enumerate(lines)))
        questions.ask(*(_price_question(*each) for each in enumerate(zip(lines, sums.lines, strict=True))))
        questions.settle()
        _record(uow, bill, lines, sums)
        write_event(uow, "supplier_bill.entered", command.command_id)


def receive_billed_goods(
    uow: UnitOfWork, command: ReceiveBilledGoods, caution: Callable[[RuleBroken], None] = unheard
) -> SupplierBillView:
    """Take goods in and enter the bill that came with them; the same command again returns the first result.

    ``caution`` hears what ``receive_goods`` says. Raises what ``receive_goods`` and ``enter_bill`` do, and
    NeedsConfirmation ``receipts.same_goods`` where they came in with a receipt that waits for its bill.
    """
    require(uow, Permission.PURCHASE)
    _require_to_receive(uow)
    with _placed_in(command):
        if _is_new(uow, command):
            refuse_taken_id(uow.session, command.receipt_id, "receipt_id")
            if command.receipt_id == command.command_id:
                raise RuleBroken("purchases.id_taken", where="receipt_id", command=str(command.receipt_id))
            refuse_odd_clock(uow)
            _receive_and_bill(uow, command, lambda heard: caution(_moved(heard, command)))
            write_event(uow, "supplier_bill.entered", command.command_id)
    return supplier_bill_view(uow.session, command.command_id)


@contextmanager
def _placed_in(command: EnterBill | ReceiveBilledGoods) -> Iterator[None]:
    """Place a problem where the command has what it is of: rules know of heads, goods and lines, and of no command."""
    try:
        yield
    except Problem as problem:
        raise _moved(problem, command) from None


def _moved(problem: ProblemT, command: EnterBill | ReceiveBilledGoods) -> ProblemT:
    name, _, rest = (problem.where or "").partition(".")
    if name in BillHead.model_fields:
        return problem.moved_to(f"head.{problem.where}")
    number, _, field = rest.partition(".")
    if name != "lines" or not field or isinstance(command, EnterBill):
        return problem
    of_goods = field in ReceiptLineInput.model_fields and field != "rate"
    return problem.moved_to(f"lines.{number}.{'goods' if of_goods else 'printed'}.{field}")


def _is_new(uow: UnitOfWork, command: EnterBill | ReceiveBilledGoods) -> bool:
    """Say whether a bill is to be entered, and is not there from the same command before.

    Raises RuleBroken ``purchases.command_reused``, ``purchases.id_taken``.
    """
    row = {"id": command.command_id, "command_sha": command.fingerprint()}
    done = replay(uow, SupplierBill, row, beside=frozenset())
    if done is Replay.OTHER:
        raise RuleBroken("purchases.command_reused", command=str(command.command_id))
    if done is Replay.NEW:
        refuse_taken_id(uow.session, command.command_id, "command_id")
    return done is Replay.NEW


def _require_to_receive(uow: UnitOfWork) -> None:
    """Ask for the right to take goods in too: who may only enter bills takes none in with them."""
    require(uow, Permission.RECEIVE_STOCK)


@dataclass(frozen=True, slots=True)
class _Bill:
    """A bill that is being entered; ``revision`` is how many of its number were taken back before."""

    command: EnterBill | ReceiveBilledGoods
    content: bytes
    supplier: Supplier
    terms: BillTerms
    revision: int
    set_offs: list[SetOffPart]

    @property
    def bill_id(self) -> UUID:
        return self.command.command_id

    @property
    def head(self) -> BillHead:
        return self.command.head


def _open(uow: UnitOfWork, command: EnterBill | ReceiveBilledGoods) -> _Bill:
    """Return what is known of a bill before its lines, or refuse what no bill can be."""
    head, content = command.head, command.content_sha()
    supplier = supplier_named(uow.session, head.supplier)
    check_head(head, uow.today)
    refuse_closed_day(uow, uow.today)
    terms = terms_of_bill(uow.session, supplier, head, uow.today)
    revision = revision_of(uow.session, supplier, head, content)
    return _Bill(command, content, supplier, terms, revision, set_off_parts(uow.session, supplier, head.set_offs))


def _receive_and_bill(uow: UnitOfWork, command: ReceiveBilledGoods, caution: Callable[[RuleBroken], None]) -> None:
    bill = _open(uow, command)
    receipt = ReceiveGoods(
        command_id=command.receipt_id,
        supplier=str(bill.supplier.id),
        document=command.head.number,
        document_date=command.head.billed_on,
        orders=command.orders,
        lines=tuple(line.goods for line in command.lines),
        confirmed=command.confirmed,
    )
    questions = Questions(confirmed=command.confirmed, caution=caution)
    incoming = read_receipt(uow, receipt, command.command_id, questions, caution)
    billed = [BilledLine(line.item.id, line.batch, line.counted.billed) for line in incoming.lines]
    questions.ask(*_of_the_bill(uow, bill, billed))
    taxes = taxes_on(uow.session, [line.item.id for line in incoming.lines], command.head.billed_on)
    asked = [
        _asked(index, line.printed, received.item, received.counted, received.per_unit, taxes, bill)
        for index, (line, received) in enumerate(zip(command.lines, incoming.lines, strict=True))
    ]
    sums = _sums(asked, [line.printed for line in command.lines], bill.head, bill.terms)
    valued: list[Valued] = []
    for index, (received, work, answers) in enumerate(zip(incoming.lines, sums.lines, incoming.answers, strict=True)):
        net = _net_rate(work, received.per_unit)
        if net is not None:
            questions.ask(rate_question(net, received, index))
        cost = work.landed.cost if received.counted.accepted else ZERO
        valued.append(Valued(replace(received, rate=net), cost, is_provisional=False, answers=answers))
    questions.settle()
    record_receipt(uow, incoming, valued, caution)
    view = receipt_view(uow.session, command.receipt_id)
    lines = [
        _Line(
            receipt_id=command.receipt_id,
            received=standing,
            printed=line.printed,
            asked=ask,
            pack_rate=_pack_rate(line.printed.rate, received.per_unit, received.item.pieces_per_pack),
            mrp=received.mrp,
            billed=received.counted.billed,
            free=received.counted.free,
            hsn=received.item.hsn,
        )
        for line, received, standing, ask in zip(command.lines, incoming.lines, view.lines, asked, strict=True)
    ]
    _record(uow, bill, lines, sums)


def _of_the_bill(uow: UnitOfWork, bill: _Bill, lines: Sequence[BilledLine]) -> tuple[NeedsConfirmation | None, ...]:
    """Return what is asked of a bill as a whole."""
    session, supplier, head = uow.session, bill.supplier, bill.head
    return (
        made_out_to_other(session, supplier, head),
        looks_like(session, supplier, head, lines),
        is_old(head, bill.terms, uow.today),
        unknown_set_offs(session, supplier, bill.set_offs),
    )


def _part_billed(index: int, line: _Line) -> NeedsConfirmation | None:
    """Return what is asked where a bill asks for a part of a line: a line is billed once, and all of it."""
    came, pieces = line.received.accepted_units, line.received.pieces_per_pack
    if line.billed + line.free >= came:
        return None
    return NeedsConfirmation(
        "purchases.part_billed",
        where=f"lines.{index}.quantity",
        line=line.received.line,
        item=line.received.item_name,
        came=show_quantity(came, pieces),
        billed=show_quantity(line.billed + line.free, pieces),
    )


def _price_question(index: int, billed: tuple[_Line, Worked]) -> NeedsConfirmation | None:
    """Return what is asked of the price of a line, where the receipt did not ask it already."""
    line, work = billed
    received = line.received
    net = _net_rate(work, received.pieces_per_pack)
    if net is None:
        return None
    question = price_question(index, received.item_name, net.times(1), line.mrp)
    if question is None or received.rate is None:
        return question
    asked = price_question(index, received.item_name, received.rate.times(1), received.mrp)
    return None if asked is not None and asked.code == question.code else question


def _received_lines(uow: UnitOfWork, command: EnterBill, bill: _Bill) -> list[_Line]:
    receipts: dict[str, ReceiptView] = {}
    chosen: list[tuple[UUID, ReceiptLineView]] = []
    seen: dict[tuple[UUID, int], int] = {}
    for index, line in enumerate(command.lines):
        try:
            if line.receipt not in receipts:
                receipts[line.receipt] = _receipt(uow, line.receipt, bill.supplier)
            receipt = receipts[line.receipt]
            received = _line_of(receipt, line.line)
            key = (receipt.receipt_id, line.line)
            if (before := seen.setdefault(key, index)) != index:
                raise RuleBroken("purchases.line_twice", where="line", line=before + 1)
        except RuleBroken as broken:
            raise at_line(broken, index) from None
        chosen.append((receipt.receipt_id, received))
    ids = [received.item_id for _, received in chosen]
    items, taxes = goods(uow.session, ids), taxes_on(uow.session, ids, command.head.billed_on)
    found: list[_Line] = []
    for index, (line, (receipt_id, received)) in enumerate(zip(command.lines, chosen, strict=True)):
        item, per_unit = items[received.item_id], received.pieces_per_pack * line.factor
        billed = _units(line.quantity, received.billed_units, per_unit, f"lines.{index}.quantity")
        free = _units(line.free, received.free_units, per_unit, f"lines.{index}.free")
        if not billed + free:
            raise RuleBroken("purchases.nothing_billed", where=f"lines.{index}.quantity", item=received.item_name)
        counted = counted_for(billed, free, received.accepted_units)
        found.append(
            _Line(
                receipt_id=receipt_id,
                received=received,
                printed=line,
                asked=_asked(index, line, item, counted, per_unit, taxes, bill),
                pack_rate=_pack_rate(line.rate, per_unit, received.pieces_per_pack),
                mrp=received.mrp if line.mrp is None else line.mrp,
                billed=billed,
                free=free,
                hsn=item.hsn,
            )
        )
    return found


def _receipt(uow: UnitOfWork, number: str, supplier: Supplier) -> ReceiptView:
    with placed("receipt"):
        receipt = receipt_view(uow.session, receipt_id_of(uow.session, number))
    if receipt.supplier_id != resolved(uow.session, supplier.id):
        raise RuleBroken(
            "purchases.receipt_of_other", where="receipt", number=receipt.number, supplier=receipt.supplier_name
        )
    if receipt.taken_back is not None:
        raise RuleBroken("purchases.receipt_taken_back", where="receipt", number=receipt.number)
    return receipt


def _line_of(receipt: ReceiptView, number: int) -> ReceiptLineView:
    found = next((line for line in receipt.lines if line.line == number), None)
    if found is None:
        raise RuleBroken(
            "purchases.no_such_line", where="line", line=number, number=receipt.number, count=len(receipt.lines)
        )
    if found.bill_number is not None:
        raise RuleBroken(
            "purchases.billed_already", where="line", line=number, number=receipt.number, bill=found.bill_number
        )
    return found


def _units(text: str | None, otherwise: int, per_unit: int, where: str) -> int:
    if text is None:
        return otherwise
    if not text.strip("0:.tT "):
        return 0
    with placed(where):
        return parse_quantity(text, per_unit)


def _asked(
    index: int,
    line: PrintedLine,
    item: Any,
    counted: Any,
    per_unit: int,
    taxes: dict[UUID, ItemTaxView],
    bill: _Bill,
) -> Asked:
    """Return what the bill asks for a line; ``per_unit`` smallest units are one of the paper."""
    tax = taxes.get(item.id)
    if tax is None:
        raise RuleBroken("items.no_tax", where=f"lines.{index}", item=item.name, date="that day")
    asked = Asked(
        counted=counted,
        gross=line.rate.times_per_pack(counted.billed, per_unit),
        discounts=line.discounts,
        discount=line.discount,
        taxable=line.taxable,
        treatment=tax.treatment,
        own_rate=tax.gst if tax.treatment is GstTreatment.TAXABLE else NO_PERCENT,
        printed_rate=printed_rate(line, tax.gst, bill.terms, tax.treatment),
        cgst=line.cgst,
        sgst=line.sgst,
        igst=line.igst,
    )
    try:
        check_line(line, asked, bill.terms, bill.supplier)
    except RuleBroken as broken:
        raise at_line(broken, index) from None
    return asked


def _sums(asked: Sequence[Asked], printed: Sequence[PrintedLine], head: BillHead, terms: BillTerms) -> BillSums:
    """Work the bill out and refuse what does not close with what is printed.

    Raises RuleBroken ``purchases.value_differs``, ``purchases.discount_too_big``, ``purchases.total_differs``.
    """
    below = below_of(head)
    if below.discount > Money.total(value_of(one) for one in asked):
        name = next(name for name in _DISCOUNTS if getattr(head, name))
        raise RuleBroken("purchases.discount_too_big", where=name, value=below.discount)
    ours = work_out(
        [replace(one, taxable=None) for one in asked], below, terms.tax_type, recoverable=terms.is_recoverable
    )
    for index, (line, work) in enumerate(zip(printed, ours.lines, strict=True)):
        try:
            check_printed_value(line, work.split.taxable)
        except RuleBroken as broken:
            raise at_line(broken, index) from None
    sums = work_out(asked, below, terms.tax_type, recoverable=terms.is_recoverable)
    if abs((head.total - sums.before_round).paise) >= 100:
        raise RuleBroken(
            "purchases.total_differs",
            where="total",
            printed=head.total,
            ours=sums.before_round,
            difference=head.total - sums.before_round,
        )
    return sums


def _net_rate(work: Worked, per_unit: int) -> Rate | None:
    """Return what a unit of the paper costs after all discounts, None where nothing is billed."""
    billed = work.asked.counted.billed
    if not billed:
        return None
    value = work.split.taxable - work.off_after
    return Rate(divide_half_away(max(0, value.paise) * 100 * per_unit, billed))


def _pack_rate(rate: Rate, per_unit: int, pieces: int) -> Rate:
    return Rate(divide_half_away(rate.parts * pieces, per_unit))


def _record(uow: UnitOfWork, bill: _Bill, lines: Sequence[_Line], sums: BillSums) -> None:
    """Write the bill, its differences, what it changes of stock, its entry and what is owed."""
    matched = [
        Matched(
            line.receipt_id,
            line.received,
            billed=line.billed,
            free=line.free,
            missing=work.missing,
            claim=work.landed.claim + work.claim_tax.tax,
            rate=_net_rate(work, line.received.pieces_per_pack) or Rate(0),
            mrp=line.mrp,
            tax=work.split.tax,
            own_tax=work.own.tax,
        )
        for line, work in zip(lines, sums.lines, strict=True)
    ]
    differences = differing(uow.session, matched)
    require_match(uow, bill.bill_id, matched, differences, bill.command.match_reason)
    repriced = reprice(
        uow,
        document_id=bill.bill_id,
        document_kind=BILL,
        changes=[
            (line.received, work.landed.cost - line.received.cost) for line, work in zip(lines, sums.lines, strict=True)
        ],
    )
    uow.record(SupplierBill, [_head_row(uow, bill, sums)])
    uow.record(
        SupplierBillLine,
        [
            _line_row(bill.bill_id, number, line, work, change)
            for number, (line, work, change) in enumerate(zip(lines, sums.lines, repriced, strict=True), start=1)
        ],
    )
    uow.record(
        SupplierBillSetOff,
        [
            {
                "bill_id": bill.bill_id,
                "line": number,
                "kind": part.kind,
                "number": part.number,
                "amount_paise": part.amount.paise,
                "item_id": part.item_id,
            }
            for number, part in enumerate(bill.set_offs, start=1)
        ],
    )
    uow.record(
        MatchDifference,
        [
            {
                "bill_id": bill.bill_id,
                "line": number,
                "kind": difference.kind,
                "expected": difference.expected,
                "found": difference.found,
                "amount_paise": difference.amount.paise,
            }
            for number, difference in differences
        ],
    )
    _post(uow, bill, lines, sums, repriced)


def _post(uow: UnitOfWork, bill: _Bill, lines: Sequence[_Line], sums: BillSums, repriced: Sequence[Repriced]) -> None:
    head = bill.head
    known = Money.total(part.amount for part in bill.set_offs if part.item_id is not None)
    unknown = Money.total(part.amount for part in bill.set_offs if part.item_id is None)
    tax = sums.tax
    claimed = [work.claim_tax for work in sums.lines]
    claims = Money.total(work.landed.claim + work.claim_tax.tax for work in sums.lines)
    recovered = bill.terms.is_recoverable
    postings = [
        Posting(chart.RECEIVED, Money.total(line.received.cost for line in lines)),
        Posting(chart.STOCK, Money.total(change.in_stock for change in repriced)),
        Posting(chart.COST_SETTLED, Money.total(change.sold for change in repriced)),
        Posting(chart.CLAIMS, claims - unknown),
        Posting(chart.INPUT_CGST, tax.cgst - Money.total(one.cgst for one in claimed) if recovered else ZERO),
        Posting(chart.INPUT_SGST, tax.sgst - Money.total(one.sgst for one in claimed) if recovered else ZERO),
        Posting(chart.INPUT_IGST, tax.igst - Money.total(one.igst for one in claimed) if recovered else ZERO),
        Posting(chart.TCS, head.tcs),
        Posting(chart.PURCHASE_ROUND_OFF, head.total - sums.before_round),
        Posting(chart.CREDITORS, unknown - head.total),
    ]
    post_entry(uow, bill.bill_id, BILL, uow.today, postings)
    add_open_items(
        uow,
        bill.bill_id,
        [
            NewOpenItem(
                party_kind="supplier",
                party_id=bill.supplier.id,
                kind="bill",
                number=head.number,
                on_date=head.billed_on,
                due_date=_due_date(bill),
                original=-head.total,
                open=known + unknown - head.total,
            )
        ],
    )
    settled = [(part.item_id, -part.amount.paise) for part in bill.set_offs if part.item_id is not None]
    settle_items(uow, bill.bill_id, uow.today, settled)


def _due_date(bill: _Bill) -> Any:
    """Return when the bill is due: as printed, or so many days after it as the supplier gives."""
    return bill.head.due_date or bill.head.billed_on + timedelta(days=bill.supplier.payment_days or 0)


def _head_row(uow: UnitOfWork, bill: _Bill, sums: BillSums) -> dict[str, object]:
    head, supplier, tax = bill.head, bill.supplier, sums.tax
    return {
        "id": bill.bill_id,
        "command_sha": bill.command.fingerprint(),
        "content_sha": bill.content,
        "supplier_id": supplier.id,
        "supplier_name": supplier.name,
        "supplier_gstin": supplier.gstin,
        "supplier_state": supplier.gstin[:2] if supplier.gstin else supplier.state,
        "number": head.number,
        "number_key": number_key(head.number),
        "revision": bill.revision,
        "financial_year": FinancialYear.of(head.billed_on).starts_in,
        "billed_on": head.billed_on,
        "on_date": uow.today,
        "at": uow.now,
        "username": uow.actor.username,
        "due_date": _due_date(bill),
        "tax_type": bill.terms.tax_type,
        "is_recoverable": bill.terms.is_recoverable,
        "gross_paise": Money.total(line.asked.gross for line in sums.lines).paise,
        "trade_discount_paise": head.trade_discount.paise,
        "scheme_discount_paise": head.scheme_discount.paise,
        "cash_discount_paise": head.cash_discount.paise,
        "discounts_before_tax": head.discounts_before_tax,
        "taxable_paise": sums.taxable.paise,
        "cgst_paise": tax.cgst.paise,
        "sgst_paise": tax.sgst.paise,
        "igst_paise": tax.igst.paise,
        "freight_paise": head.freight.paise,
        "other_charges_paise": head.other_charges.paise,
        "charge_gst_bp": head.charge_gst.basis_points if sums.charge_split.tax else 0,
        "tcs_paise": head.tcs.paise,
        "round_off_paise": (head.total - sums.before_round).paise,
        "total_paise": head.total.paise,
        "set_off_paise": Money.total(part.amount for part in bill.set_offs).paise,
        "match_reason": bill.command.match_reason,
        "note": head.note,
    }


def _line_row(bill_id: UUID, number: int, line: _Line, work: Worked, change: Repriced) -> dict[str, object]:
    received, asked = line.received, work.asked
    return {
        "bill_id": bill_id,
        "line": number,
        "receipt_id": line.receipt_id,
        "receipt_line": received.line,
        "item_id": received.item_id,
        "item_code": received.item_code,
        "item_name": received.item_name,
        "hsn": line.hsn,
        "pieces_per_pack": received.pieces_per_pack,
        "batch_number": received.batch_number,
        "mrp_paise": line.mrp.paise,
        "billed_units": line.billed,
        "free_units": line.free,
        "rate_parts": line.pack_rate.parts,
        "gross_paise": asked.gross.paise,
        "discount_paise": work.discount.paise,
        "taxable_paise": work.split.taxable.paise,
        "treatment": asked.treatment,
        "gst_bp": asked.printed_rate.basis_points,
        "cgst_paise": work.split.cgst.paise,
        "sgst_paise": work.split.sgst.paise,
        "igst_paise": work.split.igst.paise,
        "own_tax_paise": work.own.tax.paise,
        "charge_paise": work.landed.charge.paise,
        "cost_paise": work.landed.cost.paise,
        "missing_units": work.missing,
        "claim_paise": (work.landed.claim + work.claim_tax.tax).paise,
        "claim_tax_paise": work.claim_tax.tax.paise,
        "stock_change_paise": change.in_stock.paise,
        "sold_change_paise": change.sold.paise,
    }
