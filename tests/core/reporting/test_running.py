"""Who may look at which report, what it is asked for, and how it is refused."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from core.auth.model import UserAccount
from core.boundary.messages import explain
from core.kernel.actor import Actor, Role
from core.kernel.clock import business_date
from core.kernel.dates import show_date
from core.kernel.days import Preset
from core.kernel.errors import RuleBroken
from core.reporting.registry import REPORTS
from core.reporting.report import ToReport
from core.reporting.running import OpenReport, open_report, read_page, reports_for
from tests.support.shop import TestShop


def somebody(shop: TestShop, role: Role) -> Actor:
    """Return who has a role in the shop."""
    with shop.shop.database.read() as session:
        row = session.execute(select(UserAccount).where(UserAccount.user_role == role)).scalars().one()
        return Actor(row.id, row.username, role)


def opened(shop: TestShop, name: str, values: Mapping[str, str] = {}, actor: Actor | None = None) -> OpenReport:
    """Open a report as the owner, or as somebody."""
    with shop.shop.database.read() as session:
        return open_report(session, actor or shop.actor, name, values, business_date(shop.clock.now()))


def seen_by(shop: TestShop, role: Role) -> set[str]:
    """Return the reports of somebody's list."""
    with shop.shop.database.read() as session:
        return {report.id for report in reports_for(session, somebody(shop, role))}


def test_ids_titles_and_columns_are_told_apart() -> None:
    titles = [report.title for report in REPORTS.values()]
    assert len(titles) == len(set(titles))
    for name, report in REPORTS.items():
        assert name == report.id == name.lower()
        assert report.title
        assert report.about.endswith(".")
        columns = [column.id for column in report.columns]
        assert len(columns) == len(set(columns)), name
        assert all(column.under is None or column.under in columns for column in report.columns), name
        assert all(column.kind.is_number for column in report.columns if column.adds_up), name
        asked = [parameter.id for parameter in report.parameters]
        assert len(asked) == len(set(asked)), name


def test_each_role_sees_its_part(year: TestShop) -> None:
    every = set(REPORTS)
    assert seen_by(year, Role.OWNER) == every
    assert seen_by(year, Role.ACCOUNTANT) == every
    own_day = {name for name, report in REPORTS.items() if report.own_day}
    assert {"sales-by-day", "sales-by-item", "sales-by-user"} <= own_day
    assert seen_by(year, Role.CASHIER) == own_day
    assert not {"sales-by-day"} & seen_by(year, Role.PHARMACIST)
    assert not {"sales-by-day"} & seen_by(year, Role.PURCHASE_CLERK)


def test_a_cashier_sees_their_own_work_of_today_alone(year: TestShop) -> None:
    ravi = somebody(year, Role.CASHIER)
    mine = opened(year, "sales-by-user", actor=ravi)
    assert mine.own == "ravi"
    assert mine.heading.endswith("Only what ravi did")
    with year.shop.database.read() as session:
        assert {row.values[0] for row in read_page(mine, session).rows} <= {"ravi"}
    with pytest.raises(RuleBroken) as refused:
        opened(year, "sales-by-user", {"days": "last-month"}, ravi)
    assert (refused.value.code, refused.value.where) == ("reports.own_day_only", "days")
    assert "ravi" in explain(refused.value)


def test_cost_and_margin_are_for_who_may_see_them(year: TestShop) -> None:
    ravi = somebody(year, Role.CASHIER)
    for_owner = {column.id for column in opened(year, "sales-by-item").columns}
    for_ravi = {column.id for column in opened(year, "sales-by-item", actor=ravi).columns}
    assert for_owner - for_ravi == {"cost", "margin", "margin_percent"}


def test_a_row_has_a_value_for_each_column_that_is_seen(year: TestShop) -> None:
    ravi = somebody(year, Role.CASHIER)
    days = {"days": "last-year"}
    for actor in (year.actor, ravi):
        report = opened(year, "sales-by-day", days if actor is year.actor else {}, actor)
        with year.shop.database.read() as session:
            assert all(len(row.values) == len(report.columns) for row in read_page(report, session).rows)


@pytest.mark.parametrize(
    ("values", "code", "where"),
    [
        ({"colour": "red"}, "reports.no_parameter", "colour"),
        ({"days": "soon"}, "days.unreadable", "days"),
        ({"from": "soon"}, "date.no_day", "from"),
        ({"from": "2026-12-01", "to": "x"}, "date.no_day", "to"),
        ({"from": "2026-12-01", "to": "2026-11-30"}, "days.turned", "to"),
        ({"from": "0001-01-01"}, "date.no_day", "from"),
        ({"days": "9999-12"}, "date.no_day", "days"),
        ({"to": "9999-12-31"}, "date.no_day", "to"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    year: TestShop, values: dict[str, str], code: str, where: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        opened(year, "sales-by-day", values)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert explain(refused.value)


def test_a_report_that_is_not_there(year: TestShop) -> None:
    with pytest.raises(RuleBroken, match=r"reports\.unknown"):
        opened(year, "sales-by-moon")
    assert opened(year, " Sales-By-Day ").report.id == "sales-by-day"


def test_days_are_given_in_many_ways(year: TestShop) -> None:
    today = business_date(year.clock.now())
    month = Preset.THIS_MONTH.days(today)
    for values in (
        {},
        {"days": "this-month"},
        {"from": month.first.isoformat()},
        {"from": month.first.isoformat(), "to": today.isoformat()},
        {"from": show_date(month.first), "to": show_date(today)},
        {"days": f"{month.first.isoformat()} to {today.isoformat()}"},
    ):
        assert opened(year, "sales-by-day", values).asked.days == month
    assert opened(year, "sales-by-day", {"to": "2026-12-24"}).asked.span == (
        opened(year, "sales-by-day", {"days": "24-12-2026"}).asked.span
    )


def test_what_enter_opens_can_be_opened(year: TestShop) -> None:
    """The target of each first rows of each report names a report that knows what it is asked for."""
    for name, report in REPORTS.items():
        if any(parameter.required and not parameter.default for parameter in report.parameters):
            continue
        values = {"days": "last-year"} if report.parameters and report.parameters[0].id == "days" else {}
        with year.shop.database.read() as session:
            rows = read_page(opened(year, name, values), session, limit=20).rows
        for row in rows[:20]:
            if isinstance(row.target, ToReport):
                assert row.target.report in REPORTS, name
                opened(year, row.target.report, row.target.values)


@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if report.parameters[0].id == "days"])
def test_days_without_a_shop_are_not_read(year: TestShop, name: str) -> None:
    """Three hundred years take no longer than the shop's own days, and say the same."""
    with year.shop.database.read() as session:
        told: list[int] = []
        ever = opened(year, name, {"from": "1900-01-01", "to": "2199-12-31"})
        rows = list(ever.rows(session, tick=lambda done, whole: told.append(whole)))
        lived = opened(year, name, {"from": "2026-11-20", "to": "2027-11-30"})
        # an account begins with what stood on it before its first day, whichever that is
        begun = 1 if name == "ledger-account" else 0
        assert [row.values for row in rows[begun:]] == [row.values for row in lived.rows(session)][begun:]
    assert max(told, default=0) <= 2 * 400
    assert ever.heading.startswith("Days: 01-01-1900 to 31-12-2199")


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("trial-balance", {"as_of": "0001-01-01"}, "date.no_day"),
        ("slow-stock", {"unsold": "800000"}, "reports.no_number"),
        ("expiry", {"months": "99999"}, "reports.no_number"),
    ],
)
def test_days_that_no_shop_has_are_refused(year: TestShop, name: str, values: dict[str, str], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        opened(year, name, values)
    assert refused.value.code == code


@pytest.mark.parametrize(("name", "values"), [("slow-stock", {"unsold": "9999"}), ("expiry", {"months": "9999"})])
def test_the_greatest_numbers_are_read(year: TestShop, name: str, values: dict[str, str]) -> None:
    with year.shop.database.read() as session:
        read_page(opened(year, name, values), session)
