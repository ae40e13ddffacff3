"""The export of 79 columns whose first is ``c2code``: a row for each line, what is of the bill repeated on each.

The same columns come as CSV and as .xls; neither names the supplier. What of a line's discounts is a percentage and
what an amount no file with any has shown yet, so the reading that adds up to the printed total is taken.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from core.kernel.dates import Expiry
from core.kernel.errors import RuleBroken
from core.kernel.money import BASIS_POINTS, NO_PERCENT, ZERO, Money, Percent, Rate
from core.purchasing.reading.arithmetic import closes, gross_of, in_sequence
from core.purchasing.reading.cells import Cells, one_number
from core.purchasing.reading.invoice import FileInvoice, FileLine, PrintedSums
from core.purchasing.reading.tables import Table

LAYOUT = "c2code"
_NEEDED = frozenset({"c2code", "invno", "invdate", "itemname", "invqty", "salerate", "itemmrp", "invamt"})
_PAPERS = {"credit_note": "crnt", "replacement": "repl", "advance": "adv"}
_SUMS = {
    "total": "invamt",
    "other_charges": "otherchg",
    "freight": "invfrght",
    "credit_note": "crntamt",
    "debit_note": "dbntamt",
    "advance": "advamt",
    "replacement": "replamt",
}


def is_c2code(table: Table) -> bool:
    """Say whether the first row has the names of these columns."""
    return {cell.casefold() for cell in table.rows[0].cells} >= _NEEDED


def read_c2code(table: Table) -> FileInvoice:
    """Return the invoice of such a file.

    Raises RuleBroken ``purchase_file.two_invoices``, ``purchase_file.two_totals``, ``purchase_file.cell_unreadable``.
    """
    places = {cell.casefold(): place for place, cell in enumerate(table.rows[0].cells)}
    rows = [Cells(table.file, row, places) for row in table.rows[1:]]
    number = one_number(table.file, dict.fromkeys(_number(cells) for cells in rows))
    sums = {name: _repeated(table.file, column, rows) for name, column in _SUMS.items()}
    invoice = FileInvoice(
        layout=LAYOUT,
        number=number,
        on_date=rows[0].day("invdate") if rows else None,
        lines=tuple(_line(cells, scheme_is_amount=True, discount_is_amount=False) for cells in rows),
        sums=PrintedSums(total=sums.pop("total"), tcs=_tcs(rows), **{k: v or ZERO for k, v in sums.items()}),
        papers=_papers(rows),
        inter_state=_inter_state(rows),
    )
    if not closes(invoice):
        return invoice
    for scheme_is_amount, discount_is_amount in product((True, False), repeat=2):
        lines = (
            _line(cells, scheme_is_amount=scheme_is_amount, discount_is_amount=discount_is_amount) for cells in rows
        )
        try:
            other = replace(invoice, lines=tuple(lines))
        except RuleBroken:  # an amount is no percentage
            continue
        if not closes(other):
            return other
    return invoice


def _number(cells: Cells) -> str:
    """Return the number with its prefix, which some files have in a column of its own."""
    prefix, number = cells.word("pfx"), cells.word("invno")
    return number if number.casefold().startswith(prefix.casefold()) else prefix + number


def _papers(rows: list[Cells]) -> dict[str, str]:
    """Return the number of what is set off by its kind, with its prefix; none where the lines name several."""
    found: dict[str, str] = {}
    for kind, column in _PAPERS.items():
        numbers = {cells.word(f"{column}pfx") + cells.word(f"{column}no") for cells in rows} - {"", "0"}
        if len(numbers) == 1:
            found[kind] = numbers.pop()
    return found


def _repeated(file: str, column: str, rows: list[Cells]) -> Money | None:
    """Return what each row repeats of the bill. Raises RuleBroken ``purchase_file.two_totals``."""
    found = {amount.paise: amount for cells in rows if (amount := cells.money(column)) is not None}
    told = [amount for amount in found.values() if amount] or list(found.values())
    if len(told) > 1:
        raise RuleBroken("purchase_file.two_totals", file=file, column=column, totals=", ".join(map(str, told)))
    return told[0] if told else None


def _tcs(rows: list[Cells]) -> Money:
    """Return TCS: repeated on each row where all are the same, else the lines' own."""
    amounts = [cells.amount("n_tcs_amt") for cells in rows]
    return amounts[0] if len(set(amounts)) == 1 else Money.total(amounts)


def _inter_state(rows: list[Cells]) -> bool | None:
    if any(cells.percent("igstper") for cells in rows):
        return True
    return False if any(cells.percent("cgstper") for cells in rows) else None


def _line(cells: Cells, *, scheme_is_amount: bool, discount_is_amount: bool) -> FileLine:
    expiry, unread = _expiry(cells)
    quantity, rate = cells.packs("invqty"), cells.rate("salerate") or Rate(0)
    ptr = cells.rate("ptr")
    scheme = cells.amount("invscdis")
    percents = [cells.percent("schper")]
    amount = ZERO
    if discount_is_amount:
        amount = cells.amount("invdisc")
    else:
        percents.append(cells.percent("invdisc"))
    if not scheme_is_amount:
        percents.append(cells.percent("invscdis"))
        scheme = ZERO
    first, second, *_ = [*(percent for percent in percents if percent), NO_PERCENT, NO_PERCENT]
    gst = sum(cells.percent(column).basis_points for column in ("cgstper", "sgstper", "igstper"))
    if gst > BASIS_POINTS:
        raise RuleBroken(
            "purchase_file.cell_unreadable", file=cells.file, line=cells.row.line, column="igstper", text=str(gst)
        )
    return FileLine(
        row=cells.row.line,
        name=cells.text("itemname"),
        quantity=quantity,
        rate=rate,
        taxable=in_sequence(gross_of(rate, quantity) - scheme - amount, first, second),
        code=cells.text("itemcode"),
        pack=cells.text("packname"),
        maker=cells.word("mfgcomp"),
        batch=cells.word("batchno"),
        expiry=expiry,
        unread=unread,
        hsn=cells.word("hsnsaccode"),
        free=cells.packs("invscqty"),
        mrp=cells.money("itemmrp") or None,
        ptr=ptr if ptr and ptr.parts else None,
        discount_percent=first,
        discount_percent_2=second,
        discount=amount or None,
        scheme_discount=scheme or None,
        gst_percent=Percent(gst),
    )


def _expiry(cells: Cells) -> tuple[Expiry | None, str]:
    """Return the expiry by its month: some rows give the month's first day, others its last."""
    expiry, unread = cells.expiry("expdate")
    return (Expiry.of_month(expiry.last_day.year, expiry.last_day.month) if expiry else None), unread
