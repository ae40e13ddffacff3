"""The hidden folder that an export writes into, and those that were left by programs that were killed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.kernel.errors import EnvironmentFault
from core.storage.locks import FileLock

_PREFIX, _LOCK = ".nuskha-export-", "lock"


@contextmanager
def folder_of_export(beside: Path) -> Iterator[Path]:
    """Make a hidden folder in another, which goes with what is in it; those that nobody alive works in go too.

    Whoever works in one holds its lock, which the machine takes away when their process ends, however it ends. Raises
    EnvironmentFault ``files.cannot_write``.
    """
    sweep(beside)
    folder, lock = _made(beside)
    try:
        yield folder
    finally:
        _remove(folder, lock)


def sweep(beside: Path) -> None:
    """Remove the folders of exports whose program is gone; what cannot be told or removed stays."""
    with suppress(OSError):
        for left in list(beside.glob(f"{_PREFIX}*")):
            with suppress(OSError, EnvironmentFault):
                _sweep_one(left)


def _sweep_one(left: Path) -> None:
    if left.is_symlink() or not left.is_dir():
        return
    lock = FileLock(left / _LOCK)
    if lock.path.is_file() and lock.try_hold():  # one without a lock is just being made
        _remove(left, lock)


def _made(beside: Path) -> tuple[Path, FileLock]:
    while True:
        try:
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
        except OSError as error:
            raise EnvironmentFault("files.cannot_write", path=str(beside)) from error
        lock = FileLock(folder / _LOCK)
        try:
            held = lock.try_hold()
        except OSError:  # a share that knows no locks: nobody can tell there whether we live, and so leaves it
            return folder, lock
        if held and lock.path.exists():
            return folder, lock
        lock.release()  # another program took it for a leftover in the very moment


def _remove(folder: Path, lock: FileLock) -> None:
    """Remove a folder while its lock is held, and on Windows, where nobody removes what is open, after that."""
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    shutil.rmtree(folder, ignore_errors=True)
