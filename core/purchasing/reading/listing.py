"""The rows of a listing in letters of one width: its header, its lines cell by cell, and what stands around them.

A listing is known by its header; all lines with numbers below it are of the table, up to the last that is filled like
the fullest. What stands around is parted at wide gaps, and sums at their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.kernel.errors import RuleBroken
from core.kernel.text import clean_line
from core.purchasing.reading.body import sums_up
from core.purchasing.reading.fixed_pitch import GridLine
from core.purchasing.reading.gutters import ColumnsUnclear, PrintedColumn, printed_columns, words_of
from core.purchasing.reading.headers import said_by, suggested_by
from core.purchasing.reading.values import read_number

_BARS = str.maketrans(dict.fromkeys("|¦│║", " "))
_RULING = re.compile(r"[\s\-=_*+~.:─━═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬]*")
_GAP = re.compile(r" {2,}")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_HEADER_SEARCHED = 300
_LEAST_KNOWN = 4
#: A second header, of other columns, ends the table: so many words of it are looked at.
_LEAST_OF_OTHER, _MOST_OF_OTHER = 3, 8
_MOST_WORDS = 80
_LEAST_NUMBERS = 3


def listing_rows(name: str, lines: Sequence[GridLine]) -> Iterator[tuple[int, list[str]]] | None:
    """Return line and cells of each row as ``pdf.pdf_rows`` does, None for what is no listing.

    The rows raise RuleBroken ``purchase_file.columns_overlap``.
    """
    listing = _Listing(name, [_Line(at, line) for at, line in enumerate(lines, start=1)])
    return listing.rows() if listing.is_one else None


class _Line:
    """A line with its number in the file; bars that some programs draw between columns are as good as blanks."""

    def __init__(self, number: int, line: GridLine) -> None:
        self.number = number
        self.text = line.text.translate(_BARS).rstrip()
        self.on_grid = line.on_grid
        self.texts = line.texts

    @cached_property
    def words(self) -> list[str]:
        return [word.text for word in words_of(self.text)]

    @cached_property
    def numbers(self) -> int:
        return sum(read_number(word) is not None for word in self.words)

    @property
    def is_ruling(self) -> bool:
        return _RULING.fullmatch(self.text) is not None

    @property
    def adds_up(self) -> bool:
        return sums_up(clean_line(self.text))

    @property
    def is_filled(self) -> bool:
        """Whether it may be a line of goods: it has a name and numbers, and no sum."""
        named = any(_LETTERS.search(word) for word in self.words)
        return self.numbers >= _LEAST_NUMBERS and named and not self.adds_up

    @property
    def may_head(self) -> bool:
        return 0 < len(self.words) <= _MOST_WORDS and not self.numbers and ":" not in self.text


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the header and the lines of goods are, by their places among all lines."""

    headers: range
    repeated: frozenset[int]
    lines: frozenset[int]


class _Listing:
    def __init__(self, name: str, lines: Sequence[_Line]) -> None:
        self._name = name
        self._lines = lines
        self._found = self._find()

    @property
    def is_one(self) -> bool:
        """Whether there is a table whose lines all stand on the grid, more than one value in a text."""
        if self._found is None:
            return False
        table = [self._lines[at] for at in (*self._found.headers, *self._found.lines)]
        return all(line.on_grid and 2 * line.texts <= len(line.words) for line in table)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield line and cells of each row. Raises RuleBroken ``purchase_file.columns_overlap``."""
        found = self._found
        assert found is not None, "a listing is asked for its rows only where there is one"
        goods = sorted(found.lines)
        headers = [self._lines[at].text for at in found.headers]
        try:
            columns = printed_columns(headers, [self._lines[at].text for at in goods])
        except ColumnsUnclear as unclear:
            number = self._lines[found.headers[-1] if unclear.line is None else goods[unclear.line]].number
            raise RuleBroken(
                "purchase_file.columns_overlap", file=self._name, line=number, text=unclear.text
            ) from unclear
        titles = [column.title for column in columns]
        held: tuple[int, list[str]] | None = None
        for at, line in enumerate(self._lines):
            if held is not None and at < goods[-1] and self._goes_on(line, self._lines[at - 1], held[1], columns):
                place = _column_at(line, columns)
                held[1][place] = f"{held[1][place]} {clean_line(line.text)}"
                continue
            if held is not None:
                yield held
                held = None
            if at in found.lines:
                held = line.number, [column.cell(line.text) for column in columns]
            elif at == found.headers[-1] or at in found.repeated:
                yield line.number, list(titles)
            elif at < goods[-1] and self._may_be_of_goods(at, columns):
                yield line.number, [column.cell(line.text) for column in columns]
            elif at not in found.headers and not line.is_ruling and not self._is_of_a_header(line, found.headers):
                yield line.number, _parted(line, is_below=at > goods[0])
        if held is not None:
            yield held

    def _find(self) -> _Found | None:
        header = self._header()
        if header is None:
            return None
        lines = self._lines
        headers = self._rows_of_header(header)
        repeated = {at for at in range(header + 1, len(lines)) if lines[at].words == lines[header].words}
        inside = True
        likely = []
        for at in range(headers[-1] + 1, len(lines)):
            if at in repeated:
                inside = True
            elif self._heads_another(lines[at]) and not self._is_of_a_header(lines[at], headers):
                inside = False
            elif inside and lines[at].is_filled:
                likely.append(at)
        fullest = max((lines[at].numbers for at in likely), default=0)
        last = max((at for at in likely if 2 * lines[at].numbers >= fullest), default=-1)
        goods = frozenset(at for at in likely if at <= last)
        # the last row of a header over two rows is that of its titles
        shift = headers[-1] - header
        return _Found(headers, frozenset(at + shift for at in repeated), goods) if goods else None

    def _header(self) -> int | None:
        """Return the line with the most words that headers have."""
        best, most = None, _LEAST_KNOWN - 1
        for at, line in enumerate(self._lines[:_HEADER_SEARCHED]):
            if line.on_grid and line.may_head and len(line.words) > most:
                known = sum(map(_is_known, line.words))
                if known > most and 2 * known >= len(line.words):
                    best, most = at, known
        return best

    def _rows_of_header(self, header: int) -> range:
        """Return the rows of the header: one below that only has such words, one above that rulings hold together."""
        lines = self._lines
        below = header + 1 < len(lines) and self._is_more_header(lines[header + 1])
        above = (
            header >= 2
            and lines[header - 2].is_ruling
            and self._is_more_header(lines[header - 1])
            and any(line.is_ruling for line in lines[header + 1 : header + 3])
        )
        return range(header - above, header + below + 1)

    @staticmethod
    def _is_more_header(line: _Line) -> bool:
        return line.on_grid and line.may_head and not line.is_ruling and all(map(_is_known_or_sign, line.words))

    @staticmethod
    def _heads_another(line: _Line) -> bool:
        """Say whether a line heads another table: of taxes, below the goods."""
        words = line.words[:_MOST_OF_OTHER]
        return line.may_head and len(words) >= _LEAST_OF_OTHER and all(map(said_by, words))

    def _is_of_a_header(self, line: _Line, headers: range) -> bool:
        """Say whether a line is a further row of the header, repeated on another page."""
        return len(headers) > 1 and any(line.words == self._lines[at].words for at in headers)

    def _may_be_of_goods(self, at: int, columns: Sequence[PrintedColumn]) -> bool:
        """Say whether a line beside one of goods has its words in columns, a number among them.

        It is left to the table whether that is a sum or a line that must not be passed over.
        """
        line = self._lines[at]
        if self._found is None or not line.on_grid or not line.numbers or not {at - 1, at + 1} & self._found.lines:
            return False
        words = words_of(line.text)
        places = {
            place
            for word in words
            for place, column in enumerate(columns)
            if column.start <= word.start and word.end <= column.end
        }
        is_within = all(any(one.start <= word.start and word.end <= one.end for one in columns) for word in words)
        return is_within and len(places) > 1

    @staticmethod
    def _goes_on(line: _Line, above: _Line, cells: Sequence[str], columns: Sequence[PrintedColumn]) -> bool:
        """Say whether a line only goes on with a text that filled its column in the line above."""
        text = clean_line(line.text)
        if not line.on_grid or not text[:1].isalnum() or ":" in text or line.adds_up or line.numbers == len(line.words):
            return False
        place = _column_at(line, columns)
        if place < 0:
            return False
        column = columns[place]
        begun = above.text[column.start : column.end]
        is_below = _blanks_before(begun) == _blanks_before(line.text) - column.start
        return is_below and 5 * len(cells[place]) >= 4 * (column.end - column.start)


def _column_at(line: _Line, columns: Sequence[PrintedColumn]) -> int:
    """Return the one column in which all of a line stands, -1 where it stands in none alone."""
    start = _blanks_before(line.text)
    return next((at for at, one in enumerate(columns) if one.start <= start and len(line.text) <= one.end), -1)


def _blanks_before(text: str) -> int:
    return len(text) - len(text.lstrip())


def _is_known(word: str) -> bool:
    return bool(said_by(word) or suggested_by(word))


def _is_known_or_sign(word: str) -> bool:
    return _is_known(word) or not any(map(str.isalnum, word))


def _parted(line: _Line, *, is_below: bool) -> list[str]:
    """Return the cells of a line around the table; numbers of sums stand for themselves, however near the next."""
    if not (is_below and line.adds_up):
        return [cell for cell in map(clean_line, _GAP.split(line.text)) if cell]
    cells: list[str] = []
    is_text = False
    for gap, word in re.findall(r"(\s*)(\S+)", line.text):
        if read_number(word) is None and is_text and len(gap) < 2:
            cells[-1] = f"{cells[-1]} {clean_line(word)}"
        else:
            cells.append(clean_line(word))
        is_text = read_number(word) is None
    return [cell for cell in cells if cell]
