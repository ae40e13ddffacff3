"""The shop's own file: SQLite by the one driver that is safe, opened in the one place that knows how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from core.kernel.actor import Actor
from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault
from core.storage.database import Database
from core.storage.faults import NOT_A_DATABASE, fault_code
from core.storage.keys import RawKey
from core.storage.placement import refuse_network_share
from core.storage.reserve import DiskReserve
from core.storage.unit_of_work import UnitOfWork

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
# what changes nothing in a file that is only looked at
_LOOKING = ("busy_timeout", "trusted_schema", "cell_size_check", "temp_store")
_READERS = 4

_PLAIN_HEADER = b"SQLite format 3\0"
_PAGE_BYTES = 4096
#: Of 256 values, how many a page of a cipher shows at least; text and most other files show far fewer.
_CIPHER_SHOWS = 235


class SqliteDatabase(Database):
    """One SQLite file in WAL mode, plain or encrypted."""

    def __init__(
        self,
        path: Path,
        *,
        key: RawKey | None = None,
        clock: Clock | None = None,
        create: bool = False,
        reserve: DiskReserve | None = None,
    ) -> None:
        """Prepare the file at ``path``, encrypted if there is a key; it must be there unless ``create``.

        Raises EnvironmentFault ``storage.missing``, ``storage.empty``, ``storage.network_share`` or
        ``storage.sqlite_too_old``; the first use raises those of ``open_file``.
        """
        refuse_unsafe_sqlite()
        refuse_network_share(path.parent)
        if not create:
            refuse_missing(path)
        self.path = path
        self.key = key
        self.reserve = reserve
        super().__init__(
            _engine(path, key, create=create, read_only=False),
            _engine(path, key, create=False, read_only=True),
            clock,
        )

    def opener(self) -> Callable[[], SqliteDatabase]:
        """Return what opens the file in another process."""
        return partial(SqliteDatabase, self.path, key=self.key)

    @contextmanager
    def write(self, actor: Actor) -> Iterator[UnitOfWork]:
        """Open a transaction for one command, as every database does; and stand up to a full disk.

        The first command that finds the disk full is refused with EnvironmentFault ``storage.disk_full_once`` and the
        reserve is released, so that the same command sent again is saved. After that ``storage.disk_full_stop``
        refuses every command that would write an event, until there is room for a reserve again; drafts are still
        saved while the disk takes them.
        """
        if self.reserve is None:
            with super().write(actor) as uow:
                yield uow
            return
        try:
            with super().write(actor) as uow:
                yield uow
                if uow.capture.closed:
                    self.reserve.refuse_if_spent()
        except EnvironmentFault as fault:
            if fault.code == "storage.disk_full" and self.reserve.release():
                raise EnvironmentFault("storage.disk_full_once") from fault
            raise
        if uow.capture.closed:
            self.reserve.saved()

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


def refuse_missing(path: Path) -> None:
    """Raise EnvironmentFault ``storage.missing``, or ``storage.empty`` for a file that a fault has cut to nothing.

    SQLite takes an empty file for a new database: the upgrade would make a shop without a past of it.
    """
    if not path.is_file():
        raise EnvironmentFault("storage.missing", path=str(path))
    if path.stat().st_size == 0:
        raise EnvironmentFault("storage.empty", path=str(path))


def remove_database(path: Path) -> None:
    """Remove a file of no worth and what SQLite keeps beside it."""
    for part in database_parts(path):
        part.unlink(missing_ok=True)


def database_parts(path: Path) -> tuple[Path, ...]:
    """Return the files that are one database: its log, the log's index, and last the file itself."""
    return (path.with_name(f"{path.name}-shm"), path.with_name(f"{path.name}-wal"), path)


def is_plain(path: Path) -> bool:
    """Say whether a file begins as a SQLite database that is not encrypted."""
    with path.open("rb") as file:
        return file.read(len(_PLAIN_HEADER)) == _PLAIN_HEADER


def looks_encrypted(path: Path) -> bool:
    """Say whether a file may be an encrypted database: whole pages of what looks like chance."""
    size = path.stat().st_size
    if size == 0 or size % _PAGE_BYTES:
        return False
    with path.open("rb") as file:
        return len(set(file.read(_PAGE_BYTES))) >= _CIPHER_SHOWS


def open_file(path: Path, key: RawKey | None, mode: str) -> Any:
    """Return a connection of the driver, its key given before anything is read. ``mode`` is SQLite's URI query.

    Raises EnvironmentFault ``key.wrong`` (this key does not open it), ``key.missing`` (it looks encrypted),
    ``storage.not_a_shop_file``, or what the driver's message means.
    """
    try:
        connection = driver.connect(
            f"{path.absolute().as_uri()}?{mode}",
            uri=True,
            isolation_level=None,  # we say BEGIN ourselves, so that a failed migration rolls back whole
            check_same_thread=False,
            timeout=_BUSY_MILLISECONDS / 1000,
        )
    except driver.Error as error:
        raise _explained(error, path, key) from error
    try:
        connection.execute("PRAGMA cipher_log_level=NONE")  # it would write to the terminal of the command line
        if key is not None:
            connection.execute(f"PRAGMA key = \"x'{key.value.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except driver.Error as error:
        connection.close()
        raise _explained(error, path, key) from error
    except UnicodeDecodeError as error:  # not even SQLite's own message can be read: it names what is damaged
        connection.close()
        raise EnvironmentFault("storage.damaged", path=str(path)) from error
    return connection


def looking_connection(path: Path, key: RawKey | None) -> Any:
    """Return a connection that reads a file nobody writes, and leaves nothing beside it."""
    connection = open_file(path, key, "mode=ro&immutable=1")
    _set(connection, _LOOKING)
    connection.execute("PRAGMA query_only=ON")
    return connection


def _explained(error: Exception, path: Path, key: RawKey | None) -> EnvironmentFault:
    message = str(error)
    if NOT_A_DATABASE in message:
        if key is not None:
            return EnvironmentFault("key.wrong", path=str(path))
        return EnvironmentFault("key.missing" if looks_encrypted(path) else "storage.not_a_shop_file", path=str(path))
    code = fault_code(message)
    if code is None:
        raise error
    return EnvironmentFault(code, path=str(path))


def _engine(path: Path, key: RawKey | None, *, create: bool, read_only: bool) -> Engine:
    mode = "mode=rwc" if create else "mode=rw"  # a reader writes too: WAL keeps its index in shared memory

    def open_connection() -> Any:
        connection = open_file(path, key, mode)
        try:
            _set(connection, _PRAGMAS)
            if read_only:
                connection.execute("PRAGMA query_only=ON")
        except driver.Error as error:
            connection.close()
            raise _explained(error, path, key) from error
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


def _set(connection: Any, names: Any) -> None:
    for pragma in names:
        value, expected = _PRAGMAS[pragma]
        connection.execute(f"PRAGMA {pragma}={value}")
        found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found != expected:
            raise EnvironmentFault("storage.pragma_refused", pragma=pragma, found=found)


def sqlite_version() -> str:
    """Return the version of the SQLite that the driver bundles."""
    return str(driver.sqlite_version)
