"""The shop's own file: SQLite by the one driver that is safe, opened in the one place that knows how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault
from core.storage.database import Database
from core.storage.faults import fault_code

#: Below this, two connections writing and checkpointing at once can drop a committed transaction (WAL-reset race).
SAFE_SQLITE = (3, 51, 3)
_PATCHED_SQLITE = frozenset({(3, 50, 7), (3, 44, 6)})

_BUSY_MILLISECONDS = 5_000
# pragma -> (value to set, value to read back)
_PRAGMAS: dict[str, tuple[str, object]] = {
    "busy_timeout": (str(_BUSY_MILLISECONDS), _BUSY_MILLISECONDS),
    "journal_mode": ("WAL", "wal"),
    # NORMAL loses acknowledged bills at a power cut
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    # without it INSERT OR REPLACE deletes a guarded row unseen
    "recursive_triggers": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
    "temp_store": ("MEMORY", 2),
}
_READERS = 4


class SqliteDatabase(Database):
    """One SQLite file in WAL mode."""

    def __init__(self, path: Path, *, clock: Clock | None = None, create: bool = False) -> None:
        """Prepare the file at ``path``; it must be there unless ``create``.

        Raises EnvironmentFault ``storage.missing`` or ``storage.sqlite_too_old``.
        """
        refuse_unsafe_sqlite()
        if not create and not path.is_file():
            raise EnvironmentFault("storage.missing", path=str(path))
        self.path = path
        super().__init__(
            _engine(path, create=create, read_only=False),
            _engine(path, create=False, read_only=True),
            clock,
        )

    @contextmanager
    def schema_change(self) -> Iterator[Connection]:
        """Open one transaction for a migration, foreign keys off inside it and checked at its end."""
        with self.writer.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys=OFF")  # cannot be switched inside a transaction
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                    if broken is not None:
                        raise EnvironmentFault("storage.migration_broke_references", table=broken[0])
            finally:
                raw.execute("PRAGMA foreign_keys=ON")


def refuse_unsafe_sqlite(version: tuple[int, int, int] = driver.sqlite_version_info) -> None:
    """Raise EnvironmentFault ``storage.sqlite_too_old`` for a SQLite that can lose a committed bill."""
    if version < SAFE_SQLITE and version not in _PATCHED_SQLITE:
        raise EnvironmentFault("storage.sqlite_too_old", version=".".join(map(str, version)))


def _engine(path: Path, *, create: bool, read_only: bool) -> Engine:
    mode = "rwc" if create else "rw"  # a reader needs write access too: WAL keeps its index in shared memory

    def open_connection() -> Any:
        try:
            connection = driver.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,  # we say BEGIN ourselves, so that a failed migration rolls back whole
                check_same_thread=False,
                timeout=_BUSY_MILLISECONDS / 1000,
            )
            _prepare(connection, read_only=read_only)
        except driver.Error as error:
            code = fault_code(str(error))
            if code is None:
                raise
            raise EnvironmentFault(code, path=str(path)) from error
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        module=driver,
        creator=open_connection,
        poolclass=QueuePool,
        pool_size=_READERS if read_only else 1,
        max_overflow=0,
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _prepare(connection: Any, *, read_only: bool) -> None:
    for pragma, (value, expected) in _PRAGMAS.items():
        connection.execute(f"PRAGMA {pragma}={value}")
        found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found != expected:
            raise EnvironmentFault("storage.pragma_refused", pragma=pragma, found=found)
    if read_only:
        connection.execute("PRAGMA query_only=ON")


def sqlite_version() -> str:
    """Return the version of the SQLite that the driver bundles."""
    return str(driver.sqlite_version)
