"""kill -9 in the billing loop: no bill that was acknowledged is lost, no number doubled or skipped."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from uuid import UUID

from core.app.shop import open_shop
from core.app.verify import verify
from core.kernel.ids import new_id
from core.sales.checks import check_bills
from core.sales.posting import post_bill
from core.sales.queries import bill_by_number
from tests.crash.billing_loop import LOOP, bill_command
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

KILLS = int(os.environ.get("NUSKHA_KILLS", "25"))
LONGEST_SECONDS = 0.05


def test_no_kill_loses_doubles_or_skips_a_bill(tmp_path: Path, clock: TurnedClock) -> None:
    folder = tmp_path / "shop"
    shop = TestShop.create(folder, clock)
    for n in range(4):
        shop.receives(f"CRASH{n}", batch="A1", expiry="12/2099", mrp="25.65", packs=100_000)
    shop.close()
    chance = random.Random(20261125)
    acknowledged: dict[UUID, str] = {}
    asked: list[UUID] = []
    for kill in range(1, KILLS + 1):
        struck, confirmed = _bill_until_killed(folder, chance.uniform(0, LONGEST_SECONDS))
        asked += struck
        acknowledged |= confirmed
        _books_hold(folder, acknowledged, asked, whole=kill % 5 == 0 or kill == KILLS)
    assert len(acknowledged) > KILLS, "the loop was killed before it billed: the test proves nothing"


def _bill_until_killed(folder: Path, delay: float) -> tuple[list[UUID], dict[UUID, str]]:
    """Run the child, kill it ``delay`` seconds after its first bill, return the commands given and those confirmed."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.billing_loop", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    commands = [new_id() for _ in range(200)]
    child.stdin.write("".join(f"{command}\n" for command in commands))
    child.stdin.flush()
    confirmed: dict[UUID, str] = {}
    strike = threading.Timer(delay, child.send_signal, [signal.SIGKILL])
    for line in child.stdout:
        if not line.endswith("\n"):
            break  # torn by the kill: not an acknowledgement
        if not confirmed:
            strike.start()
        command, number = line.split()
        confirmed[UUID(command)] = number
    child.wait()
    strike.join()
    assert child.returncode == -signal.SIGKILL
    child.stdin.close()
    child.stdout.close()
    return commands, confirmed


def _books_hold(folder: Path, acknowledged: dict[UUID, str], asked: list[UUID], *, whole: bool) -> None:
    """Check every acknowledged bill and the run of numbers; ``whole`` proves everything else too."""
    shop = open_shop(folder)
    try:
        with shop.database.read() as session:
            assert list(check_bills(session)) == []
        if whole:
            assert verify(shop.database).findings == ()
        with shop.database.read() as session:
            for command, number in acknowledged.items():
                assert bill_by_number(session, number).bill_id == command
        # the command that was under way when the kill struck is sent again: it becomes one bill, never two
        under_way = next(command for command in asked if command not in acknowledged)
        numbers = []
        for _ in range(2):
            with shop.database.write(LOOP) as uow:
                numbers.append(post_bill(uow, bill_command(under_way)).number)
        assert numbers[0] == numbers[1]
        acknowledged[under_way] = numbers[0]
    finally:
        shop.close()
