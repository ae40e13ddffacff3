"""What a shop's papers share: the letterhead, the pages that a long table goes over, their foot, the signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.kernel.quantity import show_quantity
from core.printing import wording
from core.printing.codes import Bitmap
from core.printing.measures import Sheet
from core.printing.page import (
    Face,
    Ink,
    Page,
    PictureInk,
    Piece,
    Side,
    Style,
    Watermark,
    beside,
    first_lines,
    picture,
    rule,
    showable,
    space,
    split,
    stack,
    text_block,
    text_width,
)
from core.printing.table import Column, Table
from core.settings.dto import Pharmacist, ShopView

DOT = " · "
DASH = " - "
_LOGO = (92.0, 44.0)


class _Pages:
    """Pages being filled: the further ones begin with a head of their own."""

    def __init__(self, height: float, further: Piece) -> None:
        self.height, self.further = height, further
        self.pages: list[list[Piece]] = [[]]

    @property
    def room(self) -> float:
        """How much of the page is left."""
        return self.height - sum(piece.height for piece in self.pages[-1])

    def turn(self, *pieces: Piece) -> None:
        """Begin a further page with these below its head."""
        self.pages.append([self.further, *pieces])

    def put(self, piece: Piece, *above: Piece) -> None:
        """Put a piece below what stands already, on a further page below ``above`` where it does not fit.

        What is higher than a page goes on over as many as it takes.
        """
        if piece.height > self.room and len(self.pages[-1]) > 0:
            fresh = self.height - self.further.height - sum(part.height for part in above)
            if piece.height <= fresh or self.room < fresh / 3:
                self.turn(*above)
        while piece.height > self.room:
            part, piece = split(piece, self.room)
            self.pages[-1].append(part)
            if not piece.inks:
                return  # only white was left
            self.turn(*above)
        self.pages[-1].append(piece)


def paginate(sheet: Sheet, first: Piece, further: Piece, table: Table, closing: Piece) -> list[Piece]:
    """Return what stands on each page: as many rows as fit, the table's head above them, the closing part last."""
    flow = _Pages(sheet.body_height, further)
    flow.put(first)
    if table.head.height + table.rows[0].height > flow.room:
        flow.turn()
    flow.put(table.head)
    begins = len(flow.pages[-1])
    for row in table.rows:
        before = len(flow.pages)
        flow.put(row, table.head)
        begins = begins if len(flow.pages) == before else 2
    last = stack(*([table.sums] if table.sums is not None else []), closing)
    if last.height > flow.room and len(flow.pages[-1]) > begins + 1:
        flow.turn(table.head, flow.pages[-1].pop())  # the sums do not stand on a page alone: the last row goes along
    flow.put(last)
    return [stack(*pieces) for pieces in flow.pages]


def letterhead(
    sheet: Sheet,
    shop: ShopView,
    title: str,
    marks: Sequence[str],
    *,
    small: Sequence[Piece] = (),
    strong: Sequence[str] = (),
    declaration: str | None = None,
    logo: Bitmap | None = None,
) -> Piece:
    """Return who gives a paper and what it is called; ``small`` and ``strong`` stand below the marks on the right."""
    mark = picture(logo, *_LOGO) if logo else space(0)
    indent = max((ink.width + 10 for ink in mark.inks if isinstance(ink, PictureInk)), default=0.0)
    left_width = sheet.width - sheet.head_right - 12 - indent
    lines = [*address_lines(shop.address, sheet.address_lines)]
    if shop.phone:
        lines.append(f"Phone: {shop.phone}")
    if sheet.low:
        lines = [DOT.join(lines)]
    licences = DOT.join(map(wording.licence_text, shop.licences))
    left = stack(
        text_block(shop.name, sheet.name, left_width),
        *(text_block(line, sheet.text, left_width) for line in lines),
        text_block(f"GSTIN: {shop.gstin}" if shop.gstin else "", sheet.strong, left_width),
        text_block(licences, sheet.text, left_width),
    )
    right = stack(
        space(3),
        text_block(title, sheet.title, sheet.head_right, Side.RIGHT),
        *(text_block(mark, sheet.mark, sheet.head_right, Side.RIGHT) for mark in marks),
        *small,
        *(text_block(line, sheet.strong, sheet.head_right, Side.RIGHT) for line in strong),
    )
    return stack(
        *((text_block(declaration, sheet.strong, sheet.width, Side.CENTRE), space(4)) if declaration else ()),
        beside((0, stack(space(3), mark)), (indent, left), (sheet.width - sheet.head_right, right)),
        space(5),
        rule(sheet.width, grey=0.0, thickness=1.0),
    )


def address_lines(address: str | None, most: int) -> list[str]:
    """Return an address line by line, or run together where it has more lines than a letterhead has room for."""
    lines = (address or "").splitlines()
    return lines if len(lines) <= most else [", ".join(lines)]


def fact(sheet: Sheet, label: str, text: str, width: float) -> Piece:
    """Return a label and what it says beside it."""
    first = sheet.label_width
    style = replace(sheet.text, size=sheet.text.size * 0.93, grey=0.35)
    below_text = Piece(0.0, text_block(label, style, first - 4).inks)
    return beside((0, below_text), (first, text_block(text, sheet.strong, width - first)))


def short_head(sheet: Sheet, shop: ShopView, title: str, reference: str, customer: str | None) -> Piece:
    """Return the head of the second page and those after it; names that are very long stand whole on the first."""
    right_width = sheet.width * 0.44
    left_width = sheet.width - right_width - 12

    def short(text: str, style: Style, width: float, side: Side = Side.LEFT) -> Piece:
        return text_block(first_lines(text, style, width, 2), style, width, side)

    left = stack(
        short(shop.name, sheet.short_name, left_width),
        text_block(f"GSTIN: {shop.gstin}" if shop.gstin else "", sheet.text, left_width),
    )
    right = stack(
        text_block(title, sheet.strong, right_width, Side.RIGHT),
        text_block(reference, sheet.text, right_width, Side.RIGHT),
        short(customer or "", sheet.text, right_width, Side.RIGHT),
    )
    line = rule(sheet.width, grey=0.0, thickness=1.0)
    return stack(beside((0, left), (sheet.width - right_width, right)), space(4), line)


def customer(sheet: Sheet, of: wording.Document) -> Piece:
    """Return for whom a paper is, in its left half: name, address, telephone, GSTIN and state, each if known."""
    width = sheet.width / 2 - 12
    known = [f"{label}: {text}" for label, text in wording.customer_facts(of)]
    nobody = [] if known else ["Cash customer"]
    lines = [
        *([of.customer_name] if of.customer_name else nobody),
        *address_lines(of.customer_address, sheet.address_lines),
    ]
    if of.customer_phone:
        lines.append(f"Phone: {of.customer_phone}")
    lines += known
    return stack(
        text_block("Customer", sheet.label, width),
        text_block(lines[0], sheet.strong, width),
        *(text_block(line, sheet.text, width) for line in lines[1:]),
    )


def quantity_column(sheet: Sheet, lines: Sequence[wording.DocumentLine]) -> Column:
    """Return the column of quantities: what is sold in one is its unit (rule 46(i)).

    The unit goes over as many lines as it wants, figures do not.
    """
    figures = Style(sheet.table_sizes[0], Face.SEMIBOLD)
    longest = max(text_width(show_quantity(line.units, line.pieces_per_pack), figures) for line in lines)
    return Column("Qty", Side.RIGHT, widest=44.0, least=longest)


def amount_row(label: str, amount: str, width: float, style: Style) -> Piece:
    """Return a label and its amount at the two edges, below each other where they do not fit."""
    left = text_block(label, style, width)
    right = text_block(amount, style, width, Side.RIGHT)
    is_side_by_side = text_width(showable(f"{label}  {amount}"), style) <= width
    return beside((0, left), (0, right)) if is_side_by_side else stack(left, right)


def signature(sheet: Sheet, shop: ShopView, pharmacist: Pharmacist | None) -> Piece:
    """Return the place where somebody signs for the shop."""
    width = sheet.sign_width
    signs = wording.pharmacist_text(pharmacist) if pharmacist else ""
    return stack(
        text_block(f"For {shop.name}", sheet.strong, width, Side.CENTRE),
        space(sheet.sign_height),
        rule(width, grey=0.4, thickness=0.5),
        space(2),
        text_block(signs, sheet.text, width, Side.CENTRE),
        text_block("Registered pharmacist" if signs else "Authorised signatory", sheet.label, width, Side.CENTRE),
    )


def signed(sheet: Sheet, notes: Sequence[str], signature: Piece, *, above: Piece | None = None) -> Piece:
    """Return what is to be said of the figures, ``above`` it what else there is, and beside it the place to sign."""
    width = sheet.width - sheet.sign_width - 24
    said = (text_block(note, sheet.label, width) for note in notes)
    left = stack(*([above, space(4)] if above else []), *said)
    return beside((0, left), (sheet.width - sheet.sign_width, signature))


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of how many."""

    number: int
    count: int


def sheet_pages(
    sheet: Sheet, bodies: Sequence[Piece], left: str, middle: str, watermark: Watermark | None
) -> list[Page]:
    """Return the pages that ``bodies`` stand on, each with its foot."""
    return [
        Page(
            (*body.moved(sheet.margin, sheet.margin), *foot(sheet, left, middle, Place(number, len(bodies)))),
            watermark=watermark,
        )
        for number, body in enumerate(bodies, 1)
    ]


def demo_watermark(shop: ShopView) -> Watermark | None:
    """Return what stands across the pages of a demo shop."""
    return Watermark(wording.DEMO.upper().partition(" - ")[0]) if shop.is_demo else None


def foot(sheet: Sheet, left: str, middle: str, place: Place) -> tuple[Ink, ...]:
    """Return what stands at the foot of each page, in three parts of at most two lines."""
    third = sheet.width / 3
    said = (left, " ".join(middle.split()), f"Page {place.number} of {place.count}")
    sides = (Side.LEFT, Side.CENTRE, Side.RIGHT)
    parts = [
        (number * third, text_block(first_lines(text, sheet.label, third - 6, 2), sheet.label, third, side))
        for number, (text, side) in enumerate(zip(said, sides, strict=True))
    ]
    line = stack(rule(sheet.width), space(3), beside(*parts))
    return line.moved(sheet.margin, sheet.size[1] - sheet.margin - sheet.foot_height + 6)
