"""A device at a serial port that is played: it comes and goes at one path, as a cable is plugged in and pulled."""

from __future__ import annotations

import os
import pty
import select
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: How long what must come may take on a busy machine, in seconds; what comes sooner is not waited for.
PATIENCE = 30.0


def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so; fail where it never is."""
    ends = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends, "it never came"
        select.select([], [], [], 0.005)


class PlayedPort:
    """A serial line whose other end the test has; ``path`` is where a program finds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.heard = b""
        self._master = -1
        self._slave = -1

    def plug(self) -> None:
        """Put the cable in: a new line, at the same path."""
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path.symlink_to(os.ttyname(self._slave))

    def pull(self) -> None:
        """Pull the cable: whoever has the line open notices, and the path is gone."""
        self.path.unlink(missing_ok=True)
        for descriptor in (self._slave, self._master):
            with suppress(OSError):
                os.close(descriptor)
        self._master = self._slave = -1

    def sends(self, data: bytes) -> None:
        """Have the device send something."""
        while data:
            data = data[os.write(self._master, data) :]

    def hears(self) -> bytes:
        """Return all that the device was sent so far."""
        while select.select([self._master], [], [], 0)[0]:
            self.heard += os.read(self._master, 4096)
        return self.heard


@contextmanager
def played_port(path: Path) -> Iterator[PlayedPort]:
    """Give a port with its cable in."""
    port = PlayedPort(path)
    port.plug()
    try:
        yield port
    finally:
        port.pull()
