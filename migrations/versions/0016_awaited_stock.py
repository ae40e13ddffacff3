"""Packs sold before their purchase was entered"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Id, Instant, Whole

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "awaited_stock",
        sa.Column("lot_id", Id(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("line", Whole, nullable=False),
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("units", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_awaited_stock_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name="fk_awaited_stock_lot_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("lot_id", name="pk_awaited_stock"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_awaited_stock_document_id", "awaited_stock", ["document_id"], unique=False)
    op.create_table(
        "awaited_settlement",
        sa.Column("lot_id", Id(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("units", Whole, nullable=False),
        sa.Column("cost_paise", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lot_id"],
            ["awaited_stock.lot_id"],
            name="fk_awaited_settlement_lot_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("lot_id", "document_id", name="pk_awaited_settlement"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
