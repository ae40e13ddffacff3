"""What the tables of the items screen show, row by row. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from core.catalog.dto import ItemView
from core.inventory.dto import BatchStock, ItemHit
from core.kernel.dates import Expiry
from core.kernel.quantity import show_quantity
from pos_desktop.shell.texts import tr


class ItemRow(NamedTuple):
    """An item of the list. ``stock`` is packs:loose of what may be sold; ``schedules`` None is not looked up."""

    code: str
    name: str
    manufacturer: str
    pack: str
    stock: str
    has_stock: bool
    expiry: str
    mrp: str
    rack: str
    schedules: tuple[str, ...] | None
    is_active: bool


class BatchRow(NamedTuple):
    """A batch of the item that is open; ``held`` is why it may not be sold, empty for one that may."""

    number: str
    expiry: str
    is_expired: bool
    mrp: str
    printed: str
    stock: str
    held: str


def item_row(hit: ItemHit, *, is_active: bool) -> ItemRow:
    """Return an item's row."""
    expiry = Expiry(hit.expiry, hit.expiry_precision) if hit.expiry and hit.expiry_precision else ""
    return ItemRow(
        code=hit.code,
        name=hit.name,
        manufacturer=hit.manufacturer or "",
        pack=hit.pack_label,
        stock=show_quantity(hit.stock_units, hit.pieces_per_pack),
        has_stock=bool(hit.stock_units),
        expiry=str(expiry),
        mrp="" if hit.mrp is None else hit.mrp.grouped(),
        rack=hit.rack or "",
        schedules=hit.schedules,
        is_active=is_active,
    )


def batch_rows(batches: Sequence[BatchStock], pieces: int, today: date) -> list[BatchRow]:
    """Return an item's batches in the order in which they are sold."""
    return [
        BatchRow(
            number=batch.number,
            expiry="" if batch.expires is None else str(batch.expires),
            is_expired=batch.expires is not None and batch.expires.has_passed(today),
            mrp=batch.mrp.grouped(),
            printed="" if batch.printed_mrp is None else batch.printed_mrp.grouped(),
            stock=show_quantity(batch.units, pieces),
            held=batch.held or "",
        )
        for batch in batches
    ]


def item_facts(view: ItemView) -> str:
    """Return what a card says of an item beside its name, in one text; what is not known is left out."""
    tax = tr("not known") if view.tax is None else f"{view.tax.treatment.replace('_', '-')} {view.tax.gst} %"
    schedules = tr("not looked up") if view.schedules is None else ", ".join(view.schedules) or tr("none")
    pieces = view.pieces_per_pack
    facts = [
        view.brand,
        view.manufacturer,
        view.salts,
        view.form,
        tr("{label}, {pieces} in a pack", label=view.pack_label or view.levels or "–", pieces=pieces),
        view.hsn and tr("HSN {hsn}", hsn=view.hsn),
        tr("GST {tax}", tax=tax),
        tr("schedules: {schedules}", schedules=schedules),
        view.rack and tr("rack {rack}", rack=view.rack),
        None if view.is_active else tr("not sold any more"),
    ]
    return "  ·  ".join(fact for fact in facts if fact)
