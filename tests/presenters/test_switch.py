"""The switch panel without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core.auth.dto import SessionView, SetPin, SwitchUser
from core.auth.login import Door, switch_user
from core.auth.service import set_pin
from core.kernel.actor import Role
from core.kernel.errors import EnvironmentFault
from pos_desktop.screens.switch.presenter import Switch
from tests.support.lanes import TestLanes
from tests.support.people import CONSOLE, PEOPLE, cheap_secrets, comes_in, hire
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime


class Desk:
    """The cashier's desk, at which others take over; ``holds`` lets a PIN be compared only when a test says so."""

    def __init__(self, shop: TestShop, before: str = "") -> None:
        self.door = Door(shop.shop.database, TurnedUptime())
        hire(self.door.database)
        self.session = comes_in(self.door, Role.CASHIER)
        self.lanes = TestLanes(shop.shop.database, self.session.actor)
        self.entered: list[SessionView] = []
        self.bugs: list[Exception] = []
        self.fault: Exception | None = None
        self.holds = False
        self.waiting: list[Callable[[], None]] = []
        self.switch = Switch(
            self.lanes,
            own_name="ravi",
            switch_to=self._switch,
            entered=self.entered.append,
            report_bug=self.bugs.append,
            before=before,
        )

    def _switch(
        self, username: str, pin: str, done: Callable[[SessionView], None], failed: Callable[[Exception], None]
    ) -> None:
        def run() -> None:
            try:
                if self.fault is not None:
                    raise self.fault
                session = switch_user(self.door, self.session.session_id, SwitchUser(username=username, pin=pin))
            except Exception as error:  # noqa: BLE001 - as the background does
                failed(error)
            else:
                done(session)

        if self.holds:
            self.waiting.append(run)
        else:
            run()

    @property
    def names(self) -> list[str]:
        return [user.username for user in self.switch.people]


@pytest.fixture
def desk(shop: TestShop) -> Iterator[Desk]:
    with cheap_secrets():
        yield Desk(shop)


def test_only_others_with_a_pin_are_listed(desk: Desk) -> None:
    desk.switch.open()
    assert desk.names == ["asha", "meena", "thomas"]  # the owner has no PIN, ravi is at work
    desk.switch.close()
    assert not desk.switch.is_open


def test_who_worked_here_before_stands_first(shop: TestShop) -> None:
    with cheap_secrets():
        desk = Desk(shop, before="thomas")
        desk.switch.open()
        assert desk.names == ["thomas", "asha", "meena"]


def test_letters_and_arrows_choose(desk: Desk) -> None:
    desk.switch.open()
    desk.switch.find("T")
    assert desk.switch.at == 2
    desk.switch.find("x")
    desk.switch.move(1)
    assert desk.switch.at == 2
    desk.switch.move(-1)
    assert desk.switch.at == 1
    desk.switch.choose(0)
    assert desk.switch.at == 0


def test_a_name_typed_out_finds_its_owner(desk: Desk) -> None:
    desk.switch.open()
    for name, at in (("thomas", 2), ("meena", 1), ("asha", 0)):
        for letter in name:
            desk.switch.find(letter)
        assert desk.switch.at == at, "letters of a name go on with it: the a of meena is not asha's"
        desk.switch.typed()  # the first digit of the PIN


def test_a_pin_lets_take_over(desk: Desk) -> None:
    desk.switch.open()
    desk.switch.submit("")
    assert desk.switch.sentence == "Type the PIN of asha."
    desk.switch.submit("0000")
    assert desk.switch.sentence == "User name or PIN is wrong: try again."
    desk.switch.typed()
    assert desk.switch.sentence == ""
    desk.switch.submit(PEOPLE[Role.PHARMACIST][2])
    assert [session.username for session in desk.entered] == ["asha"]
    assert not desk.switch.is_open


def test_while_a_pin_is_compared_nothing_else_is_done(desk: Desk) -> None:
    desk.holds = True
    desk.switch.open()
    desk.switch.submit(PEOPLE[Role.PHARMACIST][2])
    desk.switch.submit(PEOPLE[Role.PHARMACIST][2])
    desk.switch.move(1)
    desk.switch.close()
    assert (len(desk.waiting), desk.switch.at, desk.switch.is_open) == (1, 0, True)
    desk.waiting.pop()()
    assert len(desk.entered) == 1


def test_a_fault_is_said_and_a_bug_reported(desk: Desk) -> None:
    desk.switch.open()
    desk.fault = EnvironmentFault("storage.busy")
    desk.switch.submit("4711")
    assert "in use" in desk.switch.sentence
    desk.fault = ZeroDivisionError()
    desk.switch.submit("4711")
    assert len(desk.bugs) == 1
    assert not desk.switch.is_busy


def test_nobody_with_a_pin_is_nobody_to_choose(desk: Desk) -> None:
    for name in ("asha", "meena", "thomas"):
        with desk.door.database.write(CONSOLE) as uow:
            set_pin(uow, SetPin(username=name))
    desk.switch.open()
    assert desk.switch.is_read
    assert desk.names == []
    desk.switch.move(1)
    desk.switch.find("a")
    desk.switch.submit("4711")
    assert (desk.switch.at, desk.entered, desk.switch.sentence) == (0, [], "")
