"""Locks are shared by many or held by one, and go with the process that held them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.storage.locks import FileLock

HOLD = (
    "import sys; from pathlib import Path; from core.storage.locks import FileLock;"
    "lock = FileLock(Path(sys.argv[1])); print(lock.try_hold(shared=sys.argv[2] == 'shared'), flush=True);"
    "sys.stdin.readline()"
)


def holder(path: Path, how: str) -> subprocess.Popen[str]:
    """Start a process that tries to hold the lock until it is told to end."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    """Return the next line it prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    """Kill it and read it off."""
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("held", "wanted", "given"),
    [("shared", "shared", True), ("shared", "alone", False), ("alone", "shared", False), ("alone", "alone", False)],
)
def test_who_may_beside_whom(tmp_path: Path, held: str, wanted: str, given: bool) -> None:
    path = tmp_path / "a.lock"
    child = holder(path, held)
    assert said(child) == "True"
    with FileLock(path) as lock:
        assert lock.try_hold(shared=wanted == "shared") is given
        assert lock.is_held is given
    end(child)


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    child = holder(path, "alone")
    assert said(child) == "True"
    with FileLock(path) as lock:
        assert not lock.try_hold()
        end(child)
        assert lock.try_hold()


def test_inside_one_process_it_is_a_lock_too(tmp_path: Path) -> None:
    with FileLock(tmp_path / "a.lock") as one, FileLock(tmp_path / "a.lock") as other:
        assert one.try_hold()
        assert not other.try_hold(shared=True)
        one.release()
        assert other.try_hold()
        with pytest.raises(AssertionError, match="already"):
            other.try_hold()
