"""A shop with a year behind it, made once and only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.shop import TestShop
from tests.support.year import generated_year


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """Return the shop; nobody may write in it."""
    shop = generated_year(tmp_path_factory.mktemp("year") / "shop")
    yield shop
    shop.close()
