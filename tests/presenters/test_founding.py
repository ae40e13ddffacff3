"""What the wizard asked for is made: a real shop on a real file, with its stock, or nothing at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.app.demo_shop import demo_command
from core.app.dto import CreateShop
from core.app.shop import has_shop
from core.app.verify import verify
from core.inventory.queries import search_items
from core.kernel.errors import RuleBroken
from core.settings.queries import shop_view
from pos_desktop.screens.first_start.form import StockSource
from pos_desktop.screens.first_start.founding import found_shop
from pos_desktop.screens.first_start.presenter import Founding
from pos_desktop.screens.first_start.stock_file import look_at_file
from tests.support.clock import TurnedClock
from tests.support.shop import KOCHI

COMMAND = CreateShop.model_validate(KOCHI)
HEADER = "code,name,pack,hsn,gst_percent,batch,expiry,mrp,purchase_rate,quantity,colour\n"
GOOD = "PCM500,Paracetamol 500,10's,3004,5,A1,12/2028,25.65,18,40,white\n"
BAD = "AMX500,Amoxycillin 500,10's,3004,5,,12/2028,90,60,10,red\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "stock.csv"
    made.write_text(HEADER + GOOD + BAD)
    return made


def test_a_file_is_summed_up(file: Path) -> None:
    summary = look_at_file(file, date(2026, 11, 20))

    assert (summary.items, summary.batches, summary.bad_lines) == (1, 1, 1)
    assert summary.ignored_columns == ("colour",)
    assert summary.problems[0].startswith("3: A drug in stock needs its batch number")


def test_an_empty_shop(tmp_path: Path, clock: TurnedClock) -> None:
    said: list[str] = []
    shop = found_shop(tmp_path / "shop", Founding(COMMAND), clock, said.append)

    with shop.database.read() as session:
        assert shop_view(session).name == "Test Medicals"
    assert said
    assert verify(shop.database).holds
    shop.close()


def test_a_shop_with_the_stock_of_a_file(tmp_path: Path, clock: TurnedClock, file: Path) -> None:
    founding = Founding(COMMAND, StockSource.FILE, file, skip_bad=True)
    shop = found_shop(tmp_path / "shop", founding, clock, lambda _: None)

    with shop.database.read() as session:
        hits = search_items(session, "paracetamol", clock.now().date())
    assert [(hit.name, hit.stock_units) for hit in hits] == [("Paracetamol 500", 400)]
    assert verify(shop.database).holds
    shop.close()


def test_a_bad_line_stops_all_of_it(tmp_path: Path, clock: TurnedClock, file: Path) -> None:
    with pytest.raises(RuleBroken, match=r"items\.bad_rows"):
        found_shop(tmp_path / "shop", Founding(COMMAND, StockSource.FILE, file), clock, lambda _: None)

    assert not has_shop(tmp_path / "shop")


def test_a_demo_shop_is_marked_and_stocked(tmp_path: Path, clock: TurnedClock) -> None:
    shop = found_shop(tmp_path / "shop", Founding(demo_command(), StockSource.DEMO), clock, lambda _: None)

    with shop.database.read() as session:
        assert shop_view(session).is_demo
        assert search_items(session, "paracetamol", clock.now().date())
    shop.close()
