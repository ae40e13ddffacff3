"""Tables of files as people and programs send them, and files that want to do harm."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.boundary import sheets
from core.boundary.messages import explain
from core.boundary.sheets import MOST_COLUMNS, SheetRow, read_sheet
from core.kernel.errors import RuleBroken
from core.kernel.text import clean_line


def write_xlsx(path: Path, rows: Sequence[list[Any]], **formats: str) -> Path:
    """Write rows; ``formats`` are number formats by cell (``B2``)."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cell, number_format in formats.items():
        sheet[cell].number_format = number_format
    book.save(path)
    return path


def rewrite(path: Path, **changes: tuple[bytes, bytes]) -> Path:
    """Replace bytes in a part of an .xlsx, named by the end of its file name."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            parts[info.filename] = archive.read(info)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            old, new = changes.get(Path(name).stem, (b"", b""))
            archive.writestr(name, data.replace(old, new) if old else data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(RuleBroken) as caught:
        read_sheet(path)
    assert explain(caught.value)
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_reads_in_the_encodings_that_are_met(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = tmp_path / "items.csv"
    lines = [["code", "name"], ["A1", "Café  crème\u00a0"], [], ["", ""], ["A2", "x"]]
    file.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))

    sheet = read_sheet(file)

    assert sheet.header == ("code", "name")
    assert sheet.rows == (SheetRow(2, ("A1", "Café crème")), SheetRow(5, ("A2", "x")))


def test_a_line_number_is_the_one_an_editor_shows(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text('Stock of 20-11-2026\n\ncode,name\n"A\n1",x\nA2,y\n', "utf-8")

    assert read_sheet(file).rows == (SheetRow(4, ("A 1", "x")), SheetRow(6, ("A2", "y")))


def test_cells_of_a_spreadsheet_read_as_it_shows_them(tmp_path: Path) -> None:
    row = [10.0, 25.65, 0.1 + 0.2, 8901234567890, 0.05, date(2027, 3, 31), time(2, 5), timedelta(hours=30), True, None]
    file = write_xlsx(tmp_path / "items.xlsx", [["a", "b"], row], E2="0%")

    assert read_sheet(file).rows == (
        SheetRow(2, ("10", "25.65", "0.3", "8901234567890", "5%", "2027-03-31", "2:05", "30:00", "yes")),
    )


def test_the_first_visible_sheet_with_something_in_it_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "empty"
    hidden = book.create_sheet("hidden")
    hidden.append(["not", "this"])
    hidden.sheet_state = "hidden"
    book.create_sheet("stock").append(["code", "name"])
    book.save(tmp_path / "items.xlsx")

    assert read_sheet(tmp_path / "items.xlsx").header == ("code", "name")


def test_a_text_file_named_xls_is_read_as_text(tmp_path: Path) -> None:
    file = tmp_path / "items.xls"
    file.write_text("code\tname\nA1\tx\n", "utf-8")

    assert read_sheet(file).rows == (SheetRow(2, ("A1", "x")),)


def test_a_formula_is_text_and_runs_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text("code,name\nA1,=cmd|' /C calc'!A0\n", "utf-8")

    assert read_sheet(file).rows[0].cell(1) == "=cmd|' /C calc'!A0"


def test_the_place_of_a_fault_is_named(tmp_path: Path) -> None:
    for name, data, line in (
        ("nul.csv", b"code,name\nA,x\nB\x00,x\n", 3),
        ("quote.csv", b'code,name\nA,"x\ny"\nB,"x\nC,x\nD,x', 4),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(RuleBroken) as broken:
            read_sheet(tmp_path / name)
        assert broken.value.values["line"] == line


def test_a_line_with_a_fault_of_its_own_is_marked_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text('code,name,pack\nA,x,"1,5",\nB,x\x1b[2J,10\nC,x,1,5\nD,"x, y",10', "utf-8")

    rows = read_sheet(file).rows

    assert [(row.line, row.fault) for row in rows] == [
        (2, None),
        (3, "sheet.control_characters"),
        (4, "sheet.too_many_cells"),
        (5, None),
    ]
    assert rows[3].cells == ("D", "x, y", "10")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("none.csv", None, "input.no_file"),
        ("empty.csv", b"", "sheet.empty"),
        ("one_column.csv", b"code\nA1\n", "sheet.empty"),
        ("nul.csv", b"code,name\nA\x00,x\n", "sheet.nul"),
        ("quote.csv", b'code,name\nA,x\nB,"x\nC,x\n', "sheet.quote_open"),
        ("quote_at_the_end.csv", b'code,name\nA,x\nB,"', "sheet.quote_open"),
        ("bytes.csv", bytes(range(256)), "sheet.unreadable"),
        ("page.xls", b"<html><table><tr><td>code</td></tr></table></html>", "sheet.unreadable"),
        ("cut.xlsx", b"PK\x03\x04and nothing more", "sheet.unreadable"),
        ("cut.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1and nothing more", "sheet.unreadable"),
        ("biff2.xls", b"\x09\x00\x04\x00\x02\x00\x10\x00", "sheet.unreadable"),
        ("wide.csv", b"a,b\n" + b"x," * MOST_COLUMNS + b"x\n", "sheet.too_big"),
        ("field.csv", b"a,b\n" + b"x" * 200_000 + b",\n", "sheet.unreadable"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)

    assert refused(tmp_path / name) == code


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("readme.txt", "no workbook")

    assert refused(tmp_path / "a.xlsx") == "sheet.unreadable"


def test_a_zip_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(sheets.MOST_UNPACKED_BYTES // 2**20 + 1):
            part.write(bytes(2**20))

    assert (tmp_path / "bomb.xlsx").stat().st_size < 2**20
    assert refused(tmp_path / "bomb.xlsx") == "sheet.too_big"


def test_a_zip_of_very_many_parts_is_refused_unread(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as archive:
        for number in range(2_001):
            archive.writestr(str(number), "")

    assert refused(tmp_path / "bomb.xlsx") == "sheet.too_big"


def test_a_cell_in_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "far.xlsx", [["code", "name"], ["A1", "x"]])
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

    sheet = read_sheet(rewrite(file, sheet1=(b"</sheetData>", corner)))

    assert sheet.rows == (SheetRow(2, ("A1", "x")),)


def test_a_row_that_no_spreadsheet_has_is_not_counted_up_to(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "far.xlsx", [["code", "name"], ["A1", "x"]])
    row = b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData>'

    assert read_sheet(rewrite(file, sheet1=(b"</sheetData>", row))).rows == (SheetRow(2, ("A1", "x")),)


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "laughs.xlsx", [["code", "name"], ["A1", "x"]])
    entities = b'<!ENTITY a "' + b"ha" * 100 + b'">'
    for one, other in zip(b"bcdefgh", b"abcdefg", strict=True):
        entities += b'<!ENTITY %c "%s">' % (one, b"&%c;" % other * 50)
    declared = b'<?xml version="1.0"?><!DOCTYPE x [' + entities + b"]><worksheet"

    rewrite(file, sheet1=(b"<worksheet", declared))
    rewrite(file, sheet1=(b"</sheetData>", b'<row r="3"><c r="A3" t="str"><v>&h;</v></c></row></sheetData>'))

    assert refused(file) == "sheet.unreadable"


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    (tmp_path / "long.csv").write_text("a,b\n" + "x,y\n" * 4, "utf-8")

    assert refused(tmp_path / "long.csv") == "sheet.too_big"


def test_a_file_too_big_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(sheets.MOST_FILE_BYTES + 1)

    assert refused(tmp_path / "huge.csv") == "sheet.too_big"


_CELLS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)


@given(st.lists(st.lists(_CELLS, max_size=5), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_csv_writer_writes_is_read_back_cleaned(tmp_path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["code", "name", "a", "b", "c"], *rows])
    (tmp_path / "any.csv").write_text(text.getvalue(), "utf-8", newline="")

    read = [list(row.cells) for row in read_sheet(tmp_path / "any.csv").rows]

    cleaned = [[clean_line(cell) for cell in row] for row in rows]
    for row in cleaned:
        while row and not row[-1]:
            row.pop()
    assert read == [row for row in cleaned if row]


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"a,b\n"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, data: bytes, start: bytes) -> None:
    (tmp_path / "any").write_bytes(start + data)

    try:
        read_sheet(tmp_path / "any")
    except RuleBroken as broken:
        assert broken.code.startswith("sheet.")  # noqa: PT017
