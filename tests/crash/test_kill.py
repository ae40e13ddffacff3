"""kill -9 in the billing loop: no bill that was acknowledged is lost, no number doubled or skipped."""

from __future__ import annotations

from pathlib import Path

from tests.crash.killing import kill_while_billing
from tests.support.clock import TurnedClock

KILLS = 25


def test_no_kill_loses_doubles_or_skips_a_bill(tmp_path: Path, clock: TurnedClock) -> None:
    told = kill_while_billing(tmp_path / "shop", clock, KILLS)
    assert told.acknowledged > KILLS, "the loop was killed before it billed: the test proves nothing"
