"""Bills on a disk that fills up, is cleared, and fills again."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from core.app.shop import Shop, open_shop
from core.app.verify import verify
from core.kernel.clock import Clock
from core.kernel.errors import EnvironmentFault
from core.kernel.ids import new_id
from core.numbering.checks import check_numbers
from core.sales.checks import NUMBERED, check_bills
from core.sales.model import Bill
from core.sales.posting import post_bill
from core.storage.database import Database
from tests.crash.billing_loop import LOOP, bill_command
from tests.crash.killing import crash_shop

MEGABYTES = 64
_PAGE = 4096
#: With the room of the reserve used up, and where a start found no room to make one.
_FULL = {"storage.disk_full_stop", "storage.disk_full"}
_PROVED_WHOLE_EVERY = 10


@dataclass(frozen=True, slots=True)
class Fillings:
    """How often the disk was full, the bills saved in all, and those saved after it was cleared."""

    cycles: int
    bills: int
    bills_after_clearing: int


def fill_while_billing(disk: Path, clock: Clock, cycles: int, seed: int = 20261125) -> Fillings:
    """Fill the disk so often; raise AssertionError at the first bill that is lost, or when billing does not resume."""
    dice = random.Random(seed)
    crash_shop(disk / "shop", clock)
    ballast = disk / "ballast"
    shop = open_shop(disk / "shop", clock)
    saved: dict[bytes, str] = {}
    resumed = 0
    try:
        for cycle in range(1, cycles + 1):
            _fill(ballast, disk, spare=dice.randrange(0, 60) * _PAGE)
            refused = _bill_until_stopped(shop, saved)
            _all_there(shop.database, saved)
            ballast.unlink()
            for command_id in (refused, new_id()):  # what was refused is sent again, and the day goes on
                _post(shop, command_id, saved)
                resumed += 1
            if cycle % _PROVED_WHOLE_EVERY == 0 or cycle == cycles:
                assert verify(shop.database).findings == ()
            if cycle % 2 == 0:  # half of them with a new start of the program in between
                shop.close()
                shop = open_shop(disk / "shop", clock)
    finally:
        shop.close()
    return Fillings(cycles, len(saved), resumed)


def _bill_until_stopped(shop: Shop, saved: dict[bytes, str]) -> UUID:
    """Post until the disk stops it and return the command that was not saved.

    The first refusal gives the room of the reserve back: the same bill, sent again, must be saved in it.
    """
    was_told_once = False
    while True:
        command_id = new_id()
        try:
            _post(shop, command_id, saved)
        except EnvironmentFault as fault:
            if fault.code in _FULL:
                return command_id
            if fault.code != "storage.disk_full_once":
                raise
            assert not was_told_once, "the reserve is given back once"
            was_told_once = True
            _post(shop, command_id, saved)


def _post(shop: Shop, command_id: UUID, saved: dict[bytes, str]) -> None:
    with shop.database.write(LOOP) as uow:
        number = post_bill(uow, bill_command(command_id)).number
    saved[command_id.bytes] = number


def _fill(ballast: Path, disk: Path, *, spare: int) -> None:
    free = os.statvfs(disk)
    size = max(0, free.f_bavail * free.f_frsize - spare)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, size))


def _all_there(database: Database, saved: dict[bytes, str]) -> None:
    with database.read() as session:
        standing = {bill_id.bytes: number for bill_id, number in session.execute(select(Bill.id, Bill.number))}
        assert standing == saved
        assert [*check_bills(session), *check_numbers(session, NUMBERED)] == []
