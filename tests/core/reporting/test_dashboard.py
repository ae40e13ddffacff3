"""The dashboard: one exact story, whatever day it is what the ledger and the reports say, rights, and indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.app.health import confirm_clock
from core.auth.dto import SetRoleRight
from core.auth.permissions import Permission, Scope
from core.auth.roles import set_role_right
from core.boundary.frozen import load
from core.kernel.actor import Actor, Role
from core.kernel.clock import INDIA, business_date
from core.kernel.days import Days
from core.kernel.errors import RuleBroken
from core.kernel.money import ZERO, Money
from core.ledger.queries import trial_balance
from core.parties.dto import CustomerDetails
from core.reporting.columns import Quantity, Value
from core.reporting.dashboard import (
    EXPIRES_WITHIN,
    MOST_ITEMS,
    SELLER_DAYS,
    WAITING_DAYS,
    Dashboard,
    DaySales,
    Dues,
    ExpiryBand,
    Part,
    Seller,
    SlowItem,
    TrendPoint,
    parts_for,
    read_dashboard,
    read_part,
)
from core.reporting.running import open_report
from core.sales.cancelling import cancel_bill
from core.sales.dto import BillView, CancelBill, ChangePayment, ConfirmPayment, TenderMode
from core.sales.payments import change_payment, confirm_payment, waiting_payments
from tests.core.opening.support import add, enter, read
from tests.support.clock import TurnedClock
from tests.support.people import CONSOLE, hire
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop
from tests.support.year import BEGINS

TODAY = date(2026, 11, 20)
OWNER = Actor(None, "owner", Role.OWNER)
#: Of a pack of paracetamol: 100.00 without GST, and it cost 60.00.
PACK, LEFT = Money(105_00), Money(40_00)


@dataclass
class Story:
    """A shop that began in August, as it is in the afternoon of 20 November 2026."""

    shop: TestShop
    people: dict[Role, Actor]

    def reads(self, actor: Actor = OWNER) -> Dashboard:
        with self.shop.shop.database.read() as session:
            return read_dashboard(session, actor, TODAY)

    def parts(self, actor: Actor) -> tuple[Part, ...]:
        with self.shop.shop.database.read() as session:
            return parts_for(session, actor)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    made = _story(tmp_path_factory.mktemp("dashboard"))
    yield made
    made.shop.books_agree()
    made.shop.close()


def _story(folder: Path) -> Story:
    clock = TurnedClock(_at(date(2026, 8, 3), "09:00"))
    shop = TestShop.create(folder / "shop", clock)
    people = hire(shop.shop.database)
    pcm: dict[str, Any] = {"mrp": "105.00", "cost": "60.0000"}
    shop.receives("PCM", name="Paracetamol", expiry="12/2029", packs=500, **pcm)
    # 31-12-2026 is 41 days away
    shop.receives("OLD", name="Oldmycin", expiry="12/2026", mrp="210.00", packs=10, cost="100.0000")
    shop.receives("GONE", name="Gonemycin", batch="G1", expiry="10/2026", mrp="42.00", packs=5, cost="20.0000")
    shop.receives("GONE", batch="G2", expiry="10/2028", mrp="42.00", packs=1, loose=5, cost="20.0000")
    shop.receives("ONCE", name="Oncemycin", expiry="11/2026", mrp="84.00", packs=4, cost="50.0000")
    shop.receives("COTTON", expiry=None, mrp="10.50", packs=3, cost="6.0000", pieces_per_pack=1, pack_label="1's")
    _, anil = add(
        shop,
        CustomerDetails(name="City Clinic", credit_limit=Money(5_000_00), credit_days=15),
        CustomerDetails(name="Anil Kumar", credit_days=30, credit_limit=Money(5_000_00)),
    )

    def goes_to(day: date, at: str) -> None:
        clock.instant = _at(day, at)
        with shop.shop.database.write(CONSOLE) as uow:
            confirm_clock(uow)  # nothing was done here for weeks

    def bill(day: date, at: str, code: str, packs: int, mode: str = "cash", **more: Any) -> BillView:
        goes_to(day, at)
        line = {"item": code, "quantity": str(packs)}
        paid = [{"mode": mode, "amount": "100000.00" if mode == "cash" else f"{105 * packs}.00"}]
        return shop.bills(line, payments=paid, **more)

    bill(date(2026, 9, 15), "10:00", "GONE", 1)
    bill(date(2026, 10, 15), "10:00", "PCM", 10)
    taken_back = bill(date(2026, 11, 1), "10:00", "ONCE", 1)
    _cancels(shop, taken_back)
    goes_to(date(2026, 11, 10), "09:00")
    due = {"kind": "customer", "party": "Anil Kumar", "number": "S-1", "date": "01-10-2026"}
    enter(shop, read(due | {"type": "bill", "amount": "700", "open": "500"}))
    paid_before = {"kind": "customer", "party": "City Clinic", "number": "AD-1", "date": "01-11-2026"}
    enter(shop, read(paid_before | {"type": "advance", "open": "200"}))
    shop.receives("NEW", name="Newmycin", expiry="12/2029", mrp="1050.00", packs=9, cost="700.0000")
    bill(date(2026, 11, 13), "10:00", "PCM", 2)
    bill(date(2026, 11, 19), "18:00", "PCM", 3)
    bill(TODAY, "10:05", "PCM", 1)
    bill(TODAY, "10:40", "PCM", 4, "upi")
    wrong = bill(TODAY, "11:00", "PCM", 5)
    bill(TODAY, "12:00", "PCM", 2, "credit", customer={"id": str(anil)})
    shop.actor = people[Role.CASHIER]
    of_the_cashier = bill(TODAY, "12:30", "PCM", 1)
    bill(TODAY, "14:00", "COTTON", 1)
    shop.actor = OWNER
    _cancels(shop, of_the_cashier)
    _cancels(shop, wrong)
    goes_to(TODAY, "15:30")
    return Story(shop, people)


def _at(day: date, at: str) -> datetime:
    hour, minute = map(int, at.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=INDIA).astimezone(UTC)


def _cancels(shop: TestShop, bill: BillView) -> None:
    with shop.shop.database.write(OWNER) as uow:
        cancel_bill(uow, CancelBill(number=bill.number, reason="not wanted"))


def hours(**amounts: int) -> tuple[Money, ...]:
    """Return 24 hours, some of them with an amount in rupees: ``h10=525``."""
    return tuple(Money(amounts.get(f"h{hour}", 0) * 100) for hour in range(24))


# --- the story ---------------------------------------------------------------------------------------------------


def test_today_and_the_days_beside_it(story: Story) -> None:
    today = story.reads().today
    assert today is not None
    # cotton is 10.50, to the rupee 11.00
    assert today.today == DaySales(TODAY, 6, 2, Money(746_00), hours(h10=525, h12=210, h14=11))
    assert today.today.average == Money(186_50)
    assert today.today.until(12) == Money(525_00)
    assert today.yesterday == DaySales(date(2026, 11, 19), 1, 0, Money(315_00), hours(h18=315))
    assert today.week_ago == DaySales(date(2026, 11, 13), 1, 0, Money(210_00), hours(h10=210))
    assert today.ways == (
        (TenderMode.CASH, Money(116_00)),
        (TenderMode.UPI, Money(420_00)),
        (TenderMode.CREDIT, Money(210_00)),
    )
    assert today.own is None
    assert DaySales(TODAY, 1, 1, ZERO, hours()).average is None


def test_the_trend_by_day_and_by_month(story: Story) -> None:
    trend = story.reads().trend
    assert trend is not None
    assert [point.first for point in trend.days] == [TODAY - timedelta(days=count) for count in reversed(range(30))]
    assert [point for point in trend.days if point.net] == [
        TrendPoint(date(2026, 11, 13), PACK * 2, LEFT * 2),
        TrendPoint(date(2026, 11, 19), PACK * 3, LEFT * 3),
        TrendPoint(TODAY, Money(746_00), LEFT * 7 + Money(4_00)),
    ]
    assert [point.first for point in trend.months][::11] == [date(2025, 12, 1), date(2026, 11, 1)]
    assert len(trend.months) == 12
    assert [(point.first.month, point.net, point.margin) for point in trend.months if point.net] == [
        (9, Money(42_00), Money(20_00)),
        (10, PACK * 10, LEFT * 10),
        (11, PACK * 12 + Money(11_00), LEFT * 12 + Money(4_00)),
    ]


def test_best_sellers_and_slow_stock(story: Story) -> None:
    dashboard = story.reads()
    assert dashboard.sellers is not None
    assert dashboard.sellers.days == Days(date(2026, 10, 22), TODAY)
    assert dashboard.sellers.items == (
        Seller("PCM", "Paracetamol", "10's", Quantity(120, 10), PACK * 12),
        Seller("COTTON", "Cotton", "1's", Quantity(1, 1), Money(10_50)),
    )
    assert dashboard.stock is not None
    # sold and cancelled is not sold; what came in ten days ago cannot be slow
    assert dashboard.stock.slow == (
        SlowItem("OLD", "Oldmycin", "10's", Quantity(100, 10), Money(1_000_00), Money(2_100_00), None),
        SlowItem("ONCE", "Oncemycin", "10's", Quantity(40, 10), Money(200_00), Money(336_00), None),
        SlowItem("GONE", "Gonemycin", "10's", Quantity(55, 10), Money(110_00), Money(231_00), date(2026, 9, 15)),
    )


def test_what_stands_and_what_of_it_expires(story: Story) -> None:
    stock = story.reads().stock
    assert stock is not None
    assert stock.cost == Money(478 * 60_00 + 1_000_00 + 110_00 + 200_00 + 2 * 6_00 + 9 * 700_00)
    assert stock.mrp == Money(478 * 105_00 + 2_100_00 + 231_00 + 336_00 + 2 * 10_50 + 9 * 1_050_00)
    assert stock.items == 6
    assert stock.bands == (
        ExpiryBand(None, date(2026, 11, 19), 1, Money(80_00), Money(168_00)),
        ExpiryBand(TODAY, date(2026, 12, 20), 1, Money(200_00), Money(336_00)),
        ExpiryBand(date(2026, 12, 21), date(2027, 1, 19), 1, Money(1_000_00), Money(2_100_00)),
        ExpiryBand(date(2027, 1, 20), date(2027, 2, 18), 0, ZERO, ZERO),
    )


def test_what_is_owed_and_what_waits(story: Story) -> None:
    assert story.reads().dues == Dues(
        owed=Money(710_00),
        overdue=Money(500_00),
        credit=Money(200_00),
        waiting=1,
        waiting_amount=Money(420_00),
    )


def test_upi_waits_as_the_list_of_bills_says(shop: TestShop) -> None:
    shop.receives("PCM", mrp="105.00", packs=50)
    upi = {"mode": "upi", "amount": "105.00"}

    def waits() -> tuple[int, Money]:
        with shop.shop.database.read() as session:
            found = read_dashboard(session, OWNER, TODAY).dues
            listed = waiting_payments(session, since=TODAY - timedelta(days=WAITING_DAYS))
        assert found is not None
        assert (found.waiting, found.waiting_amount) == (len(listed), Money.total(one.amount for one in listed))
        return found.waiting, found.waiting_amount

    def pays(bill: BillView, **payment: str) -> None:
        command = load(ChangePayment, {"number": bill.number, "payments": [payment], "reason": "said so"})
        with shop.shop.database.write(OWNER) as uow:
            change_payment(uow, command)

    first, second, _ = (shop.bills(("PCM", "1"), payments=[upi]) for _ in range(3))
    by_cash = shop.bills(("PCM", "1"), paid="105.00")
    shop.bills(("PCM", "1"), payments=[{**upi, "reference": "612345678901"}])
    assert waits() == (3, PACK * 3)
    pays(by_cash, **upi)
    assert waits() == (4, PACK * 4)
    pays(first, mode="cash", amount="105.00")
    assert waits() == (3, PACK * 3)
    _cancels(shop, second)
    assert waits() == (2, PACK * 2)
    with shop.shop.database.write(OWNER) as uow:
        confirm_payment(uow, ConfirmPayment(number=by_cash.number, reference="612345678902"))
    assert waits() == (1, PACK)


def test_an_empty_shop_has_nothing_of_anything(shop: TestShop) -> None:
    with shop.shop.database.read() as session:
        found = read_dashboard(session, OWNER, TODAY)
    assert found.today is not None
    assert found.today.today == DaySales(TODAY, 0, 0, ZERO, hours())
    assert found.today.ways == ()
    assert found.trend is not None
    assert {(point.net, point.margin) for point in (*found.trend.days, *found.trend.months)} == {(ZERO, ZERO)}
    assert found.sellers is not None
    assert found.sellers.items == ()
    assert found.stock is not None
    assert (found.stock.cost, found.stock.mrp, found.stock.items, found.stock.slow) == (ZERO, ZERO, 0, ())
    assert found.dues == Dues(ZERO, ZERO, ZERO, 0, ZERO)


# --- rights ------------------------------------------------------------------------------------------------------


def test_everybody_sees_the_parts_that_are_theirs(story: Story) -> None:
    assert story.parts(OWNER) == tuple(Part)
    assert story.parts(story.people[Role.ACCOUNTANT]) == tuple(Part)
    assert story.parts(story.people[Role.PHARMACIST]) == (Part.STOCK,)
    assert story.parts(story.people[Role.PURCHASE_CLERK]) == (Part.STOCK,)
    assert story.parts(story.people[Role.CASHIER]) == (Part.TODAY,)
    for role in Role:
        if role is not Role.OWNER:
            found = story.reads(story.people[role])
            assert [part for part in Part if found.part(part) is not None] == list(story.parts(story.people[role]))


def test_a_cashier_sees_their_own_day_alone(story: Story) -> None:
    today = story.reads(story.people[Role.CASHIER]).today
    assert today is not None
    assert today.own == "ravi"
    assert today.today == DaySales(TODAY, 2, 1, Money(11_00), hours(h14=11))
    assert (today.yesterday, today.week_ago) == (None, None)
    assert today.ways == ((TenderMode.CASH, Money(11_00)),)


@pytest.mark.parametrize("part", [part for part in Part if part is not Part.TODAY])
def test_no_part_is_read_past_a_right(story: Story, part: Part) -> None:
    with story.shop.shop.database.read() as session, pytest.raises(RuleBroken, match=r"auth\.out_of_scope"):
        read_part(session, story.people[Role.CASHIER], part, TODAY)


def test_a_pharmacist_is_not_shown_the_day(story: Story) -> None:
    with story.shop.shop.database.read() as session, pytest.raises(RuleBroken, match=r"auth\.out_of_scope"):
        read_part(session, story.people[Role.PHARMACIST], Part.TODAY, TODAY)


def test_rights_that_are_taken_away_show_nothing(tmp_path: Path) -> None:
    story = _story(tmp_path)
    accountant, pharmacist = story.people[Role.ACCOUNTANT], story.people[Role.PHARMACIST]
    for role in (Role.ACCOUNTANT, Role.PHARMACIST):
        _sets(story, role, Permission.SEE_COST, granted=False)
    found = story.reads(accountant)
    assert found.trend is not None
    assert {point.margin for point in (*found.trend.days, *found.trend.months)} == {None}
    assert found.stock is not None
    assert (found.stock.cost, {band.cost for band in found.stock.bands}) == (None, {None})
    assert [(item.code, item.cost) for item in found.stock.slow] == [("OLD", None), ("ONCE", None), ("GONE", None)]
    _sets(story, Role.PHARMACIST, Permission.VIEW_REPORTS, granted=False)
    assert story.parts(pharmacist) == ()
    with pytest.raises(RuleBroken, match=r"auth\.not_allowed"):
        story.reads(pharmacist)
    _sets(story, Role.PHARMACIST, Permission.VIEW_REPORTS, granted=True, scope=Scope.OWN_DAY)
    assert story.parts(pharmacist) == (Part.TODAY,)
    story.shop.close()


def _sets(story: Story, role: Role, right: Permission, *, granted: bool, scope: Scope = Scope.ALL) -> None:
    with story.shop.shop.database.write(CONSOLE) as uow:
        set_role_right(uow, SetRoleRight(user_role=role, permission=right, granted=granted, scope=scope))


# --- ties --------------------------------------------------------------------------------------------------------

FIRST = business_date(BEGINS)
DAYS = st.integers(0, 364).map(lambda days: FIRST + timedelta(days=days))


def rows_of(shop: TestShop, name: str, today: date, **values: str) -> list[dict[str, Value]]:
    """Return a report's rows, each by the ids of its columns."""
    with shop.shop.database.read() as session:
        opened = open_report(session, OWNER, name, values, today)
        ids = [column.id for column in opened.columns]
        return [dict(zip(ids, row.values, strict=True)) for row in opened.rows(session)]


@settings(max_examples=25, deadline=None)
@given(today=DAYS)
def test_sales_are_what_the_reports_say(year: TestShop, today: date) -> None:
    with year.shop.database.read() as session:
        found = read_dashboard(session, OWNER, today)
    assert found.today is not None
    assert found.trend is not None
    span = Days(min(found.trend.months[0].first, found.trend.days[0].first), today)
    by_day = {row["day"]: row for row in rows_of(year, "sales-by-day", today, days=str(span))}
    for day in (found.today.today, found.today.yesterday, found.today.week_ago):
        assert day is not None
        row = by_day.get(day.day, {"bills": 0, "cancelled": 0, "total": ZERO})
        assert (day.bills, day.cancelled, day.net) == (row["bills"], row["cancelled"], row["total"])
        assert Money.total(day.hours) == day.net
    for point in found.trend.days:
        row = by_day.get(point.first, {"total": ZERO, "margin": ZERO})
        assert (point.net, point.margin) == (row["total"], row["margin"])
    for point in found.trend.months:
        inside = [row for day, row in by_day.items() if isinstance(day, date) and day.replace(day=1) == point.first]
        assert point.net == _total(inside, "total")
        assert point.margin == _total(inside, "margin")
    in_hours = {
        row["hour"]: row["total"] for row in rows_of(year, "sales-by-hour", today, days=str(Days(today, today)))
    }
    for hour, amount in enumerate(found.today.today.hours):
        assert amount == in_hours.get(f"{hour:02d}:00 to {hour + 1:02d}:00", ZERO)


@settings(max_examples=25, deadline=None)
@given(today=DAYS)
def test_ways_of_paying_are_what_the_report_says_and_add_up(year: TestShop, today: date) -> None:
    with year.shop.database.read() as session:
        found = read_dashboard(session, OWNER, today).today
    assert found is not None
    by_mode = {
        row["mode"]: row["amount"] for row in rows_of(year, "sales-by-mode", today, days=str(Days(today, today)))
    }
    assert {mode.words.capitalize() if mode.words.islower() else mode.words: paid for mode, paid in found.ways} == {
        mode: amount for mode, amount in by_mode.items() if amount
    }
    assert Money.total(paid for _, paid in found.ways) == found.today.net


@settings(max_examples=15, deadline=None)
@given(today=DAYS)
def test_best_sellers_are_the_first_of_the_report(year: TestShop, today: date) -> None:
    with year.shop.database.read() as session:
        found = read_dashboard(session, OWNER, today).sellers
    assert found is not None
    assert found.days == Days(today - timedelta(days=SELLER_DAYS - 1), today)
    rows = rows_of(year, "sales-by-item", today, days=str(found.days))
    best = [(row["code"], row["item"], row["pack"], row["sold"], row["amount"]) for row in rows if _paise(row) > 0]
    assert [tuple(item) for item in found.items] == best[:MOST_ITEMS]


def test_stock_and_dues_are_what_the_ledger_has(year: TestShop) -> None:
    today = business_date(year.clock.now())
    with year.shop.database.read() as session:
        found = read_dashboard(session, OWNER, today)
        accounts = {row.code: row.debit - row.credit for row in trial_balance(session)}
        waiting = waiting_payments(session, since=today - timedelta(days=WAITING_DAYS))
    assert found.stock is not None
    assert found.dues is not None
    assert found.stock.cost == accounts["stock"]
    rows = rows_of(year, "stock-by-item", today)
    assert (found.stock.items, found.stock.mrp) == (len(rows), _total(rows, "mrp_value"))
    assert found.dues.owed - found.dues.credit == accounts["debtors"]
    assert found.dues.overdue > ZERO
    assert (found.dues.waiting, found.dues.waiting_amount) == (
        len(waiting),
        Money.total(payment.amount for payment in waiting),
    )


def test_what_expires_is_what_the_report_says(year: TestShop, story: Story) -> None:
    for shop in (year, story.shop):
        today = business_date(shop.clock.now())
        with shop.shop.database.read() as session:
            found = read_dashboard(session, OWNER, today).stock
        assert found is not None
        rows = rows_of(shop, "expiry", today, months="4")
        for band in found.bands:
            inside = [row for row in rows if _is_in(row["expiry"], band)]
            assert band.batches == len(inside)
            assert (band.cost, band.mrp) == (_total(inside, "cost"), _total(inside, "mrp_value"))


def _is_in(expiry: Any, band: ExpiryBand) -> bool:
    last_day: date = expiry.last_day
    return (band.first or date.min) <= last_day <= band.last


def _total(rows: list[dict[str, Value]], column: str) -> Money:
    return Money.total(value for row in rows if isinstance(value := row[column], Money))


def _paise(row: dict[str, Value]) -> int:
    amount = row["amount"]
    assert isinstance(amount, Money)
    return amount.paise


# --- indexes -----------------------------------------------------------------------------------------------------

#: What grows as well, more slowly, and may not be walked either.
_WALKS = re.compile(
    r"SCAN (bill_tender|bill_item|bill_cancellation|payment_change|payment_change_tender|payment_confirmation|"
    r"ledger_day|open_item_settlement)\b"
)


@pytest.mark.parametrize("part", list(Part))
def test_no_part_walks_what_grows_with_every_bill(story: Story, part: Part) -> None:
    plans = plans_of(story.shop.shop.database, lambda session: read_part(session, OWNER, part, TODAY))
    refuse_scans(plans)
    assert not [(text, steps) for text, steps in plans if any(_WALKS.match(step) for step in steps)]
    if part is Part.STOCK:
        assert any("USING INDEX ix_stock_balance_standing" in step for _, steps in plans for step in steps)


def test_a_cashiers_day_walks_nothing_either(story: Story) -> None:
    cashier = story.people[Role.CASHIER]
    plans = plans_of(story.shop.shop.database, lambda session: read_part(session, cashier, Part.TODAY, TODAY))
    refuse_scans(plans)
    assert not [(text, steps) for text, steps in plans if any(_WALKS.match(step) for step in steps)]


def test_the_bands_are_without_gaps() -> None:
    assert list(EXPIRES_WITHIN) == sorted(EXPIRES_WITHIN)
