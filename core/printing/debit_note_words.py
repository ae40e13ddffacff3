"""What a debit note says: who gives back what, of which bill, and why (rule 53: number and date of that invoice)."""

from __future__ import annotations

from core.kernel.dates import show_date
from core.kernel.gst import GstTreatment
from core.kernel.money import Money
from core.printing import wording
from core.purchasing.debit_dto import DebitNoteLineView, DebitNoteView

TITLE = "DEBIT NOTE"
_AFTER_TAX = "Less discount after GST"


def taken_back_mark(note: DebitNoteView) -> str | None:
    """Return that and when the note was taken back."""
    return f"{wording.TAKEN_BACK} {show_date(note.taken_back.date)}" if note.taken_back else None


def taken_back_reason(note: DebitNoteView) -> str | None:
    """Return why the note was taken back and by whom."""
    return f"Reason: {note.taken_back.reason} (by {note.taken_back.username})" if note.taken_back else None


def is_inter(note: DebitNoteView) -> bool:
    """Whether its GST is IGST."""
    return bool(note.igst)


def tax_heads(note: DebitNoteView) -> tuple[str, ...]:
    """Return the heads of GST that it asks back; none where there is no GST on it."""
    if not note.tax:
        return ()
    return ("IGST",) if is_inter(note) else ("CGST", "SGST")


def taxes(note: DebitNoteView, of: DebitNoteView | DebitNoteLineView) -> list[Money]:
    """Return the GST of a line or of all by the heads of the note."""
    if not note.tax:
        return []
    return [of.igst] if is_inter(note) else [of.cgst, of.sgst]


def rates(note: DebitNoteView, line: DebitNoteLineView) -> list[str]:
    """Return the rate of a line by the heads of the note."""
    rate = wording.rate_text(line.treatment, line.gst)
    if is_inter(note):
        return [rate]
    half = wording.half_rate(line.gst) if line.treatment is GstTreatment.TAXABLE else rate
    return [half, half]


def supplier_lines(note: DebitNoteView) -> list[str]:
    """Return who is asked: name, address, GSTIN and state, each where it is known."""
    return [
        note.supplier_name,
        *(note.supplier_address or "").splitlines(),
        *([f"GSTIN: {note.supplier_gstin}"] if note.supplier_gstin else []),
        *([f"State: {wording.state_text(note.supplier_state)}"] if note.supplier_state else []),
    ]


def originals(note: DebitNoteView) -> list[str]:
    """Return the bills that it is against, each once: the supplier's number, and the date where it is known."""
    said = [bill_of(line) for line in note.lines]
    return list(dict.fromkeys(text for text in said if text))


def bill_of(line: DebitNoteLineView) -> str:
    """Return the number and date of the bill that a line is against; empty where nobody knows it."""
    if line.bill_number is None:
        return ""
    return line.bill_number if line.billed_on is None else f"{line.bill_number} of {show_date(line.billed_on)}"


def below_item(note: DebitNoteView, line: DebitNoteLineView) -> str:
    """Return what stands below the name: what is wrong with the goods, and of several bills which."""
    bill = bill_of(line) if len(originals(note)) > 1 else ""
    return ", ".join(filter(None, [line.why.words, f"bill {bill}" if bill else ""]))


def sums(note: DebitNoteView) -> list[tuple[str, str]]:
    """Return what the total is made of."""
    return [
        ("Value", note.taxable.grouped()),
        *([(_AFTER_TAX, f"-{note.discount.grouped()}")] if note.discount else []),
        *((head, tax.grouped()) for head, tax in zip(tax_heads(note), taxes(note, note), strict=True)),
    ]
