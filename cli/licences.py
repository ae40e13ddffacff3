"""Refuses a dependency whose licence would bind the whole program.

Nuskha's own code is not copyleft and is given to shops as one frozen folder. Qt and psycopg may be under the
LGPL, because they stay replaceable there; anything under the GPL, or of unknown licence, may not come in
unseen. What is allowed stands in ``pyproject.toml``, ``[tool.nuskha.licences]``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cli.bootstrap import ROOT, lock_file

_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==", re.MULTILINE)


@dataclass(frozen=True)
class Policy:
    """What may come in: licences by name, packages that may be LGPL, packages that a person has looked at."""

    permissive: frozenset[str]
    lgpl: frozenset[str]
    reviewed: Mapping[str, str]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Policy:
        """Read it from the table in ``pyproject.toml``."""
        return cls(
            frozenset(table["permissive"]),
            frozenset(map(normalised, table["lgpl"])),
            {normalised(name): licence for name, licence in table["reviewed"].items()},
        )

    def allows(self, package: str, licence: str) -> bool:
        """Say whether a package may come in: of "OR" one is enough, of ";" and "AND" all must be."""
        name = normalised(package)
        if name in self.reviewed:
            return True
        alternatives = re.split(r"\s+OR\s+", licence)
        return any(self._allows_all(name, alternative) for alternative in alternatives)

    def _allows_all(self, name: str, licence: str) -> bool:
        lgpl = name in self.lgpl
        parts = [part.strip() for part in re.split(r";|\s+AND\s+", licence)]
        return all(part in self.permissive or (lgpl and part.startswith("LGPL-")) for part in parts)


def normalised(package: str) -> str:
    """Return a package's name as registries compare it: ``PySide6_Essentials`` is ``pyside6-essentials``."""
    return re.sub(r"[-_.]+", "-", package).lower()


def locked_packages(lock: str) -> set[str]:
    """Return the names that a lock pins."""
    return {normalised(name) for name in _PIN.findall(lock)}


def refused(found: Iterable[Mapping[str, str]], policy: Policy) -> list[str]:
    """Return a line for each package that the policy does not allow."""
    return [
        f"{entry['Name']} {entry['Version']}: {entry['License']}"
        for entry in found
        if not policy.allows(entry["Name"], entry["License"])
    ]


def main() -> int:
    """Check what the program is delivered with, the server's extra included."""
    with open(f"{ROOT}/pyproject.toml", "rb") as file:
        policy = Policy.of(tomllib.load(file)["tool"]["nuskha"]["licences"])
    with open(lock_file("runtime"), encoding="utf-8") as file:
        packages = locked_packages(file.read()) | policy.lgpl
    reader = [sys.executable, "-m", "piplicenses", "--format=json", "--with-system"]
    listing = subprocess.check_output([*reader, "--packages", *sorted(packages)], text=True)
    found: list[dict[str, str]] = json.loads(listing)
    problems = refused(found, policy)
    for line in problems:
        print(f"not allowed by [tool.nuskha.licences]: {line}")
    print(f"{len(found)} packages looked at, {len(problems)} not allowed")
    return 1 if problems or not found else 0


if __name__ == "__main__":
    sys.exit(main())
