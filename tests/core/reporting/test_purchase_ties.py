"""Whatever days are asked for, what reports of purchases add up to is what the ledger has of them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from core.kernel.clock import business_date
from core.kernel.days import Days
from core.kernel.money import Money
from core.reporting.columns import Value
from core.reporting.running import open_report, read_page
from core.reporting.shaping import total_of
from tests.core.reporting.test_ties import SPANS, paise_of, totals
from tests.support.shop import TestShop
from tests.support.year import BEGINS

FIRST = business_date(BEGINS)
WHOLE = Days(FIRST, FIRST + timedelta(days=364))
#: Goods come on few days of a month: a day and the one after it, both drawn, would mostly be empty.
AS_OF = st.integers(0, 364).map(lambda days: FIRST + timedelta(days=days))
_BILLS = "document_kind IN ('supplier_bill', 'supplier_bill_reversal')"
_TIED = ("taxable", "cgst", "sgst", "igst", "gst", "cost")


def booked(shop: TestShop, days: Days) -> Counter[str]:
    """Return what suppliers' bills and their reversals put on each account in some days, in paise."""
    return _sums(shop, f"on_date BETWEEN :first AND :last AND {_BILLS}", days)


def stood(shop: TestShop, account: str, day: date) -> int:
    """Return what stood on an account at the end of a day, in paise, debit positive: all of its entries added up."""
    return _sums(shop, "on_date BETWEEN :first AND :last", Days(date(2000, 1, 1), day))[account]


def _sums(shop: TestShop, where: str, days: Days) -> Counter[str]:
    with shop.shop.database.read() as session:
        rows = session.execute(
            text(f"SELECT account, sum(amount_paise) FROM ledger_entry WHERE {where} GROUP BY account"),
            {"first": days.first.isoformat(), "last": days.last.isoformat()},
        )
        return Counter({account: int(paise) for account, paise in rows})


def as_of(shop: TestShop, name: str, day: date) -> dict[str, Value]:
    """Return what the columns of a report of a day add up to."""
    with shop.shop.database.read() as session:
        opened = open_report(session, shop.actor, name, {"as_of": day.isoformat()}, day)
        sums = total_of(opened.columns, read_page(opened, session).rows)
    return {column.id: value for column, value in zip(opened.columns, sums, strict=True) if value is not None}


@settings(max_examples=40, deadline=None)
@given(days=SPANS)
def test_purchases_are_what_the_ledger_has(year: TestShop, days: Days) -> None:
    accounts = booked(year, days)
    sums = {column: paise_of(value) for column, value in totals(year, "purchases-by-day", days).items()}
    said: Counter[str] = Counter(sums)
    owed = -accounts["creditors"]
    # what bills took off that the books knew nothing of, was taken off what is owed and put against the claims
    claimed = claims_of(year, days)
    unknown = claimed - accounts["claims"]
    assert said["total"] == owed + unknown
    assert said["tcs"] == accounts["tax.tcs"]
    assert said["round_off"] == accounts["round_off.purchases"]
    assert said["cost"] == accounts["received"] + accounts["stock"] + accounts["cost_of_sales.settled"]
    recovered = sum(paise for account, paise in accounts.items() if account.startswith("tax.input."))
    assert said["taxable"] + said["gst"] + said["other"] == said["cost"] + claimed + recovered
    assert said["gst"] == said["cgst"] + said["sgst"] + said["igst"]


def claims_of(shop: TestShop, days: Days) -> int:
    """Return what bills claimed less what was taken back of that, in paise, read from their lines."""
    with shop.shop.database.read() as session:
        found = session.execute(
            text(
                "SELECT coalesce(sum(sign * claim_paise), 0) FROM supplier_bill_line JOIN ("
                " SELECT id AS bill, 1 AS sign, on_date FROM supplier_bill"
                " UNION ALL SELECT bill_id, -1, on_date FROM supplier_bill_reversal"
                ") ON bill = bill_id WHERE on_date BETWEEN :first AND :last"
            ),
            {"first": days.first.isoformat(), "last": days.last.isoformat()},
        )
        return int(found.scalar_one())


@settings(max_examples=20, deadline=None)
@given(days=SPANS)
@pytest.mark.parametrize("name", ["purchases-by-supplier", "purchase-bills"])
def test_every_way_to_put_bills_together_adds_up_to_the_same(year: TestShop, name: str, days: Days) -> None:
    by_day, other = totals(year, "purchases-by-day", days), totals(year, name, days)
    shared = by_day.keys() & other.keys()
    assert {column: other[column] for column in shared} == {column: by_day[column] for column in shared}
    assert by_day.keys() - shared <= {"bills", "taken_back"}
    assert bool(by_day) is bool(other)


@settings(max_examples=20, deadline=None)
@given(days=SPANS)
@pytest.mark.parametrize("name", ["purchases-by-item", "purchases-by-maker"])
def test_items_add_up_to_the_bills(year: TestShop, name: str, days: Days) -> None:
    by_day, lines = totals(year, "purchases-by-day", days), totals(year, name, days)
    for column in _TIED:
        assert paise_of(lines.get(column)) == paise_of(by_day.get(column)), column
    assert paise_of(lines.get("amount")) == paise_of(by_day.get("total"))


@settings(max_examples=40, deadline=None)
@given(days=SPANS)
def test_input_tax_is_what_the_input_accounts_have(year: TestShop, days: Days) -> None:
    accounts = booked(year, days)
    with year.shop.database.read() as session:
        opened = open_report(session, year.actor, "input-tax", {"days": str(days)}, FIRST)
        ids = [column.id for column in opened.columns]
        rows = [dict(zip(ids, row.values, strict=True)) for row in opened.rows(session)]
    for head in ("cgst", "sgst", "igst"):
        said = sum(paise_of(row[head]) for row in rows if row["kind"] == "Input tax")
        assert said == accounts[f"tax.input.{head}"]
    by_day = totals(year, "purchases-by-day", days)
    for column in ("taxable", "cgst", "sgst", "igst", "gst"):
        assert sum(paise_of(row[column]) for row in rows) == paise_of(by_day.get(column)), column


@settings(max_examples=25, deadline=None)
@given(day=AS_OF)
@pytest.mark.parametrize(
    ("name", "column", "account", "side"),
    [
        ("goods-not-billed", "value", "received", -1),
        ("supplier-claims", "open", "claims", 1),
        ("awaiting-purchase", "cost", "awaited", -1),
    ],
)
def test_what_is_not_settled_is_what_stands_on_its_account(
    year: TestShop, name: str, column: str, account: str, side: int, day: date
) -> None:
    assert paise_of(as_of(year, name, day).get(column)) == side * stood(year, account, day)


def test_the_year_has_some_of_everything(year: TestShop) -> None:
    sums = totals(year, "purchases-by-day", WHOLE)
    assert all(paise_of(sums[column]) for column in (*_TIED, "other", "round_off", "total"))
    assert sums["bills"] == 44
    assert sums["taken_back"] == 4
    with year.shop.database.read() as session:
        opened = open_report(session, year.actor, "input-tax", {"days": str(WHOLE)}, FIRST)
        kinds = {str(row.values[0]) for row in opened.rows(session)}
    assert kinds == {"Input tax", "On claims", "Without GST"}
    end = WHOLE.last
    assert all(stood(year, account, end) for account in ("received", "claims", "awaited", "cost_of_sales.settled"))
    assert Money(stood(year, "creditors", end)) < Money(0)
    year.books_agree()
