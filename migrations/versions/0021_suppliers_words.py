"""What suppliers call items on their papers, and what the columns of their files mean"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Id, Instant, Whole

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supplier_item_name",
        sa.Column("supplier_id", Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("factor", Whole, nullable=False),
        sa.Column("learned_at", Instant(), nullable=False),
        sa.Column("learned_by", sa.Text(), nullable=False),
        _reference("supplier_item_name", "supplier_id", "supplier"),
        _reference("supplier_item_name", "item_id", "item"),
        sa.PrimaryKeyConstraint("supplier_id", "key", name="pk_supplier_item_name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "supplier_layout",
        sa.Column("supplier_id", Id(), nullable=False),
        sa.Column("layout_key", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("learned_at", Instant(), nullable=False),
        sa.Column("learned_by", sa.Text(), nullable=False),
        _reference("supplier_layout", "supplier_id", "supplier"),
        sa.PrimaryKeyConstraint("supplier_id", "layout_key", name="pk_supplier_layout"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}", initially="DEFERRED", deferrable=True
    )
