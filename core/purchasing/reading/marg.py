"""The CSV that Marg writes for a customer: one H row, a T row for each line, one F row, all without a header.

Places of the fields are from fifteen real files of three suppliers; the supplier is in the file's name alone.
"""

from __future__ import annotations

import re
from datetime import date

from core.kernel.errors import RuleBroken
from core.kernel.gst import STATES
from core.kernel.money import Rate
from core.purchasing.reading.cells import Cells, one_number
from core.purchasing.reading.delimited import MARG_MARKER
from core.purchasing.reading.invoice import FileInvoice, FileLine, PrintedSums
from core.purchasing.reading.tables import Table

LAYOUT = "marg_htf"
_LEAST_FIELDS = 39
_HEAD = {"number": 2, "date": 3, "place": 13, "buyer": 30, "buyer_gstin": 32, "packed": 33}
_LINE = {
    "company": 2,
    "code": 3,
    "name": 5,
    "pack": 6,
    "batch": 8,
    "expiry": 9,
    "gst_percent": 12,
    "rate": 14,
    "mrp": 16,
    "quantity": 20,
    "free": 21,
    "discount_percent": 22,
    "discount": 23,
    "discount_percent_2": 24,
    "taxable": 25,
    "gst": 26,
    "hsn": 38,
}
_FOOT = {"total": 1, "discounts": 2, "gst": 9}
_FILE_NAME = re.compile(r"(?P<supplier>.+?)_(?P<day>\d{8})_[A-Z]{1,2}_.*\.csv", re.IGNORECASE | re.ASCII)
#: What the packed totals of a bill hold that carries IGST, and one that carries halves.
_INTER, _LOCAL = "CAN", "NAN"


def is_marg(table: Table) -> bool:
    """Say whether the rows are those of Marg's file."""
    first = table.rows[0].cells
    return first[0] == "H" and first[-1] == MARG_MARKER


def read_marg(table: Table) -> FileInvoice:
    """Return the invoice of Marg's file.

    Raises RuleBroken ``purchase_file.two_invoices``, ``.cell_unreadable``, ``.row_broken``, ``.no_such_row``.
    """
    heads, lines, feet = (
        [Cells(table.file, row, places) for row in table.rows if row.cell(0) == kind]
        for kind, places in (("H", _HEAD), ("T", _LINE), ("F", _FOOT))
    )
    number = one_number(table.file, dict.fromkeys(head.text("number") for head in heads))
    for row in table.rows:
        if row.cell(0) not in {"H", "T", "F"} or (row.cell(0) == "T" and len(row.cells) < _LEAST_FIELDS):
            raise RuleBroken("purchase_file.row_broken", file=table.file, line=row.line)
    if len(feet) != 1 or len(heads) != 1:
        raise RuleBroken("purchase_file.no_such_row", file=table.file, kind="F" if len(feet) != 1 else "H")
    [head], [foot] = heads, feet
    on_date = head.day("date")
    place = head.text("place")[:2]
    packed = head.text("packed")
    return FileInvoice(
        layout=LAYOUT,
        number=number,
        on_date=on_date,
        lines=tuple(_line(cells) for cells in lines),
        sums=PrintedSums(line_discounts=foot.money("discounts"), tax=foot.money("gst"), total=foot.money("total")),
        supplier=_supplier(table.file, on_date),
        buyer=head.text("buyer"),
        buyer_gstin=head.text("buyer_gstin"),
        place_of_supply=place if place in STATES else "",
        inter_state=True if _INTER in packed else False if _LOCAL in packed else None,
    )


def _line(cells: Cells) -> FileLine:
    expiry, unread = cells.expiry("expiry")
    return FileLine(
        row=cells.row.line,
        name=cells.text("name"),
        quantity=cells.packs("quantity"),
        rate=cells.rate("rate") or Rate(0),
        taxable=cells.amount("taxable"),
        code=cells.text("code"),
        pack=cells.text("pack"),
        maker=cells.text("company"),
        batch=cells.text("batch"),
        expiry=expiry,
        unread=unread,
        hsn=cells.text("hsn"),
        free=cells.packs("free"),
        mrp=cells.money("mrp") or None,
        discount_percent=cells.percent("discount_percent"),
        discount_percent_2=cells.percent("discount_percent_2"),
        discount=cells.money("discount"),
        gst_percent=cells.percent("gst_percent"),
        gst=cells.amount("gst"),
    )


def _supplier(file: str, on_date: date | None) -> str:
    """Return the supplier that Marg puts into the name of the file, empty where somebody renamed it."""
    match = _FILE_NAME.fullmatch(file)
    if match is None or on_date is None or match["day"] != f"{on_date:%Y%m%d}":
        return ""
    return " ".join(match["supplier"].replace("_", " ").split())
