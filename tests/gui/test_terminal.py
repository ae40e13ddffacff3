"""Who is at work at the counter: taking over by PIN, locking, logging out, and a supervisor beside; by keys alone."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from core.app.choices import set_choice
from core.app.shop import open_shop
from core.app.verify import verify
from core.audit.history import search_log
from core.auth.dto import AddUser, Method, SetPassword, SetRoleRight
from core.auth.permissions import Permission
from core.auth.roles import set_role_right
from core.auth.service import add_user, set_password
from core.kernel.actor import Role
from core.sales.drafts import saved_drafts
from core.settings.choices import Choice
from pos_desktop.screens.billing.asking import Purpose
from pos_desktop.screens.billing.presenter import BillingPresenter
from pos_desktop.screens.users.screen import UsersScreen
from pos_desktop.shell import theme
from pos_desktop.shell.window import MainWindow
from tests.support.clock import TurnedClock
from tests.support.counter import stocked_shop
from tests.support.people import CONSOLE, OWNERS_PASSWORD, PEOPLE, cheap_secrets, hire
from tests.support.program import ALT, CTRL, Workplace, workplace
from tests.support.uptime import TurnedUptime

# the offscreen plugin says this when a list opens
pytestmark = pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)

RAVI, ASHA = PEOPLE[Role.CASHIER], PEOPLE[Role.PHARMACIST]


@pytest.fixture
def uptime() -> TurnedUptime:
    return TurnedUptime()


@pytest.fixture
def place(qapp: QApplication, tmp_path: Path, clock: TurnedClock, uptime: TurnedUptime) -> Iterator[Workplace]:
    """A shop with stock and people, at its log-in."""
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        with shop.shop.database.write(CONSOLE) as uow:  # its owner was founded at the real cost
            command = SetPassword(username="owner", password=OWNERS_PASSWORD, must_change_password=False)
            set_password(uow, command)
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, uptime) as made:
            yield made
        theme.apply_theme(qapp, theme.LIGHT)
        opened = open_shop(tmp_path / "shop", clock)
        assert verify(opened.database).findings == ()
        opened.close()


def words(place: Workplace) -> str:
    """Return all that can be read in the window that is open, its title included."""
    window = place.program.window
    assert window is not None
    labels = [label.text() for label in window.findChildren(QLabel)]
    return "\n".join([window.windowTitle(), *labels, *(edit.text() for edit in window.findChildren(QLineEdit))])


def kinds(place: Workplace) -> list[str]:
    """Return the kinds of the newest events, newest first."""
    assert place.program.shop is not None
    with place.program.shop.database.read() as session:
        return [entry.kind for entry in search_log(session, limit=20)]


# --- taking over by PIN --------------------------------------------------------------------------------------------


def test_two_people_take_turns_and_each_finds_the_own_bill(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    assert any(isinstance(screen, UsersScreen) for screen in place.window._screens)
    place.adds("para", "2:5")
    place.types("pan")  # a search that is not finished is kept as well
    command_id = place.billing.draft.command_id

    place.switches("r", RAVI[2], "ravi")
    assert not any(isinstance(screen, UsersScreen) for screen in place.window._screens)
    labels = [button.entry.label for button in place.window.rail.buttons]
    assert labels == ["Billing", "Items", "Parties", "Bills", "Wants", "Counter", "Today", "Reports"]
    assert place.billing.draft.lines == []
    place.adds("panto", "1")

    place.presses(Qt.Key.Key_F11)
    place.waits(lambda: bool(place.panel.switch.people), "the people")
    assert "owner" not in [user.username for user in place.panel.switch.people]  # has no PIN
    place.presses(Qt.Key.Key_Escape)
    assert place.window.focusWidget() is place.window.screen_here.view.search  # type: ignore[union-attr]

    place.presses(Qt.Key.Key_L, modifiers=CTRL)
    place.comes_in("owner", OWNERS_PASSWORD)
    assert place.billing.draft.command_id == command_id
    assert [line.item.code for line in place.billing.draft.lines] == ["PCM500"]
    assert place.billing.search.typed == "pan"
    place.presses(Qt.Key.Key_Escape, Qt.Key.Key_F12, Qt.Key.Key_Return)
    place.waits(lambda: place.billing.saving.last is not None, "the bill")
    place.switches("r", RAVI[2], "ravi")
    assert place.billing.saving.last is not None, "the last bill is the counter's"
    assert [line.item.code for line in place.billing.draft.lines] == ["PAN40"]
    assert kinds(place)[:2] == ["session.switched", "login.attempted"]


def test_a_wrong_pin_says_so_and_the_bill_is_still_there(place: Workplace) -> None:
    place.comes_in("ravi", RAVI[1])
    place.adds("para")
    place.presses(Qt.Key.Key_F11)
    place.waits(lambda: bool(place.panel.switch.people), "the people")
    place.types("a" + "9999", Qt.Key.Key_Return)
    place.waits(lambda: place.panel.switch.sentence != "", "the refusal")
    assert place.panel.row.problem == "User name or PIN is wrong: try again."
    assert place.panel.pin.selectedText() == "9999"
    place.presses(Qt.Key.Key_F1, Qt.Key.Key_F12)  # nothing below hears a key
    assert not place.window.key_list.is_open
    assert place.billing.checkout.tender is None
    place.presses(Qt.Key.Key_Escape)
    assert (place.user, len(place.billing.draft.lines)) == ("ravi", 1)
    assert place.panel.pin.text() == ""


def test_the_rights_of_who_took_over_hold_at_once(place: Workplace) -> None:
    place.comes_in("asha", ASHA[1])
    place.adds("para", "1")
    place.presses(Qt.Key.Key_Return, Qt.Key.Key_F3, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    place.waits(lambda: place.billing.draft.lines[0].entry.batch is not None, "the batch, which a pharmacist may pick")
    place.switches("r", RAVI[2], "ravi")
    place.adds("para", "1")
    place.presses(Qt.Key.Key_Return, Qt.Key.Key_F3, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    place.waits(lambda: "ravi (cashier) may not" in place.billing.desk.notice.text, "the refusal")


def test_who_has_a_password_that_is_due_does_not_take_over(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    assert place.program.shop is not None
    with place.program.shop.database.write(CONSOLE) as uow:
        set_password(uow, SetPassword(username="ravi", password="from the owner"))
    place.presses(Qt.Key.Key_F11)
    place.waits(lambda: bool(place.panel.switch.people), "the people")
    place.types("r" + RAVI[2], Qt.Key.Key_Return)
    place.waits(lambda: "choose your own" in place.panel.switch.sentence, "the refusal")


def test_twenty_switches_leave_nothing_behind(place: Workplace) -> None:
    place.comes_in("ravi", RAVI[1])
    turns = [("a", ASHA[2], "asha"), ("r", RAVI[2], "ravi")]
    for letter, pin, name in turns:  # what is made once is made by now
        place.switches(letter, pin, name)

    def standing() -> dict[str, int]:
        place.buries()
        gc.collect()
        alive = gc.get_objects()
        return {
            "threads": threading.active_count(),
            "listeners": len(place.program._board._listeners),
            "windows": sum(isinstance(one, MainWindow) for one in place.app.topLevelWidgets()),
            "widgets": len(place.app.allWidgets()),
            "presenters": sum(type(one) is BillingPresenter for one in alive),
            "children": len(place.program.children()),
            "theme": theme.changes().receivers("2changed()"),
            "scanner": place.program._scanner.receivers("2scanned(QString)"),
        }

    before = standing()
    for number in range(20):
        place.switches(*turns[number % 2])
    assert standing() == before
    assert before["windows"] == 1


# --- locking -------------------------------------------------------------------------------------------------------


def leaves(place: Workplace, clock: TurnedClock, uptime: TurnedUptime, minutes: float) -> None:
    """Let the time pass while nobody touches anything, and the watch look."""
    clock.turn(minutes=minutes)
    uptime.passes(minutes * 60)
    place.program.idle.look()


def test_an_untouched_terminal_locks_and_shows_nothing_of_the_bill(
    place: Workplace, clock: TurnedClock, uptime: TurnedUptime
) -> None:
    place.comes_in("ravi", RAVI[1])
    place.adds("para", "2:5")
    leaves(place, clock, uptime, 14)
    place.presses(Qt.Key.Key_Down)  # a key is enough
    leaves(place, clock, uptime, 14)
    assert place.user == "ravi"
    leaves(place, clock, uptime, 1)

    assert place.door.login.is_locked
    place.buries()
    shown = words(place)
    for secret in ("Paracetamol", "PCM500", "64", "₹", "lines"):
        assert secret not in shown
    assert place.door.windowTitle() == "Locked – Test Medicals – Nuskha"
    assert not [window for window in place.app.topLevelWidgets() if isinstance(window, MainWindow)]

    place.types(RAVI[2], Qt.Key.Key_Return)  # the name stands there
    place.waits(lambda: place.user == "ravi", "the unlocking")
    assert [line.item.code for line in place.billing.draft.lines] == ["PCM500"]
    assert kinds(place)[:3] == ["session.unlocked", "login.attempted", "session.ended"]


def test_somebody_else_unlocks_by_pin_or_password_and_gets_the_own_desk(
    place: Workplace, clock: TurnedClock, uptime: TurnedUptime
) -> None:
    place.comes_in("ravi", RAVI[1])
    place.adds("para")
    leaves(place, clock, uptime, 15)
    place.comes_in("asha", ASHA[2])
    assert place.billing.draft.lines == []
    leaves(place, clock, uptime, 15)
    place.presses(Qt.Key.Key_F2)
    place.comes_in("ravi", RAVI[1])
    assert len(place.billing.draft.lines) == 1


def test_a_lock_asks_who_has_no_pin_for_the_password(
    place: Workplace, clock: TurnedClock, uptime: TurnedUptime
) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    leaves(place, clock, uptime, 15)
    assert place.door.login.method is Method.PASSWORD
    place.types(OWNERS_PASSWORD, Qt.Key.Key_Return)
    place.waits(lambda: place.user == "owner", "the unlocking")


def test_the_first_key_after_a_long_absence_locks_and_reaches_nothing(
    place: Workplace, clock: TurnedClock, uptime: TurnedUptime
) -> None:
    place.comes_in("ravi", RAVI[1])
    uptime.passes(15 * 60)  # the timer has not looked yet
    place.presses(Qt.Key.Key_X)
    assert place.door.login.is_locked
    assert place.door.password.text() == ""


@pytest.mark.parametrize("by", ["clock", "uptime"])
def test_neither_a_clock_turned_back_nor_a_sleep_keeps_it_open(
    place: Workplace, clock: TurnedClock, uptime: TurnedUptime, by: str
) -> None:
    place.comes_in("ravi", RAVI[1])
    if by == "clock":
        clock.turn(minutes=15)  # the machine slept: its uptime stood still
    else:
        clock.turn(hours=-3)
        uptime.passes(15 * 60)
    place.program.idle.look()
    assert place.door.login.is_locked


def test_the_shop_chooses_the_minutes_and_0_is_never(
    place: Workplace, clock: TurnedClock, uptime: TurnedUptime
) -> None:
    assert place.program.shop is not None
    for minutes, secret, waited in (("2", RAVI[1], 2), ("0", RAVI[2], 600)):
        with place.program.shop.database.write(CONSOLE) as uow:
            set_choice(uow, Choice.IDLE_LOCK_MINUTES, minutes)
        place.comes_in("ravi", secret)
        leaves(place, clock, uptime, waited)
        assert (place.user == "") is (minutes != "0")
    assert not place.program.idle._timer.isActive()


def test_a_new_day_asks_for_the_password(place: Workplace, clock: TurnedClock, uptime: TurnedUptime) -> None:
    place.comes_in("ravi", RAVI[1])
    leaves(place, clock, uptime, 24 * 60)
    place.types(RAVI[2], Qt.Key.Key_Return)
    place.waits(lambda: "log in with the password" in place.door.rows["password"].problem, "the refusal")
    assert place.door.rows["password"].label.text() == "Password"
    place.comes_in("ravi", RAVI[1])


def test_five_wrong_pins_at_the_lock_need_the_password(
    place: Workplace, clock: TurnedClock, uptime: TurnedUptime
) -> None:
    place.comes_in("ravi", RAVI[1])
    leaves(place, clock, uptime, 15)
    for number in range(6):
        place.types("0000", Qt.Key.Key_Return)
        place.waits(lambda: place.door.rows["password"].problem != "", f"refusal {number}")
        uptime.passes(1_000)
        place.door.password.clear()
    assert place.door.rows["password"].label.text() == "Password"


# --- out, and in with a password of one's own -----------------------------------------------------------------------


def test_after_logging_out_no_pin_lets_in(place: Workplace) -> None:
    place.comes_in("ravi", RAVI[1])
    place.presses(Qt.Key.Key_L, modifiers=CTRL)
    assert not place.door.login.is_locked
    assert place.door.windowTitle().startswith("Log in")
    place.waits(lambda: kinds(place)[0] == "session.ended", "the end of the session")


def test_a_given_password_is_changed_at_the_log_in(place: Workplace) -> None:
    assert place.program.shop is not None
    with place.program.shop.database.write(CONSOLE) as uow:
        add_user(uow, AddUser(username="leela", password="from the owner", role=Role.CASHIER))
    place.door.username.clear()
    place.types("leela", Qt.Key.Key_Return)
    place.types("from the owner", Qt.Key.Key_Return)
    place.waits(lambda: place.door.login.is_due, "the question")
    assert place.door.new.hasFocus()
    place.types("mine alone 9", Qt.Key.Key_Return)
    place.types("mine alone 8", Qt.Key.Key_Return)
    assert place.door.rows["again"].problem.startswith("The two passwords differ")
    place.types("mine alone 9", Qt.Key.Key_Return)
    place.waits(lambda: place.user == "leela", "the log-in")
    assert kinds(place)[0] == "session.started"
    place.presses(Qt.Key.Key_L, modifiers=CTRL)
    place.comes_in("leela", "mine alone 9")


def test_a_short_password_is_refused_at_its_field(place: Workplace) -> None:
    assert place.program.shop is not None
    with place.program.shop.database.write(CONSOLE) as uow:
        set_password(uow, SetPassword(username="ravi", password="from the owner"))
    place.door.username.clear()
    place.types("ravi", Qt.Key.Key_Return)
    place.types("from the owner", Qt.Key.Key_Return)
    place.waits(lambda: place.door.login.is_due, "the question")
    place.types("short", Qt.Key.Key_Return)
    place.types("short", Qt.Key.Key_Return)
    place.waits(lambda: "8 characters" in place.door.rows["new"].problem, "the refusal")
    assert place.door.new.hasFocus()


# --- a supervisor beside -------------------------------------------------------------------------------------------


def asks_for_supervisor(place: Workplace) -> bool:
    """Say whether the panel is open with the supervisors in it."""
    form = place.billing.asking.form
    return form is not None and form.purpose is Purpose.OVERRIDE and not form.is_busy


def test_a_cashier_cancels_with_a_supervisors_pin(place: Workplace) -> None:
    place.comes_in("ravi", RAVI[1])
    place.adds("para", "2")
    place.presses(Qt.Key.Key_F12, Qt.Key.Key_Return)
    place.waits(lambda: place.billing.saving.last is not None, "the bill")
    place.types("panto")  # the next bill has begun
    place.presses(Qt.Key.Key_F10)
    place.types("wrong patient", Qt.Key.Key_Return)
    asking = place.billing.asking
    place.waits(
        lambda: asking.form is not None and len(asking.form.fields) == 4 and not asking.form.is_busy, "the panel"
    )
    place.presses(Qt.Key.Key_Escape)  # nothing traps: the bill is as it was
    assert asking.form is None
    assert place.billing.search.typed == "panto"
    assert place.billing.saving.last is not None
    assert place.billing.saving.last.bill.cancelled is None

    place.presses(Qt.Key.Key_F10)
    place.types("wrong patient", Qt.Key.Key_Return)
    place.waits(
        lambda: asking.form is not None and len(asking.form.fields) == 4 and not asking.form.is_busy, "the panel"
    )
    place.presses(Qt.Key.Key_Tab)  # asha stands there first
    place.types("0000", Qt.Key.Key_Return)
    place.waits(lambda: asking.form is not None and bool(asking.form.problems), "the refusal")
    place.types(ASHA[2], Qt.Key.Key_Return)
    place.waits(lambda: "is cancelled" in place.billing.desk.notice.text, "the cancellation")
    bill = place.billing.saving.last.bill
    assert bill.cancelled is not None
    assert bill.cancelled.reason == "wrong patient"
    assert "CANCELLED: wrong patient" in words(place)
    assert place.billing.search.typed == "panto"
    newest = kinds(place)
    assert newest[0] == "bill.cancelled"
    assert "override.given" in newest


def test_the_screen_of_users_is_opened_by_key_and_follows_the_rights(place: Workplace) -> None:
    place.comes_in("owner", OWNERS_PASSWORD)
    place.presses(Qt.Key.Key_8, modifiers=ALT)
    here = place.window.screen_here
    assert isinstance(here, UsersScreen)
    place.waits(lambda: here.view.people.model().rowCount() == 5, "the people")
    place.presses(Qt.Key.Key_F2)
    place.types("leela", Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    place.types("first day 26", Qt.Key.Key_Tab)
    place.types("first day 26", Qt.Key.Key_Return)
    place.waits(lambda: here.view.notice.label.accessibleName() == "leela is added.", "the new user")
    place.waits(lambda: here.view.people.model().rowCount() == 6, "the list to be read again")
    place.presses(Qt.Key.Key_F5)
    place.types("80931", Qt.Key.Key_Tab)
    place.types("80931", Qt.Key.Key_Return)
    place.waits(lambda: here.view.notice.label.accessibleName() == "leela has a new PIN.", "the PIN")
    place.presses(Qt.Key.Key_F8, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert here.view.form.isVisible()
    place.presses(Qt.Key.Key_Escape, Qt.Key.Key_Escape)
    assert here.view.people.hasFocus()
    place.presses(Qt.Key.Key_1, modifiers=ALT)
    assert place.window.screen_here is not here


def test_a_pharmacist_who_is_given_the_right_sees_the_screen(place: Workplace) -> None:
    assert place.program.shop is not None
    right = {"user_role": "pharmacist", "permission": Permission.MANAGE_USERS, "granted": True}
    with place.program.shop.database.write(CONSOLE) as uow:
        set_role_right(uow, SetRoleRight.model_validate(right))
    place.comes_in("asha", ASHA[1])
    assert [button.entry.label for button in place.window.rail.buttons] == [
        "Billing",
        "Items",
        "Goods in",
        "Purchases",
        "Parties",
        "Bills",
        "Wants",
        "Counter",
        "Import",
        "Users",
        "Registers",
        "Today",
        "Reports",
    ]


def test_each_user_has_a_slot_even_where_one_was_not_written_yet(place: Workplace) -> None:
    place.comes_in("ravi", RAVI[1])
    place.adds("para")
    place.switches("a", ASHA[2], "asha")  # before the timer of the keeping
    place.adds("panto")
    place.switches("r", RAVI[2], "ravi")
    assert [line.item.code for line in place.billing.draft.lines] == ["PCM500"]
    assert place.program.shop is not None
    with place.program.shop.database.read() as session:
        drafts = saved_drafts(session)
    assert {slot: draft.owner for slot, draft in drafts.items()} == {0: "ravi", 1: "asha"}


def test_closing_the_program_ends_the_session(
    qapp: QApplication, tmp_path: Path, clock: TurnedClock, uptime: TurnedUptime
) -> None:
    with cheap_secrets():
        shop = stocked_shop(tmp_path / "shop", clock)
        hire(shop.shop.database)
        shop.close()
        with workplace(qapp, tmp_path / "shop", clock, uptime) as place:
            place.comes_in("ravi", RAVI[1])
    opened = open_shop(tmp_path / "shop", clock)
    with opened.database.read() as session:
        newest = search_log(session, limit=1)[0]
    opened.close()
    assert (newest.kind, newest.username) == ("session.ended", "ravi")
