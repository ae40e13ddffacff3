"""Reads of goods receipts: one whole, their list, and which of their lines no bill asks for yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.inventory.batch_dto import Print
from core.inventory.batches import corrected_since
from core.inventory.model import BatchCorrection
from core.kernel.actor import Actor
from core.kernel.dates import ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.money import Money, Rate
from core.numbering.finding import id_of_number
from core.parties.queries import all_ids, resolved
from core.purchasing.finding import fits_text, part_of
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    GoodsReceiptReversal,
    PurchaseOrder,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
)
from core.purchasing.order_queries import require_to_read_orders
from core.purchasing.receipt_dto import ReceiptLineView, ReceiptReversalView, ReceiptView
from core.storage.prepared import Prepared
from core.storage.unit_of_work import table_of

#: Rows of a page that nobody asked to be longer.
MOST_RECEIPTS = 50

_RECEIPT, _LINE, _REVERSAL = table_of(GoodsReceipt), table_of(GoodsReceiptLine), table_of(GoodsReceiptReversal)
_BILL, _BILL_LINE = table_of(SupplierBill), table_of(SupplierBillLine)
_BILL_REVERSAL, _ORDER = table_of(SupplierBillReversal), table_of(PurchaseOrder)
_ID: Any = bindparam("receipt_id")
_IDS: Any = bindparam("ids", expanding=True)
_STANDS = ~exists(select(1).where(_BILL_REVERSAL.c.bill_id == _BILL_LINE.c.bill_id).correlate(_BILL_LINE))
#: The number of the bill that asks for a line of a receipt.
_BILL_NUMBER = (
    select(_BILL.c.number)
    .join(_BILL_LINE, _BILL_LINE.c.bill_id == _BILL.c.id)
    .where(_BILL_LINE.c.receipt_id == _LINE.c.receipt_id, _BILL_LINE.c.receipt_line == _LINE.c.line, _STANDS)
    .correlate(_LINE)
    .scalar_subquery()
)
_ORDER_NUMBER = select(_ORDER.c.number).where(_ORDER.c.id == _LINE.c.order_id).correlate(_LINE).scalar_subquery()
_ROW = Prepared(select(_RECEIPT).where(_RECEIPT.c.id == _ID))
_LINES = Prepared(
    select(_LINE, _BILL_NUMBER.label("bill_number"), _ORDER_NUMBER.label("order_number"))
    .where(_LINE.c.receipt_id == _ID)
    .order_by(_LINE.c.line)
)
_TAKEN_BACK = Prepared(select(_REVERSAL).where(_REVERSAL.c.receipt_id == _ID))
_IS_TAKEN_BACK = exists(select(1).where(_REVERSAL.c.receipt_id == _RECEIPT.c.id).correlate(_RECEIPT))
_IS_UNBILLED = exists(
    select(1)
    .where(
        _LINE.c.receipt_id == _RECEIPT.c.id,
        ~exists(
            select(1)
            .where(_BILL_LINE.c.receipt_id == _LINE.c.receipt_id, _BILL_LINE.c.receipt_line == _LINE.c.line, _STANDS)
            .correlate(_LINE)
        ),
    )
    .correlate(_RECEIPT)
)
_SUMS = Prepared(
    select(_LINE.c.receipt_id, func.count(), func.sum(_LINE.c.cost_paise))
    .where(_LINE.c.receipt_id.in_(_IDS))
    .group_by(_LINE.c.receipt_id)
)


_PUT_RIGHT = Prepared(
    select(
        _LINE.c.receipt_id,
        _LINE.c.line,
        _LINE.c.batch_id,
        _LINE.c.batch_number,
        _LINE.c.expiry,
        _LINE.c.expiry_precision,
        _LINE.c.mrp_paise,
    ).where(_LINE.c.receipt_id.in_(_IDS), exists(select(1).where(BatchCorrection.batch_id == _LINE.c.batch_id)))
)


class ReceiptPlace(NamedTuple):
    """A place in the list, from which the next page goes on."""

    on_date: date
    at: datetime
    receipt_id: UUID


class ReceiptHit(NamedTuple):
    """A goods receipt as a list shows it. ``worth`` is what it was valued at when it came."""

    receipt_id: UUID
    number: str
    on_date: date
    received_at: datetime
    supplier_id: UUID
    supplier_name: str
    document: str | None
    lines: int
    worth: Money
    is_billed: bool
    is_taken_back: bool

    @property
    def place(self) -> ReceiptPlace:
        """Where it stands in the list."""
        return ReceiptPlace(self.on_date, self.received_at, self.receipt_id)


class ReceiptPage(NamedTuple):
    """A page of a list, the newest receipt first; ``left`` stand behind ``end``, which is None where none do."""

    hits: list[ReceiptHit]
    end: ReceiptPlace | None
    left: int


def receipt_view(session: Session, receipt_id: UUID) -> ReceiptView:
    """Return a goods receipt whole. Raises RuleBroken ``receipts.no_such``."""
    key = {"receipt_id": receipt_id}
    row = _ROW.first(session, key)
    if row is None:
        raise RuleBroken("receipts.no_such", number=str(receipt_id))
    back = _TAKEN_BACK.first(session, key)
    return ReceiptView(
        receipt_id=row.id,
        number=row.number,
        date=row.on_date,
        received_at=row.at,
        username=row.username,
        supplier_id=resolved(session, row.supplier_id),
        supplier_name=row.supplier_name,
        supplier_address=row.supplier_address,
        supplier_gstin=row.supplier_gstin,
        supplier_licences=row.supplier_licences,
        document=row.supplier_document,
        document_date=row.document_date,
        note=row.note,
        lines=_lines(session, _LINES.rows(session, key)),
        taken_back=None
        if back is None
        else ReceiptReversalView(reason=back.reason, date=back.on_date, at=back.at, username=back.username),
    )


def put_right(session: Session, receipt_ids: Iterable[UUID]) -> dict[tuple[UUID, int], Print]:
    """Return what packs of lines of receipts print, where that was put right since; by receipt and line."""
    found: dict[tuple[UUID, int], Print] = {}
    for part in in_parts(receipt_ids):
        rows = list(_PUT_RIGHT.rows(session, {"ids": part}))
        for row, now in zip(rows, corrected_since(session, rows), strict=True):
            if now is not None:
                found[row.receipt_id, row.line] = now
    return found


def receipt_id_of(session: Session, number: str) -> UUID:
    """Return the id of a receipt by its number as typed: in any case, without zeros before the serial.

    Raises RuleBroken ``receipts.no_such``.
    """
    receipt_id = id_of_number(session, GoodsReceipt, number)
    if receipt_id is None:
        raise RuleBroken("receipts.no_such", where="number", number=number)
    return receipt_id


def read_receipt_of(session: Session, actor: Actor, number: str) -> ReceiptView:
    """Return a receipt to somebody who wants to look at it.

    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``, ``receipts.no_such``.
    """
    require_to_read_orders(session, actor)
    return receipt_view(session, receipt_id_of(session, number))


def list_receipts(
    session: Session,
    actor: Actor,
    *,
    only_unbilled: bool = False,
    supplier_id: UUID | None = None,
    text: str = "",
    after: ReceiptPlace | None = None,
    limit: int = MOST_RECEIPTS,
) -> ReceiptPage:
    """Return a page of the goods receipts, the newest first; of one supplier or of all, those without a bill or all.

    ``text`` must stand in number, the paper's number, supplier or items, each of its words; ``after`` is the page
    before's ``end``.
    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``.
    """
    require_to_read_orders(session, actor)
    place = (_RECEIPT.c.on_date, _RECEIPT.c.at, _RECEIPT.c.id)
    wanted: Any = select(_RECEIPT, _IS_UNBILLED.label("is_unbilled"), _IS_TAKEN_BACK.label("is_taken_back")).order_by(
        *(column.desc() for column in place)
    )
    if only_unbilled:
        wanted = wanted.where(_IS_UNBILLED, ~_IS_TAKEN_BACK)
    if supplier_id is not None:
        wanted = wanted.where(_RECEIPT.c.supplier_id.in_(all_ids(session, resolved(session, supplier_id))))
    if text.strip():
        named = (_RECEIPT.c.number, _RECEIPT.c.supplier_name, _RECEIPT.c.supplier_document)
        wanted = wanted.where(fits_text(text, named, _RECEIPT, _LINE, _LINE.c.receipt_id))
    rows, left = part_of(session, wanted, place, after, limit)
    hits = _hits(session, rows)
    return ReceiptPage(hits, hits[-1].place if left else None, left)


_UNBILLED_OF = Prepared(
    select(_RECEIPT.c.number)
    .where(_RECEIPT.c.supplier_id.in_(_IDS), _IS_UNBILLED, ~_IS_TAKEN_BACK)
    .order_by(_RECEIPT.c.on_date, _RECEIPT.c.at, _RECEIPT.c.id)
)


def unbilled_receipts(session: Session, supplier_ids: Sequence[UUID]) -> tuple[str, ...]:
    """Return the numbers of the receipts of suppliers that wait for a bill, the oldest first."""
    return tuple(row.number for row in _UNBILLED_OF.rows(session, {"ids": supplier_ids}))


def _hits(session: Session, rows: Sequence[Any]) -> list[ReceiptHit]:
    if not rows:
        return []
    sums = {key: (count, int(paise)) for key, count, paise in _SUMS.rows(session, {"ids": [row.id for row in rows]})}
    return [
        ReceiptHit(
            receipt_id=row.id,
            number=row.number,
            on_date=row.on_date,
            received_at=row.at,
            supplier_id=row.supplier_id,
            supplier_name=row.supplier_name,
            document=row.supplier_document,
            lines=sums[row.id][0],
            worth=Money(sums[row.id][1]),
            is_billed=not row.is_unbilled,
            is_taken_back=bool(row.is_taken_back),
        )
        for row in rows
    ]


def _lines(session: Session, rows: Iterable[Any]) -> tuple[ReceiptLineView, ...]:
    found = list(rows)
    return tuple(map(_line, found, corrected_since(session, found)))


def _line(row: Any, now: Print | None) -> ReceiptLineView:
    return ReceiptLineView(
        line=row.line,
        item_id=row.item_id,
        item_code=row.item_code,
        item_name=row.item_name,
        manufacturer=row.manufacturer,
        pack_label=row.pack_label,
        pieces_per_pack=row.pieces_per_pack,
        batch_number=row.batch_number,
        is_automatic_batch=row.is_automatic_batch,
        expiry=row.expiry,
        expiry_precision=None if row.expiry_precision is None else ExpiryPrecision(row.expiry_precision),
        mrp=Money(row.mrp_paise),
        billed_units=row.billed_units,
        free_units=row.free_units,
        short_units=row.short_units,
        damaged_units=row.damaged_units,
        awaited_units=row.awaited_units,
        rate=None if row.rate_parts is None else Rate(row.rate_parts),
        is_provisional=row.is_provisional,
        cost=Money(row.cost_paise),
        lot_id=row.lot_id,
        order_number=row.order_number,
        order_line=row.order_line,
        bill_number=row.bill_number,
        corrected=now,
    )
