"""The dashboard on a sheet of A4, lying: the same cards in the same places. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.printing import wording
from core.printing.charts import chart_piece, share_piece
from core.printing.page import (
    BoxInk,
    Face,
    Page,
    Piece,
    Side,
    Style,
    TextInk,
    Watermark,
    beside,
    first_lines,
    rule,
    showable,
    space,
    stack,
    text_block,
    text_width,
)
from core.settings.dto import ShopView
from pos_desktop.screens.dashboard.places import Spot, rows_of_cards
from pos_desktop.screens.dashboard.rows import Card, TableRow

SIZE = (841.89, 595.28)
_MARGIN = 30.0
_WIDTH, _HEIGHT = SIZE[0] - 2 * _MARGIN, SIZE[1] - 2 * _MARGIN
_GAP, _PAD = 8.0, 7.0
_NAME, _DAY = Style(13, Face.BOLD), Style(10, Face.SEMIBOLD)
_TITLE, _ABOUT = Style(8.4, Face.SEMIBOLD), Style(7.2, grey=0.35)
_FIGURE, _LARGE = Style(13, Face.BOLD), Style(20, Face.BOLD)
_TEXT, _HEAD, _STRONG = Style(7.2), Style(6.8, grey=0.35), Style(7.2, Face.SEMIBOLD)
_ROW = _TEXT.line_height * 1.12
_CHART, _FRAME = 138.0, 0.75
#: So many characters of figures have room in each column but the first.
_CELL = "9,99,99,999.99"


def dashboard_pages(cards: Sequence[Card], shop: ShopView, heading: str) -> list[Page]:
    """Return the page with these cards."""
    by_name = {card.name: card for card in cards}
    left = text_block(first_lines(shop.name, _NAME, _WIDTH * 0.6, 1), _NAME, _WIDTH * 0.6)
    right = text_block(heading, _DAY, _WIDTH * 0.38, Side.RIGHT)
    body = stack(
        beside((0, left), (_WIDTH * 0.62, stack(space(3), right))),
        space(3),
        rule(_WIDTH, grey=0.0, thickness=1.0),
        space(6),
        *(part for spots in rows_of_cards(by_name) for part in (_row(spots, by_name), space(_GAP))),
    )
    mark = Watermark(wording.DEMO.upper().partition(" - ")[0]) if shop.is_demo else None
    return [Page(body.moved(_MARGIN, _MARGIN), watermark=mark)]


def _row(spots: Sequence[Spot], cards: Mapping[str, Card]) -> Piece:
    """Return cards beside each other, their frames equally high."""
    widths = [_WIDTH * spot.width / 12 - _GAP * (1 - spot.width / 12) for spot in spots]
    inside = [
        [_card(cards[name], width - 2 * _PAD) for name in spot.names] for spot, width in zip(spots, widths, strict=True)
    ]
    height = max(sum(piece.height + 2 * _PAD for piece in pieces) + _GAP * (len(pieces) - 1) for pieces in inside)
    placed = []
    for spot, width, pieces in zip(spots, widths, inside, strict=True):
        rest = height - sum(piece.height + 2 * _PAD for piece in pieces) - _GAP * (len(pieces) - 1)
        framed: list[Piece] = []
        for number, piece in enumerate(pieces):
            # the last of those above each other takes what the neighbours are higher
            more = rest if number == len(pieces) - 1 else 0.0
            framed += [_framed(piece, width, piece.height + 2 * _PAD + more), space(_GAP)]
        placed.append((_WIDTH * spot.begins / 12 + (_GAP * spot.begins / 12), stack(*framed[:-1])))
    return beside(*placed)


def _framed(piece: Piece, width: float, height: float) -> Piece:
    frame = (
        BoxInk(0, 0, width, 0.5, _FRAME),
        BoxInk(0, height - 0.5, width, 0.5, _FRAME),
        BoxInk(0, 0, 0.5, height, _FRAME),
        BoxInk(width - 0.5, 0, 0.5, height, _FRAME),
    )
    return Piece(height, (*frame, *piece.moved(_PAD, _PAD)))


def _card(card: Card, width: float) -> Piece:
    title = showable(card.title)
    head = beside(
        (0, text_block(title, _TITLE, width)),
        (0, stack(space(1), text_block(first_lines(card.about, _ABOUT, width * 0.6, 1), _ABOUT, width, Side.RIGHT))),
    )
    parts = [head, space(3)]
    if card.empty:
        parts.append(text_block(card.empty, _ABOUT, width))
    if card.figure:
        large = _LARGE if card.is_large else _FIGURE
        parts.append(text_block(card.figure, large if text_width(card.figure, large) < width else _FIGURE, width))
    if card.note:
        parts += [text_block(card.note, _TEXT, width), space(2)]
    if card.chart is not None:
        parts.append(chart_piece(card.chart, width, _CHART))
    if card.shares is not None:
        parts.append(share_piece(card.shares, width))
    if card.head:
        parts.append(_cells(TableRow(card.head), width, _HEAD, _HEAD))
    parts += [_cells(row, width, _TEXT, _STRONG) for row in card.rows]
    return stack(*parts)


def _cells(row: TableRow, width: float, style: Style, figures: Style) -> Piece:
    """Return the cells of a row: figures to the right, the first cell in the room that they leave."""
    step = min(text_width(_CELL, _STRONG) + 4, width / (len(row.cells) + 0.5))
    # a quantity between a name and an amount is short
    steps = [step * 0.62 if len(row.cells) > 2 and number == 1 else step for number in range(1, len(row.cells))]
    room = width - sum(steps)
    inks = [TextInk(0, 0, first_lines(row.cells[0], style, max(room - 4, 10), 1), style)] if row.cells[0] else []
    x = room
    for cell, taken in zip(row.cells[1:], steps, strict=True):
        x += taken
        inks.append(TextInk(x, 0, showable(cell), figures, Side.RIGHT))
    return Piece(_ROW, tuple(inks))
