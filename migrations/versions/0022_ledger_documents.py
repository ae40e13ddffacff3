"""When each document came into the ledger"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from core.audit.canonical import decompress
from core.storage.columns import Day, Id, Whole

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_DOCUMENT = sa.table(
    "ledger_document", sa.column("document_id", Id()), sa.column("hlc", Whole), sa.column("nth", Whole)
)


def upgrade() -> None:
    op.create_table(
        "ledger_document",
        sa.Column("document_id", Id(), nullable=False),
        sa.Column("on_date", Day(), nullable=False),
        sa.Column("hlc", Whole, nullable=False),
        sa.Column("nth", Whole, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_ledger_document"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    # a document's event is about it: the first one wrote it, a later one cancelled it
    op.execute(
        "INSERT INTO ledger_document (document_id, on_date, hlc, nth)"
        " SELECT document_id, min(on_date), coalesce((SELECT min(e.hlc) FROM audit_event e"
        " WHERE e.subject_id = l.document_id), 0), 0 FROM ledger_entry l GROUP BY document_id"
    )
    op.execute(
        "UPDATE ledger_document SET hlc = (SELECT coalesce(max(e.hlc), 0) FROM bill_cancellation c"
        " JOIN audit_event e ON e.subject_id = c.bill_id AND e.kind = 'bill.cancelled'"
        " WHERE c.id = ledger_document.document_id) WHERE hlc = 0"
    )
    _ask_the_log()
    op.create_index(
        "ix_ledger_document_on_date", "ledger_document", ["on_date", "hlc", "nth", "document_id"], unique=False
    )


def _ask_the_log() -> None:
    """Place the documents that came with another in one event, which is about that one: few, and of few events."""
    connection = op.get_bind()
    if not connection.scalar(sa.text("SELECT count(*) FROM ledger_document WHERE hlc = 0")):
        return
    events = connection.execute(
        sa.text(
            "SELECT hlc, codec, body FROM audit_event WHERE kind NOT IN"
            " ('bill.posted', 'bill.cancelled', 'bill.payment_changed', 'cash.moved')"
        )
    )
    places: dict[str, tuple[int, int]] = {}
    for hlc, codec, body in events:
        rows: list[dict[str, Any]] = json.loads(decompress(codec, bytes(body))).get("rows", {}).get("ledger_entry", [])
        for nth, row in enumerate(rows):
            places.setdefault(row["document_id"], (hlc, nth))
    for document_id, (hlc, nth) in places.items():
        connection.execute(
            sa.update(_DOCUMENT).where(_DOCUMENT.c.document_id == UUID(hex=document_id)).values(hlc=hlc, nth=nth)
        )
