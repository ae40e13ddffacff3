"""Passwords that somebody else gave must be changed at the next log-in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Flag

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # null as before: whoever has a password already may keep it
    op.add_column("user_account", sa.Column("must_change_password", Flag(), nullable=True))
