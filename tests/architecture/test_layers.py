"""The import contracts hold, and each of them, planted a breach, says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT

_LINT = "from importlinter.cli import lint_imports_command as check; check()"


@dataclass(frozen=True)
class Breach:
    """Lines added to files of a copy, and the contract that must not stand them."""

    contract: str
    planted: dict[str, str]
    says: str = ""
    standing: tuple[str, ...] = field(default=())
    """Files that the breach needs, made where the project has none yet."""


BREACHES = {
    "the kernel looks up": Breach(
        "Layers of core", {"core/kernel/planted.py": "import core.sales.dto"}, standing=("core/sales/dto.py",)
    ),
    "a context looks up, lazily": Breach(
        "Layers of core",
        {"core/inventory/planted.py": "def find() -> None:\n    from core.sales import dto\n"},
        standing=("core/sales/dto.py",),
    ),
    "neighbours know each other": Breach("Layers of core", {"core/ledger/planted.py": "import core.tax.domain"}),
    "a folder has no place": Breach("Layers of core", {"core/loyalty/__init__.py": ""}, says="loyalty"),
    "core starts a program": Breach(
        "Programs stand on core and not on each other", {"core/app/planted.py": "import pos_desktop.shell"}
    ),
    "a program starts the command line": Breach(
        "Programs stand on core and not on each other", {"pos_desktop/planted.py": "import cli.bootstrap"}
    ),
    "core draws": Breach("No Qt below the desktop", {"core/storage/planted.py": "from PySide6 import QtCore"}),
    "the command line draws": Breach(
        "The command line starts the desktop but draws nothing itself",
        {"cli/planted.py": "from PySide6.QtWidgets import QApplication"},
    ),
    "a domain knows tables": Breach(
        "A domain decides from what it is given", {"core/sales/domain.py": "import sqlalchemy"}
    ),
    "a domain knows storage": Breach(
        "A domain decides from what it is given", {"core/tax/domain.py": "from core.storage import base"}
    ),
    "a presenter knows Qt": Breach(
        "Presenters know no Qt", {"pos_desktop/screens/billing/presenter.py": "from PySide6 import QtCore"}
    ),
    "a presenter knows Qt by a detour": Breach(
        "Presenters know no Qt",
        {
            "pos_desktop/widgets/planted.py": "import PySide6.QtWidgets",
            "pos_desktop/screens/billing/presenter.py": "import pos_desktop.widgets.planted",
        },
    ),
    "a view asks core": Breach(
        "Views draw what the presenter holds",
        {"pos_desktop/screens/billing/view.py": "from core.sales import queries"},
        standing=("core/sales/queries.py",),
    ),
    "a column knows tables": Breach(
        "Views draw what the presenter holds", {"pos_desktop/screens/billing/columns.py": "import sqlalchemy"}
    ),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the contracts read."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> tuple[int, list[str], str]:
    """Run import-linter as the check does. Returns its exit code, the contracts broken, and all it said."""
    done = subprocess.run(
        [sys.executable, "-c", _LINT, "--no-cache"],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    broken = [line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")]
    return done.returncode, broken, done.stdout + done.stderr


def test_the_project_keeps_every_contract(copy: Path) -> None:
    code, broken, said = lint(copy)

    assert (code, broken) == (0, []), said


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES.keys())
def test_a_breach_is_caught(copy: Path, breach: Breach) -> None:
    for path in breach.standing:
        (copy / path).touch()
    for path, text in breach.planted.items():
        file = copy / path
        file.parent.mkdir(exist_ok=True)
        (file.parent / "__init__.py").touch()
        with file.open("a", encoding="utf-8") as planted:
            planted.write(f"\n{text}\n" if text else "")

    code, broken, said = lint(copy)

    assert (code, broken) == (1, [breach.contract]), said
    assert breach.says in said
