"""What is done about backups while the counter is at work, in a process of its own where the shop is large."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from core.app.backups.creating import back_up, back_up_if_due, half_hour_is_due
from core.app.backups.folder import Backup
from core.app.backups.manifest import Reason
from core.app.backups.proving import prove_backup, prove_if_due, week_is_over
from core.app.elsewhere import do_beside
from core.app.verify import VerifyReport
from core.kernel.clock import Clock
from core.storage.sqlite import SqliteDatabase


def look_after(database: SqliteDatabase, data_folder: Path, clock: Clock) -> bool:
    """Make the half-hourly backup and the weekly proof if they are due, and say whether one was.

    The one call that an open program makes every minute. Raises what ``back_up`` and ``prove_newest`` raise; the next
    try then comes sooner.
    """
    if not (half_hour_is_due(database, data_folder, clock) or week_is_over(data_folder, clock)):
        return False
    return do_beside(database.path, partial(_look_after, database.opener(), data_folder, clock))


def back_up_beside(database: SqliteDatabase, data_folder: Path, clock: Clock) -> Backup:
    """Make a backup because somebody asked for it. Raises what ``back_up`` raises."""
    return do_beside(database.path, partial(_back_up, database.opener(), data_folder, clock))


def prove_beside(database: SqliteDatabase, data_folder: Path, name: str, clock: Clock) -> tuple[Backup, VerifyReport]:
    """Prove one backup of the shop by its file's name. Raises what ``prove_backup`` raises."""
    return do_beside(database.path, partial(prove_backup, data_folder, name, clock))


def _look_after(opener: Callable[[], SqliteDatabase], data_folder: Path, clock: Clock) -> bool:
    database = opener()
    try:
        made = back_up_if_due(database, data_folder, clock)
    finally:
        database.close()
    proved = prove_if_due(data_folder, clock)
    return made is not None or proved is not None


def _back_up(opener: Callable[[], SqliteDatabase], data_folder: Path, clock: Clock) -> Backup:
    database = opener()
    try:
        return back_up(database, data_folder, Reason.BY_HAND, clock)
    finally:
        database.close()
