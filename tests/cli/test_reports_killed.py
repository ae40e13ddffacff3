"""An export that somebody ends leaves nothing behind: at once where it is asked to end, else with the next one."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import ITEMS, PROFILE, Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

#: Runs the command line, whose writer says that it has begun and then waits for the signal.
_HELD = """
import signal, sys
from core.app import exporting

def held(sheet, form, path, tick=None):
    path.write_text("half")
    print("writing", flush=True)
    while True:
        signal.pause()

exporting.write_sheet = held
from cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    """A terminal in front of a shop with a bill."""
    terminal.run("shop", "create", "--profile", terminal.file("shop.json", PROFILE))
    terminal.run("items", "import", terminal.file("items.csv", ITEMS))
    terminal.json("bill", "post", terminal.bill(("PCM500", "1")))
    return terminal


@contextmanager
def exporting(shop: Terminal, out: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process export, as far as half of its file."""
    command = [sys.executable, "-c", _HELD, "--data", str(shop.data), "report", "run", "bills", "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "writing\n"
            yield process
        finally:
            process.kill()


def left_in(folder: Path) -> list[str]:
    """Return the files in a folder, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_one_that_is_told_to_end_takes_its_half_file_along(shop: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "exports"
    out.mkdir()
    with exporting(shop, out / "bills.csv") as process:
        assert any(name.endswith("/bills.csv") for name in left_in(out))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
    assert left_in(out) == []


def test_what_a_killed_one_left_goes_with_the_next_and_a_living_one_stays(shop: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "exports"
    out.mkdir()
    (out / ".nuskha-export-not-ours.txt").write_text("a file of somebody")
    with exporting(shop, out / "killed.csv") as process:
        process.kill()
        process.wait(60)
    dead = [name for name in left_in(out) if "killed.csv" in name]
    assert len(dead) == 1
    with exporting(shop, out / "living.csv"):
        assert shop.json("report", "run", "bills", "--out", out / "mine.csv")["rows"] == 1
        names = left_in(out)
        assert "mine.csv" in names
        assert ".nuskha-export-not-ours.txt" in names
        assert not [name for name in names if "killed.csv" in name]
        assert [name for name in names if name.endswith("/living.csv")]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640)])
@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf", "json"])
def test_files_are_for_whom_the_machine_lets_read(
    shop: Terminal, tmp_path: Path, form: str, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        shop.json("report", "run", "bills", "--out", tmp_path / f"it.{form}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / f"it.{form}").stat().st_mode) == mode
