"""A receipt as data: lines of a fixed number of columns, and how text is fitted to them.

Every text is made ``plain`` here, so that what is measured is what is printed. No line is ever wider than the paper and
nothing is ever cut off: what does not fit goes on the next line.
"""

from __future__ import annotations

import enum
import itertools
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from core.printing.codes import Bitmap
from core.printing.dto import PrinterProfile
from core.printing.plain import plain


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
    """One printed line, already fitted to the paper."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    size: Size = Size.NORMAL

    @property
    def columns(self) -> int:
        """How much of the paper's width it takes."""
        return len(self.text) * (2 if self.size is Size.DOUBLE else 1)


@dataclass(frozen=True, slots=True)
class Sides:
    """A line with text at both edges of the paper, whatever the letters' size."""

    left: str
    right: str
    bold: bool = False
    size: Size = Size.NORMAL

    def across(self, columns: int) -> Text:
        """Return it as text over that many letters."""
        return Text(self.left + self.right.rjust(columns - len(self.left)), bold=self.bold, size=self.size)


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


PaperLine = Text | Sides | Rule | Feed | Cut | Qr | Picture
#: Draws lines as a picture for a printer that is sent pictures.
Drawing = Callable[[Sequence[PaperLine], PrinterProfile], Sequence[PaperLine]]


def to_text(lines: Iterable[PaperLine], columns: int) -> str:
    """Return the lines as text for a terminal or a .txt file: large letters as wide as others, no pictures."""
    return "".join(f"{row}\n" for line in lines for row in _rows(line, columns))


def _rows(line: PaperLine, columns: int) -> list[str]:
    match line:
        case Text(text, Align.CENTRE):
            return [(" " * ((columns - len(text)) // 2) + text).rstrip()]
        case Text(text, Align.RIGHT):
            return [text.rjust(columns)]
        case Text(text):
            return [text.rstrip()]
        case Sides():
            return [line.across(columns).text]
        case Rule(mark):
            return [mark * columns]
        case Feed(count):
            return [""] * count
        case Cut() | Qr() | Picture():
            return []


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines no wider than that, broken between words, a longer word inside."""
    text = plain(text)
    if len(text) <= width:
        return [text] if text.strip() else []
    return textwrap.wrap(text, width, break_on_hyphens=False)


def paragraph(
    text: str, columns: int, align: Align = Align.LEFT, *, bold: bool = False, size: Size = Size.NORMAL
) -> list[Text]:
    """Return the text wrapped, every line in the same dress."""
    width = columns // 2 if size is Size.DOUBLE else columns
    return [Text(line, align, bold, size) for part in text.splitlines() for line in wrap(part, width)]


def edges(left: str, right: str, columns: int) -> list[str]:
    """Return ``left`` at the left and ``right`` at the right edge, on two or more lines if one is too short."""
    left, right = plain(left), plain(right)
    if len(left) + 1 + len(right) <= columns:
        return [left + right.rjust(columns - len(left))]
    return [*wrap(left, columns), *(line.rjust(columns) for line in wrap(right, columns))]


def flow(words: Iterable[str], columns: int) -> list[str]:
    """Return short texts one after the other with two spaces between, none broken unless it must be."""
    lines: list[str] = []
    for word in map(plain, words):
        if lines and len(lines[-1]) + 2 + len(word) <= columns:
            lines[-1] += f"  {word}"
        else:
            lines.extend(wrap(word, columns))
    return lines


def row(cells: Sequence[str], labels: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Return the cells in columns, the first at the left and the others at the right of theirs.

    A cell too wide for its column pushes those before it to the left; where that leaves no gap between two, all cells
    go below each other, each with its label.
    """
    cells = [plain(cell) for cell in cells]
    line, free = "", sum(widths)  # how many columns are left of what stands already
    edges_of_columns = list(itertools.accumulate(widths))
    for cell, edge in reversed(list(zip(cells[1:], edges_of_columns[1:], strict=True))):
        start = min(edge, free) - len(cell)
        line = cell + line.rjust(sum(widths) - min(edge, free))
        free = start - 1
    if len(cells[0]) <= free:
        return [cells[0].ljust(sum(widths) - len(line)) + line]
    pairs = zip(labels, cells, strict=True)
    return [text for label, cell in pairs for text in edges(label, cell, sum(widths))]
