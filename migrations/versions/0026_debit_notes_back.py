"""Debit notes that are taken back"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Id, Instant

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "debit_note_reversal",
        sa.Column("note_id", Id(), nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"],
            ["debit_note.id"],
            name="fk_debit_note_reversal_note_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("note_id", name="pk_debit_note_reversal"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_debit_note_reversal_id", "debit_note_reversal", ["id"], unique=False)
    op.create_index("ix_debit_note_reversal_on_date", "debit_note_reversal", ["on_date"], unique=False)
