"""Shows an item with all that is known of it, and says what a person should look at."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.catalog.domain import is_looked_up, of_thousandths
from core.catalog.dto import (
    ItemKind,
    ItemSaltView,
    ItemScheduleFrom,
    ItemTaxFrom,
    ItemView,
    StateListing,
    Storage,
)
from core.catalog.model import Item, ItemBarcode, ItemSalt, ItemSchedule, ItemStateListing, ItemTax, Salt
from core.catalog.queries import schedules_on, taxes_on
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import Percent


def item_view(session: Session, code: str, today: date) -> ItemView:
    """Return the item with a code (in any case), active or not, with its tax and schedules of a day.

    Raises RuleBroken ``sales.no_such_item``.
    """
    item = session.scalars(select(Item).where(Item.code == code.strip().upper())).first()
    if item is None:
        raise RuleBroken("sales.no_such_item", where="item", item=code)
    known = is_looked_up(item.schedules_known, item.schedules_known_from, today)
    view = ItemView(
        item_id=item.id,
        code=item.code,
        is_active=item.is_active,
        name=item.name,
        kind=ItemKind(item.kind),
        brand=item.brand,
        manufacturer=item.manufacturer,
        salts=item.salts,
        form=item.form,
        pack_label=item.pack_label,
        pieces_per_pack=item.pieces_per_pack,
        packs_per_box=item.packs_per_box,
        levels=item.pack_levels,
        mrp_level=item.mrp_level,
        sale_level=item.sale_level,
        purchase_level=item.purchase_level,
        hsn=item.hsn,
        uqc=item.uqc,
        uqc_per_pack=of_thousandths(item.uqc_milli),
        rack=item.rack,
        min_stock_units=item.min_stock_units,
        max_stock_units=item.max_stock_units,
        discount=None if item.discount_bp is None else Percent(item.discount_bp),
        no_discount=bool(item.no_discount),
        storage=None if item.storage is None else Storage(item.storage),
        tax=taxes_on(session, [item.id], today).get(item.id),
        schedules=schedules_on(session, [item.id], today).get(item.id, ()) if known else None,
        barcodes=tuple(_barcodes(session, item)),
        salt_list=tuple(_salts(session, item)),
        taxes=tuple(_taxes(session, item)),
        schedule_rows=tuple(_schedules(session, item)),
        schedules_known_from=item.schedules_known_from,
        state_listings=tuple(_listings(session, item)),
    )
    return view.model_copy(update={"version": _version(view)})


def _version(view: ItemView) -> str:
    """Follow the version from what is shown of the item itself: the same on every day, for whoever looks."""
    shown = view.model_dump_json(exclude={"tax", "schedules", "version"})
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _barcodes(session: Session, item: Item) -> list[str]:
    found = select(ItemBarcode.barcode).where(ItemBarcode.item_id == item.id).order_by(ItemBarcode.barcode)
    return list(session.scalars(found))


def _salts(session: Session, item: Item) -> list[ItemSaltView]:
    found = session.execute(
        select(ItemSalt.text, Salt.key, ItemSalt.strength_text, ItemSalt.strength)
        .join(Salt, Salt.id == ItemSalt.salt_id)
        .where(ItemSalt.item_id == item.id, ItemSalt.is_listed)
        .order_by(ItemSalt.position)
    )
    return [
        ItemSaltView(text=text, key=key, strength_text=strength_text, strength=strength)
        for text, key, strength_text, strength in found
    ]


def _taxes(session: Session, item: Item) -> list[ItemTaxFrom]:
    found = session.scalars(select(ItemTax).where(ItemTax.item_id == item.id).order_by(ItemTax.from_date))
    return [
        ItemTaxFrom(from_date=row.from_date, treatment=GstTreatment(row.treatment), gst=Percent(row.gst_bp))
        for row in found
    ]


def _schedules(session: Session, item: Item) -> list[ItemScheduleFrom]:
    found = session.scalars(
        select(ItemSchedule)
        .where(ItemSchedule.item_id == item.id)
        .order_by(ItemSchedule.from_date, ItemSchedule.schedule)
    )
    return [
        ItemScheduleFrom(from_date=row.from_date, schedule=row.schedule, is_on=row.is_on is not False) for row in found
    ]


def _listings(session: Session, item: Item) -> list[StateListing]:
    found = session.scalars(
        select(ItemStateListing)
        .where(ItemStateListing.item_id == item.id)
        .order_by(ItemStateListing.from_date, ItemStateListing.state)
    )
    return [
        StateListing(state=row.state, measure=row.measure, from_date=row.from_date, is_on=row.is_on) for row in found
    ]
