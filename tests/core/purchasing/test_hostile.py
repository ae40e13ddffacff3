"""Files that want to do harm, or are none: each read or refused in one sentence, with no more held than is allowed."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from core.boundary import sheets
from core.boundary.messages import explain
from core.kernel.errors import RuleBroken
from core.purchasing.reading import excel, pdf, solving, tables
from core.purchasing.reading.invoice_file import read_invoice
from core.purchasing.reading.mapping import InvoiceRead, NeedsMapping
from core.purchasing.reading.tables import read_table
from tests.support.dbf_files import dbf
from tests.support.listings import as_listing_pdf

BILL = """Bill No,{number},Date,05-09-2026
Item Name,Batch,Expiry,Qty,MRP,Rate,Amount
{name},B7,05/28,10,32.00,22.86,228.60
AUGMENTIN 625,AG7,11/27,3,213.33,152.38,457.14
Net Amount,,,,,,686.00
"""
MEGABYTE = 1024 * 1024


def bill(name: str = "DOLO 650", number: str = "A1") -> str:
    return BILL.format(name=name, number=number)


def refused(source: bytes | Path, name: str = "bill") -> str:
    with pytest.raises(RuleBroken) as caught:
        read_invoice(source, name)
    sentence = explain(caught.value)
    assert sentence.count("\n") == 0
    assert len(sentence) < 300
    return caught.value.code.removeprefix("purchase_file.")


def told(source: bytes) -> str:
    """Return what somebody is told of a file: its invoice, the question, or why it is none."""
    try:
        reading = read_invoice(source, "any")
    except RuleBroken as broken:
        return explain(broken)
    return explain(reading.problem) if isinstance(reading, NeedsMapping) else f"Invoice {reading.invoice.number}"


def names(source: bytes) -> list[str]:
    reading = read_invoice(source, "bill")
    assert isinstance(reading, InvoiceRead)
    assert reading.differences == ()
    return [line.name for line in reading.invoice.lines]


def workbook(rows: Iterable[Iterable[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rewritten(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Replace bytes in a part of an .xlsx."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            target.writestr(info.filename, content.replace(old, new) if info.filename.endswith(part) else content)
    return file.getvalue()


def bill_sheet() -> bytes:
    return workbook(list(csv.reader(io.StringIO(bill()))))


# what is no invoice at all


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t \n", "empty"),
        (bytes(100), "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Item,Batch,Qty,Rate,Amount\n", "no_table"),
        (b"hello", "no_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "unreadable"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(range(256)), "picture"),
        (b"PK\x03\x04" + bytes(100), "unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable"),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00" + b"\xff" * 50, "unreadable"),
        (b"%PDF-1.7\nrubbish", "unreadable"),
        (b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff", "unreadable"),
        (bytes(range(256)) * 4, "unreadable"),
        (bill().encode()[:40] + bytes(range(1, 32)) * 4 + bill().encode()[40:], "unreadable"),
    ],
)
def test_what_is_no_invoice_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_folder_or_no_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == "input.is_folder"
    assert refused(tmp_path / "none.csv") == "input.no_file"


def test_a_file_too_big_is_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(tables.MOST_BYTES + 1)

    assert refused(tmp_path / "huge.csv") == "too_big"


# text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_that_are_met(encoding: str) -> None:
    assert names(bill("DOLO ’650’ – É").encode(encoding))[0] == "DOLO ’650’ – É"


@pytest.mark.parametrize(
    "data",
    [
        bill().encode("utf-16-le"),  # without its mark
        bill("₹ 650").encode() + "’".encode("cp1252"),  # two encodings in one file
        bill().encode() + b"\x81\x8d",
        b"\xff\xfe" + bill().encode("utf-16-le") + b"\xd8",
    ],
)
def test_letters_that_are_none_are_refused(data: bytes) -> None:
    assert refused(data) == "encoding"


def test_a_quote_that_is_never_closed_is_named() -> None:
    with pytest.raises(RuleBroken, match="quote_open") as caught:
        read_invoice(bill('"DOLO').encode(), "bill")

    assert caught.value.values["line"] == 3


def test_control_characters_never_come_out_of_a_file() -> None:
    """They would cut paper, kick a drawer or turn a line around where the name is printed."""
    assert names(bill("DOLO\x1bp\x00".replace("\x00", "") + " \u202e650\u200b").encode())[0] == "DOLOp 650"


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+DOLO", "-DOLO 650", '"=HYPERLINK(""x"")"'])
def test_a_name_that_is_a_formula_stays_a_text(name: str) -> None:
    [row] = csv.reader([name])

    assert names(bill(name).encode())[0] == row[0]


def test_a_text_that_excel_keeps_so_loses_its_signs() -> None:
    [row] = read_table(b'="0012",="AB","a ""b"""\n', "x").rows

    assert row.cells == ("0012", "AB", 'a "b"')


class CountedReader:
    """A reader as that of csv is, which counts the rows that it was asked for."""

    read = 0
    whole = staticmethod(csv.reader)

    def __init__(self, lines: Iterable[str], **form: Any) -> None:
        self._rows = self.whole(lines, **form)

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        CountedReader.read += 1
        return next(self._rows)

    @property
    def line_num(self) -> int:
        """The line that was read last."""
        return self._rows.line_num


def test_very_many_rows_are_refused_after_as_many_as_a_bill_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"Item Name,Batch,Qty,Rate,Amount\n" + b"DOLO 650,B7,10,22.86,228.60\n" * 200_000
    monkeypatch.setattr(csv, "reader", CountedReader)

    assert refused(data) == "too_many_rows"
    assert CountedReader.read == tables.MOST_ROWS + 1


def test_very_many_rows_cost_little_memory() -> None:
    data = b"Item Name,Batch,Qty,Rate,Amount\n" + b"DOLO 650,B7,10,22.86,228.60\n" * 200_000
    tracemalloc.start()
    try:
        assert refused(data) == "too_many_rows"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 12 * len(data)


def test_very_many_columns_are_refused() -> None:
    assert refused(b",".join([b"1"] * (tables.MOST_COLUMNS + 1))) == "too_many_columns"
    assert refused(workbook([range(tables.MOST_COLUMNS + 1)])) == "too_many_columns"


# workbooks


def test_a_workbook_of_very_many_rows_is_refused_after_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    row = b'<row><c t="inlineStr"><is><t>DOLO</t></is></c><c><v>1</v></c></row>'
    data = rewritten(workbook([["Item", "Qty"]]), "sheet1.xml", b"</sheetData>", row * 200_000 + b"</sheetData>")
    read = 0
    whole = sheets.xlsx_rows

    def counting(path: Path, content: bytes) -> Iterator[tuple[int, list[str], bool]]:
        nonlocal read
        for one in whole(path, content):
            read += 1
            yield one

    monkeypatch.setattr(sheets, "xlsx_rows", counting)
    assert refused(data) == "too_many_rows"
    assert read <= tables.MOST_ROWS + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<dimension ref="A1:G5"', b'<dimension ref="A1:XFD1048576"'),
        (b"</sheetData>", b'<row r="40"><c r="XFD40"><v>1</v></c></row></sheetData>'),
    ],
)
def test_a_workbook_that_claims_to_be_huge_is_read_as_it_is(old: bytes, new: bytes) -> None:
    assert names(rewritten(bill_sheet(), "sheet1.xml", old, new)) == ["DOLO 650", "AUGMENTIN 625"]


def test_a_cell_in_the_far_corner_is_refused() -> None:
    corner = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'

    assert refused(rewritten(bill_sheet(), "sheet1.xml", b"</sheetData>", corner)) == "too_many_rows"


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return file.getvalue()


def test_a_zip_that_unpacks_to_very_much_is_refused_unread() -> None:
    data = zipped({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(excel.MOST_UNPACKED_BYTES + 1)})
    tracemalloc.start()
    try:
        assert len(data) < MEGABYTE
        assert refused(data) == "too_big"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 2 * MEGABYTE


def test_zips_in_zips_and_other_zips_are_no_workbook() -> None:
    inner = bill_sheet()
    for _ in range(20):
        inner = zipped({"bill.xlsx": inner})

    assert refused(inner) == "unreadable"
    assert refused(zipped({"bill.csv": bill().encode()})) == "unreadable"
    assert refused(zipped({f"{number}": b"" for number in range(501)})) == "too_big"


def test_entities_that_multiply_are_refused() -> None:
    entities = b'<!ENTITY a "' + b"ha" * 100 + b'">'
    for one, other in zip(b"bcdefgh", b"abcdefg", strict=True):
        entities += b'<!ENTITY %c "%s">' % (one, b"&%c;" % other * 50)
    data = rewritten(
        bill_sheet(), "sheet1.xml", b"<worksheet", b'<?xml version="1.0"?><!DOCTYPE x [' + entities + b"]><worksheet"
    )
    cell = b'<row r="9"><c r="A9" t="str"><v>&h;</v></c></row></sheetData>'

    assert refused(rewritten(data, "sheet1.xml", b"</sheetData>", cell)) == "unreadable"


def test_a_workbook_under_a_password_is_said_so() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    flagged = bytearray(bill_sheet())
    at = flagged.find(b"PK\x01\x02")
    flagged[at + 8] |= 1

    assert refused(locked) == "protected"
    assert refused(bytes(flagged)) == "protected"


def test_a_formula_that_was_never_worked_out_is_named() -> None:
    rows = [list(row) for row in csv.reader(io.StringIO(bill()))]
    rows[3][6] = "=D4*F4"
    with pytest.raises(RuleBroken, match="formulas") as caught:
        read_invoice(workbook(rows), "bill")

    assert caught.value.values["cell"] == "G4"


def test_a_formula_that_a_spreadsheet_worked_out_counts_as_its_value() -> None:
    rows = [list(row) for row in csv.reader(io.StringIO(bill()))]
    rows[3][6] = "=D4*F4"
    worked = rewritten(workbook(rows), "sheet1.xml", b"<f>D4*F4</f><v></v>", b"<f>D4*F4</f><v>457.14</v>")
    worked = rewritten(worked, "sheet1.xml", b"<f>D4*F4</f><v />", b"<f>D4*F4</f><v>457.14</v>")

    assert names(worked) == ["DOLO 650", "AUGMENTIN 625"]


# dBase

FIELDS = [("ITEMNAME", "C", 20), ("BATCH", "C", 8), ("EXPIRY", "D", 8), ("QTY", "N", 6), ("RATE", "N", 8),
          ("AMOUNT", "N", 10), ("BILLAMT", "N", 10), ("NOTE", "M", 10)]  # fmt: skip
RECORDS = [
    ["DOLO 650", "B7", "20280531", "10", "22.86", "228.60", "686.00", "1"],
    ["AUGMENTIN 625", "AG7", "20271130", "3", "152.38", "457.14", "686.00", "2"],
]


def test_a_header_of_dbase_is_not_believed() -> None:
    honest, lying = (read_table(dbf(FIELDS, RECORDS, claimed=claimed), "x") for claimed in (None, 4_000_000_000))

    assert lying == honest
    assert [row.cell(0) for row in honest.rows] == ["ITEMNAME", "DOLO 650", "AUGMENTIN 625"]
    assert {row.cell(7) for row in honest.rows[1:]} == {""}  # memos stand in another file


def test_deleted_records_and_code_pages_of_dbase() -> None:
    rows = read_table(dbf(FIELDS, RECORDS, deleted=frozenset({0})), "x").rows
    dos = dbf(FIELDS, [["DOLO É", *RECORDS[0][1:]]], page=0x01, encoding="cp437")
    windows = dbf(FIELDS, [["DOLO ’É", *RECORDS[0][1:]]])

    assert [row.cell(0) for row in rows] == ["ITEMNAME", "AUGMENTIN 625"]
    assert read_table(dos, "x").rows[1].cell(0) == "DOLO É"
    assert read_table(windows, "x").rows[1].cell(0) == "DOLO ’É"


@pytest.mark.parametrize("at", range(32))
def test_any_byte_of_a_dbase_header_may_be_wrong(at: int) -> None:
    data = bytearray(dbf(FIELDS, RECORDS))
    for value in (0, 1, 0x7F, 0xFF):
        data[at] = value

        assert told(bytes(data))


def test_records_shorter_than_their_fields_are_refused() -> None:
    data = bytearray(dbf(FIELDS, RECORDS))
    data[10:12] = (5).to_bytes(2, "little")

    assert refused(bytes(data)) == "broken_table"


def test_very_many_records_of_dbase_are_refused() -> None:
    assert refused(dbf([("A", "C", 1), ("B", "C", 1)], [["x", "y"]] * 200_000)) == "too_many_rows"


# PDF


def drawn(pages: int = 1, text: str = "", **form: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, **form)
    for _ in range(pages):
        canvas.drawString(40, 700, text)
        canvas.rect(10, 10, 100, 100)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_a_scanned_pdf_is_said_to_be_one() -> None:
    assert refused(drawn()) == "no_text"


def test_a_pdf_of_very_many_pages_is_refused() -> None:
    assert refused(drawn(pdf.MOST_PAGES + 1, "x")) == "too_many_pages"


def test_a_pdf_whose_page_unpacks_to_very_much_is_refused() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1)
    for _ in range(60_000):
        canvas.drawString(40, 700, "DOLO 650 TAB")
    canvas.save()

    assert len(file.getvalue()) < MEGABYTE
    assert refused(file.getvalue()) == "too_big"


def test_a_pdf_whose_pages_unpack_to_very_much_together_is_refused() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1)
    for _ in range(pdf.MOST_PAGES):
        for _ in range(3_000):
            canvas.drawString(40, 700, "DOLO 650 TAB")
        canvas.showPage()
    canvas.save()

    assert refused(file.getvalue()) == "too_big"


@pytest.mark.parametrize(
    ("header", "line", "code"),
    [
        ("Qty Rate MRP Amount", "DOLO 650 TAB 10 22.86 228.60 " * 12, "columns_overlap"),
        ("Qty Rate MRP Amount Batch " * 14, f"DOLO {'1 2 ' * 90}", "columns_overlap"),
        (" ".join("DOLO" for _ in range(70)), "A1 " * 120, "no_table"),
        ("Qty Rate MRP Amount", "X" * 10_000, "no_table"),
    ],
)
def test_a_listing_of_very_many_letters_is_read_in_time(header: str, line: str, code: str) -> None:
    """As many lines as a file may have, each as wide as none is: what is done grows with the letters, not faster."""
    lines = (tables.MOST_ROWS - 1) // (10 if len(line) > 1_000 else 1)
    began = time.process_time()

    assert refused(as_listing_pdf([header, *[line] * lines])) == code
    assert time.process_time() - began < 30  # a second or two on a machine that does nothing else


@pytest.mark.parametrize(("password", "code"), [("secret", "protected"), ("", "no_table")])
def test_a_pdf_under_a_password_is_said_so(password: str, code: str) -> None:
    """Many are locked for printing only and open without one."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(drawn(text="a text that is no invoice at all")))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)

    assert refused(file.getvalue()) == code


# what can be understood in very many ways


@pytest.mark.parametrize("cell", ["1", "5"])
def test_a_table_of_one_number_is_asked_before_all_is_tried(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each column fits each role: the search gives up, and never says which was meant."""
    given_up: list[bool] = []
    whole = solving.Solver.gave_up

    def noting(solver: solving.Solver) -> bool:
        given_up.append(whole(solver))
        return given_up[-1]

    monkeypatch.setattr(solving.Solver, "gave_up", noting)
    row = "DOLO TAB," + ",".join([cell] * 40)
    reading = read_invoice("\n".join([row] * 30 + [f"Net Amount,{int(cell) * int(cell) * 30}"]).encode(), "ones")

    assert isinstance(reading, NeedsMapping)
    assert given_up[-1]
    assert len(given_up) < solving.MOST_WORK


# anything


@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\xd0\xcf\x11\xe0",
            b"\x09\0\x04\0",
            b"%PDF-1.4\n",
            b"\x03\x7e\x09\x0c",
            b"\xff\xfe",
            b"H,1,",
        ]
    ),
)
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
def test_any_bytes_are_an_invoice_a_question_or_a_sentence(data: bytes, start: bytes) -> None:
    assert told(start + data)


@given(st.lists(st.lists(st.sampled_from(["", "1", "5", "10+1", "22.86", "228.60", "05/28", "DOLO", "Total", "Rate",
                                          "Qty", "Amount", "MRP", "B7", "Invoice No: A", "-", "1,234.50"]),
                         max_size=9), max_size=9))  # fmt: skip
@settings(max_examples=300)
def test_any_table_is_an_invoice_a_question_or_a_sentence(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)

    assert told(text.getvalue().encode())


@pytest.mark.parametrize(("percent", "is_asked"), [("0", False), ("10", False), ("100", False), ("150", True)])
def test_more_off_than_the_goods_cost_is_asked_about(percent: str, is_asked: bool) -> None:
    file = (
        "Inv No,Inv Date,Prod Code,Product Name,Packing,HSN,Batch,Exp,Qty,Free,MRP,PTR,Disc%,GST%\n"
        f"KP/113,25/11/2026,P01,PARACETAMOL 500MG,10s,30049099,B14,06/28,2,0,25.65,15,{percent},5\n"
    )
    found = read_invoice(file.encode(), "bill.csv")
    assert isinstance(found, NeedsMapping) is is_asked
    if isinstance(found, NeedsMapping):
        assert [role.value for role in found.doubts] == ["discount"]
