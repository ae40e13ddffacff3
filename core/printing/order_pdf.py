"""An order on sheets of paper: what a supplier is asked for, in the supplier's own codes and units.

What the goods are expected to cost is left out: it may be what another supplier asked.
"""

from __future__ import annotations

from core.kernel.dates import show_date
from core.printing.measures import A4, Sheet
from core.printing.order_words import (
    ORDER,
    closed_mark,
    count_of_items,
    order_facts,
    supplier_lines,
    wanted,
)
from core.printing.page import Page, Piece, Side, beside, space, stack, text_block, to_pdf
from core.printing.sheet import (
    DASH,
    DOT,
    demo_watermark,
    fact,
    letterhead,
    paginate,
    sheet_pages,
    short_head,
    signature,
    signed,
)
from core.printing.table import Cell, Column, Table, lay_out
from core.printing.wording import DEMO
from core.purchasing.order_dto import OrderLineView, OrderView
from core.settings.dto import ShopView

_WRITE_NUMBER = "Please write the number of this order on the bill."


def order_pdf(order: OrderView, shop: ShopView, sheet: Sheet = A4) -> bytes:
    """Return the order as a PDF. The same order gives the same bytes."""
    title = f"{ORDER.capitalize()} {order.number}"
    return to_pdf(order_pages(order, shop, sheet), sheet.size, title=title, author=shop.name)


def order_pages(order: OrderView, shop: ShopView, sheet: Sheet = A4) -> list[Page]:
    """Return the order's pages as data."""
    marks = [*closed_mark(order), *([DEMO] if shop.is_demo else [])]
    first = stack(letterhead(sheet, shop, ORDER, marks), _parties(order, sheet), space(6))
    reference = f"No. {order.number}{DOT}{show_date(order.date)}"
    further = stack(short_head(sheet, shop, DASH.join([ORDER, *marks]), reference, order.supplier_name), space(6))
    bodies = paginate(sheet, first, further, _lines(order, sheet), stack(space(8), _closing(order, shop, sheet)))
    return sheet_pages(sheet, bodies, count_of_items(order), f"Ordered by {order.username}", demo_watermark(shop))


def _parties(order: OrderView, sheet: Sheet) -> Piece:
    half = sheet.width / 2
    left = stack(
        text_block("To", sheet.label, half - 12),
        *(
            text_block(line, sheet.text if row else sheet.strong, half - 12)
            for row, line in enumerate(supplier_lines(order))
        ),
    )
    right = stack(*(fact(sheet, label, text, half) for label, text in order_facts(order)))
    return stack(space(5), beside((0, left), (half, right)), space(5))


def _lines(order: OrderView, sheet: Sheet) -> Table:
    with_code = any(line.supplier_code for line in order.lines)
    with_free = any(line.free_units for line in order.lines)
    columns = [
        Column("Sl", Side.RIGHT),
        *([Column("Your code", widest=80.0, least=50)] if with_code else []),
        Column("Item", takes_rest=True),
        Column("Pack", widest=80.0, least=44),
        Column("Unit", least=40),
        Column("Qty", Side.RIGHT, least=44),
        *([Column("Free", Side.RIGHT, least=36)] if with_free else []),
    ]
    rows = [_line(line, with_code=with_code, with_free=with_free) for line in order.lines]
    # larger than on a bill: it is read out on the telephone and ticked off by hand
    return lay_out(columns, rows, sheet.width, sizes=(9.0, *sheet.table_sizes), least_rest=sheet.least_item + 60)


def _line(line: OrderLineView, *, with_code: bool, with_free: bool) -> list[Cell]:
    quantity, unit, free = wanted(line)
    return [
        Cell(str(line.line)),
        *([Cell(line.supplier_code or "")] if with_code else []),
        Cell(line.item_name, note=line.manufacturer or ""),
        Cell(line.pack_label),
        Cell(unit),
        Cell(quantity),
        *([Cell(free)] if with_free else []),
    ]


def _closing(order: OrderView, shop: ShopView, sheet: Sheet) -> Piece:
    width = sheet.width - sheet.sign_width - 24
    said = [text_block(count_of_items(order), sheet.strong, width)]
    if order.note:
        said += [space(4), text_block(order.note, sheet.text, width)]
    return signed(sheet, [_WRITE_NUMBER], signature(sheet, shop, None), above=stack(*said))
