"""Copies of the whole database at one instant, and files that are only looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

import sqlcipher3.dbapi2 as driver
from sqlalchemy import Connection, StaticPool, create_engine

from core.kernel.actor import Actor
from core.kernel.errors import EnvironmentFault
from core.storage.database import Database
from core.storage.disk import open_private, sync_path
from core.storage.faults import fault_code
from core.storage.keys import RawKey
from core.storage.sqlite import SqliteDatabase, looking_connection, open_file
from core.storage.unit_of_work import UnitOfWork

#: Instructions of SQLite's machine between two calls of the progress function.
_STEPS = 50_000


def copy_into(database: SqliteDatabase, target: Path, progress: Callable[[], None] | None = None) -> None:
    """Write the database as it stands at one instant into a new file, encrypted with the same key.

    Other connections go on writing meanwhile: the copy is one long read. ``progress`` is called now and then. The file
    is on the disk when this returns.

    Raises EnvironmentFault ``storage.disk_full``, ``storage.damaged`` and what else the driver's message means.
    """
    open_private(target).close()  # VACUUM INTO takes an empty file, and so it is private from the beginning
    connection = open_file(database.path, database.key, "mode=rw")
    try:
        if progress is not None:
            connection.set_progress_handler(lambda: _go_on(progress), _STEPS)
        connection.execute("VACUUM INTO ?", (str(target),))
    except driver.Error as error:
        code = fault_code(str(error))
        if code is None:
            raise
        raise EnvironmentFault(code, path=str(target)) from error
    finally:
        connection.close()
    sync_path(target)


def _go_on(progress: Callable[[], None]) -> int:
    progress()
    return 0


class SqliteSnapshot(Database):
    """A file that nobody writes, opened so that nothing can: a backup, or a file of unknown origin.

    ``immutable`` makes SQLite ignore journals beside the file and take no locks, so nothing is changed near it.
    """

    def __init__(self, path: Path, key: RawKey | None = None) -> None:
        """Open the file. Raises EnvironmentFault as ``core.storage.sqlite.open_file`` does."""
        self.path = path
        self.key = key
        connection = looking_connection(path, key)
        engine = create_engine("sqlite+pysqlite://", module=driver, creator=lambda: connection, poolclass=StaticPool)
        super().__init__(engine, engine)

    def opener(self) -> Callable[[], Database]:
        """Return what opens the file so in another process."""
        return partial(SqliteSnapshot, self.path, self.key)

    @contextmanager
    def write(self, actor: Actor) -> Iterator[UnitOfWork]:
        """Refuse: a snapshot is only read."""
        yield self._refuse(actor.username)

    @contextmanager
    def schema_change(self) -> Iterator[Connection]:
        """Refuse: a snapshot is only read."""
        yield self._refuse("a migration")

    def _refuse(self, who: str) -> NoReturn:
        raise AssertionError(f"{self.path} is only read, and {who} wants to write")


def page_faults(connection: Connection) -> str | None:
    """Return the first fault that SQLite finds in the pages or references of a database, None for a sound one."""
    # quick_check does not compare tables with their indexes, and most queries read what it would miss from an index
    for (found,) in connection.exec_driver_sql("PRAGMA integrity_check(1)"):
        if found != "ok":
            return str(found).replace("\n", " ")
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    return None if broken is None else f"a row of {broken[0]} refers to one of {broken[2]} that is gone"


def table_counts(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has, by name; the tables that the search index keeps for itself left out."""
    names = connection.exec_driver_sql(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    ).scalars()
    return {
        name: connection.exec_driver_sql('SELECT count(*) FROM "{}"'.format(name.replace('"', '""'))).scalar_one()
        for name in names.all()
    }
