"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.boundary.files import refuse_unwritable, write_whole, written_whole
from core.kernel.errors import EnvironmentFault


def test_a_file_is_there_once_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with written_whole(path) as temporary:
        temporary.write_bytes(b"half")
        assert not path.exists()
        temporary.write_bytes(b"whole")

    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_the_old_file_stands_where_the_new_one_fails(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_whole(path, b"old")
    with pytest.raises(KeyboardInterrupt), written_whole(path) as temporary:
        temporary.write_bytes(b"half")
        raise KeyboardInterrupt

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["missing/report.csv", "."])
def test_a_place_that_takes_no_file_is_a_fault_of_the_machine(tmp_path: Path, place: str) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        write_whole(tmp_path / place, b"new")

    assert fault.value.code == "files.cannot_write"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_is_a_fault_of_the_machine(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as fault, written_whole(tmp_path / "report.csv") as temporary:
        temporary.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    assert fault.value.values["path"] == str(tmp_path / "report.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_written_through_and_a_device_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(EnvironmentFault, match=r"files\.cannot_write"):
        write_whole(pipe, b"new")
    with pytest.raises(EnvironmentFault, match=r"files\.cannot_write"):
        refuse_unwritable(pipe)
    assert pipe.is_fifo()


def test_a_file_is_for_its_owner_alone_unless_it_is_shared(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "key.json", b"secret")
        write_whole(tmp_path / "report.csv", b"sales", shared=True)
    finally:
        os.umask(before)
    if os.name == "posix":
        assert (tmp_path / "key.json").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / "report.csv").stat().st_mode & 0o777 == 0o644
