"""What a line, a long bill and a busy counter cost: every time ends when the window has been painted.

A bill has two hundred lines here: as long as one gets that a hospital or a clinic has made out.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.files import CATALOGUE, copied_shop
from tests.benchmarks.fingers import Counter, stocked_items, the_application
from tests.benchmarks.measuring import note

ROUNDS = 60
WARMUP = 6
LONG = 200
#: Bills after which the memory of the program is read.
FEW, MANY = 20, 500

#: The list under the search field is a window of its own, which the plugin that draws in memory cannot raise.
pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    made = Counter(the_application(), copied_shop(CATALOGUE, tmp_path_factory.mktemp("counter") / "shop"))
    made.rests()
    yield made
    made.program.end()


@pytest.fixture(scope="module")
def codes(counter: Counter) -> list[str]:
    """Codes of items of which twenty packs stand."""
    return stocked_items(counter)


def test_pick_to_quantity(benchmark: Any, counter: Counter, codes: list[str]) -> None:
    """Enter on a hit, on bills of one to twenty-five lines."""
    wanted = iter(codes)

    def found() -> None:
        counter.empties()
        counter.seeks(next(wanted))

    benchmark.pedantic(counter.picks, setup=found, rounds=WARMUP + ROUNDS)
    note(benchmark, skip=WARMUP, target_p95=0.016)


@pytest.mark.parametrize("n", [1, 10, 50, LONG])
def test_line(benchmark: Any, counter: Counter, codes: list[str], n: int) -> None:
    """Enter on a hit until line ``n`` stands there with batch and price; it must not matter which line it is."""
    counter.fills(counter.items(codes[: n - 1]))
    wanted = iter(codes[LONG:])

    def one_less() -> None:
        if len(counter.billing.draft.lines) == n:
            counter.billing.remove_line()
        counter.settle()
        counter.seeks(next(wanted))

    benchmark.pedantic(counter.picks_to_price, setup=one_less, rounds=WARMUP + ROUNDS)
    assert len(counter.billing.draft.lines) == n
    note(benchmark, skip=WARMUP, target_p95=0.020)


def test_long_bill_open(benchmark: Any, counter: Counter, codes: list[str]) -> None:
    """Two hundred lines come at once, as where a cancelled bill is put right or a bill is repeated."""
    items = counter.items(codes[:LONG])

    def nothing() -> None:
        counter.billing.clear()
        counter.settle()

    benchmark.pedantic(counter.opens, args=(items,), setup=nothing, rounds=12)
    note(benchmark, skip=2)


@pytest.mark.parametrize("discount", ["", "5"], ids=["plain", "discounted"])
def test_long_bill_quantity(benchmark: Any, counter: Counter, codes: list[str], discount: str) -> None:
    """A digit in the quantity of line 100, and what the bill then comes to."""
    counter.fills(counter.items(codes[:LONG]))
    counter.billing.draft.discount_bill(discount)
    digits = cycle("23")

    def opened() -> tuple[tuple[str], dict[str, Any]]:
        counter.billing.edit_line(LONG // 2)
        counter.settle()
        return (next(digits),), {}

    benchmark.pedantic(counter.types_digit, setup=opened, rounds=WARMUP + ROUNDS)
    note(benchmark, skip=WARMUP, target_p95=0.020)


@pytest.mark.parametrize("n", [1, LONG])
def test_end_of_line(benchmark: Any, counter: Counter, codes: list[str], n: int) -> None:
    """Enter in the quantity of the last line: back to the search."""
    counter.fills(counter.items(codes[:n]))

    def opened() -> None:
        counter.billing.edit_line(n - 1)
        counter.settle()

    benchmark.pedantic(counter.ends_line, setup=opened, rounds=WARMUP + ROUNDS)
    note(benchmark, skip=WARMUP, target_p95=0.016)


def test_long_bill_discount(benchmark: Any, counter: Counter, codes: list[str]) -> None:
    """A digit of a discount on the whole bill, spread over two hundred lines."""
    counter.fills(counter.items(codes[:LONG]))
    digits = cycle("45")

    def opened() -> tuple[tuple[str], dict[str, Any]]:
        counter.billing.escape()
        counter.billing.discount_bill()
        counter.settle()
        return (next(digits),), {}

    benchmark.pedantic(counter.types_digit, setup=opened, rounds=WARMUP + ROUNDS)
    note(benchmark, skip=WARMUP, target_p95=0.020)


def test_long_bill_save(benchmark: Any, counter: Counter, codes: list[str]) -> None:
    """From Enter at the payment to an empty bill in the window, two hundred lines saved."""
    items = counter.items(codes[:LONG])

    def to_be_paid() -> None:
        counter.fills(items)
        counter.pays()

    benchmark.pedantic(counter.saves, setup=to_be_paid, rounds=8)
    note(benchmark, skip=2)


def test_other_place(benchmark: Any, counter: Counter, codes: list[str]) -> None:
    """Ctrl+1 and Ctrl+2, fifty lines in each place."""
    counter.fills(counter.items(codes[:50]))
    counter.goes_to(2)
    counter.fills(counter.items(codes[50:100]))
    places = cycle((1, 2))
    benchmark.pedantic(counter.goes_to, setup=lambda: ((next(places),), {}), rounds=WARMUP + ROUNDS, warmup_rounds=0)
    counter.billing.clear()
    counter.goes_to(1)
    note(benchmark, skip=WARMUP, target_p95=0.020)


def test_first_visit_of_a_place(benchmark: Any, counter: Counter, codes: list[str]) -> None:
    """A place that was not gone to before, of which there are three."""
    counter.fills(counter.items(codes[:4]))
    places = iter((3, 4, 5))

    def back() -> tuple[tuple[int], dict[str, Any]]:
        counter.goes_to(1)
        return (next(places),), {}

    counter.goes_to(2)
    benchmark.pedantic(counter.goes_to, setup=back, rounds=3)
    counter.goes_to(1)
    note(benchmark)


def test_memory(benchmark: Any, tmp_path: Path) -> None:
    """What the program holds after five hundred bills that were typed, and how much of it came with them."""
    folder = copied_shop(CATALOGUE, tmp_path / "shop")
    command = [sys.executable, "-m", "tests.benchmarks.bill_by_bill", str(folder), str(FEW), str(MANY)]
    held: list[int] = []

    def day() -> None:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        held.extend(int(line) for line in said.split())

    benchmark.pedantic(day, rounds=1)
    few, many = held
    note(benchmark, held_bytes=many, target_bytes=250_000_000, grown_per_bill=(many - few) / (MANY - FEW))
