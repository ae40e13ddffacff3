"""A bit that turns over on the disk is noticed, wherever it is, when the file is encrypted."""

from __future__ import annotations

from pathlib import Path

from tests.crash.bit_rot import rot_file
from tests.crash.killing import crash_shop
from tests.support.clock import TurnedClock


def test_every_flipped_bit_of_an_encrypted_file_is_noticed(tmp_path: Path, clock: TurnedClock, in_memory: Path) -> None:
    crash_shop(tmp_path / "shop", clock, encrypt=True)
    rot = rot_file(tmp_path / "shop", in_memory / "rotten", flips=40)
    assert (rot.flips, rot.noticed, rot.silently_wrong) == (40, 40, 0)
