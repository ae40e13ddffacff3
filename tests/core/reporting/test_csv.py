"""A report as CSV: every kind read back, nothing that a spreadsheet would work out, whole or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.kernel.errors import EnvironmentFault
from core.kernel.money import Money
from core.reporting.columns import Kind, Quantity, ReportColumn
from core.reporting.report import Stopped, untold
from core.reporting.shaping import Shape
from core.reporting.sheets import Sheet
from core.reporting.writing.csv_text import write_csv
from tests.support.report_sheets import COLUMNS, HOSTILE, ROWS, sheet_of_rows, sheet_of_texts, stops_after, texts

TITLES_OF_SOLD = ["Sold (packs)", "Sold (loose)", "Sold (pieces)"]


def written(sheet: Sheet, folder: Path) -> list[list[str]]:
    """Return the records of a report's file."""
    write_csv(sheet, folder / "report.csv", untold)
    data = (folder / "report.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_every_kind_is_written_for_programs(tmp_path: Path) -> None:
    assert written(sheet_of_rows(), tmp_path) == [
        ["Item", "Bills", *TITLES_OF_SOLD, "Total", "Margin %", "Last sold", "Last bill", "Expiry"],
        [
            *("Crocin Advance", "123456", "9", "5", "95", "1234567.89", "12.50"),
            *("2026-11-20", "2026-11-20T18:35:30+05:30", "2027-03-31"),
        ],
        [
            *("Dolo 650", "7", "-3", "0", "-3", "-123456.70", "-0.05"),
            *("2024-02-29", "2026-11-20T18:35:30+05:30", "2027-03-15"),
        ],
        ["पैरासिटामोल", "0", "0", "0", "0", "9.95", "100.00", "", "", ""],
    ]


def test_lines_end_as_in_windows(tmp_path: Path) -> None:
    write_csv(sheet_of_texts(["one", "two\nlines"]), tmp_path / "report.csv", untold)

    assert (tmp_path / "report.csv").read_bytes() == b"\xef\xbb\xbfName\r\none\r\ntwo lines\r\n"


def test_sums_and_heads_of_groups_are_left_out_so_that_a_column_adds_up(tmp_path: Path) -> None:
    columns = (ReportColumn("user", "User", groups=True), ReportColumn("total", "Total", Kind.MONEY, adds_up=True))
    rows = [("meena", Money(100)), ("biju", Money(-250)), ("meena", Money(50))]
    sheet = sheet_of_rows(rows, columns, Shape(group="user"))

    assert write_csv(sheet, tmp_path / "report.csv", untold) == 3
    records = written(sheet_of_rows(rows, columns, Shape(group="user")), tmp_path)
    assert records[1:] == [["meena", "1.00"], ["meena", "0.50"], ["biju", "-2.50"]]
    assert Money.total(Money.parse(total) for _, total in records[1:]) == Money(-100)


def test_a_report_of_nothing_has_its_titles(tmp_path: Path) -> None:
    titles = [column.title for column in COLUMNS]
    assert written(sheet_of_rows([]), tmp_path) == [[*titles[:2], *TITLES_OF_SOLD, *titles[3:]]]


def test_nothing_is_taken_for_a_time_of_day(tmp_path: Path) -> None:
    columns = (ReportColumn("item", "Item"), ReportColumn("sold", "Sold", Kind.QUANTITY))
    rows = [("2:5", Quantity(25, 10)), ("12:30:15", Quantity(-25, 10)), ("A 2:5", None), ("2:5 A", Quantity(4, 1))]
    assert written(sheet_of_rows(rows, columns), tmp_path) == [
        ["Item", *TITLES_OF_SOLD],
        ["'2:5", "2", "5", "25"],
        ["'12:30:15", "-2", "-5", "-25"],
        ["A 2:5", "", "", ""],
        ["2:5 A", "4", "0", "4"],
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts(), max_size=6))
@example(list(HOSTILE))
@example(["=" + "x" * 40_000])
@example(["-"])  # which stands for nothing, and is no formula
def test_no_text_is_a_formula_or_a_second_line(tmp_path: Path, names: list[str]) -> None:
    records = written(sheet_of_texts(names), tmp_path)

    assert len(records) == len(names) + 1
    for name, (text,) in zip(names, records[1:], strict=True):
        assert text == "-" or text.lstrip()[:1] not in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}
        assert not set(text) & set("\0\t\r\n\x1b\u2028")
        if name.isalnum():
            assert text == name


@pytest.mark.parametrize("calls", [0, 1])
def test_nobody_who_stops_finds_half_a_file(tmp_path: Path, calls: int) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"old")
    with pytest.raises(Stopped):
        write_csv(sheet_of_rows(ROWS * 400), path, stops_after(calls))

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_a_fault_of_the_machine(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        write_csv(sheet_of_rows(), tmp_path / "missing" / "report.csv", untold)

    assert fault.value.code == "files.cannot_write"
