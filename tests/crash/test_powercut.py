"""The power goes while bills are posted: no acknowledged bill is lost, and a program that syncs less does lose some."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.app.shop import shop_file
from tests.crash.killing import crash_shop
from tests.crash.powercut import Cuts, cut_power
from tests.crash.recording import record_billing
from tests.support.clock import TurnedClock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace is Linux's")

BILLS = 30
#: A bill adds some twenty pages to the log: so it is moved into the file every few bills.
PAGES = 150


def cuts(tmp_path: Path, clock: TurnedClock, memory: Path, synchronous: str, images: int) -> Cuts:
    crash_shop(tmp_path / "shop", clock)
    file = shop_file(tmp_path / "shop")
    base = {file.name: file.read_bytes()}
    steps = record_billing(tmp_path / "shop", BILLS, synchronous=synchronous, pages=PAGES, log=tmp_path / "strace.log")
    return cut_power(base, steps, images, memory / "image")


def test_no_power_cut_loses_a_bill(tmp_path: Path, clock: TurnedClock, in_memory: Path) -> None:
    seen = cuts(tmp_path, clock, in_memory, "FULL", 200)
    assert (seen.lost, seen.broken, seen.images) == (0, 0, 200)
    assert seen.acknowledged > 1_000


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_with_less_the_same_cuts_lose_bills(
    tmp_path: Path, clock: TurnedClock, in_memory: Path, synchronous: str
) -> None:
    seen = cuts(tmp_path, clock, in_memory, synchronous, 40)
    assert seen.lost + seen.broken > 0
