"""Quotations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quotation",
        sa.Column("id", Id(), nullable=False),
        sa.Column("command_sha", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("financial_year", Whole, nullable=False),
        sa.Column("serial", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("valid_until", Day(), nullable=False),
        sa.Column("customer_id", Id(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("customer_phone", sa.Text(), nullable=True),
        sa.Column("customer_address", sa.Text(), nullable=True),
        sa.Column("customer_state", sa.Text(), nullable=True),
        sa.Column("customer_gstin", sa.Text(), nullable=True),
        sa.Column("to_sez", Flag(), nullable=True),
        sa.Column("asked_bp", Whole, nullable=True),
        sa.Column("asked_paise", Whole, nullable=True),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("discount_paise", Whole, nullable=False),
        sa.Column("round_off_paise", Whole, nullable=False),
        sa.Column("total_paise", Whole, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quotation"),
        sa.UniqueConstraint("number", name="uq_quotation_number"),
        sa.UniqueConstraint("series", "financial_year", "serial", name="uq_quotation_series_financial_year_serial"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_quotation_at", "quotation", ["at", "id"], unique=False)
    op.create_table(
        "quotation_line",
        sa.Column("quotation_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("position", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("item_name", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=True),
        sa.Column("pack_label", sa.Text(), nullable=False),
        sa.Column("pieces_per_pack", Whole, nullable=False),
        sa.Column("mrp_paise", Whole, nullable=False),
        sa.Column("units", Whole, nullable=False),
        sa.Column("asked_bp", Whole, nullable=True),
        sa.Column("asked_paise", Whole, nullable=True),
        sa.Column("gross_paise", Whole, nullable=False),
        sa.Column("net_paise", Whole, nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("is_to_order", Flag(), nullable=False),
        _reference("quotation_line", "quotation_id", "quotation"),
        _reference("quotation_line", "item_id", "item"),
        sa.PrimaryKeyConstraint("quotation_id", "line", name="pk_quotation_line"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quotation_bill",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("quotation_id", Id(), nullable=False),
        _reference("quotation_bill", "bill_id", "bill"),
        _reference("quotation_bill", "quotation_id", "quotation"),
        sa.PrimaryKeyConstraint("bill_id", name="pk_quotation_bill"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_quotation_bill_quotation_id", "quotation_bill", ["quotation_id"], unique=False)
    op.create_table(
        "quotation_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("quotation_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("word", "at", "quotation_id", name="pk_quotation_word"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", initially="DEFERRED", deferrable=True
    )
