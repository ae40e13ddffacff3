"""What benchmarks are measured on is a shop like any other: its books hold, and it goes on billing."""

from __future__ import annotations

from pathlib import Path

from core.app.shop import open_shop
from core.app.verify import verify
from core.sales.posting import post_bill
from tests.benchmarks.generator import LAST_DAY, NOW, ShopSize, build_shop
from tests.benchmarks.twins import OWNER, bill_commands
from tests.support.clock import TurnedClock


def test_a_generated_shop_is_a_real_one(tmp_path: Path) -> None:
    build_shop(tmp_path / "shop", ShopSize(catalogue=600, stocked=200, bills=1_700))
    shop = open_shop(tmp_path / "shop", TurnedClock(NOW))
    with shop.database.write(OWNER) as uow:
        driver = uow.session.connection().connection.driver_connection
        bill = post_bill(uow, next(bill_commands(driver)))
    assert (bill.number, bill.date) == ("C1/26-27/001701", LAST_DAY)
    report = verify(shop.database)
    shop.close()
    assert report.findings == ()
    assert report.rows > 1_700 * 10
