"""Kills a program in the middle of bringing a shop to the present schema, and looks at what it left.

``python -m tests.crash.migrating FOLDER`` is the child: it says ``begin``, opens the shop (which migrates), says
``done``.
"""

from __future__ import annotations

import importlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from core.app.shop import open_shop, shop_file
from core.app.verify import verify
from core.storage import migrate
from core.storage.sqlite import SqliteDatabase

FIXTURES = Path(__file__).parents[1] / "migrations" / "fixtures"


@dataclass(frozen=True, slots=True)
class MigrationKills:
    """How often it was killed, and what was found: the old schema, or the new one."""

    kills: int
    old: int
    new: int


def starting_points() -> list[tuple[str, Path]]:
    """Return revision and file of the shop of each release whose schema is not the present one."""
    points = []
    for file in sorted(FIXTURES.glob("*.db")):
        database = SqliteDatabase(file)
        revision = migrate.current_revision(database)
        database.close()
        if revision is not None and revision != migrate.head_revision():
            points.append((revision, file))
    return points


def kill_while_migrating(folder: Path, kills: int, seed: int = 20261125) -> MigrationKills:
    """Kill so often, from every revision in turn; raise AssertionError for anything between old and new."""
    folder.mkdir()
    dice = random.Random(seed)
    points = starting_points()
    head = migrate.head_revision()
    seconds = 0.3
    found: list[str] = []
    for kill in range(kills):
        revision, file = points[kill % len(points)]
        shop = folder / f"shop{kill}"
        shop.mkdir()
        shutil.copy(file, shop_file(shop))
        seconds = _migrate_and_kill(shop, dice.uniform(0, seconds)) or seconds
        found.append(_look_at(shop, revision, head))
        shutil.rmtree(shop)
    return MigrationKills(kills, found.count("old"), found.count("new"))


def _migrate_and_kill(shop: Path, delay: float) -> float:
    """Run the child and kill it after a delay; return the seconds it took if it was faster."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.migrating", str(shop)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "begin\n"
    strike = threading.Timer(delay, child.send_signal, [signal.SIGKILL])
    strike.start()
    ended = child.stdout.read()
    child.wait()
    strike.cancel()
    child.stdout.close()
    return float(ended.split()[1]) if ended.startswith("done") else 0.0


def _look_at(folder: Path, old: str, new: str) -> str:
    database = SqliteDatabase(shop_file(folder))
    revision = migrate.current_revision(database)
    with database.writer.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    database.close()
    assert revision in {old, new}, f"between {old} and {new}: {revision}"
    shop = open_shop(folder)  # goes on to the present schema, whichever was found
    try:
        assert verify(shop.database).findings == ()
    finally:
        shop.close()
    return "old" if revision == old else "new"


def main(folder: str) -> None:
    """Open the shop, which migrates it."""
    importlib.import_module("alembic.command")  # loaded first, so that the kill strikes the migration
    print("begin", flush=True)
    begun = time.monotonic()
    open_shop(Path(folder)).close()
    print("done", time.monotonic() - begun, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
