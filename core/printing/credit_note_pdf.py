"""A credit note on A4 or A5 pages.

Holds the particulars of rule 53(1A) (facts A1 and A7) and the licences that stand on every paper of the shop. Where no
tax is credited it has no columns for it.
"""

from __future__ import annotations

import itertools

from core.kernel.gst import GstTreatment
from core.kernel.money import Money
from core.kernel.quantity import show_quantity
from core.printing import credit_note_wording as words
from core.printing import wording
from core.printing.closing import closing, said, sums, tax_summary
from core.printing.codes import Bitmap
from core.printing.measures import A4, Sheet
from core.printing.page import Page, Piece, Side, beside, space, stack, to_pdf
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
from core.returns.dto import CreditNoteLineView, CreditNoteView
from core.settings.dto import ShopView


def credit_note_pdf(
    note: CreditNoteView, shop: ShopView, *, sheet: Sheet = A4, duplicate: bool = False, logo: Bitmap | None = None
) -> bytes:
    """Return the note as a PDF. The same note gives the same bytes; the rest as ``credit_note_pages`` says."""
    pages = credit_note_pages(note, shop, sheet=sheet, duplicate=duplicate, logo=logo)
    return to_pdf(pages, sheet.size, title=f"{words.TITLE.capitalize()} {note.number}", author=shop.name)


def credit_note_pages(
    note: CreditNoteView, shop: ShopView, *, sheet: Sheet = A4, duplicate: bool = False, logo: Bitmap | None = None
) -> list[Page]:
    """Return the note's pages as data; ``duplicate`` marks a reprint, ``logo`` stands before the shop's name."""
    marks = words.page_marks(shop, duplicate=duplicate)
    remark = words.remark(note, shop)
    head = letterhead(
        sheet,
        shop,
        words.TITLE,
        marks,
        strong=[remark] if remark else [],
        declaration=wording.declaration(shop),
        logo=logo,
    )
    reference = f"{words.NUMBER} {note.number}{DOT}{wording.document_date(note)}"
    further = short_head(sheet, shop, DASH.join([words.TITLE, *marks]), reference, note.customer_name)
    bodies = paginate(
        sheet,
        stack(head, _parties(note, sheet), space(6)),
        stack(further, space(6)),
        _lines(note, sheet),
        stack(space(8), _closing(note, shop, sheet)),
    )
    check, by = f"Check code: {note.check_code}", f"{words.MADE_BY} {note.username}"
    return sheet_pages(sheet, bodies, check, by, demo_watermark(shop))


def _parties(note: CreditNoteView, sheet: Sheet) -> Piece:
    half = sheet.width / 2
    facts = [(words.NUMBER, note.number), ("Date", wording.document_date(note)), words.note_time(note)]
    if place := wording.place_of_supply(note):
        facts.append(("Place of supply", place))
    right = stack(*(fact(sheet, label, text, half) for label, text in facts))
    labels = itertools.chain([words.AGAINST], itertools.repeat(""))
    against = [(label, f"{kind} {which}") for label, (kind, which) in zip(labels, words.originals(note), strict=False)]
    return stack(
        space(5),
        beside((0, customer(sheet, note)), (half, right)),
        space(5),
        *(fact(sheet, label, text, sheet.width) for label, text in (*against, (words.REASON, note.reason))),
        space(5),
    )


def _lines(note: CreditNoteView, sheet: Sheet) -> Table:
    details = [] if sheet.narrow else [Column("HSN"), Column("Batch", widest=64), Column("Expiry")]
    heads = words.tax_heads(note.tax_type) if note.shows_tax else ()
    taxed = [wording.value_label(note.lines), *heads] if heads else []
    columns = [
        Column("Sl", Side.RIGHT),
        Column("Item", takes_rest=True),
        *details,
        quantity_column(sheet, note.lines),
        *(Column(title, Side.RIGHT) for title in taxed),
        Column("Amount", Side.RIGHT),
    ]
    last = [
        Cell(""),
        Cell("Total"),
        *(Cell("") for _ in details),
        Cell(""),
        *([Cell(note.taxable.grouped())] if heads else []),
        *(Cell(tax.grouped()) for _, tax in (wording.taxes(note) if heads else [])),
        Cell(Money.total(line.amount for line in note.lines).grouped()),
    ]
    rows = [_line(note, line, sheet) for line in note.lines]
    return lay_out(columns, rows, sheet.width, sizes=sheet.table_sizes, least_rest=sheet.least_item, sums=last)


def _line(note: CreditNoteView, line: CreditNoteLineView, sheet: Sheet) -> list[Cell]:
    """Return a line's cells; below the tax of each head stands its rate."""
    batch = DOT.join(wording.batch_facts(line)) if sheet.narrow else ""
    below = [text for text in (*words.bill_of(note, line), batch) if text]
    details = [] if sheet.narrow else [Cell(line.hsn or ""), Cell(line.batch), Cell(str(line.expires or ""))]
    return [
        Cell(str(line.line)),
        Cell(line.item_name, note="\n".join(below)),
        *details,
        Cell(show_quantity(line.units, line.pieces_per_pack), note=line.pack_label),
        *([Cell(line.taxable.grouped()), *_taxes(note, line)] if note.shows_tax else []),
        Cell(line.amount.grouped()),
    ]


def _taxes(note: CreditNoteView, line: CreditNoteLineView) -> list[Cell]:
    by_head = words.tax_by_head(note, line)
    if line.treatment is not GstTreatment.TAXABLE:
        return [Cell(rate) for rate, _ in by_head]
    return [Cell(tax.grouped(), note=rate) for rate, tax in by_head]


def _closing(note: CreditNoteView, shop: ShopView, sheet: Sheet) -> Piece:
    summary = tax_summary(sheet, note.tax_summary(), note.tax_type) if note.shows_tax else space(0)
    left = said(sheet, summary, note.total, words.refund_rows(note))
    return closing(
        sheet, left, sums(sheet, words.sums(note), note.total), signature(sheet, shop, None), words.notes(note)
    )
