"""Trains the dictionary that events are compressed with: ``python -m tests.benchmarks.train_dictionary FILE``.

A dictionary is kept for ever, because events that it packed can be read with nothing else. So a better one, trained
when events have changed much, is a new file with a codec number of its own. The events are those of a demo shop that
is billed in every way a counter knows; identifiers and hashes, which never come again, are made random in each.
"""

from __future__ import annotations

import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
import zstandard

from core.app.demo_shop import create_demo_shop
from core.app.shop import shop_file
from core.audit.canonical import decompress
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.kernel.ids import new_id
from core.sales.cancelling import cancel_bill
from core.sales.dto import CancelBill, PostBill
from core.sales.posting import post_bill
from tests.benchmarks.generator import NOW
from tests.benchmarks.twins import stocked_codes
from tests.support.clock import TurnedClock

BILLS = 3_000
#: Larger ones save less than 1 % more, and each thread keeps one.
DICTIONARY_BYTES = 16 * 1024
_NAMES = ("Asha Nair", "R. Kumar", "Fathima Beevi", "Joseph Mathew", "S. Lakshmi", "Mohammed Ali")
_LONGEST_EVENT = 20_000


def main(target: str) -> None:
    """Bill, gather the events, train, write the file."""
    with tempfile.TemporaryDirectory() as folder:
        events = _events(Path(folder) / "shop")
    trained = zstandard.train_dictionary(DICTIONARY_BYTES, events, level=19)
    Path(target).write_bytes(trained.as_bytes())
    print(f"{len(events)} events, dictionary {trained.dict_id()} of {len(trained)} bytes")


def _events(folder: Path) -> list[Any]:
    dice = random.Random(20261125)
    clock = TurnedClock(NOW)
    shop = create_demo_shop(folder, clock)
    looking = driver.connect(str(shop_file(folder)), isolation_level=None)
    codes = stocked_codes(looking)
    for number in range(BILLS):
        clock.turn(seconds=dice.randint(20, 200))
        user = dice.choice(("owner", "asha", "pharmacist1", "counter"))
        actor = Actor(new_id() if dice.random() < 0.8 else None, user, Role.OWNER)
        with shop.database.write(actor) as uow:
            bill = post_bill(uow, _command(dice, codes))
        if number % 60 == 0:
            with shop.database.write(actor) as uow:
                cancel_bill(uow, CancelBill(number=bill.number, reason="Wrong item taken"))
        if number % 500 == 499:
            clock.turn(days=1, seconds=-timedelta(hours=10).seconds)
    rows = looking.execute("SELECT codec, body FROM audit_event WHERE kind LIKE 'bill.%'").fetchall()
    looking.close()
    shop.close()
    bodies = [decompress(codec, bytes(body)) for codec, body in rows]
    return [body for body in bodies if len(body) <= _LONGEST_EVENT]


def _command(dice: random.Random, codes: list[str]) -> PostBill:
    lines: list[dict[str, str]] = []
    for code in dice.sample(codes, dice.choice((1, 2, 3, 3, 4, 4, 5, 7))):
        line = {"item": code, "quantity": dice.choice(("1", "1", "0:1"))}
        if dice.random() < 0.1:
            line["discount_percent"] = dice.choice(("5", "10"))
        lines.append(line)
    bill: dict[str, object] = {
        "command_id": str(new_id()),
        "lines": lines,
        "payments": [{"mode": "cash", "amount": "100000.00"}],
    }
    if dice.random() < 0.3:
        bill["customer"] = {"name": dice.choice(_NAMES), "phone": f"9{dice.randrange(10**9):09d}"}
    return load(PostBill, bill)


if __name__ == "__main__":
    main(sys.argv[1])
