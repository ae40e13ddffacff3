"""A spoiled backup is refused, or what was spoiled is no part of the books."""

from __future__ import annotations

from pathlib import Path

from tests.crash.hostile import spoil_backups
from tests.support.clock import TurnedClock


def test_no_spoilt_backup_becomes_wrong_books(tmp_path: Path, clock: TurnedClock, in_memory: Path) -> None:
    spoilt = spoil_backups(tmp_path / "shop", clock, files=27, scratch=in_memory / "spoilt")
    assert spoilt.wrong == 0
    assert spoilt.refused > 9, "hardly a file was spoiled: the test proves nothing"
