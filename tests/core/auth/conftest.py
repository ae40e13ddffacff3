"""Doors of shops on both databases, with cheap secrets and a machine that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.auth.login import Door
from core.storage.database import Database
from tests.core.storage.conftest import database, empty_database
from tests.support.people import cheap_secrets
from tests.support.uptime import TurnedUptime

__all__ = ["database", "empty_database"]


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    with cheap_secrets():
        yield


@pytest.fixture
def uptime() -> TurnedUptime:
    """The machine's uptime: an hour when the story begins."""
    return TurnedUptime()


@pytest.fixture
def door(database: Database, uptime: TurnedUptime) -> Door:
    """The door of a shop founded in a database of either kind."""
    return Door(database, uptime)
