"""Reads a table from a file that somebody sent: .csv, .xlsx or .xls, bounded and as cleaned text.

What the file says it is does not count, its first bytes do: shop programs write text files named .xls. An .xlsx is
read by openpyxl row by row, because calamine makes room for the whole rectangle up to the last cell and ends the
process when a hostile file puts one into the far corner; an .xls has at most 65,536 x 256 cells.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.kernel.errors import RuleBroken
from core.kernel.text import clean_line

MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_FILE_BYTES = 30 * 1024 * 1024
#: An .xlsx is a zip: 124 KB can unpack to gigabytes.
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
_MOST_PARTS = 2_000
_EXCEL_ROWS = 1_048_576

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = ",;\t|"
# what a spreadsheet itself shows of a number: 25.650000000000002 is 25.65
_SIGNIFICANT = ".15g"

#: Characters that steer a terminal or printer; they are dropped, and the line they stood in is named.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")

#: Stands after the last line: a reader that takes it into a cell waits for the end of a quote.
_END = "\uffff"

#: Line, cells as clean text, and whether a control character was dropped from them.
_NumberedRow = tuple[int, list[str], bool]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with something in it. ``line`` is its number in the file, as a spreadsheet or an editor shows it.

    ``fault`` is the code of what is wrong with the row itself, before anybody asks what its cells mean.
    """

    line: int
    cells: tuple[str, ...]
    fault: str | None = None

    def cell(self, column: int) -> str:
        """Return a cell's text, empty where the row is shorter."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the first row with two texts or more is its header, what stands below are its rows."""

    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(path: Path) -> Sheet:
    """Read the table of a file: the first sheet with a header; blank rows are left out, cells are one clean line.

    A number reads as a spreadsheet shows it (10.0 is ``10``, a cell formatted as percent ``5%``), a date as ISO, a
    time as ``2:05`` (which is what a spreadsheet makes of the quantity 2:5).

    Raises RuleBroken ``input.no_file``, ``input.is_folder``, ``sheet.unreadable``, ``sheet.too_big``, ``sheet.empty``,
    ``sheet.nul``, ``sheet.quote_open``.
    """
    if path.is_dir():
        raise RuleBroken("input.is_folder", file=path.name)
    if not path.is_file():
        raise RuleBroken("input.no_file", file=path.name)
    if path.stat().st_size > MOST_FILE_BYTES:
        raise _too_big(path)
    data = path.read_bytes()
    try:
        if data.startswith(_ZIP):
            rows = xlsx_rows(path, data)
        elif data.startswith(_OLE):
            rows = _xls_rows(path, data)
        else:
            rows = _csv_rows(path, _decode(data))
        return _table(path, rows, only_columns=not data.startswith((_ZIP, _OLE)))
    except RuleBroken:
        raise
    except Exception as error:  # the readers raise whatever a broken file makes them stumble over
        raise _unreadable(path) from error


def _table(path: Path, rows: Iterable[_NumberedRow], *, only_columns: bool) -> Sheet:
    """Take the header and the rows that have something in them.

    With ``only_columns`` a cell beyond the header is a fault: in a text file a comma was not quoted, while beside the
    table of a spreadsheet people write notes.
    """
    header: tuple[str, ...] | None = None
    kept: list[SheetRow] = []
    for line, cells, has_controls in rows:
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS or len(kept) >= MOST_ROWS:
            raise _too_big(path)
        if header is None:
            if sum(map(bool, cells)) >= 2:
                header = tuple(cells)
        elif cells:
            fault = "sheet.control_characters" if has_controls else None
            if only_columns and len(cells) > len(header):
                fault = "sheet.too_many_cells"
            kept.append(SheetRow(line, tuple(cells), fault))
    if header is None:
        raise RuleBroken("sheet.empty", file=path.name)
    return Sheet(header, tuple(kept))


def _decode(data: bytes) -> str:
    """Decode a text file: UTF-8, UTF-16 where its mark says so, else what Windows in India writes."""
    if data.startswith(_UTF_16):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _csv_rows(path: Path, text: str) -> Iterator[_NumberedRow]:
    if text.lstrip().startswith("<"):  # a web page named .xls
        raise _unreadable(path)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        if line == 1:  # another kind of file
            raise _unreadable(path)
        raise RuleBroken("sheet.nul", file=path.name, line=line)
    first_line = text.lstrip("\r\n \t").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(itertools.chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter)
    is_clean = _CONTROL.search(text) is None
    line = start = 1
    try:
        for cells in reader:
            if cells == [_END]:
                return
            has_controls = not is_clean and any(map(_CONTROL.search, cells))
            yield line, [clean_line(cell) for cell in cells[: MOST_COLUMNS + 1]], has_controls
            line, start = reader.line_num + 1, line
    except csv.Error:  # a cell without end
        if '"' not in text:
            raise
        start = line
    raise RuleBroken("sheet.quote_open", file=path.name, line=start)  # it took the end for a part of its cell


def xlsx_rows(path: Path, data: bytes) -> Iterator[_NumberedRow]:
    """Yield line, cells and whether a control character was dropped, of the first visible sheet with something in it.

    ``path`` only names the file. Blank rows count as lines and may be left out; cells may end in blank ones.

    Raises RuleBroken ``sheet.too_big``, and whatever openpyxl stumbles over.
    """
    import openpyxl  # lazy: loading it takes 0.2 s, and most starts read no file

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        # zipfile never reads more of a part than its directory says, so the directory can be believed
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise _too_big(path)
    with warnings.catch_warnings(action="ignore"):  # other programs' styles, which do not matter here
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            found = False
            gap: tuple[Any, ...] = ()
            # openpyxl fills gaps with one and the same empty row, without end where a file names a row Excel has not
            read = sheet.iter_rows(max_row=_EXCEL_ROWS, max_col=MOST_COLUMNS + 1)
            for line, cells in enumerate(read, start=1):
                if cells is gap:
                    continue
                texts = [_show_cell(cell) for cell in cells]
                if any(texts):
                    found = True
                    yield line, texts, _has_controls(cell.value for cell in cells)
                else:
                    gap = cells
            if found:
                return
    finally:
        book.close()


def _xls_rows(path: Path, data: bytes) -> Iterator[_NumberedRow]:
    from python_calamine import CalamineWorkbook  # lazy: rarely needed

    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for index in range(len(book.sheet_names)):
            sheet = book.get_sheet_by_index(index)
            if sheet.total_width > MOST_COLUMNS or sheet.total_height > _EXCEL_ROWS:
                raise _too_big(path)
            rows = sheet.to_python(skip_empty_area=False)
            if any(any(cell != "" for cell in row) for row in rows):
                for line, row in enumerate(rows, start=1):
                    yield line, [shown(cell) for cell in row], _has_controls(row)
                return


def _has_controls(values: Iterable[object]) -> bool:
    return any(isinstance(value, str) and _CONTROL.search(value) is not None for value in values)


def _show_cell(cell: Any) -> str:
    """Return a cell of openpyxl as text; only a number's format matters, and looking it up costs time."""
    value = cell.value
    if isinstance(value, int | float) and "%" in (cell.number_format or ""):
        return f"{_plain(_exact(value) * 100)}%"
    return shown(value)


def shown(value: object) -> str:
    """Return a cell's value as one clean line, as a spreadsheet shows it: 25.650000000000002 is ``25.65``."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_line(value) if value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _plain(_exact(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02d}"
    if isinstance(value, timedelta):
        minutes = value // timedelta(minutes=1)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return clean_line(str(value))


def _exact(value: int | float) -> Decimal:
    return Decimal(format(value, _SIGNIFICANT) if isinstance(value, float) else value)


def _plain(number: Decimal) -> str:
    if not number.is_finite():
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _too_big(path: Path) -> RuleBroken:
    return RuleBroken(
        "sheet.too_big",
        file=path.name,
        megabytes=MOST_FILE_BYTES // (1024 * 1024),
        rows=f"{MOST_ROWS:,}",
        columns=MOST_COLUMNS,
    )


def _unreadable(path: Path) -> RuleBroken:
    return RuleBroken("sheet.unreadable", file=path.name)
