"""The health screen's desk over a real shop, its background work done at once or when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from core.kernel.actor import Actor
from pos_desktop.runtime.topics import TopicBoard
from pos_desktop.screens.health.presenter import HealthDesk
from pos_desktop.screens.health.work import Care
from tests.support.sheets import SheetDrawer
from tests.support.shop import TestShop


class Background:
    """Runs work on the test's own thread; while ``holds`` is set it waits in ``waiting``."""

    def __init__(self) -> None:
        self.holds = False
        self.waiting: list[Callable[[], None]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]) -> None:
        """Run the work, now or later."""

        def carry_out() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - as the background does
                failed(error)
            else:
                done(result)

        if self.holds:
            self.waiting.append(carry_out)
        else:
            carry_out()

    def post(self, told: Callable[[], None]) -> None:
        """Tell at once."""
        told()

    def answer(self) -> None:
        """Run what waits."""
        self.holds = False
        while self.waiting:
            self.waiting.pop(0)()


class Desk:
    """Somebody at the health screen."""

    def __init__(self, shop: TestShop, actor: Actor | None = None, *, may_restore: bool = True) -> None:
        self.shop = shop
        self.background = Background()
        self.board = TopicBoard()
        self.drawer = SheetDrawer()
        self.restores: list[str] = []
        self.bugs: list[Exception] = []
        care = Care(self.background.run, self.background.post, shop.shop, shop.clock, actor or shop.actor, Lock())
        self.desk = HealthDesk(
            care,
            self.board,
            now=shop.clock.now,
            restore=self.restores.append,
            save_sheet=self.drawer.save,
            print_sheet=self.drawer.print,
            confirm_sheet=self.drawer.confirm,
            may_restore=may_restore,
            report_bug=self.bugs.append,
        )
        self.board.listen(lambda _: self.desk.read())
        self.desk.read()

    def facts(self, card: int) -> dict[str, str]:
        """The facts of a card, badges behind the values."""
        return {
            fact.caption: " ".join(filter(None, (fact.value, fact.badge.text if fact.badge else "")))
            for fact in self.desk.cards[card].facts
        }

    def said(self) -> str:
        """What was said last."""
        return self.desk.said.text if self.desk.said else ""
