"""What the tables of the items screen show, row by row. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from core.catalog.dto import ItemView
from core.inventory.dto import BatchStock, ItemHit
from core.inventory.substitutes import Caution, Substitutes
from core.kernel.dates import Expiry, ExpiryPrecision, show_date
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
    """A batch of the item that is open; ``held`` is why it may not be sold, empty for one that may.

    ``printed`` is the MRP on its packs where that is not ``mrp``; ``on_pack`` is it in any case, as commands read it.
    """

    number: str
    expiry: str
    is_expired: bool
    mrp: str
    printed: str
    stock: str
    held: str
    on_pack: str


class SubstituteRow(NamedTuple):
    """What may take the place of the item that is open; ``margin`` is empty for who may not see cost."""

    code: str
    name: str
    manufacturer: str
    pack: str
    stock: str
    expiry: str
    mrp: str
    per_piece: str
    margin: str
    cautions: tuple[str, ...]


class Fact(NamedTuple):
    """Something known of an item, under its name."""

    label: str
    text: str
    is_missing: bool = False


def item_row(hit: ItemHit, *, is_active: bool) -> ItemRow:
    """Return an item's row."""
    return ItemRow(
        code=hit.code,
        name=hit.name,
        manufacturer=hit.manufacturer or "",
        pack=hit.pack_label,
        stock=show_quantity(hit.stock_units, hit.pieces_per_pack),
        has_stock=bool(hit.stock_units),
        expiry=_expiry(hit.expiry, hit.expiry_precision),
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
            on_pack=str(batch.printed_mrp or batch.mrp),
        )
        for batch in batches
    ]


def substitute_rows(found: Substitutes) -> list[SubstituteRow]:
    """Return what has the same salts, the cheapest piece first."""
    return [
        SubstituteRow(
            code=one.code,
            name=one.name,
            manufacturer=one.manufacturer or "",
            pack=one.pack_label,
            stock=show_quantity(one.stock_units, one.pieces_per_pack),
            expiry=_expiry(one.expiry, one.expiry_precision),
            mrp=one.mrp.grouped(),
            per_piece=one.mrp_per_piece.grouped(),
            margin="" if one.margin is None else f"{one.margin} %",
            cautions=tuple(_CAUTIONS[caution] for caution in one.cautions),
        )
        for one in found.found
    ]


def item_facts(view: ItemView, notes: Mapping[str, str], today: date) -> list[Fact]:
    """Return what a card says of an item beside its name. What is missing is said only where bills or law need it.

    ``notes`` are what the lists suggest (``advising``).
    """
    pieces = view.pieces_per_pack

    def units(count: int | None) -> str:
        return "" if count is None else show_quantity(count, pieces)

    suggested = {name: f"  ({note})" if note else "" for name, note in notes.items()}
    levels = view.levels and f"{view.levels}; " + tr(
        "sold by the {sale}, MRP of a {mrp}", sale=view.sale_level or "?", mrp=view.mrp_level or "?"
    )
    known = [
        (tr("Salts"), view.salts),
        (tr("Brand"), view.brand),
        (tr("Maker"), view.manufacturer),
        (tr("Form"), view.form),
        (tr("Pack"), tr("{label}, {pieces} in a pack", label=view.pack_label or "–", pieces=pieces)),
        (tr("Pack levels"), levels),
        (tr("UQC"), view.uqc and f"{view.uqc}, {view.uqc_per_pack or '?'}"),
        (tr("Rack"), view.rack),
        (tr("Least and most"), " – ".join(filter(None, map(units, (view.min_stock_units, view.max_stock_units))))),
        (tr("Discount"), tr("none may be given") if view.no_discount else view.discount and f"{view.discount} %"),
        (tr("Storage"), view.storage and tr(view.storage.capitalize())),
        (tr("Barcodes"), ", ".join(view.barcodes)),
        (tr("States"), ", ".join(f"{row.state}: {row.measure}" for row in view.state_listings if row.is_on)),
    ]
    facts = [Fact(label, str(text)) for label, text in known if text]
    hsn = view.hsn or tr("missing")
    facts.append(Fact(tr("HSN"), hsn + (f"  {notes['hsn']}" if notes.get("hsn") else ""), view.hsn is None))
    facts.append(Fact(tr("GST"), _tax(view, today) + ("" if view.tax else suggested.get("gst", "")), view.tax is None))
    schedules = tr("not looked up") if view.schedules is None else ", ".join(view.schedules) or tr("none")
    is_unknown = view.schedules is None
    facts.append(Fact(tr("Schedules"), schedules + (suggested.get("schedules", "") if is_unknown else ""), is_unknown))
    if not view.is_active:
        facts.append(Fact(tr("Sale"), tr("not sold any more"), is_missing=True))
    return facts


def _tax(view: ItemView, today: date) -> str:
    if view.tax is None:
        return tr("not known")
    now = f"{tr(view.tax.treatment.replace('_', '-'))} {view.tax.gst} %"
    later = [f"{row.gst} % {tr('from')} {show_date(row.from_date)}" for row in view.taxes if row.from_date > today]
    return ", ".join([now, *later])


def _expiry(day: date | None, precision: ExpiryPrecision | None) -> str:
    return str(Expiry(day, precision)) if day and precision else ""


_CAUTIONS = {
    Caution.SCHEDULED: tr("SCHEDULED"),
    Caution.NOT_LOOKED_UP: tr("NOT LOOKED UP"),
    Caution.NARROW_THERAPEUTIC: tr("NARROW DOSE"),
    Caution.SALT_DIFFERS: tr("OTHER SALT"),
    Caution.FORM_UNCLEAR: tr("FORM UNCLEAR"),
}
