"""A report as an Excel workbook. Everything that goes into a cell goes through ``_Cells``: nothing is ever a formula.

openpyxl is imported only when a workbook is written (224 ms).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.boundary.files import written_whole
from core.kernel.clock import INDIA
from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.errors import RuleBroken
from core.kernel.money import Money
from core.reporting.columns import Kind, ReportColumn, Value, percent_text, show_value
from core.reporting.report import Tick
from core.reporting.shaping import LineKind, ReportLine
from core.reporting.sheets import Sheet
from core.reporting.writing.pieces import beside, lines_beside
from core.reporting.writing.telling import lines_told

if TYPE_CHECKING:
    from openpyxl import Workbook

#: What Excel takes, heads included.
MOST_ROWS = 1_048_576
MOST_LETTERS = 32_767
_MOST_TITLE = 31
#: So many rows are looked at to see how wide a column has to be.
_SAMPLE = 300
_WIDEST = 60
#: How wide columns of a kind are at least: a sum is longer than what it adds up.
_LEAST = {Kind.MONEY: 15, Kind.COUNT: 8, Kind.DATE: 11, Kind.TIME: 17, Kind.EXPIRY: 11, Kind.PERCENT: 9}

_TEXT_FORMAT, _PERCENT_FORMAT = "@", "0.00"
_DAY_FORMAT, _MONTH_FORMAT, _TIME_FORMAT = "DD-MM-YYYY", "MM/YYYY", "DD-MM-YYYY HH:MM"
_FIRST_YEAR = 1900  # Excel's days begin here; earlier ones are text
_LAKH, _CRORE = 100_000, 10_000_000
_THOUSANDS, _LAKHS, _CRORES = r"##,##0", r"##\,##\,##0", r"##\,##\,##\,##0"

# control characters, halves of a character and the two that are none: XML has no place for them
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
# what Excel reads as the number of a character, where it stands in a text by itself
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\\n\r\t]")


def write_excel(sheet: Sheet, path: Path, tick: Tick) -> int:
    """Write a report with what it is above it, and return how many rows it has, sums and heads of groups not counted.

    Amounts and counts are numbers in Indian grouping, a percentage is the number before the sign (12.50), days are
    days, instants India's time, quantities text (``9:5``) with their pieces as a number beside. Sums are values: a
    filter does not change them.

    Raises RuleBroken ``reports.too_long_for_excel``, EnvironmentFault ``files.cannot_write``; the old file then stands
    as it was.
    """
    from openpyxl import Workbook  # lazy: 0.2 s

    book = Workbook(write_only=True)
    with written_whole(path, shared=True) as temporary, _swept(book):
        count = _fill(book, sheet, tick)
        with temporary.open("wb") as file:
            book.save(file)
    return count


@contextmanager
def _swept(book: Workbook) -> Iterator[None]:
    """Take away what openpyxl wrote into the folder of temporary files, where a workbook is not saved.

    By itself it does so when the program ends, and a counter runs for weeks: a shop's figures would lie there.
    """
    try:
        yield
    except BaseException:
        for worksheet in book.worksheets:
            writer: Any = getattr(worksheet, "_writer", None)
            if writer is not None:
                with suppress(OSError):
                    worksheet.close()
                    writer.cleanup()
        raise


def _fill(book: Workbook, sheet: Sheet, tick: Tick) -> int:
    worksheet: Any = book.create_sheet(sheet_title(sheet.title))  # its stubs know half of what it has
    book.properties.creator = "Nuskha"
    book.properties.title = clean(sheet.title)
    book.properties.created = sheet.made_at.astimezone(UTC).replace(tzinfo=None)
    book.calculation.fullCalcOnLoad = False  # nothing is to be worked out, and nothing to be saved when it is closed
    worksheet._values_to_row = _placed
    columns = beside(sheet.columns)
    lines = lines_beside(sheet.columns, lines_told(sheet, tick))
    sample = list(islice(lines, _SAMPLE))
    head = _head(sheet)
    titles_at = len(head) + 2  # below an empty row
    most = MOST_ROWS - titles_at
    _set_up(worksheet, columns, sample, titles_at)
    cells = _Cells(worksheet, columns)
    for number, text in enumerate(head):
        worksheet.append([cells.head(text, is_title=number == 0)])
    worksheet.append([])
    worksheet.append(cells.titles())
    count = filtered = 0
    for number, line in enumerate(chain(sample, lines), 1):
        if number > most:
            raise RuleBroken("reports.too_long_for_excel", most=most)
        worksheet.append(cells.line(line))
        if line.kind is LineKind.ROW:
            count += 1
        if line.kind is not LineKind.TOTAL:  # which stands below whatever a filter leaves
            filtered = number
    worksheet.auto_filter.ref = f"A{titles_at}:{_letter(len(columns))}{titles_at + filtered}"
    return count


def _placed(cells: Iterable[Any], row: int) -> Iterator[Any]:
    """Yield the cells of a row at their places.

    In place of openpyxl's own, which takes each cell for a value at first and says in a sentence why it is none: a
    fifth of the time of a file.
    """
    for column, cell in enumerate(cells, 1):
        if cell is not None:
            cell.column, cell.row = column, row
            yield cell


def _head(sheet: Sheet) -> list[str]:
    shop = sheet.shop
    whose = [shop.name, *([f"GSTIN: {shop.gstin}"] if shop.gstin else []), *(["DEMO"] if shop.is_demo else [])]
    made = f"Made {show_value(Kind.TIME, sheet.made_at)}"
    return [text for text in (sheet.title, " · ".join(whose), sheet.heading, made, sheet.note) if text]


def _set_up(worksheet: Any, columns: Sequence[ReportColumn], sample: Sequence[ReportLine], titles_at: int) -> None:
    """Say all that stands in the file before the rows: widths, what stays in sight, and how it is printed."""
    for at, column in enumerate(columns):
        values = [line.values[at] for line in sample if line.kind is not LineKind.GROUP]
        worksheet.column_dimensions[_letter(at + 1)].width = _width(column, values)
    worksheet.freeze_panes = f"A{titles_at + 1}"
    worksheet.print_title_rows = f"{titles_at}:{titles_at}"
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = 9  # A4
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 0  # as many pages as it takes
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.page_margins.left = worksheet.page_margins.right = 0.4  # inches
    worksheet.oddFooter.right.text = "Page &P of &N"


def _width(column: ReportColumn, values: Sequence[Value]) -> int:
    """Return how many letters wide a column is, with room for the button of the filter."""
    longest = max((len(show_value(column.kind, value)) for value in values), default=0)
    title = max(map(len, column.title.split()), default=0) + 3
    return min(max(longest, title, column.letters, _LEAST.get(column.kind, 6)) + 1, _WIDEST)


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(number)


class _Cells:
    """The one way into a cell: its content under the type that it has, never one that openpyxl or Excel works out.

    Each look of a column is made once and its cell filled again for each row: looking a style up costs more than
    writing what it stands on.
    """

    def __init__(self, worksheet: Any, columns: Sequence[ReportColumn]) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self._worksheet, self._columns = worksheet, columns
        self._made: dict[tuple[int, LineKind, str], Any] = {}
        self._bold = Font("Calibri", 11, bold=True)
        self._title = Font("Calibri", 14, bold=True)
        self._right = Alignment("right")
        self._left_head = Alignment(vertical="center", wrap_text=True)
        self._right_head = Alignment("right", "center", wrap_text=True)
        self._head_fill = PatternFill("solid", start_color="FFD9D9D9")
        self._group_fill = PatternFill("solid", start_color="FFF2F2F2")
        self._rules = {
            LineKind.SUBTOTAL: Border(top=Side("thin")),
            LineKind.TOTAL: Border(top=Side("medium"), bottom=Side("medium")),
        }

    def head(self, text: str, *, is_title: bool) -> Any:
        """Return the cell of a line above the table."""
        cell = self._text(text)
        if is_title:
            cell.font = self._title
        return cell

    def titles(self) -> list[Any]:
        """Return the row of titles."""
        cells = []
        for column in self._columns:
            cell = self._text(column.title)
            cell.font, cell.fill = self._bold, self._head_fill
            cell.alignment = self._right_head if column.kind.is_number else self._left_head
            cells.append(cell)
        return cells

    def line(self, line: ReportLine) -> list[Any]:
        """Return a row's cells, which are others' again after it is written."""
        return [
            None if value is None and line.kind is LineKind.ROW else self._cell(at, line.kind, value)
            for at, value in enumerate(line.values)
        ]

    def _text(self, text: str) -> Any:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._worksheet, clean(text))
        cell.data_type = "s"
        return cell

    def _cell(self, at: int, kind: LineKind, value: Value) -> Any:
        content, data_type, number_format = _content(self._columns[at].kind, value)
        cell = self._made.get((at, kind, number_format))
        if cell is None:
            cell = self._made[at, kind, number_format] = self._styled(at, kind, number_format)
        # past what openpyxl would make of it: a text that begins with = would be a formula, and take longer
        cell._value, cell.data_type = content, data_type
        return cell

    def _styled(self, at: int, kind: LineKind, number_format: str) -> Any:
        cell = self._text("")
        cell.number_format = number_format
        if self._columns[at].kind is Kind.QUANTITY:
            cell.alignment = self._right
        if kind is not LineKind.ROW:
            cell.font = self._bold
        if kind is LineKind.GROUP:
            cell.fill = self._group_fill
        if kind in self._rules:
            cell.border = self._rules[kind]
        return cell


def _content(kind: Kind, value: Value) -> tuple[str | date | None, str, str]:
    """Return what stands in a cell, openpyxl's letter for its type, and its number format.

    Numbers are handed on as the digits that they are written in: as binary fractions 64.12 would be 64.1199999.
    """
    if value is None:
        return None, "n", _TEXT_FORMAT
    if isinstance(value, Money):
        return str(value), "n", indian_format(abs(value.paise) // 100, is_negative=value.paise < 0, decimals=".00")
    if isinstance(value, datetime):
        return _in_india(value), "d", _TIME_FORMAT
    day = value.last_day if isinstance(value, Expiry) else value
    if isinstance(day, date) and day.year >= _FIRST_YEAR:
        is_month = isinstance(value, Expiry) and value.precision is ExpiryPrecision.MONTH
        return day, "d", _MONTH_FORMAT if is_month else _DAY_FORMAT
    if isinstance(value, int):
        if kind is Kind.PERCENT:
            return percent_text(value), "n", _PERCENT_FORMAT
        return str(value), "n", indian_format(abs(value), is_negative=value < 0)
    return clean(show_value(kind, value)), "s", _TEXT_FORMAT


def indian_format(size: int, *, is_negative: bool, decimals: str = "") -> str:
    """Return the number format that groups a number of that size as India does: 1,23,456.00 and -1,23,456.00.

    A format takes two conditions, and two more would be needed for what is below zero; spreadsheets also disagree on
    whether a section that only such a condition leads to shows the sign. So a number below zero has a format of one
    section for its own size, whose sign all of them show. From 100 crore on further digits stand before the first
    comma.
    """
    if not is_negative:
        return f"[>={_CRORE}]{_CRORES}{decimals};[>={_LAKH}]{_LAKHS}{decimals};{_THOUSANDS}{decimals}"
    groups = _CRORES if size >= _CRORE else _LAKHS if size >= _LAKH else _THOUSANDS
    return groups + decimals


def clean(text: str) -> str:
    """Return a text as Excel takes it: without what XML has no place for, and cut where a cell ends."""
    kept = _LINE_END.sub("\n", _NOT_IN_XML.sub("", text))
    return _cut(_ESCAPE.sub("_x005F_", kept), MOST_LETTERS)


def sheet_title(title: str) -> str:
    """Return a name that Excel takes for a sheet."""
    return _cut(_NOT_IN_TITLE.sub(" ", _NOT_IN_XML.sub("", title)), _MOST_TITLE).strip(" '") or "Report"


def _cut(text: str, most: int) -> str:
    """Return no more of a text than that; Excel counts a letter beyond the first 65,536 as two."""
    if 2 * len(text) <= most:
        return text
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")


def _in_india(instant: datetime) -> datetime:
    """Return an instant as Excel takes it: the clock of India, which knows of no zone, to the second."""
    return instant.astimezone(INDIA).replace(tzinfo=None, microsecond=0)
