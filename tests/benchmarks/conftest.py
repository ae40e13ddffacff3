"""Prints the table of what was measured against what is to be reached."""

from __future__ import annotations

from typing import Any

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print one line for each benchmark that noted something."""
    session = getattr(config, "_benchmarksession", None)
    rows = [_row(bench) for bench in getattr(session, "benchmarks", []) if "median" in bench.extra_info]
    if not rows:
        return
    terminalreporter.section("measured against the targets")
    head = (
        "benchmark",
        "median",
        "p95",
        "target",
        "bare",
        "ratio",
        "at most",
        "least",
        "ratio of least",
        "bytes",
        "MB",
        "MB at most",
        "kB a bill",
    )
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    for row in [head, *sorted(rows)]:
        name, *figures = (
            text.ljust(width) if n == 0 else text.rjust(width)
            for n, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        terminalreporter.write_line("  ".join([name, *figures]))


def _row(bench: Any) -> tuple[str, ...]:
    info: dict[str, float] = bench.extra_info
    target = info.get("target_p95") or info.get("target_seconds")
    return (
        bench.name.removeprefix("test_"),
        _time(info["median"]),
        _time(info["p95"]),
        _time(target),
        _time(info.get("bare")),
        f"{info['ratio']:.2f}" if "ratio" in info else "",
        f"{info['target_ratio']:g}" if "target_ratio" in info else "",
        _time(info["least"]),
        f"{info['ratio_of_least']:.2f}" if "ratio_of_least" in info else "",
        f"{info['bytes_per_bill']:.0f}" if "bytes_per_bill" in info else "",
        _share(info.get("held_bytes"), 1_000_000),
        _share(info.get("target_bytes"), 1_000_000),
        _share(info.get("grown_per_bill"), 1_000),
    )


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _share(count: float | None, of: int) -> str:
    return "" if count is None else f"{count / of:.4g}"
