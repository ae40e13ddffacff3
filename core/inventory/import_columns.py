"""Which column of a file is which: by its header, in any order, under the names that shop programs use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from core.kernel.errors import RuleBroken

#: Column -> other names it goes by, written as ``_plain`` writes a header.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "code": ("item_code", "itemcode", "product_code", "drug_code", "sku"),
        "name": ("item_name", "item", "product_name", "product", "description", "particulars", "generic_name"),
        "kind": ("item_kind", "item_type", "type"),
        "manufacturer": ("mfr", "mfg", "mfg_by", "company", "company_name", "maker"),
        "brand": ("brand_name",),
        "salt": ("salts", "composition", "content", "contents"),
        "form": ("dosage_form", "item_form"),
        "pack": ("packing", "pack_size", "unit_size", "pack_label", "pack_size_label", "pkg"),
        "hsn": ("hsn_code", "hsn_sac", "sac"),
        "uqc": ("uom", "unit"),
        "gst_percent": ("gst", "gst_rate", "tax_percent", "tax_rate"),
        "gst_treatment": ("treatment", "taxability"),
        "schedule": ("schedules", "drug_schedule"),
        "barcode": ("barcodes", "ean", "gtin"),
        "batch": ("batch_no", "batch_number", "batchno"),
        "expiry": ("exp", "exp_date", "expiry_date", "expdate"),
        "mrp": ("m_r_p",),
        "purchase_rate": ("pur_rate", "p_rate", "purchase_price", "cost_price", "ptr"),
        "quantity": ("qty", "stock", "opening_stock", "closing_stock", "opening_qty", "closing_qty"),
        "location": ("godown",),
        "rack": ("rack_no", "shelf", "bin"),
        "min_stock": ("minimum_stock", "min_qty", "reorder_level"),
        "max_stock": ("maximum_stock", "max_qty"),
        "discount": ("disc", "disc_percent", "discount_percent", "default_discount"),
        "storage": ("storage_condition", "store_at"),
    }
)
#: They say what the item is and stand the same on each of its lines; the others are of the batch.
ITEM_COLUMNS = [
    "name",
    "kind",
    "brand",
    "manufacturer",
    "salt",
    "form",
    "pack",
    "hsn",
    "uqc",
    "gst_percent",
    "gst_treatment",
    "schedule",
    "barcode",
    "rack",
    "min_stock",
    "max_stock",
    "discount",
    "storage",
]
_NEEDED = "name"
_BY_NAME = {name: column for column, others in COLUMNS.items() for name in (column, *others)}


def meaning_of(title: str, chosen: Mapping[str, str]) -> str | None:
    """Return the column that a header means: as ``chosen`` by header (an empty one means none), else by its name."""
    return (chosen[title] or None) if title in chosen else _BY_NAME.get(_plain(title))


def place_columns(
    header: tuple[str, ...], chosen: Mapping[str, str] = MappingProxyType({})
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each known column stands, and the headers that none of them goes by.

    ``chosen`` says of headers what they mean, whatever their names.

    Raises RuleBroken ``items.column_twice``, ``items.no_column``, ``items.no_such_column``.
    """
    for title, meant in chosen.items():
        if title not in header or (meant and meant not in COLUMNS):
            raise RuleBroken("items.no_such_column", header=title, column=meant)
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, title in enumerate(header):
        column = meaning_of(title, chosen)
        if column is None:
            if title:
                ignored.append(title)
        elif column in places:
            raise RuleBroken("items.column_twice", first=header[places[column]], second=title)
        else:
            places[column] = place
    if _NEEDED not in places:
        raise RuleBroken("items.no_column", column=_NEEDED)
    return places, tuple(ignored)


def _plain(title: str) -> str:
    """Return a header in small letters: ``GST %`` is ``gst_percent``, ``Batch No.`` is ``batch_no``."""
    return re.sub(r"[^a-z0-9]+", "_", title.casefold().replace("%", " percent")).strip("_")
