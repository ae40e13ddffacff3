"""Both databases: every test that asks for ``database`` runs on a SQLite file and on a PostgreSQL schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.app.dto import CreateShop
from core.app.schema import METADATA
from core.app.shop import prepare
from core.kernel.ids import new_id
from core.storage import migrate
from core.storage.database import Database
from core.storage.postgres import PostgresDatabase
from core.storage.sqlite import SqliteDatabase
from tests.support.clock import TurnedClock
from tests.support.foundations import real_migrations
from tests.support.shop import KOCHI


@pytest.fixture(autouse=True)
def _real() -> Iterator[None]:
    """Here the migrations are what is looked at."""
    with real_migrations():
        yield


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path, clock: TurnedClock) -> Iterator[Database]:
    """A database without a schema."""
    if request.param == "sqlite":
        database: Database = SqliteDatabase(tmp_path / "shop.db", clock=clock, create=True)
        yield database
    else:
        schema = f"t{new_id().hex}"
        database = PostgresDatabase(request.getfixturevalue("postgres_url"), schema, clock=clock)
        yield database
        with database.writer.begin() as connection:
            connection.execute(text(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))
    database.close()


@pytest.fixture
def bare_database(empty_database: Database) -> Database:
    """A database with the schema and no rows."""
    migrate.upgrade(empty_database, METADATA)
    return empty_database


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with a shop founded in it."""
    prepare(empty_database, CreateShop.model_validate(KOCHI))
    return empty_database
