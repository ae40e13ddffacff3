"""Whoever edits a register with another SQLite tool is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.app.verify import explain_finding
from core.catalog.dto import DrugSchedule
from core.kernel.actor import Actor, Role
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill
from tests.core.audit.test_attacks import attacked, checked
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


@pytest.fixture
def file(tmp_path: Path, clock: TurnedClock) -> Path:
    """A closed shop with three bills of an H1 drug, the last of them cancelled."""
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.receives("MOX", packs=50, schedules=frozenset({DrugSchedule.H1}))
    shop.on_duty()
    bills = [shop.bills(("MOX", "1"), dispensing=shop.prescribed()) for _ in range(3)]
    with shop.shop.database.write(Actor(None, "owner", Role.OWNER)) as uow:
        cancel_bill(uow, CancelBill(number=bills[-1].number, reason="a test"))
    shop.books_agree()
    shop.close()
    return tmp_path / "shop" / "shop.db"


_FIRST = "(SELECT id FROM bill WHERE serial = 1)"
_LAST = "(SELECT id FROM bill WHERE serial = 3)"


@pytest.mark.parametrize(
    ("statement", "code", "table"),
    [
        ("UPDATE h1_entry SET patient_name = 'Somebody' WHERE serial = 1", "verify.row_altered", "h1_entry"),
        ("UPDATE h1_entry SET units = 5 WHERE serial = 1", "verify.h1_differs", "h1_entry"),
        ("UPDATE h1_entry SET batch_number = 'B9' WHERE serial = 1", "verify.h1_differs", "h1_entry"),
        ("DELETE FROM h1_entry WHERE serial = 1", "verify.h1_differs", "h1_entry"),
        ("DELETE FROM h1_entry WHERE serial = 2", "verify.numbers_gap", "h1_entry"),
        ("DELETE FROM h1_entry WHERE voids IS NOT NULL", "verify.h1_differs", "h1_entry"),
        ("UPDATE h1_entry SET voids = 'C1H/26-27/000001' WHERE voids IS NOT NULL", "verify.h1_differs", "h1_entry"),
        ("UPDATE h1_entry SET voids = 'none' WHERE voids IS NOT NULL", "verify.h1_differs", "h1_entry"),
        (f"DELETE FROM dispensed_line WHERE bill_id = {_FIRST}", "verify.h1_differs", "h1_entry"),
        (f"UPDATE dispensed_line SET units = 9 WHERE bill_id = {_FIRST}", "verify.supply_differs", "dispensed_line"),
        (
            f"UPDATE dispensed_line SET schedules = 'H' WHERE bill_id = {_FIRST}",
            "verify.h1_differs",
            "h1_entry",
        ),
        ("UPDATE dispensing SET prescriber_name = 'Dr No' WHERE serial = 1", "verify.row_altered", "dispensing"),
        ("UPDATE dispensing SET on_date = '2026-11-19' WHERE serial = 1", "verify.supply_differs", "dispensing"),
        ("DELETE FROM dispensing WHERE serial = 2", "verify.numbers_gap", "dispensing"),
        ("UPDATE bill SET dispensing_number = NULL WHERE serial = 1", "verify.supply_differs", "dispensing"),
        (f"DELETE FROM bill WHERE id = {_FIRST}", "verify.supply_differs", "dispensing"),
        (f"DELETE FROM dispensing_void WHERE bill_id = {_LAST}", "verify.supply_differs", "dispensing_void"),
        (
            f"INSERT INTO dispensing_void SELECT {_FIRST}, on_date, at, username, reason FROM dispensing_void",
            "verify.supply_differs",
            "dispensing_void",
        ),
        ("UPDATE prescription SET repeats = 9", "verify.row_altered", "prescription"),
        ("UPDATE prescription_line SET units = 900", "verify.row_altered", "prescription_line"),
        ("DELETE FROM prescription_line", "verify.row_missing", "prescription_line"),
        ("UPDATE duty SET pharmacist_name = 'Another'", "verify.row_altered", "duty"),
        ("DELETE FROM duty", "verify.row_missing", "duty"),
        ("UPDATE pharmacist SET registration = 'KSPC 1'", "verify.row_altered", "pharmacist"),
        ("UPDATE shop_licence SET valid_to = '2099-01-01'", "verify.row_altered", "shop_licence"),
        ("UPDATE number_counter SET last = 9 WHERE series = 'C1H'", "verify.numbers_gap", "h1_entry"),
    ],
)
def test_an_edit_is_named(file: Path, clock: TurnedClock, statement: str, code: str, table: str) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    findings = checked(file).findings
    assert (code, table) in [(finding.code, finding.table) for finding in findings]
    assert all(explain_finding(finding) for finding in findings)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE pharmacist SET registration = 'KSPC 1'", "pharmacist Anitha Menon"),
        ("UPDATE prescription SET repeats = 9", "prescription of Asha"),
        ("UPDATE duty SET username = 'x'", "duty of Anitha Menon"),
        ("UPDATE h1_entry SET patient_name = 'x' WHERE serial = 1", "C1/26-27/000001"),
    ],
)
def test_a_row_is_called_what_people_call_it(file: Path, clock: TurnedClock, statement: str, name: str) -> None:
    with attacked(file, clock) as connection:
        connection.executescript(statement)
    said = [explain_finding(finding) for finding in checked(file).findings]
    assert any(name in sentence for sentence in said), said


def test_an_image_that_was_exchanged_is_named(tmp_path: Path, clock: TurnedClock) -> None:
    shop = TestShop.create(tmp_path / "shop", clock)
    shop.receives("MOX", schedules=frozenset({DrugSchedule.H}))
    shop.on_duty()
    shop.bills(("MOX", "1"), dispensing=shop.prescribed(image="/9j/AAAA"))
    shop.books_agree()
    shop.close()
    file = tmp_path / "shop" / "shop.db"
    with attacked(file, clock) as connection:
        connection.execute("UPDATE prescription_image SET content = x'ffd8ff01'")
    assert [(f.code, f.table) for f in checked(file).findings] == [("verify.row_altered", "prescription_image")]
