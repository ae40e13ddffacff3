"""The users screen without a window, over a real shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core.auth.dto import ChangePassword, LogIn
from core.auth.login import Door, change_password, log_in
from core.auth.permissions import Permission
from core.kernel.actor import Actor, Role
from core.kernel.errors import EnvironmentFault, RuleBroken
from pos_desktop.screens.users.presenter import Page, UsersPresenter
from pos_desktop.screens.users.rows import ROLES, UserRow
from tests.support.lanes import TestLanes
from tests.support.people import OWNERS_PASSWORD, PEOPLE, cheap_secrets, comes_in, hire
from tests.support.shop import TestShop
from tests.support.uptime import TurnedUptime


class Office:
    """Somebody at the users screen: each method is what the fingers do."""

    def __init__(self, shop: TestShop, role: Role = Role.OWNER) -> None:
        self.uptime = TurnedUptime()
        self.door = Door(shop.shop.database, self.uptime)
        self.people = hire(self.door.database)
        self.actor = comes_in(self.door, role).actor
        self.lanes = TestLanes(shop.shop.database, self.actor)
        self.bugs: list[Exception] = []
        self.screen = UsersPresenter(
            self.lanes,
            own_name=self.actor.username,
            uptime=self.uptime.milliseconds,
            change_own_password=self._change,
            report_bug=self.bugs.append,
        )
        self.screen.refresh()

    def _change(
        self, command: ChangePassword, done: Callable[[None], None], failed: Callable[[Exception], None]
    ) -> None:
        try:
            change_password(self.door, self.actor, command)
        except RuleBroken as broken:
            failed(broken)
        else:
            done(None)

    def fills(self, **typed: str) -> None:
        """Type into the form that is open, the rest as it stands, and press Enter."""
        form = self.screen.form
        assert form is not None
        self.screen.submit({**{field.name: field.value for field in form.fields}, **typed})

    def row(self, username: str) -> UserRow:
        return next(row for row in self.screen.user_rows() if row.username == username)

    @property
    def problems(self) -> dict[str, str]:
        form = self.screen.form
        assert form is not None
        return {**form.problems, **({"": form.sentence} if form.sentence else {})}

    def logs_in(self, username: str, password: str) -> str:
        """Return who came in, or the code of the refusal."""
        try:
            return log_in(self.door, LogIn(username=username, password=password)).username
        except RuleBroken as broken:
            return broken.code


@pytest.fixture
def office(shop: TestShop) -> Iterator[Office]:
    with cheap_secrets():
        yield Office(shop)


def test_the_list_says_what_an_owner_asks(office: Office) -> None:
    rows = {row.username: row for row in office.screen.user_rows()}
    assert list(rows) == ["asha", "meena", "owner", "ravi", "thomas"]
    assert (rows["asha"].role, rows["asha"].discount, rows["asha"].last_login) == ("Pharmacist", "10 %", "never")
    assert rows["owner"].last_login == "20-11-2026 15:30"
    assert rows["owner"].is_oneself
    assert office.screen.chosen_name == "asha"


def test_a_user_is_added_and_chosen(office: Office) -> None:
    office.screen.open_new()
    office.fills(username="Leela", password="first day 2026", password_again="first day 2026", pin="80931")
    assert office.screen.form is None
    assert office.screen.notice.text == "leela is added."
    assert office.screen.chosen_name == "leela"
    assert (office.row("leela").role, office.row("leela").must_change_password) == ("Cashier", True)
    assert office.logs_in("leela", "first day 2026") == "auth.password_due"


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"username": ""}, "username", 'The field "User name" is empty: fill it.'),
        ({"username": "RAVI"}, "username", "There is a user ravi already: choose another name."),
        ({"password": "short", "password_again": "short"}, "password", "The password needs 8 characters or more."),
        ({"password_again": "another"}, "password_again", "The two passwords differ: type the new one twice the same."),
        ({"pin": "1234"}, "pin", "This PIN is too easy to guess: do not repeat one digit or count up or down."),
    ],
)
def test_what_is_wrong_stands_at_its_field(office: Office, typed: dict[str, str], field: str, words: str) -> None:
    office.screen.open_new()
    office.fills(**{"username": "leela", "password": "long enough 1", "password_again": "long enough 1", **typed})
    assert office.problems == {field: words}
    assert office.screen.form is not None
    assert not office.screen.form.is_busy

    office.screen.typed(field)
    assert office.problems == {}


def test_name_and_role_are_changed(office: Office) -> None:
    office.screen.choose("ravi")
    office.screen.open_edit()
    office.fills(full_name="Ravi Kumar", role="pharmacist")
    assert (office.row("ravi").full_name, office.row("ravi").role) == ("Ravi Kumar", "Pharmacist")
    assert office.screen.notice.text == "ravi is changed."


def test_the_last_owner_stays(office: Office) -> None:
    office.screen.choose("owner")
    office.screen.open_edit()
    office.fills(role="cashier")
    assert office.problems["role"].startswith("The shop would be left without an owner")
    office.screen.escape()
    office.screen.toggle_active()
    assert office.screen.notice.text.startswith("The shop would be left without an owner")
    assert office.row("owner").is_active


def test_a_reset_password_lets_in_once(office: Office) -> None:
    office.screen.choose("ravi")
    office.screen.open_password()
    office.fills(password="from the owner", password_again="from the owner")
    assert office.row("ravi").must_change_password
    assert office.logs_in("ravi", "from the owner") == "auth.password_due"


def test_ones_own_password_asks_for_the_present_one(office: Office) -> None:
    office.screen.choose("owner")
    office.screen.open_password()
    new = {"new_password": "entirely mine 9", "password_again": "entirely mine 9"}
    office.fills(password="not this one", **new)
    assert office.problems == {"password": "User name or password is wrong: try again."}
    office.fills(password=OWNERS_PASSWORD, **new)
    assert office.screen.form is None
    assert not office.row("owner").must_change_password
    assert office.logs_in("owner", "entirely mine 9") == "owner"


def test_a_pin_is_given_and_taken(office: Office) -> None:
    office.screen.choose("ravi")
    office.screen.open_pin()
    office.fills(pin="5830", pin_again="5831")
    assert office.problems == {"pin_again": "The two PINs differ: type the new one twice the same."}
    office.fills(pin="5830", pin_again="5830")
    assert office.screen.notice.text == "ravi has a new PIN."
    office.screen.open_pin()
    office.fills()
    assert office.screen.notice.text == "ravi has no PIN any more."
    assert not office.row("ravi").has_pin


def test_out_and_in_again(office: Office) -> None:
    office.screen.choose("ravi")
    office.screen.toggle_active()
    assert not office.row("ravi").is_active
    assert office.logs_in("ravi", PEOPLE[Role.CASHIER][1]) == "auth.wrong_login"
    office.screen.toggle_active()
    assert office.row("ravi").is_active
    assert office.logs_in("ravi", PEOPLE[Role.CASHIER][1]) == "ravi"


def test_waiting_is_shown_and_ended(office: Office) -> None:
    for _ in range(3):
        assert office.logs_in("ravi", "wrong and wrong") == "auth.wrong_login"
    office.screen.refresh()
    assert office.row("ravi").wait == "5 seconds"
    office.screen.choose("ravi")
    office.screen.unlock()
    assert office.row("ravi").wait == ""
    assert office.logs_in("ravi", PEOPLE[Role.CASHIER][1]) == "ravi"


def test_what_a_role_may_do_is_shown_and_changed(office: Office) -> None:
    office.screen.show_rights()
    rights = list(Permission)
    row = rights.index(Permission.DISCOUNT_BILL)
    shown = [cell.text for cell in office.screen.right_rows()[row].cells]
    assert shown == ["yes", "up to 10 %", "up to 5 %", "no", "no"]
    office.screen.choose_right(row, ROLES.index(Role.CASHIER))
    office.screen.open_edit()
    assert office.screen.form is not None
    assert office.screen.form.title == "Cashier: discount bill"
    office.fills(limit="abc")
    assert list(office.problems) == ["limit"]
    office.fills(limit="7.5")
    cell = office.screen.right_rows()[row].cells[ROLES.index(Role.CASHIER)]
    assert (cell.text, cell.is_changed) == ("up to 7.5 %", True)
    assert office.row("ravi").discount == "7.5 %"

    office.screen.choose_right(rights.index(Permission.CANCEL_BILL), ROLES.index(Role.CASHIER))
    office.screen.open_edit()
    office.fills(scope="all")
    assert office.screen.chosen_right is not None
    assert office.screen.chosen_right.scope == "all"
    office.screen.open_edit()
    office.fills(granted="no")
    assert not office.screen.chosen_right.granted
    office.screen.escape()
    assert office.screen.page is Page.PEOPLE


def test_what_nobody_may_change_is_said_in_the_form(office: Office) -> None:
    office.screen.show_rights()
    office.screen.choose_right(list(Permission).index(Permission.MANAGE_ROLES), 1)
    office.screen.open_edit()
    office.fills(granted="yes")
    assert office.problems == {"": 'The right "manage roles" cannot be given or taken.'}


def test_a_busy_form_waits_and_a_failing_disk_keeps_it(office: Office) -> None:
    office.lanes.holds_writes = True
    office.screen.open_new()
    new = {"username": "leela", "password": "long enough 1", "password_again": "long enough 1"}
    office.fills(**new)
    office.fills(**new)  # a second Enter
    office.screen.escape()
    assert office.screen.form is not None
    assert office.screen.form.is_busy
    assert len(office.lanes.writes) == 1
    office.lanes.fault = EnvironmentFault("storage.disk_full")
    office.lanes.answer()
    assert office.problems[""].startswith("The disk is full")
    office.lanes.holds_writes = False
    office.fills(**new)
    assert (office.row("leela").is_active, office.bugs) == (True, [])


def test_a_bug_is_reported_and_the_form_is_still_there(office: Office) -> None:
    office.screen.open_new()
    office.lanes.fault = ZeroDivisionError()
    office.fills(username="leela", password="long enough 1", password_again="long enough 1")
    assert len(office.bugs) == 1
    assert office.screen.form is not None
    assert not office.screen.form.is_busy


def test_nobody_below_gives_out_more_than_he_has(shop: TestShop) -> None:
    with cheap_secrets():
        office = Office(shop)
        office.screen.show_rights()
        office.screen.choose_right(list(Permission).index(Permission.MANAGE_USERS), ROLES.index(Role.PHARMACIST))
        office.screen.open_edit()
        office.fills(granted="yes")
        asha: Actor = office.people[Role.PHARMACIST]
        office.lanes.actor = asha
        office.screen.show_rights()
        office.screen.choose("ravi")
        office.screen.open_edit()
        office.fills(role="owner")
        assert office.problems["role"].endswith("may do more than asha: ask an owner.")
