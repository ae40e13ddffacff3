"""The Schedule H1 register of some days on A4 pages, lying: what an inspector asks for (facts E4).

Rows are as they were written at the time of supply, the oldest first; a void is a row that says what it voids.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.dispensing.dto import H1View
from core.kernel.dates import show_date
from core.kernel.quantity import show_quantity
from core.printing import wording
from core.printing.page import (
    Face,
    Ink,
    Page,
    Piece,
    Side,
    Style,
    Watermark,
    beside,
    rule,
    space,
    stack,
    text_block,
    to_pdf,
)
from core.printing.table import Cell, Column, Table, lay_out
from core.settings.dto import ShopView

SIZE = (841.89, 595.28)
_MARGIN = 34.0
_WIDTH = SIZE[0] - 2 * _MARGIN
_FOOT_HEIGHT = 30.0
_BODY_HEIGHT = SIZE[1] - 2 * _MARGIN - _FOOT_HEIGHT

_NAME = Style(14, Face.BOLD)
_TITLE = Style(12, Face.BOLD)
_TEXT = Style(8.6)
_STRONG = Style(8.6, Face.SEMIBOLD)
_LABEL = Style(7.4, grey=0.35)
_DOT = " · "
_TITLE_TEXT = "SCHEDULE H1 REGISTER"
#: The register is kept for three years (facts E3).
_KEPT = "Kept under the Drugs Rules, 1945. Quantity is packs:loose pieces. Open for inspection for three years."


def h1_pdf(rows: Sequence[H1View], shop: ShopView, first: date, last: date) -> bytes:
    """Return the register as a PDF; the same rows give the same bytes."""
    return to_pdf(h1_pages(rows, shop, first, last), SIZE, title=_TITLE_TEXT.title(), author=shop.name)


def h1_pages(rows: Sequence[H1View], shop: ShopView, first: date, last: date) -> list[Page]:
    """Return the pages as data; each says whose register it is, of which days, and which page of how many."""
    head = stack(_letterhead(shop, first, last), space(6))
    bodies = _paginate(head, _table(rows))
    if not rows:
        bodies = [stack(head, space(12), text_block("No Schedule H1 drug was supplied on these days.", _TEXT, _WIDTH))]
    mark = Watermark(wording.DEMO.upper().partition(" - ")[0]) if shop.is_demo else None
    return [
        Page((*body.moved(_MARGIN, _MARGIN), *_foot(number, len(bodies))), watermark=mark)
        for number, body in enumerate(bodies, 1)
    ]


def _letterhead(shop: ShopView, first: date, last: date) -> Piece:
    right_width = 230.0
    left_width = _WIDTH - right_width - 12
    left = stack(
        text_block(shop.name, _NAME, left_width),
        text_block(", ".join(shop.address.splitlines()), _TEXT, left_width),
        text_block(_DOT.join(map(wording.licence_text, shop.licences)), _TEXT, left_width),
    )
    right = stack(
        text_block(_TITLE_TEXT, _TITLE, right_width, Side.RIGHT),
        text_block(f"{show_date(first)} to {show_date(last)}", _STRONG, right_width, Side.RIGHT),
        text_block(wording.DEMO if shop.is_demo else "", _STRONG, right_width, Side.RIGHT),
    )
    return stack(beside((0, left), (left_width + 12, right)), space(4), rule(_WIDTH, grey=0.0, thickness=1.0))


def _table(rows: Sequence[H1View]) -> Table:
    columns = [
        Column("Entry", widest=88),
        Column("Bill", widest=88),
        Column("Prescriber", widest=130),
        Column("Patient", widest=130),
        Column("Drug", takes_rest=True),
        Column("Batch", widest=60),
        Column("Expiry"),
        Column("Qty", Side.RIGHT),
        Column("Pharmacist", widest=92),
    ]
    return lay_out(columns, [_row(row) for row in rows], _WIDTH, sizes=(7.6, 7.0, 6.4, 5.8, 5.2), least_rest=120)


def _row(row: H1View) -> list[Cell]:
    fate = ""
    if row.voids:
        fate = f"VOIDS {row.voids}: {row.reason}"
    elif row.voided_by:
        fate = f"Voided by {row.voided_by}"
    number = f"Reg. No. {row.prescriber_registration}" if row.prescriber_registration else ""
    made = _DOT.join(part for part in (row.composition, row.manufacturer, row.pack_label) if part)
    return [
        Cell(row.number, note=show_date(row.date)),
        Cell(row.bill_number),
        Cell(row.prescriber_name, note=_lines(row.prescriber_address, number)),
        Cell(
            row.patient_name, note=_lines(row.patient_address, f"Ph: {row.patient_phone}" if row.patient_phone else "")
        ),
        Cell(row.drug, note=_lines(made, fate)),
        Cell(row.batch),
        Cell(str(row.expires or "")),
        Cell(show_quantity(row.units, row.pieces_per_pack)),
        Cell(row.pharmacist.name, note=f"Reg. No. {row.pharmacist.registration}"),
    ]


def _lines(*parts: str) -> str:
    return "\n".join(", ".join(part.splitlines()) for part in parts if part)


def _paginate(head: Piece, table: Table) -> list[Piece]:
    pages: list[list[Piece]] = [[head, table.head]]
    for row in table.rows:
        if sum(piece.height for piece in pages[-1]) + row.height > _BODY_HEIGHT and len(pages[-1]) > 2:
            pages.append([head, table.head])
        pages[-1].append(row)
    return [stack(*page) for page in pages]


def _foot(number: int, count: int) -> tuple[Ink, ...]:
    line = stack(
        rule(_WIDTH),
        space(3),
        beside(
            (0, text_block(_KEPT, _LABEL, _WIDTH - 130)),
            (_WIDTH - 120, text_block(f"Page {number} of {count}", _LABEL, 120, Side.RIGHT)),
        ),
    )
    return line.moved(_MARGIN, SIZE[1] - _MARGIN - _FOOT_HEIGHT + 8)
