"""The audit log in a table with rowids: elsewhere a row above 1,002 bytes takes a whole page of its own"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLE = "audit_event"
# a table with rowids no longer adds its key to every index, and pages of the log are read in this order
_INDEXES = {
    "ix_audit_event_subject": ["subject_id", "hlc", "node_id", "epoch", "seq"],
    "ix_audit_event_at": ["at", "node_id", "epoch", "seq"],
    "ix_audit_event_username": ["username", "at", "node_id", "epoch", "seq"],
    "ix_audit_event_kind": ["kind", "at", "node_id", "epoch", "seq"],
}


def upgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, _TABLE)
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    for name, columns in _INDEXES.items():
        op.create_index(name, _TABLE, columns)


def _rebuild() -> None:
    connection = op.get_bind()
    definition: str = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": _TABLE}
    ).scalar_one()
    # the columns as they stand, whatever earlier migrations have added
    head, _, columns = definition.partition("(")
    roomy = columns.replace("WITHOUT ROWID", "").rstrip().rstrip(",")
    connection.exec_driver_sql(f"{head.replace(_TABLE, 'roomy')}({roomy}")
    connection.exec_driver_sql(f"INSERT INTO roomy SELECT * FROM {_TABLE} ORDER BY node_id, epoch, seq")
    connection.exec_driver_sql(f"DROP TABLE {_TABLE}")
    connection.exec_driver_sql(f"ALTER TABLE roomy RENAME TO {_TABLE}")
