"""Suppliers who pay GST under the composition scheme"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # null is what every supplier was before: a regular taxpayer where it has a GSTIN, else none
    op.add_column("supplier", sa.Column("gst_scheme", sa.Text(), nullable=True))
