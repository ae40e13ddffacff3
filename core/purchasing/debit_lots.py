"""The lots of a batch that may go back to a supplier, with the bill that asked for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from core.catalog.model import Item
from core.catalog.queries import in_parts, item_of_code
from core.inventory.batches import batches_ever_named
from core.inventory.model import Batch, Lot, StockBalance
from core.kernel.actor import Actor
from core.kernel.dates import Expiry, ExpiryPrecision, show_date
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.kernel.quantity import show_quantity
from core.numbering.finding import id_of_number
from core.parties.model import Supplier
from core.parties.queries import all_ids, resolved
from core.purchasing.debit_dto import ReturnInput
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
)
from core.purchasing.order_queries import require_to_read_orders


class ReturnableLot(NamedTuple):
    """A lot of which units stand, expired and held ones too, and where it came from.

    ``receipt_number`` is None for goods of before the shop began here, ``bill_id`` where no standing bill asks for it.
    """

    lot_id: UUID
    batch_id: UUID
    item_id: UUID
    item_code: str
    item_name: str
    pieces_per_pack: int
    batch_number: str
    expiry: date | None
    expiry_precision: str | None
    mrp: Money
    units: int
    received_on: date
    supplier_id: UUID | None
    supplier_name: str | None
    receipt_id: UUID | None
    receipt_number: str | None
    receipt_line: int | None
    bill_id: UUID | None
    bill_line: int | None
    bill_number: str | None

    @property
    def expires(self) -> Expiry | None:
        """The expiry with its precision, None for goods without one."""
        if self.expiry is None or self.expiry_precision is None:
            return None
        return Expiry(self.expiry, ExpiryPrecision(self.expiry_precision))


def returnable_lots(session: Session, actor: Actor, item: str, batch: str) -> list[ReturnableLot]:
    """Return the standing lots of a batch number of an item, by its code, the oldest first; a number that was put right
    since names them too.

    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``, ``sales.no_such_item``, ``stock.unknown_batch``.
    """
    require_to_read_orders(session, actor)
    named = item_of_code(session, item)
    return _lots(session, named, batches_ever_named(session, named, batch))


def lots_of_supplier(session: Session, actor: Actor, supplier_id: UUID) -> list[ReturnableLot]:
    """Return the standing lots that receipts of a supplier brought, those that expire first before the others.

    Raises RuleBroken ``auth.not_allowed``, ``auth.not_active``.
    """
    require_to_read_orders(session, actor)
    brought = (
        select(GoodsReceiptLine.lot_id)
        .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
        .where(GoodsReceipt.supplier_id.in_(all_ids(session, resolved(session, supplier_id))))
    )
    rows = _standing(session, Lot.id.in_(brought))
    batches = {
        batch.id: batch
        for part in in_parts({row.batch_id for row in rows})
        for batch in session.scalars(select(Batch).where(Batch.id.in_(part)))
    }
    items = {
        item.id: item
        for part in in_parts({batch.item_id for batch in batches.values()})
        for item in session.scalars(select(Item).where(Item.id.in_(part)))
    }
    papers = _papers(session, [row.id for row in rows])
    found = [_lot(items[batches[row.batch_id].item_id], batches[row.batch_id], row, papers.get(row.id)) for row in rows]
    return sorted(found, key=lambda lot: (lot.expiry or date.max, lot.item_name, lot.received_on, lot.lot_id))


def lots_named(session: Session, supplier: Supplier, item: Item, wanted: ReturnInput) -> ReturnableLot:
    """Return the one lot that a return means: of the supplier, or of nobody that the books know.

    Raises RuleBroken ``stock.unknown_batch``, ``debit_notes.nothing_stands``, ``debit_notes.no_such_lot``,
    ``debit_notes.lot_of_other``, ``debit_notes.which_lot``.
    """
    standing = _lots(session, item, batches_ever_named(session, item, wanted.batch))
    if not standing:
        raise RuleBroken("debit_notes.nothing_stands", where="batch", item=item.name, batch=wanted.batch)
    receipt_id = None if wanted.receipt is None else id_of_number(session, GoodsReceipt, wanted.receipt)
    meant = [
        lot
        for lot in standing
        if _is_meant(lot, wanted) and (wanted.receipt is None or (receipt_id and lot.receipt_id == receipt_id))
    ]
    if not meant:
        known = _known(standing, item)
        raise RuleBroken("debit_notes.no_such_lot", where="receipt", item=item.name, batch=wanted.batch, known=known)
    own = resolved(session, supplier.id)
    fitting = [lot for lot in meant if lot.supplier_id is None or resolved(session, lot.supplier_id) == own]
    if not fitting:
        raise RuleBroken(
            "debit_notes.lot_of_other",
            where="batch",
            item=item.name,
            batch=wanted.batch,
            receipt=meant[0].receipt_number,
            supplier=meant[0].supplier_name,
        )
    if len(fitting) > 1:
        known = _known(fitting, item)
        raise RuleBroken("debit_notes.which_lot", where="receipt", item=item.name, batch=wanted.batch, known=known)
    return fitting[0]


def _is_meant(lot: ReturnableLot, wanted: ReturnInput) -> bool:
    return (
        (wanted.lot is None or lot.lot_id == wanted.lot)
        and (wanted.receipt_line is None or lot.receipt_line == wanted.receipt_line)
        and (wanted.printed is None or lot.mrp == wanted.printed)
        and (wanted.expires is None or (lot.expiry == Expiry.parse(wanted.expires).last_day))
    )


def _known(lots: Sequence[ReturnableLot], item: Item) -> str:
    return "; ".join(
        f"{lot.receipt_number} line {lot.receipt_line}: {show_quantity(lot.units, item.pieces_per_pack)}"
        if lot.receipt_number is not None
        else f"stock of {show_date(lot.received_on)}: {show_quantity(lot.units, item.pieces_per_pack)}"
        for lot in lots
    )


def _lots(session: Session, item: Item, batches: Sequence[Batch]) -> list[ReturnableLot]:
    by_id = {batch.id: batch for batch in batches}
    rows = _standing(session, StockBalance.item_id == item.id, Lot.batch_id.in_(by_id))
    papers = _papers(session, [row.id for row in rows])
    return [_lot(item, by_id[row.batch_id], row, papers.get(row.id)) for row in rows]


def _standing(session: Session, *which: ColumnElement[bool]) -> Sequence[Any]:
    """Return the lots of which units stand, with how many, the oldest first."""
    return session.execute(
        select(Lot.id, Lot.batch_id, Lot.received_on, func.sum(StockBalance.units).label("units"))
        .join(StockBalance, StockBalance.lot_id == Lot.id)
        .where(StockBalance.units > 0, *which)
        .group_by(Lot.id, Lot.batch_id, Lot.received_on)
        .order_by(Lot.received_on, Lot.id)
    ).all()


def _lot(item: Item, batch: Batch, row: Any, paper: Any) -> ReturnableLot:
    return ReturnableLot(
        lot_id=row.id,
        batch_id=batch.id,
        item_id=item.id,
        item_code=item.code,
        item_name=item.name,
        pieces_per_pack=item.pieces_per_pack,
        batch_number=batch.number,
        expiry=batch.expiry,
        expiry_precision=batch.expiry_precision,
        mrp=Money(batch.mrp_paise),
        units=int(row.units),
        received_on=row.received_on,
        supplier_id=None if paper is None else paper.supplier_id,
        supplier_name=None if paper is None else paper.supplier_name,
        receipt_id=None if paper is None else paper.receipt_id,
        receipt_number=None if paper is None else paper.number,
        receipt_line=None if paper is None else paper.line,
        bill_id=None if paper is None else paper.bill_id,
        bill_line=None if paper is None else paper.bill_line,
        bill_number=None if paper is None else paper.bill_number,
    )


def _papers(session: Session, lot_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Return by lot the receipt that brought it and the standing bill that asks for it; lots of no receipt left out."""
    return {row.lot_id: row for part in in_parts(lot_ids) for row in _papers_of(session, part)}


def _papers_of(session: Session, lot_ids: Sequence[UUID]) -> Sequence[Any]:
    back = exists(select(1).where(SupplierBillReversal.bill_id == SupplierBillLine.bill_id))
    asks = and_(
        SupplierBillLine.receipt_id == GoodsReceiptLine.receipt_id,
        SupplierBillLine.receipt_line == GoodsReceiptLine.line,
        ~back,
    )
    return session.execute(
        select(
            GoodsReceiptLine.lot_id,
            GoodsReceiptLine.line,
            GoodsReceiptLine.receipt_id,
            GoodsReceipt.number,
            GoodsReceipt.supplier_id,
            GoodsReceipt.supplier_name,
            SupplierBillLine.bill_id,
            SupplierBillLine.line.label("bill_line"),
            SupplierBill.number.label("bill_number"),
        )
        .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
        .outerjoin(SupplierBillLine, asks)
        .outerjoin(SupplierBill, SupplierBill.id == SupplierBillLine.bill_id)
        .where(GoodsReceiptLine.lot_id.in_(lot_ids))
    ).all()
