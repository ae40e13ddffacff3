"""The child that is killed: posts bills for ever, and says each one's id and number after its commit returned.

``python -m tests.crash.billing_loop FOLDER [SYNCHRONOUS [PAGES]]`` reads command ids, one a line, from standard
input: so the parent knows which command was under way when it struck. SYNCHRONOUS weakens durability for the negative
controls; PAGES lets the log be moved into the file more often than in life.
"""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

from core.app.shop import Shop, open_shop
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.sales.dto import PostBill
from core.sales.posting import post_bill

LOOP = Actor(None, "loop", Role.OWNER)
ITEMS = tuple(f"CRASH{n}" for n in range(4))


def bill_command(command_id: UUID) -> PostBill:
    """Return the same bill for the same id: four lines, loose strips among them."""
    return load(
        PostBill,
        {
            "command_id": str(command_id),
            "lines": [
                {"item": item, "quantity": quantity}
                for item, quantity in zip(ITEMS, ["1", "0:3", "7t", "2"], strict=True)
            ],
            "payments": [{"mode": "cash", "amount": "1000.00"}],
        },
    )


def set_pragma(shop: Shop, name: str, value: str) -> None:
    """Change a pragma of the connection that writes."""
    with shop.database.writer.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA {name}={value}")


def main(folder: str, synchronous: str = "FULL", pages: str = "1000") -> None:
    """Open the shop and post until killed, or until no more is asked."""
    shop = open_shop(Path(folder))
    set_pragma(shop, "synchronous", synchronous)
    set_pragma(shop, "wal_autocheckpoint", pages)
    print("ready", flush=True)
    for line in sys.stdin:
        command = bill_command(UUID(line.strip()))
        with shop.database.write(LOOP) as uow:
            bill = post_bill(uow, command)
        print(f"{command.command_id} {bill.number}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
