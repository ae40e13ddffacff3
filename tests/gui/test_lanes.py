"""The lanes on a real database: answers come on the GUI thread, in order, whole, and to the living only."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.audit.log import write_event
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.settings.model import Setting
from core.settings.queries import setting
from core.settings.service import set_setting
from core.storage.unit_of_work import UnitOfWork
from pos_desktop.runtime.qt_lanes import LanesClosedError, QtLanes
from tests.support.shop import TestShop

ANITHA = Actor(None, "anitha", Role.OWNER)


@pytest.fixture
def lanes(qapp: Any, shop: TestShop) -> Iterator[QtLanes]:
    made = QtLanes(shop.shop.database)
    made.act_as(ANITHA)
    yield made
    made.close()


class Answers:
    """Keeps what came, and in which thread."""

    def __init__(self) -> None:
        self.results: list[Any] = []
        self.errors: list[Exception] = []
        self.threads: set[int] = set()

    def done(self, result: Any) -> None:
        self.results.append(result)
        self.threads.add(threading.get_ident())

    def failed(self, error: Exception) -> None:
        self.errors.append(error)
        self.threads.add(threading.get_ident())

    def __len__(self) -> int:
        return len(self.results) + len(self.errors)


class Receiver(QObject):
    """A widget's stand-in."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    def hear(self, result: Any) -> None:
        self.heard.append(result)


def remember(uow: UnitOfWork, name: str, value: object) -> object:
    """Write something and its event."""
    set_setting(uow, name, value)
    write_event(uow, "settings.changed", uow.node.id)
    return value


def stored(session: Session) -> list[str]:
    return list(session.scalars(select(Setting.name).where(Setting.name.like("test%")).order_by(Setting.name)))


def test_an_answer_comes_later_on_the_asking_thread(lanes: QtLanes, qtbot: QtBot) -> None:
    answers = Answers()
    worked_in: list[int] = []

    def work(session: Session) -> int:
        worked_in.append(threading.get_ident())
        return int(session.scalar(text("SELECT 42")) or 0)

    lanes.read(work, answers.done, answers.failed)

    assert len(answers) == 0
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert (answers.results, answers.errors) == ([42], [])
    assert answers.threads == {threading.get_ident()}
    assert worked_in != [threading.get_ident()]


def test_writes_keep_their_order_and_are_committed_when_told(lanes: QtLanes, shop: TestShop, qtbot: QtBot) -> None:
    answers = Answers()
    seen: list[object] = []

    def done(value: object) -> None:
        with shop.shop.database.read() as session:
            seen.append(setting(session, "test"))
        answers.done(value)

    for number in range(20):
        lanes.write(lambda uow, number=number: remember(uow, "test", number), done, answers.failed)  # type: ignore[misc]

    qtbot.waitUntil(lambda: len(answers) == 20)
    assert (answers.results, answers.errors) == (list(range(20)), [])
    # a later write may be in already, an earlier one never is what stands
    assert all(isinstance(value, int) and value >= number for number, value in enumerate(seen))


def test_a_write_belongs_to_who_was_logged_in_when_it_was_asked(lanes: QtLanes, qtbot: QtBot) -> None:
    answers = Answers()
    held = threading.Event()

    def work(uow: UnitOfWork) -> str:
        held.wait(5)
        return uow.actor.username

    lanes.write(work, answers.done, answers.failed)
    lanes.act_as(Actor(None, "next", Role.CASHIER))
    lanes.write(work, answers.done, answers.failed)
    held.set()

    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers.results == ["anitha", "next"]


@pytest.mark.parametrize("error", [RuleBroken("sales.no_such_bill", number="1"), ZeroDivisionError("a bug")])
def test_what_goes_wrong_arrives_as_it_is_and_nothing_is_saved(
    lanes: QtLanes, shop: TestShop, qtbot: QtBot, error: Exception
) -> None:
    answers = Answers()

    def work(uow: UnitOfWork) -> None:
        remember(uow, "test", 1)
        raise error

    lanes.write(work, answers.done, answers.failed)

    qtbot.waitUntil(lambda: len(answers) == 1)
    assert answers.errors == [error]
    with shop.shop.database.read() as session:
        assert stored(session) == []


def test_a_failed_write_does_not_hold_up_the_next(lanes: QtLanes, qtbot: QtBot) -> None:
    answers = Answers()
    lanes.write(lambda uow: 1 / 0, answers.done, answers.failed)
    lanes.write(lambda uow: remember(uow, "test", 1), answers.done, answers.failed)

    qtbot.waitUntil(lambda: len(answers) == 2)
    assert (len(answers.errors), answers.results) == (1, [1])


def test_reads_go_on_while_a_write_runs(lanes: QtLanes, qtbot: QtBot) -> None:
    written, answers = Answers(), Answers()
    held = threading.Event()

    def slow(uow: UnitOfWork) -> object:
        remember(uow, "test", "new")
        held.wait(5)
        return None

    lanes.write(slow, written.done, written.failed)
    lanes.read(lambda session: setting(session, "test", "old"), answers.done, answers.failed)

    qtbot.waitUntil(lambda: len(answers) == 1)
    assert answers.results == ["old"]
    assert len(written) == 0
    held.set()
    qtbot.waitUntil(lambda: len(written) == 1)


def test_two_reads_run_at_once(lanes: QtLanes, qtbot: QtBot) -> None:
    answers = Answers()
    both = threading.Barrier(2)

    for _ in range(2):
        lanes.read(lambda session: both.wait(5), answers.done, answers.failed)

    qtbot.waitUntil(lambda: len(answers) == 2)
    assert sorted(answers.results) == [0, 1]


def test_nobody_hears_after_his_end(lanes: QtLanes, qtbot: QtBot) -> None:
    gone, living = Receiver(), Receiver()
    closure_of_gone: list[int] = []
    answers = Answers()
    held = threading.Event()

    def work(session: Session) -> int:
        held.wait(5)
        return 1

    lanes.read(work, gone.hear, answers.failed)
    lanes.lanes_of(gone).read(work, closure_of_gone.append, answers.failed)
    lanes.read(work, living.hear, answers.failed)
    lanes.read(work, answers.done, answers.failed)
    shiboken6.delete(gone)
    held.set()

    qtbot.waitUntil(lambda: len(answers) == 1 and len(living.heard) == 1)
    assert (gone.heard, closure_of_gone, answers.errors) == ([], [], [])


def test_closing_waits_for_every_write_and_tells_nobody(qtbot: QtBot, shop: TestShop) -> None:
    lanes = QtLanes(shop.shop.database)
    lanes.act_as(ANITHA)
    answers = Answers()
    started = threading.Event()

    def slow(uow: UnitOfWork) -> object:
        started.set()
        return remember(uow, "test1", 1)

    lanes.write(slow, answers.done, answers.failed)
    lanes.write(lambda uow: remember(uow, "test2", 2), answers.done, answers.failed)
    assert started.wait(5)
    lanes.close()

    with shop.shop.database.read() as session:
        assert stored(session) == ["test1", "test2"]
    qtbot.wait(0)
    assert len(answers) == 0
    lanes.close()  # a second time is nothing


def test_one_can_wait_for_what_was_asked_so_far(lanes: QtLanes, shop: TestShop, qtbot: QtBot) -> None:
    answers = Answers()
    lanes.write(lambda uow: remember(uow, "test.waited", 1), answers.done, answers.failed)
    lanes.finish_writes()

    with shop.shop.database.read() as session:
        assert stored(session) == ["test.waited"]
    assert len(answers) == 0  # the answer comes when the event loop turns
    qtbot.waitUntil(lambda: len(answers) == 1)


def test_closed_lanes_take_no_work(shop: TestShop, qtbot: QtBot) -> None:
    lanes = QtLanes(shop.shop.database)
    lanes.act_as(ANITHA)
    lanes.close()
    answers = Answers()

    with pytest.raises(LanesClosedError):
        lanes.write(lambda uow: None, answers.done, answers.failed)
    with pytest.raises(LanesClosedError):
        lanes.read(lambda session: None, answers.done, answers.failed)


def test_nobody_writes_before_the_log_in(shop: TestShop, qtbot: QtBot) -> None:
    lanes = QtLanes(shop.shop.database)
    answers = Answers()

    with pytest.raises(LanesClosedError):
        lanes.write(lambda uow: None, answers.done, answers.failed)
    lanes.close()


def test_a_lane_that_waits_holds_nothing_of_who_asked_last(lanes: QtLanes, qtbot: QtBot) -> None:
    class Asker:
        answer = 1

    asker = Asker()
    held = weakref.ref(asker)
    answered: list[int] = []

    def read(_: Session, of: Asker = asker) -> int:
        return of.answer

    lanes.read(read, answered.append, answered.append)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: answered == [1])
    del asker, read

    def is_gone() -> bool:
        gc.collect()
        return held() is None

    qtbot.waitUntil(is_gone)
