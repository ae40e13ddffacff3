"""A password that somebody else gave lets nobody in until it is changed; and a terminal that locked itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from core.auth.dto import (
    AddUser,
    AskOverride,
    ChangePassword,
    DeactivateUser,
    LogIn,
    Method,
    SessionView,
    SetPassword,
    SwitchUser,
)
from core.auth.login import (
    Door,
    EndReason,
    change_password,
    log_in,
    log_in_for_command,
    log_out,
    switch_user,
    unlock_terminal,
)
from core.auth.overrides import authorise
from core.auth.permissions import Need, Permission
from core.auth.queries import supervisors, user_by_name, user_standings
from core.auth.service import add_user, deactivate_user, set_password
from core.kernel.actor import Actor, Role
from core.kernel.ids import new_id
from tests.core.auth.test_login import guesses
from tests.core.auth.test_users import refused
from tests.support.clock import TurnedClock
from tests.support.people import CONSOLE, PEOPLE, comes_in, hire
from tests.support.uptime import TurnedUptime

GIVEN, OWN, PIN = "given by the owner", "known to ravi only", "7261"


def ravi(door: Door) -> Actor:
    """Add a cashier with a password that is due."""
    with door.database.write(CONSOLE) as uow:
        user = add_user(uow, AddUser(username="ravi", password=GIVEN, pin=PIN, role=Role.CASHIER))
    assert user.must_change_password
    return Actor(user.user_id, user.username, user.role)


def is_due(door: Door) -> bool:
    with door.database.read() as session:
        return user_by_name(session, "ravi").must_change_password


def test_a_given_password_is_changed_before_anything_else(door: Door) -> None:
    actor = ravi(door)
    for _ in range(4):  # it is right: nobody is made to wait for it
        with refused("auth.password_due"):
            log_in(door, LogIn(username="ravi", password=GIVEN))
    with refused("auth.password_due"):
        log_in_for_command(door, "ravi", GIVEN)

    change_password(door, actor, ChangePassword(password=GIVEN, new_password=OWN))
    assert log_in(door, LogIn(username="ravi", password=OWN)).username == "ravi"


def test_a_reset_makes_it_due_again_but_not_for_oneself(door: Door) -> None:
    change_password(door, ravi(door), ChangePassword(password=GIVEN, new_password=OWN))
    owner = comes_in(door, Role.OWNER).actor
    with door.database.write(owner) as uow:
        assert set_password(uow, SetPassword(username="ravi", password=GIVEN)).must_change_password
    with door.database.write(owner) as uow:
        assert not set_password(uow, SetPassword(username="owner", password="mine, only mine")).must_change_password
    assert is_due(door)
    with door.database.write(owner) as uow:
        set_password(uow, SetPassword(username="ravi", password=GIVEN, must_change_password=False))
    assert not is_due(door)


def test_no_pin_goes_round_it(door: Door) -> None:
    people = hire(door.database, Role.PHARMACIST)
    ravi(door)
    asha = comes_in(door, Role.PHARMACIST)
    with refused("auth.password_due"):
        switch_user(door, asha.session_id, SwitchUser(username="ravi", pin=PIN))
    with door.database.write(people[Role.PHARMACIST]) as uow:
        log_out(uow, asha.session_id, EndReason.IDLE)
    with refused("auth.password_due"):
        unlock_terminal(door, asha.session_id, SwitchUser(username="ravi", pin=PIN))


def test_a_supervisor_whose_password_is_due_allows_nothing(door: Door) -> None:
    hire(door.database)
    with door.database.write(CONSOLE) as uow:
        set_password(uow, SetPassword(username="asha", password=GIVEN))
    cashier = comes_in(door, Role.CASHIER)
    ask: dict[str, Any] = {"command_id": new_id(), "permission": Permission.CANCEL_BILL, "reason": "wrong patient"}
    command = AskOverride(**ask, supervisor="asha", secret=PEOPLE[Role.PHARMACIST][2], method=Method.PIN)
    with refused("auth.password_due"):
        authorise(door, cashier.actor, command, cashier.session_id)


# --- a terminal that locked itself ---------------------------------------------------------------------------------


def locked(door: Door, reason: EndReason = EndReason.IDLE) -> SessionView:
    """Let the cashier work and the terminal lock."""
    session = comes_in(door, Role.CASHIER)
    with door.database.write(session.actor) as uow:
        log_out(uow, session.session_id, reason)
    return session


def unlocks(door: Door, session_id: UUID, role: Role) -> SessionView:
    username, _, pin = PEOPLE[role]
    return unlock_terminal(door, session_id, SwitchUser(username=username, pin=pin))


@pytest.mark.parametrize("role", [Role.CASHIER, Role.PHARMACIST])
def test_a_pin_unlocks_for_the_same_user_or_another(door: Door, role: Role) -> None:
    hire(door.database)
    session = locked(door)
    with refused("auth.no_session"):  # it has ended: no switch goes out of it
        switch_user(door, session.session_id, SwitchUser(username="asha", pin=PEOPLE[Role.PHARMACIST][2]))

    unlocked = unlocks(door, session.session_id, role)
    assert (unlocked.role, unlocked.root_id, unlocked.method) == (role, session.root_id, Method.PIN)
    assert switch_user(
        door, unlocked.session_id, SwitchUser(username="asha", pin=PEOPLE[Role.PHARMACIST][2])
    ).username == ("asha")
    with refused("auth.no_session"):  # somebody has been in since
        unlocks(door, session.session_id, role)


@pytest.mark.parametrize("reason", [EndReason.LOGGED_OUT, EndReason.SWITCHED, EndReason.CLOSED])
def test_only_what_locked_itself_is_unlocked(door: Door, reason: EndReason) -> None:
    hire(door.database)
    with refused("auth.no_session"):
        unlocks(door, locked(door, reason).session_id, Role.CASHIER)


def test_a_pin_unlocks_only_under_a_password_of_today(door: Door, clock: TurnedClock, uptime: TurnedUptime) -> None:
    hire(door.database)
    session = locked(door)
    clock.turn(days=1)
    with refused("auth.no_session"):
        unlocks(door, session.session_id, Role.CASHIER)
    clock.turn(days=-1)
    uptime.passes(25 * 3600)
    with refused("auth.no_session"):
        unlocks(door, session.session_id, Role.CASHIER)


def test_somebody_else_unlocks_after_the_user_was_deactivated(door: Door) -> None:
    hire(door.database)
    session = locked(door)
    with door.database.write(CONSOLE) as uow:
        deactivate_user(uow, DeactivateUser(username="ravi"))
    with refused("auth.wrong_pin"):
        unlocks(door, session.session_id, Role.CASHIER)
    assert unlocks(door, session.session_id, Role.PHARMACIST).username == "asha"


# --- what windows ask ----------------------------------------------------------------------------------------------


def test_the_list_says_who_waits_and_when_they_came_in(door: Door, uptime: TurnedUptime, clock: TurnedClock) -> None:
    hire(door.database)
    comes_in(door, Role.CASHIER)
    for _ in range(3):
        guesses(door, "asha")
    session = comes_in(door, Role.OWNER)
    for _ in range(5):
        with pytest.raises(Exception, match="auth."):
            switch_user(door, session.session_id, SwitchUser(username="thomas", pin="0000"))
        uptime.passes(901)
    with door.database.read() as reader:
        shown = {user.username: user for user in user_standings(reader, door.uptime.milliseconds())}
    assert {name: user.discount_limit for name, user in shown.items()} == {
        "owner": "any",
        "asha": "10 %",
        "ravi": "5 %",
        "meena": "",
        "thomas": "",
    }
    assert (shown["ravi"].last_login, shown["asha"].last_login) == (clock.now(), None)
    assert {name for name, user in shown.items() if user.pin_is_blocked} == {"thomas"}
    guesses(door, "asha")
    with door.database.read() as reader:
        shown = {user.username: user for user in user_standings(reader, door.uptime.milliseconds())}
    assert {name: user.wait for name, user in shown.items() if user.wait} == {"asha": "30 seconds"}


def test_who_may_supervise_is_listed(door: Door) -> None:
    hire(door.database)
    comes_in(door, Role.OWNER)
    with door.database.read() as reader:
        asked = {
            need: [user.username for user in supervisors(reader, need, "ravi")]
            for need in (Need(Permission.CANCEL_BILL), Need(Permission.DISCOUNT_BILL, 1_200))
        }
        assert [user.username for user in supervisors(reader, Need(Permission.CANCEL_BILL), "asha")] == ["owner"]
    assert list(asked.values()) == [["asha", "owner"], ["owner"]]
