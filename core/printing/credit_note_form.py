"""A credit note as text on half or whole pages of a dot-matrix printer, 80, 96 or 120 letters wide.

Holds the particulars of rule 53(1A) (facts A1 and A7). Text has no rupee sign.
"""

from __future__ import annotations

from core.kernel.quantity import show_quantity
from core.printing import credit_note_wording as words
from core.printing import wording
from core.printing.form import Form, FormPage, flow
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
from core.returns.dto import CreditNoteLineView, CreditNoteView
from core.settings.dto import ShopView


def credit_note_form(note: CreditNoteView, shop: ShopView, form: Form, *, duplicate: bool = False) -> list[FormPage]:
    """Return the note's pages; no line is wider than the form. ``duplicate`` marks a reprint."""
    width = form.columns
    marks = words.page_marks(shop, duplicate=duplicate)
    remark = words.remark(note, shop)
    reference = f"{words.NUMBER} {note.number}  {wording.document_date(note)}"
    body = Body(
        first=[
            *head(shop, words.TITLE, marks, [remark] if remark else [], width),
            *_parties(note, width),
            across(width),
        ],
        further=short_head(shop, " - ".join([words.TITLE, *marks]), reference, note.customer_name, width),
        table=table(_titles(note), [_line(note, line) for line in note.lines], width),
        closing=_closing(note, shop, width),
    )
    return paged(form, body, f"Check code: {note.check_code}  {words.MADE_BY} {note.username}")


def _parties(note: CreditNoteView, width: int) -> list[Text]:
    facts = [(words.NUMBER, note.number), *when(wording.document_date(note), *words.note_time(note))]
    if place := wording.place_of_supply(note):
        facts.append(("Place of supply", place))
    against = [f"{words.AGAINST}: {kind} {which}" for kind, which in words.originals(note)]
    return [
        *parties(note, facts, width),
        *map(Text, flow([*against, f"{words.REASON}: {note.reason}"], width)),
    ]


def _titles(note: CreditNoteView) -> list[str]:
    taxed = [wording.value_label(note.lines), *words.tax_heads(note.tax_type)] if note.shows_tax else []
    return ["Qty", *taxed, "Amount"]


def _line(note: CreditNoteView, line: CreditNoteLineView) -> TableLine:
    # what of it is central and what State tax stands in the summary, where it takes no line of each item
    rate = [f"GST {wording.rate_text(line.treatment, line.gst)}"] if note.shows_tax else []
    pack = [line.pack_label] if line.pack_label else []
    taxed = [line.taxable, *(tax for _, tax in words.tax_by_head(note, line))] if note.shows_tax else []
    return TableLine(
        name=f"{line.line}. {line.item_name}",
        details=[*words.bill_of(note, line), *wording.batch_facts(line), *pack, *rate],
        figures=[
            show_quantity(line.units, line.pieces_per_pack),
            *(amount.grouped() for amount in taxed),
            line.amount.grouped(),
        ],
        amount=line.amount,
    )


def _closing(note: CreditNoteView, shop: ShopView, width: int) -> list[Text]:
    sums = Sums(
        by_rate=note.tax_summary() if note.shows_tax else (),
        tax_type=note.tax_type,
        rows=words.sums(note),
        total=note.total,
        payments=words.refund_rows(note),
    )
    return [*closing(sums, width), *signature(words.notes(note), shop, None, width)]
