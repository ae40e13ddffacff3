"""What a shop's A4 papers share: the letterhead, the pages that a long table goes over, their foot, the signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.printing import wording
from core.printing.page import (
    Face,
    Ink,
    Piece,
    Side,
    Style,
    beside,
    rule,
    showable,
    space,
    stack,
    text_block,
    text_width,
)
from core.printing.table import Table
from core.settings.dto import Pharmacist, ShopView

A4 = (595.28, 841.89)
MARGIN = 34.0
WIDTH = A4[0] - 2 * MARGIN
_FOOT_HEIGHT = 32.0  # two lines, for a long user name
_BODY_HEIGHT = A4[1] - 2 * MARGIN - _FOOT_HEIGHT

NAME = Style(16, Face.BOLD)
TITLE = Style(12, Face.BOLD)
MARK = Style(10, Face.BOLD)
TEXT = Style(8.6)
STRONG = Style(8.6, Face.SEMIBOLD)
LABEL = Style(7.4, grey=0.35)
TOTAL = Style(13, Face.BOLD)

DOT = " · "
DASH = " - "
#: How wide what stands on the right of a letterhead is.
RIGHT_WIDTH = 190.0
_MOST_ADDRESS_LINES = 5


def paginate(first: Piece, further: Piece, table: Table, closing: Piece) -> list[Piece]:
    """Return what stands on each page: as many rows as fit, the table's head above them, the closing part last."""
    pages: list[list[Piece]] = []
    page = [first, table.head]
    last = [table.sums] if table.sums is not None else []
    for row in table.rows:
        if _height(page) + row.height > _BODY_HEIGHT:
            pages.append(page)
            page = [further, table.head]
        page.append(row)
    if _height(page) + _height(last) + closing.height > _BODY_HEIGHT:
        if len(page) > 3:  # the sums do not stand on a page alone: the last row goes with them
            moved = page.pop()
            pages.append(page)
            page = [further, table.head, moved]
        else:
            pages.append(page)
            page = [further]
    return [stack(*pieces) for pieces in [*pages, [*page, *last, closing]]]


def _height(pieces: Sequence[Piece]) -> float:
    return sum(piece.height for piece in pieces)


def letterhead(
    shop: ShopView,
    title: str,
    marks: Sequence[str],
    *,
    small: Sequence[Piece] = (),
    strong: Sequence[str] = (),
    declaration: str | None = None,
) -> Piece:
    """Return who gives a paper and what it is called; ``small`` and ``strong`` stand below the marks on the right."""
    left_width = WIDTH - RIGHT_WIDTH - 12
    lines = [*address_lines(shop.address)]
    if shop.phone:
        lines.append(f"Phone: {shop.phone}")
    licences = DOT.join(map(wording.licence_text, shop.licences))
    left = stack(
        text_block(shop.name, NAME, left_width),
        *(text_block(line, TEXT, left_width) for line in lines),
        text_block(f"GSTIN: {shop.gstin}" if shop.gstin else "", STRONG, left_width),
        text_block(licences, TEXT, left_width),
    )
    right = stack(
        space(3),
        text_block(title, TITLE, RIGHT_WIDTH, Side.RIGHT),
        *(text_block(mark, MARK, RIGHT_WIDTH, Side.RIGHT) for mark in marks),
        *small,
        *(text_block(line, STRONG, RIGHT_WIDTH, Side.RIGHT) for line in strong),
    )
    return stack(
        *((text_block(declaration, STRONG, WIDTH, Side.CENTRE), space(4)) if declaration else ()),
        beside((0, left), (left_width + 12, right)),
        space(5),
        rule(WIDTH, grey=0.0, thickness=1.0),
    )


def address_lines(address: str | None) -> list[str]:
    """Return an address line by line, or run together where it has more lines than a letterhead has room for."""
    lines = (address or "").splitlines()
    return lines if len(lines) <= _MOST_ADDRESS_LINES else [", ".join(lines)]


def fact(label: str, text: str, width: float) -> Piece:
    """Return a label and what it says beside it."""
    first = 78.0
    below_text = Piece(0.0, text_block(label, Style(8.0, grey=0.35), first).inks)
    return beside((0, below_text), (first, text_block(text, STRONG, width - first)))


def short_head(shop: ShopView, title: str, reference: str, customer: str | None) -> Piece:
    """Return the head of the second page and those after it."""
    right_width = 230.0
    left = stack(
        text_block(shop.name, Style(11, Face.BOLD), WIDTH - right_width - 12),
        text_block(f"GSTIN: {shop.gstin}" if shop.gstin else "", TEXT, WIDTH - right_width - 12),
    )
    right = stack(
        text_block(title, STRONG, right_width, Side.RIGHT),
        text_block(reference, TEXT, right_width, Side.RIGHT),
        text_block(customer or "", TEXT, right_width, Side.RIGHT),
    )
    return stack(beside((0, left), (WIDTH - right_width, right)), space(4), rule(WIDTH, grey=0.0, thickness=1.0))


def amount_row(label: str, amount: str, width: float, style: Style) -> Piece:
    """Return a label and its amount at the two edges, below each other where they do not fit."""
    left = text_block(label, style, width)
    right = text_block(amount, style, width, Side.RIGHT)
    is_side_by_side = text_width(showable(f"{label}  {amount}"), style) <= width
    return beside((0, left), (0, right)) if is_side_by_side else stack(left, right)


def signature(shop: ShopView, notes: Sequence[str], pharmacist: Pharmacist | None) -> Piece:
    """Return what is to be said of the figures, and beside it the place where somebody signs for the shop."""
    width = 200.0
    left = stack(*(text_block(note, LABEL, WIDTH - width - 24) for note in notes))
    signs = wording.pharmacist_text(pharmacist) if pharmacist else ""
    right = stack(
        text_block(f"For {shop.name}", STRONG, width, Side.CENTRE),
        space(34),
        rule(width, grey=0.4, thickness=0.5),
        space(2),
        text_block(signs, TEXT, width, Side.CENTRE),
        text_block("Registered pharmacist" if signs else "Authorised signatory", LABEL, width, Side.CENTRE),
    )
    return beside((0, left), (WIDTH - width, right))


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of how many."""

    number: int
    count: int


def foot(left: str, middle: str, place: Place) -> tuple[Ink, ...]:
    """Return what stands at the foot of each page, in three parts."""
    third = WIDTH / 3
    said = (left, " ".join(middle.split()), f"Page {place.number} of {place.count}")
    sides = (Side.LEFT, Side.CENTRE, Side.RIGHT)
    parts = [
        (number * third, text_block(text, LABEL, third, side))
        for number, (text, side) in enumerate(zip(said, sides, strict=True))
    ]
    line = stack(rule(WIDTH), space(3), beside(*parts))
    return line.moved(MARGIN, A4[1] - MARGIN - _FOOT_HEIGHT + 8)
