"""Files and folders written so that a power cut leaves the old or the new, and the disk's faults in words."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.kernel.errors import EnvironmentFault

_CHUNK = 1024 * 1024
#: What only we may read: keys, and copies of a shop that is not encrypted.
PRIVATE = 0o600

_FAULTS = {
    errno.ENOSPC: "storage.disk_full",
    getattr(errno, "EDQUOT", errno.ENOSPC): "storage.disk_full",
    errno.EIO: "storage.disk_failed",
    errno.EACCES: "storage.folder_read_only",
    errno.EPERM: "storage.folder_read_only",
    errno.EROFS: "storage.folder_read_only",
}


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn the system's errors about files of a folder into EnvironmentFault; let what is a bug through.

    Raises EnvironmentFault ``storage.disk_full``, ``storage.disk_failed``,
    ``storage.folder_read_only``, ``storage.no_folder``.
    """
    try:
        yield
    except FileNotFoundError as error:
        if folder.is_dir():
            raise
        raise EnvironmentFault("storage.no_folder", folder=str(folder)) from error
    except OSError as error:
        code = _FAULTS.get(error.errno or 0)
        if code is None:
            raise
        raise EnvironmentFault(code, folder=str(folder)) from error


def free_bytes(folder: Path) -> int:
    """Return what a program without special rights may still write on the folder's disk."""
    return shutil.disk_usage(folder).free


def write_whole(path: Path, data: bytes) -> None:
    """Write a small private file: after a power cut the old one stands or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        with open_private(temporary) as file:
            file.write(data)
            sync_file(file)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def open_private(path: Path) -> BinaryIO:
    """Open a file for writing that only we may read, emptied if it is there; a link in its place is not followed."""
    path.unlink(missing_ok=True)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, PRIVATE), "w+b")


def sync_file(file: BinaryIO) -> None:
    """Have the file's content on the disk before going on."""
    file.flush()
    os.fsync(file.fileno())


def sync_path(path: Path) -> None:
    """Have on the disk what another program or library wrote into a file."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the folder's names on the disk; Windows keeps them in the journal of its file system by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def copy_hashed(source: BinaryIO, target: BinaryIO | None = None, *, limit: int | None = None) -> str:
    """Copy a stream (or only read it) and return the SHA-256 of what went by, as hex.

    Raises ValueError when it is longer than ``limit`` bytes.
    """
    digest = hashlib.sha256()
    copied = 0
    while chunk := source.read(_CHUNK):
        copied += len(chunk)
        if limit is not None and copied > limit:
            raise ValueError(f"longer than {limit} bytes")
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hex."""
    with path.open("rb") as file:
        return copy_hashed(file)
