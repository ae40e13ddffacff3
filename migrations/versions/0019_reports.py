"""What accounts moved by on each day, what was taken off bills being typed, reports that users keep"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_day",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("debit_paise", Whole, nullable=False),
        sa.Column("credit_paise", Whole, nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["ledger_account.code"], name="fk_ledger_day_account", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("account", "on_date", name="pk_ledger_day"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO ledger_day (account, on_date, debit_paise, credit_paise)"
        " SELECT account, on_date, sum(CASE WHEN amount_paise > 0 THEN amount_paise ELSE 0 END),"
        " sum(CASE WHEN amount_paise < 0 THEN -amount_paise ELSE 0 END) FROM ledger_entry GROUP BY account, on_date"
    )
    op.create_index("ix_ledger_day_on_date", "ledger_day", ["on_date", "account"], unique=False)
    op.create_table(
        "draft_cut",
        sa.Column("id", Id(), nullable=False),
        sa.Column("node_id", Id(), nullable=False),
        sa.Column("draft_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_code", sa.Text(), nullable=True),
        sa.Column("item_name", sa.Text(), nullable=True),
        sa.Column("pieces_per_pack", Whole, nullable=True),
        sa.Column("units", Whole, nullable=True),
        sa.Column("lines", Whole, nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("is_after_tender", Flag(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_draft_cut"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_draft_cut_on_date", "draft_cut", ["on_date", "at", "id"], unique=False)
    op.create_table(
        "report_favourite",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("username", "name", name="pk_report_favourite"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bill_cancellation_on_date", "bill_cancellation", ["on_date", "at"], unique=False)
    op.create_index("ix_payment_change_on_date", "payment_change", ["on_date", "at"], unique=False)
    stands = sa.text("units > 0")
    op.create_index(
        "ix_stock_balance_standing",
        "stock_balance",
        ["item_id"],
        unique=False,
        sqlite_where=stands,
        postgresql_where=stands,
    )
