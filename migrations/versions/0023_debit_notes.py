"""Batches that are corrected, debit notes to suppliers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _batches()
    _debit_notes()
    _debit_note_lines()


def _batches() -> None:
    op.create_table(
        "batch_correction",
        sa.Column("id", Id(), nullable=False),
        sa.Column("command_sha", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("old_number", sa.Text(), nullable=False),
        sa.Column("old_expiry", Day(), nullable=True),
        sa.Column("old_expiry_precision", sa.Text(), nullable=True),
        sa.Column("old_mrp_paise", Whole, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("expiry", Day(), nullable=True),
        sa.Column("expiry_precision", sa.Text(), nullable=True),
        sa.Column("mrp_paise", Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        _reference("batch_correction", "batch_id", "batch"),
        _reference("batch_correction", "item_id", "item"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_correction"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_correction_item_id", "batch_correction", ["item_id", "old_number"], unique=False)
    op.create_index("ix_batch_correction_batch_id", "batch_correction", ["batch_id"], unique=False)
    op.create_table(
        "batch_now",
        sa.Column("id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("expiry", Day(), nullable=True),
        sa.Column("expiry_precision", sa.Text(), nullable=True),
        sa.Column("mrp_paise", Whole, nullable=False),
        _reference("batch_now", "id", "batch"),
        _reference("batch_now", "item_id", "item"),
        sa.PrimaryKeyConstraint("id", name="pk_batch_now"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_now_item_id", "batch_now", ["item_id"], unique=False)
    columns = "id, item_id, number, expiry, expiry_precision, mrp_paise"
    op.execute(f"INSERT INTO batch_now ({columns}) SELECT {columns} FROM batch")


def _debit_notes() -> None:
    op.create_table(
        "debit_note",
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
        sa.Column("supplier_state", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        _reference("debit_note", "supplier_id", "supplier"),
        sa.PrimaryKeyConstraint("id", name="pk_debit_note"),
        sa.UniqueConstraint("number", name="uq_debit_note_number"),
        sa.UniqueConstraint("series", "financial_year", "serial", name="uq_debit_note_series_financial_year_serial"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_debit_note_on_date", "debit_note", ["on_date", "at", "id"], unique=False)
    op.create_index("ix_debit_note_supplier_id", "debit_note", ["supplier_id", "on_date"], unique=False)


def _debit_note_lines() -> None:
    op.create_table(
        "debit_note_line",
        sa.Column("note_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("bill_id", Id(), nullable=True),
        sa.Column("bill_line", Whole, nullable=True),
        sa.Column("bill_number", sa.Text(), nullable=True),
        sa.Column("billed_on", Day(), nullable=True),
        sa.Column("lot_id", Id(), nullable=True),
        sa.Column("batch_id", Id(), nullable=True),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
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
        sa.Column("taxable_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("cgst_paise", Whole, nullable=False),
        sa.Column("sgst_paise", Whole, nullable=False),
        sa.Column("igst_paise", Whole, nullable=False),
        sa.Column("is_recoverable", Flag(), nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        _reference("debit_note_line", "note_id", "debit_note"),
        _reference("debit_note_line", "bill_id", "supplier_bill"),
        _reference("debit_note_line", "lot_id", "lot"),
        _reference("debit_note_line", "batch_id", "batch"),
        _reference("debit_note_line", "item_id", "item"),
        sa.PrimaryKeyConstraint("note_id", "line", name="pk_debit_note_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_debit_note_line_bill", "debit_note_line", ["bill_id", "bill_line"], unique=False)
    op.create_index("ix_debit_note_line_lot_id", "debit_note_line", ["lot_id"], unique=False)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", initially="DEFERRED", deferrable=True
    )
