"""What ``./nuskha`` decides before the program starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli import bootstrap, environment, licences, system_packages
from tests.architecture.sources import ROOT

POLICY = licences.Policy(
    permissive=frozenset({"MIT", "BSD-3-Clause"}),
    lgpl=frozenset({"pyside6-essentials"}),
    reviewed={"odd": "Zlib"},
)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own, with locks and a Python in ``.venv``."""
    venv = tmp_path / ".venv"
    python = venv / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "requirements").mkdir()
    for kind in ("runtime", "dev"):
        (tmp_path / "requirements" / f"{kind}.txt").write_text(f"{kind}==1\n", "utf-8")
    for module in (bootstrap, environment):
        monkeypatch.setattr(module, "ROOT", str(tmp_path))
        monkeypatch.setattr(module, "VENV", str(venv))
        monkeypatch.setattr(module, "VENV_PYTHON", str(python))
        monkeypatch.setattr(module, "STAMP", str(venv / "nuskha.stamp"))
    monkeypatch.setattr(environment, "_LOCK", str(venv / "nuskha.lock"))
    return tmp_path


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("run --demo", "run"),
        ("--data shop run", "run"),
        ("--json --user run bill post", "bill"),
        ("--help", ""),
        ("", ""),
        ("items search run", "items"),
    ],
)
def test_the_subcommand_may_stand_behind_options(line: str, found: str) -> None:
    assert bootstrap.subcommand(line.split()) == found


@pytest.mark.usefixtures("checkout")
def test_an_environment_without_stamp_is_not_current() -> None:
    assert not bootstrap.is_current("runtime")


def test_a_development_environment_runs_the_program(checkout: Path) -> None:
    (checkout / ".venv" / "nuskha.stamp").write_text(bootstrap.stamp_for("dev"), "utf-8")

    assert bootstrap.is_current("dev")
    assert bootstrap.is_current("runtime")


def test_a_program_s_environment_does_not_develop(checkout: Path) -> None:
    (checkout / ".venv" / "nuskha.stamp").write_text(bootstrap.stamp_for("runtime"), "utf-8")

    assert bootstrap.is_current("runtime")
    assert not bootstrap.is_current("dev")


def test_a_changed_lock_makes_it_old(checkout: Path) -> None:
    (checkout / ".venv" / "nuskha.stamp").write_text(bootstrap.stamp_for("runtime"), "utf-8")
    (checkout / "requirements" / "runtime.txt").write_text("runtime==2\n", "utf-8")

    assert not bootstrap.is_current("runtime")


def test_a_broken_set_up_leaves_no_stamp(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = checkout / ".venv" / "nuskha.stamp"
    stamp.write_text(bootstrap.stamp_for("runtime"), "utf-8")
    (checkout / "requirements" / "runtime.txt").write_text("runtime==2\n", "utf-8")

    def no_network(*_: object) -> None:
        raise bootstrap.SetUpFailed("no network")

    monkeypatch.setattr(environment, "run_tool", no_network)
    with pytest.raises(bootstrap.SetUpFailed):
        environment.set_up("runtime")

    assert not stamp.exists()


@pytest.mark.parametrize(
    ("version", "command", "ours"),
    [
        ("{0}.{1}.9", "python -m venv {venv}", True),
        ("3.9.1", "python -m venv {venv}", False),
        ("{0}.{1}.9", "python -m venv /elsewhere/.venv", False),
    ],
)
def test_an_environment_of_another_python_or_place_is_made_again(
    checkout: Path, version: str, command: str, ours: bool
) -> None:
    venv = checkout / ".venv"
    text = f"version = {version.format(*sys.version_info)}\ncommand = {command.format(venv=venv)}\n"
    (venv / "pyvenv.cfg").write_text(text, "utf-8")

    assert environment._is_ours(needs_pip=False) is ours
    assert not environment._is_ours(needs_pip=True)


def test_a_tool_that_fails_is_quoted() -> None:
    with pytest.raises(bootstrap.SetUpFailed) as caught:
        environment.run_tool([sys.executable, "-c", "print(*range(99), sep='\\n'); exit(3)"], "It broke.")

    assert caught.value.sentence == "It broke."
    assert caught.value.output.splitlines() == [str(number) for number in range(84, 99)]


@pytest.mark.skipif(sys.platform != "linux", reason="asks the loader of Linux")
def test_a_library_that_is_not_there_is_missed() -> None:
    assert system_packages.missing_libraries(["libc.so.6", "libnuskha-none.so.1"]) == ["libnuskha-none.so.1"]


def test_who_may_not_install_is_told_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "_may_install", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda _: "apt-get")

    with pytest.raises(bootstrap.SetUpFailed, match=r"run: sudo apt-get install .* libegl1"):
        system_packages.install_or_name(["libegl1"], "Qt cannot start without libEGL.so.1")


@pytest.mark.skipif(os.name == "nt", reason="the door for POSIX shells")
def test_without_python_the_door_says_so(tmp_path: Path) -> None:
    door = tmp_path / "nuskha"
    door.write_bytes((ROOT / "nuskha").read_bytes())
    for tool in ("dirname", "readlink"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")

    done = subprocess.run(
        ["/bin/sh", str(door)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr == "Nuskha needs Python 3.11, 3.12 or 3.13, and none was found on the PATH.\n"


@pytest.mark.skipif(os.name == "nt", reason="the false tool is a shell script")
def test_a_set_up_that_fails_says_so_in_a_sentence(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "cli", tmp_path / "cli", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "runtime.txt").write_text("none==1\n", "utf-8")
    uv = tmp_path / "tools" / "uv"
    uv.parent.mkdir()
    uv.write_text("#!/bin/sh\necho no such package; exit 2\n", "utf-8")
    uv.chmod(0o755)

    done = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "cli" / "bootstrap.py"), "version"],
        env=os.environ | {"PATH": f"{uv.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "Making .venv",
        "Installing 1 packages",
        "The packages in requirements/runtime.txt could not be installed; is the network there?",
        "no such package",
    ]


@pytest.mark.parametrize(
    ("package", "licence", "allowed"),
    [
        ("requests", "MIT", True),
        ("requests", "MIT; BSD-3-Clause", True),
        ("requests", "GPL-3.0-only OR MIT", True),
        ("requests", "GPL-3.0-only", False),
        ("requests", "MIT AND AGPL-3.0-only", False),
        ("requests", "MIT; GNU General Public License v3 (GPLv3)", False),
        ("requests", "LGPL-3.0-only", False),
        ("requests", "UNKNOWN", False),
        ("PySide6_Essentials", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("odd", "UNKNOWN", True),
    ],
)
def test_a_licence_that_binds_the_program_is_refused(package: str, licence: str, allowed: bool) -> None:
    assert POLICY.allows(package, licence) is allowed


def test_every_pin_of_the_lock_is_looked_at() -> None:
    lock = "alembic==1.20.1 \\\n    --hash=sha256:00\n    #   via x==1\npsycopg[binary]==3.3.9 ; a == 'b'\n"

    assert licences.locked_packages(lock) == {"alembic", "psycopg"}
