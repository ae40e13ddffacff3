"""What the counter waits for: saving a bill, finding an item, the bytes of a receipt, an A4 bill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.app.demo import demo_stock
from core.inventory.opening import import_items
from core.inventory.queries import search_items
from core.kernel.clock import business_date
from core.printing.bill_pdf import bill_pdf
from core.printing.dto import PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.receipt import receipt
from core.settings.queries import shop_view
from tests.conftest import NOON
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

_LINES = [(f"BENCH{n}", "0:1") for n in range(4)]


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """A demo-sized shop with four items that never run out."""
    folder: Path = tmp_path_factory.mktemp("bench")
    shop = TestShop.create(folder / "shop", TurnedClock(NOON))
    with shop.shop.database.write(shop.actor) as uow:
        import_items(uow, demo_stock(business_date(NOON)))
    for code, _ in _LINES:
        shop.receives(code, packs=100_000)
    yield shop
    shop.close()


def test_save_a_bill_of_four_lines(benchmark: Any, counter: TestShop) -> None:
    benchmark(lambda: counter.bills(*_LINES))


def test_search_as_typed(benchmark: Any, counter: TestShop) -> None:
    today: date = business_date(NOON)

    def search() -> None:
        with counter.shop.database.read() as session:
            search_items(session, "para", today)

    benchmark(search)


def test_receipt_bytes(benchmark: Any, counter: TestShop) -> None:
    bill = counter.bills(*_LINES)
    with counter.shop.database.read() as session:
        shop = shop_view(session)
    benchmark(lambda: to_escpos(receipt(bill, shop, 42), PrinterProfile(columns=42)))


def test_a4_bill(benchmark: Any, counter: TestShop) -> None:
    bill = counter.bills(*_LINES)
    with counter.shop.database.read() as session:
        shop = shop_view(session)
    benchmark(lambda: bill_pdf(bill, shop))
