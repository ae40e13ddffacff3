"""The columns of a sheet of items and their stock."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.boundary.columns import Columns

#: Column -> other names it goes by, as ``Columns`` takes them.
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
        "cgst_percent": ("cgst", "cgst_rate"),
        "sgst_percent": ("sgst", "sgst_rate", "sgst_utgst", "utgst", "utgst_percent", "utgst_rate"),
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
    "cgst_percent",
    "sgst_percent",
    "gst_treatment",
    "schedule",
    "barcode",
    "rack",
    "min_stock",
    "max_stock",
    "discount",
    "storage",
]
_COLUMNS = Columns(COLUMNS, needed=["name"], parts={"gst_percent": ("cgst_percent", "sgst_percent")})
meanings = _COLUMNS.meanings
place_columns = _COLUMNS.place
