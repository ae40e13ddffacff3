"""Who has a shop open: one program with a window for a data folder, and nobody while its file is exchanged.

Two locks lie in the folder, and the system takes both away with the process that holds them:

``window.lock`` is held by the one program that shows windows. ``use.lock`` is shared by everything that has the shop
open (the window, each command of the terminal) and held alone by what may not be watched: a migration, a restore.
Commands that read or post may therefore run beside the window, SQLite's own locks order their transactions; a restore
or an upgrade is refused until the others have ended (ADR 22).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.audit.clock import show_instant
from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault
from core.storage.disk import explained
from core.storage.locks import FileLock

_WINDOW = "window.lock"
_USE = "use.lock"


@contextmanager
def only_window(folder: Path, clock: Clock) -> Iterator[None]:
    """Be the one program with a window on a data folder, for as long as the block runs.

    Raises EnvironmentFault ``instance.running`` when another one is, with its process and since when.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _WINDOW)
    if not lock.try_hold():
        raise EnvironmentFault("instance.running", holder=_holder(folder), folder=str(folder))
    with lock:
        said = {"pid": os.getpid(), "since": show_instant(clock.now())}
        lock.path.write_text(json.dumps(said), "utf-8")
        yield


def share_use(folder: Path) -> FileLock:
    """Have the shop open beside others until the lock is released.

    Raises EnvironmentFault ``instance.exchanged`` while a restore or an upgrade goes on, ``storage.folder_read_only``.
    """
    lock = FileLock(folder / _USE)
    if not lock.try_hold(shared=True):
        raise EnvironmentFault("instance.exchanged", folder=str(folder))
    return lock


def use_alone(folder: Path) -> FileLock:
    """Have the shop to oneself until the lock is released.

    Raises EnvironmentFault ``instance.in_use`` when a window or another command has it open.
    """
    lock = FileLock(folder / _USE)
    if not lock.try_hold():
        raise EnvironmentFault("instance.in_use", holder=_holder(folder), folder=str(folder))
    return lock


def _holder(folder: Path) -> str:
    """Say in words who holds the window, as far as that can be known."""
    probe = FileLock(folder / _WINDOW)
    if probe.try_hold():
        probe.release()
        return "another command"
    try:
        said = json.loads((folder / _WINDOW).read_text("utf-8"))
        return f"the program with process number {int(said['pid'])}, open since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "the program"  # its lock is there and what it wrote is not: it is just starting
