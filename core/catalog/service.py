"""Adds items to the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from core.catalog.domain import thousandths
from core.catalog.dto import ItemDetails, NewItem
from core.catalog.model import Item, ItemBarcode, ItemSalt, ItemSchedule, ItemTax, Salt
from core.catalog.naming import index_words
from core.catalog.queries import barcode_owners, in_parts, items_by_code, salt_keys_of
from core.catalog.salts import SaltReading, composition_key, read_salts
from core.kernel.errors import RuleBroken
from core.kernel.ids import id_from_content, new_id
from core.storage import search_index
from core.storage.search_index import name_key
from core.storage.unit_of_work import UnitOfWork

#: GST's first day: what is said of a new item holds on every day that a document can bear.
FROM_THE_START = date(2017, 7, 1)
#: From so many new items on the search index is worth writing anew.
_MANY = 1_000


def add_item(uow: UnitOfWork, new: NewItem) -> Item:
    """Add an item, part of a larger command, which writes the event.

    Raises RuleBroken ``items.code_taken``, ``items.barcode_taken``.
    """
    return add_items(uow, [new])[0]


def add_items(uow: UnitOfWork, items: Sequence[NewItem], held: Collection[str] = ()) -> list[Item]:
    """Add items, part of a larger command, and return them in the same order.

    ``held`` are the codes of those that get stock in the same command, so that the search index is written once.

    Raises RuleBroken ``items.code_taken`` or ``items.barcode_taken`` for the first that clashes with the catalogue
    or with one before it.
    """
    _refuse_taken(uow, items)
    free = _free_barcodes(uow, [barcode for new in items for barcode in new.barcodes])
    read = [read_salts(new.salts) if new.salts else () for new in items]
    _keep_salts(uow, [salt for salts in read for salt in salts])
    added = [_add(uow, new, salts, free, held=new.code in held) for new, salts in zip(items, read, strict=True)]
    if len(added) >= _MANY:
        search_index.settle(uow.session)
    return added


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


def _free_barcodes(uow: UnitOfWork, barcodes: Iterable[str]) -> dict[str, ItemBarcode]:
    """Return the rows of barcodes that an ended item has: they may go to another."""
    return {
        row.barcode: row
        for part in in_parts(barcodes)
        for row in uow.session.scalars(select(ItemBarcode).where(ItemBarcode.barcode.in_(part)))
    }


def _add(
    uow: UnitOfWork, new: NewItem, salts: Sequence[SaltReading], free: Mapping[str, ItemBarcode], *, held: bool
) -> Item:
    session = uow.session
    item = Item(id=new_id(), code=new.code, is_active=True, schedules_known=new.schedules is not None)
    set_details(item, new)
    session.add(item)
    session.add(
        ItemTax(item_id=item.id, from_date=FROM_THE_START, treatment=new.treatment, gst_bp=new.gst.basis_points)
    )
    for barcode in dict.fromkeys(new.barcodes):
        row = free.get(barcode)
        if row is None:
            session.add(ItemBarcode(barcode=barcode, item_id=item.id))
        else:
            row.item_id = item.id
    session.add_all(
        ItemSchedule(item_id=item.id, schedule=schedule, from_date=FROM_THE_START)
        for schedule in sorted(new.schedules or ())
    )
    _set_salts(uow, item, salts, {}, held=held)
    return item


def set_details(item: Item, details: ItemDetails) -> None:
    """Write what an item is into its row; its salts are read by ``set_salts``."""
    item.name = details.name
    item.name_key = name_key(details.name)
    item.kind = details.kind
    item.brand = details.brand
    item.manufacturer = details.manufacturer
    item.salts = details.salts
    item.form = details.form
    item.pack_label = details.pack_label
    item.pieces_per_pack = details.pieces_per_pack
    item.packs_per_box = details.packs_per_box
    item.pack_levels = details.levels
    item.mrp_level = details.mrp_level
    item.sale_level = details.sale_level
    item.purchase_level = details.purchase_level
    item.hsn = details.hsn
    item.uqc = details.uqc
    item.uqc_milli = thousandths(details.uqc_per_pack)
    item.rack = details.rack
    item.min_stock_units = details.min_stock_units
    item.max_stock_units = details.max_stock_units
    item.discount_bp = details.discount.basis_points if details.discount is not None else None
    item.no_discount = True if details.no_discount else None
    item.storage = details.storage


def set_salts(uow: UnitOfWork, item: Item, *, held: bool) -> None:
    """Keep the salts that an item's text lists, and index its words; text that cannot be taken apart lists none.

    ``held`` says that the shop has had it in stock. Part of a larger command, which writes the event.
    """
    read = read_salts(item.salts) if item.salts else ()
    _keep_salts(uow, read)
    kept = {row.position: row for row in uow.session.scalars(select(ItemSalt).where(ItemSalt.item_id == item.id))}
    _set_salts(uow, item, read, kept, held=held)


def add_salts(uow: UnitOfWork, items: Sequence[tuple[Item, Sequence[SaltReading]]], held: Container[UUID]) -> None:
    """Keep the salts of items that have none yet, as read; ``held`` are those the shop has had in stock."""
    _keep_salts(uow, [salt for _, salts in items for salt in salts])
    for item, salts in items:
        _set_salts(uow, item, salts, {}, held=item.id in held)


def _set_salts(
    uow: UnitOfWork, item: Item, read: Sequence[SaltReading], kept: dict[int, ItemSalt], *, held: bool
) -> None:
    for position, salt in enumerate(read):
        row = kept.pop(position, None)
        if row is None:
            row = ItemSalt(item_id=item.id, position=position)
            uow.session.add(row)
        row.salt_id = _salt_id(salt.key)
        row.text = salt.text
        row.strength_text = salt.strength_text
        row.strength = str(salt.strength) if salt.strength is not None else None
        row.is_listed = True
    for row in kept.values():
        row.is_listed = False
    item.composition_key = composition_key(read)
    identity = (item.name, item.brand, item.salts, item.manufacturer, item.code)
    keys = dict.fromkeys(salt.key for salt in read)
    search_index.put(uow.session, item.id, index_words(identity, keys, held=held))


def _salt_id(key: str) -> UUID:
    """Follow the id from the key, so that counters that meet a salt offline agree."""
    return id_from_content("salt", key)


def _keep_salts(uow: UnitOfWork, read: Sequence[SaltReading]) -> None:
    """Add the salts that are met for the first time."""
    wanted = {_salt_id(salt.key): salt for salt in reversed(read)}
    known = {
        salt_id
        for part in in_parts(wanted)
        for salt_id in uow.session.scalars(select(Salt.id).where(Salt.id.in_(part)))
    }
    uow.session.add_all(
        Salt(id=salt_id, key=salt.key, name=salt.name) for salt_id, salt in wanted.items() if salt_id not in known
    )


def end_wrong_item(uow: UnitOfWork, item: Item, mark: str, *, held: bool) -> None:
    """End an item that should never have been, under a code of its own: ``PCM500~1A2B3C``. Part of a larger command.

    Its code is free then, and so are its barcodes. ``held`` says that the shop has had it in stock.
    """
    item.code = f"{item.code[: 39 - len(mark)]}~{mark}"
    item.is_active = False
    uow.session.flush()
    set_salts(uow, item, held=held)


def mark_held(uow: UnitOfWork, item_ids: Sequence[UUID]) -> None:
    """Let searches find first what this shop deals in; called when an item's first stock comes in."""
    uow.session.flush()
    for part in in_parts(item_ids):
        keys = salt_keys_of(uow.session, part)
        rows = uow.session.execute(
            select(Item.id, Item.name, Item.brand, Item.salts, Item.manufacturer, Item.code).where(Item.id.in_(part))
        )
        for item_id, *identity in rows.all():
            words = index_words(identity, keys.get(item_id, ()), held=True)
            search_index.put(uow.session, item_id, words)
