"""The want book"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Id, Instant, Whole

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_want_book()


def _create_want_book() -> None:
    op.create_table(
        "want",
        sa.Column("id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pieces_per_pack", Whole, nullable=True),
        sa.Column("units", Whole, nullable=True),
        sa.Column("quantity", sa.Text(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("customer_phone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_want_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_want"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_want_at", "want", ["at", "id"], unique=False)
    op.create_index("ix_want_item_id", "want", ["item_id"], unique=False)
    op.create_table(
        "want_settlement",
        sa.Column("id", Id(), nullable=False),
        sa.Column("want_id", Id(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["want_id"], ["want.id"], name="fk_want_settlement_want_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_want_settlement"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_want_settlement_want_id", "want_settlement", ["want_id", "outcome"], unique=False)
