"""What a report takes: its first page on the screen, and a whole file of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.app.exporting import FileForm, Wish, export_report
from core.app.shop import Shop, open_shop
from core.catalog.model import Item
from core.inventory.model import Batch, StockBalance
from core.reporting.registry import REPORTS
from core.reporting.running import open_report, read_page
from tests.benchmarks.files import FULL, SMALL, cached_shop
from tests.benchmarks.generator import LAST_DAY, NOW
from tests.benchmarks.measuring import FULL_SIZE, note
from tests.benchmarks.twins import OWNER
from tests.support.clock import TurnedClock

#: The last day that has bills: what "today" is for somebody who looks in the evening.
_TODAY = LAST_DAY.replace(day=LAST_DAY.day - 1)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """The five-year shop, or the small one; nobody writes in it."""
    opened = open_shop(cached_shop(FULL if FULL_SIZE else SMALL), TurnedClock(NOW))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def answers(shop: Shop) -> Mapping[str, str]:
    """What is answered where a report asks for something: the item with most batches, the cash account."""
    with shop.database.read() as session:
        code, batch = session.execute(
            select(Item.code, Batch.number)
            .join(Batch, Batch.item_id == Item.id)
            .join(StockBalance, StockBalance.item_id == Item.id)
            .where(StockBalance.units > 0)
            .order_by(Item.code, Batch.number)
            .limit(1)
        ).one()
    return {"item": code, "batch": batch, "account": "cash"}


@pytest.mark.parametrize("name", REPORTS)
def test_first_page(benchmark: Any, shop: Shop, answers: Mapping[str, str], name: str) -> None:
    """From the question to the rows of the first page, as the report opens."""
    wanted = {
        parameter.id: answers[parameter.id]
        for parameter in REPORTS[name].parameters
        if parameter.required and parameter.id in answers
    }

    def page() -> None:
        with shop.database.read() as session:
            read_page(open_report(session, OWNER, name, wanted, _TODAY), session, limit=100)

    benchmark.pedantic(page, rounds=10, warmup_rounds=1)
    note(benchmark, target_p95=0.100)


@pytest.mark.parametrize("form", [FileForm.XLSX, FileForm.CSV])
def test_file_of_50k_rows(benchmark: Any, shop: Shop, tmp_path: Path, form: FileForm) -> None:
    """The bills of two months (of the small shop: all 10,000), as a window has them written."""
    wish = Wish("bills", {"from": "2026-09-18", "to": _TODAY.isoformat()})
    clock = TurnedClock(NOW)
    rows = benchmark.pedantic(
        lambda: export_report(shop, clock, OWNER, wish, form, tmp_path / f"bills.{form}"), rounds=1
    )
    assert rows > 9_000
    note(benchmark, target_seconds=10.0)
