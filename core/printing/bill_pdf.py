"""A bill on A4 pages.

Holds the particulars of rules 46, 46A and 49 (facts A1) and of the Drugs Rules' memo (facts E2), no tax on a bill of
supply. A long bill goes over several pages, each of which says whose bill it is and which page of how many.
"""

from __future__ import annotations

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import ZERO, Money
from core.kernel.quantity import show_quantity
from core.kernel.words import rupees_in_words
from core.printing import wording
from core.printing.page import (
    Ink,
    Page,
    Piece,
    Side,
    Watermark,
    beside,
    rule,
    space,
    stack,
    text_block,
    to_pdf,
)
from core.printing.sheet import (
    A4,
    DASH,
    DOT,
    LABEL,
    MARGIN,
    RIGHT_WIDTH,
    STRONG,
    TEXT,
    TOTAL,
    WIDTH,
    Place,
    address_lines,
    amount_row,
    fact,
    foot,
    letterhead,
    paginate,
    short_head,
    signature,
)
from core.printing.table import Cell, Column, Table, lay_out
from core.sales.dto import BillLineView, BillView
from core.settings.dto import ShopView


def bill_pdf(bill: BillView, shop: ShopView, *, duplicate: bool = False) -> bytes:
    """Return the bill as a PDF of A4 pages; ``duplicate`` marks a reprint. The same bill gives the same bytes."""
    title = f"{wording.TITLES[bill.document_kind].title()} {bill.number}"
    return to_pdf(bill_pages(bill, shop, duplicate=duplicate), A4, title=title, author=shop.name)


def bill_pages(bill: BillView, shop: ShopView, *, duplicate: bool = False) -> list[Page]:
    """Return the bill's pages as data."""
    first = stack(_letterhead(bill, shop, duplicate=duplicate), _parties(bill), space(6))
    further = stack(_short_head(bill, shop, duplicate=duplicate), space(6))
    bodies = paginate(first, further, _lines(bill), stack(space(8), _closing(bill, shop)))
    return [
        Page((*body.moved(MARGIN, MARGIN), *_foot(bill, Place(number, len(bodies)))), watermark=_watermark(bill, shop))
        for number, body in enumerate(bodies, 1)
    ]


def _watermark(bill: BillView, shop: ShopView) -> Watermark | None:
    """Return what stands across the page: that the bill is cancelled before that it was never a real one."""
    if bill.cancelled:
        return Watermark(wording.CANCELLED, grey=0.82)
    return Watermark(wording.DEMO.upper().partition(" - ")[0]) if shop.is_demo else None


def _marks(bill: BillView, shop: ShopView, *, duplicate: bool) -> list[str]:
    cancelled = wording.cancelled_mark(bill)
    return [
        *([cancelled] if cancelled else []),
        *([wording.DUPLICATE] if duplicate else []),
        *([wording.DEMO] if shop.is_demo else []),
    ]


def _letterhead(bill: BillView, shop: ShopView, *, duplicate: bool) -> Piece:
    return letterhead(
        shop,
        wording.TITLES[bill.document_kind],
        _marks(bill, shop, duplicate=duplicate),
        small=(text_block(wording.cancelled_reason(bill) or "", TEXT, RIGHT_WIDTH, Side.RIGHT),),
        strong=wording.corrections(bill),
        declaration=wording.declaration(shop),
    )


def _parties(bill: BillView) -> Piece:
    half = WIDTH / 2
    known = [f"{label}: {text}" for label, text in wording.customer_facts(bill)]
    nobody = [] if known else ["Cash customer"]
    customer = [*([bill.customer_name] if bill.customer_name else nobody), *address_lines(bill.customer_address)]
    if bill.customer_phone:
        customer.append(f"Phone: {bill.customer_phone}")
    customer += known
    left = stack(
        text_block("Customer", LABEL, half - 12),
        text_block(customer[0], STRONG, half - 12),
        *(text_block(line, TEXT, half - 12) for line in customer[1:]),
    )
    facts = [("Bill No.", bill.number), ("Date", wording.bill_date(bill)), wording.bill_time(bill)]
    if memo := wording.memo(bill):
        facts.append(("Written memo", memo))
    if place := wording.place_of_supply(bill):
        facts.append(("Place of supply", place))
    if wording.shows_tax(bill):
        label, _, answer = wording.NO_REVERSE_CHARGE.partition(": ")
        facts.append((label, answer))
    right = stack(*(fact(label, text, half) for label, text in facts))
    sez = text_block(wording.to_sez(bill) or "", STRONG, WIDTH)
    entry = _entry(bill)
    return stack(
        space(5),
        beside((0, left), (half, right)),
        *([space(4), sez] if sez.inks else []),
        *([space(5), entry] if entry.inks else []),
        space(5),
    )


def _entry(bill: BillView) -> Piece:
    """Return for whom, by whom and under which number it was supplied, over the page's width, two beside each other."""
    half = WIDTH / 2
    facts = [fact(label, text, half - 12) for label, text in wording.entry_facts(bill)]
    rows = [facts[start : start + 2] for start in range(0, len(facts), 2)]
    return stack(*(beside(*((place * half, fact) for place, fact in enumerate(row))) for row in rows))


def _short_head(bill: BillView, shop: ShopView, *, duplicate: bool) -> Piece:
    title = DASH.join([wording.TITLES[bill.document_kind], *_marks(bill, shop, duplicate=duplicate)])
    return short_head(shop, title, f"Bill No. {bill.number}{DOT}{wording.bill_date(bill)}", bill.customer_name)


def _lines(bill: BillView) -> Table:
    with_tax, with_discount, at_rates = wording.shows_tax(bill), bool(bill.discount), wording.at_rates(bill)
    with_free = any(line.free_units for line in bill.lines)
    value = "Taxable" if all(line.treatment is GstTreatment.TAXABLE for line in bill.lines) else "Value"
    columns = [
        Column("Sl", Side.RIGHT),
        Column("Item", takes_rest=True),
        Column("HSN"),
        Column("Batch", widest=64),
        Column("Expiry"),
        Column("Qty", Side.RIGHT),
        *([Column("Free", Side.RIGHT)] if with_free else []),
        Column("Rate" if at_rates else "MRP", Side.RIGHT),
        *([Column("Discount", Side.RIGHT)] if with_discount else []),
        *([Column(value, Side.RIGHT), Column("GST", Side.RIGHT)] if with_tax else []),
        Column("Amount", Side.RIGHT),
    ]
    amount = Money.total(line.amount for line in bill.lines)
    tax = bill.cgst + bill.sgst + bill.igst
    sums = [
        *(Cell(text) for text in ("", "Total", "", "", "", "")),
        *([Cell("")] if with_free else []),
        Cell(""),
        *([Cell(bill.discount.grouped())] if with_discount else []),
        *([Cell(bill.taxable.grouped()), Cell(tax.grouped() if at_rates else "")] if with_tax else []),
        Cell(amount.grouped()),
    ]
    rows = [_line(line, with_free=with_free, with_discount=with_discount, with_tax=with_tax) for line in bill.lines]
    return lay_out(columns, rows, WIDTH, sizes=(7.8, 7.2, 6.6, 6.0, 5.2), least_rest=130, sums=sums)


def _line(line: BillLineView, *, with_free: bool, with_discount: bool, with_tax: bool) -> list[Cell]:
    """Return a line's cells; at a rate without GST its tax stands below the percentage, its MRP with the item."""
    is_taxed_rate = line.rate is not None and line.treatment is GstTreatment.TAXABLE
    tax = (line.cgst + line.sgst + line.igst).grouped() if is_taxed_rate else ""
    mrp = f"MRP {line.mrp.grouped()}" if line.rate else ""
    return [
        Cell(str(line.line)),
        Cell(line.item_name, note=DOT.join(part for part in (line.manufacturer, line.pack_label, mrp) if part)),
        Cell(line.hsn or ""),
        Cell(line.batch),
        Cell(str(line.expires or "")),
        Cell(show_quantity(line.units, line.pieces_per_pack)),
        *([Cell(show_quantity(line.free_units, line.pieces_per_pack) if line.free_units else "")] if with_free else []),
        Cell(line.rate.grouped() if line.rate else line.mrp.grouped()),
        *([Cell(line.discount.grouped())] if with_discount else []),
        *([Cell(line.taxable.grouped()), Cell(wording.rate_text(line.treatment, line.gst), tax)] if with_tax else []),
        Cell(line.amount.grouped()),
    ]


def _closing(bill: BillView, shop: ShopView) -> Piece:
    right_width = 200.0
    left_width = WIDTH - right_width - 24
    left = stack(
        _tax_summary(bill, left_width),
        text_block("Amount in words", LABEL, left_width),
        text_block(rupees_in_words(bill.total), STRONG, left_width),
        space(6),
        *(amount_row(label, text, left_width, TEXT) for label, text in _payments(bill)),
    )
    right = _totals(bill, right_width)
    return stack(
        beside((0, left), (WIDTH - right_width, right)),
        space(10),
        _signature(bill, shop),
    )


def _payments(bill: BillView) -> list[tuple[str, str]]:
    return [(label, f"₹{amount.grouped()}") for label, amount in wording.payment_rows(bill)]


def _tax_summary(bill: BillView, width: float) -> Piece:
    if not wording.shows_tax(bill):
        return space(0)
    inter = bill.tax_type is TaxType.INTER
    titles = ("Value", "IGST") if inter else ("Value", "CGST", "SGST")
    rows = []
    for part in bill.tax_summary():
        amounts = (part.taxable, part.igst) if inter else (part.taxable, part.cgst, part.sgst)
        rows.append([Cell(wording.rate_text(part.treatment, part.gst)), *(Cell(a.grouped()) for a in amounts)])
    columns = [Column("GST summary", takes_rest=True), *(Column(title, Side.RIGHT, least=50) for title in titles)]
    table = lay_out(columns, rows, width, sizes=(7.8, 7.0, 6.0), least_rest=70)
    return stack(table.head, *table.rows, space(6))


def _totals(bill: BillView, width: float) -> Piece:
    rows = [(wording.gross_label(bill), bill.gross.grouped())]
    if bill.discount:
        rows.append(("Discount", (-bill.discount).grouped()))
    if wording.shows_tax(bill):
        amounts = wording.value_by_taxability(bill) + wording.taxes(bill)
        rows += [(label, amount.grouped()) for label, amount in amounts]
    if bill.round_off != ZERO:
        rows.append(("Round off", wording.signed(bill.round_off)))
    saved = f"You saved ₹{bill.discount.grouped()}" if bill.discount else ""
    return stack(
        *(amount_row(label, text, width, TEXT) for label, text in rows),
        space(3),
        rule(width, grey=0.0, thickness=0.8),
        space(2),
        amount_row("Total", f"₹{bill.total.grouped()}", width, TOTAL),
        space(2),
        rule(width, grey=0.0, thickness=0.8),
        space(3),
        text_block(saved, STRONG, width, Side.RIGHT),
    )


def _signature(bill: BillView, shop: ShopView) -> Piece:
    price_note = wording.price_note(bill)
    notes = [price_note] if price_note else []
    if wording.mixes_packs(bill.lines):
        notes.append(wording.PACKS_AND_LOOSE)
    return signature(shop, notes, wording.pharmacist_of(bill, shop))


def _foot(bill: BillView, place: Place) -> tuple[Ink, ...]:
    return foot(f"Check code: {bill.check_code}", f"Billed by {bill.username}", place)
