"""Teaches the catalogue a barcode: whoever scans it again gets the item."""

from __future__ import annotations

from sqlalchemy import select

from core.audit.log import write_event
from core.auth.permissions import Permission
from core.auth.rights import require
from core.catalog.dto import TaughtBarcode, TeachBarcode
from core.catalog.model import Item, ItemBarcode
from core.catalog.scanning import Scan, read_scan
from core.kernel.errors import RuleBroken
from core.storage.unit_of_work import UnitOfWork

_SHOWN = 40


def teach_barcode(uow: UnitOfWork, command: TeachBarcode) -> TaughtBarcode:
    """Keep a barcode at an item, a GTIN in the form of its pack, so that all its forms are found.

    Raises RuleBroken ``auth.not_allowed``, ``sales.no_such_item``, ``items.barcode_unreadable``,
    ``items.barcode_misread`` for a number whose check digit is wrong, ``items.barcode_taken``,
    ``items.barcode_known`` where the item has it already.
    """
    require(uow, Permission.EDIT_ITEMS)
    item = uow.session.scalars(select(Item).where(Item.code == command.item, Item.is_active)).first()
    if item is None:
        raise RuleBroken("sales.no_such_item", where="item", item=command.item)
    scan = read_scan(command.barcode, uow.today)
    barcode = _kept_as(scan)
    rows = uow.session.scalars(select(ItemBarcode).where(ItemBarcode.barcode.in_([*scan.barcodes, barcode]))).all()
    others = [row for row in rows if row.item_id != item.id]
    if others and not command.moves:
        other = uow.session.get_one(Item, others[0].item_id)
        raise RuleBroken("items.barcode_taken", where="barcode", barcode=barcode, other=other.code)
    if rows and not others:
        raise RuleBroken("items.barcode_known", where="barcode", barcode=barcode, item=item.code)
    for row in others:
        row.item_id = item.id
    if not rows:
        uow.session.add(ItemBarcode(barcode=barcode, item_id=item.id))
    write_event(uow, "item.barcode_taught", item.id)
    return TaughtBarcode(barcode=barcode, item_id=item.id, item=item.code, name=item.name)


def _kept_as(scan: Scan) -> str:
    barcode = scan.teachable
    if barcode is not None:
        return barcode
    shown = "".join(filter(str.isprintable, scan.text[:_SHOWN]))
    if scan.gtin_fits:
        raise RuleBroken("items.barcode_unreadable", where="barcode", barcode=shown)
    raise RuleBroken("items.barcode_misread", where="barcode", barcode=shown)
