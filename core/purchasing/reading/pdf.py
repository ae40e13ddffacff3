"""Invoices as PDF with text in them: lines and columns from where the words stand.

Listings in letters of one width are read letter by letter (``listing``). Any other page pypdf lays out in such letters;
what stands between wide gaps is a cell. Columns are where the lines of
the table leave no gap: a name that runs into the next column cannot be parted from it and is refused, not guessed.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from core.kernel.errors import RuleBroken
from core.kernel.text import clean_line
from core.purchasing.reading.body import sums_up
from core.purchasing.reading.fixed_pitch import PageText, grid_lines
from core.purchasing.reading.listing import listing_rows
from core.purchasing.reading.tables import MOST_BYTES
from core.purchasing.reading.values import read_number

if TYPE_CHECKING:
    from pypdf import PageObject

MOST_PAGES = 50
MOST_PAGE_BYTES = 2 * 1024 * 1024
#: Of all pages together: twice what a bill of the most rows takes whose values are each placed by themselves.
MOST_DRAWN_BYTES = 4 * 1024 * 1024
_LEAST_LETTERS = 20
#: Twice as wide as the text needs, so that columns stay apart where letters are narrow.
_SPREAD = 2
_CHUNK = re.compile(r"\S+(?: \S+)*")
_LEAST_CELLS = 5
#: Lines of which one may have letters where the others have a gap.
_LINES_PER_STRAY = 10
#: Letters between two columns at least; numbers set to the right end a letter or two from each other.
_LEAST_GAP = 3


class _Chunk(NamedTuple):
    start: int
    end: int
    text: str


def pdf_rows(name: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of all pages as one table, lines counted through; lines outside the table by their gaps.

    Raises RuleBroken ``purchase_file.protected``, ``.too_big``, ``.too_many_pages``, ``.no_text``,
    ``.columns_overlap``, and what pypdf raises.
    """
    pages = _pages(name, data)
    drawn = [PageText.of(page) for page in pages]
    listing = listing_rows(name, grid_lines(drawn))
    if listing is not None:
        yield from listing
        return
    words = frozenset(word for page in drawn for word in page.words.split())
    lines = _laid_out(pages) if words else []
    if sum(len(chunk.text) for line in lines for chunk in line) < _LEAST_LETTERS:
        raise RuleBroken("purchase_file.no_text", file=name)
    widest = max(map(len, lines))
    is_table = [len(line) >= max(_LEAST_CELLS, widest * 3 // 5) for line in lines]
    table = [line for line, inside in zip(lines, is_table, strict=True) if inside]
    covered = Counter(place for line in table for chunk in line for place in range(chunk.start, chunk.end))
    stray = max(1, len(table) // _LINES_PER_STRAY)
    columns = _under_their_headers(_columns(covered), table)
    nameless = _nameless(table, columns)
    held: tuple[int, list[str]] | None = None
    for number, (line, inside) in enumerate(zip(lines, is_table, strict=True), start=1):
        if inside:
            if held is not None:
                yield held
            for chunk in line:
                if (
                    _bridges(chunk, covered, stray)
                    or _is_glued(chunk.text, words)
                    or _column_of(chunk, columns) in nameless
                ):
                    raise RuleBroken("purchase_file.columns_overlap", file=name, line=number, text=chunk.text)
            held = number, _placed(line, columns)
        elif held is not None and any(is_table[number:]) and _continues(line, lines[number - 2], columns):
            at = _column_of(line[0], columns)
            held[1][at] = f"{held[1][at]} {line[0].text}"
        else:
            if held is not None:
                yield held
                held = None
            yield number, [chunk.text for chunk in line]
    if held is not None:
        yield held


def _pages(name: str, data: bytes) -> list[PageObject]:
    """Return the pages on which something is drawn.

    Raises RuleBroken ``purchase_file.protected``, ``.too_many_pages``, ``.too_big``, and what pypdf raises.
    """
    import pypdf  # lazy: loading it takes 0.2 s, and most starts read no file
    from pypdf.errors import DependencyError

    # what it says of broken files is for programmers; a person hears our sentence
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(data))
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise RuleBroken("purchase_file.protected", file=name)
    except DependencyError as error:  # a cipher that is not at hand
        raise RuleBroken("purchase_file.protected", file=name) from error
    if len(reader.pages) > MOST_PAGES:
        raise RuleBroken("purchase_file.too_many_pages", file=name, pages=MOST_PAGES)
    pages = []
    whole = 0
    for page in reader.pages:
        contents = page.get_contents()
        drawn = len(contents.get_data()) if contents is not None else 0
        whole += drawn
        if drawn > MOST_PAGE_BYTES or whole > MOST_DRAWN_BYTES:
            raise RuleBroken("purchase_file.too_big", file=name, megabytes=MOST_BYTES // (1024 * 1024))
        if drawn:
            pages.append(page)
    return pages


def _laid_out(pages: Sequence[PageObject]) -> list[list[_Chunk]]:
    """Return the lines of all pages, laid out as one long page so that columns are in one place."""
    text = (pages[0] if len(pages) == 1 else _joined(pages)).extract_text(
        extraction_mode="layout", layout_mode_space_vertically=False, layout_mode_scale_weight=_SPREAD
    )
    return [line for line in map(_chunks, text.splitlines()) if line]


def _joined(pages: Sequence[PageObject]) -> PageObject:
    """Return one page on which the others stand one below the other."""
    import pypdf

    writer = pypdf.PdfWriter()
    top = sum(page.mediabox.height for page in pages)
    whole = writer.add_blank_page(max(page.mediabox.width for page in pages), top)
    for page in pages:
        top -= page.mediabox.height
        whole.merge_translated_page(page, 0, top)
    written = io.BytesIO()
    writer.write(written)  # only a page that is read knows its fonts
    return pypdf.PdfReader(written).pages[0]


def _is_glued(text: str, words: frozenset[str]) -> bool:
    """Say whether a text ends in two words that the page has apart: one ran up to the next and no gap was left."""
    return any(
        word not in words and any(word[:cut] in words and word[cut:] in words for cut in range(1, len(word)))
        for word in text.split()
    )


def _chunks(line: str) -> list[_Chunk]:
    found = ((match.start(), match.end(), clean_line(match[0])) for match in _CHUNK.finditer(line))
    return [_Chunk(*one) for one in found if one[2]]


def _columns(covered: Counter[int]) -> list[tuple[int, int]]:
    """Return where the columns of the table begin and end: between gaps that no line has a letter in."""
    columns: list[tuple[int, int]] = []
    for place in sorted(covered):
        if columns and place - columns[-1][1] < _LEAST_GAP:
            columns[-1] = (columns[-1][0], place + 1)
        else:
            columns.append((place, place + 1))
    return columns


def _bridges(chunk: _Chunk, covered: Counter[int], stray: int) -> bool:
    """Say whether a text fills a gap that nearly all lines have, and goes on beyond it: it is of two columns."""
    shared = "".join("1" if covered[place] > stray else "0" for place in range(chunk.start, chunk.end))
    return re.search(rf"10{{{_LEAST_GAP},}}1", shared) is not None


def _under_their_headers(columns: list[tuple[int, int]], lines: Sequence[Sequence[_Chunk]]) -> list[tuple[int, int]]:
    """Join a header with the column beside it that has none: short numbers set to the right do not reach below it.

    Where headers and numbers alternate each header belongs to the numbers behind it; else the nearest are joined.
    """
    said, filled = (
        {at for line in some for chunk in line for at in _touched(chunk, columns)} for some in _parted(lines)
    )
    joins: list[int] = []
    at = 0
    while at < len(columns):
        end = at
        while (
            end < len(columns)
            and (end in said) != (end in filled)
            and (end == at or (end in said) != (end - 1 in said))
        ):
            end += 1
        if (end - at) % 2 == 0:
            joins.extend(range(at, end, 2))
        elif end - at > 1:
            gaps = [(columns[place + 1][0] - columns[place][1], place) for place in range(at, end - 1)]
            for _, place in sorted(gaps):
                if not {place - 1, place, place + 1} & set(joins):
                    joins.append(place)
        at = max(end, at + 1)
    return [
        (start, columns[place + 1][1] if place in joins else end)
        for place, (start, end) in enumerate(columns)
        if place - 1 not in joins
    ]


def _parted(lines: Sequence[Sequence[_Chunk]]) -> tuple[list[Sequence[_Chunk]], list[Sequence[_Chunk]]]:
    """Return the headers and the other lines of a table."""
    return [line for line in lines if _is_heading(line)], [line for line in lines if not _is_heading(line)]


def _nameless(lines: Sequence[Sequence[_Chunk]], columns: Sequence[tuple[int, int]]) -> set[int]:
    """Return the columns that a table with a header has no name for: names and numbers do not stand in line."""
    headings, _ = _parted(lines)
    named = {at for line in headings for chunk in line for at in _touched(chunk, columns)}
    return set(range(len(columns))) - named if headings else set()


def _is_heading(line: Sequence[_Chunk]) -> bool:
    return not any(read_number(chunk.text) is not None for chunk in line)


def _touched(chunk: _Chunk, columns: Sequence[tuple[int, int]]) -> list[int]:
    return [at for at, (start, end) in enumerate(columns) if chunk.start < end and start < chunk.end]


def _column_of(chunk: _Chunk, columns: Sequence[tuple[int, int]]) -> int:
    return _touched(chunk, columns)[0]


def _continues(line: Sequence[_Chunk], above: Sequence[_Chunk], columns: Sequence[tuple[int, int]]) -> bool:
    """Say whether a line only goes on with a name that filled its column in the line above; a heading begins anew."""
    if len(line) != 1 or _is_heading(above) or sums_up(line[0].text):
        return False
    if not line[0].text[0].isalnum() or ":" in line[0].text:
        return False
    touched = _touched(line[0], columns)
    begun = [chunk for chunk in above if _touched(chunk, columns) == touched and chunk.start == line[0].start]
    return bool(begun) and 5 * len(begun[0].text) >= 4 * (columns[touched[0]][1] - columns[touched[0]][0])


def _placed(line: Sequence[_Chunk], columns: Sequence[tuple[int, int]]) -> list[str]:
    cells = [""] * len(columns)
    for chunk in line:
        at = _column_of(chunk, columns)
        cells[at] = f"{cells[at]} {chunk.text}".strip()
    return cells
