"""Orders, goods receipts and suppliers' bills, as they were written: nothing on them is read from a master again.

An order is what is wanted, a goods receipt (GRN) what came in, a bill what the supplier asks for it. Lines say which
line of the one before they answer, so that the three can be laid beside each other. A correction is a new fact.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.storage.base import Table, TableRole, reference, table_options


class PurchaseOrder(Table):
    """What a supplier is asked for. ``expected_on`` is the day it was promised for."""

    __tablename__ = "purchase_order"
    __table_args__ = table_options(
        UniqueConstraint("number"),
        UniqueConstraint("series", "financial_year", "serial"),
        Index("ix_purchase_order_on_date", "on_date", "at", "id"),
        Index("ix_purchase_order_supplier_id", "supplier_id", "on_date"),
    )
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_sha: Mapped[bytes]
    number: Mapped[str]
    series: Mapped[str]
    financial_year: Mapped[int]
    serial: Mapped[int]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    supplier_id: Mapped[UUID] = mapped_column(reference("supplier.id"))
    supplier_name: Mapped[str]
    expected_on: Mapped[date | None]
    note: Mapped[str | None]


class PurchaseOrderLine(Table):
    """Goods that are ordered, in smallest units. ``factor`` sale packs are one of the supplier's own units.

    ``rate_parts`` (1/10000 rupee a sale pack, without GST) is what they are expected to cost, null where nobody knows;
    ``free_units`` what should come free with them. ``origin`` says why they were ordered.
    """

    __tablename__ = "purchase_order_line"
    __table_args__ = table_options(Index("ix_purchase_order_line_item_id", "item_id"))
    role = TableRole.FACT

    order_id: Mapped[UUID] = mapped_column(reference("purchase_order.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    item_code: Mapped[str]
    item_name: Mapped[str]
    manufacturer: Mapped[str | None]
    pack_label: Mapped[str]
    pieces_per_pack: Mapped[int]
    units: Mapped[int]
    free_units: Mapped[int]
    rate_parts: Mapped[int | None]
    supplier_code: Mapped[str | None]
    factor: Mapped[int]
    origin: Mapped[str]


class PurchaseOrderClosing(Table):
    """That nothing more is awaited of an order, though not all of it came."""

    __tablename__ = "purchase_order_closing"
    __table_args__ = table_options()
    role = TableRole.FACT

    order_id: Mapped[UUID] = mapped_column(reference("purchase_order.id"), primary_key=True)
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class GoodsReceipt(Table):
    """What came in from a supplier at once, with all that the Drugs Rules want of a purchase (facts E6).

    ``supplier_document`` is the number on the challan or bill that lay in the box. ``supplier_licences`` are those of
    the day, joined by commas; null is none known.
    """

    __tablename__ = "goods_receipt"
    __table_args__ = table_options(
        UniqueConstraint("number"),
        UniqueConstraint("series", "financial_year", "serial"),
        Index("ix_goods_receipt_on_date", "on_date", "at", "id"),
        Index("ix_goods_receipt_supplier_id", "supplier_id", "on_date"),
    )
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_sha: Mapped[bytes]
    number: Mapped[str]
    series: Mapped[str]
    financial_year: Mapped[int]
    serial: Mapped[int]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    supplier_id: Mapped[UUID] = mapped_column(reference("supplier.id"))
    supplier_name: Mapped[str]
    supplier_address: Mapped[str | None]
    supplier_gstin: Mapped[str | None]
    supplier_licences: Mapped[str | None]
    supplier_document: Mapped[str | None]
    document_date: Mapped[date | None]
    note: Mapped[str | None]


class GoodsReceiptLine(Table):
    """A batch that came in, in smallest units.

    ``billed_units`` and ``free_units`` are what the supplier's paper says; of them ``short_units`` were not in the box
    and ``damaged_units`` were broken, both taken from the billed ones first. What is left is the lot: null where
    nothing is. ``awaited_units`` of it had been sold before and are no stock any more.
    ``cost_paise`` is what the lot was valued at; ``is_provisional`` says that its price was not known yet.
    ``is_automatic_batch`` says that the pack prints no batch and the number is the shop's own.
    """

    __tablename__ = "goods_receipt_line"
    __table_args__ = table_options(
        Index("ix_goods_receipt_line_lot_id", "lot_id"),
        Index("ix_goods_receipt_line_item_id", "item_id"),
        Index("ix_goods_receipt_line_order", "order_id", "order_line"),
    )
    role = TableRole.FACT

    receipt_id: Mapped[UUID] = mapped_column(reference("goods_receipt.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    item_code: Mapped[str]
    item_name: Mapped[str]
    manufacturer: Mapped[str | None]
    hsn: Mapped[str | None]
    pack_label: Mapped[str]
    pieces_per_pack: Mapped[int]
    batch_id: Mapped[UUID | None] = mapped_column(reference("batch.id"))
    lot_id: Mapped[UUID | None] = mapped_column(reference("lot.id"))
    batch_number: Mapped[str]
    is_automatic_batch: Mapped[bool]
    expiry: Mapped[date | None]
    expiry_precision: Mapped[str | None]
    mrp_paise: Mapped[int]
    billed_units: Mapped[int]
    free_units: Mapped[int]
    short_units: Mapped[int]
    damaged_units: Mapped[int]
    awaited_units: Mapped[int]
    rate_parts: Mapped[int | None]
    is_provisional: Mapped[bool]
    cost_paise: Mapped[int]
    order_id: Mapped[UUID | None]
    order_line: Mapped[int | None]


class GoodsReceiptReversal(Table):
    """That a goods receipt was wrong and all of it taken back; ``id`` is the document that did it."""

    __tablename__ = "goods_receipt_reversal"
    __table_args__ = table_options(Index("ix_goods_receipt_reversal_id", "id"))
    role = TableRole.FACT

    receipt_id: Mapped[UUID] = mapped_column(reference("goods_receipt.id"), primary_key=True)
    id: Mapped[UUID]
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class SupplierBill(Table):
    """A supplier's bill as it is printed, booked on ``on_date``; amounts in paise.

    A supplier has a number (``number_key``: capitals without blanks) once in a financial year of ``billed_on``; another
    bill of it with other content is a conflict, with the same (``content_sha``) a duplicate. ``revision`` counts the
    bills of the number that were taken back before. The three discounts are off the value that GST is on where
    ``discounts_before_tax``, else off what the lines come to. ``taxable_paise`` is the lines' and what of the charges
    bears GST (``charge_gst_bp``). ``is_recoverable`` says whether its GST is input tax; if not, it is part of what the
    goods cost. ``set_off_paise`` is what credit notes, replacements and advances take off; the rest is due on
    ``due_date``. ``match_reason`` is why it was taken though it differs from order and receipt.
    """

    __tablename__ = "supplier_bill"
    __table_args__ = table_options(
        UniqueConstraint("supplier_id", "financial_year", "number_key", "revision"),
        Index("ix_supplier_bill_on_date", "on_date", "at", "id"),
        Index("ix_supplier_bill_billed_on", "billed_on"),
    )
    role = TableRole.FACT

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command_sha: Mapped[bytes]
    content_sha: Mapped[bytes]
    supplier_id: Mapped[UUID] = mapped_column(reference("supplier.id"))
    supplier_name: Mapped[str]
    supplier_gstin: Mapped[str | None]
    supplier_state: Mapped[str | None]
    number: Mapped[str]
    number_key: Mapped[str]
    revision: Mapped[int]
    financial_year: Mapped[int]
    billed_on: Mapped[date]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]
    due_date: Mapped[date]
    tax_type: Mapped[str]
    is_recoverable: Mapped[bool]
    gross_paise: Mapped[int]
    trade_discount_paise: Mapped[int]
    scheme_discount_paise: Mapped[int]
    cash_discount_paise: Mapped[int]
    discounts_before_tax: Mapped[bool]
    taxable_paise: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    freight_paise: Mapped[int]
    other_charges_paise: Mapped[int]
    charge_gst_bp: Mapped[int]
    tcs_paise: Mapped[int]
    round_off_paise: Mapped[int]
    total_paise: Mapped[int]
    set_off_paise: Mapped[int]
    match_reason: Mapped[str | None]
    note: Mapped[str | None]


class SupplierBillLine(Table):
    """A line of a supplier's bill and the line of the receipt that it asks money for.

    ``rate_parts`` is of a sale pack before discounts; ``discount_paise`` is what was taken off before GST. Taxes are as
    printed; ``own_tax_paise`` is what we work out of the same value at the item's own rate. ``charge_paise`` is the
    line's share of freight and other charges, ``cost_paise`` what the goods of it cost in the end, all of that inside.
    ``claim_paise`` is what was asked for ``missing_units``, billed and not there, with the tax on them; of it
    ``claim_tax_paise`` is GST that could be recovered had they come. ``stock_change_paise`` is what the bill changed
    the lot's worth by, ``sold_change_paise`` what of it fell to units that had been sold.
    """

    __tablename__ = "supplier_bill_line"
    __table_args__ = table_options(Index("ix_supplier_bill_line_receipt", "receipt_id", "receipt_line"))
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("supplier_bill.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[UUID] = mapped_column(reference("goods_receipt.id"))
    receipt_line: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(reference("item.id"))
    item_code: Mapped[str]
    item_name: Mapped[str]
    hsn: Mapped[str | None]
    pieces_per_pack: Mapped[int]
    batch_number: Mapped[str]
    mrp_paise: Mapped[int]
    billed_units: Mapped[int]
    free_units: Mapped[int]
    rate_parts: Mapped[int]
    gross_paise: Mapped[int]
    discount_paise: Mapped[int]
    taxable_paise: Mapped[int]
    treatment: Mapped[str]
    gst_bp: Mapped[int]
    cgst_paise: Mapped[int]
    sgst_paise: Mapped[int]
    igst_paise: Mapped[int]
    own_tax_paise: Mapped[int]
    charge_paise: Mapped[int]
    cost_paise: Mapped[int]
    missing_units: Mapped[int]
    claim_paise: Mapped[int]
    claim_tax_paise: Mapped[int]
    stock_change_paise: Mapped[int]
    sold_change_paise: Mapped[int]


class SupplierBillSetOff(Table):
    """What a supplier's bill says is taken off it: a credit note, a replacement or an advance, by its number.

    ``item_id`` is the open item of the supplier that it settles; null where the shop knew of none.
    """

    __tablename__ = "supplier_bill_set_off"
    __table_args__ = table_options()
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("supplier_bill.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    number: Mapped[str | None]
    amount_paise: Mapped[int]
    item_id: Mapped[UUID | None] = mapped_column(reference("open_item.id"))


class SupplierBillReversal(Table):
    """That a supplier's bill was entered wrongly and taken back; ``id`` is the document that did it."""

    __tablename__ = "supplier_bill_reversal"
    __table_args__ = table_options(
        Index("ix_supplier_bill_reversal_id", "id"), Index("ix_supplier_bill_reversal_on_date", "on_date", "at", "id")
    )
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("supplier_bill.id"), primary_key=True)
    id: Mapped[UUID]
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class MatchDifference(Table):
    """That a bill's line differed from its order or receipt by more than was tolerated when it was entered.

    ``expected`` and ``found`` are smallest units, paise or rates in 1/10000 rupee, as the kind says; ``amount_paise``
    is what the shop pays too much by it, so far as that is money.
    """

    __tablename__ = "match_difference"
    __table_args__ = table_options()
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("supplier_bill.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    expected: Mapped[int]
    found: Mapped[int]
    amount_paise: Mapped[int]


class MatchApproval(Table):
    """That somebody with the right settled a difference between order, receipt and bill as it is, and why.

    ``amount_paise`` is what the difference comes to.
    """

    __tablename__ = "match_approval"
    __table_args__ = table_options()
    role = TableRole.FACT

    bill_id: Mapped[UUID] = mapped_column(reference("supplier_bill.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    amount_paise: Mapped[int]
    reason: Mapped[str]
    on_date: Mapped[date]
    at: Mapped[datetime]
    username: Mapped[str]


class EntryDraft(Table):
    """Goods or an order being entered, kept so that a power cut loses nothing; ``body`` is JSON of the ``kind``'s
    window."""

    __tablename__ = "entry_draft"
    __table_args__ = table_options()
    role = TableRole.LOCAL

    username: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    saved_at: Mapped[datetime]
