"""A bill on A4 or A5 pages.

Holds the particulars of rules 46, 46A and 49 (facts A1) and of the Drugs Rules' memo (facts E2), no tax on a bill of
supply. A long bill goes over several pages, each of which says whose bill it is and which page of how many.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.kernel.gst import GstTreatment
from core.kernel.money import ZERO, Money
from core.kernel.quantity import show_quantity
from core.printing import wording
from core.printing.closing import closing, left_width, said, sums, tax_summary
from core.printing.codes import Bitmap, qr_code
from core.printing.measures import A4, Sheet
from core.printing.page import (
    Page,
    Piece,
    Side,
    Watermark,
    beside,
    picture,
    space,
    stack,
    text_block,
    to_pdf,
)
from core.printing.sheet import (
    DASH,
    DOT,
    customer,
    demo_watermark,
    fact,
    letterhead,
    paginate,
    quantity_column,
    sheet_pages,
    short_head,
    signature,
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
    return sheet_pages(sheet, bodies, check, by, _watermark(bill, paper.shop))


def _watermark(bill: BillView, shop: ShopView) -> Watermark | None:
    """Return what stands across the page: that the bill is cancelled before that it was never a real one."""
    if bill.cancelled:
        return Watermark(wording.CANCELLED, grey=0.82)
    return demo_watermark(shop)


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
    facts = [("Bill No.", bill.number), ("Date", wording.document_date(bill)), wording.bill_time(bill)]
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
        beside((0, customer(sheet, bill)), (half, right)),
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
    reference = f"Bill No. {bill.number}{DOT}{wording.document_date(bill)}"
    return short_head(paper.sheet, paper.shop, title, reference, bill.customer_name)


def _lines(bill: BillView, sheet: Sheet) -> Table:
    with_tax, with_discount, at_rates = wording.shows_tax(bill), bool(bill.discount), wording.at_rates(bill)
    with_free = any(line.free_units for line in bill.lines)
    value = wording.value_label(bill.lines)
    details = [] if sheet.narrow else [Column("HSN"), Column("Batch", widest=64), Column("Expiry")]
    columns = [
        Column("Sl", Side.RIGHT),
        Column("Item", takes_rest=True),
        *details,
        quantity_column(sheet, bill.lines),
        *([Column("Free", Side.RIGHT)] if with_free else []),
        Column("Rate" if at_rates else "MRP", Side.RIGHT),
        *([Column("Discount", Side.RIGHT)] if with_discount else []),
        *([Column(value, Side.RIGHT), Column("GST", Side.RIGHT)] if with_tax else []),
        Column("Amount", Side.RIGHT),
    ]
    amount = Money.total(line.amount for line in bill.lines)
    tax = bill.cgst + bill.sgst + bill.igst
    last = [
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
    return lay_out(columns, rows, sheet.width, sizes=sheet.table_sizes, least_rest=sheet.least_item, sums=last)


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
    bill, shop, sheet = paper.bill, paper.shop, paper.sheet
    summary = tax_summary(sheet, bill.tax_summary(), bill.tax_type) if wording.shows_tax(bill) else space(0)
    left = said(sheet, summary, bill.total, wording.payment_rows(bill))
    code = _pay_code(paper.pay_link, bill, sheet, left_width(sheet)) if paper.pay_link else None
    signs = signature(sheet, shop, wording.pharmacist_of(bill, shop))
    return closing(sheet, left, _totals(bill, sheet), signs, _notes(bill), above=code)


def _pay_code(link: str, bill: BillView, sheet: Sheet, width: float) -> Piece:
    """Return the code that asks for what is still to be paid, the amount beside it."""
    code = qr_code(link)
    white = _QR_SIDE * _QR_WHITE / (code.width + 2 * _QR_WHITE)
    drawn = stack(space(white), picture(code, _QR_SIDE - 2 * white, _QR_SIDE - 2 * white), space(white))
    said = text_block(wording.pay_caption(bill), sheet.strong, width - _QR_SIDE - 6)
    return beside((white, drawn), (_QR_SIDE + 6, stack(space((_QR_SIDE - said.height) / 2), said)))


def _totals(bill: BillView, sheet: Sheet) -> Piece:
    rows = [(wording.gross_label(bill), bill.gross.grouped())]
    if bill.discount:
        rows.append(("Discount", (-bill.discount).grouped()))
    if wording.shows_tax(bill):
        amounts = wording.value_by_taxability(bill) + wording.taxes(bill)
        rows += [(label, amount.grouped()) for label, amount in amounts]
    if bill.round_off != ZERO:
        rows.append(("Round off", wording.signed(bill.round_off)))
    saved = f"You saved ₹{bill.discount.grouped()}" if bill.discount else ""
    return stack(sums(sheet, rows, bill.total), space(3), text_block(saved, sheet.strong, sheet.sums_right, Side.RIGHT))


def _notes(bill: BillView) -> list[str]:
    price_note = wording.price_note(bill)
    return [
        *([price_note] if price_note else []),
        *([wording.PACKS_AND_LOOSE] if wording.mixes_packs(bill.lines) else []),
    ]
