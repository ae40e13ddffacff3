"""A debit note on sheets of paper: what a supplier is asked to give back, line by line, with its GST."""

from __future__ import annotations

import itertools

from core.kernel.dates import show_date
from core.kernel.money import Money
from core.kernel.quantity import show_quantity
from core.printing import debit_note_words as words
from core.printing.closing import closing, said, sums
from core.printing.measures import A4, Sheet
from core.printing.page import Page, Piece, Side, Watermark, beside, space, stack, text_block, to_pdf
from core.printing.sheet import (
    DASH,
    DOT,
    demo_watermark,
    fact,
    letterhead,
    paginate,
    sheet_pages,
    short_head,
    signature,
)
from core.printing.table import Cell, Column, Table, lay_out
from core.printing.wording import DEMO, TAKEN_BACK
from core.purchasing.debit_dto import DebitNoteLineView, DebitNoteView
from core.settings.dto import ShopView

_ASKS = "Please send your credit note for this amount, and write the number of this note on it."
_ASKS_NOTHING = "This note was taken back: nothing is asked for by it."


def debit_note_pdf(note: DebitNoteView, shop: ShopView, sheet: Sheet = A4) -> bytes:
    """Return the note as a PDF. The same note gives the same bytes."""
    title = f"{words.TITLE.capitalize()} {note.number}"
    return to_pdf(debit_note_pages(note, shop, sheet), sheet.size, title=title, author=shop.name)


def debit_note_pages(note: DebitNoteView, shop: ShopView, sheet: Sheet = A4) -> list[Page]:
    """Return the note's pages as data."""
    undone = words.taken_back_mark(note)
    marks = [*([undone] if undone else []), *([DEMO] if shop.is_demo else [])]
    first = stack(_letterhead(note, shop, sheet, marks), _parties(note, sheet), space(6))
    reference = f"No. {note.number}{DOT}{show_date(note.date)}"
    further = stack(short_head(sheet, shop, DASH.join([words.TITLE, *marks]), reference, note.supplier_name), space(6))
    below = closing(
        sheet,
        said(sheet, space(0), note.total, []),
        sums(sheet, words.sums(note), note.total),
        signature(sheet, shop, None),
        [_ASKS if note.taken_back is None else _ASKS_NOTHING],
    )
    bodies = paginate(sheet, first, further, _lines(note, sheet), stack(space(8), below))
    return sheet_pages(sheet, bodies, note.number, f"Issued by {note.username}", _watermark(note, shop))


def _watermark(note: DebitNoteView, shop: ShopView) -> Watermark | None:
    """Return what stands across the page: that the note is taken back before that it was never a real one."""
    return demo_watermark(shop) if note.taken_back is None else Watermark(TAKEN_BACK, grey=0.82)


def _letterhead(note: DebitNoteView, shop: ShopView, sheet: Sheet, marks: list[str]) -> Piece:
    why = text_block(words.taken_back_reason(note) or "", sheet.text, sheet.head_right, Side.RIGHT)
    return letterhead(sheet, shop, words.TITLE, marks, small=(why,))


def _parties(note: DebitNoteView, sheet: Sheet) -> Piece:
    half = sheet.width / 2
    left = stack(
        text_block("To", sheet.label, half - 12),
        *(
            text_block(line, sheet.text if row else sheet.strong, half - 12)
            for row, line in enumerate(words.supplier_lines(note))
        ),
    )
    right = stack(fact(sheet, "Note No.", note.number, half), fact(sheet, "Date", show_date(note.date), half))
    labels = itertools.chain(["Against bill"], itertools.repeat(""))
    against = [*zip(labels, words.originals(note), strict=False), ("Reason", note.reason)]
    return stack(
        space(5),
        beside((0, left), (half, right)),
        space(5),
        *(fact(sheet, label, text, sheet.width) for label, text in against),
        space(5),
    )


def _lines(note: DebitNoteView, sheet: Sheet) -> Table:
    heads = words.tax_heads(note)
    columns = [
        Column("Sl", Side.RIGHT),
        Column("Item", takes_rest=True),
        Column("HSN"),
        Column("Batch", widest=64),
        Column("Expiry"),
        Column("MRP", Side.RIGHT),
        Column("Qty", Side.RIGHT, widest=44),
        Column("Value", Side.RIGHT),
        *(Column(head, Side.RIGHT) for head in heads),
        Column("Amount", Side.RIGHT),
    ]
    amount = Money.total(line.taxable + line.tax for line in note.lines)
    last = [
        Cell(""),
        Cell("Total"),
        *(Cell("") for _ in range(5)),
        Cell(note.taxable.grouped()),
        *(Cell(tax.grouped()) for tax in words.taxes(note, note)),
        Cell(amount.grouped()),
    ]
    rows = [_line(note, line) for line in note.lines]
    return lay_out(columns, rows, sheet.width, sizes=sheet.table_sizes, least_rest=sheet.least_item, sums=last)


def _line(note: DebitNoteView, line: DebitNoteLineView) -> list[Cell]:
    """Return a line's cells; below the GST of each head stands its rate."""
    taxed = zip(words.taxes(note, line), words.rates(note, line), strict=False)
    return [
        Cell(str(line.line)),
        Cell(line.item_name, note=words.below_item(note, line)),
        Cell(line.hsn or ""),
        Cell(line.batch_number),
        Cell(str(line.expires or "")),
        Cell(line.mrp.grouped()),
        Cell(show_quantity(line.units, line.pieces_per_pack), note=line.pack_label),
        Cell(line.taxable.grouped()),
        *(Cell(tax.grouped(), note=rate) for tax, rate in taxed),
        Cell((line.taxable + line.tax).grouped()),
    ]
