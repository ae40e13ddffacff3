"""From whom items were bought and for how much, as the goods receipts tell; and what a supplier may be asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select, true
from sqlalchemy.orm import Session

from core.catalog.queries import in_parts
from core.kernel.money import Rate
from core.parties.model import Supplier, SupplierItem
from core.parties.queries import all_ids, resolved
from core.purchasing.model import GoodsReceipt, GoodsReceiptLine, GoodsReceiptReversal
from core.storage.prepared import Prepared

_IDS: Any = bindparam("ids", expanding=True)
_NEWEST_FIRST = (
    GoodsReceipt.on_date.desc(),
    GoodsReceipt.at.desc(),
    GoodsReceipt.id.desc(),
    GoodsReceiptLine.line.desc(),
)
_BOUGHT = (
    select(
        GoodsReceiptLine.item_id,
        GoodsReceipt.supplier_id,
        GoodsReceiptLine.rate_parts,
        func.row_number().over(partition_by=GoodsReceiptLine.item_id, order_by=_NEWEST_FIRST).label("place"),
        func.row_number()
        .over(partition_by=(GoodsReceiptLine.item_id, GoodsReceiptLine.rate_parts.is_(None)), order_by=_NEWEST_FIRST)
        .label("place_of_rate"),
    )
    .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    .where(
        GoodsReceiptLine.item_id.in_(_IDS),
        ~exists(select(1).where(GoodsReceiptReversal.receipt_id == GoodsReceipt.id).correlate(GoodsReceipt)),
    )
    .subquery()
)
# of each item two rows at most: its last receipt, and the last that told what a pack costs
_LAST = Prepared(
    select(_BOUGHT.c.item_id, _BOUGHT.c.supplier_id, _BOUGHT.c.rate_parts, _BOUGHT.c.place)
    .where(or_(_BOUGHT.c.place == 1, (_BOUGHT.c.place_of_rate == 1) & _BOUGHT.c.rate_parts.is_not(None)))
    .order_by(_BOUGHT.c.item_id, _BOUGHT.c.place)
)
_SUPPLIERS = Prepared(select(Supplier.id, Supplier.name, Supplier.is_active).where(Supplier.id.in_(_IDS)))
_DELIVERED = Prepared(
    select(GoodsReceiptLine.item_id)
    .join(GoodsReceipt, GoodsReceipt.id == GoodsReceiptLine.receipt_id)
    .where(GoodsReceipt.supplier_id.in_(_IDS))
    .distinct()
)
_CODED = Prepared(
    select(SupplierItem.item_id)
    .where(SupplierItem.supplier_id == bindparam("supplier_id"), SupplierItem.is_ended.is_not(true()))
    .distinct()
)


class Bought(NamedTuple):
    """From whom an item came last, and what a sale pack cost without GST when that was last known."""

    supplier_id: UUID
    rate: Rate | None


class Offered(NamedTuple):
    """The items that ever came from a supplier, and those that it has a code for."""

    came: frozenset[UUID]
    coded: frozenset[UUID]


class KnownSupplier(NamedTuple):
    """A supplier by name, and whether the shop deals with it."""

    name: str
    is_active: bool


def last_bought(session: Session, item_ids: Iterable[UUID]) -> dict[UUID, Bought]:
    """Return the last purchase of items, of those that ever came in by a goods receipt.

    A supplier that was merged away is the one that was kept.
    """
    rows = [row for part in in_parts(item_ids) for row in _LAST.rows(session, {"ids": part})]
    kept = {supplier_id: resolved(session, supplier_id) for supplier_id in {row.supplier_id for row in rows}}
    found: dict[UUID, Bought] = {}
    for row in rows:  # the last receipt of an item comes before the one that told the rate
        rate = None if row.rate_parts is None else Rate(row.rate_parts)
        found[row.item_id] = found.get(row.item_id, Bought(kept[row.supplier_id], rate))._replace(rate=rate)
    return found


def known_suppliers(session: Session, ids: Iterable[UUID]) -> dict[UUID, KnownSupplier]:
    """Return suppliers by id."""
    return {
        row[0]: KnownSupplier(*row[1:]) for part in in_parts(ids) for row in _SUPPLIERS.rows(session, {"ids": part})
    }


def offered_by(session: Session, supplier_id: UUID) -> Offered:
    """Return what a supplier (the kept one of a merge) may be asked for."""
    came = _DELIVERED.rows(session, {"ids": all_ids(session, supplier_id)})
    coded = _CODED.rows(session, {"supplier_id": supplier_id})
    return Offered(frozenset(row.item_id for row in came), frozenset(row.item_id for row in coded))
