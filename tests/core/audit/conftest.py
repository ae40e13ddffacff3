"""Shops on both databases, with cheap secrets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.storage.conftest import database, empty_database
from tests.support.people import cheap_secrets

__all__ = ["database", "empty_database"]


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    with cheap_secrets():
        yield
