"""A report on A4 pages, as a file and for printers: whose it is, what was asked, its rows, and their sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from core.boundary.files import write_whole
from core.kernel.errors import RuleBroken
from core.printing.listing import Listing, listing_pages
from core.printing.page import (
    Face,
    Page,
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
    to_pdf,
)
from core.printing.sheet import DOT
from core.printing.table import NOTE_SIZE, Cell, Column, Grid
from core.reporting.columns import Kind, ReportColumn, Value, show_value
from core.reporting.report import Tick, untold
from core.reporting.shaping import LineKind
from core.reporting.sheets import Sheet
from core.reporting.writing.telling import lines_told
from core.reporting.writing.widths import GAP, Fitted, Wish, fitted, wish_of

#: More rows are a thousand pages and more, which nobody prints.
MOST_ROWS = 50_000
_NOTHING = "There is nothing to show for what was asked."

#: A line as it is shown: what it is, and a text for each column.
_Line = tuple[LineKind, list[str]]


def write_pdf(sheet: Sheet, path: Path, tick: Tick) -> int:
    """Write a report as a PDF, and return how many rows it has, sums and heads of groups not counted.

    Raises EnvironmentFault ``files.cannot_write`` (the old file then stands as it was) and what ``report_pdf`` does.
    """
    lines = _read(sheet, tick)
    write_whole(path, _pdf(sheet, lines, tick), shared=True)
    return sum(kind is LineKind.ROW for kind, _ in lines)


def report_pdf(sheet: Sheet, tick: Tick = untold) -> bytes:
    """Return a report as a PDF; the same sheet gives the same bytes.

    ``tick`` is told of the lines while they are read, then of the pages while they are drawn; ``Stopped`` passes
    through. Raises RuleBroken ``reports.too_long_for_paper``.
    """
    return _pdf(sheet, _read(sheet, tick), tick)


def report_pages(sheet: Sheet, tick: Tick = untold) -> tuple[list[Page], tuple[float, float]]:
    """Return the pages as data, and the size of their sheets in points.

    A4 stands where the columns fit in letters that are good to read, and lies where they do not. A column that stands
    ``under`` another one that is shown is below its text in small letters. Raises RuleBroken
    ``reports.too_long_for_paper``, and ``Stopped`` where ``tick`` does.
    """
    return _pages(sheet, _read(sheet, tick))


def _pdf(sheet: Sheet, lines: Sequence[_Line], tick: Tick) -> bytes:
    pages, size = _pages(sheet, lines)
    return to_pdf(_drawn(pages, tick), size, title=sheet.title, author=sheet.shop.name)


def _pages(sheet: Sheet, lines: Sequence[_Line]) -> tuple[list[Page], tuple[float, float]]:
    stacks = _stacks(sheet.columns)
    wishes = [_wish(sheet.columns, places, lines) for places in stacks]
    fit = fitted(wishes, has_notes=len(stacks) < len(sheet.columns))
    grid = _grid(sheet.columns, stacks, fit)
    listing = Listing(
        shop=sheet.shop,
        title=sheet.title,
        heading=sheet.heading,
        nothing=_NOTHING,
        note=sheet.note,
        made=f"Made {show_value(Kind.TIME, sheet.made_at)}",
        size=fit.sheet,
    )
    return listing_pages(listing, grid.head(), list(_blocks(grid, stacks, lines))), fit.sheet


def _drawn(pages: Sequence[Page], tick: Tick) -> Iterator[Page]:
    for number, page in enumerate(pages):
        tick(number, len(pages))
        yield page


def _read(sheet: Sheet, tick: Tick) -> list[_Line]:
    lines: list[_Line] = []
    count = 0
    for line in lines_told(sheet, tick):
        if line.kind is LineKind.ROW:
            count += 1
        if count <= MOST_ROWS:  # further ones are only counted: it is told how many there are
            shown = zip(sheet.columns, line.values, strict=True)
            lines.append((line.kind, [_shown(column, value) for column, value in shown]))
    if count > MOST_ROWS:
        raise RuleBroken("reports.too_long_for_paper", count=count)
    return lines


def _shown(column: ReportColumn, value: Value) -> str:
    """Return a value in one line: an address is no higher than it has to be."""
    text = show_value(column.kind, value)
    return text if column.kind is not Kind.TEXT else ", ".join(filter(None, map(str.strip, text.splitlines())))


def _stacks(columns: Sequence[ReportColumn]) -> list[list[int]]:
    """Return the places of the columns that stand in each column on paper: its own, then those under it."""
    places = {column.id: at for at, column in enumerate(columns)}
    stacks: dict[int, list[int]] = {}
    for at, column in enumerate(columns):
        if column.under not in places:
            stacks.setdefault(at, []).insert(0, at)
        else:
            stacks.setdefault(places[column.under], []).append(at)
    return [stacks[at] for at in sorted(stacks)]


def _wish(columns: Sequence[ReportColumn], places: Sequence[int], lines: Sequence[_Line]) -> Wish:
    """Return how wide a column with those under it wants to be: so that these stand on one line, if there is room."""
    first, *under = places
    every = [texts for kind, texts in lines if kind is not LineKind.GROUP]
    own = wish_of(
        columns[first].title,
        (texts[first] for texts in every),
        wraps=columns[first].kind is Kind.TEXT,
        stretches=columns[first].stretches,
    )
    if not under:
        return own
    notes = (DOT.join(texts[at] for at in under if texts[at]) for texts in every)
    return own.joined(wish_of(_note_title(columns, places), notes, wraps=True, small=True))


def _grid(columns: Sequence[ReportColumn], stacks: Sequence[Sequence[int]], fit: Fitted) -> Grid:
    heads = [
        Column(
            columns[places[0]].title,
            Side.RIGHT if columns[places[0]].kind.is_number else Side.LEFT,
            note=_note_title(columns, places),
        )
        for places in stacks
    ]
    return Grid(heads, fit.widths, fit.size, GAP)


def _note_title(columns: Sequence[ReportColumn], places: Sequence[int]) -> str:
    first, *under = places
    return DOT.join(_short_title(columns[at].title, columns[first].title) for at in under)


def _short_title(title: str, above: str) -> str:
    """Return a title without the words of the one that it stands under: Address below Prescriber."""
    rest = title.removeprefix(f"{above} ")
    return rest[:1].upper() + rest[1:]


def _blocks(grid: Grid, stacks: Sequence[Sequence[int]], lines: Sequence[_Line]) -> Iterator[list[Piece]]:
    """Yield what stands together on a page: a group's head with its first row, sums with the last one above them."""
    block: list[Piece] = []
    before: LineKind | None = None
    for kind, texts in lines:
        joins = before is LineKind.GROUP or kind in {LineKind.SUBTOTAL, LineKind.TOTAL}
        if block and not joins:
            yield block
            block = []
        block.append(_piece(grid, stacks, kind, texts))
        before = kind
    if block:
        yield block


def _piece(grid: Grid, stacks: Sequence[Sequence[int]], kind: LineKind, texts: Sequence[str]) -> Piece:
    if kind is LineKind.GROUP:
        said = text_block(next(filter(None, texts), ""), Style(grid.size, Face.SEMIBOLD), grid.width - GAP)
        return stack(space(6), beside((GAP / 2, said)), space(2), rule(grid.width, grey=0.5, thickness=0.5))
    if kind is LineKind.ROW:
        small = Style(grid.size * NOTE_SIZE)
        return grid.row(
            [
                Cell(texts[first], _below([texts[at] for at in under if texts[at]], width - grid.gap, small))
                for (first, *under), width in zip(stacks, grid.widths, strict=True)
            ]
        )
    sums = grid.sums([_sum_cell(texts, places) for places in stacks])
    if kind is LineKind.SUBTOTAL:
        return stack(rule(grid.width, grey=0.4, thickness=0.5), sums, space(4))
    line = rule(grid.width, grey=0.0, thickness=0.9)
    return stack(line, sums, line)


def _below(notes: Sequence[str], width: float, style: Style) -> str:
    """Return what stands below a cell's text, as many of the notes on a line as fit."""
    lines: list[str] = []
    for note in notes:
        joined = f"{lines[-1]}{DOT}{note}" if lines else note
        if lines and text_width(showable(joined), style) <= width:
            lines[-1] = joined
        else:
            lines.append(note)
    return "\n".join(lines)


def _sum_cell(texts: Sequence[str], places: Sequence[int]) -> Cell:
    """Return a cell of sums; a label that belongs under a column without a sum stands in its place."""
    first, *under = [texts[at] for at in places if texts[at]] or [""]
    return Cell(first, "\n".join(under))
