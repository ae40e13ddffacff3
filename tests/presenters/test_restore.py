"""Restoring without a window: a file, its code, what is in it, and what became of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.app.backups.lacking import Lacking
from core.app.backups.looking import Inside
from core.app.backups.manifest import ChainHead, Contents
from core.app.backups.restoring import Restored
from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.money import Money
from core.storage.keys import RawKey
from pos_desktop.screens.restore.presenter import Restoring, Stage
from pos_desktop.shell.tone import Tone

KEY = RawKey(bytes(range(32)))
AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
INSIDE = Inside("Test Medicals", "C1", AT, AT, 1412, "C1/26-27/001412", AT, 1500, 9000, KEY.id)
HEAD = ChainHead(node_id="0" * 32, node_code="C1", epoch=1, seq=1500, sha="0" * 64)
RESTORED = Restored(
    Contents(revision="0004", shop="Test Medicals", head=HEAD, events=1500, tables={}), 1500, "C1A", 2, None, None
)


class Machine:
    """A restore whose slow work a test answers by hand."""

    def __init__(self, path: str = "", present: str = "") -> None:
        self.looked_at: list[tuple[Path, RawKey | None]] = []
        self.restored: list[tuple[Path, RawKey | None, str | None]] = []
        self.left = 0
        self.finished = 0
        self.restoring = Restoring(
            look=self._look,
            restore=self._restore,
            left=self._count_left,
            finished=self._count_finished,
            path=path,
            present=present,
        )

    def _look(
        self, path: Path, key: RawKey | None, done: Callable[[Inside], None], failed: Callable[[Exception], None]
    ) -> None:
        self.looked_at.append((path, key))
        self.found, self.refused = done, failed

    def _restore(
        self,
        path: Path,
        key: RawKey | None,
        counter: str | None,
        done: Callable[[Restored], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.restored.append((path, key, counter))
        self.done, self.failed = done, failed

    def _count_left(self) -> None:
        self.left += 1

    def _count_finished(self) -> None:
        self.finished += 1

    def looks(self, path: str = "/media/stick/C1.db") -> Restoring:
        """Choose a file and find what is in it."""
        self.restoring.choose(path)
        self.found(INSIDE)
        return self.restoring


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_a_file_must_be_named(machine: Machine) -> None:
    machine.restoring.next()

    assert machine.restoring.problems == {"path": "Type or choose the backup's file."}
    assert machine.restoring.take_focus() == "path"
    assert machine.looked_at == []


def test_what_is_in_it_is_shown_before_anything_is_taken(machine: Machine) -> None:
    doing = machine.looks()

    assert (doing.stage, machine.restored) == (Stage.LOOKED, [])
    assert dict(doing.facts) == {
        "Shop": "Test Medicals",
        "Counter": "C1",
        "Backup made": "20-11-2026 15:30",
        "Newest entry": "20-11-2026 15:30",
        "Bills": "1,412",
        "Last bill": "C1/26-27/001412 of 20-11-2026 15:30",
        "Encryption": f"key {KEY.id}",
        "Proved": "1,500 entries and 9,000 rows compared",
    }
    doing.next()
    assert machine.restored == [(Path("/media/stick/C1.db"), None, None)]
    machine.done(RESTORED)
    assert doing.stage is Stage.DONE
    assert any("Counter C1 goes on as C1A" in sentence for sentence in doing.outcome)
    doing.next()
    assert machine.finished == 1


def test_an_encrypted_file_asks_for_its_code_without_scolding(machine: Machine) -> None:
    doing = machine.restoring
    doing.choose("/media/stick/C1.db")
    machine.refused(EnvironmentFault("key.of_sheet", path="C1.db", id=KEY.id))
    assert (doing.asks_code, doing.problems, doing.take_focus()) == (True, {}, "code")
    assert doing.said is not None
    assert (doing.said.tone, KEY.id in doing.said.text) == (Tone.ACCENT, True)

    doing.change("code", "ABC")
    doing.next()
    assert "65 characters" in doing.problems["code"]
    assert len(machine.looked_at) == 1

    doing.change("code", RawKey.new().recovery_code)
    doing.next()
    machine.refused(EnvironmentFault("key.of_sheet", path="C1.db", id=KEY.id))
    assert "does not open with this code" in doing.problems["code"]

    doing.change("code", KEY.recovery_code.lower())
    doing.next()
    machine.found(INSIDE)
    doing.next()
    assert machine.restored == [(Path("/media/stick/C1.db"), KEY, None)]


def test_another_file_is_asked_anew(machine: Machine) -> None:
    doing = machine.restoring
    doing.choose("/media/stick/C1.db")
    machine.refused(EnvironmentFault("key.missing", path="C1.db"))
    doing.change("code", KEY.recovery_code)
    doing.change("path", "/media/stick/C2.db")

    assert (doing.asks_code, doing.code) == (False, "")


@pytest.mark.parametrize(
    "problem",
    [
        EnvironmentFault("backup.damaged", path="C1.db", detail="it was changed or cut off"),
        EnvironmentFault("backup.schema_changed", path="C1.db", objects="trigger evil was added"),
        RuleBroken("backup.no_file", path="C1.db"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_another_can_be_chosen(machine: Machine, problem: Exception) -> None:
    doing = machine.restoring
    doing.choose("/media/stick/C1.db")
    machine.refused(problem)

    assert doing.said is not None
    assert (doing.stage, doing.said.tone) == (Stage.CHOOSE, Tone.DANGER)
    assert doing.said.text.endswith("Nothing was changed.")
    assert doing.take_focus() == "path"


def test_a_counter_code_that_was_used_is_asked_again(machine: Machine) -> None:
    doing = machine.looks()
    doing.change("counter", "c1")
    doing.next()
    assert machine.restored[-1][2] == "C1"
    machine.failed(RuleBroken("backup.counter_used", counter="C1"))

    assert (doing.stage, doing.take_focus()) == (Stage.LOOKED, "counter")
    assert "has been used" in doing.problems["counter"]
    doing.change("counter", "C7")
    doing.next()
    assert machine.restored[-1][2] == "C7"


def test_a_restore_that_fails_changed_nothing_and_says_so(machine: Machine) -> None:
    doing = machine.looks()
    doing.next()
    machine.failed(EnvironmentFault("instance.in_use", holder="another command", folder="/data"))

    assert doing.said is not None
    assert "Nothing was changed." in doing.said.text
    assert doing.stage is Stage.CHOOSE


def test_nothing_leaves_while_work_goes_on(machine: Machine) -> None:
    doing = machine.restoring
    doing.choose("/media/stick/C1.db")
    doing.back()
    doing.next()
    doing.change("path", "/elsewhere")
    assert (machine.left, len(machine.looked_at), doing.path) == (0, 1, "/media/stick/C1.db")

    machine.found(INSIDE)
    doing.back()  # to another file
    assert (doing.stage, machine.left) == (Stage.CHOOSE, 0)
    doing.back()
    assert machine.left == 1


def test_a_bug_is_not_made_a_sentence(machine: Machine) -> None:
    machine.restoring.choose("/media/stick/C1.db")
    with pytest.raises(ZeroDivisionError):
        machine.refused(ZeroDivisionError())
    assert machine.restoring.stage is Stage.CHOOSE


def test_the_shop_that_is_here_is_named() -> None:
    doing = Machine(present="Old Medicals").looks()

    assert doing.warning.startswith("Old Medicals on this computer is backed up first")
    assert "new series" in doing.warning


NUMBERS = ("C1/26-27/000123", "C1/26-27/000134")
TWELVE = Lacking(14, 12, 0, Money(431_000), (), (NUMBERS,), broke_off=False)


@pytest.mark.parametrize(
    ("lacking", "sentences"),
    [
        (
            TWELVE,
            (
                "12 bills that were here are not in the backup: C1/26-27/000123 to C1/26-27/000134, ₹4,310.00 in all. "
                "They stand in /d/aside.db; enter them again. "
                "Other entries not in the backup, such as receipts of stock: 2."
            ),
        ),
        (
            Lacking(1, 1, 0, Money(2_600), (), ((NUMBERS[0], NUMBERS[0]),), broke_off=True),
            (
                "1 bill that was here is not in the backup: C1/26-27/000123, ₹26.00. "
                "They stand in /d/aside.db; enter them again. "
                "What was here could not be read to its end: there may be more that the backup lacks."
            ),
        ),
        (
            Lacking(2, 1, 1, Money(0), (), ((NUMBERS[0], NUMBERS[0]),), broke_off=False),
            (
                "1 bill that was here is not in the backup: C1/26-27/000123, ₹0.00. "
                "Cancelled ones among them, left out of the sum: 1. "
                "They stand in /d/aside.db; nothing of them is to be entered again. "
                "Other entries not in the backup, such as receipts of stock: 1."
            ),
        ),
        (Lacking(0, 0, 0, Money(0), (), (), broke_off=False), ""),
        (None, ""),
    ],
)
def test_what_the_backup_lacks_is_said_at_the_end(machine: Machine, lacking: Lacking | None, sentences: str) -> None:
    doing = machine.looks()
    doing.next()
    machine.done(dataclasses.replace(RESTORED, set_aside=Path("/d/aside.db"), lacking=lacking))
    assert doing.lacking == sentences
    lacks_nothing = lacking is not None and not lacking.events
    assert ("The backup lacks nothing of what was here." in doing.outcome) is lacks_nothing
