"""Makes ``.venv`` from the hashed lock: whole, or without a stamp and then again.

The project itself is not installed: a line in the environment puts the checkout on the path. That needs no
build tool, works the same with pip and uv, and cannot be half done.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from cli.bootstrap import (
    ROOT,
    STAMP,
    VENV,
    VENV_PYTHON,
    Kind,
    SetUpFailed,
    is_current,
    lock_file,
    read_stamp,
    say,
    stamp_for,
)

_LOCK = os.path.join(VENV, "nuskha.lock")
_TAIL_LINES = 15


def set_up(kind: Kind) -> None:
    """Make or mend the environment. A second process waits and finds it done. Raises SetUpFailed."""
    if os.path.islink(VENV):  # what it leads to is somebody else's, and would be emptied
        raise SetUpFailed(".venv is a link to another folder: take the link away (rm .venv) and run this again.")
    os.makedirs(VENV, exist_ok=True)
    with _only_one():
        if is_current(kind):
            return
        if read_stamp().startswith("dev "):  # who develops stays a developer when only the lock has changed
            kind = "dev"
        with contextlib.suppress(FileNotFoundError):
            os.remove(STAMP)
        uv = shutil.which("uv")
        if not _is_ours(needs_pip=uv is None):
            _make(with_pip=uv is None)
        _install(kind, uv)
        _put_checkout_on_path()
        _write(STAMP, stamp_for(kind))


def run_tool(command: Sequence[str], failure: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a tool whose output matters only when it fails. Raises SetUpFailed with the tail of it."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise SetUpFailed(failure, str(error)) from error
    if done.returncode != 0:
        raise SetUpFailed(failure, "\n".join(done.stdout.splitlines()[-_TAIL_LINES:]))


def _is_ours(*, needs_pip: bool) -> bool:
    """Say whether the environment was made in this place by this Python, and can be installed into."""
    try:
        with open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as file:
            pairs = (line.partition("=") for line in file)
            settings = {name.strip(): value.strip() for name, _, value in pairs}
    except FileNotFoundError:
        return False
    version = settings.get("version", settings.get("version_info", ""))
    same_python = version.split(".")[:2] == [str(part) for part in sys.version_info[:2]]
    same_place = settings.get("command", "").endswith(f" {VENV}")
    has_pip = not needs_pip or os.path.isdir(os.path.join(_site_packages(), "pip"))
    return same_python and same_place and has_pip and os.path.exists(VENV_PYTHON)


def _make(*, with_pip: bool) -> None:
    """Make an empty environment; what stood in its place goes, but not the lock that this process holds."""
    say("Making .venv")
    for entry in os.scandir(VENV):
        if entry.path == _LOCK:
            continue
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.remove(entry.path)
    # The running Python may be the one of the environment that was just removed.
    python: str = getattr(sys, "_base_executable", None) or sys.executable
    if with_pip:
        _ensure_ensurepip(python)
    options = [] if with_pip else ["--without-pip"]
    run_tool([python, "-I", "-m", "venv", *options, VENV], "Python could not make a virtual environment.")


def _ensure_ensurepip(python: str) -> None:
    """Debian ships Python without the part that puts pip into an environment: bring it, or name the line."""
    if subprocess.call([python, "-I", "-c", "from ensurepip import version"], stderr=subprocess.DEVNULL) == 0:
        return
    from cli import system_packages

    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    system_packages.install_or_name([package], "Python here cannot make virtual environments")


def _install(kind: Kind, uv: str | None) -> None:
    lock = lock_file(kind)
    say(f"Installing {_count_packages(lock)} packages")
    if uv:
        installer = [uv, "pip", "install", "--python", VENV_PYTHON]
    else:
        installer = [VENV_PYTHON, "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run_tool(
        [*installer, "--quiet", "--require-hashes", "--requirement", lock],
        f"The packages in requirements/{kind}.txt could not be installed; is the network there?",
    )


def _count_packages(lock: str) -> int:
    with open(lock, encoding="utf-8") as file:
        pins = [line for line in file if "==" in line and line[0].isalnum()]
    return sum(os.name == "nt" or "sys_platform == 'win32'" not in line for line in pins)


def _put_checkout_on_path() -> None:
    """Let ``python -m cli`` be found from any folder.

    First on the path, because a package among the dependencies installs a folder ``tests`` beside ours; and
    escaped, because Python 3.11 reads this file in the machine's own encoding.
    """
    line = f"import sys; sys.path.insert(0, {ROOT!a})\n"
    _write(os.path.join(_site_packages(), "nuskha.pth"), line)


def _site_packages() -> str:
    if os.name == "nt":
        return os.path.join(VENV, "Lib", "site-packages")
    return os.path.join(VENV, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages")


def _write(path: str, text: str) -> None:
    """Write a file whole or not at all."""
    temporary = f"{path}.new"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Hold the set-up lock; the system lets go of it if this process dies."""
    with open(_LOCK, "a+b") as file:
        if not _try_lock(file.fileno()):
            say("Waiting for another ./nuskha to finish setting up")
            while not _try_lock(file.fileno()):
                time.sleep(0.2)
        yield


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
