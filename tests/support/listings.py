"""Bills as DOS programs print them: a text a line in letters of one width, blanks between the columns."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

_PITCH, _LEADING = 4.8, 10.0


@dataclass(frozen=True, slots=True)
class Printed:
    """A column of a listing: its header and cells, each set to the left or the right of ``width`` letters."""

    title: str
    cells: tuple[str, ...]
    is_right: bool = False
    is_title_right: bool = False
    #: Letters beyond the widest of header and cells.
    spare: int = 0

    @property
    def width(self) -> int:
        """How many letters the column is wide."""
        return max(map(len, (self.title, *self.cells))) + self.spare


def listing(columns: Sequence[Printed], gutter: int = 1) -> list[str]:
    """Return the lines of a table, its header first: columns padded by blanks and ``gutter`` blanks apart."""
    header = [_set(column.title, column, column.is_title_right) for column in columns]
    lines = [
        [_set(column.cells[at], column, column.is_right) for column in columns] for at in range(len(columns[0].cells))
    ]
    return [(" " * gutter).join(line).rstrip() for line in (header, *lines)]


def _set(text: str, column: Printed, is_right: bool) -> str:
    return text.rjust(column.width) if is_right else text.ljust(column.width)


def as_listing_pdf(
    lines: Sequence[str], *, lines_a_page: int = 60, prints: int = 1, plain_lines: int = 0, spaced: bool = False
) -> bytes:
    """Draw lines on pages, each as one text.

    ``prints`` is how often each is printed in its place, ``plain_lines`` how many first ones are in letters of several
    widths; ``spaced`` makes the blanks between words wider than letters.
    """
    wide = max(map(len, lines), default=1) * _PITCH + 40
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(wide, (lines_a_page + 2) * _LEADING))
    for number, line in enumerate(lines):
        at = number % lines_a_page
        if number and not at:
            canvas.showPage()
        canvas.setFont("Helvetica" if number < plain_lines else "Courier", _PITCH / 0.6)
        for _ in range(prints):
            canvas.drawString(20, (lines_a_page + 1 - at) * _LEADING, line, wordSpace=0.7 if spaced else None)
    canvas.save()
    return file.getvalue()


def rows_as_listing(
    rows: Sequence[Sequence[str]], columns: int, *, gutter: int = 1, is_title_right: bool = True
) -> list[str]:
    """Return the lines of a whole bill: rows more than half as full as the table are of it, the rest stand apart.

    Columns of numbers are set to the right, their headers too if ``is_title_right``.
    """
    full = [row for row in rows if sum(map(bool, row)) * 2 > columns]
    width = max(map(len, full))
    padded = [[*row, *[""] * (width - len(row))] for row in full]
    widths = [max(1, *(len(row[at]) for row in padded)) for at in range(width)]
    # the first is the header where there is one
    is_number = [2 * sum(_ends_in_digit(row[at]) for row in padded) > len(padded) for at in range(width)]
    lines = []
    for row in rows:
        if row not in full:
            lines.append("   ".join(filter(None, row)))
            continue
        is_header = not any(map(_ends_in_digit, row))
        cells = [
            cell.rjust(wide) if right and (is_title_right or not is_header) else cell.ljust(wide)
            for cell, wide, right in zip([*row, *[""] * (width - len(row))], widths, is_number, strict=True)
        ]
        lines.append((" " * gutter).join(cells).rstrip())
    return lines


def _ends_in_digit(cell: str) -> bool:
    return cell[-1:].isdigit() and cell[:1].isdigit() and "/" not in cell
