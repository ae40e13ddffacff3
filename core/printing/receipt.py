"""A bill laid out for a receipt roll of 32, 42 or 48 columns.

Holds what rules 46, 46A and 49 (facts A1) and the Drugs Rules' memo (facts E2) ask for, and beyond that what the
template says. A printer's own letters have no rupee sign and no Hindi: ``paper.fit`` spells them in ASCII.

Words that the law prescribes letter by letter (the composition dealer's sentence, a supply to a special economic zone)
stay English in every language; the document's name stands in English beside the Hindi.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.kernel.gst import GstTreatment
from core.kernel.money import Money
from core.kernel.quantity import show_quantity
from core.printing import wording
from core.printing.codes import Bitmap
from core.printing.dto import Columns
from core.printing.languages import Language, amount_in_words, sayer
from core.printing.paper import (
    Align,
    Blank,
    Cells,
    Cut,
    Feed,
    Flow,
    PaperLine,
    Qr,
    Rule,
    Size,
    Text,
    edges_of,
)
from core.printing.receipt_parts import (
    customer_lines,
    dated,
    logo_lines,
    marks,
    one_below_the_other,
    rupees,
    shop_head,
    sums,
    table_head,
    tax_summary,
    with_english,
)
from core.printing.templates import FULL, Part, ReceiptTemplate
from core.printing.wording import Say
from core.sales.dto import BillLineView, BillView, TenderMode
from core.sales.upi import upi_link, upi_reference
from core.settings.dto import ShopView

# widths of the columns of a table by the paper's columns
WITH_DISCOUNT: Mapping[int, tuple[int, ...]] = {32: (6, 9, 7, 10), 42: (10, 10, 9, 13), 48: (11, 12, 11, 14)}
WITHOUT_DISCOUNT: Mapping[int, tuple[int, ...]] = {32: (8, 11, 13), 42: (12, 14, 16), 48: (14, 16, 18)}
_MANUFACTURER_LETTERS = 20


@dataclass(frozen=True, slots=True)
class _Form:
    """What a receipt is laid out from; ``say`` says our own words in its language."""

    bill: BillView
    shop: ShopView
    columns: Columns
    template: ReceiptTemplate
    parts: frozenset[Part]
    language: Language
    say: Say

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages of what stands one below the other, because side by side it is too wide."""
        return one_below_the_other(self.language)


def receipt(
    bill: BillView,
    shop: ShopView,
    columns: Columns,
    *,
    duplicate: bool = False,
    template: ReceiptTemplate = FULL,
    raster: bool = False,
    upi_id: str = "",
    logo: Bitmap | None = None,
) -> tuple[PaperLine, ...]:
    """Return the receipt's lines for a paper of so many columns; ``duplicate`` marks a reprint.

    ``raster`` where it is drawn and not printed in the printer's own letters: only then are the words in the template's
    language. With a ``upi_id`` it bears a QR code for what is still to be paid.
    """
    language = template.language if raster else Language.ENGLISH
    form = _Form(bill, shop, columns, template, template.shown_on(bill), language, sayer(language))
    return (
        *_marks(form, duplicate=duplicate),
        *(logo_lines(logo, columns) if Part.LOGO in form.parts else ()),
        *shop_head(shop, form.say),
        *(Text(line, Align.CENTRE) for line in template.head),
        *_document(form),
        *_items(form),
        *_totals(form),
        *_tax_summary(form),
        *(_to_pay(form, upi_id) if upi_id and Part.UPI_QR in form.parts else ()),
        *_foot(form),
        *(Text(line, Align.CENTRE) for line in template.foot),
        *_marks(form, duplicate=duplicate),
        Cut(),
    )


def _marks(form: _Form, *, duplicate: bool) -> list[PaperLine]:
    bill, say = form.bill, form.say
    return [
        *marks(form.shop, form.language, duplicate=duplicate),
        Text(wording.cancelled_mark(bill, say) or "", Align.CENTRE, bold=True, size=Size.DOUBLE),
        Text(wording.cancelled_reason(bill, say) or "", Align.CENTRE),
        *(Text(link, Align.CENTRE, bold=True) for link in wording.corrections(bill, say)),
    ]


def _document(form: _Form) -> list[PaperLine]:
    bill, say = form.bill, form.say
    lines: list[PaperLine] = [
        Text(f"{say('Bill No.')} {bill.number}"),
        dated(wording.document_date(bill), *wording.bill_time(bill), say),
    ]
    if memo := wording.memo(bill, say):
        lines.append(Text(f"{say('Hand-written memo')} {memo}"))
    lines += customer_lines(bill, say)
    lines.append(Text(wording.to_sez(bill) or ""))
    lines += [Text(f"{fact}: {text}") for fact, text in wording.entry_facts(bill, say)]
    title = Text(with_english(wording.TITLES[bill.document_kind], form.language), Align.CENTRE, bold=True)
    return [Rule("="), title, Rule("="), *lines]


def _items(form: _Form) -> list[PaperLine]:
    bill, say = form.bill, form.say
    names = ("Qty", "Rate" if wording.at_rates(bill) else "MRP", *(["Disc."] if bill.discount else []), "Amount")
    labels = tuple(map(say, names))
    edges = edges_of((WITH_DISCOUNT if bill.discount else WITHOUT_DISCOUNT)[form.columns])
    out: list[PaperLine] = [Rule(), *table_head(names, edges, form.language), Rule()]
    for line in bill.lines:
        price = line.rate.grouped() if line.rate else line.mrp.grouped()
        cells = [show_quantity(line.units, line.pieces_per_pack), price, line.amount.grouped()]
        if bill.discount:
            cells.insert(2, line.discount.grouped())
        out += [
            Text(f"{line.line}. {line.item_name}", bold=True),
            Flow(tuple(_details(form, line))),
            Cells(tuple(cells), labels, edges),
            Flow(tuple(_worked_out(form, line))),
        ]
    return out


def _worked_out(form: _Form, line: BillLineView) -> list[str]:
    """Return what came free, and how an amount at a rate without GST came about."""
    say = form.say
    free = [f"{say('Free')} {show_quantity(line.free_units, line.pieces_per_pack)}"] if line.free_units else []
    if line.rate is None or line.treatment is not GstTreatment.TAXABLE or not wording.shows_tax(form.bill):
        return free
    tax = line.cgst + line.sgst + line.igst
    return [*free, f"{say('Taxable')} {line.taxable.grouped()}", f"GST {tax.grouped()}"]


def _details(form: _Form, line: BillLineView) -> list[str]:
    say, parts = form.say, form.parts
    details = [f"{say('Batch')} {line.batch}"]
    if line.expires:
        details.append(f"{say('Exp')} {line.expires}")
    if line.hsn and Part.HSN in parts:
        details.append(f"HSN {line.hsn}")
    if wording.shows_tax(form.bill):
        details.append(f"GST {wording.rate_text(line.treatment, line.gst, say)}")
    if line.pack_label and Part.PACK in parts:
        details.append(line.pack_label)
    if line.rate:
        details.append(f"MRP {line.mrp.grouped()}")
    if line.manufacturer and Part.MAKER in parts:
        details.append(f"{say('Mfr')} {_short(line.manufacturer)}")
    return details


def _short(name: str) -> str:
    """Return as many whole words of a maker's name as twenty letters hold, the first one cut if it must be."""
    words = name.split()
    held = [" ".join(words[:count]) for count in range(len(words), 0, -1)]
    whole = next((part for part in held if len(part) <= _MANUFACTURER_LETTERS), name.strip()[:_MANUFACTURER_LETTERS])
    return whole.rstrip(" ,&")


def _totals(form: _Form) -> list[PaperLine]:
    bill, say = form.bill, form.say
    rows = [(say(wording.gross_label(bill)), bill.gross.grouped())]
    if bill.discount:
        rows.append((say("Discount"), (-bill.discount).grouped()))
    if wording.shows_tax(bill):
        amounts = wording.value_by_taxability(bill) + wording.taxes(bill)
        rows += [(say(label), amount.grouped()) for label, amount in amounts]
    if bill.round_off:
        rows.append((say("Round off"), wording.signed(bill.round_off)))
    out = sums(rows, bill.total, wording.payment_rows(bill, say), say)
    if Part.WORDS in form.parts:
        out.append(Text(amount_in_words(bill.total, form.language), Align.CENTRE))
    if bill.discount and Part.SAVINGS in form.parts:
        out.append(_sum_said(form, "You saved {amount}", bill.discount))
    return out


def _sum_said(form: _Form, sentence: str, amount: Money) -> Text:
    said = (sayer(language)(sentence).format(amount=rupees(amount)) for language in form.languages)
    return Text("\n".join(said), Align.CENTRE, bold=True)


def _tax_summary(form: _Form) -> list[PaperLine]:
    bill = form.bill
    if not wording.shows_tax(bill) or Part.GST_SUMMARY not in form.parts:
        return []
    return tax_summary(bill.tax_summary(), bill.tax_type, form.columns, form.language)


def _to_pay(form: _Form, upi_id: str) -> list[PaperLine]:
    """Return a QR code for a UPI payment that nobody has confirmed, and one for what stands on credit.

    Each asks for its own amount, since one may have been paid at the counter already; a cancelled bill asks for none.
    """
    bill = form.bill
    if bill.cancelled:
        return []
    waiting = Money.total(tender.amount for tender in bill.tenders if tender.waits)
    credit = Money.total(tender.amount for tender in bill.tenders if tender.mode is TenderMode.CREDIT)
    asked = (("Scan to pay {amount} by UPI", waiting), ("On credit: scan to pay {amount} by UPI", credit))
    out: list[PaperLine] = []
    for sentence, amount in asked:
        if amount.paise > 0:
            link = upi_link(upi_id, form.shop.name, amount, upi_reference(bill.bill_id))
            # the white around a code that a camera looks for
            out += [Rule(), _sum_said(form, sentence, amount), Feed(), Qr(link), Feed()]
    return out


def _foot(form: _Form) -> list[PaperLine]:
    bill, say = form.bill, form.say
    notes = []
    if wording.shows_tax(bill):
        notes += [wording.price_note(bill) or "", wording.NO_REVERSE_CHARGE]
    if wording.mixes_packs(bill.lines):
        notes.append(wording.PACKS_AND_LOOSE)
    out: list[PaperLine] = [
        Rule(),
        *(Flow(tuple(map(sayer(language), notes))) for language in form.languages),
        Text(f"{say('Billed by')} {bill.username}"),
    ]
    signs = wording.pharmacist_of(bill, form.shop)
    if signs and Part.PHARMACIST in form.parts:
        out.append(Text(f"{say('Pharmacist')}: {wording.pharmacist_text(signs, say)}"))
    if Part.SIGNATURE in form.parts:
        out += [Feed(), Blank(f"{say('Signature')}:")]
    return [*out, Text(f"{say('Check code')}: {bill.check_code}")]
