"""The words that every printed form of a bill shares, receipt and page alike."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from core.kernel.clock import INDIA, business_date
from core.kernel.dates import show_date
from core.kernel.gst import STATES, DocumentKind, GstTreatment, Registration, TaxType
from core.kernel.money import ZERO, Money, Percent
from core.returns.dto import CreditNoteLineView, CreditNoteView
from core.sales.dto import BillLineView, BillView, PriceBasis, TenderMode, TenderView
from core.sales.quotation_dto import QuotationLineView, QuotationView
from core.sales.upi import upi_reference
from core.settings.dto import Licence, Pharmacist, ShopView

#: What a supply's paper is laid out from, and what a line of it.
Document = BillView | CreditNoteView
DocumentLine = BillLineView | CreditNoteLineView
#: Says a word of ours in the language of the paper; ``as_it_is`` where that is English.
Say = Callable[[str], str]


def as_it_is(words: str) -> str:
    """Return the words in English, as they stand in this module."""
    return words


TITLES = MappingProxyType(
    {
        DocumentKind.TAX_INVOICE: "TAX INVOICE",
        DocumentKind.BILL_OF_SUPPLY: "BILL OF SUPPLY",
        DocumentKind.INVOICE_CUM_BILL_OF_SUPPLY: "INVOICE-CUM-BILL OF SUPPLY",
        DocumentKind.CASH_MEMO: "CASH MEMO",
    }
)
#: What rule 49 makes a composition dealer say at the top.
COMPOSITION = "Composition taxable person, not eligible to collect tax on supplies"
DUPLICATE = "DUPLICATE"
DEMO = "DEMO - not a real bill"
PACKS_AND_LOOSE = "Quantity is packs:loose pieces."
PRICES_INCLUDE_GST = "Prices include GST."
RATE_WITHOUT_GST = "Rate is without GST."
CANCELLED = "CANCELLED"
TAKEN_BACK = "TAKEN BACK"
QUOTATION = "QUOTATION"
NOT_AN_INVOICE = "This is not a tax invoice."
TO_ORDER = "To be ordered"
SUPPLY_TO_SEZ = "Supply to SEZ"
_SEZ_WITH_TAX = " unit or SEZ developer for authorised operations on payment of integrated tax"
NO_REVERSE_CHARGE = "Reverse charge: No"


class Copy(enum.StrEnum):
    """Whose copy a page is, in the words of rule 48, where more than one is printed."""

    RECIPIENT = "ORIGINAL FOR RECIPIENT"
    TRANSPORTER = "DUPLICATE FOR TRANSPORTER"
    SUPPLIER = "TRIPLICATE FOR SUPPLIER"
    SECOND_FOR_SUPPLIER = "DUPLICATE FOR SUPPLIER"


#: By how many are printed: a single one bears no mark; of two over a counter nobody transports, the second is kept.
COPIES: Mapping[int, tuple[Copy | None, ...]] = MappingProxyType(
    {
        1: (None,),
        2: (Copy.RECIPIENT, Copy.SECOND_FOR_SUPPLIER),
        3: (Copy.RECIPIENT, Copy.TRANSPORTER, Copy.SUPPLIER),
    }
)

_UNTAXED = MappingProxyType({GstTreatment.NIL: "Nil", GstTreatment.EXEMPT: "Exempt", GstTreatment.NON_GST: "Non-GST"})
_TENDERS = MappingProxyType(
    {
        TenderMode.CASH: "Cash received",
        TenderMode.UPI: "UPI",
        TenderMode.CARD: "Card",
        TenderMode.CHEQUE: "Cheque",
        TenderMode.CREDIT: "On credit",
        TenderMode.ADVANCE: "Advance used",
    }
)


def page_marks(bill: BillView, shop: ShopView, copy: Copy | None, *, duplicate: bool) -> list[str]:
    """Return what every page says of itself: cancelled, printed before, whose copy, no real bill.

    What was printed before is no original any more, whoever gets it.
    """
    cancelled = cancelled_mark(bill)
    is_no_original = duplicate and copy is Copy.RECIPIENT
    return [
        *([cancelled] if cancelled else []),
        *([DUPLICATE] if duplicate else []),
        *([copy.value] if copy and not is_no_original else []),
        *([DEMO] if shop.is_demo else []),
    ]


def declaration(shop: ShopView) -> str | None:
    """Return the sentence that the shop's registration asks for at the top of its bills."""
    return COMPOSITION if shop.registration is Registration.COMPOSITION else None


def shows_tax(bill: BillView) -> bool:
    """Say whether rates and taxes stand on the paper."""
    return bill.document_kind.shows_tax


def at_rates(bill: BillView) -> bool:
    """Say whether the lines are priced at rates without GST, and not at MRP."""
    return bill.price_basis is PriceBasis.EXCLUSIVE


def gross_label(bill: BillView) -> str:
    """Return what the gross sum is called."""
    return "Gross" if at_rates(bill) else "Gross (MRP)"


def price_note(bill: BillView) -> str | None:
    """Return whether the prices include GST, where the paper speaks of GST at all."""
    if not shows_tax(bill):
        return None
    return RATE_WITHOUT_GST if at_rates(bill) else PRICES_INCLUDE_GST


def licence_text(licence: Licence) -> str:
    """Return a licence as a memo names it (Drugs Rules 65(4)(3)(i)): its form and number."""
    return f"D.L. {licence.form}: {licence.number}"


def pharmacist_text(pharmacist: Pharmacist, say: Say = as_it_is) -> str:
    """Return the registered pharmacist and the State Council's number."""
    return f"{pharmacist.name}, {say('Reg. No.')} {pharmacist.registration}"


def pharmacist_of(bill: BillView, shop: ShopView) -> Pharmacist | None:
    """Return who signs: whoever was on duty when a prescription was supplied, else the shop's own."""
    return bill.dispensing.pharmacist if bill.dispensing else shop.pharmacist


def entry_facts(bill: BillView, say: Say = as_it_is) -> list[tuple[str, str]]:
    """Return for whom and by whom it was prescribed, and the entry's number, each where it is known (facts E2).

    An address may have several lines; it stands below whose it is.
    """
    entry = bill.dispensing
    if entry is None:
        return []
    facts = []
    if entry.patient_name:
        facts.append((say("Patient"), _with_address(entry.patient_name, entry.patient_phone, entry.patient_address)))
    if entry.prescriber_name:
        number = f"{say('Reg. No.')} {entry.prescriber_registration}" if entry.prescriber_registration else None
        facts.append((say("Prescriber"), _with_address(entry.prescriber_name, number, entry.prescriber_address)))
    if entry.written_on:
        facts.append((say("Prescribed on"), show_date(entry.written_on)))
    return [*facts, (say("Entry No."), entry.number)]


def _with_address(name: str, beside: str | None, address: str | None) -> str:
    first = ", ".join(part for part in (name, beside) if part)
    return "\n".join(part for part in (first, ", ".join((address or "").splitlines())) if part)


def document_date(of: Document) -> str:
    """Return a paper's date as it is written in India."""
    return show_date(of.date)


def bill_time(bill: BillView) -> tuple[str, str]:
    """Return a label and the time of posting in India; its date too where it was another day than the bill's.

    A memo that was written by hand was posted later, be it on the same day.
    """
    return posted_time(bill.posted_at, None if bill.memo_number else bill.date)


def posted_time(posted_at: datetime, of: date | None) -> tuple[str, str]:
    """Return a label and the time of posting in India, with its date where a paper is not ``of`` that day."""
    at = posted_at.astimezone(INDIA)
    if business_date(posted_at) == of:
        return "Time", f"{at:%H:%M}"
    return "Entered", f"{at:%d-%m-%Y %H:%M}"


def place_of_supply(bill: Document) -> str | None:
    """Return the state's code and name, on an inter-state bill only (rule 46(n))."""
    if bill.tax_type is not TaxType.INTER:
        return None
    return state_text(bill.place_of_supply)


def state_text(code: str) -> str:
    """Return a state's code and name."""
    return f"{code} {STATES.get(code, '')}".rstrip()


def customer_facts(bill: Document, say: Say = as_it_is) -> list[tuple[str, str]]:
    """Return the customer's GSTIN and state (rule 46(d) and (e)), each where it is known."""
    facts = [("GSTIN", bill.customer_gstin)] if bill.customer_gstin else []
    return facts + ([(say("State"), state_text(bill.customer_state))] if bill.customer_state else [])


def to_sez(bill: BillView) -> str | None:
    """Return what a bill to a special economic zone says about itself (rule 46, third proviso)."""
    if not bill.to_sez:
        return None
    return SUPPLY_TO_SEZ + (_SEZ_WITH_TAX if bill.igst else "")


def memo(bill: BillView, say: Say = as_it_is) -> str | None:
    """Return which memo of the hand-written book this is, and its date."""
    return f"{bill.memo_number} {say('of')} {document_date(bill)}" if bill.memo_number else None


def cancelled_mark(bill: BillView, say: Say = as_it_is) -> str | None:
    """Return that and when the bill was cancelled."""
    return f"{say(CANCELLED)} {show_date(bill.cancelled.date)}" if bill.cancelled else None


def corrections(bill: BillView, say: Say = as_it_is) -> list[str]:
    """Return which cancelled bill this one was posted in place of, and which one in its own."""
    links = (("Corrects", bill.corrects), ("Corrected by", bill.corrected_by))
    return [f"{say(words)} {number}" for words, number in links if number]


def cancelled_reason(bill: BillView, say: Say = as_it_is) -> str | None:
    """Return why the bill was cancelled and by whom."""
    if bill.cancelled is None:
        return None
    return f"{say('Reason')}: {bill.cancelled.reason} ({say('by')} {bill.cancelled.username})"


def batch_facts(line: DocumentLine) -> list[str]:
    """Return batch, expiry and HSN of a line, each where it is known, for paper that has no columns for them."""
    expiry = f"Exp {line.expires}" if line.expires else ""
    hsn = f"HSN {line.hsn}" if line.hsn else ""
    return [fact for fact in (f"Batch {line.batch}", expiry, hsn) if fact]


def rate_text(treatment: GstTreatment, gst: Percent, say: Say = as_it_is) -> str:
    """Return the rate of a line, or which untaxed kind it is."""
    return f"{gst}%" if treatment is GstTreatment.TAXABLE else say(_UNTAXED[treatment])


def rate_by_head(treatment: GstTreatment, gst: Percent, tax_type: TaxType) -> str:
    """Return a rate with what of it is central and what State tax (rule 46(l)): ``5% (2.5% + 2.5%)``."""
    whole = rate_text(treatment, gst)
    if treatment is not GstTreatment.TAXABLE or tax_type is not TaxType.INTRA or not gst.basis_points:
        return whole
    return f"{whole} ({half_rate(gst)} + {half_rate(gst)})"


def half_rate(gst: Percent) -> str:
    """Return what of a rate is central and what State tax, each half: ``2.5%`` of 5."""
    return f"{(Decimal(gst.basis_points) / 200).normalize():f}%"


def still_to_pay(bill: BillView) -> Money:
    """Return what a bill says is not paid yet: on credit, or by a UPI payment that nobody has confirmed.

    A cancelled bill is paid by nobody.
    """
    if bill.cancelled:
        return ZERO
    return Money.total(t.amount for t in bill.tenders if t.waits or t.mode is TenderMode.CREDIT)


def pay_caption(bill: BillView) -> str:
    """Return what stands beside the QR code by which the rest is paid."""
    return f"Scan to pay ₹{still_to_pay(bill).grouped()} by UPI"


def payment_rows(bill: BillView, say: Say = as_it_is) -> list[tuple[str, Money]]:
    """Return how the bill was paid, each with its reference, and what cash went back.

    A UPI payment that nobody has confirmed bears the reference of its QR code, by which it is found again.
    """
    rows = [(_tender_text(bill, tender, say), tender.amount) for tender in bill.tenders]
    is_cash = any(tender.mode is TenderMode.CASH for tender in bill.tenders)
    return [*rows, (say("Change"), bill.change)] if is_cash else rows


def _tender_text(bill: BillView, tender: TenderView, say: Say) -> str:
    reference = upi_reference(bill.bill_id) if tender.waits else tender.reference
    mode = say(_TENDERS[tender.mode])
    return f"{mode} ({reference})" if reference else mode


def signed(amount: Money) -> str:
    """Return an amount with its sign always, for a round-off."""
    return f"{'+' if amount.paise > 0 else ''}{amount.grouped()}"


def value_by_taxability(bill: Document) -> list[tuple[str, Money]]:
    """Return what the lines are worth before tax: taxable, and apart from it what bears none (rule 46A)."""
    taxable = [line.taxable for line in bill.lines if line.treatment is GstTreatment.TAXABLE]
    untaxed = [line.taxable for line in bill.lines if line.treatment is not GstTreatment.TAXABLE]
    values = [("Taxable value", Money.total(taxable))] if taxable else []
    return values + ([("Exempt value", Money.total(untaxed))] if untaxed else [])


def value_label(lines: Sequence[DocumentLine]) -> str:
    """Return what the column of values before tax is called: not all of them are taxable on every paper."""
    return "Taxable" if all(line.treatment is GstTreatment.TAXABLE for line in lines) else "Value"


def taxes(bill: Document) -> list[tuple[str, Money]]:
    """Return the bill's taxes by head."""
    if bill.tax_type is TaxType.INTER:
        return [("IGST", bill.igst)]
    return [("CGST", bill.cgst), ("SGST", bill.sgst)]


def mixes_packs(lines: Sequence[DocumentLine | QuotationLineView]) -> bool:
    """Say whether a quantity is shown as packs and loose pieces, which wants explaining."""
    return any(line.pieces_per_pack > 1 for line in lines)


def quotation_facts(quotation: QuotationView) -> list[tuple[str, str]]:
    """Return number, date and the last day on which its prices hold."""
    return [
        ("Quotation No.", quotation.number),
        ("Date", show_date(quotation.date)),
        ("Valid until", show_date(quotation.valid_until)),
    ]


def quoted_customer(quotation: QuotationView) -> list[str]:
    """Return for whom it is: name, address, telephone and GSTIN, each where it is known."""
    customer = quotation.customer
    if customer is None:
        return []
    return [
        *([customer.name] if customer.name else []),
        *(customer.address or "").splitlines(),
        *([f"Phone: {customer.phone}"] if customer.phone else []),
        *([f"GSTIN: {customer.gstin}"] if customer.gstin else []),
    ]


def quotation_sums(quotation: QuotationView) -> list[tuple[str, str]]:
    """Return what stands above the total."""
    rows = [("Gross (MRP)", quotation.gross.grouped())]
    if quotation.discount:
        rows.append(("Discount", (-quotation.discount).grouped()))
    if quotation.round_off:
        rows.append(("Round off", signed(quotation.round_off)))
    return rows


def quotation_notes(quotation: QuotationView, shop: ShopView) -> list[str]:
    """Return what has to be known of the figures; a shop that may not collect GST does not speak of it."""
    return [
        *([PRICES_INCLUDE_GST] if shop.registration is Registration.REGULAR else []),
        *([PACKS_AND_LOOSE] if mixes_packs(quotation.lines) else []),
        *([f"{TO_ORDER}: not in stock today."] if any(line.to_order for line in quotation.lines) else []),
        "Scheduled drugs are sold on a prescription only.",
    ]
