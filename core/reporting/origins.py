"""Where lots of a batch came from: supplier, goods receipt and supplier's bill, for whoever follows a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.inventory.model import AwaitedSettlement
from core.purchasing.model import (
    GoodsReceipt,
    GoodsReceiptLine,
    GoodsReceiptReversal,
    SupplierBill,
    SupplierBillLine,
    SupplierBillReversal,
)


class Arrival(NamedTuple):
    """A lot of a batch, and the document by which it came in."""

    lot_id: UUID
    batch_id: UUID
    receipt_id: UUID


class Origin(NamedTuple):
    """Where goods came from, as columns show it; several of each stand with commas between."""

    supplier: str | None = None
    receipt: str | None = None
    bill: str | None = None


class Origins:
    """Reads where lots came from, all together.

    What was sold before its purchase came by the receipts that brought it later.
    """

    def __init__(self, session: Session, arrivals: Iterable[Arrival]) -> None:
        lots = list(dict.fromkeys(arrivals))
        self._came: defaultdict[UUID, list[UUID]] = defaultdict(list, {lot.lot_id: [lot.receipt_id] for lot in lots})
        for lot_id, receipt_id in _brought(session, [lot.lot_id for lot in lots]):
            self._came[lot_id].append(receipt_id)
        ids = [receipt_id for came in self._came.values() for receipt_id in came]
        wanted = select(GoodsReceipt.id, GoodsReceipt.number, GoodsReceipt.supplier_name)
        self._receipts: Mapping[UUID, Any] = {row.id: row for row in _rows(session, wanted, GoodsReceipt.id, ids)}
        self._bills: defaultdict[tuple[UUID, UUID], list[str]] = defaultdict(list)
        #: Bills and what took them back -> the bill's number.
        self.numbers: dict[UUID, str] = {}
        for row in _rows(session, _BILLS, GoodsReceiptLine.receipt_id, self._receipts):
            self.numbers[row.id] = row.number
            if row.undo_id is not None:
                self.numbers[row.undo_id] = row.number
            elif row.number not in self._bills[row.receipt_id, row.batch_id]:
                self._bills[row.receipt_id, row.batch_id].append(row.number)

    def of(self, arrival: Arrival) -> Origin:
        """Return where a lot came from; nothing where no goods receipt brought it."""
        found = [receipt for each in self._came[arrival.lot_id] if (receipt := self._receipts.get(each)) is not None]
        bills = [number for receipt in found for number in self._bills[receipt.id, arrival.batch_id]]
        return Origin(
            _joined([receipt.supplier_name for receipt in found]),
            _joined([receipt.number for receipt in found]),
            _joined(bills),
        )


_BILLS = (
    select(
        GoodsReceiptLine.receipt_id,
        GoodsReceiptLine.batch_id,
        SupplierBill.id,
        SupplierBill.number,
        SupplierBillReversal.id.label("undo_id"),
    )
    .select_from(GoodsReceiptLine)
    .join(
        SupplierBillLine,
        (SupplierBillLine.receipt_id == GoodsReceiptLine.receipt_id)
        & (SupplierBillLine.receipt_line == GoodsReceiptLine.line),
    )
    .join(SupplierBill, SupplierBill.id == SupplierBillLine.bill_id)
    .outerjoin(SupplierBillReversal, SupplierBillReversal.bill_id == SupplierBill.id)
)


def _brought(session: Session, lot_ids: Sequence[UUID]) -> Iterator[tuple[UUID, UUID]]:
    """Yield which receipts brought units of lots that had been sold before, and stand."""
    wanted = (
        select(AwaitedSettlement.lot_id, AwaitedSettlement.document_id)
        .join(GoodsReceipt, GoodsReceipt.id == AwaitedSettlement.document_id)
        .outerjoin(GoodsReceiptReversal, GoodsReceiptReversal.receipt_id == GoodsReceipt.id)
        .where(GoodsReceiptReversal.receipt_id.is_(None))
        .order_by(AwaitedSettlement.on_date, AwaitedSettlement.at)
    )
    return ((row.lot_id, row.document_id) for row in _rows(session, wanted, AwaitedSettlement.lot_id, lot_ids))


def _rows(session: Session, statement: Any, key: Any, ids: Iterable[UUID]) -> Iterator[Any]:
    for part in in_parts(ids):
        yield from session.execute(statement.where(key.in_(part)))


def _joined(texts: Sequence[str]) -> str | None:
    return ", ".join(dict.fromkeys(texts)) or None
