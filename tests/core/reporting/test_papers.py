"""Bills one by one: every way to ask for them, what they add up to, and what came in by each way of paying."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from core.auth.rights import supervised_need
from core.boundary.messages import explain
from core.kernel.actor import Actor, Role
from core.kernel.errors import RuleBroken
from core.kernel.ids import new_id
from core.kernel.money import Money
from core.numbering.model import NumberCounter
from core.reporting.report import Stopped
from core.reporting.running import open_report
from tests.core.reporting.counter_days import TODAY, CounterDays, counter_days
from tests.core.sales.test_payments import cancel
from tests.support.clock import TurnedClock
from tests.support.shop import TestShop

MONTH = "this-month"


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CounterDays]:
    lived = counter_days(tmp_path_factory.mktemp("papers"))
    yield lived
    lived.shop.books_agree()
    lived.shop.close()


def numbers(days: CounterDays, *names: str) -> list[str]:
    """Return the numbers of bills by their names in the story; one with a minus is a cancellation."""
    return [
        f"{days.number(name.removeprefix('-'))} {'Cancellation' if name.startswith('-') else 'Bill'}" for name in names
    ]


def listed(lived: CounterDays, **values: Any) -> list[str]:
    return [f"{number} {what}" for number, what in lived.shown("bills", "number what", **values)]


def refusal(lived: CounterDays, name: str, **values: Any) -> tuple[str, str | None]:
    with pytest.raises(RuleBroken) as refused:
        lived.rows(name, **values)
    assert explain(refused.value)
    return refused.value.code, refused.value.where


# --- bills -------------------------------------------------------------------------------------------------------


def test_bills_and_cancellations_stand_in_the_order_of_time(days: CounterDays) -> None:
    head = days.shown("bills", "date time number what customer phone user counter paid_by state", days="yesterday")
    assert head == [
        ("19-11-2026", "19-11-2026 10:00", days.number("cash"), "Bill", "", "", "owner", "C1", "Cash", ""),
        (
            *("19-11-2026", "19-11-2026 10:30", days.number("upi"), "Bill"),
            *("Asha Menon", "9847012345", "ravi", "C1", "UPI", ""),
        ),
        (
            *("19-11-2026", "19-11-2026 11:00", days.number("credit"), "Bill"),
            *("City Clinik", "4842351235", "owner", "C1", "Credit", ""),
        ),
        ("19-11-2026", "19-11-2026 11:15", days.number("split"), "Bill", "", "", "ravi", "C1", "Card, Cash", ""),
    ]
    today = days.shown("bills", "time number what user paid_by state")
    assert [(time[-5:], f"{number} {what}", *rest) for time, number, what, *rest in today if time[-5:] != "12:10"] == [
        ("09:45", *numbers(days, "advance"), "owner", "Advance, Cash", ""),
        ("10:10", *numbers(days, "wrong"), "ravi", "Cash", "Cancelled"),
        ("10:20", *numbers(days, "-wrong"), "ravi", "Cash", "By owner"),
        ("12:00", *numbers(days, "first"), "ravi", "Cash", f"Corrected by {days.number('second')}"),
        ("12:30", *numbers(days, "cheque"), "owner", "Cash, UPI", ""),
        ("13:00", *numbers(days, "gone"), "owner", "UPI", "Cancelled"),
        ("13:10", *numbers(days, "-gone"), "owner", "UPI", "By owner"),
        ("14:10", *numbers(days, "ravis"), "ravi", "Cash", "Cancelled"),
        ("14:20", *numbers(days, "-ravis"), "ravi", "Cash", "By ravi"),
    ]
    # taken back and posted anew in one minute: of the same time the id decides
    assert {row[1:] for row in today if row[0].endswith("12:10")} == {
        (days.number("second"), "Bill", "owner", "Cash", f"Corrects {days.number('first')}"),
        (days.number("first"), "Cancellation", "ravi", "Cash", "By owner"),
    }


def test_a_cancellation_takes_back_what_its_bill_says(days: CounterDays) -> None:
    amounts = "gross discount taxable cgst sgst igst gst round_off total cost margin margin_percent"
    bill, back = (row[1:] for row in days.shown("bills", f"number {amounts}") if row[0] == days.number("wrong"))
    assert bill == (
        *("102.60", "0.00", "97.72", "2.44", "2.44", "0.00", "4.88", "0.40", "103.00"),
        *("60.00", "37.72", "38.60"),
    )
    assert back == (
        *("-102.60", "0.00", "-97.72", "-2.44", "-2.44", "0.00", "-4.88", "-0.40", "-103.00"),
        *("-60.00", "-37.72", "38.60"),
    )
    assert days.total("bills", "total") == days.total("sales-by-day", "total", days="today") == "606.00"
    assert days.total("bills", "margin") == days.total("sales-by-day", "margin", days="today")


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"user": "ravi"}, ("upi", "split", "wrong", "-wrong", "first", "-first", "ravis", "-ravis")),
        ({"user": "Ravi", "days": "yesterday"}, ("upi", "split")),
        ({"hour": "11"}, ("credit", "split")),
        ({"hour": "14"}, ("ravis", "-ravis")),
        ({"hour": "3"}, ()),
        ({"customer": "City Clinic"}, ("credit", "advance")),
        ({"customer": "0484 2351234", "days": "today"}, ("advance",)),
        ({"mode": "cheque"}, ()),
        ({"mode": "card"}, ("split",)),
        ({"mode": "upi"}, ("upi", "cheque", "gone", "-gone")),
        ({"mode": "advance"}, ("advance",)),
        ({"item": "DOLO"}, ("upi", "split", "first", "-first", "second")),
        ({"item": "DOLO", "user": "owner"}, ("second",)),
        ({"item": "DOLO", "mode": "card"}, ("split",)),
        ({"item": "PCM500", "customer": "City Clinic", "days": "yesterday"}, ("credit",)),
        ({"counter": "c1", "days": "yesterday"}, ("cash", "upi", "credit", "split")),
        ({"customer": "None", "hour": "10", "user": "owner"}, ("cash",)),
    ],
)
def test_bills_are_asked_for_in_every_way(days: CounterDays, asked: dict[str, Any], wanted: tuple[str, ...]) -> None:
    values = {"days": MONTH, **asked}
    assert sorted(listed(days, **values)) == sorted(numbers(days, *wanted))
    assert days.pages_agree("bills", **values) == len(wanted)


def test_bills_without_a_card_are_all_others(days: CounterDays) -> None:
    whole, of_card = listed(days, days=MONTH), listed(days, days=MONTH, customer=str(days.clinic))
    assert listed(days, days=MONTH, customer="none") == [row for row in whole if row not in of_card]
    assert len(whole) == 15
    assert days.pages_agree("bills", days=MONTH) == 15


@pytest.mark.parametrize("report", ["sales-by-day", "sales-by-hour", "sales-by-user", "sales-by-counter",
                                    "sales-by-customer", "sales-by-item"])  # fmt: skip
def test_what_a_row_of_sales_opens_comes_to_the_same(days: CounterDays, report: str) -> None:
    """Enter on a day, an hour, a user, a counter, a customer or an item shows the bills that it is made of."""
    column = "amount" if report == "sales-by-item" else "total"
    place = [each.id for each in opened(days, report).columns].index(column)
    rows = days.rows(report, days=MONTH)
    assert rows
    for row in rows:
        assert row.target is not None
        name, values = row.target  # type: ignore[misc]
        total = row.values[place]
        assert isinstance(total, Money)
        assert days.total(name, column, **values) == total.grouped()


def opened(days: CounterDays, name: str) -> Any:
    with days.shop.shop.database.read() as session:
        return open_report(session, days.owner, name, {}, TODAY)


def test_only_counters_that_bill_are_named(year: TestShop) -> None:
    lived = CounterDays(year, {}, new_id(), {})
    with year.shop.database.read() as session:
        numbered = set(session.scalars(select(NumberCounter.series)))
    billing = {row[0] for row in lived.shown("sales-by-counter", "counter", days="20-11-2026 to 20-11-2027")}
    assert billing < numbered  # the register of Schedule H1 is numbered too
    with pytest.raises(RuleBroken) as refused:
        lived.rows("bills", counter="ZZ")
    assert explain(refused.value) == f"No counter bills under ZZ: there are {', '.join(sorted(billing))}."
    for series in numbered - billing:
        assert refusal(lived, "bills", counter=series) == ("reports.no_counter", "counter")


def test_whoever_may_not_is_told_whom_to_ask_and_what_they_may_look_at(days: CounterDays) -> None:
    with pytest.raises(RuleBroken) as refused:
        days.rows("day-book", actor=days.people[Role.PHARMACIST])
    said = explain(refused.value)
    assert '"Day book"' in said
    assert "only at reports of stock and registers" in said
    assert "ask an owner" in said
    assert supervised_need(refused.value) is None


def test_what_cannot_be_asked_of_bills_is_refused_where_it_stands(days: CounterDays) -> None:
    assert refusal(days, "bills", hour="24") == ("reports.no_hour", "hour")
    assert refusal(days, "bills", hour="noon") == ("reports.no_number", "hour")
    assert refusal(days, "bills", counter="C9") == ("reports.no_counter", "counter")
    assert refusal(days, "bills", customer="Nobody") == ("parties.unknown", "customer")
    assert refusal(days, "bills", customer="0198c1d2-7a3e-7c44-9f00-6d5f1f0a2b11") == ("parties.unknown", "customer")
    assert refusal(days, "bills", mode="barter") == ("reports.no_choice", "mode")
    assert refusal(days, "bills", user="nobody") == ("auth.no_user", "user")
    assert refusal(days, "bills", item="NONE") == ("sales.no_such_item", "item")
    assert refusal(days, "item-sales") == ("reports.parameter_missing", "item")
    assert refusal(days, "discounts", hour="1") == ("reports.no_parameter", "hour")


def test_who_may_not_see_cost_reads_bills_without_it(days: CounterDays) -> None:
    ravi = days.people[Role.CASHIER]
    with days.shop.shop.database.read() as session:
        columns = {column.id for column in open_report(session, ravi, "bills", {}, TODAY).columns}
    assert not columns & {"cost", "margin", "margin_percent"}
    assert {"total", "state"} <= columns


def test_a_cashier_reads_their_own_bills_of_today(days: CounterDays) -> None:
    ravi = days.people[Role.CASHIER]
    mine = numbers(days, "wrong", "-wrong", "first", "-first", "ravis", "-ravis")
    found = days.shown("bills", "number what user", actor=ravi)
    assert sorted(f"{number} {what}" for number, what, _ in found) == sorted(mine)
    assert {user for *_, user in found} == {"ravi"}
    assert days.pages_agree("bills", actor=ravi) == 6
    assert days.shown("bills", "number", actor=ravi, user="owner") == []
    assert days.shown("sales-by-mode", "mode payments billed changed cancelled amount", actor=ravi) == [
        ("Cash", "0", "253.00", "0.00", "-253.00", "0.00")
    ]
    sold = days.shown("item-sales", "bill what quantity", actor=ravi, item="DOLO", days="today")
    assert sorted(sold) == [(days.number("first"), what, f"{sign}2:0")
                            for what, sign in (("Bill", ""), ("Cancellation", "-")) for _ in "12"]  # fmt: skip
    for name, more in (("bills", {}), ("sales-by-mode", {}), ("item-sales", {"item": "DOLO"})):
        with pytest.raises(RuleBroken) as refused:
            days.rows(name, actor=ravi, **{"days": "yesterday", **more})
        assert refused.value.code == "reports.own_day_only"
    for name in ("discounts", "cancellations", "payment-changes"):
        with pytest.raises(RuleBroken) as refused:
            days.rows(name, actor=ravi, days="today")
        assert refused.value.code == "reports.out_of_scope"


def test_a_memo_of_an_earlier_day_stands_on_that_day(shop: TestShop, clock: TurnedClock) -> None:
    shop.receives("PCM500", packs=10)
    clock.turn(days=1)
    bill = shop.bills(("PCM500", "1"), date="2026-11-20", manual={"number": "B2/117"})
    lived = CounterDays(shop, {}, bill.bill_id, {})
    assert lived.shown("bills", "date time number", days="20-11-2026 to 21-11-2026") == [
        ("20-11-2026", "21-11-2026 15:30", bill.number)
    ]
    assert lived.rows("bills", days="21-11-2026") == []


# --- sales of an item --------------------------------------------------------------------------------------------


def test_the_sales_of_an_item_are_told_batch_by_batch(days: CounterDays) -> None:
    columns = "time bill what customer batch expiry mrp quantity free discount amount user"
    found = days.shown("item-sales", columns, item="DOLO")
    assert found[:4] == [
        (
            *("19-11-2026 10:30", days.number("upi"), "Bill", "Asha Menon", "D1", "01/2027", "30.00"),
            *("2:0", "", "0.00", "60.00", "ravi"),
        ),
        (
            *("19-11-2026 11:15", days.number("split"), "Bill", "", "D1", "01/2027", "30.00"),
            *("1:0", "", "1.20", "28.80", "ravi"),
        ),
        (
            *("20-11-2026 12:00", days.number("first"), "Bill", "Asha Menon", "D1", "01/2027", "30.00"),
            *("2:0", "", "0.00", "60.00", "ravi"),
        ),
        (
            *("20-11-2026 12:00", days.number("first"), "Bill", "Asha Menon", "D2", "03/2028", "32.00"),
            *("2:0", "", "0.00", "64.00", "ravi"),
        ),
    ]
    assert {(row[1], row[2], row[4], row[7], row[10]) for row in found[4:]} == {
        (days.number("second"), "Bill", "D1", "2:0", "60.00"),
        (days.number("second"), "Bill", "D2", "1:0", "32.00"),
        (days.number("first"), "Cancellation", "D1", "-2:0", "-60.00"),
        (days.number("first"), "Cancellation", "D2", "-2:0", "-64.00"),
    }
    assert days.targets("item-sales", item="DOLO")[:2] == [days.number("upi"), days.number("split")]


@pytest.mark.parametrize("item", ["DOLO", "PCM500"])
def test_the_sales_of_an_item_are_what_sales_by_item_says(days: CounterDays, item: str) -> None:
    places = [column.id for column in opened(days, "sales-by-item").columns]
    for when in (MONTH, "yesterday", "today"):
        (row,) = (row for row in days.rows("sales-by-item", days=when) if row.values[places.index("code")] == item)
        for column in ("gross", "discount", "taxable", "gst", "amount"):
            wanted = row.values[places.index(column)]
            assert isinstance(wanted, Money)
            assert days.total("item-sales", column, item=item, days=when) == wanted.grouped()
        days.pages_agree("item-sales", item=item, days=when)


def test_free_goods_are_told_beside_those_that_were_paid(shop: TestShop) -> None:
    shop.receives("PCM500", packs=10)
    line = {"item": "PCM500", "quantity": "2", "rate": "20.0000", "free": "1"}
    bill = shop.bills(line, price_basis="exclusive")
    lived = CounterDays(shop, {}, bill.bill_id, {})
    assert lived.shown("item-sales", "quantity free amount", item="PCM500") == [("2:0", "1:0", "42.00")]


# --- discounts ---------------------------------------------------------------------------------------------------


def test_discounts_are_those_of_bills_that_stand(shop: TestShop) -> None:
    shop.receives("PCM500", packs=100, mrp="100.00")
    shop.bills(("PCM500", "1"))
    given_bill = shop.bills({"item": "PCM500", "quantity": "3", "discount_percent": "7.5"}, customer={"name": "Asha"})
    lived = CounterDays(shop, {}, given_bill.bill_id, {})
    columns = "date number customer user gross discount percent total"
    row = ("20-11-2026", given_bill.number, "Asha", "owner", "300.00", "22.50", "7.50", "278.00")
    assert lived.shown("discounts", columns) == [row]
    assert lived.shown("discounts", "number", user="owner") == [(given_bill.number,)]
    assert lived.total("discounts", "discount") == lived.total("sales-by-day", "discount", days="today") == "22.50"
    assert lived.targets("discounts") == [given_bill.number]
    cancel(shop, given_bill.number)
    assert lived.rows("discounts") == []


# --- cancellations -----------------------------------------------------------------------------------------------


def test_cancellations_say_what_came_in_their_place(days: CounterDays) -> None:
    number = days.number
    found = days.shown(
        "cancellations", "time bill customer billed_by cancelled_by reason total corrected_by new_total difference"
    )
    assert found == [
        (
            *("20-11-2026 10:20", number("wrong"), "", "ravi", "owner", "wrong person", "103.00"),
            *("", "", "-103.00"),
        ),
        (
            *("20-11-2026 12:10", number("first"), "Asha Menon", "ravi", "owner", "three, not four", "124.00"),
            *(number("second"), "92.00", "-32.00"),
        ),
        (
            *("20-11-2026 13:10", number("gone"), "", "owner", "owner", "the patient came back", "257.00"),
            *("", "", "-257.00"),
        ),
        ("20-11-2026 14:20", number("ravis"), "", "ravi", "ravi", "double entry", "26.00", "", "", "-26.00"),
    ]
    assert days.targets("cancellations")[0] == number("wrong")
    assert days.total("cancellations", "difference") == "-418.00"
    assert days.rows("cancellations", days="yesterday") == []
    assert days.pages_agree("cancellations") == 4


# --- all of them -------------------------------------------------------------------------------------------------

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("bills", {}),
    ("bills", {"user": "ravi", "counter": "C1", "hour": "10"}),
    ("bills", {"customer": "City Clinic"}),
    ("bills", {"customer": "none"}),
    ("bills", {"mode": "upi"}),
    ("bills", {"item": "DOLO"}),
    ("bills", {"item": "PCM500", "customer": "City Clinic", "mode": "cash"}),
    ("item-sales", {"item": "DOLO"}),
    ("discounts", {}),
    ("discounts", {"user": "ravi"}),
    ("cancellations", {}),
    ("payment-changes", {}),
    ("sales-by-mode", {}),
]


@pytest.mark.parametrize(("name", "values"), ASKED)
def test_every_list_is_read_by_indexes(days: CounterDays, name: str, values: dict[str, Any]) -> None:
    for statement, steps in days.reads_by_indexes(name, days=MONTH, **values):
        is_sorted = "FROM bill" in statement and any("FOR ORDER BY" in step for step in steps)
        # what a customer bought is little, and sorted; everything else comes in its order
        assert not is_sorted or "customer" in values, (statement, steps)


def test_own_work_is_read_by_indexes(days: CounterDays) -> None:
    ravi: Actor = days.people[Role.CASHIER]
    for name, values in (("bills", {}), ("sales-by-mode", {}), ("item-sales", {"item": "DOLO", "days": "today"})):
        days.reads_by_indexes(name, actor=ravi, **values)


@pytest.mark.parametrize(("name", "values"), [ASKED[0], ASKED[7], ASKED[8], ASKED[12]])
def test_what_looks_at_many_bills_can_be_stopped(days: CounterDays, name: str, values: dict[str, Any]) -> None:
    told: list[tuple[int, int]] = []

    def tick(done: int, whole: int) -> None:
        told.append((done, whole))
        if done:
            raise Stopped

    asked = {"from": "01-04-2026", "to": "20-11-2026", **values}
    with days.shop.shop.database.read() as session, pytest.raises(Stopped):
        list(open_report(session, days.owner, name, asked, TODAY).rows(session, tick=tick))
    assert told == [(0, 234), (31, 234)]
