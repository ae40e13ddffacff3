"""Coming in: counted before it is looked at, slower after each wrong secret, and written down."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from core.audit.history import search_log
from core.auth import secrets
from core.auth.attempts import DOORKEEPER, begin_attempt
from core.auth.domain import PIN_TRIES, is_idle_locked, proven_milliseconds, show_wait, subject_of_unknown
from core.auth.dto import ChangePassword, ChangePin, DeactivateUser, LogIn, Method, SetPassword, SwitchUser, UnlockUser
from core.auth.login import (
    Door,
    EndReason,
    change_password,
    change_pin,
    log_in,
    log_in_for_command,
    log_out,
    switch_user,
    wait_left,
)
from core.auth.model import LoginMark
from core.auth.service import deactivate_user, set_password, unlock_user
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.storage.database import Database
from tests.core.auth.test_users import refused
from tests.support.clock import TurnedClock
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, comes_in, hire
from tests.support.uptime import TurnedUptime


def guesses(door: Door, username: str = "owner", password: str = "not this one") -> str:
    """Try a password and return what was answered."""
    with pytest.raises(RuleBroken) as problem:
        log_in(door, LogIn(username=username, password=password))
    return problem.value.code


def switches(door: Door, session_id: Any, role: Role, pin: str | None = None) -> Any:
    username, _, right = PEOPLE[role]
    return switch_user(door, session_id, SwitchUser(username=username, pin=pin or right))


def kinds(database: Database) -> list[str]:
    """Return the kinds of all events, the oldest first."""
    with database.read() as session:
        return [entry.kind for entry in search_log(session, limit=500)][::-1]


def test_a_log_in_is_two_events_and_a_session(door: Door) -> None:
    session = comes_in(door, Role.OWNER)
    assert (session.username, session.role, session.terminal) == ("owner", Role.OWNER, "C1")
    assert session.root_id == session.session_id
    assert kinds(door.database)[-2:] == ["login.attempted", "session.started"]
    with door.database.write(session.actor) as uow:
        log_out(uow, session.session_id)
    assert kinds(door.database)[-1] == "session.ended"
    with door.database.write(session.actor) as uow:  # a second click changes nothing
        log_out(uow, session.session_id, EndReason.IDLE)
    assert kinds(door.database)[-1] == "session.ended"


def test_unknown_name_and_wrong_password_sound_the_same(door: Door) -> None:
    assert {guesses(door), guesses(door, "nobody"), guesses(door, "nobody else")} == {"auth.wrong_login"}
    assert kinds(door.database)[-2:] == ["login.attempted", "login.failed"]


@pytest.mark.parametrize("username", ["owner", "asha", "nobody"])
def test_unknown_names_staff_and_owners_cost_the_same(
    door: Door, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: each attempt compares one hash of each cost."""
    hire(door.database, Role.PHARMACIST)
    paid: list[secrets.Cost] = []
    matches = secrets._matches

    def paying(cost: secrets.Cost, stored: str, secret: str) -> bool:
        paid.append(cost)
        return matches(cost, stored, secret)

    monkeypatch.setattr(secrets, "_matches", paying)
    guesses(door, username)
    assert sorted(cost.name for cost in paid) == ["OWNER", "STAFF"]


def test_three_tries_are_free_then_each_makes_wait_longer(door: Door, uptime: TurnedUptime) -> None:
    for _ in range(3):
        assert guesses(door) == "auth.wrong_login"
    for seconds in (5, 30, 120, 900, 900):
        assert guesses(door) == "auth.locked"
        uptime.passes(seconds - 0.001)
        assert guesses(door) == "auth.locked"
        assert guesses(door, password=OWNERS_PASSWORD) == "auth.locked"
        uptime.passes(0.001)
        assert guesses(door) == "auth.wrong_login"
    assert kinds(door.database).count("login.locked") == 6
    uptime.passes(900)
    comes_in(door, Role.OWNER)
    assert [guesses(door) for _ in range(4)] == [*["auth.wrong_login"] * 3, "auth.locked"]


def test_the_wait_is_said_and_counted_down(door: Door, uptime: TurnedUptime) -> None:
    for _ in range(3):
        guesses(door)
    uptime.passes(1.5)
    with door.database.read() as session:
        assert wait_left(door, session, "Owner") == 3_500
        assert wait_left(door, session, "nobody") == 0
    with pytest.raises(RuleBroken) as locked:
        comes_in(door, Role.OWNER)
    assert locked.value.values == {"wait": "4 seconds", "milliseconds": 3_500}
    assert [show_wait(ms) for ms in (1, 90_000, 90_001, 900_000)] == [
        "1 second",
        "90 seconds",
        "2 minutes",
        "15 minutes",
    ]


def test_one_user_and_terminal_does_not_lock_another(door: Door, uptime: TurnedUptime) -> None:
    hire(door.database, Role.CASHIER)
    for _ in range(3):
        guesses(door)
    assert guesses(door) == "auth.locked"
    comes_in(door, Role.CASHIER)
    comes_in(Door(door.database, uptime, "C2"), Role.OWNER)
    assert guesses(door) == "auth.locked"  # what was right at C2 says nothing about C1


def test_a_kill_between_counting_and_looking_is_no_free_try(door: Door, uptime: TurnedUptime) -> None:
    for _ in range(3):
        with door.database.write(DOORKEEPER) as uow:  # then the process is killed
            begin_attempt(uow, "owner", Method.PASSWORD, terminal=None, uptime_ms=uptime.milliseconds())
    assert guesses(door, password=OWNERS_PASSWORD) == "auth.locked"


def test_no_clock_resets_or_shortens_the_wait(door: Door, uptime: TurnedUptime, clock: TurnedClock) -> None:
    for _ in range(4):
        uptime.passes(5)
        guesses(door)
    for days in (400, -800, 400):
        clock.turn(days=days)
        assert guesses(door) == "auth.locked"
    uptime.restarts()
    assert guesses(door) == "auth.locked"
    uptime.passes(29.9)
    assert guesses(door) == "auth.locked"
    uptime.passes(0.1)
    assert guesses(door) == "auth.wrong_login"


def test_proven_time_is_never_more_than_what_passed() -> None:
    assert proven_milliseconds(1_000, 4_000) == 3_000
    assert proven_milliseconds(4_000, 1_000) == 1_000  # started anew in between
    assert proven_milliseconds(4_000, 4_000) == 0


def test_unknown_names_are_counted_in_few_drawers_and_kept_nowhere(door: Door) -> None:
    assert len({subject_of_unknown(f"name {n}") for n in range(2_000)}) == 64
    assert subject_of_unknown("Somebody ") == subject_of_unknown("somebody")
    assert [guesses(door, "my s3cret password") for _ in range(4)] == [*["auth.wrong_login"] * 3, "auth.locked"]
    with door.database.read() as session:
        subjects = session.scalars(select(LoginMark.subject)).all()
        notes = [value for entry in search_log(session) for value in entry.note.values()]
    assert not [text for text in [*subjects, *notes] if "s3cret" in text]
    count = len(subjects)
    guesses(door, "my s3cret password")  # refused unlooked: not counted, so nobody fills the disk
    with door.database.read() as session:
        assert session.scalar(select(func.count()).select_from(LoginMark)) == count


def test_somebody_with_the_right_ends_the_waiting(door: Door) -> None:
    for _ in range(3):
        guesses(door)
    with door.database.write(CONSOLE) as uow:
        unlock_user(uow, UnlockUser(username="owner"))
    assert guesses(door) == "auth.wrong_login"
    for _ in range(2):
        guesses(door)
    with door.database.write(CONSOLE) as uow:
        set_password(uow, SetPassword(username="owner", password="forgot the other", must_change_password=False))
    log_in(door, LogIn(username="owner", password="forgot the other"))


def test_a_single_command_leaves_no_session(door: Door) -> None:
    actor = log_in_for_command(door, "OWNER", OWNERS_PASSWORD)
    assert (actor.username, actor.role) == ("owner", Role.OWNER)
    assert kinds(door.database)[-1] == "login.succeeded"


def test_changing_the_own_password_proves_and_counts(door: Door) -> None:
    asha = hire(door.database, Role.PHARMACIST)[Role.PHARMACIST]
    old = PEOPLE[Role.PHARMACIST][1]
    with refused("auth.wrong_login"):
        change_password(door, asha, ChangePassword(password="not this one", new_password="a new long one"))
    with refused("auth.password_same"):
        change_password(door, asha, ChangePassword(password=old, new_password=old))
    change_password(door, asha, ChangePassword(password=old, new_password="a new long one"))
    assert guesses(door, "asha", old) == "auth.wrong_login"
    log_in(door, LogIn(username="asha", password="a new long one"))


def test_a_pin_switches_users_where_a_password_began(door: Door) -> None:
    hire(door.database, Role.PHARMACIST, Role.CASHIER)
    first = comes_in(door, Role.PHARMACIST)
    second = switches(door, first.session_id, Role.CASHIER)
    assert (second.username, second.root_id, second.method) == ("ravi", first.session_id, Method.PIN)
    with refused("auth.no_session"):  # the first ended when it was switched
        switches(door, first.session_id, Role.CASHIER)
    third = switches(door, second.session_id, Role.PHARMACIST)
    with door.database.write(third.actor) as uow:
        log_out(uow, third.session_id)
    with refused("auth.no_session"):
        switches(door, third.session_id, Role.CASHIER)


def test_a_pin_needs_a_password_of_the_same_day(door: Door, clock: TurnedClock, uptime: TurnedUptime) -> None:
    hire(door.database, Role.PHARMACIST, Role.CASHIER)
    session = comes_in(door, Role.PHARMACIST)
    clock.turn(hours=9)  # past midnight in India
    with refused("auth.no_session"):
        switches(door, session.session_id, Role.CASHIER)
    clock.turn(hours=-9)
    uptime.passes(24 * 3600 + 1)  # a clock that was held back gives no second day
    with refused("auth.no_session"):
        switches(door, session.session_id, Role.CASHIER)


def test_a_pin_needs_the_terminal_and_an_active_user(door: Door, uptime: TurnedUptime) -> None:
    hire(door.database, Role.PHARMACIST, Role.CASHIER)
    session = comes_in(door, Role.PHARMACIST)
    with refused("auth.no_session"):
        switches(Door(door.database, uptime, "C2"), session.session_id, Role.CASHIER)
    with door.database.write(CONSOLE) as uow:
        deactivate_user(uow, DeactivateUser(username="asha"))
    with refused("auth.no_session"):
        switches(door, session.session_id, Role.CASHIER)


def test_wrong_pins_slow_down_and_then_want_the_password(door: Door, uptime: TurnedUptime) -> None:
    hire(door.database, Role.PHARMACIST, Role.CASHIER)
    session = comes_in(door, Role.PHARMACIST)
    for _ in range(PIN_TRIES):
        with refused("auth.wrong_pin"):
            switches(door, session.session_id, Role.CASHIER, pin="5555")
        uptime.passes(900)
    with refused("auth.pin_needs_password"):
        switches(door, session.session_id, Role.CASHIER)
    comes_in(door, Role.CASHIER)
    session = comes_in(door, Role.PHARMACIST)
    assert switches(door, session.session_id, Role.CASHIER).username == "ravi"


def test_a_right_pin_does_not_forgive_wrong_passwords(door: Door) -> None:
    hire(door.database, Role.PHARMACIST, Role.CASHIER)
    session = comes_in(door, Role.PHARMACIST)
    for _ in range(3):
        guesses(door, "ravi")
    switches(door, session.session_id, Role.CASHIER)
    assert guesses(door, "ravi") == "auth.locked"


def test_without_a_pin_none_lets_in(door: Door) -> None:
    people = hire(door.database, Role.PHARMACIST, Role.CASHIER)
    change_pin(door, people[Role.CASHIER], ChangePin(password=PEOPLE[Role.CASHIER][1], pin=None))
    session = comes_in(door, Role.PHARMACIST)
    with refused("auth.wrong_pin"):
        switches(door, session.session_id, Role.CASHIER)


def test_a_session_is_ended_by_its_own_user(door: Door) -> None:
    people = hire(door.database, Role.CASHIER)
    session = comes_in(door, Role.OWNER)
    with refused("auth.no_session"), door.database.write(people[Role.CASHIER]) as uow:
        log_out(uow, session.session_id)


@pytest.mark.parametrize(
    ("idle", "minutes", "locked"), [(899, 15, False), (900, 15, True), (10**6, 0, False), (60, 1, True), (0, 1, False)]
)
def test_an_idle_terminal(idle: int, minutes: int, locked: bool) -> None:
    assert is_idle_locked(idle, minutes) is locked
