"""Books that hold: number series as settings, cancelled bills, buyers with GSTIN, rates without tax, manual memos"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("node_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_year", Whole, nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("width", Whole, nullable=False),
        sa.Column("first_serial", Whole, nullable=False),
        sa.PrimaryKeyConstraint("node_code", "kind", "from_year", name="pk_number_series"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_cancellation",
        sa.Column("id", Id(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bill_id"], ["bill.id"], name="fk_bill_cancellation_bill_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bill_cancellation"),
        sa.UniqueConstraint("bill_id", name="uq_bill_cancellation_bill_id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.add_column("stock_balance", sa.Column("cost_paise", Whole, nullable=False, server_default="0"))
    op.execute(
        "UPDATE stock_balance SET cost_paise = (SELECT coalesce(sum(m.cost_paise), 0) FROM stock_movement m"
        " WHERE m.lot_id = stock_balance.lot_id AND m.location_id = stock_balance.location_id)"
    )
    op.add_column("number_counter", sa.Column("first", Whole))
    op.add_column("bill", sa.Column("customer_gstin", sa.Text()))
    op.add_column("bill", sa.Column("to_sez", Flag()))
    op.add_column("bill", sa.Column("price_basis", sa.Text()))
    op.add_column("bill", sa.Column("memo_number", sa.Text()))
    op.add_column("bill", sa.Column("customer_state", sa.Text()))
    op.create_index("ix_bill_memo_number", "bill", ["memo_number"])
    op.add_column("bill_line", sa.Column("free_units", Whole))
    op.add_column("bill_line", sa.Column("rate_parts", Whole))
    op.create_table(
        "bill_draft",
        sa.Column("slot", Whole, nullable=False),
        sa.Column("command_id", Id(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name="pk_bill_draft"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_print",
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("printed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("bill_id", name="pk_bill_print"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
