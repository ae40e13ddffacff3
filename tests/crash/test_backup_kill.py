"""kill -9 while a backup is made or restored: no half backup under a final name, and the old shop or the new one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.app.backups.creating import back_up
from core.app.backups.examine import examine
from core.app.backups.folder import list_backups, manifest_path, only_maker
from core.app.backups.manifest import Manifest, Reason
from core.app.shop import has_shop, open_shop
from core.app.verify import verify
from core.kernel.clock import SystemClock
from core.storage.disk import sha256_of
from tests.support.shop import TestShop

KILLS = int(os.environ.get("NUSKHA_BACKUP_KILLS", "6"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop with stock and bills, closed."""
    shop = TestShop.create(tmp_path / "shop", SystemClock())
    for number in range(20):
        shop.receives(f"ITEM{number}", expiry="12/2099", packs=1000)
        shop.bills((f"ITEM{number}", "1"))
    shop.close()
    return tmp_path / "shop"


def killed(delay: float | str, folder: Path, *arguments: str | Path) -> list[str]:
    """Run the child, kill it, and return the lines it had said whole.

    It is killed ``delay`` seconds after it is ready, or as soon as a file of that pattern is seen in the folder.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.backup_loop", *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    if isinstance(delay, str):
        while child.poll() is None and not any(folder.glob(delay)):
            pass
        delay = 0
    strike = threading.Timer(delay, child.send_signal, [signal.SIGKILL])
    strike.start()
    said = [line.strip() for line in child.stdout if line.endswith("\n")]
    child.wait()
    strike.cancel()
    strike.join()
    child.stdout.close()
    return said


def test_no_kill_leaves_a_half_backup_under_a_final_name(folder: Path) -> None:
    backups = folder / "backups"
    chance = random.Random(20261125)
    left_something = 0
    for number in range(KILLS):
        delay = ("backups/.making-*", "backups/C1-*.db")[number] if number < 2 else chance.uniform(0, 0.4)
        killed(delay, folder, "backups", folder)
        left_something += any(backups.glob(".making-*"))
        for path in backups.glob("*.db"):
            if not path.name.startswith("."):
                manifest = Manifest.read(manifest_path(path))
                assert sha256_of(path) == manifest.sha256
                assert examine(path, None) == manifest.contents
    assert left_something, "no backup was ever interrupted: the test proves nothing"
    with only_maker(backups):
        assert not list(backups.glob(".making-*"))
    listed = {backup.name for backup in list_backups(backups)}
    assert listed == {path.name for path in backups.glob("*.db")}
    assert listed, "no backup was made: the test proves nothing"
    shop = open_shop(folder)
    assert verify(shop.database).findings == ()
    back_up(shop.database, folder, Reason.BY_HAND, SystemClock())
    shop.close()


def test_no_kill_of_a_restore_leaves_anything_but_the_old_shop_or_the_new(folder: Path) -> None:
    shop = TestShop(open_shop(folder), SystemClock())
    source = back_up(shop.shop.database, folder, Reason.BY_HAND, SystemClock())
    shop.bills(("ITEM0", "1"))
    shop.close()
    bills = 21
    chance = random.Random(4)
    outcomes = []
    for number in range(KILLS):
        delay = ("incoming.db", "exchange.json")[number] if number < 2 else chance.uniform(0, 0.6)
        done = killed(delay, folder, "restore", folder, source.path) == ["done"]
        assert has_shop(folder)
        shop = TestShop(open_shop(folder), SystemClock())
        shop.books_agree()
        with shop.shop.database.read() as session:
            connection = session.connection()
            count = connection.exec_driver_sql("SELECT count(*) FROM bill").scalar_one()
            epochs = connection.exec_driver_sql("SELECT count(DISTINCT epoch) FROM audit_event").scalar_one()
        is_new = count == 20 and epochs == 2
        is_old = count == bills and not done
        assert is_new or is_old, (count, epochs, done)
        outcomes.append("new" if is_new else "old")
        shop.bills(("ITEM1", "1"))
        shop.close()
        bills = count + 1
    aside = list((folder / "set-aside").glob("*.db"))
    assert len(aside) >= outcomes.count("new"), "a shop that was replaced is kept"
    assert "old" in outcomes, "no restore was interrupted: the test proves nothing"
