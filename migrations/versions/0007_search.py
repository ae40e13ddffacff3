"""Search by each length of a beginning, with the sounds of words, and what sells most first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.catalog.naming import own_words
from core.storage import search_index
from core.storage.columns import Day, Id, Whole

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BALANCE = sa.table("stock_balance", sa.column("item_id", Id()))
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
    held = set(connection.scalars(sa.select(_BALANCE.c.item_id).distinct()))
    names = connection.execute(sa.select(_ITEM.c.id, _ITEM.c.name)).all()
    # which are held stands in the index already
    also = {item_id: " ".join(own_words(name, held=item_id in held)[item_id in held :]) for item_id, name in names}
    search_index.widen(connection, {item_id: words for item_id, words in also.items() if words})
