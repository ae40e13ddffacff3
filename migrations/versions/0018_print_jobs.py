"""Papers on their way to printers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Id, Instant, Whole

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_job",
        sa.Column("id", Id(), nullable=False),
        sa.Column("printer", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", Whole, nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_print_job"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_print_job_printer", "print_job", ["printer", "id"], unique=False)
