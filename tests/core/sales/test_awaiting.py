"""A strip in hand, its purchase not entered yet: it is sold with what it says, and the books say what is awaited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.inventory.batch_dto import HoldBatch, ReviseMrp
from core.inventory.holding import hold_batch
from core.inventory.items import CreateItem, create_item
from core.inventory.repricing import revise_mrp
from core.kernel.actor import Role
from core.kernel.clock import business_date
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.ledger.queries import trial_balance
from core.sales.awaited import awaited_purchases
from core.sales.cancelling import cancel_bill
from core.sales.correcting import correct_bill
from core.sales.dto import AwaitedView, CancelBill, CorrectBill
from core.sales.posting import post_bill
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

STRIP = {"batch": "NEW9", "expiry": "03/2029", "mrp": "30.00"}


def awaiting(code: str, in_all: str, **said: Any) -> dict[str, Any]:
    return {"item": code, "quantity": in_all, "awaiting": {**STRIP, **said}}


def awaited(shop: TestShop) -> list[AwaitedView]:
    with shop.shop.database.read() as session:
        return awaited_purchases(session)


def balance(shop: TestShop, account: str) -> Money:
    with shop.shop.database.read() as session:
        rows = {row.code: row.debit - row.credit for row in trial_balance(session)}
    return rows.get(account, Money(0))


def cancels(shop: TestShop, number: str) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=number, reason="wrong bill"))


def test_a_strip_in_hand_is_sold_as_it_says_and_its_purchase_is_awaited(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1, mrp="25.65", cost="1.5000")
    bill = shop.bills(awaiting("PCM500", "1:5"))
    (line,) = bill.lines
    assert (line.batch, str(line.expires), line.mrp, line.units) == ("NEW9", "03/2029", Money.parse("30.00"), 15)
    assert line.amount == Money.parse("45.00")
    assert shop.units("PCM500") == 10  # the strip of the books is where it was
    (one,) = awaited(shop)
    assert (one.bill_number, one.item, one.batch, one.expiry, one.units) == (
        bill.number,
        "PCM500",
        "NEW9",
        "03/2029",
        15,
    )
    assert one.cost == Money.parse("2.25")  # as it last came in
    assert balance(shop, "awaited") == -one.cost
    assert balance(shop, "cost_of_sales") == one.cost
    shop.books_agree()


def test_stock_gives_what_it_has_and_the_strip_in_hand_the_rest(shop: TestShop) -> None:
    shop.receives("PCM500", batch="OLD1", packs=2)
    bill = shop.bills(awaiting("PCM500", "5", quantity="3"))
    assert [(line.batch, line.units) for line in bill.lines] == [("OLD1", 20), ("NEW9", 30)]
    assert shop.units("PCM500") == 0
    assert [one.units for one in awaited(shop)] == [30]
    shop.books_agree()


def test_what_never_came_in_has_no_cost_yet(shop: TestShop) -> None:
    fresh = {"code": "FRESH", "name": "Fresh", "pack_label": "10's", "pieces_per_pack": 10, "hsn": "3004"}
    with shop.shop.database.write(shop.actor) as uow:
        create_item(
            uow,
            CreateItem.model_validate({"command_id": new_id(), "item": {**fresh, "treatment": "taxable", "gst": "5"}}),
        )
    shop.bills(awaiting("FRESH", "1"))
    assert [one.cost for one in awaited(shop)] == [Money(0)]
    assert balance(shop, "awaited") == Money(0)
    shop.books_agree()


def test_a_cancelled_bill_awaits_nothing(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    before = balance(shop, "stock")
    bill = shop.bills(awaiting("PCM500", "2", quantity="1"), awaiting("PCM500", "1"))
    cancels(shop, bill.number)
    assert awaited(shop) == []
    assert balance(shop, "awaited") == Money(0)
    assert balance(shop, "stock") == before
    assert shop.units("PCM500") == 10
    shop.books_agree()


def test_a_corrected_bill_keeps_what_the_strip_said(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    wrong = shop.bills(awaiting("PCM500", "3", quantity="2"))
    with shop.shop.database.write(shop.actor) as uow:
        draft = correct_bill(uow, CorrectBill(number=wrong.number, reason="wrong phone")).draft
    with shop.shop.database.write(shop.actor) as uow:
        right = post_bill(uow, draft)
    assert [(line.batch, line.units, line.mrp) for line in right.lines] == [
        (line.batch, line.units, line.mrp) for line in wrong.lines
    ]
    assert [(one.bill_number, one.units) for one in awaited(shop)] == [(right.number, 20)]
    shop.books_agree()


def test_the_same_bill_again_awaits_nothing_twice(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    command = shop.bill_command(awaiting("PCM500", "1"))
    for _ in range(2):
        with shop.shop.database.write(shop.actor) as uow:
            post_bill(uow, command)
    assert len(awaited(shop)) == 1
    with shop.refuses("sales.command_reused"), shop.shop.database.write(shop.actor) as uow:
        post_bill(uow, shop.bill_command(("PCM500", "1"), command_id=command.command_id))


def test_a_batch_whose_mrp_was_lowered_costs_no_more(shop: TestShop) -> None:
    shop.receives("PCM500", batch="NEW9", expiry="03/2029", mrp="30.00", packs=1)
    with shop.shop.database.write(shop.actor) as uow:
        today = business_date(shop.clock.now())
        revise_mrp(
            uow,
            ReviseMrp(item="PCM500", batch="NEW9", mrp=Money.parse("28.00"), from_date=today, reason="GST came down"),
        )
    shop.bills(("PCM500", "1"))
    bill = shop.bills(awaiting("PCM500", "1"))
    assert [line.amount for line in bill.lines] == [Money.parse("28.00")]
    assert len(awaited(shop)) == 1
    shop.books_agree()


@pytest.mark.parametrize(
    ("said", "code", "where"),
    [
        ({"batch": None}, "items.batch_missing", "lines.0.awaiting.batch"),
        ({"expiry": None}, "items.expiry_missing", "lines.0.awaiting.expiry"),
        ({"expiry": "31-02-2029"}, "expiry.unreadable", "lines.0.awaiting.expiry"),
        ({"expiry": "10/2026"}, "stock.expired", "lines.0.awaiting.expiry"),
        ({"mrp": "0.00"}, "items.mrp_missing", "lines.0.awaiting.mrp"),
        ({"quantity": "4"}, "sales.more_in_hand", "lines.0"),
        ({"quantity": "x"}, "quantity.unreadable", "lines.0.awaiting"),
        ({"batch": "A1", "expiry": "12/2028", "mrp": "25.65"}, "stock.batch_is_there", "lines.0.awaiting.batch"),
        ({"quantity": "1"}, "stock.not_enough", "lines.0"),  # stock has but one strip for the other two
    ],
)
def test_what_no_strip_can_say_is_refused(shop: TestShop, said: dict[str, Any], code: str, where: str) -> None:
    shop.receives("PCM500", packs=1)
    with shop.refuses(code, where):
        shop.bills(awaiting("PCM500", "3", **said))


def test_a_recalled_batch_is_refused_before_it_ever_came_in(shop: TestShop) -> None:
    shop.receives("PCM500", batch="NEW9", packs=1)
    with shop.shop.database.write(shop.actor) as uow:
        hold_batch(uow, HoldBatch(item="PCM500", batch="NEW9", reason="CDSCO alert"))
    with shop.refuses("stock.held", "lines.0.awaiting.batch"):
        shop.bills(awaiting("PCM500", "1", mrp="31.00"))


def test_a_cashier_asks_somebody_who_may(shop: TestShop) -> None:
    shop.receives("PCM500", packs=1)
    shop.acts(Role.CASHIER)
    with shop.refuses("auth.not_allowed"):
        shop.bills(awaiting("PCM500", "1"))


_STEPS = st.lists(
    st.tuples(st.sampled_from(["stock", "awaited", "both", "cancel"]), st.integers(1, 25), st.sampled_from("XYZ")),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS, packs=st.integers(1, 4), paise=st.integers(1, 40_000))
def test_whatever_is_sold_and_cancelled_the_books_agree(
    tmp_path_factory: pytest.TempPathFactory, clock: TurnedClock, steps: list[Any], packs: int, paise: int
) -> None:
    shop = TestShop.create(Path(tmp_path_factory.mktemp("shop")) / "s", clock)
    try:
        shop.receives("PCM500", packs=packs, cost=f"{paise // 10_000}.{paise % 10_000:04d}")
        stock = packs * 10
        standing: dict[str, tuple[int, int]] = {}
        for kind, units, batch in steps:
            if kind == "cancel":
                if standing:
                    number, (taken, _) = standing.popitem()
                    cancels(shop, number)
                    stock += taken
                continue
            taken = 0 if kind == "awaited" else min(stock, units)
            in_hand = 0 if kind == "stock" else units
            if taken + in_hand == 0:
                continue
            line: dict[str, Any] = {"item": "PCM500", "quantity": f"{taken + in_hand}t"}
            if in_hand:
                line["awaiting"] = {**STRIP, "batch": batch, "quantity": f"{in_hand}t"}
            bill = shop.bills(line)
            stock -= taken
            standing[bill.number] = (taken, in_hand)
        assert shop.units("PCM500") == stock
        assert sorted((one.bill_number, one.units) for one in awaited(shop)) == sorted(
            (number, in_hand) for number, (_, in_hand) in standing.items() if in_hand
        )
        assert balance(shop, "awaited") == -Money.total(one.cost for one in awaited(shop))
        shop.books_agree()
    finally:
        shop.close()
