"""Every report of a shop with a year behind it is opened on the screen of reports, and looked into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.reporting.registry import REPORTS
from core.reporting.report import ToBill, ToReport
from core.reporting.shaping import LineKind
from pos_desktop.screens.reports.shown import Totals
from tests.core.reporting.test_every_report import values_of, whole
from tests.support.reports import ReportDesk
from tests.support.shop import TestShop
from tests.support.year import generated_year


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestShop]:
    """Return the shop; nobody writes in it."""
    shop = generated_year(tmp_path_factory.mktemp("year") / "shop")
    yield shop
    shop.close()


@pytest.fixture
def desk(year: TestShop, tmp_path: Path) -> ReportDesk:
    """The owner at the screen."""
    return ReportDesk(year, tmp_path)


def test_the_list_has_every_report(desk: ReportDesk) -> None:
    assert set(desk.names) == {report.title for report in REPORTS.values()}


@pytest.mark.parametrize("name", REPORTS)
def test_it_shows_all_that_it_has_and_leads_on(desk: ReportDesk, name: str) -> None:
    desk.do.open_report(name, values_of(name))
    _, rows = whole(desk.shop, name)
    here = desk.here
    assert here.report.id == name
    assert desk.sums() in {Totals.KNOWN, Totals.NONE}  # none where nothing adds up
    shown = [line for line in here.lines if line.kind is LineKind.ROW]
    first = min(len(rows), 100) if REPORTS[name].is_paged else len(rows)
    assert len(shown) == first > 0
    target = next((line.target for line in shown if line.target is not None), None)
    if target is not None:
        here.choose(next(at for at, line in enumerate(here.lines) if line.target is target))
        desk.do.open_row()
    if isinstance(target, ToReport):
        assert desk.here.report.id == target.report
        desk.do.escape()
        assert desk.here.report.id == name
    elif isinstance(target, ToBill):
        assert desk.bills == [target.number]
    assert desk.bugs == []
    assert desk.said == ""
