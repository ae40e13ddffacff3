"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session

from core.catalog.dto import ItemKind, ItemTaxView
from core.catalog.gtin import forms, is_gtin
from core.catalog.model import Item, ItemBarcode, ItemSalt, ItemSchedule, ItemTax, Salt
from core.kernel.errors import RuleBroken
from core.kernel.gst import GstTreatment
from core.kernel.money import Percent
from core.storage.prepared import Prepared

ValueT = TypeVar("ValueT")

# SQLite takes 32,766 values in a statement
_AT_ONCE = 1_000


class ItemIdentity(NamedTuple):
    """What makes an item this one: a name and maker alone recur with other packs, so the pack belongs to it."""

    item_id: UUID
    code: str
    name: str
    name_key: str
    pieces_per_pack: int


def items_by_code(session: Session, codes: Iterable[str]) -> dict[str, ItemIdentity]:
    """Return the items that have one of the codes (in capitals), by code."""
    columns = (Item.id, Item.code, Item.name, Item.name_key, Item.pieces_per_pack)
    return {
        row.code: ItemIdentity(*row)
        for part in in_parts(codes)
        for row in session.execute(select(*columns).where(Item.code.in_(part)))
    }


def barcode_owners(session: Session, barcodes: Iterable[str]) -> dict[str, str]:
    """Return the code of the active item that each barcode names; those that name none are left out."""
    return {
        barcode: code
        for part in in_parts(barcodes)
        for barcode, code in session.execute(
            select(ItemBarcode.barcode, Item.code)
            .join(Item, Item.id == ItemBarcode.item_id)
            .where(ItemBarcode.barcode.in_(part), Item.is_active)
        )
    }


_FIND = Prepared(
    select(Item.id)
    .where(
        or_(
            Item.code == bindparam("code"),
            Item.id.in_(select(ItemBarcode.item_id).where(ItemBarcode.barcode == bindparam("barcode"))),
        ),
        Item.is_active,
    )
    .order_by((Item.code == bindparam("code")).desc())
    .limit(1)
)


def find_item(session: Session, code_or_barcode: str) -> UUID | None:
    """Return the active item that has the code, in any case, or else the barcode.

    A barcode is found by its other forms too (UPC-A, EAN-13, GTIN-14 of one number), where they name one item only.
    """
    typed = code_or_barcode.strip()
    found: UUID | None = _FIND.scalar(session, {"code": typed.upper(), "barcode": typed})
    if found is None and is_gtin(typed):
        meant = find_by_barcodes(session, forms(typed))
        return meant[0] if len(meant) == 1 else None
    return found


_MEANT = Prepared(
    select(Item.id)
    .where(
        or_(
            Item.code.in_(bindparam("codes", expanding=True)),
            Item.id.in_(
                select(ItemBarcode.item_id).where(ItemBarcode.barcode.in_(bindparam("barcodes", expanding=True)))
            ),
        ),
        Item.is_active,
    )
    .order_by(Item.name_key, Item.id)
)


def find_by_barcodes(session: Session, barcodes: Sequence[str]) -> list[UUID]:
    """Return every active item that has one of the texts as a barcode or as its code, by name."""
    if not barcodes:
        return []
    codes = [barcode.upper() for barcode in barcodes]
    return [item_id for (item_id,) in _MEANT.rows(session, {"codes": codes, "barcodes": barcodes})]


_CODED = Prepared(select(Item.code, Item.id).where(Item.code.in_(bindparam("codes", expanding=True)), Item.is_active))


def drugs_among(session: Session, item_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of some items are drugs."""
    return {
        item_id
        for part in in_parts(item_ids)
        for item_id in session.scalars(select(Item.id).where(Item.id.in_(part), Item.kind == ItemKind.DRUG))
    }


def find_items(session: Session, texts: Sequence[str]) -> dict[str, UUID]:
    """Return the item that each text names, as ``find_item`` does; texts that name none are left out."""
    wanted = {text: text.strip().upper() for text in texts}
    coded = {
        code: item_id for part in in_parts(wanted.values()) for code, item_id in _CODED.rows(session, {"codes": part})
    }
    found: dict[str, UUID] = {}
    for text, code in wanted.items():
        item_id = coded.get(code) or find_item(session, text)
        if item_id is not None:
            found[text] = item_id
    return found


def item_of_code(session: Session, code: str) -> Item:
    """Return the item with a code in capitals, active or not. Raises RuleBroken ``sales.no_such_item``."""
    item = session.scalars(select(Item).where(Item.code == code)).first()
    if item is None:
        raise RuleBroken("sales.no_such_item", where="item", item=code)
    return item


_IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
_DAY: BindParameter[date] = bindparam("day")
_TAXES = Prepared(
    select(ItemTax.item_id, ItemTax.treatment, ItemTax.gst_bp)
    .where(ItemTax.item_id.in_(_IDS), ItemTax.from_date <= _DAY)
    .order_by(ItemTax.item_id, ItemTax.from_date)
)
_SCHEDULES = Prepared(
    select(ItemSchedule.item_id, ItemSchedule.schedule, ItemSchedule.is_on)
    .where(ItemSchedule.item_id.in_(_IDS), ItemSchedule.from_date <= _DAY)
    .order_by(ItemSchedule.item_id, ItemSchedule.schedule, ItemSchedule.from_date)
)


def taxes_on(session: Session, item_ids: Sequence[UUID], day: date) -> dict[UUID, ItemTaxView]:
    """Return the GST in force on a day by item: the newest row that has begun (facts, rule 2)."""
    rows = _TAXES.rows(session, {"ids": item_ids, "day": day})
    return {
        item_id: ItemTaxView(treatment=GstTreatment(treatment), gst=Percent(gst_bp))
        for item_id, treatment, gst_bp in rows  # a later row takes the place of an earlier one
    }


def schedules_on(session: Session, item_ids: Sequence[UUID], day: date) -> dict[UUID, tuple[str, ...]]:
    """Return the schedules in force on a day by item, in order; items on none are left out."""
    on: dict[UUID, dict[str, bool]] = {}
    for item_id, schedule, is_on in _SCHEDULES.rows(session, {"ids": item_ids, "day": day}):
        on.setdefault(item_id, {})[schedule] = is_on is not False  # a later row takes the place of an earlier one
    found = {item_id: tuple(name for name, is_on in flags.items() if is_on) for item_id, flags in on.items()}
    return {item_id: schedules for item_id, schedules in found.items() if schedules}


def salt_keys(session: Session) -> dict[UUID, list[str]]:
    """Return the keys of each item's salts in their order; items whose salts are not read are left out."""
    return _by_item(session.execute(_SALT_KEYS))


def salt_keys_of(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the keys of these items' salts, as ``salt_keys`` does."""
    return _by_item(session.execute(_SALT_KEYS.where(ItemSalt.item_id.in_(item_ids))))


_SALT_KEYS = (
    select(ItemSalt.item_id, Salt.key)
    .join(Salt, Salt.id == ItemSalt.salt_id)
    .where(ItemSalt.is_listed)
    .order_by(ItemSalt.item_id, ItemSalt.position)
)


def _by_item(rows: Iterable[Any]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for item_id, key in rows:
        keys = found.setdefault(item_id, [])
        if key not in keys:
            keys.append(key)
    return found


def in_parts(values: Iterable[ValueT]) -> Iterator[list[ValueT]]:
    """Yield distinct values in lists short enough for one statement."""
    distinct = iter(dict.fromkeys(values))
    while part := list(islice(distinct, _AT_ONCE)):
        yield part
