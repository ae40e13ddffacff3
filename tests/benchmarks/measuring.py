"""What a benchmark notes beside its times: percentiles, the bare limit, the target; the table prints them."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from typing import Any

import pytest

from cli.development import BENCH_SIZE_VARIABLE

FULL_SIZE = os.environ.get(BENCH_SIZE_VARIABLE) == "full"
#: A benchmark that needs the five-year shop.
full_size = pytest.mark.skipif(not FULL_SIZE, reason="only with --size full")


def note(benchmark: Any, *, skip: int = 0, **noted: float | None) -> None:
    """Keep the 95th percentile of the times (the first ``skip`` left out), and whatever else is given.

    Known names: ``target_p95`` and ``target_seconds`` in seconds, ``bare`` and ``bare_least`` (median and least
    seconds of the bare limit), ``target_ratio`` (median over bare), ``bytes_per_bill``; of memory
    ``held_bytes``, ``target_bytes`` and ``grown_per_bill``. On a machine that does other work beside this, the least
    times compare better than the medians.
    """
    times = benchmark.stats.stats.data[skip:]
    benchmark.extra_info |= {
        "least": min(times),
        "median": median(times),
        "p95": percentile(times, 95),
        "rounds": len(times),
    }
    benchmark.extra_info |= {name: value for name, value in noted.items() if value is not None}
    if "bare" in noted:
        benchmark.extra_info["ratio"] = benchmark.extra_info["median"] / benchmark.extra_info["bare"]
    if "bare_least" in noted:
        benchmark.extra_info["ratio_of_least"] = benchmark.extra_info["least"] / benchmark.extra_info["bare_least"]


def median(times: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(times)


def percentile(times: Sequence[float], percent: int) -> float:
    """Return the value that so many percent of the times do not pass."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
