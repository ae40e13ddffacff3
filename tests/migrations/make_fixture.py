"""Writes the shop that a released version leaves behind: ``python -m tests.migrations.make_fixture``, once a release.

A fixture that is committed is never made again: it is what that version wrote.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cli.bills import bill_json
from core.app.choices import set_choice
from core.app.series import SetNumberSeries, set_number_series
from core.app.shop import shop_file
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.version import VERSION
from core.ledger.closing import close_books
from core.ledger.dto import CloseBooks
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from core.settings.choices import Choice
from tests.support.clock import TurnedClock
from tests.support.people import cheap_secrets, hire
from tests.support.shop import TestShop

FOLDER = Path(__file__).parent / "fixtures"
HOSPITAL = {"name": "City Hospital", "address": "Bengaluru", "gstin": "29AAHCS9012L1ZW"}


def main() -> None:
    """Live through some days of a shop and keep its file, and what its bills must say for ever."""
    target = FOLDER / f"{VERSION}.db"
    if target.exists():
        raise SystemExit(f"{target} is there: a released file is never made again")
    clock = TurnedClock(datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    with TemporaryDirectory() as folder, cheap_secrets():
        shop = TestShop.create(Path(folder) / "shop", clock)
        _stock(shop)
        bills = [*_first_day(shop)]
        clock.turn(days=1)
        bills += _second_day(shop)
        next_number = f"C1/26-27/{sum(bill.memo_number is None for bill in bills) + 1:06d}"
        shop.books_agree()
        shop.close()  # moves the log into the file
        target.write_bytes(shop_file(shop.shop.folder).read_bytes())
    clock.turn(minutes=5)
    said = {"clock": clock.now().isoformat(), "next": next_number, "bills": [bill_json(bill) for bill in bills]}
    target.with_suffix(".json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def _stock(shop: TestShop) -> None:
    shop.receives("PCM500", batch="A1", expiry="03/2027", packs=30, barcodes=("8901234567894",))
    shop.receives("PCM500", batch="A2", expiry="12/2028", mrp="27.00", packs=50)
    shop.receives("SYRUP", pieces_per_pack=1, pack_label="100 ml", mrp="112.00", gst="12", packs=20)
    shop.receives("LIFE", treatment="nil", gst="0", mrp="1000.00", packs=5)
    shop.receives("BAND", kind="goods", treatment="exempt", gst="0", mrp="33.00", pieces_per_pack=4, expiry=None)


def _first_day(shop: TestShop) -> list[BillView]:
    hire(shop.shop.database)
    with shop.shop.database.write(shop.actor) as uow:
        set_choice(uow, Choice.ROUND_OFF, "down")
    bills = [
        shop.bills(("PCM500", "2:5")),
        shop.bills(("PCM500", "29"), ("SYRUP", "1"), ("LIFE", "3t"), ("BAND", "1"), bill_discount_percent="5"),
        shop.bills({"item": "SYRUP", "quantity": "2", "discount": "10.00"}, customer={"state": "29"}),
        shop.bills(("PCM500", "1"), ("LIFE", "1"), customer=HOSPITAL),
        shop.bills(
            {"item": "PCM500", "quantity": "10", "rate": "18.3200", "free": "1"},
            price_basis="exclusive",
            customer={**HOSPITAL, "sez": True},
        ),
        shop.bills(("BAND", "1"), manual={"number": "17"}, date="2026-11-20"),
    ]
    with shop.shop.database.write(shop.actor) as uow:
        bills[2] = cancel_bill(uow, CancelBill(number=bills[2].number, reason="wrong customer"))
    return bills


def _second_day(shop: TestShop) -> list[BillView]:
    with shop.shop.database.write(shop.actor) as uow:
        close_books(uow, CloseBooks(through=date(2026, 11, 20)))
    with shop.shop.database.write(shop.actor) as uow:
        set_number_series(uow, SetNumberSeries(prefix="C1", width=5, from_year=2027))
    with pytest.raises(RuleBroken), shop.shop.database.write(Actor(None, "ravi", Role.CASHIER)) as uow:
        set_choice(uow, Choice.ROUND_OFF, "none")  # refused, and kept as an attempt
    return [shop.bills(("SYRUP", "1"))]


if __name__ == "__main__":
    main()
