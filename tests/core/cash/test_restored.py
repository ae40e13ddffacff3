"""A shop that is restored goes on with the session that stood in the backup: bills after it count, lost ones do not."""

from __future__ import annotations

from core.app.backups.creating import back_up
from core.app.backups.manifest import Reason
from core.app.backups.restoring import restore
from core.app.shop import open_shop
from tests.core.cash.support import in_drawer, opens
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop


def test_a_restored_drawer_goes_on_from_the_backup(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=10, mrp="25.00")
    opens(shop, "500.00")
    shop.bills(("PCM500", "1"), paid="25.00")
    made = back_up(shop.shop.database, shop.shop.folder, Reason.BY_HAND, clock)
    shop.bills(("PCM500", "2"), paid="50.00")
    assert in_drawer(shop) == "575.00"
    folder = shop.shop.folder
    shop.close()
    clock.turn(minutes=5)
    restore(folder, made.path, shop.actor, clock)
    shop.shop = open_shop(folder, clock)

    assert in_drawer(shop) == "525.00"
    bill = shop.bills(("PCM500", "4"), paid="100.00")
    assert not bill.number.startswith("C1/")
    assert in_drawer(shop) == "625.00"
    shop.books_agree()
