"""What stands below the lines of a bill or a credit note on a page: tax by rate, words, sums, the place to sign."""

from __future__ import annotations

from collections.abc import Sequence

from core.kernel.gst import TaxType
from core.kernel.money import Money
from core.kernel.words import rupees_in_words
from core.printing import wording
from core.printing.measures import Sheet
from core.printing.page import Piece, Side, beside, rule, space, stack, text_block
from core.printing.sheet import amount_row, signed
from core.printing.table import Cell, Column, lay_out
from core.sales.dto import TaxSummaryRow


def left_width(sheet: Sheet) -> float:
    """Return how wide what stands to the left of the sums is."""
    return sheet.width - sheet.sums_right - 24 - (sheet.sign_width + 24 if sheet.low else 0)


def closing(
    sheet: Sheet, left: Piece, sums: Piece, signs: Piece, notes: Sequence[str], *, above: Piece | None = None
) -> Piece:
    """Return what stands below the lines; on a low sheet the place to sign stands between taxes and sums.

    ``above`` stands above the ``notes`` where there is room, else below what stands on the left.
    """
    right = (sheet.width - sheet.sums_right, sums)
    if sheet.low:
        said = (text_block(note, sheet.label, sheet.sign_width, Side.CENTRE) for note in notes)
        below = [above] if above else []
        return beside((0, stack(left, *below)), (left_width(sheet) + 24, stack(signs, space(6), *said)), right)
    return stack(beside((0, left), right), space(10), signed(sheet, notes, signs, above=above))


def said(sheet: Sheet, summary: Piece, total: Money, payments: Sequence[tuple[str, Money]]) -> Piece:
    """Return what stands to the left of the sums: tax by rate, the total in words, how it was paid."""
    width = left_width(sheet)
    return stack(
        summary,
        text_block("Amount in words", sheet.label, width),
        text_block(rupees_in_words(total), sheet.strong, width),
        space(6),
        *(amount_row(label, f"₹{amount.grouped()}", width, sheet.text) for label, amount in payments),
    )


def tax_summary(sheet: Sheet, parts: Sequence[TaxSummaryRow], tax_type: TaxType) -> Piece:
    """Return value, rate and tax of each rate by head (rules 46(l) and (m), 53(1A)(h))."""
    inter = tax_type is TaxType.INTER
    titles = ("Value", "IGST") if inter else ("Value", "CGST", "SGST")
    rows = []
    for part in parts:
        taxes = (part.igst,) if inter else (part.cgst, part.sgst)
        rate = wording.rate_by_head(part.treatment, part.gst, tax_type)
        rows.append([Cell(rate), Cell(part.taxable.grouped()), *(Cell(tax.grouped()) for tax in taxes)])
    columns = [Column("GST summary", takes_rest=True), *(Column(title, Side.RIGHT, least=34) for title in titles)]
    table = lay_out(columns, rows, left_width(sheet), sizes=(7.8, 7.4, 7.0, 6.4, 6.0, 5.4, 4.8), least_rest=74)
    return stack(table.head, *table.rows, space(6))


def sums(sheet: Sheet, rows: Sequence[tuple[str, str]], total: Money) -> Piece:
    """Return the sums, the total between two lines below them."""
    width = sheet.sums_right
    return stack(
        *(amount_row(label, text, width, sheet.text) for label, text in rows),
        space(3),
        rule(width, grey=0.0, thickness=0.8),
        space(2),
        amount_row("Total", f"₹{total.grouped()}", width, sheet.total),
        space(2),
        rule(width, grey=0.0, thickness=0.8),
    )
