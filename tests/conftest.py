"""Set before anything imports Qt: no display, one locale, no stray printer cache."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"
# never the key store of whoever runs the tests: without one, keys lie in files
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ.setdefault("ESCPOS_CAPABILITIES_PICKLE_DIR", tempfile.gettempdir())

from core.storage.sqlite import SqliteDatabase
from tests.support.clock import TurnedClock
from tests.support.databases import empty_sqlite, postgres_server
from tests.support.foundations import quick_foundations
from tests.support.people import cheap_secrets
from tests.support.shop import TestShop

#: 2026-11-20, half past three in the afternoon in India: what every story takes for now.
NOON = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    """What every shop begins with takes no time: its empty file, and the hash of its owner's password."""
    with quick_foundations(), cheap_secrets():
        yield


@pytest.fixture
def clock() -> TurnedClock:
    """A clock that only the test turns."""
    return TurnedClock(NOON)


@pytest.fixture
def shop(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    """A real shop in Kochi on a real file, no stock yet."""
    made = TestShop.create(tmp_path / "shop", clock)
    yield made
    made.close()


@pytest.fixture
def sqlite_database(tmp_path: Path, clock: TurnedClock) -> Iterator[SqliteDatabase]:
    """A file with the schema and nothing else."""
    database = empty_sqlite(tmp_path / "empty.db", clock)
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server of this test run's own."""
    with postgres_server() as url:
        yield url
