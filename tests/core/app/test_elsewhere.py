"""Work for a whole shop is done by a process of its own, stops when asked to, and is never lost with that process."""

from __future__ import annotations

import os
import threading
from functools import partial
from pathlib import Path

import pytest

from core.app import elsewhere
from core.app.backups.care import back_up_beside, look_after, prove_beside
from core.app.backups.folder import backups_folder, list_backups
from core.app.backups.state import read_state
from core.app.checking import CheckPart, check_shop
from core.app.elsewhere import ProcessLost, Stopped, do_beside, in_a_process
from core.kernel.errors import EnvironmentFault, Problem, RuleBroken
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop
from tests.support.works import (
    die,
    dies_elsewhere,
    fall_over,
    go_on_for_ever,
    hand_back_what_cannot_be_sent,
    refuse,
    where,
)


@pytest.fixture
def _every_shop_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elsewhere, "WORTH_A_PROCESS", 0)


def test_another_process_does_it_and_tells_of_it_here() -> None:
    told: list[object] = []
    assert in_a_process(where, tell=told.append) != os.getpid()
    assert told == ["begun", ("half", 50)]


def test_what_it_raises_is_raised_here() -> None:
    with pytest.raises(RuleBroken) as refused:
        in_a_process(partial(refuse, "backup.no_file"))
    assert (refused.value.code, refused.value.values) == ("backup.no_file", {"path": "there"})
    with pytest.raises(OSError, match="no room"):
        in_a_process(fall_over)


@pytest.mark.parametrize("work", [die, hand_back_what_cannot_be_sent])
def test_a_process_without_an_answer_is_told_from_work_that_failed(work: partial[None]) -> None:
    with pytest.raises(ProcessLost):
        in_a_process(work)


def test_it_is_killed_when_it_is_to_stop(tmp_path: Path) -> None:
    """Work of which nothing says that it should end."""
    stop, began = threading.Event(), []

    def tell(process: int) -> None:
        began.append(process)
        stop.set()

    with pytest.raises(Stopped):
        in_a_process(partial(go_on_for_ever, tmp_path / "sign"), tell=tell, stop=stop)
    with pytest.raises(ProcessLookupError):
        os.kill(began[0], 0)


@pytest.mark.usefixtures("_every_shop_is_large")
def test_what_a_lost_process_leaves_is_done_here(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    file.touch()
    assert do_beside(file, partial(dies_elsewhere, os.getpid())) == os.getpid()


def test_a_small_shop_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    file.touch()
    assert do_beside(file, os.getpid) == os.getpid()


@pytest.mark.usefixtures("_every_shop_is_large")
def test_the_backup_and_the_proof_of_a_large_shop(shop: TestShop, clock: TurnedClock) -> None:
    """Made by another process, with the same instant, and known here afterwards."""
    shop.receives("PCM500", packs=10)
    folder = shop.shop.folder
    assert look_after(shop.shop.database, folder, clock)

    (made,) = list_backups(backups_folder(folder))
    assert made.manifest.made_at == clock.now()
    proof = read_state(backups_folder(folder)).last_proof
    assert proof is not None
    assert proof.file == made.name
    assert not look_after(shop.shop.database, folder, clock)

    clock.turn(minutes=5)
    second = back_up_beside(shop.shop.database, folder, clock)
    assert prove_beside(shop.shop.database, folder, second.name, clock)[1].holds
    with pytest.raises(RuleBroken, match="no_file"):
        prove_beside(shop.shop.database, folder, "none.db", clock)


@pytest.mark.usefixtures("_every_shop_is_large")
def test_the_check_of_a_large_shop_holds_tells_and_stops(shop: TestShop, clock: TurnedClock) -> None:
    told: list[CheckPart] = []
    checked = check_shop(shop.shop, clock, tell=told.append, stop=threading.Event())
    assert checked is not None
    assert checked.holds
    assert told == [CheckPart.FILE, CheckPart.BOOKS]

    stop = threading.Event()
    assert check_shop(shop.shop, clock, tell=lambda _: stop.set(), stop=stop) is None


@pytest.mark.usefixtures("_every_shop_is_large")
def test_a_fault_of_the_file_is_told_as_by_a_small_shop(shop: TestShop, clock: TurnedClock) -> None:
    look_after(shop.shop.database, shop.shop.folder, clock)
    (made,) = list_backups(backups_folder(shop.shop.folder))
    made.path.write_bytes(b"no backup any more")

    with pytest.raises(EnvironmentFault) as fault:
        prove_beside(shop.shop.database, shop.shop.folder, made.name, clock)
    assert isinstance(fault.value, Problem)
    assert read_state(backups_folder(shop.shop.folder)).proof_failure is not None
