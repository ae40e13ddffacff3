"""The log-in without a window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from core.auth.dto import Method, SessionView
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from pos_desktop.screens.login.presenter import Login

ANITHA = SessionView(
    session_id=new_id(),
    root_id=new_id(),
    user_id=new_id(),
    username="anitha",
    full_name="Anitha",
    role=Role.PHARMACIST,
    terminal="C1",
    method=Method.PASSWORD,
    started_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
)


class Door:
    """A log-in whose check a test answers by hand."""

    def __init__(self, last_user: str = "") -> None:
        self.tried: list[tuple[str, str]] = []
        self.entered: list[SessionView] = []
        self.drawn = 0
        self.login = Login(authenticate=self._check, entered=self.entered.append, last_user=last_user)
        self.login.listen(self._draw)

    def _check(
        self, username: str, secret: str, done: Callable[[SessionView], None], failed: Callable[[Exception], None]
    ) -> None:
        self.tried.append((username, secret))
        self.done, self.failed = done, failed

    def _draw(self) -> None:
        self.drawn += 1


def test_one_begins_at_the_field_that_is_empty() -> None:
    assert Door().login.first_field == "username"
    assert Door("anitha").login.first_field == "password"


@pytest.mark.parametrize(
    ("username", "password", "wrong"), [("", "x", "username"), (" ", "", "username"), ("anitha", "", "password")]
)
def test_an_empty_field_is_asked_for_before_anything_is_checked(username: str, password: str, wrong: str) -> None:
    door = Door()
    door.login.submit(username, password)

    assert set(door.login.problems) == {wrong}
    assert door.login.first_field == wrong
    assert not door.tried


def test_the_right_password_lets_in() -> None:
    door = Door()
    door.login.submit(" anitha ", " pass word ")
    assert (door.tried, door.login.is_busy) == ([("anitha", " pass word ")], True)

    door.done(ANITHA)
    assert (door.entered, door.login.is_busy) == ([ANITHA], False)


def test_a_second_enter_waits_for_the_first() -> None:
    door = Door()
    door.login.submit("anitha", "right")
    door.login.submit("anitha", "right")

    assert len(door.tried) == 1


def test_a_wrong_password_says_so_until_one_types() -> None:
    door = Door("anitha")
    door.login.submit("anitha", "wrong")
    door.failed(RuleBroken("auth.wrong_login"))
    assert door.login.problems == {"password": "User name or password is wrong: try again."}
    assert door.login.first_field == "password"

    door.login.typed()
    assert door.login.problems == {}


def test_a_bug_is_not_made_a_wrong_password() -> None:
    door = Door()
    door.login.submit("anitha", "right")
    with pytest.raises(ZeroDivisionError):
        door.failed(ZeroDivisionError())

    assert (door.login.problems, door.login.is_busy) == ({}, False)
