"""Whatever days are asked for, what reports of sales add up to is what the ledger has of those days."""

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
from core.reporting.registry import REPORTS
from core.reporting.report import Section
from core.reporting.running import open_report, read_page
from core.reporting.shaping import total_of
from tests.core.reporting.told import told
from tests.support.shop import TestShop
from tests.support.year import BEGINS

FIRST = business_date(BEGINS)
SPANS = st.tuples(st.integers(0, 364), st.integers(0, 364)).map(
    lambda ends: Days(FIRST + timedelta(days=min(ends)), FIRST + timedelta(days=max(ends)))
)
BY_BILL = [
    name
    for name, report in REPORTS.items()
    if report.section is Section.SALES and {"bills", "round_off", "total"} <= {c.id for c in report.columns}
]
BY_LINE = ["sales-by-item", "sales-by-salt", "sales-by-maker"]


def totals(shop: TestShop, name: str, days: Days) -> dict[str, Value]:
    """Return what the columns of a report add up to, by their ids."""
    with shop.shop.database.read() as session:
        opened = open_report(session, shop.actor, name, {"days": str(days)}, business_date(shop.clock.now()))
        sums = total_of(opened.columns, read_page(opened, session, limit=100_000).rows)
    return {column.id: value for column, value in zip(opened.columns, sums, strict=True) if value is not None}


def booked(shop: TestShop, days: Days) -> Counter[str]:
    """Return what bills and cancellations put on each account in some days, in paise, added up here."""
    with shop.shop.database.read() as session:
        rows = session.execute(
            text(
                "SELECT account, sum(amount_paise) FROM ledger_entry WHERE on_date BETWEEN :first AND :last"
                " AND document_kind IN ('bill', 'bill_cancellation') GROUP BY account"
            ),
            {"first": days.first.isoformat(), "last": days.last.isoformat()},
        )
        return Counter({account: int(paise) for account, paise in rows})


def paise_of(value: Value) -> int:
    """Return an amount in paise; nothing is none."""
    return value.paise if isinstance(value, Money) else 0


@settings(max_examples=40, deadline=None)
@given(days=SPANS)
def test_sales_are_what_the_ledger_has(year: TestShop, days: Days) -> None:
    accounts = booked(year, days)
    sums = totals(year, "sales-by-day", days)
    taxable = -sum(paise for account, paise in accounts.items() if account.startswith("sales."))
    tax = -sum(paise for account, paise in accounts.items() if account.startswith("tax.output."))
    assert paise_of(sums.get("taxable")) == taxable
    assert paise_of(sums.get("gst")) == tax
    assert paise_of(sums.get("igst")) == -accounts["tax.output.igst"]
    assert paise_of(sums.get("cgst")) == -accounts["tax.output.cgst"]
    assert paise_of(sums.get("sgst")) == -accounts["tax.output.sgst"]
    assert paise_of(sums.get("round_off")) == -accounts["round_off"]
    assert paise_of(sums.get("cost")) == accounts["cost_of_sales"]
    assert paise_of(sums.get("margin")) == taxable - accounts["cost_of_sales"]
    assert paise_of(sums.get("total")) == taxable + tax - accounts["round_off"]
    assert paise_of(sums.get("gross")) - paise_of(sums.get("discount")) == taxable + tax or not sums


@settings(max_examples=15, deadline=None)
@given(days=SPANS)
@pytest.mark.parametrize("name", [name for name in BY_BILL if name != "sales-by-day"])
def test_every_way_to_put_bills_together_adds_up_to_the_same(year: TestShop, name: str, days: Days) -> None:
    by_day, other = totals(year, "sales-by-day", days), totals(year, name, days)
    shared = by_day.keys() & other.keys()
    assert {column: other[column] for column in shared} == {column: by_day[column] for column in shared}
    assert by_day.keys() == shared


@settings(max_examples=15, deadline=None)
@given(days=SPANS)
@pytest.mark.parametrize("name", BY_LINE)
def test_every_way_to_put_lines_together_adds_up_to_the_bills(year: TestShop, name: str, days: Days) -> None:
    by_day, lines = totals(year, "sales-by-day", days), totals(year, name, days)
    for column in ("gross", "discount", "taxable", "gst", "cost", "margin"):
        assert paise_of(lines.get(column)) == paise_of(by_day.get(column)), column
    assert paise_of(lines.get("amount")) + paise_of(by_day.get("round_off")) == paise_of(by_day.get("total"))


def test_days_add_up_to_months_and_months_to_the_year(year: TestShop) -> None:
    whole = Days(FIRST, FIRST + timedelta(days=364))
    parts: Counter[str] = Counter()
    first = whole.first
    while first <= whole.last:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        last = min(whole.last, following - timedelta(days=1))
        for column, value in totals(year, "sales-by-day", Days(first, last)).items():
            parts[column] += paise_of(value) if isinstance(value, Money) else int(str(value))
        first = following
    for column, value in totals(year, "sales-by-day", whole).items():
        assert parts[column] == (paise_of(value) if isinstance(value, Money) else int(str(value)))
    assert parts["bills"] > 200
    assert parts["cancelled"] > 10
    assert parts["igst"] > 0
    assert parts["discount"] > 0


def test_a_day_without_a_bill_is_no_row(year: TestShop) -> None:
    assert totals(year, "sales-by-day", Days(date(2020, 1, 1), date(2020, 1, 31))) == {}


def test_gross_is_with_gst_however_a_bill_was_priced(shop: TestShop) -> None:
    shop.receives("PCM500", mrp="105.00", packs=100)
    line = {"item": "PCM500", "quantity": "2", "discount_percent": "10"}
    at_mrp = shop.bills(line)
    clinic = {"name": "St. John Hospital", "address": "Kochi 682016"}
    without = shop.bills({**line, "rate": "50.00"}, price_basis="exclusive", customer=clinic)
    # 210.00 at MRP less 21.00; 100.00 less 10.00, and 4.50 of GST on 90.00
    amounts = {
        at_mrp.number: ("210.00", "21.00", "180.00", "9.00"),
        without.number: ("104.50", "10.00", "90.00", "4.50"),
    }
    columns = "gross discount taxable gst"
    assert {row[0]: row[1:] for row in told(shop, "bills", f"number {columns}")} == amounts
    assert {row[0]: row[1:] for row in told(shop, "item-sales", f"bill {columns}", item="PCM500")} == amounts
    for name in (*BY_BILL, *BY_LINE):
        sums = totals(shop, name, Days(FIRST, FIRST))
        assert [str(sums[column]) for column in columns.split()] == ["314.50", "31.00", "270.00", "13.50"], name
    # what was taken off is so much of what was asked, with GST or without
    assert told(shop, "discounts", "gross discount percent") == [
        ("210.00", "21.00", "10.00"), ("100.00", "10.00", "10.00"),
    ]  # fmt: skip
