"""A program killed while it migrates leaves the old schema or the new one, and the next start goes on."""

from __future__ import annotations

from pathlib import Path

from tests.crash.migrating import kill_while_migrating

KILLS = 8


def test_a_killed_migration_is_whole_or_not_there(tmp_path: Path) -> None:
    seen = kill_while_migrating(tmp_path / "kills", KILLS)
    assert seen.old + seen.new == KILLS
    assert seen.old, "no kill struck before the end: the test proves nothing"
