"""Is the schema of a file the one that this program's migrations build? A planted trigger or view passes every other
check of SQLite, and acts when the next bill is posted.

What each revision looks like is recorded in ``migrations/schemas`` when it is made (see ADR 20 for why it is not built
anew at each start): the SHA-256 of every table, index, trigger and view as SQLite stores it. A revision without a
record is built in memory, which only the newest one can be relied on for.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from collections.abc import Mapping
from functools import cache

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, MetaData, StaticPool, create_engine

from core.kernel.errors import EnvironmentFault
from core.storage import migrate

Fingerprint = Mapping[str, str]

_FOLDER = "schemas"
# what SQLite itself makes when it counts for its planner
_STATISTICS = frozenset({"table sqlite_stat1", "table sqlite_stat4"})
_GUARD = "trigger guard_"


def fingerprint(connection: Connection) -> dict[str, str]:
    """Return the hash of each thing in the schema, by kind and name (``trigger guard_bill_update``)."""
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    found = {f"{row[0]} {row[1]}": _hash(row[2], row[3]) for row in rows}
    return {name: value for name, value in found.items() if name not in _STATISTICS}


def differences(connection: Connection, expected: Fingerprint) -> list[str]:
    """Return what is not as it should be, in words; empty when all is."""
    found = fingerprint(connection)
    gone = [f"{name} is gone" for name in expected if name not in found]
    changed = [f"{name} was changed" for name, value in expected.items() if found.get(name, value) != value]
    added = [f"{name} was added" for name in found if name not in expected]
    return [*gone, *changed, *added]


def refuse_changed(connection: Connection, metadata: MetaData, revision: str) -> None:
    """Compare the schema with the revision it should be.

    Raises EnvironmentFault ``storage.guards_missing`` when guards are gone or changed and nothing else,
    ``storage.schema_changed`` for anything else.
    """
    found = differences(connection, expected_schema(metadata, revision))
    if not found:
        return
    if all(line.startswith(_GUARD) and not line.endswith(" added") for line in found):
        raise EnvironmentFault("storage.guards_missing", guards=", ".join(found))
    raise EnvironmentFault("storage.schema_changed", objects=", ".join(found))


def expected_schema(metadata: MetaData, revision: str) -> Fingerprint:
    """Return what a revision looks like: as recorded, else built in memory."""
    return recorded(revision) or build_schema(metadata, revision)


@cache
def recorded(revision: str) -> Fingerprint | None:
    """Return the record of a revision that came with the program, None where there is none."""
    record = importlib.resources.files("migrations").joinpath(_FOLDER, f"{revision}.json")
    if not record.is_file():
        return None
    loaded: dict[str, str] = json.loads(record.read_bytes())
    return loaded


def build_schema(metadata: MetaData, revision: str) -> Fingerprint:
    """Build a revision in memory and return what it looks like (50 ms and Alembic's import)."""
    engine = create_engine(
        "sqlite+pysqlite://",
        module=driver,
        creator=lambda: driver.connect(":memory:", isolation_level=None, check_same_thread=False),
        poolclass=StaticPool,
    )
    try:
        with engine.connect() as connection:
            migrate.build(connection, metadata, revision)
            return fingerprint(connection)
    finally:
        engine.dispose()


def _hash(table: str, sql: str | None) -> str:
    return hashlib.sha256(f"{table}\n{sql}".encode()).hexdigest()[:32]
