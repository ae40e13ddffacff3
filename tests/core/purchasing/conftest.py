"""A shop that buys."""

from __future__ import annotations

import pytest

from tests.core.purchasing.support import supplier
from tests.support.shop import TestShop


@pytest.fixture
def buyer(shop: TestShop) -> TestShop:
    """A shop with two items and no stock of them, and a supplier inside the state with a licence."""
    shop.adds("PCM500", name="Paracetamol 500", manufacturer="Cipla")
    shop.adds("COUGH", name="Cough Syrup", pack_label="100ML", pieces_per_pack=1, manufacturer="Cipla")
    licences = ({"number": "KL-KTM-20B-77", "valid_until": "2028-12-31"},)
    supplier(shop, gstin="32AAACK9110F1Z2", address="MG Road, Kottayam", payment_days=21, licences=licences)
    return shop
