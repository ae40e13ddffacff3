"""A second person comes to the shop, in a real window and without a mouse: added, let in, taking turns by PIN."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.app.dto import CreateShop
from core.app.shop import create_shop, open_shop
from core.app.verify import verify
from core.auth.dto import UserView
from core.auth.queries import list_users
from core.kernel.clock import SystemClock
from core.sales.queries import bill_by_number
from tests.support.shop import KOCHI, TestShop
from tests.support.xserver import Screen, x_screen

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60.0


@pytest.fixture
def screen() -> Iterator[Screen]:
    with x_screen() as screen:
        yield screen


@contextmanager
def program(screen: Screen, folder: Path) -> Iterator[None]:
    """Run the program as a person starts it, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cli", "run", "--data", str(folder)],
        env={**screen.environment, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def until_user(folder: Path, username: str, is_so: Callable[[UserView], bool] = lambda user: True) -> None:
    """Wait until the program has written a user who is so."""
    shop = open_shop(folder)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with shop.database.read() as session:
                if any(user.username == username and is_so(user) for user in list_users(session)):
                    return
    finally:
        shop.close()
    raise AssertionError(f"the program wrote no such {username}")


def test_a_new_cashier_and_the_owner_take_turns_at_the_counter(screen: Screen, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shop = TestShop(create_shop(folder, CreateShop.model_validate(KOCHI)), SystemClock())
    shop.receives("PCM500", name="Paracetamol 500", expiry="12/2099", mrp="25.65", schedules=frozenset())
    shop.receives("PAN40", name="Pantoprazole 40", expiry="12/2099", mrp="151.05", schedules=frozenset())
    shop.close()

    with program(screen, folder):
        screen.until_title("Log in", "Test Medicals")
        screen.type("owner")
        screen.press("Return")
        screen.type("correct horse 7")
        screen.press("Return")
        screen.until_title("Billing")

        screen.press("alt+8")
        screen.until_title("Users: 1")
        screen.press("F5")  # the owner's own PIN
        screen.until_title("PIN of owner")
        screen.type("8264")
        screen.press("Tab")
        screen.type("8264")
        screen.press("Return")
        until_user(folder, "owner", lambda user: user.has_pin)
        screen.until_title("Users: 1")
        screen.press("F2")
        screen.until_title("New user")
        screen.type("ravi")
        screen.press("Tab")
        screen.type("Ravi Kumar")
        screen.press("Tab", "Tab")  # a cashier, as it stands
        screen.type("from the owner")
        screen.press("Tab")
        screen.type("from the owner")
        screen.press("Tab")
        screen.type("73915")
        screen.picture(str(tmp_path / "new-user.png"))
        screen.press("Return")
        until_user(folder, "ravi", lambda user: user.must_change_password)
        screen.until_title("Users: 2")
        screen.press("ctrl+l")

        screen.until_title("Log in")
        screen.press("ctrl+a", "shift+Tab", "ctrl+a")
        screen.type("ravi")
        screen.press("Return")
        screen.type("from the owner")
        screen.press("Return")
        screen.until_title("Choose a password")
        screen.type("mine alone 99")
        screen.press("Return")
        screen.type("mine alone 99")
        screen.press("Return")
        screen.until_title("Billing")
        screen.type("para")
        screen.press("Return")
        screen.until_title("₹26.00", "lines: 1")
        screen.press("Return")

        screen.press("F11")
        screen.type("o")
        screen.type("8264")
        screen.picture(str(tmp_path / "switch.png"))
        screen.press("Return")
        screen.until_title("Billing – Test Medicals")  # without a line: this is the owner's own desk
        screen.type("panto")
        screen.press("Return")
        screen.until_title("₹151.00", "lines: 1")
        screen.press("Return", "F12", "Return")
        screen.until_title("Billing – Test Medicals")
        screen.press("F11")
        screen.type("r")
        screen.type("73915")
        screen.press("Return")
        screen.until_title("₹26.00", "lines: 1")
        screen.picture(str(tmp_path / "back.png"))
        screen.press("F12", "Return")
        screen.until_title("Billing – Test Medicals")

    opened = open_shop(folder)
    try:
        assert verify(opened.database).findings == ()
        with opened.database.read() as session:
            series = [bill_by_number(session, f"C1/26-27/00000{number}") for number in (1, 2)]
        assert [(bill.username, bill.lines[0].item_code) for bill in series] == [("owner", "PAN40"), ("ravi", "PCM500")]
    finally:
        opened.close()
