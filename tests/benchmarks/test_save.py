"""Saving a bill of four lines, against the raw driver writing the same rows into a copy of the same file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.files import FULL, SMALL
from tests.benchmarks.generator import ShopSize
from tests.benchmarks.measuring import full_size, median, note
from tests.benchmarks.twins import Twins

ROUNDS = 400
WARMUP = 30


@pytest.mark.parametrize("synchronous", ["FULL", "OFF"])
@pytest.mark.parametrize("size", [SMALL, pytest.param(FULL, marks=full_size)], ids=["10k", "1.46M"])
def test_save_bill(benchmark: Any, tmp_path: Path, size: ShopSize, synchronous: str) -> None:
    twins = Twins(size, tmp_path, synchronous)
    before = twins.file_bytes()

    def prepare() -> tuple[tuple[Any], dict[str, Any]]:
        twins.repeat()
        return (twins.next_command(),), {}

    benchmark.pedantic(twins.save, setup=prepare, rounds=WARMUP + ROUNDS)
    grown = twins.file_bytes() - before
    twins.close()
    note(
        benchmark,
        skip=WARMUP,
        target_p95=0.015,
        bare=median(twins.raw_seconds[WARMUP:]),
        bare_least=min(twins.raw_seconds[WARMUP:]),
        target_ratio=4,
        bytes_per_bill=grown // (WARMUP + ROUNDS),
    )
