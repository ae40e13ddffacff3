"""Items in full; batches that are held or whose MRP was revised"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Flag, Id, Instant, Whole

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


_ITEM_COLUMNS = (
    ("brand", sa.Text()),
    ("form", sa.Text()),
    ("pack_levels", sa.Text()),
    ("mrp_level", sa.Text()),
    ("sale_level", sa.Text()),
    ("purchase_level", sa.Text()),
    ("uqc_milli", Whole),
    ("max_stock_units", Whole),
    ("discount_bp", Whole),
    ("no_discount", Flag()),
    ("storage", sa.Text()),
    ("composition_key", sa.Text()),
    ("schedules_known_from", Day()),
)


def upgrade() -> None:
    # null as before: what nobody has said yet; the log of a row that stands has no value for it either
    for name, kind in _ITEM_COLUMNS:
        op.add_column("item", sa.Column(name, kind, nullable=True))
    op.create_index("ix_item_composition_key", "item", ["composition_key"], unique=False)
    op.add_column("item_schedule", sa.Column("is_on", Flag(), nullable=True))
    _create_item_tables()
    _create_batch_tables()


def _create_item_tables() -> None:
    op.create_table(
        "salt",
        sa.Column("id", Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_salt"),
        sa.UniqueConstraint("key", name="uq_salt_key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "item_salt",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("position", Whole, nullable=False),
        sa.Column("salt_id", Id(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("strength_text", sa.Text(), nullable=True),
        sa.Column("strength", sa.Text(), nullable=True),
        sa.Column("is_listed", Flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_item_salt_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["salt_id"], ["salt.id"], name="fk_item_salt_salt_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("item_id", "position", name="pk_item_salt"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_item_salt_salt_id", "item_salt", ["salt_id", "item_id"], unique=False)
    op.create_table(
        "item_state_listing",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_date", Day(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("is_on", Flag(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_item_state_listing_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("item_id", "state", "from_date", name="pk_item_state_listing"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


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
