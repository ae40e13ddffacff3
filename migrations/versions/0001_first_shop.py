"""First shop: catalogue, stock, ledger, bills, audit log"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage import search_index
from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("node_id", Id(), nullable=False),
        sa.Column("epoch", Whole, nullable=False),
        sa.Column("seq", Whole, nullable=False),
        sa.Column("sha", sa.LargeBinary(), nullable=False),
        sa.Column("hlc", Whole, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", Id(), nullable=True),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("os_account", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", Id(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("codec", Whole, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("node_id", "epoch", "seq", name="pk_audit_event"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject_id"], unique=False)
    op.create_table(
        "bill",
        sa.Column("id", Id(), nullable=False),
        sa.Column("command_sha", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("financial_year", Whole, nullable=False),
        sa.Column("serial", Whole, nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("customer_phone", sa.Text(), nullable=True),
        sa.Column("customer_address", sa.Text(), nullable=True),
        sa.Column("place_of_supply", sa.Text(), nullable=False),
        sa.Column("tax_type", sa.Text(), nullable=False),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("round_off_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.Column("change_paise", Whole, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bill"),
        sa.UniqueConstraint("number", name="uq_bill_number"),
        sa.UniqueConstraint("series", "financial_year", "serial", name="uq_bill_series_financial_year_serial"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bill_on_date", "bill", ["on_date", "number"], unique=False)
    op.create_table(
        "item",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=True),
        sa.Column("salts", sa.Text(), nullable=True),
        sa.Column("pack_label", sa.Text(), nullable=False),
        sa.Column("pieces_per_pack", Whole, nullable=False),
        sa.Column("packs_per_box", Whole, nullable=True),
        sa.Column("hsn", sa.Text(), nullable=True),
        sa.Column("uqc", sa.Text(), nullable=True),
        sa.Column("rack", sa.Text(), nullable=True),
        sa.Column("min_stock_units", Whole, nullable=True),
        sa.Column("schedules_known", Flag(), nullable=False),
        sa.Column("is_active", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.UniqueConstraint("code", name="uq_item_code"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_item_name_key", "item", ["name_key"], unique=False)
    op.create_table(
        "ledger_account",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_ledger_account"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "location",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_default", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_location"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "node",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("epoch", Whole, nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_node"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "number_counter",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("financial_year", Whole, nullable=False),
        sa.Column("last", Whole, nullable=False),
        sa.PrimaryKeyConstraint("series", "financial_year", name="pk_number_counter"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shop_profile",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("gstin", sa.Text(), nullable=True),
        sa.Column("registration", sa.Text(), nullable=False),
        sa.Column("pharmacist_name", sa.Text(), nullable=True),
        sa.Column("pharmacist_registration", sa.Text(), nullable=True),
        sa.Column("is_demo", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_profile"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "user_account",
        sa.Column("id", Id(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("user_role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", Flag(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("username", name="uq_user_account_username"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch",
        sa.Column("id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("expiry", Day(), nullable=True),
        sa.Column("expiry_precision", sa.Text(), nullable=True),
        sa.Column("mrp_paise", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_batch_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_item_id", "batch", ["item_id"], unique=False)
    op.create_table(
        "bill_tender",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bill_id"], ["bill.id"], name="fk_bill_tender_bill_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("bill_id", "line", name="pk_bill_tender"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_barcode",
        sa.Column("barcode", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_item_barcode_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("barcode", name="pk_item_barcode"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_item_barcode_item_id", "item_barcode", ["item_id"], unique=False)
    op.create_table(
        "item_schedule",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("from_date", Day(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_item_schedule_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("item_id", "schedule", "from_date", name="pk_item_schedule"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_tax",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("from_date", Day(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("gst_bp", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_item_tax_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("item_id", "from_date", name="pk_item_tax"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_entry",
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"],
            ["ledger_account.code"],
            name="fk_ledger_entry_account",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("document_id", "line", name="pk_ledger_entry"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ledger_entry_account_on_date", "ledger_entry", ["account", "on_date"], unique=False)
    op.create_table(
        "shop_licence",
        sa.Column("id", Id(), nullable=False),
        sa.Column("shop_id", Id(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_from", Day(), nullable=True),
        sa.Column("valid_to", Day(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shop_profile.id"],
            name="fk_shop_licence_shop_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_licence"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_line",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("batch_id", Id(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=True),
        sa.Column("hsn", sa.Text(), nullable=True),
        sa.Column("pack_label", sa.Text(), nullable=False),
        sa.Column("pieces_per_pack", Whole, nullable=False),
        sa.Column("batch_number", sa.Text(), nullable=False),
        sa.Column("expiry", Day(), nullable=True),
        sa.Column("expiry_precision", sa.Text(), nullable=True),
        sa.Column("mrp_paise", Whole, nullable=False),
        sa.Column("units", Whole, nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("gst_bp", Whole, nullable=False),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name="fk_bill_line_batch_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["bill_id"], ["bill.id"], name="fk_bill_line_bill_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_bill_line_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("bill_id", "line", name="pk_bill_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bill_line_item_id", "bill_line", ["item_id"], unique=False)
    op.create_table(
        "lot",
        sa.Column("id", Id(), nullable=False),
        sa.Column("batch_id", Id(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("received_on", Day(), nullable=False),
        sa.Column("cost_rate", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name="fk_lot_batch_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lot"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lot_batch_id", "lot", ["batch_id"], unique=False)
    op.create_table(
        "stock_balance",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("lot_id", Id(), nullable=False),
        sa.Column("location_id", Id(), nullable=False),
        sa.Column("units", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name="fk_stock_balance_location_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name="fk_stock_balance_lot_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("item_id", "lot_id", "location_id", name="pk_stock_balance"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_movement",
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("lot_id", Id(), nullable=False),
        sa.Column("location_id", Id(), nullable=False),
        sa.Column("units", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name="fk_stock_movement_location_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name="fk_stock_movement_lot_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("document_id", "line", name="pk_stock_movement"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_stock_movement_lot_id", "stock_movement", ["lot_id"], unique=False)
    search_index.create(op.get_bind())
