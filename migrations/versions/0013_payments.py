"""Bills made out to a customer's card, how they were paid, what of it changed and was confirmed, what was settled"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Id, Instant, Whole

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # null is what every bill meant before: it was made out to nobody whom the shop knows
    op.add_column("bill", sa.Column("customer_id", Id(), nullable=True))
    known = sa.text("customer_id IS NOT NULL")
    op.create_index(
        "ix_bill_customer_id", "bill", ["customer_id"], unique=False, sqlite_where=known, postgresql_where=known
    )
    op.create_table(
        "open_item_settlement",
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["open_item.id"],
            name="fk_open_item_settlement_item_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("document_id", "line", name="pk_open_item_settlement"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_open_item_settlement_item_id", "open_item_settlement", ["item_id"], unique=False)
    op.create_table(
        "payment_change",
        sa.Column("id", Id(), nullable=False),
        sa.Column("bill_id", Id(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bill_id"], ["bill.id"], name="fk_payment_change_bill_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_change"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_payment_change_bill_id", "payment_change", ["bill_id"], unique=False)
    op.create_table(
        "payment_change_tender",
        sa.Column("change_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["payment_change.id"],
            name="fk_payment_change_tender_change_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("change_id", "line", name="pk_payment_change_tender"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "payment_confirmation",
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "line", name="pk_payment_confirmation"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
