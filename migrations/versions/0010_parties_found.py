"""Parties found by each word of their names; suppliers' codes that are used no more"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Flag, Id
from core.storage.search_index import tokens

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KINDS = ("customer", "supplier", "patient", "prescriber")


def upgrade() -> None:
    # null as before: no log of a code that stands says that it was ended
    op.add_column("supplier_item", sa.Column("is_ended", Flag(), nullable=True))
    words = op.create_table(
        "party_word",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("party_id", Id(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", "party_id", name="pk_party_word"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_party_word_party_id", "party_word", ["party_id"], unique=False)
    connection = op.get_bind()
    for kind in _KINDS:
        party = sa.table(kind, sa.column("id", Id()), sa.column("name", sa.Text()))
        named = connection.execute(sa.select(party.c.id, party.c.name)).all()
        rows = [
            {"kind": kind, "word": word, "party_id": party_id}
            for party_id, name in named
            for word in sorted(set(tokens(name)))
        ]
        if rows:
            connection.execute(sa.insert(words), rows)
