"""One organisation's schema on the central PostgreSQL server: the same tables, the same core."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, text

from core.kernel.clock import Clock
from core.storage.database import Database

_SCHEMA_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class PostgresDatabase(Database):
    """A schema of a PostgreSQL database, chosen anew inside every transaction.

    A session-level ``search_path`` would leak through the pool to the next organisation.
    """

    def __init__(self, url: str, schema: str, *, clock: Clock | None = None) -> None:
        if not _SCHEMA_NAME.fullmatch(schema):
            raise ValueError(f"not a schema name: {schema!r}")
        self.schema = schema
        super().__init__(_engine(url, schema, read_only=False), _engine(url, schema, read_only=True), clock)

    @contextmanager
    def schema_change(self) -> Iterator[Connection]:
        """Open one transaction for a migration; PostgreSQL's schema changes roll back like any other."""
        with self.writer.begin() as connection:
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"'))
            yield connection
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def _engine(url: str, schema: str, *, read_only: bool) -> Engine:
    engine = create_engine(url)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT set_config('search_path', %s, true)", (schema,))
        if read_only:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    return engine
