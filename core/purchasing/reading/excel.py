"""Workbooks: .xlsx through the bounded reader of sheets, .xls through xlrd, raw BIFF 2 to 5 streams included."""

from __future__ import annotations

import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

from core.boundary import sheets
from core.kernel.errors import RuleBroken
from core.purchasing.reading.tables import MOST_BYTES, MOST_COLUMNS, MOST_ROWS

MOST_UNPACKED_BYTES = 50 * 1024 * 1024
_MOST_PARTS = 500
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOCKED_PART = 0x1
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0"


def xlsx_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of the first visible sheet with something in it.

    Raises RuleBroken ``purchase_file.too_big``, ``.unreadable``, ``.protected``, ``.formulas``.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise RuleBroken("purchase_file.too_big", file=name, megabytes=MOST_BYTES // (1024 * 1024))
        if any(part.flag_bits & _LOCKED_PART for part in parts):
            raise RuleBroken("purchase_file.protected", file=name)
        named = {part.filename.casefold() for part in parts}
        if not any(part.endswith("workbook.xml") for part in named):
            raise RuleBroken("purchase_file.unreadable", file=name)
        has_formulas = any(_holds_formula(archive, part) for part in parts if "worksheets/" in part.filename)
    if has_formulas:
        _refuse_unworked_formulas(name, data)
    for line, cells, _ in sheets.xlsx_rows(Path(name), data):
        yield line, cells


def _holds_formula(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as stream:
        before = b""
        while chunk := stream.read(_CHUNK):
            if _FORMULA.search(before + chunk):
                return True
            before = chunk[-16:]
    return False


def _refuse_unworked_formulas(name: str, data: bytes) -> None:
    """Refuse formulas that no spreadsheet ever worked out: what they come to does not stand in the file."""
    import openpyxl

    with warnings.catch_warnings(action="ignore"):
        books = [openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=only) for only in (False, True)]
    try:
        for written, worked in zip(*(book.worksheets for book in books), strict=True):
            if written.sheet_state != "visible":
                continue
            found = False
            pairs = zip(
                written.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS),
                worked.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS),
                strict=False,
            )
            for row, values in pairs:
                for cell, value in zip(row, values, strict=False):
                    found = found or cell.value is not None
                    if cell.data_type == "f" and value.value is None:
                        raise RuleBroken("purchase_file.formulas", file=name, cell=cell.coordinate)
            if found:
                return
    finally:
        for book in books:
            book.close()


def xls_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of the first sheet with something in it; numbers by their shortest exact writing.

    Raises RuleBroken ``purchase_file.protected``, ``.too_many_rows``, ``.too_many_columns``, and what xlrd raises.
    """
    import xlrd  # lazy: rarely needed

    if _ENCRYPTED in data:
        raise RuleBroken("purchase_file.protected", file=name)
    # BIFF 2 to 4 name no code page: Windows in India writes cp1252
    page = None if data.startswith(_OLE) else "cp1252"
    try:
        book = xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True, encoding_override=page
        )
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).casefold():
            raise RuleBroken("purchase_file.protected", file=name) from error
        raise
    with book:
        for index in range(min(book.nsheets, _MOST_PARTS)):
            sheet = book.sheet_by_index(index)
            rows = itertools.islice(sheet.get_rows(), MOST_ROWS + 1)
            shown = (
                (line, [_xls_cell(book, cell) for cell in row[: MOST_COLUMNS + 1]])
                for line, row in enumerate(rows, start=1)
            )
            first = next((row for row in shown if any(row[1])), None)
            if first is not None:
                yield first
                yield from shown
                return
            book.unload_sheet(index)


def _xls_cell(book: object, cell: object) -> str:
    import xlrd

    kind, value = getattr(cell, "ctype", 0), getattr(cell, "value", "")
    if kind == xlrd.XL_CELL_DATE:
        return sheets.shown(xlrd.xldate_as_datetime(value, getattr(book, "datemode", 0)))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return sheets.shown(bool(value))
    if kind in {xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER}:
        return sheets.shown(value)
    return ""
