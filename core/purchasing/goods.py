"""What purchase commands name: a supplier that the shop deals with, and items that can be bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.boundary.lines import placed
from core.catalog.model import Item, ItemBarcode
from core.inventory.model import StockMovement
from core.kernel.errors import Problem, RuleBroken
from core.ledger.model import LedgerEntry
from core.parties.dto import PartyKind
from core.parties.model import Supplier
from core.parties.queries import find_party, party_row
from core.purchasing.model import GoodsReceipt


def supplier_named(session: Session, text: str) -> Supplier:
    """Return who is meant by an id, telephone, GSTIN or whole name.

    Raises RuleBroken ``orders.supplier_ended`` and those of ``find_party``, placed at ``supplier``.
    """
    with placed("supplier"):
        supplier = party_row(session, PartyKind.SUPPLIER, find_party(session, PartyKind.SUPPLIER, text))
    assert isinstance(supplier, Supplier)
    if not supplier.is_active:
        raise RuleBroken("orders.supplier_ended", where="supplier", supplier=supplier.name)
    return supplier


def refuse_taken_id(session: Session, document_id: UUID, where: str) -> None:
    """Refuse the id of a new document that another one has: entries and movements of both would be one document's.

    Raises RuleBroken ``purchases.id_taken``.
    """
    taken = (
        select(LedgerEntry.document_id).where(LedgerEntry.document_id == document_id),
        select(StockMovement.document_id).where(StockMovement.document_id == document_id),
        select(GoodsReceipt.id).where(GoodsReceipt.id == document_id),
    )
    if any(session.scalar(wanted.limit(1)) is not None for wanted in taken):
        raise RuleBroken("purchases.id_taken", where=where, command=str(document_id))


def goods(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    """Return by id what lines of purchases copy of items."""
    wanted = select(
        Item.id,
        Item.code,
        Item.name,
        Item.kind,
        Item.manufacturer,
        Item.hsn,
        Item.pack_label,
        Item.pieces_per_pack,
        Item.pack_levels,
        Item.purchase_level,
    ).where(Item.id.in_(ids))
    return {row.id: row for row in session.execute(wanted)}


def no_item(session: Session, text: str) -> RuleBroken:
    """Return why a text names nothing that could be bought: it is sold no more, or there is no such item."""
    with_barcode = select(ItemBarcode.item_id).where(ItemBarcode.barcode == text.strip())
    ended = select(Item.name).where(or_(Item.code == text.strip().upper(), Item.id.in_(with_barcode)))
    name = session.scalar(ended)
    if name is None:
        return RuleBroken("sales.no_such_item", where="item", item=text)
    return RuleBroken("orders.item_ended", where="item", item=name)


def at_line(broken: Problem, index: int) -> Problem:
    """Return a problem placed at a line of its command, counted from 0."""
    place = f"lines.{index}"
    return broken.moved_to(f"{place}.{broken.where}" if broken.where else place)
