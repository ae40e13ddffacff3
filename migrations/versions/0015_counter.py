"""The want book, counter sessions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.storage.columns import Day, Id, Instant, Whole

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_want_book()
    _create_counter_sessions()


def _create_want_book() -> None:
    op.create_table(
        "want",
        sa.Column("id", Id(), nullable=False),
        sa.Column("item_id", Id(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pieces_per_pack", Whole, nullable=True),
        sa.Column("units", Whole, nullable=True),
        sa.Column("quantity", sa.Text(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("customer_phone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name="fk_want_item_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_want"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_want_at", "want", ["at", "id"], unique=False)
    op.create_index("ix_want_item_id", "want", ["item_id"], unique=False)
    op.create_table(
        "want_settlement",
        sa.Column("id", Id(), nullable=False),
        sa.Column("want_id", Id(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["want_id"], ["want.id"], name="fk_want_settlement_want_id", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_want_settlement"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_want_settlement_want_id", "want_settlement", ["want_id", "outcome"], unique=False)


def _create_counter_sessions() -> None:
    op.create_table(
        "counter_session",
        sa.Column("id", Id(), nullable=False),
        sa.Column("node_id", Id(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("cash_paise", Whole, nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counter_session"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_counter_session_node_id", "counter_session", ["node_id", "at"], unique=False)
    op.create_table(
        "counter_handover",
        sa.Column("id", Id(), nullable=False),
        sa.Column("session_id", Id(), nullable=False),
        sa.Column("position", Whole, nullable=False),
        sa.Column("from_username", sa.Text(), nullable=False),
        sa.Column("to_username", sa.Text(), nullable=False),
        sa.Column("expected_paise", Whole, nullable=False),
        sa.Column("cash_paise", Whole, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        _to_session("counter_handover"),
        sa.PrimaryKeyConstraint("id", name="pk_counter_handover"),
        sa.UniqueConstraint("session_id", "position", name="uq_counter_handover_session_id_position"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cash_movement",
        sa.Column("id", Id(), nullable=False),
        sa.Column("session_id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_paise", Whole, nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"],
            ["ledger_account.code"],
            name="fk_cash_movement_account",
            initially="DEFERRED",
            deferrable=True,
        ),
        _to_session("cash_movement"),
        sa.PrimaryKeyConstraint("id", name="pk_cash_movement"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cash_movement_session_id", "cash_movement", ["session_id", "at"], unique=False)
    op.create_table(
        "counted_cash",
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("face_paise", Whole, nullable=False),
        sa.Column("pieces", Whole, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "face_paise", name="pk_counted_cash"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _to_session(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["session_id"],
        ["counter_session.id"],
        name=f"fk_{table}_session_id",
        initially="DEFERRED",
        deferrable=True,
    )
