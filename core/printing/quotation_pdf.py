"""A quotation on sheets of paper: what goods would cost, until when, and that it is no invoice."""

from __future__ import annotations

from core.kernel.quantity import show_quantity
from core.kernel.words import rupees_in_words
from core.printing import wording
from core.printing.closing import sums
from core.printing.measures import A4, Sheet
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
from core.sales.quotation_dto import QuotationLineView, QuotationView
from core.settings.dto import ShopView


def quotation_pdf(quotation: QuotationView, shop: ShopView, sheet: Sheet = A4) -> bytes:
    """Return the quotation as a PDF. The same quotation gives the same bytes."""
    title = f"{wording.QUOTATION.title()} {quotation.number}"
    return to_pdf(quotation_pages(quotation, shop, sheet), sheet.size, title=title, author=shop.name)


def quotation_pages(quotation: QuotationView, shop: ShopView, sheet: Sheet = A4) -> list[Page]:
    """Return the quotation's pages as data."""
    marks = [wording.DEMO] if shop.is_demo else []
    first = stack(
        letterhead(
            sheet,
            shop,
            wording.QUOTATION,
            marks,
            strong=[wording.NOT_AN_INVOICE],
            declaration=wording.declaration(shop),
        ),
        _parties(quotation, sheet),
        space(6),
    )
    (_, number), *_, (until, day) = wording.quotation_facts(quotation)
    name = quotation.customer.name if quotation.customer else None
    title = DASH.join([wording.QUOTATION, *marks])
    further = stack(short_head(sheet, shop, title, f"No. {number}{DOT}{until} {day}", name), space(6))
    bodies = paginate(
        sheet, first, further, _lines(quotation, sheet), stack(space(8), _closing(quotation, shop, sheet))
    )
    by = f"Quoted by {quotation.username}"
    return sheet_pages(sheet, bodies, wording.NOT_AN_INVOICE, by, demo_watermark(shop))


def _parties(quotation: QuotationView, sheet: Sheet) -> Piece:
    half = sheet.width / 2
    customer = wording.quoted_customer(quotation)
    left = stack(
        *([text_block("For", sheet.label, half - 12)] if customer else []),
        *(text_block(line, sheet.text if row else sheet.strong, half - 12) for row, line in enumerate(customer)),
    )
    right = stack(*(fact(sheet, label, text, half) for label, text in wording.quotation_facts(quotation)))
    return stack(space(5), beside((0, left), (half, right)), space(5))


def _lines(quotation: QuotationView, sheet: Sheet) -> Table:
    with_discount = bool(quotation.discount)
    columns = [
        Column("Sl", Side.RIGHT),
        Column("Item", takes_rest=True),
        Column("Qty", Side.RIGHT, least=44),
        Column("MRP", Side.RIGHT, least=60),
        *([Column("Discount", Side.RIGHT, least=60)] if with_discount else []),
        Column("Amount", Side.RIGHT, least=70),
    ]
    last = [
        *(Cell(text) for text in ("", "Total", "", "")),
        *([Cell(quotation.discount.grouped())] if with_discount else []),
        Cell((quotation.gross - quotation.discount).grouped()),
    ]
    rows = [_line(line, with_discount=with_discount) for line in quotation.lines]
    return lay_out(
        columns, rows, sheet.width, sizes=(8.2, 7.4, 6.6, 6.0, 5.2), least_rest=sheet.least_item + 30, sums=last
    )


def _line(line: QuotationLineView, *, with_discount: bool) -> list[Cell]:
    details = (line.manufacturer, line.pack_label, wording.TO_ORDER if line.to_order else None)
    return [
        Cell(str(line.line)),
        Cell(line.item_name, note=DOT.join(filter(None, details))),
        Cell(show_quantity(line.units, line.pieces_per_pack)),
        Cell(line.mrp.grouped()),
        *([Cell(line.discount.grouped())] if with_discount else []),
        Cell(line.amount.grouped()),
    ]


def _closing(quotation: QuotationView, shop: ShopView, sheet: Sheet) -> Piece:
    right_width = sheet.sums_right
    left_width = sheet.width - right_width - 24
    left = stack(
        text_block("Amount in words", sheet.label, left_width),
        text_block(rupees_in_words(quotation.total), sheet.strong, left_width),
    )
    right = sums(sheet, wording.quotation_sums(quotation), quotation.total)
    return stack(
        beside((0, left), (sheet.width - right_width, right)),
        space(10),
        signed(sheet, wording.quotation_notes(quotation, shop), signature(sheet, shop, None)),
    )
