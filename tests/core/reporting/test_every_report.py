"""Every report of a shop with a year behind it: read by the page and whole, exported in all forms, read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from core.app.exporting import FileForm, Wish, export_report
from core.kernel.clock import INDIA, business_date
from core.kernel.dates import Expiry
from core.kernel.days import Preset
from core.kernel.money import Money
from core.kernel.quantity import show_quantity
from core.reporting.columns import Kind, Quantity, ReportColumn, Value, plain_value, show_value
from core.reporting.registry import REPORTS
from core.reporting.report import Reading, ReportRow
from core.reporting.running import OpenReport, ReportPage, open_report, read_page
from core.reporting.shaping import Shape, total_of
from core.reporting.writing.pieces import beside
from tests.support.plans import plans_of, refuse_scans
from tests.support.shop import TestShop

ANSWERS = {"item": "PCM500", "batch": "P1", "account": "cash", "as_of": "today", "months": "24", "unsold": "1"}


def values_of(name: str) -> dict[str, str]:
    """Return what a report is asked for here: the whole year, and what it cannot do without."""
    return {
        parameter.id: "20-11-2026 to 20-11-2027" if parameter.id == "days" else ANSWERS[parameter.id]
        for parameter in REPORTS[name].parameters
        if parameter.required
    }


def opened(shop: TestShop, session: Any, name: str, values: Mapping[str, str] | None = None) -> OpenReport:
    """Open a report as the owner."""
    asked = values_of(name) if values is None else values
    return open_report(session, shop.actor, name, asked, business_date(shop.clock.now()))


def whole(shop: TestShop, name: str) -> tuple[tuple[ReportColumn, ...], list[ReportRow]]:
    """Return the columns and every row of a report."""
    with shop.shop.database.read() as session:
        report = opened(shop, session, name)
        return report.columns, list(report.rows(session))


@pytest.mark.parametrize("name", REPORTS)
def test_it_has_rows_of_the_kinds_its_columns_say(year: TestShop, name: str) -> None:
    columns, rows = whole(year, name)
    assert rows
    types: dict[Kind, tuple[type, ...]] = {
        Kind.TEXT: (str,), Kind.COUNT: (int,), Kind.QUANTITY: (Quantity,), Kind.MONEY: (Money,), Kind.PERCENT: (int,),
        Kind.DATE: (date,), Kind.TIME: (datetime,), Kind.EXPIRY: (Expiry,),
    }  # fmt: skip
    for row in rows:
        assert len(row.values) == len(columns)
        for column, value in zip(columns, row.values, strict=True):
            assert value is None or isinstance(value, types[column.kind]), (column.id, value)
            assert column.kind is not Kind.DATE or not isinstance(value, datetime)


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if report.is_paged])
def test_page_by_page_is_the_whole(year: TestShop, name: str, limit: int) -> None:
    _, rows = whole(year, name)
    if limit == 1:
        rows = rows[:40]
    read: list[ReportRow] = []
    page = ReportPage([], None)
    with year.shop.database.read() as session:
        report = opened(year, session, name)
        while not read or (page.end is not None and len(read) < len(rows)):
            page = read_page(report, session, after=page.end, limit=limit)
            assert len(page.rows) <= limit
            read += page.rows
            if not page.rows:
                break
    assert [row.values for row in read] == [row.values for row in rows]


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_read_along_indexes(year: TestShop, name: str) -> None:
    def read(session: Any) -> None:
        report = opened(year, session, name)
        first = read_page(report, session, limit=5)
        if first.end is not None:
            read_page(report, session, after=first.end, limit=5)

    refuse_scans(plans_of(year.shop.database, read))


@pytest.mark.parametrize("name", REPORTS)
def test_excel_holds_it_cell_by_cell(year: TestShop, name: str, tmp_path: Path) -> None:
    columns, rows = whole(year, name)
    seen = [column for column in columns if not column.extra]
    places = [columns.index(column) for column in seen]
    count = export_report(
        year.shop, year.clock, year.actor, Wish(name, values_of(name)), FileForm.XLSX, tmp_path / "it.xlsx"
    )
    assert count == len(rows)
    sheet = openpyxl.load_workbook(tmp_path / "it.xlsx").active
    assert sheet is not None
    table = [list(row) for row in sheet.iter_rows()]
    named = titles(beside(seen))
    head = next(at for at, row in enumerate(table) if [cell.value for cell in row][: len(named)] == named)
    body = table[head + 1 :]
    sums = total_of(columns, rows)
    wanted = [row_beside(seen, [row.values[place] for place in places]) for row in rows]
    added = row_beside(seen, [sums[place] for place in places])
    seen = list(beside(seen))
    has_total = bool(rows) and any(column.adds_up for column in seen)
    assert len(body) == len(rows) + has_total
    for cells, values in zip(body, wanted, strict=False):
        assert [in_excel(column, cell) for column, cell in zip(seen, cells, strict=False)] == [
            expected(column, value) for column, value in zip(seen, values, strict=True)
        ]
    if has_total:
        for column, value, cell in zip(seen, added, body[-1], strict=False):
            if column.adds_up:
                assert in_excel(column, cell) == expected(column, value)
    assert all(cell.data_type != "f" for row in table for cell in row)


def titles(columns: Sequence[ReportColumn]) -> list[str]:
    """Return what stands above the columns."""
    return [column.title for column in columns]


def in_excel(column: ReportColumn, cell: Any) -> object:
    """Return what a cell holds, amounts and percentages as exact decimals."""
    value = cell.value
    if value is None or value == "":
        return None
    if column.kind in {Kind.MONEY, Kind.PERCENT}:
        return Decimal(str(value)).quantize(Decimal("0.01"))
    return value


def expected(column: ReportColumn, value: Value) -> object:
    """Return what a cell should hold of a value."""
    if value is None or value == "":
        return None
    if isinstance(value, Money):
        return Decimal(value.paise) / 100
    if column.kind is Kind.PERCENT:
        return Decimal(str(plain_value(column.kind, value)))
    if isinstance(value, datetime):
        return value.astimezone(INDIA).replace(tzinfo=None, microsecond=0, second=value.second)
    if isinstance(value, Expiry):
        return midnight(value.last_day)
    if isinstance(value, date):
        return midnight(value)
    return show_value(column.kind, value) if isinstance(value, Quantity) else value


def midnight(day: date) -> datetime:
    """Return a day as Excel keeps it: an instant that knows no zone."""
    return datetime.combine(day, datetime.min.time())


@pytest.mark.parametrize("name", REPORTS)
def test_csv_and_json_hold_it_value_by_value(year: TestShop, name: str, tmp_path: Path) -> None:
    columns, rows = whole(year, name)
    every = Shape(tuple(column.id for column in columns))
    for form in (FileForm.CSV, FileForm.JSON):
        wish = Wish(name, values_of(name), every)
        assert export_report(year.shop, year.clock, year.actor, wish, form, tmp_path / f"it.{form}") == len(rows)
    plain = [
        [plain_value(column.kind, value) for column, value in zip(columns, row.values, strict=True)] for row in rows
    ]
    found = json.loads((tmp_path / "it.json").read_text())
    assert [[row[column.id] for column in columns] for row in found["rows"]] == plain
    with (tmp_path / "it.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    split = [names(column.title) if column.kind is Kind.QUANTITY else [column.title] for column in columns]
    assert read[0] == [title for some in split for title in some]
    shown = [[unspoilt(cell) for cell in row] for row in read[1:]]
    numbers = [
        [
            cell
            for column, value, text in zip(columns, row.values, texts, strict=True)
            for cell in (packed(value) if column.kind is Kind.QUANTITY else [text])
        ]
        for row, texts in zip(rows, plain, strict=True)
    ]
    assert shown == [["" if value is None else one_line(str(value)) for value in row] for row in numbers]


def names(title: str) -> list[str]:
    """Return what the columns are called in which CSV has a quantity."""
    return [f"{title} ({part})" for part in ("packs", "loose", "pieces")]


def packed(value: Value) -> list[int | None]:
    """Return the numbers in which CSV has a quantity."""
    if not isinstance(value, Quantity):
        return [None, None, None]
    whole = [int(part) for part in show_quantity(*value).lstrip("-").split(":")]
    sign = -1 if value.units < 0 else 1
    return [sign * whole[0], sign * (whole[1] if len(whole) > 1 else 0), value.units]


def row_beside(columns: Sequence[ReportColumn], values: Sequence[Value]) -> list[Value]:
    """Return the values of a row as Excel has them: the pieces of a quantity behind it."""
    found: list[Value] = []
    for column, value in zip(columns, values, strict=True):
        pieces = value.units if isinstance(value, Quantity) else None
        found += [value, pieces] if column.kind is Kind.QUANTITY else [value]
    return found


def unspoilt(cell: str) -> str:
    """Return a cell without the apostrophe that keeps it from being a formula."""
    return cell.removeprefix("'")


def one_line(text: str) -> str:
    """Return a text as CSV keeps it."""
    return text.replace("\n", " ")


@pytest.mark.parametrize("name", REPORTS)
def test_paper_shows_whose_it_is_and_every_sum(year: TestShop, name: str, tmp_path: Path) -> None:
    columns, rows = whole(year, name)
    wish = Wish(name, values_of(name))
    assert export_report(year.shop, year.clock, year.actor, wish, FileForm.PDF, tmp_path / "it.pdf") == len(rows)
    reader = PdfReader(tmp_path / "it.pdf")
    pages = [page.extract_text() for page in reader.pages]
    for number, text in enumerate(pages, start=1):
        assert "Test Medicals" in text
        assert REPORTS[name].title.casefold() in text.casefold()
        assert f"Page {number} of {len(pages)}" in text
    if rows:
        for column, value in zip(columns, total_of(columns, rows), strict=True):
            if column.adds_up and not column.extra and value is not None:
                assert show_value(column.kind, value) in pages[-1], column.id


@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if "days" in values_of(name)])
def test_an_empty_time_is_an_empty_report(year: TestShop, name: str, tmp_path: Path) -> None:
    values = {**values_of(name), "days": "2001-02"}
    with year.shop.database.read() as session:
        rows = read_page(opened(year, session, name, values), session).rows
    assert len(rows) <= 1  # an account begins with what stood on it
    for form in FileForm:
        export_report(year.shop, year.clock, year.actor, Wish(name, values), form, tmp_path / f"none.{form}")
        assert (tmp_path / f"none.{form}").stat().st_size > 0


@pytest.mark.parametrize("name", [name for name, report in REPORTS.items() if "days" in values_of(name)])
def test_each_preset_can_be_asked_for(year: TestShop, name: str) -> None:
    for preset in Preset:
        with year.shop.database.read() as session:
            read_page(opened(year, session, name, {**values_of(name), "days": preset.value}), session, limit=3)


def test_readings_are_told_how_far_they_are(year: TestShop) -> None:
    told: list[tuple[int, int]] = []
    with year.shop.database.read() as session:
        report = opened(year, session, "sales-by-day")
        reading = Reading(session, report.asked, report.today, tick=lambda done, of: told.append((done, of)))
        list(REPORTS["sales-by-day"].rows(reading))
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)
