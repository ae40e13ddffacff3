"""What is inside a database file that may be anybody's, told by plain SQL: it may be of an older schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from core.app.backups.manifest import Contents
from core.app.schema import METADATA
from core.boundary.frozen import load
from core.kernel.errors import EnvironmentFault, Problem
from core.storage import fingerprint, migrate
from core.storage.faults import UNREADABLE_TEXT, faults_explained
from core.storage.keys import RawKey
from core.storage.snapshot import SqliteSnapshot, page_faults, table_counts


def examine(path: Path, key: RawKey | None) -> Contents:
    """Open a file read-only, prove that it is sound and a shop's, and return what is inside.

    Raises EnvironmentFault ``backup.not_a_backup`` (no shop of this program), ``storage.newer_than_program``,
    ``backup.schema_changed`` (a trigger, view, table or guard is not as this program makes it, each named),
    ``backup.damaged``.
    """
    try:
        snapshot = SqliteSnapshot(path, key)
        try:
            with faults_explained(), snapshot.reader.connect() as connection:
                revision = _revision(connection, path)
                _refuse_changed_schema(connection, revision, path)
                fault = page_faults(connection)
                if fault is not None:
                    raise EnvironmentFault("backup.damaged", path=path.name, detail=fault)
                return contents(connection, path.name)
        finally:
            snapshot.close()
    except DBAPIError as error:
        raise EnvironmentFault("backup.damaged", path=path.name, detail=str(error.orig)) from error
    except EnvironmentFault as fault:
        if fault.code in {"storage.damaged", UNREADABLE_TEXT}:
            raise EnvironmentFault("backup.damaged", path=path.name, detail="its pages cannot be read") from fault
        if fault.code in {"storage.not_a_shop_file", "storage.empty"}:
            raise EnvironmentFault("backup.not_a_backup", path=path.name) from fault
        raise


def contents(connection: Connection, name: str) -> Contents:
    """Return what a shop's database holds.

    Raises EnvironmentFault ``backup.not_a_backup`` when it holds no shop, or one with impossible values.
    """
    node = connection.exec_driver_sql("SELECT id, code, epoch FROM node").all()
    shop = connection.exec_driver_sql("SELECT name FROM shop_profile").all()
    if len(node) != 1 or len(shop) != 1:
        raise EnvironmentFault("backup.not_a_backup", path=name)
    node_id, code, epoch = node[0]
    head = connection.exec_driver_sql(
        "SELECT seq, sha FROM audit_event WHERE node_id = ? AND epoch = ? ORDER BY seq DESC LIMIT 1", (node_id, epoch)
    ).first()
    counts = table_counts(connection)
    values: dict[str, Any] = {
        "revision": migrate.revision_of(connection),
        "shop": shop[0][0],
        "head": {
            "node_id": bytes(node_id).hex(),
            "node_code": code,
            "epoch": epoch,
            "seq": head[0] if head else 0,
            "sha": bytes(head[1]).hex() if head else "",
        },
        "events": counts["audit_event"],
        "tables": counts,
    }
    try:
        return load(Contents, values)
    except Problem as problem:
        raise EnvironmentFault("backup.not_a_backup", path=name) from problem


def head_of(connection: Connection) -> tuple[int, int]:
    """Return epoch and position of the node's newest event, (0, 0) without one."""
    row = connection.exec_driver_sql(
        "SELECT epoch, seq FROM audit_event WHERE node_id = (SELECT id FROM node) ORDER BY epoch DESC, seq DESC LIMIT 1"
    ).first()
    return (row[0], row[1]) if row else (0, 0)


def _revision(connection: Connection, path: Path) -> str:
    tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    if not {"alembic_version", "audit_event", "node", "shop_profile"} <= set(tables):
        raise EnvironmentFault("backup.not_a_backup", path=path.name)
    revisions = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    if len(revisions) != 1 or not isinstance(revisions[0], str):
        raise EnvironmentFault("backup.not_a_backup", path=path.name)
    if revisions[0] not in migrate.known_revisions():
        raise EnvironmentFault("storage.newer_than_program", revision=revisions[0][:32])
    return revisions[0]


def _refuse_changed_schema(connection: Connection, revision: str, path: Path) -> None:
    found = fingerprint.differences(connection, fingerprint.expected_schema(METADATA, revision))
    if found:
        shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
        raise EnvironmentFault("backup.schema_changed", path=path.name, objects=shown)
