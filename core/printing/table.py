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
    TextInk,
    rule,
    showable,
    stack,
    text_width,
    wrap_text,
)

#: How large the letters below a cell's text are, against those of the text.
NOTE_SIZE = 0.86
_GAP = 6.0
_ROW_PAD = 2.2
_HEAD_GREY, _RULE_GREY = 0.92, 0.8
_HEAD_SIZE = 0.93


@dataclass(frozen=True, slots=True)
class Column:
    """A column: amounts are never broken, text wraps at ``widest``, and one column takes the rest.

    ``note`` stands below its title in small letters.
    """

    title: str
    side: Side = Side.LEFT
    widest: float | None = None
    takes_rest: bool = False
    least: float = 0.0
    note: str = ""


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


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns with their widths, gaps included, and the size of their letters: rows are laid out in it one by one.

    ``gap`` is what is between two columns, half of it on each side.
    """

    columns: Sequence[Column]
    widths: Sequence[float]
    size: float
    gap: float = _GAP

    @property
    def width(self) -> float:
        """How wide the table is."""
        return sum(self.widths)

    def head(self) -> Piece:
        """Return the titles on a grey band."""
        titles = [Cell(column.title, column.note) for column in self.columns]
        row = self._row(titles, Style(self.size * _HEAD_SIZE, Face.SEMIBOLD))
        return Piece(row.height, (BoxInk(0, 0, self.width, row.height, _HEAD_GREY), *row.inks))

    def row(self, cells: Sequence[Cell]) -> Piece:
        """Return a row above a thin line."""
        return stack(self._row(cells, Style(self.size)), rule(self.width, grey=_RULE_GREY, thickness=0.4))

    def sums(self, cells: Sequence[Cell]) -> Piece:
        """Return a row of sums, in heavier letters."""
        return self._row(cells, Style(self.size, Face.SEMIBOLD))

    def _row(self, cells: Sequence[Cell], style: Style) -> Piece:
        small = Style(style.size * NOTE_SIZE, grey=0.35)
        inks = []
        left = height = 0.0
        for column, cell, width in zip(self.columns, cells, self.widths, strict=True):
            # half a point, so that an amount as wide as its column is not taken for too wide
            inner = width - self.gap + 0.5
            x = left + self.gap / 2 + {Side.LEFT: 0.0, Side.CENTRE: inner / 2, Side.RIGHT: inner}[column.side]
            y = _ROW_PAD
            for text, letters in ((cell.text, style), (cell.note, small)):
                for line in wrap_text(text, letters, inner):
                    inks.append(TextInk(x, y, line, letters, column.side))
                    y += letters.line_height
            height = max(height, y)
            left += width
        return Piece(height + _ROW_PAD, tuple(inks))


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
    grid = Grid(columns, widths, size)
    return Table(
        head=grid.head(),
        rows=tuple(map(grid.row, rows)),
        sums=grid.sums(sums) if sums is not None else None,
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
