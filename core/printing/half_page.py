"""A bill as text on half or whole pages of a dot-matrix printer, 80, 96 or 120 letters wide.

Holds what rules 46, 46A and 49 (facts A1) and the Drugs Rules' memo (facts E2) ask for. Its head and foot stand on
every page; a table that goes on carries its sum over. Text has no rupee sign and no QR code.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from core.kernel.gst import GstTreatment, TaxType
from core.kernel.quantity import show_quantity
from core.kernel.words import rupees_in_words
from core.printing import wording
from core.printing.form import Form, FormFlow, FormPage, FormRow, clip, edges, flow, row, wrap
from core.printing.paper import Text
from core.printing.plain import plain
from core.sales.dto import BillLineView, BillView
from core.settings.dto import ShopView

_LEAST_NAME = 22
_FACTS = 32
_SUMS = 30
_FOOT_LINES = 2


def half_page(
    bill: BillView, shop: ShopView, form: Form, *, duplicate: bool = False, copies: int = 1
) -> list[FormPage]:
    """Return the bill's pages, those of one copy after those of another; no line is wider than the form.

    ``duplicate`` marks a reprint. Two or three ``copies`` say for whom each is (rule 48).
    """
    marked = (wording.page_marks(bill, shop, copy, duplicate=duplicate) for copy in wording.COPIES[copies])
    return [page for marks in marked for page in _copy(bill, shop, form, marks)]


def _copy(bill: BillView, shop: ShopView, form: Form, marks: list[str]) -> list[FormPage]:
    width = form.columns
    height = form.usable - _FOOT_LINES
    pages = FormFlow(height, width, _short_head(bill, shop, marks, width))
    pages.put([*_head(bill, shop, marks, width), *_parties(bill, width), _rule(width)])
    closing = _closing(bill, shop, width)
    head, rows = _table(bill, width)
    pages.put_table(head, rows, len(closing))
    pages.put(closing)
    count = len(pages.pages)
    return [
        (*page, *[Text("")] * (height - len(page)), *_foot(bill, f"Page {number} of {count}", width))
        for number, page in enumerate(pages.pages, 1)
    ]


def _rule(width: int, mark: str = "-") -> Text:
    return Text(mark * width)


def _beside(left: Sequence[str], right: Sequence[str], start: int) -> list[Text]:
    """Return two columns; the right one begins at ``start``."""
    return [Text(f"{one.ljust(start)}{other}") for one, other in itertools.zip_longest(left, right, fillvalue="")]


def _head(bill: BillView, shop: ShopView, marks: list[str], width: int) -> list[Text]:
    said = [*shop.address.splitlines(), *([f"Phone: {shop.phone}"] if shop.phone else [])]
    numbers = [*([f"GSTIN: {shop.gstin}"] if shop.gstin else []), *map(wording.licence_text, shop.licences)]
    right_width = min(max((len(plain(mark)) for mark in marks), default=0), width // 2)
    left_width = width - right_width - (2 if marks else 0)
    left = [*wrap(", ".join(said), left_width), *flow(numbers, left_width)]
    right = [line.rjust(right_width) for mark in marks for line in wrap(mark, right_width)]
    about = [*wording.corrections(bill), *filter(None, [wording.cancelled_reason(bill)])]
    return [
        *(Text(line, bold=True) for line in wrap(wording.declaration(shop) or "", width)),
        *(Text(line, bold=True) for line in edges(shop.name, wording.TITLES[bill.document_kind], width)),
        *_beside(left, right, width - right_width),
        *(Text(line) for line in flow(about, width)),
        _rule(width),
    ]


def _short_head(bill: BillView, shop: ShopView, marks: list[str], width: int) -> list[Text]:
    title = " - ".join([wording.TITLES[bill.document_kind], *marks])
    number = f"Bill No. {bill.number}  {wording.bill_date(bill)}"
    gstin = f"GSTIN: {shop.gstin}  " if shop.gstin else ""
    customer = clip(bill.customer_name or "", width - len(number) - len(gstin) - 2)
    return [
        *(Text(line, bold=True) for line in edges(clip(shop.name, width // 2), title, width)),
        *map(Text, edges(f"{gstin}{customer}", number, width)),
        _rule(width),
    ]


def _parties(bill: BillView, width: int) -> list[Text]:
    start = width - _FACTS
    known = [f"{label}: {text}" for label, text in wording.customer_facts(bill)]
    phone = f"Phone: {bill.customer_phone}" if bill.customer_phone else ""
    name = bill.customer_name or ("" if known else "Cash customer")
    who = [part for part in (f"To: {name}" if name else "", phone) if part]
    left = [
        *flow(who, start - 2),
        *wrap(", ".join((bill.customer_address or "").splitlines()), start - 2),
        *flow(known, start - 2),
    ]
    label, time = wording.bill_time(bill)
    facts = [("Bill No.", bill.number), ("Date", f"{wording.bill_date(bill)}{f'  {time}' if label == 'Time' else ''}")]
    if label != "Time":
        facts.append((label, time))
    if memo := wording.memo(bill):
        facts.append(("Written memo", memo))
    if place := wording.place_of_supply(bill):
        facts.append(("Place of supply", place))
    right = [line for name, text in facts for line in wrap(f"{name}: {text}", _FACTS)]
    entry = [f"{name}: {', '.join(text.splitlines())}" for name, text in wording.entry_facts(bill)]
    return [
        *_beside(left, right, start),
        *map(Text, wrap(wording.to_sez(bill) or "", width)),
        *map(Text, flow(entry, width)),
    ]


def _table(bill: BillView, width: int) -> tuple[list[Text], list[FormRow]]:
    """Return the table's head, and its rows with figures beside the names where there is room for both, else below."""
    titles = _titles(bill)
    figures = [_figures(bill, line) for line in bill.lines]
    widths = [max(map(len, column)) + 2 for column in zip(titles, *figures, strict=True)]
    for_name = width - sum(widths)
    if for_name < _LEAST_NAME:
        rows = [
            [*wrap(f"{line.line}. {line.item_name}", width), *flow(_details(bill, line), width), *_below(titles, cells)]
            for line, cells in zip(bill.lines, figures, strict=True)
        ]
        rows = [[part for text in row for part in wrap(text, width)] for row in rows]
        head = "Item"
    else:
        rows = [
            _row(bill, line, _right(cells, widths), for_name) for line, cells in zip(bill.lines, figures, strict=True)
        ]
        head = "Item".ljust(for_name) + _right(titles, widths)
    return (
        [Text(head, bold=True)],
        [FormRow(lines=tuple(lines), amount=line.amount) for line, lines in zip(bill.lines, rows, strict=True)],
    )


def _titles(bill: BillView) -> list[str]:
    with_tax = wording.shows_tax(bill)
    return [
        "Qty",
        "Rate" if wording.at_rates(bill) else "MRP",
        *(["Disc."] if bill.discount else []),
        *(["Taxable" if _all_taxable(bill) else "Value", "GST"] if with_tax else []),
        "Amount",
    ]


def _all_taxable(bill: BillView) -> bool:
    return all(line.treatment is GstTreatment.TAXABLE for line in bill.lines)


def _figures(bill: BillView, line: BillLineView) -> list[str]:
    return [
        show_quantity(line.units, line.pieces_per_pack),
        line.rate.grouped() if line.rate else line.mrp.grouped(),
        *([line.discount.grouped()] if bill.discount else []),
        *([line.taxable.grouped(), wording.rate_text(line.treatment, line.gst)] if wording.shows_tax(bill) else []),
        line.amount.grouped(),
    ]


def _right(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))


def _below(titles: Sequence[str], cells: Sequence[str]) -> list[str]:
    return ["  ".join(f"{title} {cell}" for title, cell in zip(titles, cells, strict=True))]


def _row(bill: BillView, line: BillLineView, figures: str, for_name: int) -> list[str]:
    """Return a row: the figures beside the first line of the name, what belongs to it below or, if short, beside."""
    name, details = f"{line.line}. {line.item_name}", _details(bill, line)
    width = for_name + len(figures)
    together = "  ".join(map(plain, [name, *details]))
    if len(together) <= for_name:
        return [together.ljust(for_name) + figures]
    first, *more = wrap(name, for_name)
    rest = [" ".join(more)] if more else []
    return [first.ljust(for_name) + figures, *(f"   {text}" for text in flow([*rest, *details], width - 3))]


def _details(bill: BillView, line: BillLineView) -> list[str]:
    is_taxed_rate = line.rate is not None and line.treatment is GstTreatment.TAXABLE and wording.shows_tax(bill)
    return [
        *wording.batch_facts(line),
        *([line.pack_label] if line.pack_label else []),
        *([f"Mfr {line.manufacturer}"] if line.manufacturer else []),
        *([f"MRP {line.mrp.grouped()}"] if line.rate else []),
        *([f"Free {show_quantity(line.free_units, line.pieces_per_pack)}"] if line.free_units else []),
        *([f"Tax {(line.cgst + line.sgst + line.igst).grouped()}"] if is_taxed_rate else []),
    ]


def _closing(bill: BillView, shop: ShopView, width: int) -> list[Text]:
    left_width = width - _SUMS - 4
    paid = [f"{label} {amount.grouped()}" for label, amount in wording.payment_rows(bill)]
    left = [
        *_tax_summary(bill, left_width),
        *wrap(rupees_in_words(bill.total), left_width),
        *flow(paid, left_width),
    ]
    right = [line for label, amount in _sums(bill) for line in edges(label, amount, _SUMS)]
    saved = f"You saved Rs. {bill.discount.grouped()}" if bill.discount else ""
    total = f"TOTAL Rs. {bill.total.grouped()}"
    return [
        _rule(width),
        *_beside(left, right, width - _SUMS),
        *(Text(line, bold=True) for line in edges(saved, total, width)),
        *_signature(bill, shop, width),
    ]


def _tax_summary(bill: BillView, width: int) -> list[str]:
    """Return value, rate and tax of each rate by head (rule 46(l) and (m))."""
    if not wording.shows_tax(bill):
        return []
    inter = bill.tax_type is TaxType.INTER
    labels = ["GST", "Value", *(["IGST"] if inter else ["CGST", "SGST"])]
    column = (width - 16) // (len(labels) - 1)
    widths = [width - column * (len(labels) - 1), *[column] * (len(labels) - 1)]
    lines = row(labels, labels, widths)
    for part in bill.tax_summary():
        taxes = [part.igst] if inter else [part.cgst, part.sgst]
        rate = wording.rate_by_head(part.treatment, part.gst, bill.tax_type)
        lines += row([rate, *(amount.grouped() for amount in (part.taxable, *taxes))], labels, widths)
    return lines


def _sums(bill: BillView) -> list[tuple[str, str]]:
    rows = [(wording.gross_label(bill), bill.gross.grouped())]
    if bill.discount:
        rows.append(("Discount", (-bill.discount).grouped()))
    if wording.shows_tax(bill):
        amounts = wording.value_by_taxability(bill) + wording.taxes(bill)
        rows += [(label, amount.grouped()) for label, amount in amounts]
    if bill.round_off:
        rows.append(("Round off", wording.signed(bill.round_off)))
    return rows


def _signature(bill: BillView, shop: ShopView, width: int) -> list[Text]:
    notes = [wording.price_note(bill) or "", wording.NO_REVERSE_CHARGE] if wording.shows_tax(bill) else []
    if wording.mixes_packs(bill.lines):
        notes.append(wording.PACKS_AND_LOOSE)
    pharmacist = wording.pharmacist_of(bill, shop)
    signs = f"Pharmacist: {wording.pharmacist_text(pharmacist)}" if pharmacist else "Authorised signatory"
    return [
        *map(Text, edges("  ".join(notes), f"For {shop.name}", width)),
        Text(""),
        *map(Text, edges("", signs, width)),
    ]


def _foot(bill: BillView, page: str, width: int) -> list[Text]:
    said = clip(f"Check code: {bill.check_code}  Billed by {bill.username}", width - len(page) - 2)
    return [_rule(width), Text(edges(said, page, width)[0])]
