"""The words that every printed form of a credit note shares (CGST Rules 53(1A); facts A7)."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from core.kernel.dates import show_date
from core.kernel.gst import GstTreatment, Registration, TaxType
from core.kernel.money import Money
from core.printing import wording
from core.printing.wording import Say, as_it_is
from core.returns.dto import CreditNoteLineView, CreditNoteView, RefundMode, RefundView
from core.settings.dto import ShopView

TITLE = "CREDIT NOTE"
NO_TAX_CREDITED = "No GST is credited by this note."
NUMBER = "Note No."
AGAINST = "Against"
REASON = "Reason"
MADE_BY = "Made by"
_REFUNDS = MappingProxyType(
    {
        RefundMode.CASH: "Paid back in cash",
        RefundMode.CARD: "Paid back to card",
        RefundMode.UPI: "Paid back by UPI",
        RefundMode.DUES: "Set against dues",
        RefundMode.ADVANCE: "Kept as advance",
    }
)


def page_marks(shop: ShopView, *, duplicate: bool) -> list[str]:
    """Return what every page says of itself. Rule 48 marks copies of invoices; rule 53 asks for none on a note."""
    return [*([wording.DUPLICATE] if duplicate else []), *([wording.DEMO] if shop.is_demo else [])]


def remark(note: CreditNoteView, shop: ShopView) -> str | None:
    """Return that a shop which collects tax credits none here; another shop does not speak of it."""
    is_silent = shop.registration is not Registration.REGULAR or note.tax_type is not TaxType.NONE
    return None if is_silent else NO_TAX_CREDITED


def note_time(note: CreditNoteView) -> tuple[str, str]:
    """Return a label and the time of posting in India; its date too where it was another day than the note's."""
    return wording.posted_time(note.posted_at, note.date)


def originals(note: CreditNoteView, say: Say = as_it_is) -> list[tuple[str, str]]:
    """Return of each bill that goods came back from what it is called, and its number and date (rule 53(1A)(g))."""
    return [
        (
            say(wording.TITLES[bill.document_kind]).capitalize(),
            f"{bill.number} {say('of')} {show_date(bill.date)}",
        )
        for bill in note.originals
    ]


def bill_of(note: CreditNoteView, line: CreditNoteLineView, say: Say = as_it_is) -> list[str]:
    """Return from which bill a line came back, where there are several."""
    return [f"{say('Bill No.')} {line.bill_number}"] if len(note.originals) > 1 else []


def tax_heads(tax_type: TaxType) -> tuple[str, ...]:
    """Return the heads of a note that shows tax."""
    return ("IGST",) if tax_type is TaxType.INTER else ("CGST", "SGST")


def tax_by_head(note: CreditNoteView, line: CreditNoteLineView) -> list[tuple[str, Money]]:
    """Return a line's rate and tax of each head; an untaxed kind is named once, with nothing credited."""
    rate = wording.rate_text(line.treatment, line.gst)
    if note.tax_type is TaxType.INTER:
        return [(rate, line.igst)]
    if line.treatment is GstTreatment.TAXABLE:
        rate = wording.half_rate(line.gst)
    return [(rate, line.cgst), (rate, line.sgst)]


def sums(note: CreditNoteView) -> list[tuple[str, str]]:
    """Return what stands above the total; nothing where the total is all there is to say."""
    rows: list[tuple[str, str]] = []
    if note.shows_tax:
        amounts = wording.value_by_taxability(note) + wording.taxes(note)
        rows += [(label, amount.grouped()) for label, amount in amounts]
    elif note.round_off:
        rows.append(("Value", note.taxable.grouped()))
    if note.round_off:
        rows.append(("Round off", wording.signed(note.round_off)))
    return rows


def refund_rows(note: CreditNoteView, say: Say = as_it_is) -> list[tuple[str, Money]]:
    """Return how the money went back, each with its reference."""
    return [(_refund_text(refund, say), refund.amount) for refund in note.refunds]


def _refund_text(refund: RefundView, say: Say) -> str:
    mode = say(_REFUNDS[refund.mode])
    return f"{mode} ({refund.reference})" if refund.reference else mode


def notes(note: CreditNoteView) -> Sequence[str]:
    """Return what has to be known of the figures."""
    return [wording.PACKS_AND_LOOSE] if wording.mixes_packs(note.lines) else []
