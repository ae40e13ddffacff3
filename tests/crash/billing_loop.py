"""The child that is killed: posts bills for ever, and says each one's id and number after its commit returned.

``python -m tests.crash.billing_loop FOLDER`` reads command ids, one a line, from standard input: so the parent
knows which command was under way when it struck.
"""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

from core.app.shop import open_shop
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.sales.dto import PostBill
from core.sales.posting import post_bill

LOOP = Actor(None, "loop", Role.OWNER)


def bill_command(command_id: UUID) -> PostBill:
    """Return the same bill for the same id: four lines, loose strips among them."""
    return load(
        PostBill,
        {
            "command_id": str(command_id),
            "lines": [
                {"item": f"CRASH{n}", "quantity": quantity} for n, quantity in enumerate(["1", "0:3", "7t", "2"])
            ],
            "payments": [{"mode": "cash", "amount": "1000.00"}],
        },
    )


def main(folder: str) -> None:
    """Open the shop and post until killed."""
    shop = open_shop(Path(folder))
    print("ready", flush=True)
    for line in sys.stdin:
        command = bill_command(UUID(line.strip()))
        with shop.database.write(LOOP) as uow:
            bill = post_bill(uow, command)
        print(f"{command.command_id} {bill.number}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
