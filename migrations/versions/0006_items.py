"""Items in full; batches that are held or whose MRP was revised"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Id, Instant, Whole

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_batch_tables()


def _create_batch_tables() -> None:
    op.create_table(
        "batch_hold",
        sa.Column("id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("batch_number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_batch_hold_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_batch_hold"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_hold_item_id_batch_number", "batch_hold", ["item_id", "batch_number"], unique=False)
    op.create_table(
        "batch_release",
        sa.Column("hold_id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["batch_hold.id"], name="fk_batch_release_hold_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("hold_id", name="pk_batch_release"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_mrp",
        sa.Column("batch_id", Id(), nullable=False),
        sa.Column("from_date", Day(), nullable=False),
        sa.Column("mrp_paise", Whole, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name="fk_batch_mrp_batch_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("batch_id", "from_date", name="pk_batch_mrp"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
