"""The disk is full: no saved bill is lost, the refusal is clear, and billing goes on when there is room again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.crash.full_disk import can_mount, fill_while_billing, small_disk
from tests.support.clock import TurnedClock


@pytest.mark.skipif(not can_mount(), reason="only root may mount a small disk")
def test_a_full_disk_loses_nothing(tmp_path: Path, clock: TurnedClock) -> None:
    try:
        with small_disk(tmp_path / "disk") as disk:
            filled = fill_while_billing(disk, clock, cycles=5)
    except subprocess.CalledProcessError:
        pytest.skip("this container lets nobody mount")
    assert filled.cycles == 5
    assert filled.bills >= filled.bills_after_clearing == 10
