"""Every file of the project keeps the conventions; and each rule, shown a breach, finds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.sources import PACKAGES, ROOT, Rule, Source, sources


def _name(value: object) -> str | None:
    return getattr(value, "__name__", None)


@pytest.mark.parametrize("rule", rules.ALL, ids=_name)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    assert not [breach for source in sources() for breach in rule(source)]


BREACHES: list[tuple[Rule, str, str]] = [
    (rules.only_storage_commits, "core/sales/posting.py", "session.commit()"),
    (rules.only_storage_commits, "core/app/shop.py", "uow.session.connection().commit()"),
    (rules.only_the_clock_tells_time, "core/sales/posting.py", "at = datetime.now(UTC)"),
    (rules.only_the_clock_tells_time, "cli/bill.py", "at = datetime.datetime.utcnow()"),
    (rules.only_the_clock_tells_time, "pos_desktop/shell/window.py", "today = date.today()"),
    (rules.only_the_clock_tells_time, "core/audit/log.py", "at = time.time()"),
    (rules.only_the_clock_tells_time, "core/audit/log.py", "from time import time"),
    (rules.only_the_clock_tells_time, "core/audit/queries.py", "select(func.now())"),
    (rules.amounts_are_whole_numbers, "core/tax/domain.py", "rate = 0.05"),
    (rules.amounts_are_whole_numbers, "core/kernel/money.py", "amount = float(text)"),
    (rules.amounts_are_whole_numbers, "core/sales/drafting.py", "def price(mrp: float) -> int: ..."),
    (rules.amounts_are_whole_numbers, "core/inventory/domain.py", "packs = units / size"),
    (rules.amounts_are_whole_numbers, "core/ledger/posting.py", "paise /= 2"),
    (rules.amounts_are_whole_numbers, "core/sales/drafting.py", "total = round(paise, -2)"),
    (rules.domains_import_only_the_kernel, "core/sales/domain.py", "from core.tax.domain import carve"),
    (rules.domains_import_only_the_kernel, "core/sales/hold/domain.py", "import sqlalchemy"),
    (
        rules.domains_import_only_the_kernel,
        "core/sales/domain.py",
        "def f():\n    from core.sales import dto",
    ),
    (rules.programs_use_contexts_by_their_face, "cli/bill.py", "from core.sales.model import Bill"),
    (
        rules.programs_use_contexts_by_their_face,
        "pos_desktop/runtime/lanes.py",
        "from core.sales import domain",
    ),
    (rules.programs_use_contexts_by_their_face, "cli/bill.py", "import core.sales.hold.repo"),
    (
        rules.views_import_only_what_they_draw,
        "pos_desktop/screens/billing/view.py",
        "import core.sales.posting",
    ),
    (rules.views_import_only_what_they_draw, "pos_desktop/screens/a/columns.py", "from core.app import shop"),
    (rules.only_storage_updates_and_deletes, "core/sales/posting.py", "from sqlalchemy import update"),
    (
        rules.only_storage_updates_and_deletes,
        "core/sales/posting.py",
        "import sqlalchemy as sa\nsa.delete(Bill)",
    ),
    (rules.only_storage_updates_and_deletes, "core/sales/posting.py", "Bill.__table__.update()"),
    (rules.no_fault_is_swallowed, "core/app/shop.py", "try:\n    go()\nexcept Exception:\n    pass"),
    (rules.no_fault_is_swallowed, "core/app/shop.py", "try:\n    go()\nexcept:\n    ..."),
    (
        rules.no_fault_is_swallowed,
        "core/app/shop.py",
        "try:\n    go()\nexcept (OSError, Exception):\n    pass",
    ),
    (rules.no_fault_is_swallowed, "cli/bill.py", "with contextlib.suppress(Exception):\n    go()"),
    (rules.bootstrap_needs_nothing_installed, "cli/bootstrap.py", "import typer"),
    (rules.bootstrap_needs_nothing_installed, "cli/environment.py", "from core.kernel import version"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES, ids=_name)
def test_the_rule_finds_a_breach(rule: Rule, path: str, text: str) -> None:
    breaches = list(rule(Source.of(path, text)))

    assert len(breaches) == 1
    assert breaches[0].startswith(f"{path}:")


ALLOWED: list[tuple[Rule, str, str]] = [
    (rules.only_storage_commits, "core/storage/database.py", "session.commit()"),
    (rules.only_the_clock_tells_time, "core/kernel/clock.py", "datetime.now(UTC)"),
    (rules.only_the_clock_tells_time, "core/sales/posting.py", "uow.clock.now()\nstarted = time.monotonic()"),
    (rules.amounts_are_whole_numbers, "core/sales/drafting.py", "paise = 7 // 2\npath = folder / 'bill.pdf'"),
    (rules.amounts_are_whole_numbers, "core/printing/paper.py", "width = 72.1 / 2"),
    (
        rules.domains_import_only_the_kernel,
        "core/sales/domain.py",
        "import enum\nfrom core.kernel.money import Money",
    ),
    (rules.domains_import_only_the_kernel, "core/sales/posting.py", "from core.tax.domain import carve"),
    (rules.programs_use_contexts_by_their_face, "cli/bill.py", "from core.sales.dto import BillView"),
    (rules.views_import_only_what_they_draw, "pos_desktop/screens/a/view.py", "from core.sales import dto"),
    (
        rules.views_import_only_what_they_draw,
        "pos_desktop/screens/a/presenter.py",
        "from core.sales import posting",
    ),
    (rules.only_storage_updates_and_deletes, "core/audit/log.py", "digest.update(b'')\nvalues.update(a=1)"),
    (rules.no_fault_is_swallowed, "core/app/shop.py", "try:\n    go()\nexcept FileNotFoundError:\n    pass"),
    (
        rules.no_fault_is_swallowed,
        "core/app/shop.py",
        "try:\n    go()\nexcept Exception:\n    log.exception('')",
    ),
    (
        rules.bootstrap_needs_nothing_installed,
        "cli/development.py",
        "from cli.bootstrap import ROOT\nimport os",
    ),
]


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED, ids=_name)
def test_the_rule_lets_pass_what_is_right(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(Source.of(path, text)))


def test_each_rule_is_shown_a_breach() -> None:
    assert {rule for rule, _, _ in BREACHES} == set(rules.ALL)


def full_package_files(folder: Path) -> list[str]:
    """Return each ``__init__.py`` with something in it: import contracts do not see what stands there."""
    return [str(file) for file in folder.rglob("__init__.py") if file.read_bytes()]


def folders_without_package_file(folder: Path) -> list[str]:
    """Return each folder of Python files without an ``__init__.py``: import contracts do not see into it."""
    folders = {file.parent for file in folder.rglob("*.py")}
    return [str(found) for found in sorted(folders) if not (found / "__init__.py").is_file()]


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_seen_by_the_contracts(package: str) -> None:
    assert not full_package_files(ROOT / package)
    assert not folders_without_package_file(ROOT / package)


def test_a_hidden_folder_and_a_full_package_file_are_found(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "module.py").touch()
    (tmp_path / "__init__.py").write_text("import os\n", "utf-8")

    assert full_package_files(tmp_path) == [str(tmp_path / "__init__.py")]
    assert folders_without_package_file(tmp_path) == [str(hidden)]
