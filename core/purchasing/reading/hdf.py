"""The CSV with a header for its D rows: H rows are names and values of the bill, the F row has its total.

Its ``VAT %`` is the whole GST, ``Amount`` the taxable value. Whether ``Discount`` is a percentage or an amount the one
real file did not show; the reading that adds up is taken.
"""

from __future__ import annotations

import re
from dataclasses import replace

from core.kernel.errors import RuleBroken
from core.kernel.money import NO_PERCENT, Money, Rate
from core.purchasing.reading import values
from core.purchasing.reading.arithmetic import closes
from core.purchasing.reading.cells import Cells, one_number
from core.purchasing.reading.invoice import FileInvoice, FileLine, PrintedSums
from core.purchasing.reading.tables import Row, Table

LAYOUT = "hdf"
_NEEDED = frozenset({"type", "name", "quantity", "selling rate", "mrp", "amount"})
#: What stands on lines besides GST and is paid with it.
_BESIDES = ("ts amt", "cess")


def is_hdf(table: Table) -> bool:
    """Say whether the first row heads columns of D rows and such rows follow."""
    header = [_plain(cell) for cell in table.rows[0].cells]
    return header[0] == "type" and set(header) >= _NEEDED and any(row.cell(0) == "D" for row in table.rows[1:])


def read_hdf(table: Table) -> FileInvoice:
    """Return the invoice of such a file.

    Raises RuleBroken ``purchase_file.two_invoices``, ``.two_totals``, ``.cell_unreadable``, ``.row_broken``.
    """
    places = {_plain(cell): place for place, cell in enumerate(table.rows[0].cells)}
    told: dict[str, dict[str, None]] = {}
    lines: list[Cells] = []
    for row in table.rows[1:]:
        kind = row.cell(0)
        if kind == "D":
            lines.append(Cells(table.file, row, places))
        elif kind in {"H", "F"} and len(row.cells) >= 2:
            told.setdefault(_plain(row.cell(1)), {})[row.cell(2)] = None
        else:
            raise RuleBroken("purchase_file.row_broken", file=table.file, line=row.line)
    invoice = FileInvoice(
        layout=LAYOUT,
        number=one_number(table.file, told.get("invno", {})),
        on_date=_head(table, "invdate").day("value"),
        lines=tuple(_line(cells, discount_is_amount=True) for cells in lines),
        sums=PrintedSums(
            total=_total(table, told.get("bill amount", {})),
            other_charges=Money.total(cells.amount(column) for cells in lines for column in _BESIDES),
        ),
        supplier=next(iter(told.get("supplier", {})), ""),
    )
    if not closes(invoice):
        return invoice
    try:
        other = replace(invoice, lines=tuple(_line(cells, discount_is_amount=False) for cells in lines))
    except RuleBroken:  # an amount is no percentage
        return invoice
    return invoice if closes(other) else other


def _plain(text: str) -> str:
    return re.sub(r"\.", "", text).casefold().strip()


def _head(table: Table, name: str) -> Cells:
    row = next((row for row in table.rows[1:] if row.cell(0) == "H" and _plain(row.cell(1)) == name), Row(0, ()))
    return Cells(table.file, row, {"value": 2})


def _total(table: Table, told: dict[str, None]) -> Money | None:
    if len(told) > 1:
        raise RuleBroken("purchase_file.two_totals", file=table.file, column="Bill Amount", totals=", ".join(told))
    return values.money_of(next(iter(told), ""))


def _line(cells: Cells, *, discount_is_amount: bool) -> FileLine:
    expiry, unread = cells.expiry("exp date")
    return FileLine(
        row=cells.row.line,
        name=cells.text("name"),
        quantity=cells.packs("quantity"),
        rate=cells.rate("selling rate") or Rate(0),
        taxable=cells.amount("amount"),
        code=cells.text("code"),
        pack=cells.text("packing"),
        batch=cells.text("batch no"),
        expiry=expiry,
        unread=unread,
        hsn=cells.text("hsn"),
        free=cells.packs("free"),
        mrp=cells.money("mrp") or None,
        ptr=cells.rate("ptr"),
        discount_percent=NO_PERCENT if discount_is_amount else cells.percent("discount"),
        discount=cells.money("discount") if discount_is_amount else None,
        gst_percent=cells.percent("vat %"),
        gst=cells.money("vat amt"),
    )
