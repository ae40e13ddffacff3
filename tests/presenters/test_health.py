"""Backup and health without a window, over a real shop: facts, backups, proofs, checks, folder, sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as driver

from core.app.backups.creating import back_up
from core.app.backups.folder import backups_folder, choose_second_folder, list_backups, second_folder
from core.app.backups.manifest import Reason
from core.app.backups.state import read_state
from core.app.recovery import note_sheet_kept
from core.kernel.actor import Actor, Role
from core.kernel.errors import EnvironmentFault
from core.storage.migrate import head_revision
from pos_desktop.screens.health.state import Panel
from pos_desktop.shell.tone import Tone
from tests.support.care import Desk
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


@pytest.fixture
def at(shop: TestShop) -> Desk:
    return Desk(shop)


@pytest.fixture
def encrypted(tmp_path: Path, clock: TurnedClock) -> Iterator[TestShop]:
    shop = TestShop.create(tmp_path / "encrypted", clock, encrypt=True)
    yield shop
    shop.close()


def damage(path: Path) -> None:
    """Flip a byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)


# --- facts -----------------------------------------------------------------------------------------------------------


def test_a_new_shop_says_that_it_has_no_backup(at: Desk) -> None:
    assert not at.desk.is_well
    assert [(each.tone, each.text) for each in at.desk.problems] == [
        (Tone.WARNING, "There is no backup yet: make one now.")
    ]
    assert at.facts(0)["Encryption"] == "none OFF"
    assert at.facts(1) == {
        "Last backup": "never",
        "Last proven restore": "never",
        "Second folder": "none",
        "Kept": "0 backups",
    }
    assert at.facts(2)["Books"] == "not checked since the start"


def test_the_file_is_named_with_its_size(at: Desk, shop: TestShop) -> None:
    facts = at.facts(0)

    assert facts["File"] == str(shop.shop.database.path)
    assert facts["Size"].endswith(("kB", "MB"))
    assert facts["Schema"] == head_revision()


def test_an_encrypted_shop_is_not_well_before_its_sheet_is_confirmed(encrypted: TestShop, clock: TurnedClock) -> None:
    at = Desk(encrypted)
    at.desk.back_up()
    at.desk.prove()
    key = encrypted.shop.database.key
    assert key is not None
    assert at.facts(0)["Encryption"] == f"key {key.id} ON"
    assert at.facts(0)["Recovery sheet"] == "not confirmed CONFIRM: F9"
    assert not at.desk.is_well

    note_sheet_kept(encrypted.shop.folder, key.id, clock)
    at.desk.read()
    assert at.facts(0)["Recovery sheet"] == "confirmed 20-11-2026 15:30"
    assert at.desk.is_well


# --- backups ---------------------------------------------------------------------------------------------------------


def test_a_backup_by_hand_is_listed_at_once(at: Desk, clock: TurnedClock) -> None:
    at.desk.back_up()
    clock.turn(hours=2)
    at.desk.read()

    (row,) = at.desk.rows
    assert (row.made_at, row.age, row.reason, row.entries, row.proved) == (
        "20-11-2026 15:30",
        "2 h",
        "by hand",
        "1",
        "",
    )
    assert at.facts(1)["Last backup"] == "2 h ago, 20-11-2026 15:30"
    assert at.facts(1)["Kept"] == "1 backup"
    assert at.said().startswith("The backup C1-2026-11-20-153000.db is made and opens (")


def test_a_second_folder_that_fails_is_said_with_the_backup(at: Desk, shop: TestShop, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    choose_second_folder(shop.shop.folder, stick)
    stick.rmdir()
    at.desk.back_up()

    assert at.desk.said is not None
    assert at.desk.said.tone is Tone.WARNING
    assert "The second copy was not made" in at.said()
    assert at.facts(1)["Second folder"] == f"{stick} FAILED 1"


def test_two_failures_in_a_row_are_counted_and_the_third_that_works_ends_them(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.app.backups.creating.free_bytes", lambda _: 0)
    at.desk.back_up()
    at.desk.back_up()
    assert "too little room" in at.said()
    assert at.facts(1)["Last backup"] == "never FAILED 2"

    monkeypatch.undo()
    at.desk.back_up()
    assert "FAILED" not in at.facts(1)["Last backup"]


def test_the_chosen_backup_is_proved(at: Desk, shop: TestShop, clock: TurnedClock) -> None:
    at.desk.back_up()
    clock.turn(hours=1)
    shop.receives("PCM500", packs=1)
    at.desk.back_up()
    at.desk.choose(1)
    at.desk.prove()

    assert [bool(row.proved) for row in at.desk.rows] == [False, True]
    assert at.desk.chosen == 1
    assert at.said().startswith("Proved: C1-2026-11-20-153000.db can be restored")
    assert at.facts(1)["Last proven restore"] == "never"  # that is the newest one's
    at.desk.choose(0)
    at.desk.prove()
    assert at.facts(1)["Last proven restore"] == "0 min ago, 20-11-2026 16:30"


def test_a_damaged_old_backup_is_marked_and_makes_no_alarm(at: Desk, shop: TestShop, clock: TurnedClock) -> None:
    at.desk.back_up()
    clock.turn(hours=1)
    at.desk.back_up()
    damage(at.desk.found.backups[1].path)  # type: ignore[union-attr]  # it was read
    at.desk.choose(1)
    at.desk.prove()

    row = at.desk.rows[1]
    assert "C1-2026-11-20-153000.db" in row.problem
    assert at.said() == row.problem
    assert not read_state(backups_folder(shop.shop.folder)).alarm


def test_a_damaged_newest_backup_is_an_alarm(at: Desk, shop: TestShop) -> None:
    at.desk.back_up()
    damage(list_backups(backups_folder(shop.shop.folder))[0].path)
    at.desk.prove()

    assert read_state(backups_folder(shop.shop.folder)).alarm
    assert at.facts(1)["Last proven restore"] == "never FAILED"


def test_without_a_backup_there_is_nothing_to_prove(at: Desk) -> None:
    at.desk.prove()
    assert at.said() == "There is no backup to prove: make one first (F5)."


def test_one_thing_goes_on_at_a_time(at: Desk) -> None:
    at.background.holds = True
    at.desk.back_up()
    at.desk.back_up()
    at.desk.check()
    at.desk.open_folder()
    at.desk.restore()
    assert (len(at.background.waiting), at.desk.panel, at.restores) == (1, Panel.FACTS, [])
    assert at.desk.running is not None
    assert not at.desk.running.can_stop

    at.background.answer()
    assert at.desk.running is None


# --- checks ----------------------------------------------------------------------------------------------------------


def test_file_and_books_are_checked(at: Desk, shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    shop.bills(("PCM500", "2"))
    at.desk.check()

    assert at.said().startswith("File and books hold: 3 entries and ")
    assert at.facts(2)["File"] == "20-11-2026 15:30 HOLDS"
    assert at.facts(2)["Books"] == "20-11-2026 15:30 HOLDS"


def test_what_does_not_hold_is_named(at: Desk, shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    shop.bills(("PCM500", "2"))
    connection = driver.connect(str(shop.shop.database.path), isolation_level=None)
    trigger = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'guard_bill_update'").fetchone()[0]
    connection.execute("DROP TRIGGER guard_bill_update")
    connection.execute("UPDATE bill SET total_paise = total_paise - 100")
    connection.execute(trigger)
    connection.close()
    at.desk.check()

    assert at.desk.said is not None
    assert at.desk.said.tone is Tone.DANGER
    assert "Something does not hold" in at.said()
    assert at.facts(2)["Books"].endswith("DOES NOT HOLD")
    assert not at.desk.is_well
    assert at.desk.found is not None
    codes = [problem.code for problem in at.desk.found.health.problems]
    assert "health.check_failed_often" in codes, "it was read again"
    assert not any("faults in the books" in problem.text for problem in at.desk.problems), "the banner says it"


def test_a_check_can_be_stopped(at: Desk) -> None:
    at.background.holds = True
    at.desk.check()
    assert at.desk.running is not None
    assert at.desk.running.can_stop
    at.desk.escape()
    at.background.answer()

    assert at.said() == "The check was stopped; nothing was changed."
    assert at.desk.checked is None
    assert at.desk.can_do


def test_leaving_the_shop_stops_a_check(at: Desk) -> None:
    at.background.holds = True
    at.desk.check()
    at.desk.end()
    at.background.answer()

    assert at.desk.checked is None


def test_an_odd_clock_is_confirmed(at: Desk, shop: TestShop, clock: TurnedClock) -> None:
    clock.turn(days=40)
    at.desk.confirm_clock()
    assert at.said() == ""  # nobody looked since
    at.desk.read()
    assert at.desk.clock_is_odd
    at.desk.confirm_clock()

    assert at.said() == "The clock is confirmed; entries go on from it."
    assert not at.desk.clock_is_odd


# --- second folder ---------------------------------------------------------------------------------------------------


def test_a_second_folder_is_chosen_and_given_up(at: Desk, shop: TestShop, tmp_path: Path) -> None:
    at.desk.open_folder()
    at.desk.use_folder()
    assert at.desk.folder_problem.startswith("Type or choose")
    at.desk.type_folder(str(tmp_path / "gone"))
    at.desk.use_folder()
    assert "is not there" in at.desk.folder_problem
    assert at.desk.panel is Panel.FOLDER

    at.desk.type_folder(str(tmp_path))
    at.desk.use_folder()
    assert (at.desk.panel, second_folder(shop.shop.folder)) == (Panel.FACTS, tmp_path)
    at.desk.open_folder()
    assert at.desk.folder == str(tmp_path)
    at.desk.use_no_folder()
    assert second_folder(shop.shop.folder) is None


def test_esc_leaves_the_folder_as_it_was(at: Desk, shop: TestShop, tmp_path: Path) -> None:
    at.desk.open_folder()
    at.desk.type_folder(str(tmp_path))
    at.desk.escape()

    assert (at.desk.panel, second_folder(shop.shop.folder)) == (Panel.FACTS, None)


# --- recovery sheet --------------------------------------------------------------------------------------------------


def test_a_plain_shop_has_no_sheet(at: Desk) -> None:
    at.desk.open_sheet()

    assert "no recovery sheet" in at.said()
    assert at.desk.panel is Panel.FACTS


def test_the_sheet_is_shown_and_forgotten_when_one_leaves(encrypted: TestShop) -> None:
    at = Desk(encrypted)
    key = encrypted.shop.database.key
    assert key is not None
    at.desk.open_sheet()
    assert at.desk.panel is Panel.SHEET
    assert "-".join(at.desk.sheet.groups) == key.recovery_code

    at.desk.leave()
    assert (at.desk.panel, at.desk.sheet.sheet) == (Panel.FACTS, None)


def test_the_sheet_is_confirmed_here_too(encrypted: TestShop) -> None:
    at = Desk(encrypted)
    at.desk.open_sheet()
    group = at.desk.sheet.groups[at.desk.sheet.asked_group - 1]
    at.desk.sheet.next()
    at.desk.escape()  # shows the code again, does not leave
    assert at.desk.sheet.sheet is not None
    at.desk.sheet.next()
    at.desk.sheet.type(group)
    at.desk.sheet.next()

    assert at.desk.can_do
    assert at.said().startswith("The recovery sheet is confirmed.")


# --- rights and restore ----------------------------------------------------------------------------------------------


def test_who_lost_the_right_is_refused_by_core(shop: TestShop) -> None:
    at = Desk(shop, Actor(None, "cashier", Role.CASHIER))

    assert at.desk.found is None
    assert "may not" in at.said() or "not allowed" in at.said()


def test_restore_gets_the_chosen_backup(at: Desk, shop: TestShop) -> None:
    at.desk.restore()
    at.desk.back_up()
    at.desk.restore()
    assert at.restores == ["", str(list_backups(backups_folder(shop.shop.folder))[0].path)]

    without = Desk(shop, may_restore=False)
    without.desk.restore()
    without.desk.open_sheet()
    assert (without.restores, without.desk.panel) == ([], Panel.FACTS)


def test_a_bug_is_reported_and_the_screen_goes_on(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall_over(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pos_desktop.screens.health.work.back_up_beside", fall_over)
    at.desk.back_up()

    assert [type(bug) for bug in at.bugs] == [ZeroDivisionError]
    assert at.desk.can_do


def test_a_backup_made_elsewhere_keeps_the_choice(at: Desk, shop: TestShop, clock: TurnedClock) -> None:
    for _ in range(2):
        at.desk.back_up()
        clock.turn(hours=1)
    at.desk.choose(1)
    chosen = at.desk.chosen_backup
    shop.receives("PCM500", packs=1)
    back_up(shop.shop.database, shop.shop.folder, Reason.HALF_HOUR, clock)
    at.desk.read()

    assert at.desk.chosen_backup == chosen
    assert at.desk.rows[0].reason == "by itself"


def test_another_process_at_work_is_said(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise EnvironmentFault("backup.busy", folder="/data/backups")

    monkeypatch.setattr("pos_desktop.screens.health.work.back_up_beside", busy)
    at.desk.back_up()

    assert at.said().startswith("Another backup is being made")
