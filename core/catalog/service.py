"""Adds items to the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.catalog.dto import NewItem
from core.catalog.model import Item, ItemBarcode, ItemSchedule, ItemTax
from core.catalog.naming import HELD, name_key, words_of
from core.catalog.queries import barcode_owners, in_parts, items_by_code
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.storage import search_index
from core.storage.unit_of_work import UnitOfWork

#: GST's first day: what is said of a new item holds on every day that a document can bear.
FROM_THE_START = date(2017, 7, 1)


def add_item(uow: UnitOfWork, new: NewItem) -> Item:
    """Add an item, part of a larger command, which writes the event.

    Raises RuleBroken ``items.code_taken``, ``items.barcode_taken``.
    """
    return add_items(uow, [new])[0]


def add_items(uow: UnitOfWork, items: Sequence[NewItem]) -> list[Item]:
    """Add items, part of a larger command, and return them in the same order.

    Raises RuleBroken ``items.code_taken`` or ``items.barcode_taken`` for the first that clashes with the catalogue
    or with one before it.
    """
    _refuse_taken(uow, items)
    return [_add(uow, new) for new in items]


def _refuse_taken(uow: UnitOfWork, items: Sequence[NewItem]) -> None:
    codes = set(items_by_code(uow.session, [new.code for new in items]))
    owners = barcode_owners(uow.session, [barcode for new in items for barcode in new.barcodes])
    for new in items:
        if new.code in codes:
            raise RuleBroken("items.code_taken", item=new.code)
        codes.add(new.code)
        for barcode in new.barcodes:
            if owners.setdefault(barcode, new.code) != new.code:
                raise RuleBroken("items.barcode_taken", barcode=barcode, other=owners[barcode])


def _add(uow: UnitOfWork, new: NewItem) -> Item:
    session = uow.session
    item = Item(
        id=new_id(),
        code=new.code,
        name=new.name,
        name_key=name_key(new.name),
        kind=new.kind,
        manufacturer=new.manufacturer,
        salts=new.salts,
        pack_label=new.pack_label,
        pieces_per_pack=new.pieces_per_pack,
        packs_per_box=new.packs_per_box,
        hsn=new.hsn,
        uqc=new.uqc,
        rack=new.rack,
        min_stock_units=new.min_stock_units,
        schedules_known=new.schedules is not None,
        is_active=True,
    )
    session.add(item)
    session.add(
        ItemTax(item_id=item.id, from_date=FROM_THE_START, treatment=new.treatment, gst_bp=new.gst.basis_points)
    )
    session.add_all(ItemBarcode(barcode=barcode, item_id=item.id) for barcode in dict.fromkeys(new.barcodes))
    session.add_all(
        ItemSchedule(item_id=item.id, schedule=schedule, from_date=FROM_THE_START)
        for schedule in sorted(new.schedules or ())
    )
    _index(uow, item.id, (new.name, new.salts, new.manufacturer, new.code))
    return item


def mark_held(uow: UnitOfWork, item_ids: Sequence[UUID]) -> None:
    """Let searches find first what this shop deals in; called when an item's first stock comes in."""
    uow.session.flush()
    for part in in_parts(item_ids):
        rows = uow.session.execute(
            select(Item.id, Item.name, Item.salts, Item.manufacturer, Item.code).where(Item.id.in_(part))
        )
        for item_id, *words in rows.all():
            _index(uow, item_id, (*words, HELD))


def _index(uow: UnitOfWork, item_id: UUID, words: Iterable[str | None]) -> None:
    search_index.put(uow.session, item_id, words_of(words))
