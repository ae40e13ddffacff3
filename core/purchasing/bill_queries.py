"""Reads of suppliers' bills: one whole, their list, and what is owed for them by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from core.inventory.batch_dto import Print
from core.kernel.actor import Actor
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import Money, Percent, Rate
from core.parties.dto import PartyKind
from core.parties.queries import all_ids, find_party, resolved
from core.purchasing.bill_dto import BillLineView, SetOffKind, SetOffView, SupplierBillView
from core.purchasing.bill_terms import number_key
from core.purchasing.debit_standing import IS_SETTLED
from core.purchasing.finding import fits_text, part_of
from core.purchasing.model import (
    GoodsReceipt,
    MatchDifference,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
    SupplierBillSetOff,
)
from core.purchasing.order_queries import require_to_read_orders
from core.purchasing.receipt_dto import ReceiptReversalView
from core.purchasing.receipt_queries import put_right
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

#: Rows of a page that nobody asked to be longer.
MOST_BILLS = 50

_BILL, _LINE = table_of(SupplierBill), table_of(SupplierBillLine)
_SET_OFF, _REVERSAL = table_of(SupplierBillSetOff), table_of(SupplierBillReversal)
_RECEIPT = table_of(GoodsReceipt)
_ID: Any = bindparam("bill_id")
_ROW = Prepared(select(_BILL).where(_BILL.c.id == _ID))
_LINES = Prepared(
    select(_LINE, _RECEIPT.c.number.label("receipt_number"))
    .join(_RECEIPT, _RECEIPT.c.id == _LINE.c.receipt_id)
    .where(_LINE.c.bill_id == _ID)
    .order_by(_LINE.c.line)
)
_SET_OFFS = Prepared(select(_SET_OFF).where(_SET_OFF.c.bill_id == _ID).order_by(_SET_OFF.c.line))
_TAKEN_BACK = Prepared(select(_REVERSAL).where(_REVERSAL.c.bill_id == _ID))
_IS_TAKEN_BACK = exists(select(1).where(_REVERSAL.c.bill_id == _BILL.c.id).correlate(_BILL))
_DIFFERS = exists(select(1).where(MatchDifference.bill_id == _BILL.c.id, ~IS_SETTLED).correlate(_BILL))


class SupplierBillPlace(NamedTuple):
    """A place in the list, from which the next page goes on."""

    on_date: date
    at: datetime
    bill_id: UUID


class SupplierBillHit(NamedTuple):
    """A supplier's bill as a list shows it. ``differs`` says that something of it is on the match board."""

    bill_id: UUID
    number: str
    billed_on: date
    on_date: date
    entered_at: datetime
    supplier_id: UUID
    supplier_name: str
    due_date: date
    taxable: Money
    tax: Money
    total: Money
    payable: Money
    differs: bool
    is_taken_back: bool

    @property
    def place(self) -> SupplierBillPlace:
        """Where it stands in the list."""
        return SupplierBillPlace(self.on_date, self.entered_at, self.bill_id)


class SupplierBillPage(NamedTuple):
    """A page of a list, the bill entered last first; ``left`` stand behind ``end``, which is None where none do."""

    hits: list[SupplierBillHit]
    end: SupplierBillPlace | None
    left: int


def supplier_bill_view(session: Session, bill_id: UUID) -> SupplierBillView:
    """Return a supplier's bill whole. Raises RuleBroken ``purchases.no_such``."""
    key = {"bill_id": bill_id}
    row = _ROW.first(session, key)
    if row is None:
        raise RuleBroken("purchases.no_such", number=str(bill_id), supplier="")
    back = _TAKEN_BACK.first(session, key)
    return SupplierBillView(
        bill_id=row.id,
        supplier_id=resolved(session, row.supplier_id),
        supplier_name=row.supplier_name,
        supplier_gstin=row.supplier_gstin,
        number=row.number,
        billed_on=row.billed_on,
        date=row.on_date,
        entered_at=row.at,
        username=row.username,
        due_date=row.due_date,
        tax_type=TaxType(row.tax_type),
        is_recoverable=row.is_recoverable,
        gross=Money(row.gross_paise),
        trade_discount=Money(row.trade_discount_paise),
        scheme_discount=Money(row.scheme_discount_paise),
        cash_discount=Money(row.cash_discount_paise),
        discounts_before_tax=row.discounts_before_tax,
        taxable=Money(row.taxable_paise),
        cgst=Money(row.cgst_paise),
        sgst=Money(row.sgst_paise),
        igst=Money(row.igst_paise),
        freight=Money(row.freight_paise),
        other_charges=Money(row.other_charges_paise),
        charge_gst=Percent(row.charge_gst_bp),
        tcs=Money(row.tcs_paise),
        round_off=Money(row.round_off_paise),
        total=Money(row.total_paise),
        set_off=Money(row.set_off_paise),
        payable=Money(row.total_paise - row.set_off_paise),
        match_reason=row.match_reason,
        note=row.note,
        lines=_lines(session, _LINES.rows(session, key)),
        set_offs=tuple(
            SetOffView(
                kind=SetOffKind(one.kind),
                number=one.number,
                amount=Money(one.amount_paise),
                is_known=one.item_id is not None,
            )
            for one in _SET_OFFS.rows(session, key)
        ),
        taken_back=None
        if back is None
        else ReceiptReversalView(reason=back.reason, date=back.on_date, at=back.at, username=back.username),
    )


def bill_id_of(session: Session, supplier: str, number: str) -> UUID:
    """Return the id of a bill that stands, by its supplier and the supplier's number; the newest where several
    financial years have the number.

    Raises RuleBroken ``purchases.no_such`` and those of ``find_party``.
    """
    supplier_id = find_party(session, PartyKind.SUPPLIER, supplier)
    found: UUID | None = session.scalar(
        select(_BILL.c.id)
        .where(
            _BILL.c.supplier_id.in_(all_ids(session, resolved(session, supplier_id))),
            _BILL.c.number_key == number_key(number),
            ~_IS_TAKEN_BACK,
        )
        .order_by(_BILL.c.financial_year.desc())
        .limit(1)
    )
    if found is None:
        raise RuleBroken("purchases.no_such", where="number", number=number, supplier=supplier)
    return found


def read_supplier_bill(session: Session, actor: Actor, supplier: str, number: str) -> SupplierBillView:
    """Return a bill to somebody who wants to look at it.

    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``, ``purchases.no_such``.
    """
    require_to_read_orders(session, actor)
    return supplier_bill_view(session, bill_id_of(session, supplier, number))


def list_supplier_bills(
    session: Session,
    actor: Actor,
    *,
    only_differing: bool = False,
    supplier_id: UUID | None = None,
    text: str = "",
    after: SupplierBillPlace | None = None,
    limit: int = MOST_BILLS,
) -> SupplierBillPage:
    """Return a page of suppliers' bills, the one entered last first; of one supplier or of all.

    ``text`` must stand in number, supplier or items, each of its words; ``after`` is the page before's ``end``.
    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``.
    """
    require_to_read_orders(session, actor)
    place = (_BILL.c.on_date, _BILL.c.at, _BILL.c.id)
    wanted: Any = select(_BILL, _IS_TAKEN_BACK.label("is_taken_back"), _DIFFERS.label("differs")).order_by(
        *(column.desc() for column in place)
    )
    if only_differing:
        wanted = wanted.where(_DIFFERS, ~_IS_TAKEN_BACK)
    if supplier_id is not None:
        wanted = wanted.where(_BILL.c.supplier_id.in_(all_ids(session, resolved(session, supplier_id))))
    if text.strip():
        named = (_BILL.c.number, _BILL.c.supplier_name)
        wanted = wanted.where(fits_text(text, named, _BILL, _LINE, _LINE.c.bill_id))
    rows, left = part_of(session, wanted, place, after, limit)
    hits = _hits(rows)
    return SupplierBillPage(hits, hits[-1].place if left else None, left)


def _hits(rows: Sequence[Any]) -> list[SupplierBillHit]:
    return [
        SupplierBillHit(
            bill_id=row.id,
            number=row.number,
            billed_on=row.billed_on,
            on_date=row.on_date,
            entered_at=row.at,
            supplier_id=row.supplier_id,
            supplier_name=row.supplier_name,
            due_date=row.due_date,
            taxable=Money(row.taxable_paise),
            tax=Money(row.cgst_paise + row.sgst_paise + row.igst_paise),
            total=Money(row.total_paise),
            payable=Money(row.total_paise - row.set_off_paise),
            differs=bool(row.differs) and not row.is_taken_back,
            is_taken_back=bool(row.is_taken_back),
        )
        for row in rows
    ]


def _lines(session: Session, rows: Iterable[Any]) -> tuple[BillLineView, ...]:
    found = list(rows)
    now = put_right(session, {row.receipt_id for row in found})
    return tuple(_line(row, now.get((row.receipt_id, row.receipt_line))) for row in found)


def _line(row: Any, now: Print | None) -> BillLineView:
    return BillLineView(
        line=row.line,
        receipt_id=row.receipt_id,
        receipt_number=row.receipt_number,
        receipt_line=row.receipt_line,
        item_id=row.item_id,
        item_code=row.item_code,
        item_name=row.item_name,
        hsn=row.hsn,
        pieces_per_pack=row.pieces_per_pack,
        batch_number=row.batch_number,
        mrp=Money(row.mrp_paise),
        billed_units=row.billed_units,
        free_units=row.free_units,
        rate=Rate(row.rate_parts),
        gross=Money(row.gross_paise),
        discount=Money(row.discount_paise),
        taxable=Money(row.taxable_paise),
        treatment=GstTreatment(row.treatment),
        gst=Percent(row.gst_bp),
        cgst=Money(row.cgst_paise),
        sgst=Money(row.sgst_paise),
        igst=Money(row.igst_paise),
        own_tax=Money(row.own_tax_paise),
        charge=Money(row.charge_paise),
        cost=Money(row.cost_paise),
        missing_units=row.missing_units,
        claim=Money(row.claim_paise),
        corrected=now,
    )
