"""A report as an Excel workbook: every cell read back, nothing ever a formula, whole or not at all."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.kernel.errors import EnvironmentFault, RuleBroken
from core.kernel.money import Money
from core.reporting.columns import Kind, Quantity, ReportColumn, show_value
from core.reporting.report import Stopped, untold
from core.reporting.shaping import LineKind, ReportLine, Shape
from core.reporting.sheets import Sheet
from core.reporting.writing import excel
from core.reporting.writing.excel import MOST_LETTERS, clean, indian_format, sheet_title, write_excel
from tests.support.bill_views import shop_view
from tests.support.report_sheets import (
    HOSTILE,
    ROWS,
    sheet_of_lines,
    sheet_of_rows,
    sheet_of_texts,
    stops_after,
    texts,
)

TITLES = ["Item", "Bills", "Sold", "Sold (pieces)", "Total", "Margin %", "Last sold", "Last bill", "Expiry"]
HEAD = 7  # the row of titles below title, shop, heading, when it was made, note and an empty row
_COUNT_BELOW = "##,##0"
_MONEY = r"[>=10000000]##\,##\,##\,##0.00;[>=100000]##\,##\,##0.00;##,##0.00"
_COUNT = r"[>=10000000]##\,##\,##\,##0;[>=100000]##\,##\,##0;##,##0"


def written(sheet: Sheet, folder: Path) -> Any:
    """Return the worksheet of a report's workbook as openpyxl reads it."""
    path = folder / "report.xlsx"
    write_excel(sheet, path, untold)
    return openpyxl.load_workbook(path).active


def xml_of(path: Path) -> dict[str, str]:
    """Return each part of a workbook."""
    with zipfile.ZipFile(path) as parts:
        return {name: parts.read(name).decode() for name in parts.namelist()}


def test_every_kind_is_what_it_is(tmp_path: Path) -> None:
    sheet = written(sheet_of_rows(), tmp_path)

    cells = [[(cell.value, cell.data_type, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=8)]
    at = datetime(2026, 11, 20, 18, 35, 30)  # noqa: DTZ001  a workbook knows no zones
    assert cells[0] == [
        ("Crocin Advance", "s", "@"),
        (123456, "n", _COUNT),
        ("9:5", "s", "@"),
        (95, "n", _COUNT),
        (1234567.89, "n", _MONEY),
        (12.5, "n", "0.00"),
        (datetime(2026, 11, 20), "d", "DD-MM-YYYY"),  # noqa: DTZ001
        (at, "d", "DD-MM-YYYY HH:MM"),
        (datetime(2027, 3, 31), "d", "MM/YYYY"),  # noqa: DTZ001
    ]
    assert cells[1] == [
        ("Dolo 650", "s", "@"),
        (7, "n", _COUNT),
        ("-3", "s", "@"),
        (-3, "n", _COUNT_BELOW),
        (-123456.7, "n", r"##\,##\,##0.00"),
        (-0.05, "n", "0.00"),
        (datetime(2024, 2, 29), "d", "DD-MM-YYYY"),  # noqa: DTZ001
        (at, "d", "DD-MM-YYYY HH:MM"),
        (datetime(2027, 3, 15), "d", "DD-MM-YYYY"),  # noqa: DTZ001
    ]
    assert [value for value, _, _ in cells[2]] == ["पैरासिटामोल", 0, "0:0", 0, 9.95, 100, None, None, None]
    assert sheet["C8"].alignment.horizontal == "right"


def test_another_reader_finds_the_same(tmp_path: Path) -> None:
    write_excel(sheet_of_rows(), tmp_path / "report.xlsx", untold)
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "report.xlsx")
    rows = book.get_sheet_by_index(0).to_python()

    assert rows[:6] == [
        ["Sales by item", *[""] * 8],
        ["Sanjeevani Medicals · GSTIN: 32AAAAA0000A1Z9", *[""] * 8],
        ["Days: 01-11-2026 to 20-11-2026; User: meena", *[""] * 8],
        ["Made 20-11-2026 18:35", *[""] * 8],
        ["Returns are taken off.", *[""] * 8],
        [""] * 9,
    ]
    assert rows[6] == TITLES
    assert rows[7][:7] == ["Crocin Advance", 123456, "9:5", 95, 1234567.89, 12.5, date(2026, 11, 20)]
    assert rows[8][4] == -123456.7
    assert rows[10][:5] == ["Total", 123463, "", "", 1111121.14]


@given(st.integers(-(10**15), 10**15))
@example(6412)
@example(995)
@example(-1)
@example(0)
def test_an_amount_stands_in_the_file_to_the_paisa(paise: int) -> None:
    content, data_type, _ = excel._content(Kind.MONEY, Money(paise))

    assert data_type == "n"
    assert Decimal(str(content)) * 100 == paise


def test_amounts_are_written_in_digits_and_not_as_binary_fractions(tmp_path: Path) -> None:
    columns = (ReportColumn("total", "Total", Kind.MONEY, adds_up=True),)
    write_excel(sheet_of_rows([(Money(995),), (Money(6412),), (Money(10),)], columns), tmp_path / "a.xlsx", untold)
    part = xml_of(tmp_path / "a.xlsx")["xl/worksheets/sheet1.xml"]

    assert re.findall(r"<v>(.*?)</v>", part) == ["9.95", "64.12", "0.10", "74.17"]


def shown_as(number_format: str, amount: Decimal) -> str:
    """Return how Excel shows a number in our formats: sections with conditions, digits, commas with a stroke before."""
    *led, last = number_format.split(";")
    body = last
    for section in led:
        condition = re.fullmatch(r"\[>=(\d+)\](.*)", section)
        assert condition
        if amount >= int(condition[1]):
            body = condition[2]
            break
    places, _, decimals = body.partition(".")
    digits = f"{abs(amount):.{len(decimals)}f}".replace(".", "")
    whole, fraction = (digits[: -len(decimals)], f".{digits[-len(decimals) :]}") if decimals else (digits, "")
    if r"\," not in places:
        assert places == "##,##0"
        text = f"{int(whole):,}"
    else:
        text = ""
        for group in reversed(places.split(r"\,")):
            whole, tail = (whole[: -len(group)], whole[-len(group) :])
            text = f",{tail}{text}"  # an escaped comma is shown whether or not digits stand before it
        text = whole + text.removeprefix(",")
    return f"{'-' if amount < 0 else ''}{text}{fraction}"


@given(st.integers(-99_99_99_999_99, 99_99_99_999_99))
@example(99_999_99)
@example(-99_999_99)
@example(-1_00_000_00)
@example(99_99_999_99)
@example(-99_99_999_99)
@example(-1_00_00_000_00)
@example(-50)
@example(0)
def test_an_amount_is_grouped_as_in_india_whatever_its_size_and_sign(paise: int) -> None:
    _, _, number_format = excel._content(Kind.MONEY, Money(paise))

    assert shown_as(number_format, Decimal(paise) / 100) == Money(paise).grouped()


@given(st.integers(-99_99_99_999, 99_99_99_999))
def test_a_count_is_grouped_as_in_india(count: int) -> None:
    _, _, number_format = excel._content(Kind.COUNT, count)

    assert shown_as(number_format, Decimal(count)) == show_value(Kind.COUNT, count)


def test_one_format_serves_whatever_somebody_types_over_an_amount() -> None:
    number_format = indian_format(5, is_negative=False, decimals=".00")

    assert shown_as(number_format, Decimal("12345678.9")) == "1,23,45,678.90"
    assert shown_as(number_format, Decimal(-500)) == "-500.00"


def test_days_before_those_of_excel_are_text(tmp_path: Path) -> None:
    columns = (ReportColumn("day", "Day", Kind.DATE),)
    sheet = written(sheet_of_rows([(date(1899, 12, 31),), (date(1900, 3, 1),)], columns), tmp_path)

    assert sheet["A8"].value == "31-12-1899"
    assert sheet["A9"].value == datetime(1900, 3, 1)  # noqa: DTZ001


def test_a_sheet_is_ready_to_be_looked_at_and_printed(tmp_path: Path) -> None:
    sheet = written(sheet_of_rows(ROWS * 20), tmp_path)

    assert sheet.title == "Sales by item"
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A8"
    assert sheet.auto_filter.ref == "A7:I67"
    assert sheet.print_title_rows == "$7:$7"
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.right.text == "Page &P of &N"
    assert all(cell.font.bold and cell.fill.patternType == "solid" for cell in sheet[HEAD])
    assert [cell.alignment.horizontal for cell in sheet[HEAD]] == [None, *["right"] * 5, None, None, None]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDEFGHI"]
    assert all(8 <= width <= 60 for width in widths)
    assert widths[0] >= 24
    assert widths[4] >= len("12,34,56,789.00")


def test_sums_are_values_and_what_they_add_up_to(tmp_path: Path) -> None:
    columns = (
        ReportColumn("user", "User", groups=True),
        ReportColumn("item", "Item"),
        ReportColumn("sold", "Sold", Kind.QUANTITY),
        ReportColumn("bills", "Bills", Kind.COUNT, adds_up=True),
        ReportColumn("total", "Total", Kind.MONEY, adds_up=True),
    )
    rows = [(["meena", "biju"][n % 2], f"Item {n}", Quantity(n, 10), n, Money(n * 10_007)) for n in range(7)]
    sheet = written(sheet_of_rows(rows, columns, Shape(group="user")), tmp_path)
    lines = list(sheet.iter_rows(min_row=8))

    heads = [line for line in lines if str(line[0].value).startswith("User: ")]
    assert [line[0].value for line in heads] == ["User: meena (4)", "User: biju (3)"]
    assert all(cell.font.bold and cell.fill.patternType == "solid" for line in heads for cell in line)
    plain = [line for line in lines if line[1].value is not None]
    assert len(plain) == 7
    assert not any(cell.font.bold for line in plain for cell in line)
    sums = [line for line in lines if line[0].value == "Sum"]
    assert [(line[4].value, line[5].value) for line in sums] == [(12, 1200.84), (9, 900.63)]
    assert all(cell.font.bold and cell.border.top.style == "thin" for line in sums for cell in line)
    *_, total = lines
    assert [cell.value for cell in total] == ["Total", None, None, None, 21, 2101.47]
    assert all(cell.font.bold and cell.border.top.style == "medium" for cell in total)
    assert sheet.auto_filter.ref == f"A7:F{total[0].row - 1}"


def test_the_number_of_rows_is_told_without_sums(tmp_path: Path) -> None:
    assert write_excel(sheet_of_rows(ROWS * 250), tmp_path / "report.xlsx", untold) == 750


def test_a_report_of_nothing_has_its_titles(tmp_path: Path) -> None:
    sheet = written(sheet_of_rows([]), tmp_path)

    assert [cell.value for cell in sheet[HEAD]] == TITLES
    assert sheet.max_row == HEAD
    assert sheet.auto_filter.ref == "A7:I7"


def test_a_demo_says_so_and_a_shop_without_a_number_has_none(tmp_path: Path) -> None:
    sheet = written(sheet_of_rows(shop=shop_view(gstin=None, is_demo=True), note=""), tmp_path)

    assert sheet["A2"].value == "Sanjeevani Medicals · DEMO"
    assert sheet["A6"].value == "Item"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts(), max_size=5))
@example(list(HOSTILE))
@example(["=" + "x" * 40_000, "😀" * 40_000, "_x0041_" * 10_000])
def test_no_text_is_ever_a_formula(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "report.xlsx"
    write_excel(sheet_of_texts(names), path, untold)

    assert not [name for name, part in xml_of(path).items() if re.search(r"<f\b|t=\"(str|e|b)\"", part)]
    sheet: Any = openpyxl.load_workbook(path).active
    read = [row[0] for row in sheet.iter_rows(min_row=8, max_row=7 + len(names), max_col=1)] if names else []
    for name, cell in zip(names, read, strict=True):
        assert cell.data_type == "s" or cell.value is None
        assert as_read(cell.value or "") == as_read(clean(name))
        assert len((cell.value or "").encode("utf-16-le")) // 2 <= MOST_LETTERS


def as_read(text: str) -> str:
    """Return a text as Excel reads it: openpyxl leaves the marks in it that keep other marks apart."""
    return text.replace("_x005F_", "_")


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable()])
def test_printable_text_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.xlsx"
    write_excel(sheet_of_texts([text]), path, untold)
    [*_, row] = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()

    assert row == [text]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("bell\x07", "bell"),
        ("half \ud800", "half "),
        ("none \ufffe\uffff", "none "),
        ("a\r\nb\rc", "a\nb\nc"),
        ("_x0041_", "_x005F_x0041_"),
        ("a" * 40_000, "a" * MOST_LETTERS),
        ("😀" * 20_000, "😀" * (MOST_LETTERS // 2)),
    ],
)
def test_what_a_cell_cannot_hold_is_left_out(text: str, kept: str) -> None:
    assert clean(text) == kept


@given(st.text(st.characters(), max_size=60))
@example("[a]:*?/\\'")
@example("''")
@example("😀" * 31)
def test_any_title_names_a_sheet(title: str) -> None:
    name = sheet_title(title)

    assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
    assert not set(name) & set("[]:*?/\\\0\n")
    assert name.strip("'") == name


@pytest.fixture
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that openpyxl keeps its unfinished parts in."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def assert_untouched(path: Path, temporary_folder: Path) -> None:
    """Check that the old file stands and nothing else is left anywhere."""
    assert path.read_bytes() == b"old"
    assert sorted(path.parent.iterdir()) == sorted([path, temporary_folder])
    assert list(temporary_folder.iterdir()) == []


def test_more_rows_than_excel_takes_are_refused(
    tmp_path: Path, temporary_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", HEAD + 3)
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(RuleBroken) as refused:
        write_excel(sheet_of_rows(ROWS), path, untold)  # three rows, and the sum of all

    assert refused.value.code == "reports.too_long_for_excel"
    assert refused.value.values == {"most": 3}
    assert_untouched(path, temporary_folder)
    assert write_excel(sheet_of_rows(ROWS[:2]), path, untold) == 2


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_nobody_who_stops_finds_half_a_file(tmp_path: Path, temporary_folder: Path, calls: int) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(Stopped):
        write_excel(sheet_of_rows(ROWS * 400), path, stops_after(calls))

    assert_untouched(path, temporary_folder)


def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path, temporary_folder: Path) -> None:
    def lines() -> Iterator[ReportLine]:
        yield from [ReportLine(row, LineKind.ROW) for row in ROWS * 200]
        raise OSError(28, "No space left on device")

    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(EnvironmentFault) as fault:
        write_excel(sheet_of_lines(lines()), path, untold)

    assert fault.value.code == "files.cannot_write"
    assert_untouched(path, temporary_folder)


def test_a_workbook_that_is_written_leaves_nothing_else(tmp_path: Path, temporary_folder: Path) -> None:
    write_excel(sheet_of_rows(), tmp_path / "report.xlsx", untold)

    assert sorted(tmp_path.iterdir()) == sorted([tmp_path / "report.xlsx", temporary_folder])
    assert list(temporary_folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_fault_of_the_machine(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        write_excel(sheet_of_rows(), tmp_path / "missing" / "report.xlsx", untold)

    assert fault.value.code == "files.cannot_write"
