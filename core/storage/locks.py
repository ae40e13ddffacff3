"""Locks on files that the operating system takes away when the process ends, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from core.storage.disk import explained


class FileLock:
    """A lock on a file of its own, shared by many or held by one.

    The file stays when the lock is gone: only the lock means anything. Two locks on one file exclude each other also
    inside one process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def try_hold(self, *, shared: bool = False) -> bool:
        """Take the lock unless somebody holds it in a way that forbids it; say whether it was taken.

        Raises EnvironmentFault ``storage.folder_read_only``, ``storage.disk_full`` when the file cannot be made.
        """
        if self._descriptor is not None:
            raise AssertionError(f"{self.path} is locked by this object already")
        with explained(self.path.parent):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        if not _lock(descriptor, shared=shared):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go; does nothing if it is not held."""
        if self._descriptor is not None:
            _unlock(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    _FAIL_AT_ONCE = 1
    _EXCLUSIVE = 2
    # one byte far behind the content, which others may then still read
    _OFFSET = 1 << 30

    class _Overlapped(ctypes.Structure):
        _fields_ = [
            ("Internal", ctypes.c_void_p),
            ("InternalHigh", ctypes.c_void_p),
            ("Offset", wintypes.DWORD),
            ("OffsetHigh", wintypes.DWORD),
            ("hEvent", wintypes.HANDLE),
        ]

    def _lock(descriptor: int, *, shared: bool) -> bool:
        flags = _FAIL_AT_ONCE | (0 if shared else _EXCLUSIVE)
        place = _Overlapped(Offset=_OFFSET)
        handle = wintypes.HANDLE(msvcrt.get_osfhandle(descriptor))
        return bool(ctypes.windll.kernel32.LockFileEx(handle, flags, 0, 1, 0, ctypes.byref(place)))

    def _unlock(descriptor: int) -> None:
        place = _Overlapped(Offset=_OFFSET)
        handle = wintypes.HANDLE(msvcrt.get_osfhandle(descriptor))
        ctypes.windll.kernel32.UnlockFileEx(handle, 0, 1, 0, ctypes.byref(place))

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
