"""The log-in without a window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from core.auth.dto import Method, SessionView
from core.kernel.actor import Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from pos_desktop.screens.login.presenter import Authenticate, Login

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


# --- a locked terminal, and a password that is due -----------------------------------------------------------------


class Lock(Door):
    """A terminal that locked itself; a test answers by hand which way was tried."""

    def __init__(self, *, locked: bool = True) -> None:
        super().__init__()
        self.ways: list[str] = []
        self.login = Login(
            authenticate=self._way("password"),
            entered=self.entered.append,
            last_user="anitha",
            replace=self._replace,
            unlock=self._way("pin") if locked else None,
        )
        self.login.listen(self._draw)

    def _way(self, name: str) -> Authenticate:
        def prove(
            username: str, secret: str, done: Callable[[SessionView], None], failed: Callable[[Exception], None]
        ) -> None:
            self.ways.append(name)
            self._check(username, secret, done, failed)

        return prove

    def _replace(
        self,
        username: str,
        password: str,
        new_password: str,
        done: Callable[[SessionView], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.ways.append(f"{password} -> {new_password}")
        self.done, self.failed = done, failed


def test_a_locked_terminal_takes_the_pin_and_f2_the_password() -> None:
    lock = Lock()
    lock.login.submit("anitha", "")
    assert lock.login.problems == {"password": "Type your PIN."}
    lock.login.submit("anitha", "7261")
    lock.login.toggle_method()  # not while it is being compared
    lock.failed(RuleBroken("auth.wrong_pin"))
    assert lock.login.method is Method.PIN
    lock.login.toggle_method()
    lock.login.submit("anitha", "blue bicycle 22")
    lock.done(ANITHA)
    assert (lock.ways, lock.entered) == (["pin", "password"], [ANITHA])


@pytest.mark.parametrize("code", ["auth.no_session", "auth.pin_needs_password", "auth.password_due"])
def test_where_no_pin_lets_in_any_more_the_password_is_asked_for(code: str) -> None:
    lock = Lock()
    lock.login.submit("anitha", "7261")
    lock.failed(RuleBroken(code))
    assert (lock.login.method, lock.login.is_due) == (Method.PASSWORD, False)
    assert list(lock.login.problems) == ["password"]


def test_a_log_in_that_is_not_locked_has_no_other_way() -> None:
    lock = Lock(locked=False)
    lock.login.toggle_method()
    assert (lock.login.is_locked, lock.login.method) == (False, Method.PASSWORD)


def test_a_password_that_is_due_is_typed_new_twice() -> None:
    lock = Lock(locked=False)
    lock.login.submit("anitha", "from the owner")
    lock.failed(RuleBroken("auth.password_due"))
    assert (lock.login.is_due, lock.login.first_field) == (True, "new")
    lock.login.typed("new")
    lock.login.submit("anitha", "from the owner")
    assert list(lock.login.problems) == ["new"]
    lock.login.submit("anitha", "from the owner", "mine alone 9", "mine alone 8")
    assert (list(lock.login.problems), lock.login.first_field) == (["again"], "again")
    lock.login.submit("anitha", "from the owner", "mine alone 9", "mine alone 9")
    lock.failed(RuleBroken("auth.password_too_short", least=8, where="new_password"))
    assert list(lock.login.problems) == ["new"]
    lock.login.submit("anitha", "from the owner", "mine alone 9", "mine alone 9")
    lock.done(ANITHA)
    assert lock.ways == ["password", *["from the owner -> mine alone 9"] * 2]
    assert lock.entered == [ANITHA]


def test_another_name_is_asked_for_its_own_password() -> None:
    lock = Lock(locked=False)
    lock.login.submit("anitha", "from the owner")
    lock.failed(RuleBroken("auth.password_due"))
    lock.login.typed("username")
    assert not lock.login.is_due
