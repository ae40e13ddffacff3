"""A credit note laid out for a receipt roll of 32, 42 or 48 columns.

Holds the particulars of rule 53(1A) (facts A1 and A7); a template chooses its language, the logo and the shop's own
lines, and leaves nothing out. What the law prescribes letter by letter stays English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.kernel.gst import GstTreatment
from core.kernel.quantity import show_quantity
from core.printing import credit_note_wording as words
from core.printing import wording
from core.printing.codes import Bitmap
from core.printing.dto import Columns
from core.printing.languages import Language, amount_in_words, sayer
from core.printing.paper import Align, Blank, Cells, Cut, Feed, Flow, PaperLine, Rule, Text, edges_of
from core.printing.receipt_parts import (
    customer_lines,
    dated,
    logo_lines,
    marks,
    one_below_the_other,
    shop_head,
    sums,
    table_head,
    tax_summary,
    with_english,
)
from core.printing.templates import FULL, Part, ReceiptTemplate
from core.printing.wording import Say
from core.returns.dto import CreditNoteLineView, CreditNoteView
from core.settings.dto import ShopView

# widths of the columns of a table by the paper's columns
_WITH_TAX: Mapping[int, tuple[int, ...]] = {32: (8, 12, 12), 42: (12, 15, 15), 48: (14, 17, 17)}
_WITHOUT_TAX: Mapping[int, tuple[int, ...]] = {32: (16, 16), 42: (21, 21), 48: (24, 24)}


@dataclass(frozen=True, slots=True)
class _Roll:
    """What a note is laid out from; ``say`` says our own words in its language."""

    note: CreditNoteView
    shop: ShopView
    columns: Columns
    language: Language
    say: Say


def credit_note_receipt(
    note: CreditNoteView,
    shop: ShopView,
    columns: Columns,
    *,
    duplicate: bool = False,
    template: ReceiptTemplate = FULL,
    raster: bool = False,
    logo: Bitmap | None = None,
) -> tuple[PaperLine, ...]:
    """Return the note's lines for a paper of so many columns; ``duplicate`` marks a reprint.

    ``raster`` where it is drawn and not printed in the printer's own letters: only then are the words in the template's
    language.
    """
    language = template.language if raster else Language.ENGLISH
    roll = _Roll(note, shop, columns, language, sayer(language))
    ends = marks(shop, language, duplicate=duplicate)
    return (
        *ends,
        *(logo_lines(logo, columns) if Part.LOGO in template.parts else ()),
        *shop_head(shop, roll.say),
        *(Text(line, Align.CENTRE) for line in template.head),
        *_document(roll),
        *_items(roll),
        *_totals(roll),
        *(tax_summary(note.tax_summary(), note.tax_type, columns, language) if note.shows_tax else ()),
        *_foot(roll),
        *(Text(line, Align.CENTRE) for line in template.foot),
        *ends,
        Cut(),
    )


def _document(roll: _Roll) -> list[PaperLine]:
    note, say = roll.note, roll.say
    remark = words.remark(note, roll.shop)
    return [
        Rule("="),
        Text(with_english(words.TITLE, roll.language), Align.CENTRE, bold=True),
        *([Text(_below(remark, roll.language), Align.CENTRE)] if remark else []),
        Rule("="),
        Text(f"{say(words.NUMBER)} {note.number}"),
        dated(wording.document_date(note), *words.note_time(note), say),
        *(Text(f"{kind} {which}") for kind, which in words.originals(note, say)),
        *customer_lines(note, say),
        Text(f"{say(words.REASON)}: {note.reason}"),
    ]


def _below(sentence: str, language: Language) -> str:
    return "\n".join(sayer(each)(sentence) for each in one_below_the_other(language))


def _items(roll: _Roll) -> list[PaperLine]:
    note, say = roll.note, roll.say
    names = ("Qty", *([wording.value_label(note.lines)] if note.shows_tax else []), "Amount")
    labels = tuple(map(say, names))
    edges = edges_of((_WITH_TAX if note.shows_tax else _WITHOUT_TAX)[roll.columns])
    out: list[PaperLine] = [Rule(), *table_head(names, edges, roll.language), Rule()]
    for line in note.lines:
        cells = [show_quantity(line.units, line.pieces_per_pack), line.amount.grouped()]
        if note.shows_tax:
            cells.insert(1, line.taxable.grouped())
        out += [
            Text(f"{line.line}. {line.item_name}", bold=True),
            Flow(tuple(_details(roll, line))),
            Cells(tuple(cells), labels, edges),
            Flow(tuple(_taxes(roll, line))),
        ]
    return out


def _details(roll: _Roll, line: CreditNoteLineView) -> list[str]:
    note, say = roll.note, roll.say
    return [
        *words.bill_of(note, line, say),
        f"{say('Batch')} {line.batch}",
        *([f"{say('Exp')} {line.expires}"] if line.expires else []),
        *([f"HSN {line.hsn}"] if line.hsn else []),
        *([f"GST {wording.rate_text(line.treatment, line.gst, say)}"] if note.shows_tax else []),
        *([line.pack_label] if line.pack_label else []),
    ]


def _taxes(roll: _Roll, line: CreditNoteLineView) -> list[str]:
    """Return rate and tax of each head; an untaxed line has none."""
    note = roll.note
    if not note.shows_tax or line.treatment is not GstTreatment.TAXABLE:
        return []
    heads = zip(words.tax_heads(note.tax_type), words.tax_by_head(note, line), strict=True)
    return [f"{head} {rate} {tax.grouped()}" for head, (rate, tax) in heads]


def _totals(roll: _Roll) -> list[PaperLine]:
    note, say = roll.note, roll.say
    rows = [(say(label), amount) for label, amount in words.sums(note)]
    in_words = Text(amount_in_words(note.total, roll.language), Align.CENTRE)
    return [*sums(rows, note.total, words.refund_rows(note, say), say), in_words]


def _foot(roll: _Roll) -> list[PaperLine]:
    note, say = roll.note, roll.say
    return [
        Rule(),
        *(Text(_below(remark, roll.language)) for remark in words.notes(note)),
        Text(f"{say(words.MADE_BY)} {note.username}"),
        Feed(),
        Blank(f"{say('Signature')}:"),
        Text(f"{say('Check code')}: {note.check_code}"),
    ]
