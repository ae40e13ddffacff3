"""Expiry keeps the precision of the pack; the financial year turns on 1 April; India's day is India's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kernel.clock import business_date
from core.kernel.dates import Expiry, ExpiryPrecision, FinancialYear, days_in, parse_iso_date
from core.kernel.errors import RuleBroken

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "last_day", "precision"),
    [
        ("03/2027", date(2027, 3, 31), "month"),
        ("3/27", date(2027, 3, 31), "month"),
        ("02-2028", date(2028, 2, 29), "month"),
        ("2027-03", date(2027, 3, 31), "month"),
        ("2027-03-15", date(2027, 3, 15), "day"),
        ("15-03-2027", date(2027, 3, 15), "day"),
        ("31/03/2027", date(2027, 3, 31), "day"),
    ],
)
def test_what_packs_print(text: str, last_day: date, precision: str) -> None:
    expiry = Expiry.parse(text)
    assert (expiry.last_day, expiry.precision) == (last_day, precision)


@pytest.mark.parametrize("text", ["", "13/2027", "00/2027", "31-02-2027", "2027-13", "0/27", "MAR 27", "2027"])
def test_what_is_no_expiry_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="expiry.unreadable"):
        Expiry.parse(text)


def test_a_month_pack_is_good_through_its_last_day() -> None:
    expiry = Expiry.parse("03/2027")
    assert not expiry.has_passed(date(2027, 3, 31))
    assert expiry.has_passed(date(2027, 4, 1))


def test_a_printed_day_governs() -> None:
    expiry = Expiry.parse("15-03-2027")
    assert not expiry.has_passed(date(2027, 3, 15))
    assert expiry.has_passed(date(2027, 3, 16))


@given(days, st.sampled_from(ExpiryPrecision))
def test_an_expiry_reads_back(day: date, precision: ExpiryPrecision) -> None:
    expiry = Expiry(day, precision) if precision is ExpiryPrecision.DAY else Expiry.of_month(day.year, day.month)
    assert Expiry.parse(str(expiry)) == expiry


@given(days)
def test_every_day_lies_in_its_financial_year(day: date) -> None:
    year = FinancialYear.of(day)
    assert year.first_day <= day <= year.last_day
    assert FinancialYear.of(year.last_day + timedelta(days=1)).starts_in == year.starts_in + 1


def test_the_financial_year_turns_on_the_first_of_april() -> None:
    assert str(FinancialYear.of(date(2026, 3, 31))) == "25-26"
    assert str(FinancialYear.of(date(2026, 4, 1))) == "26-27"
    assert str(FinancialYear.of(date(2099, 12, 1))) == "99-00"


def test_the_business_day_is_indias() -> None:
    assert business_date(datetime(2026, 3, 31, 18, 29, tzinfo=UTC)) == date(2026, 3, 31)
    assert business_date(datetime(2026, 3, 31, 18, 30, tzinfo=UTC)) == date(2026, 4, 1)


@pytest.mark.parametrize("text", ["2026-02-30", "20-11-2026", "2026-1-1", "today"])
def test_only_iso_dates_pass(text: str) -> None:
    with pytest.raises(RuleBroken, match="date.unreadable"):
        parse_iso_date(text)


@given(days, days)
def test_days_are_read_in_every_form(first: date, last: date) -> None:
    for one in (f"{first:%d-%m-%Y}", f"{first:%d/%m/%Y}", first.isoformat()):
        assert days_in(one) == (first, first)
        assert days_in(f"{one} to {last:%d.%m.%Y}") == (first, last)
        assert days_in(f"{one}..{last.isoformat()}") == (first, last)
    assert days_in("asha") is None


@pytest.mark.parametrize(("text", "code"), [("31-02-2026", "date.no_day"), ("2026-02-31", "date.unreadable")])
def test_days_that_cannot_be_are_named(text: str, code: str) -> None:
    with pytest.raises(RuleBroken, match=code):
        days_in(f"01-01-2026 to {text}")
