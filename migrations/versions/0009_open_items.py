"""Open items of parties"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Id, Whole

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_item",
        sa.Column("id", Id(), nullable=False),
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("party_kind", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("due_date", Day(), nullable=False),
        sa.Column("original_paise", Whole, nullable=False),
        sa.Column("open_paise", Whole, nullable=False),
        sa.Column("reverses_id", Id(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_open_item"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_open_item_document_id", "open_item", ["document_id"], unique=False)
    op.create_index("ix_open_item_party_id", "open_item", ["party_id"], unique=False)
    op.create_index("ix_open_item_reverses_id", "open_item", ["reverses_id"], unique=False)
