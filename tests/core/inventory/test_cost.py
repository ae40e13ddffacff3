"""What stock cost: a document's own total comes in, and all of it goes out again, to the paisa."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.inventory.domain import share_of_worth
from core.inventory.model import StockBalance
from core.kernel.money import Money
from core.ledger.queries import trial_balance
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill
from tests.core.inventory.support import PARACETAMOL, imports, read
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

STRIP_OF_15 = PARACETAMOL | {"pack": "15's", "mrp": "120.00", "purchase_rate": "70.00", "quantity": "1000"}


def worth(shop: TestShop) -> Money:
    with shop.shop.database.read() as session:
        return Money(int(session.scalar(select(func.sum(StockBalance.cost_paise))) or 0))


def booked(shop: TestShop, account: str) -> Money:
    with shop.shop.database.read() as session:
        return Money.total(row.debit - row.credit for row in trial_balance(session) if row.code == account)


def cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(shop.actor) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="goods came back"))


def test_a_thousand_packs_are_worth_what_was_paid_for_them(shop: TestShop) -> None:
    report = imports(shop, read(STRIP_OF_15))

    assert report.stock_value == worth(shop) == booked(shop, "stock") == Money.parse("70000.00")


def test_gst_inside_the_cost_is_rounded_with_it_once(tmp_path: Path, clock: TurnedClock) -> None:
    shop = TestShop.create(tmp_path / "unregistered", clock, registration="unregistered", gstin=None)
    imports(shop, read(STRIP_OF_15 | {"purchase_rate": "70.0001", "quantity": "1000"}))

    assert worth(shop) == Money.parse("73500.11")  # 70,000.10 and 5 %
    shop.close()


def test_the_last_piece_takes_the_stock_to_nothing(shop: TestShop) -> None:
    imports(shop, read(STRIP_OF_15 | {"quantity": "2"}))
    for _ in range(4):
        shop.bills(("PCM500", "0:7"))
    returned = shop.bills(("PCM500", "0:2"))
    assert worth(shop) == Money(0)

    cancels(shop, returned)
    assert worth(shop) == booked(shop, "stock") == Money.parse("9.33")
    shop.bills(("PCM500", "0:1"))
    shop.bills(("PCM500", "0:1"))

    assert worth(shop) == booked(shop, "stock") == Money(0)
    assert booked(shop, "cost_of_sales") == Money.parse("140.00")
    shop.books_agree()


@given(st.integers(0, 10**9), st.lists(st.integers(1, 500), min_size=1, max_size=60))
def test_however_a_lot_leaves_all_of_its_cost_leaves_with_it(paise: int, takes: list[int]) -> None:
    standing, left = sum(takes), paise
    for units in takes:
        share = share_of_worth(left, units, standing)
        assert 0 <= share <= left
        assert abs(2 * (share * standing - left * units)) <= standing, "within half a paisa of the exact share"
        standing, left = standing - units, left - share
    assert left == 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    packs=st.integers(1, 3),
    rate=st.integers(1, 99_999_999),
    moves=st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=6),
)
def test_issues_and_returns_in_any_order_sum_to_the_total(
    shop: TestShop, packs: int, rate: int, moves: list[tuple[int, bool]]
) -> None:
    with shop.shop.database.read() as session:
        code = f"I{session.scalar(select(func.count(StockBalance.item_id.distinct())))}"
    before = worth(shop)
    price = f"{rate // 10_000}.{rate % 10_000:04d}"
    row = STRIP_OF_15 | {"code": code, "name": code, "mrp": "10000.00", "purchase_rate": price, "quantity": str(packs)}
    came = imports(shop, read(row)).stock_value
    standing = packs * 15
    for units, returns in moves:
        taken = min(units, standing)
        if not taken:
            break
        bill = shop.bills((code, f"{taken}t"), paid="1000000.00")
        if returns:
            cancels(shop, bill)
        else:
            standing -= taken
        assert worth(shop) == booked(shop, "stock")
    assert before <= worth(shop) <= before + came
    if standing:
        shop.bills((code, f"{standing}t"), paid="1000000.00")
    assert worth(shop) == booked(shop, "stock") == before
    shop.books_agree()
