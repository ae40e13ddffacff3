"""Search by each length of a beginning, with the sounds of words, and what sells most first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.catalog.naming import joined
from core.storage import search_index
from core.storage.columns import Day, Id, Whole

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ITEM = sa.table("item", sa.column("id", Id()), sa.column("name", sa.Text()))


def upgrade() -> None:
    op.create_table(
        "item_popularity",
        sa.Column("item_id", Id(), nullable=False),
        sa.Column("bills", Whole, nullable=False),
        sa.Column("counted_on", Day(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_item_popularity_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_popularity"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    names = connection.execute(sa.select(_ITEM.c.id, _ITEM.c.name))
    search_index.widen(connection, {item_id: words for item_id, name in names if (words := joined(name))})
