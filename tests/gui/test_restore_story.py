"""A computer is lost: an encrypted shop comes back on an empty one, with a backup and the recovery sheet, by keys."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.app.backups.folder import Backup, backups_folder, list_backups
from core.app.backups.manifest import Reason
from core.app.recovery import RecoverySheet, recovery_sheet, sheet_kept_at
from core.app.shop import open_shop
from core.app.verify import verify
from core.kernel.clock import SystemClock
from pos_desktop.screens.recovery_sheet.presenter import SheetDesk
from tests.support.sheets import SheetDrawer
from tests.support.xserver import Screen, program, x_screen

PASSWORD = "correct horse 7"
ITEMS = """\
code,name,pack,hsn,gst_percent,barcode,batch,expiry,mrp,purchase_rate,quantity
PCM500,Paracetamol 500mg Tablets,10's,30049099,5,,A1,03/2099,25.65,15.00,20
"""
_PATIENCE_SECONDS = 60


@pytest.fixture
def screen() -> Iterator[Screen]:
    with x_screen() as screen:
        yield screen


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline


def sheet_of(folder: Path) -> RecoverySheet:
    """Read the sheet beside the open window, as its owner reads it from paper."""
    shop = open_shop(folder)
    try:
        return recovery_sheet(shop, SystemClock())
    finally:
        shop.close()


def asked_group(sheet: RecoverySheet) -> str:
    """Return the group that the window asks for."""
    drawer = SheetDrawer()
    desk = SheetDesk(save=drawer.save, print_sheet=drawer.print, confirm=drawer.confirm, confirmed=lambda: None)
    desk.open(sheet)
    return desk.groups[desk.asked_group - 1]


def by_hand(folder: Path) -> list[Backup]:
    return [made for made in list_backups(backups_folder(folder)) if made.manifest.reason is Reason.BY_HAND]


def sets_up(screen: Screen, items: Path) -> None:
    """Go through the wizard with encryption as it is offered, up to the recovery sheet."""
    screen.until_title("Set up your shop")
    screen.type("Story Medicals")
    screen.press("Tab")
    screen.type("MG Road, Kochi 682016")
    screen.press("Tab")
    screen.type("32AABCT1332L1ZN")
    screen.press("Return", "Return")  # no licences yet
    screen.press("Tab")
    screen.type("owner")
    for _ in range(2):
        screen.press("Tab")
        screen.type(PASSWORD)
    screen.press("Return")
    screen.press("Return")  # no printer
    screen.press("Return")  # encrypted, no second folder
    screen.press("Down", "Tab")
    screen.type(str(items))
    screen.press("Return")
    screen.until_title("Recovery sheet")


def logs_in(screen: Screen, user: str) -> None:
    screen.until_title("Log in", "Story Medicals")
    if user:
        screen.type(user)
        screen.press("Return")
    screen.type(PASSWORD)
    screen.press("Return")
    screen.until_title("Billing", "Story Medicals")


def bills(screen: Screen) -> None:
    screen.type("para")
    screen.press("Return")
    screen.until_title("lines: 1")
    screen.type("2")
    screen.press("Return")
    screen.until_title("₹51.00", "lines: 1")
    screen.press("F12", "Return")
    screen.until_title("Billing – Story Medicals")


def numbers(folder: Path) -> list[str]:
    """Prove the books of a shop and return the numbers of its bills, the oldest first."""
    shop = open_shop(folder)
    try:
        assert verify(shop.database).findings == ()
        with shop.database.read() as session:
            found = session.connection().exec_driver_sql("SELECT number FROM bill ORDER BY at")
            return [str(number) for number in found.scalars()]
    finally:
        shop.close()


def test_a_lost_computer_is_made_good_by_a_backup_and_the_sheet(screen: Screen, tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text(ITEMS)
    first, second, stick = tmp_path / "first", tmp_path / "second", tmp_path / "stick"

    with program(screen, first):
        sets_up(screen, items)
        sheet = sheet_of(first)
        screen.press("Return")
        screen.type(asked_group(sheet).lower())
        screen.press("Return")
        logs_in(screen, "owner")
        assert sheet_kept_at(first, sheet.key_id) is not None
        bills(screen)
        screen.press("alt+9")
        screen.until_title("Backup and health – Story Medicals")
        screen.press("F5")
        until(lambda: len(by_hand(first)) == 1)
    stick.mkdir()
    (backup,) = by_hand(first)
    carried = stick / backup.name
    shutil.copy(backup.path, carried)
    shutil.rmtree(first)

    with program(screen, second):
        screen.until_title("Set up your shop")
        screen.press("F8")
        screen.until_title("Restore a backup")
        screen.type(str(carried))
        screen.press("Return")
        screen.until_title("asks for its recovery code")
        screen.type(sheet.recovery_code.lower())
        screen.press("Return")
        screen.until_title("What is in the backup")
        screen.press("Return")
        screen.until_title("The backup is restored")
        screen.press("Return")
        logs_in(screen, "owner")
        bills(screen)

    before, after = numbers(second)
    assert (before[:3], after[:4], after[-7:]) == ("C1/", "C1A/", "/000001")
