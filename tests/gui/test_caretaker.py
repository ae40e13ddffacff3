"""Who looks after the open shop: backups and the weekly proof when they are due, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import pytest
from pytestqt.qtbot import QtBot

from core.app.backups.folder import backups_folder, choose_second_folder, list_backups, only_maker
from core.app.backups.state import BackupState, read_state
from pos_desktop.runtime.caretaker import Caretaker
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


class Watch:
    """A caretaker, and what it told."""

    def __init__(self, qtbot: QtBot, shop: TestShop, clock: TurnedClock) -> None:
        self._qtbot = qtbot
        self.folder = backups_folder(shop.shop.folder)
        self.told: list[tuple[str, BackupState]] = []
        self.faults: list[Exception] = []
        self.changes = 0
        self.caretaker = Caretaker(
            shop.shop.database,
            shop.shop.folder,
            clock,
            Lock(),
            told=lambda age, state: self.told.append((age, state)),
            changed=self._count,
            failed=self.faults.append,
        )
        self._wait(2)  # what is there, and what was made

    def _count(self) -> None:
        self.changes += 1

    def _wait(self, times: int) -> None:
        self._qtbot.waitUntil(lambda: len(self.told) == times)

    def looks(self) -> tuple[str, BackupState]:
        """A minute goes by: it looks, and is done."""
        told = len(self.told)
        self.caretaker.look()
        self._wait(told + 1)
        return self.told[-1]

    @property
    def backups(self) -> list[str]:
        return [backup.name for backup in list_backups(self.folder)]

    @property
    def proved(self) -> str | None:
        proof = read_state(self.folder).last_proof
        return proof.file if proof else None


@pytest.fixture
def watch(qtbot: QtBot, shop: TestShop, clock: TurnedClock) -> Iterator[Callable[[], Watch]]:
    begun: list[Watch] = []

    def begin() -> Watch:
        begun.append(Watch(qtbot, shop, clock))
        return begun[-1]

    yield begin
    for each in begun:
        each.caretaker.stop()
        each.caretaker.wait()


def test_the_first_backup_is_made_and_proved_when_the_shop_is_opened(watch: Callable[[], Watch]) -> None:
    begun = watch()

    assert begun.backups == ["C1-2026-11-20-153000.db"]
    assert begun.proved == begun.backups[0]
    assert begun.told[-1][0] == "0 min"
    assert begun.changes == 1


def test_half_an_hour_in_which_something_was_saved_makes_the_next(
    watch: Callable[[], Watch], shop: TestShop, clock: TurnedClock, tmp_path: Path
) -> None:
    begun = watch()
    stick = tmp_path / "stick"
    stick.mkdir()
    choose_second_folder(shop.shop.folder, stick)
    clock.turn(minutes=31)
    assert begun.looks()[0] == "31 min"
    assert (len(begun.backups), begun.changes) == (1, 1)

    shop.receives("PCM500", packs=1)
    assert begun.looks()[0] == "0 min"
    assert len(begun.backups) == 2
    assert (stick / begun.backups[0]).is_file()
    assert begun.proved == begun.backups[1]  # a week has not gone


def test_after_a_week_the_newest_is_proved_again(
    watch: Callable[[], Watch], shop: TestShop, clock: TurnedClock
) -> None:
    begun = watch()
    clock.turn(days=8)
    shop.receives("PCM500", packs=1)
    begun.looks()

    assert begun.proved == begun.backups[0] == "C1-2026-11-28-153000.db"


def test_a_proof_that_failed_is_an_alarm_and_waits_for_the_next_try(
    watch: Callable[[], Watch], clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = watch()
    newest = list_backups(begun.folder)[0].path
    sound = newest.read_bytes()
    newest.write_bytes(sound[: len(sound) // 2])
    clock.turn(days=8)
    assert begun.looks()[1].alarm
    assert len(begun.faults) == 1

    clock.turn(hours=1)
    begun.looks()
    assert len(begun.faults) == 1  # not again at every minute
    newest.write_bytes(sound)
    clock.turn(hours=6)
    assert not begun.looks()[1].alarm


def test_two_failures_in_a_row_are_told(
    watch: Callable[[], Watch], shop: TestShop, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = watch()
    shop.receives("PCM500", packs=1)
    monkeypatch.setattr("core.app.backups.creating.free_bytes", lambda _: 0)
    clock.turn(minutes=31)
    assert not begun.looks()[1].alarm
    clock.turn(minutes=6)
    assert begun.looks()[1].alarm
    assert begun.told[-1][0] == "37 min"

    monkeypatch.undo()
    clock.turn(minutes=6)
    assert not begun.looks()[1].alarm


def test_another_process_that_makes_one_is_no_fault(
    watch: Callable[[], Watch], shop: TestShop, clock: TurnedClock
) -> None:
    begun = watch()
    shop.receives("PCM500", packs=1)
    clock.turn(minutes=31)
    with only_maker(begun.folder):
        begun.looks()
    assert (begun.faults, len(begun.backups)) == ([], 1)

    begun.looks()
    assert len(begun.backups) == 2
