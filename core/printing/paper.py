"""A receipt as data: what stands on it in which order, and how that is fitted to a paper.

``fit`` breaks it into lines by a ruler, so that what is measured is what is printed: no line is ever wider than the
paper and nothing is ever cut off. What does not fit goes on the next line. What is fitted already stays as it is.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.printing.codes import Bitmap
from core.printing.dto import PrinterProfile
from core.printing.ruler import Ruler, TextRuler, flow, wrap

#: What is left between two texts on one line, in columns.
_GAP = 1.0
#: Room for a signature at least, in columns.
_SIGNED = 12.0


class Align(enum.StrEnum):
    """Where a line stands on the paper."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


class Size(enum.Enum):
    """How large letters are: tall is twice as high, double also twice as wide (two columns a letter)."""

    NORMAL = 1
    TALL = 2
    DOUBLE = 3


@dataclass(frozen=True, slots=True)
class Text:
    """A text of one line or more, a line feed between; fitted, it is one line."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    size: Size = Size.NORMAL

    @property
    def columns(self) -> int:
        """How much of the paper's width it takes in a printer's own letters."""
        return len(self.text) * (2 if self.size is Size.DOUBLE else 1)


@dataclass(frozen=True, slots=True)
class Flow:
    """Short texts one after the other, as many on a line as have room, none broken unless it must be."""

    words: tuple[str, ...]
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Sides:
    """Text at both edges of the paper; double letters give way to tall ones, two texts too long stand on two lines."""

    left: str
    right: str
    bold: bool = False
    size: Size = Size.NORMAL

    def across(self, columns: int) -> Text:
        """Return it as text over that many letters."""
        return Text(self.left + self.right.rjust(columns - len(self.left)), bold=self.bold, size=self.size)


@dataclass(frozen=True, slots=True)
class Cells:
    """A row of a table: the first cell begins at the left, each other one ends at its edge (in columns).

    A cell too wide for its column pushes those before it to the left; where that leaves no gap between two, all cells
    go below each other, each with its label.
    """

    cells: tuple[str, ...]
    labels: tuple[str, ...]
    edges: tuple[float, ...]

    def across(self, columns: int) -> Text:
        """Return it, fitted, as text over that many letters."""
        line = self.cells[0]
        for cell, edge in zip(self.cells[1:], self.edges[1:], strict=True):
            line += cell.rjust(round(edge) - len(line))
        return Text(line)


@dataclass(frozen=True, slots=True)
class Blank:
    """A label with a line behind it to write on, up to the edge of the paper."""

    label: str

    def across(self, columns: int) -> Text:
        """Return it, fitted, as text over that many letters."""
        label = f"{self.label} " if self.label else ""
        return Text(label + "_" * (columns - len(label)))


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper made of one character."""

    mark: str = "-"


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the paper: cut it, or feed it for tearing off."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code in the middle of the paper; the printer draws it where it can, else it is sent as a picture."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the middle of the paper (a logo), no wider than the paper's dots."""

    bitmap: Bitmap


PaperLine = Text | Flow | Sides | Cells | Blank | Rule | Feed | Cut | Qr | Picture
#: Draws lines as pictures for a printer that is sent pictures.
Drawing = Callable[[Sequence[PaperLine], PrinterProfile], Sequence[PaperLine]]


def fit(lines: Iterable[PaperLine], ruler: Ruler) -> tuple[PaperLine, ...]:
    """Return the lines of the paper, each of which is one line that the ruler finds no wider than the paper."""
    return tuple(fitted for line in lines for fitted in _fit(line, ruler))


def _fit(line: PaperLine, ruler: Ruler) -> Iterable[PaperLine]:
    match line:
        case Text(text, _, bold, size):
            wide = size is Size.DOUBLE
            parts = (part for whole in text.split("\n") for part in wrap(whole, ruler, bold=bold, wide=wide))
            return [replace(line, text=part) for part in parts]
        case Flow(words, align):
            return [Text(part, align) for part in flow(words, ruler)]
        case Sides():
            return _fit_sides(line, ruler)
        case Cells():
            return _fit_cells(line, ruler)
        case Blank(label):
            label = ruler.shown(label)
            if ruler.width(label) + _SIGNED <= ruler.columns:
                return [Blank(label)]
            return [*map(Text, wrap(label, ruler)), Blank("")]
        case Rule() | Feed() | Cut() | Qr() | Picture():
            return [line]


def _fit_sides(line: Sides, ruler: Ruler) -> list[PaperLine]:
    left, right = ruler.shown(line.left), ruler.shown(line.right)
    wide = line.size is Size.DOUBLE
    taken = sum(ruler.width(text, bold=line.bold, wide=wide) for text in (left, right))
    if taken + _GAP * (2 if wide else 1) <= ruler.columns:
        return [replace(line, left=left, right=right)]
    if wide:
        return _fit_sides(replace(line, size=Size.TALL), ruler)
    sides = ((left, Align.LEFT), (right, Align.RIGHT))
    return [
        Text(part, side, line.bold, line.size) for text, side in sides for part in wrap(text, ruler, bold=line.bold)
    ]


def _fit_cells(line: Cells, ruler: Ruler) -> list[PaperLine]:
    cells = tuple(map(ruler.shown, line.cells))
    free = float(ruler.columns)  # where the next cell to the left must end at the latest
    edges: list[float] = []
    for cell, edge in reversed(list(zip(cells[1:], line.edges[1:], strict=True))):
        edges.insert(0, min(edge, free))
        free = edges[0] - ruler.width(cell) - _GAP
    if ruler.width(cells[0]) <= free:
        return [replace(line, cells=cells, edges=(line.edges[0], *edges))]
    pairs = zip(line.labels, cells, strict=True)
    return [fitted for label, cell in pairs for fitted in _fit_sides(Sides(label, cell), ruler)]


def to_text(lines: Iterable[PaperLine], columns: int) -> str:
    """Return the lines as text for a terminal or a .txt file: large letters as wide as others, no pictures."""
    fitted = fit(lines, TextRuler(columns))
    return "".join(f"{row}\n" for line in fitted for row in _rows(line, columns))


def _rows(line: PaperLine, columns: int) -> list[str]:
    match line:
        case Text(text, Align.CENTRE):
            return [(" " * ((columns - len(text)) // 2) + text).rstrip()]
        case Text(text, Align.RIGHT):
            return [text.rjust(columns)]
        case Text(text):
            return [text.rstrip()]
        case Sides() | Cells() | Blank():
            return [line.across(columns).text]
        case Rule(mark):
            return [mark * columns]
        case Feed(count):
            return [""] * count
        case Flow() | Cut() | Qr() | Picture():
            return []


def edges_of(widths: Iterable[int]) -> tuple[float, ...]:
    """Return where the columns of a table end that are so wide."""
    edges: list[float] = []
    for width in widths:
        edges.append((edges[-1] if edges else 0) + width)
    return tuple(edges)
