"""What the shop deals in is found by words of its own: a search in it reads nothing of the whole catalogue"""

from __future__ import annotations

from alembic import op

from core.catalog.naming import HELD, held_words
from core.storage import search_index

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search_index.add_words(op.get_bind(), HELD, lambda words: held_words(" ".join(words)))
