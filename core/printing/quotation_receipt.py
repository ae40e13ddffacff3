"""A quotation laid out for a receipt roll of 32, 42 or 48 columns."""

from __future__ import annotations

from core.kernel.quantity import show_quantity
from core.printing import wording
from core.printing.dto import Columns
from core.printing.paper import Align, Cut, Feed, PaperLine, Rule, Text, edges, flow, paragraph, row, wrap
from core.printing.receipt import WITH_DISCOUNT, WITHOUT_DISCOUNT, edge_lines, grand_total, rupees, shop_head
from core.sales.quotation_dto import QuotationLineView, QuotationView
from core.settings.dto import ShopView


def quotation_receipt(quotation: QuotationView, shop: ShopView, columns: Columns) -> tuple[PaperLine, ...]:
    """Return the lines of a quotation's paper, none wider than ``columns``."""
    demo = paragraph(wording.DEMO, columns, Align.CENTRE, bold=True) if shop.is_demo else []
    return (
        *demo,
        *shop_head(shop, columns),
        *_document(quotation, columns),
        *_items(quotation, columns),
        *_totals(quotation, columns),
        *_foot(quotation, shop, columns),
        *demo,
        Cut(),
    )


def _document(quotation: QuotationView, columns: int) -> list[PaperLine]:
    lines = [line for label, text in wording.quotation_facts(quotation) for line in edges(label, text, columns)]
    for text in wording.quoted_customer(quotation):
        lines += wrap(text, columns)
    return [
        Rule("="),
        *paragraph(wording.QUOTATION, columns, Align.CENTRE, bold=True),
        *paragraph(wording.NOT_AN_INVOICE, columns, Align.CENTRE),
        Rule("="),
        *map(Text, lines),
    ]


def _items(quotation: QuotationView, columns: int) -> list[PaperLine]:
    labels = ["Qty", "MRP", *(["Disc."] if quotation.discount else []), "Amount"]
    widths = (WITH_DISCOUNT if quotation.discount else WITHOUT_DISCOUNT)[columns]
    out: list[PaperLine] = [Rule(), *map(Text, row(labels, labels, widths)), Rule()]
    for line in quotation.lines:
        cells = [show_quantity(line.units, line.pieces_per_pack), line.mrp.grouped(), line.amount.grouped()]
        if quotation.discount:
            cells.insert(2, line.discount.grouped())
        out += paragraph(f"{line.line}. {line.item_name}", columns, bold=True)
        out += map(Text, flow(_details(line), columns))
        out += map(Text, row(cells, labels, widths))
    return out


def _details(line: QuotationLineView) -> list[str]:
    return [*([line.pack_label] if line.pack_label else []), *([wording.TO_ORDER] if line.to_order else [])]


def _totals(quotation: QuotationView, columns: int) -> list[PaperLine]:
    saved = f"You save {rupees(quotation.discount)}" if quotation.discount else ""
    return [
        Rule(),
        *edge_lines(wording.quotation_sums(quotation), columns),
        Rule("="),
        *grand_total(quotation.total, columns),
        Rule("="),
        *paragraph(saved, columns, Align.CENTRE, bold=True),
    ]


def _foot(quotation: QuotationView, shop: ShopView, columns: int) -> list[PaperLine]:
    notes = [line for note in wording.quotation_notes(quotation, shop) for line in wrap(note, columns)]
    return [*map(Text, notes), *map(Text, wrap(f"Quoted by {quotation.username}", columns)), Feed()]
