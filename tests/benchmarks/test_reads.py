"""What the counter waits for beside saving: search, scan, papers, start; and the proof of the books."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.app.shop import Shop, open_shop, shop_file
from core.app.verify import verify
from core.catalog.model import Item, ItemBarcode
from core.inventory.queries import sale_item, search_items
from core.printing.bill_pdf import bill_pdf
from core.printing.dto import PrinterProfile
from core.printing.escpos import to_escpos
from core.printing.receipt import receipt
from core.sales.dto import BillView
from core.sales.posting import post_bill
from core.settings.dto import ShopView
from core.settings.queries import shop_view
from tests.benchmarks.files import CATALOGUE, FULL, MIDDLE, SMALL, cached_shop, copied_shop
from tests.benchmarks.generator import LAST_DAY, NOW, ShopSize
from tests.benchmarks.measuring import full_size, note
from tests.benchmarks.twins import OWNER, Twins
from tests.support.clock import TurnedClock

ROUNDS = 400
WARMUP = 40
TYPED = ("2 letters", "3 letters", "4 letters", "5 letters", "two words", "slip", "salt", "code", "barcode")


@pytest.fixture(scope="module")
def big() -> Iterator[Shop]:
    """A shop with a catalogue of 260,000 items, opened but never written in."""
    shop = open_shop(cached_shop(CATALOGUE), TurnedClock(NOW))
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def texts(big: Shop) -> dict[str, list[str]]:
    """Texts that a person might type, taken from items all over the catalogue."""
    dice = random.Random(3)
    with big.database.read() as session:
        items = session.execute(
            select(Item.name, Item.code, Item.salts, ItemBarcode.barcode).join(
                ItemBarcode, ItemBarcode.item_id == Item.id
            )
        ).all()
    chosen = dice.sample(items, WARMUP + ROUNDS)
    typed: dict[str, list[str]] = {name: [] for name in TYPED}
    for name, code, salts, barcode in chosen:
        words = name.split()
        for letters in range(2, 6):
            typed[f"{letters} letters"].append(name[:letters].lower())
        typed["two words"].append(f"{words[0][:3]} {words[-2][:2]}".lower())
        first = words[0].lower()
        typed["slip"].append(f"{first[:2]}{first[3:4]}{first[2:3]}{first[4:]} {words[-2]}")
        typed["salt"].append(str(salts).split()[0][:6].lower())
        typed["code"].append(code)
        typed["barcode"].append(barcode)
    return typed


@pytest.mark.parametrize("kind", TYPED)
def test_search(benchmark: Any, big: Shop, texts: dict[str, list[str]], kind: str) -> None:
    wanted = iter(texts[kind])
    with big.database.read() as session:
        benchmark.pedantic(
            lambda typed: search_items(session, typed, LAST_DAY),
            setup=lambda: ((next(wanted),), {}),
            rounds=WARMUP + ROUNDS,
        )
    note(benchmark, skip=WARMUP, target_p95=0.005)


def test_sale_item(benchmark: Any, big: Shop, texts: dict[str, list[str]]) -> None:
    wanted = iter(texts["barcode"])
    with big.database.read() as session:
        benchmark.pedantic(
            lambda scanned: sale_item(session, scanned, LAST_DAY),
            setup=lambda: ((next(wanted),), {}),
            rounds=WARMUP + ROUNDS,
        )
    note(benchmark, skip=WARMUP, target_p95=0.005)


@pytest.mark.parametrize("size", [SMALL, pytest.param(FULL, marks=full_size)], ids=["10k", "1.46M"])
def test_open_shop(benchmark: Any, size: ShopSize) -> None:
    folder = cached_shop(size)
    benchmark.pedantic(lambda: open_shop(folder).close(), rounds=20, warmup_rounds=1)
    note(benchmark)


@pytest.mark.parametrize("size", [SMALL, pytest.param(MIDDLE, marks=full_size)], ids=["10k", "100k"])
def test_verify(benchmark: Any, size: ShopSize) -> None:
    shop = open_shop(cached_shop(size))
    report = benchmark.pedantic(lambda: verify(shop.database, processes=os.cpu_count() or 1), rounds=2)
    shop.close()
    assert report.findings == ()
    note(benchmark, target_seconds=10 * size.bills / MIDDLE.bills if size is MIDDLE else None)


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> tuple[BillView, ShopView]:
    """A bill of four lines with the shop it was made in."""
    twins = Twins(SMALL, tmp_path_factory.mktemp("papers"), "OFF")
    with twins.shop.database.write(OWNER) as uow:
        bill = post_bill(uow, twins.next_command())
        shop = shop_view(uow.session)
    twins.close()
    return bill, shop


def test_receipt_bytes(benchmark: Any, posted: tuple[BillView, ShopView]) -> None:
    profile = PrinterProfile(columns=42, has_cutter=True, opens_drawer=True)
    benchmark.pedantic(lambda: to_escpos(receipt(*posted, 42), profile), rounds=50, warmup_rounds=2)
    note(benchmark, target_p95=0.005)


def test_bill_pdf(benchmark: Any, posted: tuple[BillView, ShopView]) -> None:
    benchmark.pedantic(lambda: bill_pdf(*posted), rounds=50, warmup_rounds=2)
    note(benchmark, target_p95=0.040)


def test_start_to_ready(benchmark: Any, tmp_path: Path) -> None:
    folder = copied_shop(SMALL, tmp_path / "shop")
    assert shop_file(folder).is_file()

    def start() -> None:
        command = [sys.executable, "-m", "tests.benchmarks.ready_window", str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            children.append(child)

    children: list[subprocess.Popen[str]] = []
    benchmark.pedantic(start, rounds=5, warmup_rounds=1)
    assert not any(child.returncode for child in children)
    note(benchmark, target_seconds=1.0)
