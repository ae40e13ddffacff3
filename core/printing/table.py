"""A table on a page: columns as wide as what stands in them, rows as high as their longest cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.printing.page import (
    BoxInk,
    Face,
    Piece,
    Side,
    Style,
    beside,
    rule,
    showable,
    stack,
    text_block,
    text_width,
)

_GAP = 6.0  # between two columns, half of it on each side
_ROW_PAD = 2.2
_HEAD_GREY, _RULE_GREY = 0.92, 0.8


@dataclass(frozen=True, slots=True)
class Column:
    """A column: amounts are never broken, text wraps at ``widest``, and one column takes the rest."""

    title: str
    side: Side = Side.LEFT
    widest: float | None = None
    takes_rest: bool = False
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and below it in small letters what belongs to it."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Laid out: the head, to be repeated on each page, each row, and the row of sums if there is one."""

    head: Piece
    rows: tuple[Piece, ...]
    sums: Piece | None


def lay_out(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    width: float,
    *,
    sizes: Sequence[float],
    least_rest: float = 0.0,
    sums: Sequence[Cell] | None = None,
) -> Table:
    """Return the table in the first of the letter sizes that leaves ``least_rest`` for the column taking the rest."""
    every = [*rows, *([sums] if sums is not None else [])]
    size = next((size for size in sizes if _rest(columns, every, width, size) >= least_rest), sizes[-1])
    rest = _rest(columns, every, width, size)
    widths = [rest if c.takes_rest else _natural(index, c, every, size) for index, c in enumerate(columns)]
    head = _row(columns, [Cell(column.title) for column in columns], widths, Style(size * 0.93, Face.SEMIBOLD))
    band = Piece(head.height, (BoxInk(0, 0, width, head.height, _HEAD_GREY), *head.inks))
    line = rule(width, grey=_RULE_GREY, thickness=0.4)
    return Table(
        head=band,
        rows=tuple(stack(_row(columns, row, widths, Style(size)), line) for row in rows),
        sums=_row(columns, sums, widths, Style(size, Face.SEMIBOLD)) if sums is not None else None,
    )


def _rest(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: float, size: float) -> float:
    fixed = (_natural(index, column, rows, size) for index, column in enumerate(columns) if not column.takes_rest)
    return width - sum(fixed)


def _natural(index: int, column: Column, rows: Sequence[Sequence[Cell]], size: float) -> float:
    """Return how wide a column wants to be, gap included; measured in the heavier letters of head and sums."""
    style = Style(size, Face.SEMIBOLD)
    texts = {column.title, *(part for row in rows for part in (row[index].text, row[index].note))}
    widest = max(text_width(showable(text), style) for text in texts)
    if column.widest is not None:
        widest = min(widest, max(column.widest, text_width(column.title, style)))
    return max(widest, column.least) + _GAP


def _row(columns: Sequence[Column], cells: Sequence[Cell], widths: Sequence[float], style: Style) -> Piece:
    note = Style(style.size * 0.86, grey=0.35)
    placed = []
    x = 0.0
    for column, cell, width in zip(columns, cells, widths, strict=True):
        # half a point, so that an amount as wide as its column is not taken for too wide
        inner = width - _GAP + 0.5
        piece = stack(
            Piece(_ROW_PAD),
            text_block(cell.text, style, inner, column.side),
            text_block(cell.note, note, inner, column.side),
            Piece(_ROW_PAD),
        )
        placed.append((x + _GAP / 2, piece))
        x += width
    return beside(*placed)
