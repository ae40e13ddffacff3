"""Founds shops quickly: the migrations run once in a process, and later empty files get what they built.

A shop's file without rows is the same every time, and running every migration again for every test was two thirds of
what the tests took. The program compares each file it opens with the recorded schema, so a copy that differed would
be refused there and then. Tests of the migrations themselves take ``real_migrations``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from sqlalchemy import Connection, MetaData

from core.app.schema import METADATA
from core.storage import migrate

_Build = Callable[..., None]
_REAL: Final[_Build] = migrate.build
#: Everything that has a text of its own; a full-text table makes its shadows itself.
_OBJECTS: Final = """
    FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
    AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
"""
_STATEMENTS: Final = f"SELECT sql {_OBJECTS} ORDER BY CASE type WHEN 'trigger' THEN 1 ELSE 0 END, rowid"
_TABLES: Final = f"SELECT name {_OBJECTS} AND sql LIKE 'CREATE TABLE%'"


class _Foundation:
    """What the migrations leave in an empty file: statements, and the rows of tables that have any."""

    def __init__(self) -> None:
        self._statements: list[str] = []
        self._rows: list[tuple[str, list[tuple[object, ...]]]] = []

    def build(self, connection: Connection, metadata: MetaData, revision: str = "head") -> None:
        """Build as ``migrate.build`` does, by it the first time and for all but an empty file of this program."""
        if revision != "head" or metadata is not METADATA or not _is_empty_file(connection):
            _REAL(connection, metadata, revision)
        elif self._statements:
            self._lay(connection)
        else:
            _REAL(connection, metadata, revision)
            self._note(connection)

    def _note(self, connection: Connection) -> None:
        self._statements = [sql for (sql,) in connection.exec_driver_sql(_STATEMENTS)]
        for (name,) in connection.exec_driver_sql(_TABLES).all():
            rows = [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
            if rows:
                self._rows.append((name, rows))

    def _lay(self, connection: Connection) -> None:
        raw = connection.connection.driver_connection
        assert raw is not None
        connection.exec_driver_sql("SELECT 1")  # SQLAlchemy begins its transaction with the first statement
        for sql in self._statements:
            raw.execute(sql)
        for name, rows in self._rows:
            raw.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)


def _is_empty_file(connection: Connection) -> bool:
    if connection.dialect.name != "sqlite":
        return False
    path = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
    return bool(path) and not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()


_FOUNDATION: Final = _Foundation()


@contextmanager
def quick_foundations() -> Iterator[None]:
    """Let the migrations run once for all empty files of this process."""
    with _building(_FOUNDATION.build):
        yield


@contextmanager
def real_migrations() -> Iterator[None]:
    """Let every file be built by the migrations again."""
    with _building(_REAL):
        yield


@contextmanager
def _building(build: _Build) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "build", build)
        yield
