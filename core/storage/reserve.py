"""Room on the disk kept for the day it is full: so that the bill that is open can still be saved."""

from __future__ import annotations

import enum
import errno
import os
from pathlib import Path

from core.kernel.errors import EnvironmentFault
from core.storage.disk import PRIVATE, free_bytes

#: Enough for the write-ahead log of many bills and its way into the file.
RESERVE_BYTES = 8 * 1024 * 1024
_FILE = "disk-reserve"


class ReserveState(enum.StrEnum):
    """Where the reserve stands."""

    #: There: the disk may fill up and one bill can still be saved.
    KEPT = "kept"
    #: Given back to the disk, or never made for want of room: commands may try.
    RELEASED = "released"
    #: A command was saved in the room of the reserve: no other one until there is room again.
    SPENT = "spent"


class DiskReserve:
    """A file of real, allocated bytes that is removed when the disk is full."""

    def __init__(self, folder: Path, size: int = RESERVE_BYTES) -> None:
        self._path = folder / _FILE
        self._size = size
        self.state = ReserveState.RELEASED

    def keep(self) -> bool:
        """Have the reserve in place if the disk has room for it and as much again; say whether it stands."""
        if self._stands() or self._make():
            self.state = ReserveState.KEPT
        elif self.state is ReserveState.KEPT:
            self.state = ReserveState.RELEASED
        return self.state is ReserveState.KEPT

    def release(self) -> bool:
        """Give the room back to the disk; say whether there was any."""
        stood = self._stands()
        self._path.unlink(missing_ok=True)
        if stood:
            self.state = ReserveState.RELEASED
        return stood

    def saved(self) -> None:
        """Note that a command was saved: in the room of the reserve it is the last one."""
        if self.state is ReserveState.RELEASED and not self.keep():
            self.state = ReserveState.SPENT

    def refuse_if_spent(self) -> None:
        """Raise EnvironmentFault ``storage.disk_full_stop`` while the room of the reserve is used up."""
        if self.state is ReserveState.SPENT and not self.keep():
            raise EnvironmentFault("storage.disk_full_stop", megabytes=2 * self._size // 1_000_000 + 1)

    def _stands(self) -> bool:
        try:
            return self._path.stat().st_size >= self._size
        except FileNotFoundError:
            return False

    def _make(self) -> bool:
        """Allocate the file; a folder that cannot be written or has no room simply has no reserve."""
        try:
            if free_bytes(self._path.parent) < 2 * self._size:
                return False
            self._path.unlink(missing_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
            try:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(descriptor, 0, self._size)
                else:
                    os.truncate(descriptor, self._size)  # NTFS allocates what is not marked sparse
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                self._path.unlink(missing_ok=True)
            return False
        return True
