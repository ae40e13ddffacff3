"""Machines that fail for real: a small disk, a folder that may not be written, an account without rights."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_NOBODY = 65534


@cache
def may_mount() -> bool:
    """Say whether this account may mount a file system of its own."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as name:
        if subprocess.run(["mount", "-t", "tmpfs", "none", name], capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", name], check=True)
    return True


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """Yield the root of a file system of that size."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "none", name], check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)  # also when a failed test left a file open


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Yield a folder that no disk slows down, where the system has one; nothing in it lasts."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def make_read_only(disk: Path) -> None:
    """Turn a disk's write protection on."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Put a file on the disk that leaves no room, and return it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        chunk = 1 << 20
        while chunk >= 512:
            try:
                file.write(b"\1" * chunk)
            except OSError:
                chunk //= 2
    return ballast


@contextmanager
def public_folder() -> Iterator[Path]:
    """Yield a folder that every account reaches; pytest's own are for their owner alone."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Go on as an account that may read the folder and write nothing in it."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = os.geteuid()
    if before == 0:
        os.seteuid(_NOBODY)  # the superuser writes wherever it likes
    try:
        yield
    finally:
        os.seteuid(before)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
