"""The disk is full: no saved bill is lost, the refusal is clear, and billing goes on when there is room again."""

from __future__ import annotations

import pytest

from tests.crash.full_disk import MEGABYTES, fill_while_billing
from tests.support.clock import TurnedClock
from tests.support.machines import may_mount, small_disk


@pytest.mark.skipif(not may_mount(), reason="only root may mount a small disk")
def test_a_full_disk_loses_nothing(clock: TurnedClock) -> None:
    with small_disk(MEGABYTES) as disk:
        filled = fill_while_billing(disk, clock, cycles=5)
    assert filled.cycles == 5
    assert filled.bills >= filled.bills_after_clearing == 10
