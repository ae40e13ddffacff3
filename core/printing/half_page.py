"""A bill as text on half or whole pages of a dot-matrix printer, 80, 96 or 120 letters wide.

Holds what rules 46, 46A and 49 (facts A1) and the Drugs Rules' memo (facts E2) ask for. Its head and foot stand on
every page; a table that goes on carries its sum over. Text has no rupee sign and no QR code.
"""

from __future__ import annotations

from core.kernel.gst import GstTreatment
from core.kernel.quantity import show_quantity
from core.printing import wording
from core.printing.form import Form, FormPage, flow, wrap
from core.printing.form_parts import (
    Body,
    Sums,
    TableLine,
    across,
    closing,
    head,
    paged,
    parties,
    short_head,
    signature,
    table,
    when,
)
from core.printing.paper import Text
from core.sales.dto import BillLineView, BillView
from core.settings.dto import ShopView


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
    title = wording.TITLES[bill.document_kind]
    about = [*wording.corrections(bill), *filter(None, [wording.cancelled_reason(bill)])]
    body = Body(
        first=[*head(shop, title, marks, about, width), *_parties(bill, width), across(width)],
        further=_short_head(bill, shop, " - ".join([title, *marks]), width),
        table=table(_titles(bill), [_line(bill, line) for line in bill.lines], width),
        closing=_closing(bill, shop, width),
    )
    return paged(form, body, f"Check code: {bill.check_code}  Billed by {bill.username}")


def _short_head(bill: BillView, shop: ShopView, title: str, width: int) -> list[Text]:
    number = f"Bill No. {bill.number}  {wording.document_date(bill)}"
    return short_head(shop, title, number, bill.customer_name, width)


def _parties(bill: BillView, width: int) -> list[Text]:
    facts = [("Bill No.", bill.number), *when(wording.document_date(bill), *wording.bill_time(bill))]
    if memo := wording.memo(bill):
        facts.append(("Written memo", memo))
    if place := wording.place_of_supply(bill):
        facts.append(("Place of supply", place))
    entry = [f"{name}: {', '.join(text.splitlines())}" for name, text in wording.entry_facts(bill)]
    return [
        *parties(bill, facts, width),
        *map(Text, wrap(wording.to_sez(bill) or "", width)),
        *map(Text, flow(entry, width)),
    ]


def _line(bill: BillView, line: BillLineView) -> TableLine:
    name = f"{line.line}. {line.item_name}"
    return TableLine(name, _details(bill, line), _figures(bill, line), line.amount)


def _titles(bill: BillView) -> list[str]:
    with_tax = wording.shows_tax(bill)
    return [
        "Qty",
        "Rate" if wording.at_rates(bill) else "MRP",
        *(["Disc."] if bill.discount else []),
        *([wording.value_label(bill.lines), "GST"] if with_tax else []),
        "Amount",
    ]


def _figures(bill: BillView, line: BillLineView) -> list[str]:
    return [
        show_quantity(line.units, line.pieces_per_pack),
        line.rate.grouped() if line.rate else line.mrp.grouped(),
        *([line.discount.grouped()] if bill.discount else []),
        *([line.taxable.grouped(), wording.rate_text(line.treatment, line.gst)] if wording.shows_tax(bill) else []),
        line.amount.grouped(),
    ]


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
    sums = Sums(
        by_rate=bill.tax_summary() if wording.shows_tax(bill) else (),
        tax_type=bill.tax_type,
        rows=_sums(bill),
        total=bill.total,
        payments=wording.payment_rows(bill),
        saying=f"You saved Rs. {bill.discount.grouped()}" if bill.discount else "",
    )
    signs = signature(_notes(bill), shop, wording.pharmacist_of(bill, shop), width)
    return [*closing(sums, width), *signs]


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


def _notes(bill: BillView) -> list[str]:
    notes = [wording.price_note(bill) or "", wording.NO_REVERSE_CHARGE] if wording.shows_tax(bill) else []
    if wording.mixes_packs(bill.lines):
        notes.append(wording.PACKS_AND_LOOSE)
    return notes
