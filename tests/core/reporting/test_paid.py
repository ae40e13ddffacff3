"""How bills were paid: every change of it, and what came in by each way, which is what the ledger has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.kernel.actor import Role
from core.kernel.clock import business_date
from core.kernel.days import Days
from core.kernel.money import Money
from core.reporting.columns import Value
from core.reporting.report import ToReport
from core.reporting.running import open_report, read_page
from core.reporting.shaping import total_of
from core.sales.dto import TenderMode
from core.sales.queries import bill_by_number
from tests.core.reporting.counter_days import TODAY, CounterDays, counter_days
from tests.core.reporting.told import pages_agree
from tests.core.sales.test_payments import change
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop
from tests.support.year import BEGINS

MONTH = "this-month"


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterDays]:
    lived = counter_days(tmp_path_factory.mktemp("paid"))
    yield lived
    lived.shop.books_agree()
    lived.shop.close()


# --- payments ----------------------------------------------------------------------------------------------------


def test_payment_changes_say_what_stood_before(days: CounterDays) -> None:
    found = days.shown("payment-changes", "time bill user reason before after total")
    assert found == [
        (
            *("20-11-2026 12:40", days.number("cheque"), "owner", "paid otherwise at 12:40"),
            *("Cheque 257.00", "Card 257.00", "257.00"),
        ),
        (
            *("20-11-2026 12:50", days.number("cheque"), "owner", "paid otherwise at 12:50"),
            *("Card 257.00", "Cash 100.00, UPI 157.00", "257.00"),
        ),
        (
            *("20-11-2026 13:05", days.number("gone"), "owner", "paid otherwise at 13:05"),
            *("Card 257.00", "UPI 257.00", "257.00"),
        ),
    ]
    assert days.pages_agree("payment-changes") == 3
    assert days.targets("payment-changes")[0] == days.number("cheque")


def test_change_that_went_back_stands_in_no_payment(shop: TestShop) -> None:
    shop.receives("PCM500", packs=100)
    ways = [{"mode": "cash", "amount": "20.00"}, {"mode": "upi", "amount": "26.00"}]
    bill = shop.bills(("PCM500", "1"), payments=ways)
    lived = CounterDays(shop, {}, bill.bill_id, {"it": bill})
    change(shop, bill.number, ("card", "26.00"))
    assert lived.shown("payment-changes", "before after") == [("UPI 26.00", "Card 26.00")]
    assert lived.shown("sales-by-mode", "mode payments billed changed cancelled amount") == [
        ("Cash", "0", "0.00", "0.00", "0.00", "0.00"),
        ("UPI", "0", "26.00", "-26.00", "0.00", "0.00"),
        ("Card", "1", "0.00", "26.00", "0.00", "26.00"),
    ]


def test_what_came_in_by_each_way_of_paying(days: CounterDays) -> None:
    assert days.shown("sales-by-mode", "mode payments billed changed cancelled amount", days=MONTH) == [
        ("Cash", "5", "834.00", "100.00", "-253.00", "681.00"),
        ("UPI", "2", "60.00", "414.00", "-257.00", "217.00"),
        ("Card", "1", "357.00", "-257.00", "0.00", "100.00"),
        ("Cheque", "0", "257.00", "-257.00", "0.00", "0.00"),
        ("Credit", "1", "257.00", "0.00", "0.00", "257.00"),
        ("Advance", "1", "200.00", "0.00", "0.00", "200.00"),
    ]
    assert days.total("sales-by-mode", "amount", days=MONTH) == days.total("sales-by-day", "total", days=MONTH)
    assert days.shown("sales-by-mode", "mode amount", days="yesterday") == [
        ("Cash", "432.00"), ("UPI", "60.00"), ("Card", "100.00"), ("Credit", "257.00"),
    ]  # fmt: skip
    assert days.rows("sales-by-mode", days="18-11-2026") == []
    assert days.targets("sales-by-mode", days="today")[0] == "payments {'days': '20-11-2026', 'mode': 'cash'}"


def test_a_way_of_paying_leads_to_the_bill_whose_payment_was_changed_later(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=100)
    old = shop.bills(("PCM500", "10"), paid="257.00")
    clock.turn(days=1)
    new = shop.bills(("PCM500", "10"), payments=[{"mode": "upi", "amount": "257.00"}])
    change(shop, old.number, ("upi", "157.00"), ("cash", "100.00"))
    lived = CounterDays(shop, {}, new.bill_id, {})
    first, second = "20-11-2026", "21-11-2026"
    opened: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for day in (first, second):
        with shop.shop.database.read() as session:
            rows = list(open_report(session, shop.actor, "sales-by-mode", {"days": day}, TODAY).rows(session))
        for row in rows:
            assert isinstance(row.target, ToReport)
            values: dict[str, Any] = dict(row.target.values)
            opened[day, str(row.values[0])] = lived.shown(row.target.report, "bill what amount", **values)
    assert opened == {
        (first, "Cash"): [(old.number, "Bill", "257.00")],
        (second, "Cash"): [(old.number, "Payment change", "-157.00")],
        (second, "UPI"): [(new.number, "Bill", "257.00"), (old.number, "Payment change", "157.00")],
    }


def test_payments_one_by_one_name_who_and_why(days: CounterDays) -> None:
    assert days.shown("payments", "time bill what customer mode amount user reason", days="today", mode="upi") == [
        (
            *("20-11-2026 12:50", days.number("cheque"), "Payment change", "", "UPI", "157.00"),
            *("owner", "paid otherwise at 12:50"),
        ),
        (
            *("20-11-2026 13:05", days.number("gone"), "Payment change", "", "UPI", "257.00"),
            *("owner", "paid otherwise at 13:05"),
        ),
        (
            *("20-11-2026 13:10", days.number("gone"), "Cancellation", "", "UPI", "-257.00"),
            *("owner", "the patient came back"),
        ),
    ]
    assert days.pages_agree("payments", days=MONTH) == len(days.rows("payments", days=MONTH)) > 15
    ravi = days.people[Role.CASHIER]
    assert {row[0] for row in days.shown("payments", "bill", actor=ravi)} == {
        days.number(name) for name in ("wrong", "first", "ravis")
    }


# --- whatever days are asked for ---------------------------------------------------------------------------------

SPANS = st.tuples(st.integers(0, 364), st.integers(0, 364)).map(
    lambda ends: Days(
        *(business_date(BEGINS) + timedelta(days=end) for end in sorted(ends)),
    )
)
_MONEY = {"Cash": "cash", "UPI": "upi", "Card": "cards", "Cheque": "cheques", "Credit": "debtors", "Advance": "debtors"}


def sums_of(shop: TestShop, name: str, span: Days, **values: str) -> dict[str, Value]:
    """Return what the columns of a report add up to, by their ids."""
    with shop.shop.database.read() as session:
        given_values = {"days": str(span), **values}
        report = open_report(session, shop.actor, name, given_values, business_date(shop.clock.now()))
        sums = total_of(report.columns, report.rows(session))
    return {column.id: value for column, value in zip(report.columns, sums, strict=True) if value is not None}


@settings(max_examples=25, deadline=None)
@given(span=SPANS)
def test_bills_add_up_to_the_sales_of_any_days(year: TestShop, span: Days) -> None:
    by_day, bills = sums_of(year, "sales-by-day", span), sums_of(year, "bills", span)
    assert {column: by_day[column] for column in bills} == bills
    assert bills.get("total") == by_day.get("total")


@settings(max_examples=25, deadline=None)
@given(span=SPANS)
def test_ways_of_paying_are_what_the_ledger_has(year: TestShop, span: Days) -> None:
    with year.shop.database.read() as session:
        rows = session.execute(
            text(
                "SELECT account, sum(amount_paise) FROM ledger_entry WHERE on_date BETWEEN :first AND :last AND account"
                " IN ('cash', 'upi', 'cards', 'cheques', 'debtors')"
                " AND document_kind IN ('bill', 'bill_cancellation', 'payment_change') GROUP BY account"
            ),
            {"first": span.first.isoformat(), "last": span.last.isoformat()},
        )
        booked = Counter({account: int(paise) for account, paise in rows})
        report = open_report(session, year.actor, "sales-by-mode", {"days": str(span)}, span.last)
        page = read_page(report, session)
    found: Counter[str] = Counter()
    for row in page.rows:
        mode, amount = row.values[0], row.values[-1]
        assert isinstance(amount, Money)
        found[_MONEY[str(mode)]] += amount.paise
    assert {account: paise for account, paise in found.items() if paise} == {
        account: paise for account, paise in booked.items() if paise
    }
    for row in page.rows:
        assert isinstance(row.target, ToReport)
        mode = row.target.values["mode"]
        assert sums_of(year, row.target.report, span, mode=mode).get("amount", Money(0)) == row.values[-1]
    assert sums_of(year, "sales-by-mode", span).get("amount") == sums_of(year, "sales-by-day", span).get("total")


@pytest.mark.parametrize("name", ["bills", "discounts", "cancellations", "payment-changes", "payments", "day-book"])
def test_a_year_is_the_same_by_any_page(year: TestShop, name: str) -> None:
    assert pages_agree(year, name, sizes=(7, 100), from_="20-11-2026", to="20-11-2027") > 5


def test_bills_are_paid_as_each_of_them_says(year: TestShop) -> None:
    with year.shop.database.read() as session:
        numbers_of = session.execute(text("SELECT number FROM bill")).scalars().all()
        views = [bill_by_number(session, number) for number in numbers_of]
    assert len(views) > 200
    assert any(len(view.payment_changes) for view in views)
    lived = CounterDays(year, {}, views[0].bill_id, {})
    for mode in TenderMode:
        wanted = sorted(view.number for view in views if any(paid.mode is mode for paid in view.tenders))
        rows = lived.shown("bills", "number what", days="20-11-2026 to 31-12-2027", mode=mode.value)
        assert sorted(number for number, what in rows if what == "Bill") == wanted
