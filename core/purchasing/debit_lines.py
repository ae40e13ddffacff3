"""Reads the lines of a debit note: which claim is settled, which units of which lot go back, for how much."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.boundary.lines import placed
from core.catalog.dto import GST_RATES
from core.catalog.queries import item_of_code
from core.inventory.model import Batch
from core.kernel.errors import Problem, RuleBroken
from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import ZERO, Money, Percent
from core.kernel.quantity import parse_quantity, show_quantity
from core.parties.model import Supplier
from core.purchasing.bill_dto import BillHead
from core.purchasing.bill_queries import bill_id_of
from core.purchasing.bill_terms import terms_of_bill
from core.purchasing.debit_dto import ClaimInput, DebitKind, DebitWhy, IssueDebitNote, ReturnInput
from core.purchasing.debit_lots import ReturnableLot, lots_named
from core.purchasing.debit_model import DebitNoteLine
from core.purchasing.debit_standing import LINE_STANDS, claims
from core.purchasing.debiting_domain import BilledLine, Debit, Returned, share_of_return
from core.purchasing.model import GoodsReceiptLine, SupplierBill, SupplierBillLine
from core.storage.unit_of_work import UnitOfWork
from core.tax.domain import split_exclusive


@dataclass(frozen=True, slots=True)
class DebitLine:
    """A line that holds, not written yet. ``bill`` and ``line`` are rows of the bill; None for goods of before.

    ``lot`` is where the units of a return come from; ``batch`` is what a claim's goods print by now, None where none of
    them came.
    """

    kind: DebitKind
    why: DebitWhy
    bill: SupplierBill | None
    line: SupplierBillLine | None
    received: GoodsReceiptLine | None
    lot: ReturnableLot | None
    batch: Batch | None
    units: int
    debit: Debit
    treatment: GstTreatment
    gst: Percent
    is_recoverable: bool
    bill_number: str | None
    billed_on: date | None


def read_debit_lines(uow: UnitOfWork, command: IssueDebitNote, supplier: Supplier) -> list[DebitLine]:
    """Return the lines of a debit note, claims first.

    Raises RuleBroken, placed at its claim or return: ``purchases.no_such``, ``debit_notes.no_such_line``,
    ``debit_notes.no_claim``, ``debit_notes.claimed_already``, ``debit_notes.claim_twice``, ``sales.no_such_item``,
    those of ``lots_named`` and of quantities, ``debit_notes.too_few``, ``debit_notes.not_billed``,
    ``debit_notes.priced_by_bill``, ``debit_notes.no_price``, ``items.no_gst_rate``, ``debit_notes.billed_in_future``.
    """
    found: list[DebitLine] = []
    claimed: set[tuple[UUID, int]] = set()
    for index, claim in enumerate(command.claims):
        try:
            found.append(_claim(uow.session, command.supplier, claim, claimed))
        except RuleBroken as broken:
            raise _at(broken, f"claims.{index}") from None
    gone = _Gone()
    for index, wanted in enumerate(command.returns):
        try:
            found.append(_return(uow, supplier, wanted, gone))
        except RuleBroken as broken:
            raise _at(broken, f"returns.{index}") from None
    return found


def _at(broken: RuleBroken, place: str) -> Problem:
    return broken.moved_to(f"{place}.{broken.where}" if broken.where else place)


@dataclass(frozen=True, slots=True)
class _Gone:
    """What the lines before sent back: units by lot, and what was asked for them by line of a bill."""

    of_lot: defaultdict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    of_line: defaultdict[tuple[UUID, int], Returned] = field(default_factory=lambda: defaultdict(Returned))


def _claim(session: Session, supplier: str, claim: ClaimInput, claimed: set[tuple[UUID, int]]) -> DebitLine:
    with placed("bill"):
        bill_id = bill_id_of(session, supplier, claim.bill)
    bill = session.get_one(SupplierBill, bill_id)
    line = session.get(SupplierBillLine, (bill.id, claim.line))
    if line is None:
        raise RuleBroken("debit_notes.no_such_line", where="line", line=claim.line, bill=bill.number)
    if not line.missing_units:
        raise RuleBroken("debit_notes.no_claim", where="line", line=claim.line, bill=bill.number, item=line.item_name)
    key = (bill.id, claim.line)
    if key in claimed:
        raise RuleBroken("debit_notes.claim_twice", where="line", line=claim.line, bill=bill.number)
    if _is_claimed(session, key):
        raise RuleBroken(
            "debit_notes.claimed_already", where="line", line=claim.line, bill=bill.number, item=line.item_name
        )
    claimed.add(key)
    received = session.get_one(GoodsReceiptLine, (line.receipt_id, line.receipt_line))
    return DebitLine(
        kind=DebitKind.CLAIM,
        why=DebitWhy.MISSING,
        bill=bill,
        line=line,
        received=received,
        lot=None,
        batch=None if received.batch_id is None else session.get_one(Batch, received.batch_id),
        units=line.missing_units,
        debit=billed_line(bill, line, received).of_missing(),
        treatment=GstTreatment(line.treatment),
        gst=Percent(line.gst_bp),
        is_recoverable=False,
        bill_number=bill.number,
        billed_on=bill.billed_on,
    )


def _is_claimed(session: Session, key: tuple[UUID, int]) -> bool:
    return session.scalar(select(DebitNoteLine.note_id).where(*claims(*key)).limit(1)) is not None


def billed_line(bill: SupplierBill, line: SupplierBillLine, received: GoodsReceiptLine) -> BilledLine:
    """Return a line of a bill as the arithmetic takes it."""
    discounts = bill.trade_discount_paise + bill.scheme_discount_paise + bill.cash_discount_paise
    return BilledLine(
        billed=line.billed_units,
        missing=line.missing_units,
        accepted=received.billed_units + received.free_units - received.short_units - received.damaged_units,
        taxable=Money(line.taxable_paise),
        cgst=Money(line.cgst_paise),
        sgst=Money(line.sgst_paise),
        igst=Money(line.igst_paise),
        claim=Money(line.claim_paise),
        paid=Money(line.cost_paise - line.charge_paise),
        is_recoverable=bill.is_recoverable,
        off_after=bool(discounts) and not bill.discounts_before_tax,
    )


def _return(uow: UnitOfWork, supplier: Supplier, wanted: ReturnInput, gone: _Gone) -> DebitLine:
    session = uow.session
    item = item_of_code(session, wanted.item)
    lot = lots_named(session, supplier, item, wanted)
    with placed("quantity"):
        units = parse_quantity(wanted.quantity, item.pieces_per_pack)
    standing = lot.units - gone.of_lot[lot.lot_id]
    if units > standing:
        raise RuleBroken(
            "debit_notes.too_few",
            where="quantity",
            item=item.name,
            batch=lot.batch_number,
            standing=show_quantity(standing, item.pieces_per_pack),
        )
    gone.of_lot[lot.lot_id] += units
    if lot.receipt_number is None:
        return _by_hand(uow, supplier, wanted, lot, units)
    return _billed(session, wanted, lot, units, gone)


def _billed(session: Session, wanted: ReturnInput, lot: ReturnableLot, units: int, gone: _Gone) -> DebitLine:
    """Return units of a lot with their share of what its bill asked."""
    if lot.bill_id is None:
        raise RuleBroken("debit_notes.not_billed", where="batch", item=lot.item_name, receipt=lot.receipt_number)
    if wanted.rate is not None or wanted.gst is not None:
        raise RuleBroken("debit_notes.priced_by_bill", where="rate", item=lot.item_name, bill=lot.bill_number)
    bill = session.get_one(SupplierBill, lot.bill_id)
    line = session.get_one(SupplierBillLine, (lot.bill_id, lot.bill_line))
    received = session.get_one(GoodsReceiptLine, (line.receipt_id, line.receipt_line))
    key = (bill.id, line.line)
    before = _returned(session, key) + gone.of_line[key]
    billed = billed_line(bill, line, received)
    debit = share_of_return(billed.of_accepted(), before, units, billed.accepted)
    gone.of_line[key] += Returned(units, debit)
    return DebitLine(
        kind=DebitKind.RETURN,
        why=wanted.why,
        bill=bill,
        line=line,
        received=received,
        lot=lot,
        batch=None,
        units=units,
        debit=debit,
        treatment=GstTreatment(line.treatment),
        gst=Percent(line.gst_bp),
        is_recoverable=bill.is_recoverable,
        bill_number=bill.number,
        billed_on=bill.billed_on,
    )


def _returned(session: Session, key: tuple[UUID, int]) -> Returned:
    """Return what of a line of a bill went back already by notes that stand."""
    of_line = (DebitNoteLine.bill_id == key[0]) & (DebitNoteLine.bill_line == key[1])
    amounts = (
        DebitNoteLine.taxable_paise,
        DebitNoteLine.discount_paise,
        DebitNoteLine.cgst_paise,
        DebitNoteLine.sgst_paise,
        DebitNoteLine.igst_paise,
    )
    sums = (func.coalesce(func.sum(column), 0) for column in (DebitNoteLine.units, *amounts))
    row = session.execute(select(*sums).where(of_line, DebitNoteLine.kind == DebitKind.RETURN, LINE_STANDS)).one()
    return Returned(int(row[0]), Debit(*(Money(int(paise)) for paise in row[1:])))


def _by_hand(uow: UnitOfWork, supplier: Supplier, wanted: ReturnInput, lot: ReturnableLot, units: int) -> DebitLine:
    """Return units of goods that no bill in the books asks for, at the price that was typed."""
    if wanted.rate is None or wanted.gst is None:
        raise RuleBroken("debit_notes.no_price", where="rate", item=lot.item_name, batch=lot.batch_number)
    if wanted.gst not in GST_RATES:
        raise RuleBroken("items.no_gst_rate", where="gst", rate=str(wanted.gst))
    if wanted.billed_on is not None and wanted.billed_on > uow.today:
        raise RuleBroken("debit_notes.billed_in_future", where="billed_on", date=wanted.billed_on)
    head = BillHead(supplier=str(supplier.id), number=wanted.bill or "-", billed_on=uow.today, total=ZERO)
    terms = terms_of_bill(uow.session, supplier, head, uow.today)
    gst = wanted.gst if terms.tax_type is not TaxType.NONE else Percent(0)
    taxable = wanted.rate.times_per_pack(units, lot.pieces_per_pack)
    split = split_exclusive(taxable, GstTreatment.TAXABLE, gst, terms.tax_type)
    return DebitLine(
        kind=DebitKind.RETURN,
        why=wanted.why,
        bill=None,
        line=None,
        received=None,
        lot=lot,
        batch=None,
        units=units,
        debit=Debit(split.taxable, ZERO, split.cgst, split.sgst, split.igst),
        treatment=GstTreatment.TAXABLE,
        gst=gst,
        is_recoverable=terms.is_recoverable,
        bill_number=wanted.bill,
        billed_on=wanted.billed_on,
    )
