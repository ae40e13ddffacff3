"""A bill laid out for a receipt roll of 32, 42 or 48 columns.

Holds what rules 46, 46A and 49 (facts A1) and the Drugs Rules' memo (facts E2) ask for. Text mode has no rupee sign.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.money import Money
from core.kernel.quantity import show_quantity
from core.printing import wording
from core.printing.dto import Columns
from core.printing.paper import Align, Cut, Feed, PaperLine, Rule, Sides, Size, Text, edges, flow, paragraph, row, wrap
from core.sales.dto import BillLineView, BillView
from core.settings.dto import ShopView

# widths of the columns of a table by the paper's columns
WITH_DISCOUNT: Mapping[int, tuple[int, ...]] = {32: (6, 9, 7, 10), 42: (10, 10, 9, 13), 48: (11, 12, 11, 14)}
WITHOUT_DISCOUNT: Mapping[int, tuple[int, ...]] = {32: (8, 11, 13), 42: (12, 14, 16), 48: (14, 16, 18)}
_HALVES = {32: (7, 10, 7, 8), 42: (8, 14, 10, 10), 48: (9, 15, 12, 12)}
_WHOLE = {32: (8, 13, 11), 42: (10, 16, 16), 48: (12, 18, 18)}
_MANUFACTURER_LETTERS = 20


def receipt(bill: BillView, shop: ShopView, columns: Columns, *, duplicate: bool = False) -> tuple[PaperLine, ...]:
    """Return the receipt's lines, none wider than ``columns``; ``duplicate`` marks a reprint."""
    return (
        *_marks(bill, shop, columns, duplicate=duplicate),
        *shop_head(shop, columns),
        *_document(bill, columns),
        *_items(bill, columns),
        *_totals(bill, columns),
        *_tax_summary(bill, columns),
        *_foot(bill, shop, columns),
        *_marks(bill, shop, columns, duplicate=duplicate),
        Cut(),
    )


def _marks(bill: BillView, shop: ShopView, columns: int, *, duplicate: bool) -> list[PaperLine]:
    marks = [wording.DEMO] if shop.is_demo else []
    if duplicate:
        marks.append(f"*** {wording.DUPLICATE} ***")
    return [
        *(line for mark in marks for line in paragraph(mark, columns, Align.CENTRE, bold=True)),
        *paragraph(wording.cancelled_mark(bill) or "", columns, Align.CENTRE, bold=True, size=Size.DOUBLE),
        *paragraph(wording.cancelled_reason(bill) or "", columns, Align.CENTRE),
        *(line for link in wording.corrections(bill) for line in paragraph(link, columns, Align.CENTRE, bold=True)),
    ]


def shop_head(shop: ShopView, columns: int) -> list[PaperLine]:
    """Return who gives the paper, and what its registration makes it say."""
    small = [shop.address]
    if shop.phone:
        small.append(f"Ph: {shop.phone}")
    if shop.gstin:
        small.append(f"GSTIN: {shop.gstin}")
    licences = flow(map(wording.licence_text, shop.licences), columns)
    return [
        *paragraph(shop.name, columns, Align.CENTRE, bold=True, size=Size.DOUBLE),
        *(line for text in small for line in paragraph(text, columns, Align.CENTRE)),
        *(Text(line, Align.CENTRE) for line in licences),
        *paragraph(wording.declaration(shop) or "", columns, Align.CENTRE),
    ]


def _document(bill: BillView, columns: int) -> list[PaperLine]:
    label, time = wording.bill_time(bill)
    time_text = time if label == "Time" else f"{label} {time}"
    lines = edges(f"Bill No. {bill.number}", "", columns)
    lines += edges(f"Date {wording.bill_date(bill)}", time_text, columns)
    if memo := wording.memo(bill):
        lines += wrap(f"Hand-written memo {memo}", columns)
    if bill.customer_name:
        lines += wrap(f"Customer: {bill.customer_name}", columns)
    if bill.customer_phone:
        lines += wrap(f"Phone: {bill.customer_phone}", columns)
    for part in (bill.customer_address or "").splitlines():
        lines += wrap(part, columns)
    for fact, text in wording.customer_facts(bill):
        lines += wrap(f"{fact}: {text}", columns)
    if place := wording.place_of_supply(bill):
        lines += wrap(f"Place of supply: {place}", columns)
    lines += wrap(wording.to_sez(bill) or "", columns)
    for fact, text in wording.entry_facts(bill):
        for part in f"{fact}: {text}".splitlines():
            lines += wrap(part, columns)
    title = paragraph(wording.TITLES[bill.document_kind], columns, Align.CENTRE, bold=True)
    return [Rule("="), *title, Rule("="), *map(Text, lines)]


def _items(bill: BillView, columns: int) -> list[PaperLine]:
    labels = ["Qty", "Rate" if wording.at_rates(bill) else "MRP", *(["Disc."] if bill.discount else []), "Amount"]
    widths = (WITH_DISCOUNT if bill.discount else WITHOUT_DISCOUNT)[columns]
    out: list[PaperLine] = [Rule(), *map(Text, row(labels, labels, widths)), Rule()]
    for line in bill.lines:
        price = line.rate.grouped() if line.rate else line.mrp.grouped()
        cells = [show_quantity(line.units, line.pieces_per_pack), price, line.amount.grouped()]
        if bill.discount:
            cells.insert(2, line.discount.grouped())
        out += paragraph(f"{line.line}. {line.item_name}", columns, bold=True)
        out += map(Text, flow(_details(bill, line), columns))
        out += map(Text, row(cells, labels, widths))
        out += map(Text, flow(_worked_out(bill, line), columns))
    return out


def _worked_out(bill: BillView, line: BillLineView) -> list[str]:
    """Return what came free, and how an amount at a rate without GST came about."""
    free = [f"Free {show_quantity(line.free_units, line.pieces_per_pack)}"] if line.free_units else []
    if line.rate is None or line.treatment is not GstTreatment.TAXABLE or not wording.shows_tax(bill):
        return free
    tax = line.cgst + line.sgst + line.igst
    return [*free, f"Taxable {line.taxable.grouped()}", f"GST {tax.grouped()}"]


def _details(bill: BillView, line: BillLineView) -> list[str]:
    details = [f"Batch {line.batch}"]
    if line.expires:
        details.append(f"Exp {line.expires}")
    if line.hsn:
        details.append(f"HSN {line.hsn}")
    if wording.shows_tax(bill):
        details.append(f"GST {wording.rate_text(line.treatment, line.gst)}")
    if line.pack_label:
        details.append(line.pack_label)
    if line.rate:
        details.append(f"MRP {line.mrp.grouped()}")
    if line.manufacturer:
        details.append(f"Mfr {_short(line.manufacturer)}")
    return details


def _short(name: str) -> str:
    """Return as many whole words of a maker's name as fit, the first one cut if it must be."""
    lines = wrap(name, _MANUFACTURER_LETTERS)
    return lines[0].rstrip(" ,&") if lines else ""


def _totals(bill: BillView, columns: int) -> list[PaperLine]:
    rows = [(wording.gross_label(bill), bill.gross.grouped())]
    if bill.discount:
        rows.append(("Discount", (-bill.discount).grouped()))
    if wording.shows_tax(bill):
        amounts = wording.value_by_taxability(bill) + wording.taxes(bill)
        rows += [(label, amount.grouped()) for label, amount in amounts]
    if bill.round_off:
        rows.append(("Round off", wording.signed(bill.round_off)))
    paid = [(label, amount.grouped()) for label, amount in wording.payment_rows(bill)]
    return [
        Rule(),
        *edge_lines(rows, columns),
        Rule("="),
        *grand_total(bill.total, columns),
        Rule("="),
        *edge_lines(paid, columns),
        *(paragraph(f"You saved {rupees(bill.discount)}", columns, Align.CENTRE, bold=True) if bill.discount else ()),
    ]


def edge_lines(rows: list[tuple[str, str]], columns: int) -> list[Text]:
    """Return labels and their amounts at the two edges."""
    return [Text(line) for label, amount in rows for line in edges(label, amount, columns)]


def grand_total(total: Money, columns: int) -> list[PaperLine]:
    """Return the total in the largest letters that it fits in."""
    label, amount = "TOTAL", rupees(total)
    if len(label) + 1 + len(amount) <= columns // 2:
        return [Sides(label, amount, bold=True, size=Size.DOUBLE)]
    return [Text(line, bold=True, size=Size.TALL) for line in edges(label, amount, columns)]


def _tax_summary(bill: BillView, columns: int) -> list[PaperLine]:
    if not wording.shows_tax(bill):
        return []
    inter = bill.tax_type is TaxType.INTER
    labels = ("GST", "Value", "IGST") if inter else ("GST", "Value", "CGST", "SGST")
    widths = _WHOLE[columns] if inter else _HALVES[columns]
    lines = row(labels, labels, widths)
    for part in bill.tax_summary():
        taxes = [part.igst] if inter else [part.cgst, part.sgst]
        cells = [wording.rate_text(part.treatment, part.gst), *(m.grouped() for m in (part.taxable, *taxes))]
        lines += row(cells, labels, widths)
    return [Rule(), *map(Text, lines)]


def _foot(bill: BillView, shop: ShopView, columns: int) -> list[PaperLine]:
    notes = []
    if wording.shows_tax(bill):
        notes += [wording.price_note(bill) or "", wording.NO_REVERSE_CHARGE]
    if wording.mixes_packs(bill.lines):
        notes.append(wording.PACKS_AND_LOOSE)
    signs = "Signature: "
    signs_for = wording.pharmacist_of(bill, shop)
    pharmacist = wrap(f"Pharmacist: {wording.pharmacist_text(signs_for)}", columns) if signs_for else []
    return [
        Rule(),
        *map(Text, flow(notes, columns)),
        *map(Text, wrap(f"Billed by {bill.username}", columns)),
        *map(Text, pharmacist),
        Feed(),
        Text(signs + "_" * (columns - len(signs))),
        *map(Text, wrap(f"Check code: {bill.check_code}", columns)),
    ]


def rupees(amount: Money) -> str:
    """Return an amount as a printer without a rupee sign shows it."""
    return f"Rs. {amount.grouped()}"
