"""A quotation laid out for a receipt roll of 32, 42 or 48 columns."""

from __future__ import annotations

from core.kernel.quantity import show_quantity
from core.printing import wording
from core.printing.dto import Columns
from core.printing.languages import Language
from core.printing.paper import Align, Cells, Cut, Feed, Flow, PaperLine, Rule, Sides, Text, edges_of
from core.printing.receipt import WITH_DISCOUNT, WITHOUT_DISCOUNT
from core.printing.receipt_parts import marks, rupees, shop_head, sums
from core.printing.wording import as_it_is
from core.sales.quotation_dto import QuotationLineView, QuotationView
from core.settings.dto import ShopView


def quotation_receipt(quotation: QuotationView, shop: ShopView, columns: Columns) -> tuple[PaperLine, ...]:
    """Return the lines of a quotation for a paper of so many columns."""
    demo = marks(shop, Language.ENGLISH, duplicate=False)
    return (
        *demo,
        *shop_head(shop),
        *_document(quotation),
        *_items(quotation, columns),
        *_totals(quotation),
        *_foot(quotation, shop),
        *demo,
        Cut(),
    )


def _document(quotation: QuotationView) -> list[PaperLine]:
    return [
        Rule("="),
        Text(wording.QUOTATION, Align.CENTRE, bold=True),
        Text(wording.NOT_AN_INVOICE, Align.CENTRE),
        Rule("="),
        *(Sides(label, text) for label, text in wording.quotation_facts(quotation)),
        *map(Text, wording.quoted_customer(quotation)),
    ]


def _items(quotation: QuotationView, columns: int) -> list[PaperLine]:
    labels = ("Qty", "MRP", *(["Disc."] if quotation.discount else []), "Amount")
    edges = edges_of((WITH_DISCOUNT if quotation.discount else WITHOUT_DISCOUNT)[columns])
    out: list[PaperLine] = [Rule(), Cells(labels, labels, edges), Rule()]
    for line in quotation.lines:
        cells = [show_quantity(line.units, line.pieces_per_pack), line.mrp.grouped(), line.amount.grouped()]
        if quotation.discount:
            cells.insert(2, line.discount.grouped())
        out += [
            Text(f"{line.line}. {line.item_name}", bold=True),
            Flow(tuple(_details(line))),
            Cells(tuple(cells), labels, edges),
        ]
    return out


def _details(line: QuotationLineView) -> list[str]:
    return [*([line.pack_label] if line.pack_label else []), *([wording.TO_ORDER] if line.to_order else [])]


def _totals(quotation: QuotationView) -> list[PaperLine]:
    saved = f"You save {rupees(quotation.discount)}" if quotation.discount else ""
    return [
        *sums(wording.quotation_sums(quotation), quotation.total, (), as_it_is),
        Text(saved, Align.CENTRE, bold=True),
    ]


def _foot(quotation: QuotationView, shop: ShopView) -> list[PaperLine]:
    notes = map(Text, wording.quotation_notes(quotation, shop))
    return [*notes, Text(f"Quoted by {quotation.username}"), Feed()]
