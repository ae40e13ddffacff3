"""What a developer and CI run: every test, every check, the benchmarks, the faults."""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Sequence

from cli import system_packages
from cli.bootstrap import ROOT, VENV_PYTHON, become, ensure_environment, say

BENCH_SIZE_VARIABLE = "NUSKHA_BENCH_SIZE"

#: What pytest exits with when a name matches no test.
_NOTHING_COLLECTED = 5

_CHECKS = {
    "format": ["-m", "ruff", "format", "--check"],
    "lint": ["-m", "ruff", "check"],
    "types": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command as check; check()"],
    "dependencies": ["-m", "deptry", "."],
    "licences": ["-m", "cli.licences"],
}


def run(command: str, arguments: Sequence[str]) -> int:
    """Run one of the development commands and return its exit code. Raises SetUpFailed."""
    position = arguments.index(command)
    rest = [*arguments[:position], *arguments[position + 1 :]]
    os.chdir(ROOT)
    if command == "test":
        return _test(rest)
    if command == "bench":
        return _bench(rest)
    if command == "harden":
        return _harden(rest)
    return _check(rest)


def _test(arguments: Sequence[str]) -> int:
    """Every test, on every core; a person's own arguments come last and so win."""
    ensure_environment("dev")
    system_packages.ensure_for_tests()
    return _pytest(["-n", "auto", "--dist", "loadgroup", *arguments])


def _check(arguments: Sequence[str]) -> int:
    """All checks even after one has failed: a developer mends several at once."""
    parser = argparse.ArgumentParser(prog="nuskha check", description="Every check CI runs.")
    parser.add_argument("only", nargs="*", metavar="CHECK", help=f"only these of: {', '.join(_CHECKS)}")
    only: list[str] = parser.parse_args(arguments).only
    if unknown := [name for name in only if name not in _CHECKS]:
        parser.error(f"there is no check {unknown[0]}; there are {', '.join(_CHECKS)}")
    ensure_environment("dev")
    failed = []
    for name in only or _CHECKS:
        say(f"--- {name}")
        if subprocess.call([VENV_PYTHON, *_CHECKS[name]], cwd=ROOT, env=_variables()) != 0:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed")
    return 1 if failed else 0


def _bench(arguments: Sequence[str]) -> int:
    """Benchmarks one after the other, for a figure taken beside another test says nothing."""
    parser = argparse.ArgumentParser(prog="nuskha bench", description="A table, and out/bench.json.")
    parser.add_argument("name", nargs="?", help="only those whose name matches, as pytest -k does")
    parser.add_argument("--size", choices=["small", "full"], default="small", help="how big the shop is")
    chosen = parser.parse_args(arguments)
    ensure_environment("dev")
    system_packages.ensure_for_tests()
    os.makedirs("out", exist_ok=True)
    options = [
        "tests/benchmarks",
        # in place of the project's own options, which leave the benchmarks out
        "--override-ini=addopts=-ra --strict-markers --strict-config",
        "--benchmark-only",
        "--benchmark-json=out/bench.json",
        "--benchmark-columns=min,median,max,stddev,rounds",
        "--benchmark-sort=name",
    ]
    if chosen.name:
        look = [VENV_PYTHON, "-m", "pytest", options[0], "-k", chosen.name, "--collect-only", "-q"]
        options += ["-k", chosen.name]
        if subprocess.call(look, env=_variables(), stdout=subprocess.DEVNULL) == _NOTHING_COLLECTED:
            parser.error(f"no benchmark is called {chosen.name}; without a name all of them run")
    return _pytest(options, {BENCH_SIZE_VARIABLE: chosen.size})


def _harden(arguments: Sequence[str]) -> int:
    """Every fault at full count, and a report under docs."""
    ensure_environment("dev")
    system_packages.ensure_for_tests()
    return become([VENV_PYTHON, "-m", "tests.crash.harden", *arguments], _variables())


def _pytest(options: Sequence[str], more: dict[str, str] | None = None) -> int:
    return become([VENV_PYTHON, "-m", "pytest", *options], _variables() | (more or {}))


def _variables() -> dict[str, str]:
    """The same locale everywhere, so that a test cannot pass by grace of the developer's own."""
    return os.environ | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
