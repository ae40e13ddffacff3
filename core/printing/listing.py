"""What long lists on A4 share, registers and reports alike: whose they are, what they list, their pages and foot.

Lengths are points (1/72 inch).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.printing import wording
from core.printing.page import (
    Face,
    Ink,
    Page,
    Piece,
    Side,
    Style,
    beside,
    first_lines,
    rule,
    space,
    split,
    stack,
    text_block,
)
from core.printing.sheet import DOT, Place, demo_watermark
from core.settings.dto import ShopView

STANDING = (595.28, 841.89)
LYING = (841.89, 595.28)
_MARGIN = 34.0
_FOOT_HEIGHT = 30.0

_NAME = Style(14, Face.BOLD)
_TITLE = Style(12, Face.BOLD)
_TEXT = Style(8.6)
_STRONG = Style(8.6, Face.SEMIBOLD)
_LABEL = Style(7.4, grey=0.35)
#: So much of what was asked for stands above a list; the whole stands in its file.
_HEADING_LINES = 5


def width_of(size: tuple[float, float]) -> float:
    """Return how wide a list is on a sheet of that size."""
    return size[0] - 2 * _MARGIN


@dataclass(frozen=True, slots=True)
class Listing:
    """What the pages of a list say of it.

    ``heading`` says what was asked for, ``note`` stands at the foot, ``made`` there too (when it was made; empty where
    nobody asks), ``nothing`` in the place of a list without rows.
    """

    shop: ShopView
    title: str
    heading: str
    nothing: str
    note: str = ""
    made: str = ""
    size: tuple[float, float] = LYING

    @property
    def width(self) -> float:
        """How wide what is printed on a page is."""
        return width_of(self.size)

    @property
    def body_height(self) -> float:
        """How much height is left between the margins above the foot."""
        return self.size[1] - 2 * _MARGIN - _FOOT_HEIGHT


class _Flow:
    """Pages being filled; each piece is kept with its distance from the top."""

    def __init__(self, height: float, further: Piece, table_head: Piece) -> None:
        self.height, self.further, self.table_head = height, further, table_head
        self.pages: list[list[tuple[float, Piece]]] = [[]]
        self.y = 0.0

    @property
    def fresh(self) -> float:
        """How much room a further page has below its heads."""
        return self.height - self.further.height - self.table_head.height

    def put(self, piece: Piece) -> None:
        """Put a piece below what stands already; what is higher than the room goes on over further pages."""
        while piece.height > self.height - self.y:
            part, piece = split(piece, max(self.height - self.y, 0.0))
            self._add(part)
            if not piece.inks:
                return  # only white was left
            self.turn()
        self._add(piece)

    def put_together(self, pieces: Sequence[Piece]) -> None:
        """Put pieces that belong together, on a further page where they do not fit below what stands already."""
        height = sum(piece.height for piece in pieces)
        room = self.height - self.y
        if height > room and (height <= self.fresh or room < self.fresh / 3):
            self.turn()
        for piece in pieces:
            self.put(piece)

    def turn(self) -> None:
        """Begin a further page below its heads."""
        self.pages.append([])
        self.y = 0.0
        self._add(self.further)
        self._add(self.table_head)

    def _add(self, piece: Piece) -> None:
        self.pages[-1].append((self.y, piece))
        self.y += piece.height


def listing_pages(listing: Listing, table_head: Piece, blocks: Sequence[Sequence[Piece]]) -> list[Page]:
    """Return the pages; each says whose list it is, of what, and which page of how many, above the table's head.

    The pieces of a block are not torn apart by a page's end, unless they are higher than a page.
    """
    flow = _Flow(listing.body_height, stack(_short_head(listing), space(4)), table_head)
    flow.put(stack(_letterhead(listing), space(6)))
    if blocks:
        flow.put(table_head)
        for block in blocks:
            flow.put_together(block)
    else:
        flow.put(stack(space(12), text_block(listing.nothing, _TEXT, listing.width)))
    mark = demo_watermark(listing.shop)
    return [
        Page((*_inks(pieces), *_foot(listing, Place(number, len(flow.pages)))), watermark=mark)
        for number, pieces in enumerate(flow.pages, 1)
    ]


def _inks(placed: Sequence[tuple[float, Piece]]) -> list[Ink]:
    return [ink for y, piece in placed for ink in piece.moved(_MARGIN, _MARGIN + y)]


def _letterhead(listing: Listing) -> Piece:
    shop = listing.shop
    right_width = listing.width * 0.4
    left_width = listing.width - right_width - 12
    numbers = [*([f"GSTIN: {shop.gstin}"] if shop.gstin else []), *map(wording.licence_text, shop.licences)]
    left = stack(
        text_block(shop.name, _NAME, left_width),
        text_block(", ".join(shop.address.splitlines()), _TEXT, left_width),
        text_block(DOT.join(numbers), _TEXT, left_width),
    )
    heading = first_lines(listing.heading, _STRONG, right_width, _HEADING_LINES)
    mark = demo_watermark(shop)
    right = stack(
        text_block(listing.title, _TITLE, right_width, Side.RIGHT),
        text_block(heading, _STRONG, right_width, Side.RIGHT),
        text_block(mark.text if mark else "", _STRONG, right_width, Side.RIGHT),
    )
    return stack(beside((0, left), (left_width + 12, right)), space(4), _line(listing))


def _short_head(listing: Listing) -> Piece:
    """Return the head of the second page and those after it, a line high."""
    left_width = listing.width * 0.36
    right_width = listing.width - left_width - 12
    said = DOT.join(filter(None, [listing.title, *listing.heading.splitlines()]))
    left = text_block(first_lines(listing.shop.name, _STRONG, left_width, 1), _STRONG, left_width)
    right = text_block(first_lines(said, _STRONG, right_width, 1), _STRONG, right_width, Side.RIGHT)
    return stack(beside((0, left), (left_width + 12, right)), space(3), _line(listing))


def _line(listing: Listing) -> Piece:
    return rule(listing.width, grey=0.0, thickness=1.0)


def _foot(listing: Listing, place: Place) -> tuple[Ink, ...]:
    page = DOT.join(filter(None, [listing.made, f"Page {place.number} of {place.count}"]))
    right_width = 190.0
    left_width = listing.width - right_width - 12
    line = stack(
        rule(listing.width),
        space(3),
        beside(
            (0, text_block(first_lines(listing.note, _LABEL, left_width, 2), _LABEL, left_width)),
            (left_width + 12, text_block(page, _LABEL, right_width, Side.RIGHT)),
        ),
    )
    return line.moved(_MARGIN, listing.size[1] - _MARGIN - _FOOT_HEIGHT + 8)
