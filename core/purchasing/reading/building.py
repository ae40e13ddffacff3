"""Puts an invoice together from a table whose columns have roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from core.kernel.errors import RuleBroken
from core.kernel.money import NO_PERCENT, Money, Percent, Rate
from core.purchasing.reading import values
from core.purchasing.reading.body import Body
from core.purchasing.reading.cells import Cells, one_number
from core.purchasing.reading.columns import Column
from core.purchasing.reading.invoice import FileInvoice, FileLine, PackCount, PrintedSums
from core.purchasing.reading.letterhead import Letterhead
from core.purchasing.reading.roles import Role
from core.purchasing.reading.values import PARTS

LAYOUT = "table"


def build(
    file: str,
    body: Body,
    columns: Sequence[Column],
    roles: Mapping[int, Role],
    head: Letterhead,
    *,
    taxable: Sequence[int],
    percents: Sequence[int] | None,
    sums: PrintedSums,
    papers: Mapping[str, str],
    net: bool,
    inter_state: bool | None,
) -> FileInvoice:
    """Return the invoice of a table. ``taxable`` is in paise, ``percents`` of GST in 1/10000 percent.

    Raises RuleBroken ``purchase_file.two_invoices``, ``purchase_file.two_suppliers``,
    ``purchase_file.cell_unreadable``.
    """
    by_role = {role: column for column in columns if (role := roles.get(column.place)) is not None}
    places = {role.value: column.place for role, column in by_role.items()}
    cells = [Cells(file, row, places) for row in body.lines]
    numbers = dict.fromkeys(cell.text(Role.INVOICE_NUMBER) for cell in cells if cell.text(Role.INVOICE_NUMBER))
    lines = tuple(
        _line(
            cell,
            by_role,
            at,
            Money(taxable[at]),
            None if percents is None else Percent(percents[at] // 100),
        )
        for at, cell in enumerate(cells)
    )
    first = cells[0]
    sellers = {name.casefold(): name for cell in cells if (name := cell.text(Role.SUPPLIER))}
    if len(sellers) > 1:
        raise RuleBroken("purchase_file.two_suppliers", file=file, suppliers=", ".join(sellers.values()))
    return FileInvoice(
        layout=LAYOUT,
        number=one_number(file, numbers or dict.fromkeys(head.numbers)),
        on_date=_day(first, Role.INVOICE_DATE) or head.on_date,
        due_on=_day(first, Role.DUE_DATE) or head.due_on,
        due_unread=head.due_unread,
        lines=lines,
        sums=sums,
        papers=papers,
        supplier=first.text(Role.SUPPLIER) or head.supplier,
        supplier_gstin=first.text(Role.SUPPLIER_GSTIN) or head.supplier_gstin,
        buyer_gstin=head.buyer_gstin,
        place_of_supply=head.place_of_supply,
        inter_state=inter_state,
        rate_after_discount=net,
    )


def _day(cells: Cells, role: Role) -> date | None:
    try:
        return cells.day(role)
    except RuleBroken:
        return None


def _line(cells: Cells, by_role: Mapping[Role, Column], at: int, taxable: Money, percent: Percent | None) -> FileLine:
    expiry, unread = cells.expiry(Role.EXPIRY)
    billed, beside = _counts(by_role.get(Role.QUANTITY), at)
    rated = by_role.get(Role.RATE) or by_role.get(Role.NET_RATE) or by_role.get(Role.PTR)
    ptr = by_role.get(Role.PTR)
    if ptr is None and rated is not None and Role.PTR in rated.said | rated.suggested:
        ptr = rated
    return FileLine(
        row=cells.row.line,
        name=cells.text(Role.NAME),
        quantity=billed,
        rate=_rate(rated, at) or Rate(0),
        taxable=taxable,
        code=cells.text(Role.CODE),
        pack=cells.text(Role.PACK),
        maker=cells.text(Role.MAKER),
        batch=cells.text(Role.BATCH),
        expiry=expiry,
        unread=unread,
        hsn=cells.text(Role.HSN),
        free=beside if Role.FREE not in by_role else cells.free(Role.FREE),
        mrp=cells.money(Role.MRP) or None,
        ptr=_rate(ptr, at),
        discount_percent=cells.percent(Role.DISCOUNT_PERCENT) or NO_PERCENT,
        discount_percent_2=cells.percent(Role.DISCOUNT_PERCENT_2) or NO_PERCENT,
        discount=cells.money(Role.DISCOUNT),
        scheme=cells.text(Role.SCHEME),
        scheme_discount=cells.money(Role.SCHEME_DISCOUNT),
        gst_percent=percent,
        cgst=cells.money(Role.CGST),
        sgst=cells.money(Role.SGST),
        igst=cells.money(Role.IGST),
        gst=cells.money(Role.GST),
        gross=cells.money(Role.GROSS),
        amount=cells.money(Role.AMOUNT),
    )


def _counts(column: Column | None, at: int) -> tuple[PackCount, PackCount]:
    billed, free = column.counts[at] if column is not None and column.counts is not None else (0, 0)
    return PackCount(billed * 1_000 // PARTS), PackCount(free * 1_000 // PARTS)


def _rate(column: Column | None, at: int) -> Rate | None:
    if column is None or column.numbers is None or not column.numbers[at]:
        return None
    return values.as_rate(column.numbers[at])
