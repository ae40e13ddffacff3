"""A bill on A4 or A5 pages.

Holds the particulars of rules 46, 46A and 49 (facts A1) and of the Drugs Rules' memo (facts E2), no tax on a bill of
supply. A long bill goes over several pages, each of which says whose bill it is and which page of how many.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import ZERO, Money
from core.kernel.quantity import show_quantity
from core.kernel.words import rupees_in_words
from core.printing import wording
from core.printing.codes import Bitmap, qr_code
from core.printing.measures import A4, Sheet
from core.printing.page import (
    Face,
    Page,
    Piece,
    Side,
    Style,
    Watermark,
    beside,
    picture,
    rule,
    space,
    stack,
    text_block,
    text_width,
    to_pdf,
)
from core.printing.sheet import (
    DASH,
    DOT,
    Place,
    address_lines,
    amount_row,
    fact,
    foot,
    letterhead,
    paginate,
    short_head,
    signature,
    signed,
)
from core.printing.table import Cell, Column, Table, lay_out
from core.sales.dto import BillLineView, BillView
from core.settings.dto import ShopView

_QR_SIDE = 84.0
#: ISO/IEC 18004 asks for so many modules of white around a QR code.
_QR_WHITE = 4


@dataclass(frozen=True, slots=True)
class _Paper:
    """A bill, and how this copy of it looks."""

    bill: BillView
    shop: ShopView
    sheet: Sheet
    marks: list[str]
    pay_link: str | None
    logo: Bitmap | None


def bill_pdf(
    bill: BillView,
    shop: ShopView,
    *,
    sheet: Sheet = A4,
    duplicate: bool = False,
    copies: int = 1,
    pay_link: str | None = None,
    logo: Bitmap | None = None,
) -> bytes:
    """Return the bill as a PDF. The same bill gives the same bytes; the rest as ``bill_pages`` says."""
    title = f"{wording.TITLES[bill.document_kind].title()} {bill.number}"
    pages = bill_pages(bill, shop, sheet=sheet, duplicate=duplicate, copies=copies, pay_link=pay_link, logo=logo)
    return to_pdf(pages, sheet.size, title=title, author=shop.name)


def bill_pages(
    bill: BillView,
    shop: ShopView,
    *,
    sheet: Sheet = A4,
    duplicate: bool = False,
    copies: int = 1,
    pay_link: str | None = None,
    logo: Bitmap | None = None,
) -> list[Page]:
    """Return the bill's pages as data, those of one copy after those of another.

    ``duplicate`` marks a reprint. Two or three ``copies`` say for whom each is (rule 48). ``pay_link`` is the UPI link
    for what is still to be paid; where nothing is, no code is printed. ``logo`` stands before the shop's name.
    """
    return [
        page
        for copy in wording.COPIES[copies]
        for page in _copy(
            _Paper(
                bill,
                shop,
                sheet,
                wording.page_marks(bill, shop, copy, duplicate=duplicate),
                pay_link if wording.still_to_pay(bill) else None,
                logo,
            )
        )
    ]


def _copy(paper: _Paper) -> list[Page]:
    bill, sheet = paper.bill, paper.sheet
    first = stack(_letterhead(paper), _parties(bill, sheet), space(6))
    further = stack(_short_head(paper), space(6))
    bodies = paginate(sheet, first, further, _lines(bill, sheet), stack(space(8), _closing(paper)))
    check, by = f"Check code: {bill.check_code}", f"Billed by {bill.username}"
    return [
        Page(
            (*body.moved(sheet.margin, sheet.margin), *foot(sheet, check, by, Place(number, len(bodies)))),
            watermark=_watermark(bill, paper.shop),
        )
        for number, body in enumerate(bodies, 1)
    ]


def _watermark(bill: BillView, shop: ShopView) -> Watermark | None:
    """Return what stands across the page: that the bill is cancelled before that it was never a real one."""
    if bill.cancelled:
        return Watermark(wording.CANCELLED, grey=0.82)
    return Watermark(wording.DEMO.upper().partition(" - ")[0]) if shop.is_demo else None


def _letterhead(paper: _Paper) -> Piece:
    bill, shop, sheet = paper.bill, paper.shop, paper.sheet
    return letterhead(
        sheet,
        shop,
        wording.TITLES[bill.document_kind],
        paper.marks,
        small=(text_block(wording.cancelled_reason(bill) or "", sheet.text, sheet.head_right, Side.RIGHT),),
        strong=wording.corrections(bill),
        declaration=wording.declaration(shop),
        logo=paper.logo,
    )


def _parties(bill: BillView, sheet: Sheet) -> Piece:
    half = sheet.width / 2
    known = [f"{label}: {text}" for label, text in wording.customer_facts(bill)]
    nobody = [] if known else ["Cash customer"]
    customer = [
        *([bill.customer_name] if bill.customer_name else nobody),
        *address_lines(bill.customer_address, sheet.address_lines),
    ]
    if bill.customer_phone:
        customer.append(f"Phone: {bill.customer_phone}")
    customer += known
    left = stack(
        text_block("Customer", sheet.label, half - 12),
        text_block(customer[0], sheet.strong, half - 12),
        *(text_block(line, sheet.text, half - 12) for line in customer[1:]),
    )
    facts = [("Bill No.", bill.number), ("Date", wording.bill_date(bill)), wording.bill_time(bill)]
    if memo := wording.memo(bill):
        facts.append(("Written memo", memo))
    if place := wording.place_of_supply(bill):
        facts.append(("Place of supply", place))
    if wording.shows_tax(bill):
        label, _, answer = wording.NO_REVERSE_CHARGE.partition(": ")
        facts.append((label, answer))
    right = stack(*(fact(sheet, label, text, half) for label, text in facts))
    sez = text_block(wording.to_sez(bill) or "", sheet.strong, sheet.width)
    entry = _entry(bill, sheet)
    return stack(
        space(5),
        beside((0, left), (half, right)),
        *([space(4), sez] if sez.inks else []),
        *([space(5), entry] if entry.inks else []),
        space(5),
    )


def _entry(bill: BillView, sheet: Sheet) -> Piece:
    """Return for whom, by whom and under which number it was supplied, over the page's width, two beside each other."""
    half = sheet.width / 2
    facts = [fact(sheet, label, text, half - 12) for label, text in wording.entry_facts(bill)]
    rows = [facts[start : start + 2] for start in range(0, len(facts), 2)]
    return stack(*(beside(*((place * half, fact) for place, fact in enumerate(row))) for row in rows))


def _short_head(paper: _Paper) -> Piece:
    bill = paper.bill
    title = DASH.join([wording.TITLES[bill.document_kind], *paper.marks])
    reference = f"Bill No. {bill.number}{DOT}{wording.bill_date(bill)}"
    return short_head(paper.sheet, paper.shop, title, reference, bill.customer_name)


def _lines(bill: BillView, sheet: Sheet) -> Table:
    with_tax, with_discount, at_rates = wording.shows_tax(bill), bool(bill.discount), wording.at_rates(bill)
    with_free = any(line.free_units for line in bill.lines)
    value = "Taxable" if all(line.treatment is GstTreatment.TAXABLE for line in bill.lines) else "Value"
    details = [] if sheet.narrow else [Column("HSN"), Column("Batch", widest=64), Column("Expiry")]
    # what is sold in one is the unit of a quantity (rule 46(i)); it goes over as many lines as it wants, figures do not
    figures = Style(sheet.table_sizes[0], Face.SEMIBOLD)
    longest = max(text_width(show_quantity(line.units, line.pieces_per_pack), figures) for line in bill.lines)
    quantity = Column("Qty", Side.RIGHT, widest=44.0, least=longest)
    columns = [
        Column("Sl", Side.RIGHT),
        Column("Item", takes_rest=True),
        *details,
        quantity,
        *([Column("Free", Side.RIGHT)] if with_free else []),
        Column("Rate" if at_rates else "MRP", Side.RIGHT),
        *([Column("Discount", Side.RIGHT)] if with_discount else []),
        *([Column(value, Side.RIGHT), Column("GST", Side.RIGHT)] if with_tax else []),
        Column("Amount", Side.RIGHT),
    ]
    amount = Money.total(line.amount for line in bill.lines)
    tax = bill.cgst + bill.sgst + bill.igst
    sums = [
        Cell(""),
        Cell("Total"),
        *(Cell("") for _ in details),
        Cell(""),
        *([Cell("")] if with_free else []),
        Cell(""),
        *([Cell(bill.discount.grouped())] if with_discount else []),
        *([Cell(bill.taxable.grouped()), Cell(tax.grouped() if at_rates else "")] if with_tax else []),
        Cell(amount.grouped()),
    ]
    shown = _Shown(bool(details), with_free, with_discount, with_tax)
    rows = [_line(line, shown) for line in bill.lines]
    return lay_out(columns, rows, sheet.width, sizes=sheet.table_sizes, least_rest=sheet.least_item, sums=sums)


@dataclass(frozen=True, slots=True)
class _Shown:
    """Which columns a table has besides those of every bill."""

    details: bool
    free: bool
    discount: bool
    tax: bool


def _line(line: BillLineView, shown: _Shown) -> list[Cell]:
    """Return a line's cells; at a rate without GST its tax stands below the percentage, its MRP with the item."""
    is_taxed_rate = line.rate is not None and line.treatment is GstTreatment.TAXABLE
    tax = (line.cgst + line.sgst + line.igst).grouped() if is_taxed_rate else ""
    mrp = f"MRP {line.mrp.grouped()}" if line.rate else ""
    batch = "" if shown.details else DOT.join(wording.batch_facts(line))
    made = DOT.join(part for part in (line.manufacturer, mrp) if part)
    return [
        Cell(str(line.line)),
        Cell(line.item_name, note="\n".join(part for part in (batch, made) if part)),
        *([Cell(line.hsn or ""), Cell(line.batch), Cell(str(line.expires or ""))] if shown.details else []),
        Cell(show_quantity(line.units, line.pieces_per_pack), note=line.pack_label),
        *(
            [Cell(show_quantity(line.free_units, line.pieces_per_pack) if line.free_units else "")]
            if shown.free
            else []
        ),
        Cell(line.rate.grouped() if line.rate else line.mrp.grouped()),
        *([Cell(line.discount.grouped())] if shown.discount else []),
        *([Cell(line.taxable.grouped()), Cell(wording.rate_text(line.treatment, line.gst), tax)] if shown.tax else []),
        Cell(line.amount.grouped()),
    ]


def _closing(paper: _Paper) -> Piece:
    """Return what stands below the lines; on a low sheet the place to sign stands between taxes and sums."""
    bill, shop, sheet = paper.bill, paper.shop, paper.sheet
    between = 24 + (sheet.sign_width + 24 if sheet.low else 0)
    left_width = sheet.width - sheet.sums_right - between
    payments = [(label, f"₹{amount.grouped()}") for label, amount in wording.payment_rows(bill)]
    left = stack(
        _tax_summary(bill, left_width),
        text_block("Amount in words", sheet.label, left_width),
        text_block(rupees_in_words(bill.total), sheet.strong, left_width),
        space(6),
        *(amount_row(label, text, left_width, sheet.text) for label, text in payments),
    )
    right = (sheet.width - sheet.sums_right, _totals(bill, sheet))
    code = _pay_code(paper.pay_link, bill, sheet, left_width) if paper.pay_link else None
    signs = signature(sheet, shop, wording.pharmacist_of(bill, shop))
    if sheet.low:
        notes = (text_block(note, sheet.label, sheet.sign_width, Side.CENTRE) for note in _notes(bill))
        below = [code] if code else []
        return beside((0, stack(left, *below)), (left_width + 24, stack(signs, space(6), *notes)), right)
    return stack(beside((0, left), right), space(10), signed(sheet, _notes(bill), signs, above=code))


def _pay_code(link: str, bill: BillView, sheet: Sheet, width: float) -> Piece:
    """Return the code that asks for what is still to be paid, the amount beside it."""
    code = qr_code(link)
    white = _QR_SIDE * _QR_WHITE / (code.width + 2 * _QR_WHITE)
    drawn = stack(space(white), picture(code, _QR_SIDE - 2 * white, _QR_SIDE - 2 * white), space(white))
    said = text_block(wording.pay_caption(bill), sheet.strong, width - _QR_SIDE - 6)
    return beside((white, drawn), (_QR_SIDE + 6, stack(space((_QR_SIDE - said.height) / 2), said)))


def _tax_summary(bill: BillView, width: float) -> Piece:
    """Return value, rate and tax of each rate by head (rule 46(l) and (m))."""
    if not wording.shows_tax(bill):
        return space(0)
    inter = bill.tax_type is TaxType.INTER
    titles = ("Value", "IGST") if inter else ("Value", "CGST", "SGST")
    rows = []
    for part in bill.tax_summary():
        taxes = (part.igst,) if inter else (part.cgst, part.sgst)
        rate = wording.rate_by_head(part.treatment, part.gst, bill.tax_type)
        rows.append([Cell(rate), Cell(part.taxable.grouped()), *(Cell(tax.grouped()) for tax in taxes)])
    columns = [Column("GST summary", takes_rest=True), *(Column(title, Side.RIGHT, least=34) for title in titles)]
    table = lay_out(columns, rows, width, sizes=(7.8, 7.4, 7.0, 6.4, 6.0, 5.4, 4.8), least_rest=74)
    return stack(table.head, *table.rows, space(6))


def _totals(bill: BillView, sheet: Sheet) -> Piece:
    width = sheet.sums_right
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
        *(amount_row(label, text, width, sheet.text) for label, text in rows),
        space(3),
        rule(width, grey=0.0, thickness=0.8),
        space(2),
        amount_row("Total", f"₹{bill.total.grouped()}", width, sheet.total),
        space(2),
        rule(width, grey=0.0, thickness=0.8),
        space(3),
        text_block(saved, sheet.strong, width, Side.RIGHT),
    )


def _notes(bill: BillView) -> list[str]:
    price_note = wording.price_note(bill)
    return [
        *([price_note] if price_note else []),
        *([wording.PACKS_AND_LOOSE] if wording.mixes_packs(bill.lines) else []),
    ]
