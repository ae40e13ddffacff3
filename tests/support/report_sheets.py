"""Reports put together by hand, as whoever writes files and papers gets them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from core.kernel.dates import Expiry, ExpiryPrecision
from core.kernel.money import Money
from core.reporting.columns import Kind, Quantity, ReportColumn, Value
from core.reporting.report import ReportRow, Stopped
from core.reporting.shaping import AS_IT_COMES, ReportLine, Shape, shaped, visible_columns
from core.reporting.sheets import Sheet
from core.settings.dto import ShopView
from tests.support.bill_views import shop_view

NOW = datetime(2026, 11, 20, 13, 5, 30, tzinfo=UTC)
MONTH = Expiry(date(2027, 3, 31), ExpiryPrecision.MONTH)
DAY = Expiry(date(2027, 3, 15), ExpiryPrecision.DAY)

#: A column of each kind.
COLUMNS = (
    ReportColumn("item", "Item", Kind.TEXT, 24, stretches=True),
    ReportColumn("bills", "Bills", Kind.COUNT, 6, adds_up=True),
    ReportColumn("sold", "Sold", Kind.QUANTITY, 8),
    ReportColumn("total", "Total", Kind.MONEY, 13, adds_up=True),
    ReportColumn("margin", "Margin %", Kind.PERCENT, 8),
    ReportColumn("day", "Last sold", Kind.DATE, 11),
    ReportColumn("at", "Last bill", Kind.TIME, 17),
    ReportColumn("expiry", "Expiry", Kind.EXPIRY, 11),
)
ROWS: tuple[tuple[Value, ...], ...] = (
    ("Crocin Advance", 123456, Quantity(95, 10), Money(12_34_567_89), 1250, date(2026, 11, 20), NOW, MONTH),
    ("Dolo 650", 7, Quantity(-3, 1), Money(-1_23_456_70), -5, date(2024, 2, 29), NOW, DAY),
    ("पैरासिटामोल", 0, Quantity(0, 15), Money(9_95), 10000, None, None, None),
)

#: Names that a spreadsheet, a reader of XML or of markup could take for something else.
HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://example.com","x")',
    "+911234567890",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\x00=1+1",
    " =1+1",
    "＝1+1",
    "#N/A",
    "TRUE",
    "1e5",
    "0042",
    "_x0041_",
    "_x005F_x0041_",
    "two\nlines",
    "two\r\nlines",
    "bell\x07 and \x1b[31mred",
    "half \ud800 a letter",
    "none \ufffe \uffff",
    "<b>bold</b> &amp; <para> &#61;",
    "]]>",
    'a "quoted", name; with\ttab',
    "שלום עולם",
    "\u202egnp.exe",
    "😀" * 9,
    " spaces ",
)


def sheet_of_rows(
    rows: Iterable[Sequence[Value]] = ROWS,
    columns: Sequence[ReportColumn] = COLUMNS,
    shape: Shape = AS_IT_COMES,
    *,
    title: str = "Sales by item",
    heading: str = "Days: 01-11-2026 to 20-11-2026; User: meena",
    note: str = "Returns are taken off.",
    shop: ShopView | None = None,
) -> Sheet:
    """Return a report of rows in a shape, its lines to be read once, with the sum of all that adds up."""
    lines = shaped(columns, (ReportRow(tuple(row)) for row in rows), shape)
    return Sheet(title, heading, visible_columns(columns, shape), lines, shop or shop_view(), NOW, note)


def sheet_of_lines(lines: Iterable[ReportLine], columns: Sequence[ReportColumn] = COLUMNS) -> Sheet:
    """Return a report of these very lines."""
    return Sheet("Sales by item", "", columns, lines, shop_view(), NOW)


def sheet_of_texts(texts: Iterable[str]) -> Sheet:
    """Return a report of one column of texts."""
    return sheet_of_rows([(text,) for text in texts], (ReportColumn("name", "Name", Kind.TEXT),))


def texts(longest: int = 200) -> st.SearchStrategy[str]:
    """Text of any kind, that which is hostile by design among it, halves of characters and control ones too."""
    return st.sampled_from(HOSTILE) | st.text(st.characters(), max_size=longest) | st.text("=+-@\t\r\n_x05F<&'\" ")


def stops_after(calls: int) -> Callable[[int, int], None]:
    """Return a tick that wants no more after so many calls."""
    told: list[int] = []

    def tick(done: int, _whole: int) -> None:
        told.append(done)
        if len(told) > calls:
            raise Stopped

    return tick
