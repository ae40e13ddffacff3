"""Kills a program that is billing, again and again, and looks at the books after each."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from core.app.shop import open_shop
from core.app.verify import verify
from core.kernel.clock import Clock
from core.kernel.ids import new_id
from core.numbering.checks import check_numbers
from core.sales.checks import NUMBERED, check_bills
from core.sales.posting import post_bill
from core.sales.queries import bill_by_number, bill_view
from tests.crash.billing_loop import ITEMS, LOOP, bill_command
from tests.support.shop import TestShop

LONGEST_SECONDS = 0.05
_PROVED_WHOLE_EVERY = 5


@dataclass(frozen=True, slots=True)
class Kills:
    """How often it was killed, and how many bills were acknowledged in between; none is missing."""

    kills: int
    acknowledged: int


def crash_shop(folder: Path, clock: Clock, *, encrypt: bool = False) -> None:
    """Found a shop that has what the billing loop sells, and close it."""
    shop = TestShop.create(folder, clock, encrypt=encrypt)
    for item in ITEMS:
        shop.receives(item, batch="A1", expiry="12/2099", mrp="25.65", packs=100_000)
    shop.close()


def kill_while_billing(folder: Path, clock: Clock, kills: int, seed: int = 20261125) -> Kills:
    """Kill so often; raise AssertionError at the first bill that is lost, doubled or skipped."""
    crash_shop(folder, clock)
    chance = random.Random(seed)
    acknowledged: dict[UUID, str] = {}
    told: int = 0
    asked: list[UUID] = []
    for kill in range(1, kills + 1):
        struck, confirmed = _bill_until_killed(folder, chance.uniform(0, LONGEST_SECONDS))
        asked += struck
        told += len(confirmed)
        acknowledged |= confirmed
        _books_hold(folder, acknowledged, asked, whole=kill % _PROVED_WHOLE_EVERY == 0 or kill == kills)
    return Kills(kills, told)


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
            assert [*check_bills(session), *check_numbers(session, NUMBERED)] == []
        if whole:
            assert verify(shop.database).findings == ()
            checked = acknowledged
        else:  # those of earlier kills were looked at then, and are again when all is proved
            checked = dict(list(acknowledged.items())[-200:])
        with shop.database.read() as session:
            for command, number in checked.items():
                assert bill_by_number(session, number).bill_id == command
        # the command that was under way when the kill struck is sent again: it becomes one bill, never two
        under_way = next(command for command in asked if command not in acknowledged)
        numbers = set()
        for _ in range(2):
            with shop.database.write(LOOP) as uow:
                numbers.add(post_bill(uow, bill_command(under_way)).number)
        (acknowledged[under_way],) = numbers
        with shop.database.read() as session:
            assert bill_view(session, under_way).number in numbers
    finally:
        shop.close()
