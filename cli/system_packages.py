"""What no Python package can bring: the libraries that Qt loads, and the programs that tests drive.

Looks for the thing itself and not for a package, because a machine may have it from anywhere. Installs only
where that needs nobody's password (root on Debian or Ubuntu); elsewhere it names the one line to run.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence

from cli.bootstrap import SetUpFailed, say
from cli.environment import run_tool

QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
"""Without these no Qt program starts, not even one that draws off screen."""

WINDOW_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""A window on X needs these too; one on Wayland, or no window at all, does not."""

TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "import": "imagemagick",
    "initdb": "postgresql",
    "strace": "strace",
}

_ON_LINUX: bool = sys.platform == "linux"
_POSTGRES_DROP_IN = "/etc/postgresql-common/createcluster.d/nuskha.conf"


def ensure_for_window() -> None:
    """Before the program opens. Raises SetUpFailed where it could not start at all."""
    if not _ON_LINUX:
        return
    needed = missing_libraries(QT_LIBRARIES)
    wished = missing_libraries(WINDOW_LIBRARIES)
    packages = [QT_LIBRARIES[name] for name in needed] + [WINDOW_LIBRARIES[name] for name in wished]
    if needed or (wished and _may_install()):
        install_or_name(packages, f"Qt cannot start without {', '.join(needed or wished)}")
    elif wished:
        say(f"A window on X may not open without {', '.join(wished)}; {_line_to_run(packages)}.")


def ensure_for_tests() -> None:
    """Before the tests. Raises SetUpFailed: a test run that leaves out half of it would prove nothing."""
    if not _ON_LINUX:
        return
    libraries = QT_LIBRARIES | WINDOW_LIBRARIES
    missing = missing_libraries(libraries)
    programs = [name for name in TEST_PROGRAMS if not has_program(name)]
    if missing or programs:
        packages = [libraries[name] for name in missing] + [TEST_PROGRAMS[name] for name in programs]
        install_or_name(packages, f"The tests need {', '.join([*missing, *programs])}")


def missing_libraries(names: Iterable[str]) -> list[str]:
    """Return those libraries that the system's loader does not know; none where it cannot be asked."""
    path = os.environ.get("PATH", os.defpath)
    loader = shutil.which("ldconfig", path=f"{path}:/usr/sbin:/sbin")  # a user's PATH may lack it
    if loader is None:
        return []
    listed = subprocess.run([loader, "-p"], capture_output=True, text=True, errors="replace", check=False)
    if listed.returncode != 0:
        return []
    known = {line.split(maxsplit=1)[0] for line in listed.stdout.splitlines() if "=>" in line}
    return [name for name in names if name not in known]


def has_program(name: str) -> bool:
    """Say whether a program is there; Debian keeps PostgreSQL's server programs off the PATH."""
    if shutil.which(name):
        return True
    return name == "initdb" and bool(glob.glob("/usr/lib/postgresql/*/bin/initdb"))


def install_or_name(packages: Sequence[str], reason: str) -> None:
    """Install Debian packages, or raise SetUpFailed with the reason and the line that a person can run."""
    if not _may_install():
        raise SetUpFailed(f"{reason}; {_line_to_run(packages)}.")
    say(f"Installing system packages: {' '.join(packages)}")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run_tool(["apt-get", "update"], "The list of system packages could not be refreshed.", quiet)
    with _no_database_started(packages):
        run_tool(
            ["apt-get", "install", "-y", "--no-install-recommends", *packages],
            f"{reason}, and they could not be installed.",
            quiet,
        )


def _may_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _line_to_run(packages: Sequence[str]) -> str:
    if shutil.which("apt-get") is None:
        return f"install what your system has for Debian's {' '.join(packages)}"
    return f"run: sudo apt-get install --no-install-recommends {' '.join(packages)}"


@contextlib.contextmanager
def _no_database_started(packages: Sequence[str]) -> Iterator[None]:
    """Keep Debian from starting a database of its own: the tests make theirs in a temporary folder."""
    if "postgresql" not in packages or os.path.exists(_POSTGRES_DROP_IN):
        yield
        return
    os.makedirs(os.path.dirname(_POSTGRES_DROP_IN), exist_ok=True)
    with open(_POSTGRES_DROP_IN, "w", encoding="utf-8") as file:
        file.write("create_main_cluster = false\n")
    try:
        yield
    finally:
        os.remove(_POSTGRES_DROP_IN)
