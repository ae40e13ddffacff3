"""A bill on A4 pages.

Holds the particulars of rules 46, 46A and 49 (facts A1) and of the Drugs Rules' memo (facts E2), no tax on a bill of
supply. A long bill goes over several pages, each of which says whose bill it is and which page of how many.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import ZERO, Money
from core.kernel.quantity import show_quantity
from core.kernel.words import rupees_in_words
from core.printing import wording
from core.printing.page import (
    Face,
    Ink,
    Page,
    Piece,
    Side,
    Style,
    Watermark,
    beside,
    rule,
    showable,
    space,
    stack,
    text_block,
    text_width,
    to_pdf,
)
from core.printing.table import Cell, Column, Table, lay_out
from core.sales.dto import BillLineView, BillView
from core.settings.dto import ShopView

A4 = (595.28, 841.89)
MARGIN = 34.0
_WIDTH = A4[0] - 2 * MARGIN
_FOOT_HEIGHT = 32.0  # two lines, for a long user name
_BODY_HEIGHT = A4[1] - 2 * MARGIN - _FOOT_HEIGHT

_NAME = Style(16, Face.BOLD)
_TITLE = Style(12, Face.BOLD)
_MARK = Style(10, Face.BOLD)
_TEXT = Style(8.6)
_STRONG = Style(8.6, Face.SEMIBOLD)
_LABEL = Style(7.4, grey=0.35)
_TOTAL = Style(13, Face.BOLD)

_DOT = " · "
_MOST_ADDRESS_LINES = 5


def bill_pdf(bill: BillView, shop: ShopView, *, duplicate: bool = False) -> bytes:
    """Return the bill as a PDF of A4 pages; ``duplicate`` marks a reprint. The same bill gives the same bytes."""
    title = f"{wording.TITLES[bill.document_kind].title()} {bill.number}"
    return to_pdf(bill_pages(bill, shop, duplicate=duplicate), A4, title=title, author=shop.name)


def bill_pages(bill: BillView, shop: ShopView, *, duplicate: bool = False) -> list[Page]:
    """Return the bill's pages as data."""
    first = stack(_letterhead(bill, shop, duplicate=duplicate), _parties(bill), space(6))
    further = stack(_short_head(bill, shop, duplicate=duplicate), space(6))
    bodies = _paginate(first, further, _lines(bill), stack(space(8), _closing(bill, shop)))
    return [
        Page((*body.moved(MARGIN, MARGIN), *_foot(bill, number, len(bodies))), watermark=_watermark(bill, shop))
        for number, body in enumerate(bodies, 1)
    ]


def _paginate(first: Piece, further: Piece, table: Table, closing: Piece) -> list[Piece]:
    """Return what stands on each page: as many rows as fit, the table's head above them, the closing part last."""
    pages: list[list[Piece]] = []
    page = [first, table.head]
    last = [table.sums] if table.sums is not None else []
    for row in table.rows:
        if _height(page) + row.height > _BODY_HEIGHT:
            pages.append(page)
            page = [further, table.head]
        page.append(row)
    if _height(page) + _height(last) + closing.height > _BODY_HEIGHT:
        if len(page) > 3:  # the sums do not stand on a page alone: the last row goes with them
            moved = page.pop()
            pages.append(page)
            page = [further, table.head, moved]
        else:
            pages.append(page)
            page = [further]
    return [stack(*pieces) for pieces in [*pages, [*page, *last, closing]]]


def _height(pieces: Sequence[Piece]) -> float:
    return sum(piece.height for piece in pieces)


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
    right_width = 190.0
    left_width = _WIDTH - right_width - 12
    lines = [*_address(shop.address)]
    if shop.phone:
        lines.append(f"Phone: {shop.phone}")
    licences = _DOT.join(map(wording.licence_text, shop.licences))
    left = stack(
        text_block(shop.name, _NAME, left_width),
        *(text_block(line, _TEXT, left_width) for line in lines),
        text_block(f"GSTIN: {shop.gstin}" if shop.gstin else "", _STRONG, left_width),
        text_block(licences, _TEXT, left_width),
    )
    right = stack(
        space(3),
        text_block(wording.TITLES[bill.document_kind], _TITLE, right_width, Side.RIGHT),
        *(text_block(mark, _MARK, right_width, Side.RIGHT) for mark in _marks(bill, shop, duplicate=duplicate)),
        text_block(wording.cancelled_reason(bill) or "", _TEXT, right_width, Side.RIGHT),
        *(text_block(link, _STRONG, right_width, Side.RIGHT) for link in wording.corrections(bill)),
    )
    declaration = wording.declaration(shop)
    return stack(
        *((text_block(declaration, _STRONG, _WIDTH, Side.CENTRE), space(4)) if declaration else ()),
        beside((0, left), (left_width + 12, right)),
        space(5),
        rule(_WIDTH, grey=0.0, thickness=1.0),
    )


def _address(address: str | None) -> list[str]:
    """Return an address line by line, or run together where it has more lines than a letterhead has room for."""
    lines = (address or "").splitlines()
    return lines if len(lines) <= _MOST_ADDRESS_LINES else [", ".join(lines)]


def _parties(bill: BillView) -> Piece:
    half = _WIDTH / 2
    known = [f"{label}: {text}" for label, text in wording.customer_facts(bill)]
    nobody = [] if known else ["Cash customer"]
    customer = [*([bill.customer_name] if bill.customer_name else nobody), *_address(bill.customer_address)]
    if bill.customer_phone:
        customer.append(f"Phone: {bill.customer_phone}")
    customer += known
    left = stack(
        text_block("Customer", _LABEL, half - 12),
        text_block(customer[0], _STRONG, half - 12),
        *(text_block(line, _TEXT, half - 12) for line in customer[1:]),
    )
    facts = [("Bill No.", bill.number), ("Date", wording.bill_date(bill)), wording.bill_time(bill)]
    if memo := wording.memo(bill):
        facts.append(("Written memo", memo))
    if place := wording.place_of_supply(bill):
        facts.append(("Place of supply", place))
    if wording.shows_tax(bill):
        label, _, answer = wording.NO_REVERSE_CHARGE.partition(": ")
        facts.append((label, answer))
    right = stack(*(_fact(label, text, half) for label, text in facts))
    sez = text_block(wording.to_sez(bill) or "", _STRONG, _WIDTH)
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
    half = _WIDTH / 2
    facts = [_fact(label, text, half - 12) for label, text in wording.entry_facts(bill)]
    rows = [facts[start : start + 2] for start in range(0, len(facts), 2)]
    return stack(*(beside(*((place * half, fact) for place, fact in enumerate(row))) for row in rows))


def _fact(label: str, text: str, width: float) -> Piece:
    first = 78.0
    below_text = Piece(0.0, text_block(label, Style(8.0, grey=0.35), first).inks)
    return beside((0, below_text), (first, text_block(text, _STRONG, width - first)))


def _short_head(bill: BillView, shop: ShopView, *, duplicate: bool) -> Piece:
    """Return the head of the second page and those after it."""
    right_width = 230.0
    title = " - ".join([wording.TITLES[bill.document_kind], *_marks(bill, shop, duplicate=duplicate)])
    left = stack(
        text_block(shop.name, Style(11, Face.BOLD), _WIDTH - right_width - 12),
        text_block(f"GSTIN: {shop.gstin}" if shop.gstin else "", _TEXT, _WIDTH - right_width - 12),
    )
    right = stack(
        text_block(title, _STRONG, right_width, Side.RIGHT),
        text_block(f"Bill No. {bill.number}{_DOT}{wording.bill_date(bill)}", _TEXT, right_width, Side.RIGHT),
        text_block(bill.customer_name or "", _TEXT, right_width, Side.RIGHT),
    )
    return stack(beside((0, left), (_WIDTH - right_width, right)), space(4), rule(_WIDTH, grey=0.0, thickness=1.0))


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
    return lay_out(columns, rows, _WIDTH, sizes=(7.8, 7.2, 6.6, 6.0, 5.2), least_rest=130, sums=sums)


def _line(line: BillLineView, *, with_free: bool, with_discount: bool, with_tax: bool) -> list[Cell]:
    """Return a line's cells; at a rate without GST its tax stands below the percentage, its MRP with the item."""
    is_taxed_rate = line.rate is not None and line.treatment is GstTreatment.TAXABLE
    tax = (line.cgst + line.sgst + line.igst).grouped() if is_taxed_rate else ""
    mrp = f"MRP {line.mrp.grouped()}" if line.rate else ""
    return [
        Cell(str(line.line)),
        Cell(line.item_name, note=_DOT.join(part for part in (line.manufacturer, line.pack_label, mrp) if part)),
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
    left_width = _WIDTH - right_width - 24
    left = stack(
        _tax_summary(bill, left_width),
        text_block("Amount in words", _LABEL, left_width),
        text_block(rupees_in_words(bill.total), _STRONG, left_width),
        space(6),
        *(_amount_row(label, text, left_width, _TEXT) for label, text in _payments(bill)),
    )
    right = _totals(bill, right_width)
    return stack(
        beside((0, left), (_WIDTH - right_width, right)),
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
        *(_amount_row(label, text, width, _TEXT) for label, text in rows),
        space(3),
        rule(width, grey=0.0, thickness=0.8),
        space(2),
        _amount_row("Total", f"₹{bill.total.grouped()}", width, _TOTAL),
        space(2),
        rule(width, grey=0.0, thickness=0.8),
        space(3),
        text_block(saved, _STRONG, width, Side.RIGHT),
    )


def _amount_row(label: str, amount: str, width: float, style: Style) -> Piece:
    """Return a label and its amount at the two edges, below each other where they do not fit."""
    left = text_block(label, style, width)
    right = text_block(amount, style, width, Side.RIGHT)
    is_side_by_side = text_width(showable(f"{label}  {amount}"), style) <= width
    return beside((0, left), (0, right)) if is_side_by_side else stack(left, right)


def _signature(bill: BillView, shop: ShopView) -> Piece:
    width = 200.0
    price_note = wording.price_note(bill)
    notes = [price_note] if price_note else []
    if wording.mixes_packs(bill):
        notes.append(wording.PACKS_AND_LOOSE)
    left = stack(*(text_block(note, _LABEL, _WIDTH - width - 24) for note in notes))
    signs = wording.pharmacist_of(bill, shop)
    pharmacist = wording.pharmacist_text(signs) if signs else ""
    right = stack(
        text_block(f"For {shop.name}", _STRONG, width, Side.CENTRE),
        space(34),
        rule(width, grey=0.4, thickness=0.5),
        space(2),
        text_block(pharmacist, _TEXT, width, Side.CENTRE),
        text_block("Registered pharmacist" if pharmacist else "Authorised signatory", _LABEL, width, Side.CENTRE),
    )
    return beside((0, left), (_WIDTH - width, right))


def _foot(bill: BillView, number: int, count: int) -> tuple[Ink, ...]:
    third = _WIDTH / 3
    billed_by = " ".join(f"Billed by {bill.username}".split())
    line = stack(
        rule(_WIDTH),
        space(3),
        beside(
            (0, text_block(f"Check code: {bill.check_code}", _LABEL, third)),
            (third, text_block(billed_by, _LABEL, third, Side.CENTRE)),
            (2 * third, text_block(f"Page {number} of {count}", _LABEL, third, Side.RIGHT)),
        ),
    )
    return line.moved(MARGIN, A4[1] - MARGIN - _FOOT_HEIGHT + 8)
