"""A shop that does not open, without a window."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.kernel.errors import EnvironmentFault, Problem, RuleBroken
from pos_desktop.screens.trouble.presenter import Trouble


class Door:
    """A shop that is shut; a test answers what was tried."""

    def __init__(self, fault: Problem) -> None:
        self.tried: list[str] = []
        self.opened = self.restores = 0
        self.trouble = Trouble(fault, unlock=self._unlock, unlocked=self._open, restore=self._restore)

    def _unlock(self, code: str, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        self.tried.append(code)
        self.done, self.failed = done, failed

    def _open(self) -> None:
        self.opened += 1

    def _restore(self) -> None:
        self.restores += 1


def test_a_missing_key_is_asked_for_and_tried_once_at_a_time() -> None:
    door = Door(EnvironmentFault("key.missing", path="/data/shop.db"))
    assert "type the code of its recovery sheet" in door.trouble.sentence
    door.trouble.type("ABC")
    door.trouble.submit()
    door.trouble.submit()
    door.trouble.restore()
    door.trouble.type("DEF")
    assert (door.tried, door.trouble.code, door.restores) == (["ABC"], "ABC", 0)

    door.failed(RuleBroken("key.code_length", wanted=65, given=3))
    assert "65 characters" in door.trouble.problem
    door.trouble.submit()
    door.failed(EnvironmentFault("key.wrong", path="/data/shop.db"))
    assert "does not open with this code" in door.trouble.problem
    door.trouble.submit()
    door.done()
    assert (door.opened, door.trouble.code) == (1, "")


def test_a_damaged_shop_asks_for_no_code() -> None:
    door = Door(EnvironmentFault("storage.damaged"))
    door.trouble.submit()
    door.trouble.restore()

    assert (door.tried, door.restores, door.trouble.asks_code) == ([], 1, False)
    assert "damaged" in door.trouble.sentence


def test_a_bug_is_not_made_a_sentence() -> None:
    door = Door(EnvironmentFault("key.wrong", path="/data/shop.db"))
    door.trouble.submit()
    with pytest.raises(ZeroDivisionError):
        door.failed(ZeroDivisionError())
    assert not door.trouble.is_busy
