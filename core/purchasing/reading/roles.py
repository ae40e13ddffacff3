"""What a column of an invoice can mean."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    """The meaning of a column; ``ignored`` is for racks, units, margins and what else a purchase does not need.

    ``rate`` is before discounts, ``net_rate`` after them, both without GST; ``gross`` is rate x quantity, ``taxable``
    is after discounts, ``amount`` with GST. The last seven repeat on each line what is of the bill.
    """

    IGNORED = "ignored"
    SERIAL = "serial"
    CODE = "code"
    NAME = "name"
    PACK = "pack"
    MAKER = "maker"
    BATCH = "batch"
    EXPIRY = "expiry"
    HSN = "hsn"
    QUANTITY = "quantity"
    FREE = "free"
    RATE = "rate"
    NET_RATE = "net_rate"
    MRP = "mrp"
    PTR = "ptr"
    DISCOUNT_PERCENT = "discount_percent"
    DISCOUNT_PERCENT_2 = "discount_percent_2"
    DISCOUNT = "discount"
    SCHEME_DISCOUNT = "scheme_discount"
    SCHEME = "scheme"
    GROSS = "gross"
    TAXABLE = "taxable"
    AMOUNT = "amount"
    GST_PERCENT = "gst_percent"
    CGST_PERCENT = "cgst_percent"
    SGST_PERCENT = "sgst_percent"
    IGST_PERCENT = "igst_percent"
    GST = "gst"
    CGST = "cgst"
    SGST = "sgst"
    IGST = "igst"
    INVOICE_NUMBER = "invoice_number"
    INVOICE_DATE = "invoice_date"
    DUE_DATE = "due_date"
    SUPPLIER = "supplier"
    SUPPLIER_GSTIN = "supplier_gstin"
    FREIGHT = "freight"
    TOTAL = "total"


DISCOUNT_PERCENTS = frozenset({Role.DISCOUNT_PERCENT, Role.DISCOUNT_PERCENT_2})
DISCOUNT_AMOUNTS = frozenset({Role.DISCOUNT, Role.SCHEME_DISCOUNT})
DISCOUNTS = DISCOUNT_PERCENTS | DISCOUNT_AMOUNTS
AMOUNTS = frozenset({Role.GROSS, Role.TAXABLE, Role.AMOUNT})
TAX_PERCENTS = frozenset({Role.GST_PERCENT, Role.CGST_PERCENT, Role.SGST_PERCENT, Role.IGST_PERCENT})
TAX_AMOUNTS = frozenset({Role.GST, Role.CGST, Role.SGST, Role.IGST})
OF_THE_BILL = frozenset(
    {
        Role.INVOICE_NUMBER,
        Role.INVOICE_DATE,
        Role.DUE_DATE,
        Role.SUPPLIER,
        Role.SUPPLIER_GSTIN,
        Role.FREIGHT,
        Role.TOTAL,
    }
)
TEXTS = frozenset({Role.CODE, Role.NAME, Role.PACK, Role.MAKER, Role.BATCH, Role.HSN, Role.SCHEME})
