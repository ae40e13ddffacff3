"""A shop for stories: receives stock, bills, refuses, and proves its books."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.app.dto import CreateShop
from core.app.shop import Shop, create_shop
from core.kernel.clock import Clock

KOCHI: dict[str, Any] = {
    "shop": {
        "name": "Test Medicals",
        "address": "MG Road, Kochi 682016",
        "state": "32",
        "gstin": "32AABCT1332L1ZN",
    },
    "owner": {"username": "owner", "password": "correct horse 7"},
}


class TestShop:
    """A real shop on a real file."""

    __test__ = False

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    @classmethod
    def create(cls, folder: Path, clock: Clock) -> TestShop:
        """Found the shop of Kochi in a folder."""
        return cls(create_shop(folder, CreateShop.model_validate(KOCHI), clock))

    def close(self) -> None:
        """Close the file."""
        self.shop.close()
