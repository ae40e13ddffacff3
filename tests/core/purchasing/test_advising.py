"""What is said beside a line while it is entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.kernel.dates import Expiry
from core.kernel.money import NO_PERCENT, Money, Percent
from core.purchasing.advising import Entered, ItemPast, LineAdvice, advise, item_pasts
from core.storage.sqlite import SqliteDatabase
from tests.core.purchasing.support import item_id, pack, receives, supplier
from tests.core.purchasing.test_receiving import takes_back
from tests.support.clock import TurnedClock
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop

TODAY = date(2026, 11, 20)
NOTHING = ItemPast((), (), 0, 0, 90)


def entered(**said: object) -> Entered:
    known: dict[str, object] = {
        "pieces": 10,
        "billed_units": 100,
        "free_units": 10,
        "value": Money.parse("150.00"),
        "mrp": Money.parse("26.25"),
        "gst": Percent(500),
        "dead_gst": NO_PERCENT,
        "expiry": Expiry.parse("12/2028"),
    }
    return Entered(**{**known, **said})  # type: ignore[arg-type]


def advised(past: ItemPast = NOTHING, **said: object) -> LineAdvice:
    found = advise(entered(**said), past, TODAY)
    assert found is not None
    return found


def turned(shop: TestShop) -> TurnedClock:
    assert isinstance(shop.clock, TurnedClock)
    return shop.clock


def past_of(shop: TestShop, code: str = "PCM500") -> ItemPast:
    key = item_id(shop, code)
    with shop.shop.database.read() as session:
        return item_pasts(session, [key], TODAY)[key]


def test_ten_and_one_cost_what_eleven_share_and_bring_what_the_mrp_leaves() -> None:
    said = advised()
    assert (str(said.piece), str(said.pack)) == ("1.3636", "13.6364")
    assert said.margin_bp == 4545  # 26.25 is 25.00 without GST: 11.3636 of it is left
    assert advised(dead_gst=Percent(500)).margin_bp == 4273
    assert advised(value=Money.parse("275.00")).margin_bp == 0
    assert advised(mrp=Money(0)).margin_bp is None
    assert advise(entered(billed_units=0, free_units=0), NOTHING, TODAY) is None


def test_the_last_five_purchases_and_the_last_of_each_supplier_are_shown(buyer: TestShop) -> None:
    supplier(buyer, "Malabar Drugs")
    for place in range(6):
        receives(buyer, pack("PCM500", "10", batch=f"B{place}", rate=f"15.{place}0"))
        turned(buyer).turn(minutes=1)
    receives(buyer, pack("PCM500", "10", free="1", rate="15.10"), supplier="Malabar Drugs")
    wrong = receives(buyer, pack("PCM500", rate="1.00", batch="WRONG"))
    takes_back(buyer, wrong)
    past = past_of(buyer)
    assert [str(one.rate) for one in past.last] == ["15.1000", "15.5000", "15.4000", "15.3000", "15.2000"]
    assert [(one.supplier_name, str(one.landed)) for one in past.others] == [
        ("Malabar Drugs", "13.7273"),
        ("Kerala Pharma", "15.5000"),
    ]
    assert past.stock_units == 710


@pytest.mark.parametrize(
    ("value", "drift", "drifts"),
    [("150.00", 0, False), ("165.00", 1000, False), ("165.10", 1007, True), ("130.00", -1333, True)],
)
def test_a_rate_that_moved_far_is_said(buyer: TestShop, value: str, drift: int, drifts: bool) -> None:
    receives(buyer, pack("PCM500"))
    said = advised(past_of(buyer), value=Money.parse(value))
    assert (said.drift_bp, said.drifts) == (drift, drifts)


def test_what_sells_longer_than_it_lasts_is_said(buyer: TestShop) -> None:
    receives(buyer, pack("PCM500", "20"))
    turned(buyer).turn(days=30)
    buyer.bills(("PCM500", "5"))
    later = TODAY + timedelta(days=30)
    key = item_id(buyer, "PCM500")
    with buyer.shop.database.read() as session:
        past = item_pasts(session, [key], later)[key]
    assert (past.stock_units, past.sold_units, past.sold_days) == (150, 50, 30)
    said = advise(entered(), past, later)
    assert said is not None
    assert (said.months_tenths, said.outlasts) == (52, False)  # 260 pieces at 50 a month
    short = advise(entered(expiry=Expiry.parse("04/2027")), past, later)
    assert short is not None
    assert short.outlasts


def test_it_reads_along_indexes(buyer: TestShop) -> None:
    receives(buyer, pack("PCM500"))
    key = item_id(buyer, "PCM500")
    database = buyer.shop.database
    assert isinstance(database, SqliteDatabase)
    refuse_scans(plans_of(database, lambda session: item_pasts(session, [key], TODAY)))
