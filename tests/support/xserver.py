"""A real X server with a window manager, and fingers on its keyboard."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60.0
#: Between two keys, as people type; faster is taken for a scanner.
_TYPING_MS = 70
_SCANNING_MS = 5


class Screen:
    """A display of its own; keys go to whatever window has the focus."""

    def __init__(self, display: str) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
        #: What `program` started here, so that waiting for its windows ends with it.
        self.program: subprocess.Popen[bytes] | None = None

    def type(self, text: str) -> None:
        """Type as a person does."""
        self._xdotool("type", "--delay", str(_TYPING_MS), text)

    def scan(self, code: str) -> None:
        """Send a code as a keyboard-wedge scanner does."""
        self._xdotool("type", "--delay", str(_SCANNING_MS), "--args", "1", code, "key", "Return")

    def press(self, *keys: str) -> None:
        """Press keys by their X names (``Return``, ``F12``, ``shift+Tab``)."""
        self._xdotool("key", "--delay", str(_TYPING_MS), *keys)

    def until_title(self, *parts: str) -> str:
        """Wait until the title of the window that has the keys holds every part, and return it."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        title = ""
        while time.monotonic() < deadline:
            title = self.title()
            if all(part in title for part in parts):
                return title
            if self.program is not None and self.program.poll() is not None:
                raise AssertionError(f"the program ended with {self.program.returncode} before {parts} was shown")
        raise AssertionError(
            f"no window with the keys says {parts}, the last one says {title!r}; on the screen: {self._windows()}"
        )

    def title(self) -> str:
        """Return the title of the window that has the keys, empty for none."""
        return self._asked("getwindowfocus", "getwindowname").stdout.strip()

    def until_managed(self, manager: subprocess.Popen[bytes]) -> None:
        """Wait until a window manager has the screen: a window shown before it would never be given the keys."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._asked("get_desktop").returncode != 0:
            if manager.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the window manager did not come up, it ended with {manager.returncode}")

    def picture(self, path: str) -> None:
        """Keep what is on the screen."""
        subprocess.run(["import", "-window", "root", path], env=self.environment, check=True)

    def _windows(self) -> list[str]:
        return self._asked("search", "--onlyvisible", "--name", ".", "getwindowname", "%@").stdout.splitlines()

    def _asked(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # what is not there yet is exit 1
        return subprocess.run(
            ["xdotool", *arguments], env=self.environment, capture_output=True, text=True, check=False
        )

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self.environment, check=True)


@contextmanager
def x_screen(width: int = 1366, height: int = 768) -> Iterator[Screen]:
    """Start an X server on a free display and a window manager in it."""
    read_end, write_end = os.pipe()
    # -noreset: a server whose last client leaves begins anew, and takes whoever is just coming with it
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write_end],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as told:
        display = f":{told.readline().strip()}"
    screen = Screen(display)
    # without a window manager no window gets the focus for certain
    manager = subprocess.Popen(
        ["openbox"], env=screen.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        screen.until_managed(manager)
        yield screen
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


@contextmanager
def program(screen: Screen, folder: Path) -> Iterator[None]:
    """Run the program as a person starts it, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cli", "run", "--data", str(folder)],
        env={**screen.environment, "PYTHONPATH": str(_ROOT)},
    )
    screen.program = process
    try:
        yield
    finally:
        screen.program = None
        process.terminate()
        process.wait()
