"""Orders, goods receipts and suppliers' bills"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("id", Id(), nullable=False),
        sa.Column("command_sha", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("financial_year", Whole, nullable=False),
        sa.Column("serial", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("supplier_id", Id(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("expected_on", Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _reference("purchase_order", "supplier_id", "supplier"),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_order"),
        sa.UniqueConstraint("number", name="uq_purchase_order_number"),
        sa.UniqueConstraint(
            "series", "financial_year", "serial", name="uq_purchase_order_series_financial_year_serial"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_purchase_order_on_date", "purchase_order", ["on_date", "at", "id"], unique=False)
    op.create_index("ix_purchase_order_supplier_id", "purchase_order", ["supplier_id", "on_date"], unique=False)
    op.create_table(
        "purchase_order_line",
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=True),
        sa.Column("pack_label", sa.Text(), nullable=False),
        sa.Column("pieces_per_pack", Whole, nullable=False),
        sa.Column("units", Whole, nullable=False),
        sa.Column("free_units", Whole, nullable=False),
        sa.Column("rate_parts", Whole, nullable=True),
        sa.Column("supplier_code", sa.Text(), nullable=True),
        sa.Column("factor", Whole, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        _reference("purchase_order_line", "order_id", "purchase_order"),
        _reference("purchase_order_line", "item_id", "item"),
        sa.PrimaryKeyConstraint("order_id", "line", name="pk_purchase_order_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_purchase_order_line_item_id", "purchase_order_line", ["item_id"], unique=False)
    op.create_table(
        "purchase_order_closing",
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        _reference("purchase_order_closing", "order_id", "purchase_order"),
        sa.PrimaryKeyConstraint("order_id", name="pk_purchase_order_closing"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "goods_receipt",
        sa.Column("id", Id(), nullable=False),
        sa.Column("command_sha", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("financial_year", Whole, nullable=False),
        sa.Column("serial", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("supplier_id", Id(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("supplier_address", sa.Text(), nullable=True),
        sa.Column("supplier_gstin", sa.Text(), nullable=True),
        sa.Column("supplier_licences", sa.Text(), nullable=True),
        sa.Column("supplier_document", sa.Text(), nullable=True),
        sa.Column("document_date", Day(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _reference("goods_receipt", "supplier_id", "supplier"),
        sa.PrimaryKeyConstraint("id", name="pk_goods_receipt"),
        sa.UniqueConstraint("number", name="uq_goods_receipt_number"),
        sa.UniqueConstraint("series", "financial_year", "serial", name="uq_goods_receipt_series_financial_year_serial"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_goods_receipt_on_date", "goods_receipt", ["on_date", "at", "id"], unique=False)
    op.create_index("ix_goods_receipt_supplier_id", "goods_receipt", ["supplier_id", "on_date"], unique=False)
    op.create_table(
        "goods_receipt_line",
        sa.Column("receipt_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=True),
        sa.Column("hsn", sa.Text(), nullable=True),
        sa.Column("pack_label", sa.Text(), nullable=False),
        sa.Column("pieces_per_pack", Whole, nullable=False),
        sa.Column("batch_id", Id(), nullable=True),
        sa.Column("lot_id", Id(), nullable=True),
        sa.Column("batch_number", sa.Text(), nullable=False),
        sa.Column("is_automatic_batch", Flag(), nullable=False),
        sa.Column("expiry", Day(), nullable=True),
        sa.Column("expiry_precision", sa.Text(), nullable=True),
        sa.Column("mrp_paise", Whole, nullable=False),
        sa.Column("billed_units", Whole, nullable=False),
        sa.Column("free_units", Whole, nullable=False),
        sa.Column("short_units", Whole, nullable=False),
        sa.Column("damaged_units", Whole, nullable=False),
        sa.Column("awaited_units", Whole, nullable=False),
        sa.Column("rate_parts", Whole, nullable=True),
        sa.Column("is_provisional", Flag(), nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("order_id", Id(), nullable=True),
        sa.Column("order_line", Whole, nullable=True),
        _reference("goods_receipt_line", "receipt_id", "goods_receipt"),
        _reference("goods_receipt_line", "item_id", "item"),
        _reference("goods_receipt_line", "batch_id", "batch"),
        _reference("goods_receipt_line", "lot_id", "lot"),
        sa.PrimaryKeyConstraint("receipt_id", "line", name="pk_goods_receipt_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_goods_receipt_line_item_id", "goods_receipt_line", ["item_id"], unique=False)
    op.create_index("ix_goods_receipt_line_lot_id", "goods_receipt_line", ["lot_id"], unique=False)
    op.create_index("ix_goods_receipt_line_order", "goods_receipt_line", ["order_id", "order_line"], unique=False)
    op.create_table(
        "supplier_bill",
        sa.Column("id", Id(), nullable=False),
        sa.Column("command_sha", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha", sa.LargeBinary(), nullable=False),
        sa.Column("supplier_id", Id(), nullable=False),
        sa.Column("supplier_name", sa.Text(), nullable=False),
        sa.Column("supplier_gstin", sa.Text(), nullable=True),
        sa.Column("supplier_state", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("revision", Whole, nullable=False),
        sa.Column("financial_year", Whole, nullable=False),
        sa.Column("billed_on", Day(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("due_date", Day(), nullable=False),
        sa.Column("tax_type", sa.Text(), nullable=False),
        sa.Column("is_recoverable", Flag(), nullable=False),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("trade_discount_paise", Whole, nullable=False),
        sa.Column("scheme_discount_paise", Whole, nullable=False),
        sa.Column("cash_discount_paise", Whole, nullable=False),
        sa.Column("discounts_before_tax", Flag(), nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("freight_paise", Whole, nullable=False),
        sa.Column("other_charges_paise", Whole, nullable=False),
        sa.Column("charge_gst_bp", Whole, nullable=False),
        sa.Column("tcs_paise", Whole, nullable=False),
        sa.Column("round_off_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("set_off_paise", Whole, nullable=False),
        sa.Column("match_reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _reference("supplier_bill", "supplier_id", "supplier"),
        sa.PrimaryKeyConstraint("id", name="pk_supplier_bill"),
        sa.UniqueConstraint(
            "supplier_id",
            "financial_year",
            "number_key",
            "revision",
            name="uq_supplier_bill_supplier_id_financial_year_number_key_revision",
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_supplier_bill_billed_on", "supplier_bill", ["billed_on"], unique=False)
    op.create_index("ix_supplier_bill_on_date", "supplier_bill", ["on_date", "at", "id"], unique=False)
    op.create_table(
        "supplier_bill_line",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("receipt_id", Id(), nullable=False),
        sa.Column("receipt_line", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("hsn", sa.Text(), nullable=True),
        sa.Column("pieces_per_pack", Whole, nullable=False),
        sa.Column("batch_number", sa.Text(), nullable=False),
        sa.Column("mrp_paise", Whole, nullable=False),
        sa.Column("billed_units", Whole, nullable=False),
        sa.Column("free_units", Whole, nullable=False),
        sa.Column("rate_parts", Whole, nullable=False),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("gst_bp", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("own_tax_paise", Whole, nullable=False),
        sa.Column("charge_paise", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("missing_units", Whole, nullable=False),
        sa.Column("claim_paise", Whole, nullable=False),
        sa.Column("claim_tax_paise", Whole, nullable=False),
        sa.Column("stock_change_paise", Whole, nullable=False),
        sa.Column("sold_change_paise", Whole, nullable=False),
        _reference("supplier_bill_line", "bill_id", "supplier_bill"),
        _reference("supplier_bill_line", "receipt_id", "goods_receipt"),
        _reference("supplier_bill_line", "item_id", "item"),
        sa.PrimaryKeyConstraint("bill_id", "line", name="pk_supplier_bill_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_supplier_bill_line_receipt", "supplier_bill_line", ["receipt_id", "receipt_line"], unique=False)
    op.create_table(
        "supplier_bill_set_off",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        _reference("supplier_bill_set_off", "bill_id", "supplier_bill"),
        _reference("supplier_bill_set_off", "item_id", "open_item"),
        sa.PrimaryKeyConstraint("bill_id", "line", name="pk_supplier_bill_set_off"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "goods_receipt_reversal",
        sa.Column("receipt_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        _reference("goods_receipt_reversal", "receipt_id", "goods_receipt"),
        sa.PrimaryKeyConstraint("receipt_id", name="pk_goods_receipt_reversal"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "supplier_bill_reversal",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        _reference("supplier_bill_reversal", "bill_id", "supplier_bill"),
        sa.PrimaryKeyConstraint("bill_id", name="pk_supplier_bill_reversal"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_difference",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("expected", Whole, nullable=False),
        sa.Column("found", Whole, nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        _reference("match_difference", "bill_id", "supplier_bill"),
        sa.PrimaryKeyConstraint("bill_id", "line", "kind", name="pk_match_difference"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_approval",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        _reference("match_approval", "bill_id", "supplier_bill"),
        sa.PrimaryKeyConstraint("bill_id", "line", "kind", name="pk_match_approval"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry_draft",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("username", "kind", name="pk_entry_draft"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    has_minimum = sa.text("min_stock_units > 0")
    op.create_index(
        "ix_item_min_stock_units",
        "item",
        ["min_stock_units"],
        unique=False,
        sqlite_where=has_minimum,
        postgresql_where=has_minimum,
    )
    op.add_column("awaited_settlement", sa.Column("landed_paise", Whole, nullable=True))


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", initially="DEFERRED", deferrable=True
    )
