"""The columns of a listing in letters of one width: between the gutters, which are blank in all its lines.

A gutter alone parts nothing: names in few lines have their blanks below each other too, and a short number does not
reach below its header. Headers and cells say together which gutters part columns; where they can be taken in more than
one way nothing is taken, since no sum would prove a batch or an expiry.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.kernel.text import clean_line
from core.purchasing.reading.body import kind_of
from core.purchasing.reading.headers import said_by, suggested_by
from core.purchasing.reading.roles import Role

#: Words of a header at most (``Net Rate after Disc``).
_MOST_WORDS = 4
#: In a table of fewer gutters their widths say nothing.
_LEAST_GUTTERS = 4
#: Columns whose cells may be a number and what it counts (``100 ML``, ``10 NOS``).
_COUNTED = frozenset({Role.PACK, Role.QUANTITY})
_WORD = re.compile(r"\S+")
_CURRENCY = re.compile(r"rs\.?|inr|₹", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")


_EXACTLY, _EITHER = 2, -1
#: What no sum of a bill proves.
_UNPROVEN = frozenset({Role.FREE, Role.SCHEME, Role.MRP, Role.PTR})
_NONE: frozenset[frozenset[Role]] = frozenset({frozenset()})


class Word(NamedTuple):
    """A word in a line: its letters stand from ``start`` on and before ``end``."""

    start: int
    end: int
    text: str


class ColumnsUnclear(Exception):
    """Two columns cannot be told apart: ``line`` of the lines given (None for the header) and the text there."""

    def __init__(self, line: int | None, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = clean_line(text)


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column: its header, and that its cells stand from ``start`` on and before ``end`` in each line."""

    title: str
    start: int
    end: int

    def cell(self, line: str) -> str:
        """Return what stands in the column in a line."""
        return clean_line(line[self.start : self.end])


def words_of(line: str) -> list[Word]:
    """Return the words of a line where they stand."""
    return [Word(match.start(), match.end(), match[0]) for match in _WORD.finditer(line)]


def printed_columns(headers: Sequence[str], lines: Sequence[str]) -> list[PrintedColumn]:
    """Return the columns of a table in order: ``headers`` are the rows of its header, ``lines`` those with goods.

    Raises ColumnsUnclear where a text runs into the next column, or headers and cells do not say what belongs together.
    """
    return _Table([words_of(row) for row in headers], lines).columns()


@dataclass(slots=True)
class _Band:
    """Letters between two gutters: the words of each row of the header, and whether some line has letters there."""

    start: int
    end: int
    heads: list[list[Word]]
    is_filled: bool

    @property
    def is_headed(self) -> bool:
        return any(self.heads)

    @property
    def is_head_alone(self) -> bool:
        return self.is_headed and not self.is_filled

    @property
    def head_start(self) -> int:
        return min(word.start for words in self.heads for word in words)

    @property
    def head_end(self) -> int:
        return max(word.end for words in self.heads for word in words)

    @property
    def title(self) -> str:
        return " ".join(word.text for words in self.heads for word in words)

    def with_next(self, other: _Band) -> _Band:
        heads = [[*one, *more] for one, more in zip(self.heads, other.heads, strict=True)]
        return _Band(self.start, other.end, heads, self.is_filled or other.is_filled)


@dataclass(slots=True)
class _Table:
    headers: list[list[Word]]
    lines: Sequence[str]
    _above: list[Word] = field(default_factory=list)
    #: Whether columns are two blanks apart at least, so that words one blank apart are of one header.
    _has_wide_gutters: bool = False

    def columns(self) -> list[PrintedColumn]:
        self._set_apart_what_spans()
        joined: list[_Band] = []
        bands = self._bands()
        for at, band in enumerate(bands):
            if joined and self._belong(joined[-1], bands, at):
                joined[-1] = joined[-1].with_next(band)
            elif joined or band.is_headed or self._is_head_of_next(bands, at):
                joined.append(band)
            else:
                raise self._unclear(band)
        for band in joined:
            if not band.is_headed:
                raise self._unclear(band)
            self._refuse_two_numbers(band)
        self._refuse_what_runs_on(joined)
        return [PrintedColumn(self._title(band), band.start, band.end) for band in joined]

    def _refuse_two_numbers(self, column: _Band) -> None:
        """Refuse numbers side by side in a column of numbers: one was moved out of its own.

        Raises ColumnsUnclear.
        """
        cells = [(place, line[column.start : column.end].strip()) for place, line in enumerate(self.lines)]
        if any(_LETTERS.search(cell) for _, cell in cells):
            return
        for place, cell in cells:
            if " " in cell and all(kind_of(word) in {"n", "d"} for word in cell.split()):
                raise ColumnsUnclear(place, cell)

    def _refuse_what_runs_on(self, columns: Sequence[_Band]) -> None:
        """Refuse a line that alone goes on over a gutter with one blank, where all other gutters are wider.

        A name that is too long may have its own blank there, and its last letter before a cell is none of that cell.
        Raises ColumnsUnclear.
        """
        for one, other in itertools.pairwise(columns):
            self._refuse_a_tail(one, other)
        gutters = [other.start - one.end for one, other in itertools.pairwise(columns)]
        for at, wide in enumerate(gutters):
            if wide != 1 or len(gutters) < _LEAST_GUTTERS or min([*gutters[:at], *gutters[at + 1 :]]) == 1:
                continue
            end, start = columns[at].end, columns[at + 1].start
            near = [
                place
                for place, line in enumerate(self.lines)
                if line[end - 1 : end].strip() and line[start : start + 1].strip()
            ]
            if len(near) == 1:
                raise ColumnsUnclear(near[0], self.lines[near[0]][columns[at].start : columns[at + 1].end])

    def _refuse_a_tail(self, before: _Band, band: _Band) -> None:
        """Refuse a cell that begins before its header, one blank behind a text: it may be the end of that text.

        A number may begin there where others of its column do. Raises ColumnsUnclear.
        """
        cells = [
            (place, line[before.start : before.end].rstrip(), line[band.start : band.end])
            for place, line in enumerate(self.lines)
            if line[band.start : band.end].strip()
        ]
        is_text = any(_LETTERS.search(line[before.start : before.end]) for line in self.lines)
        begins = Counter(band.start + len(cell) - len(cell.lstrip()) for _, _, cell in cells)
        for place, text, cell in cells:
            begin = band.start + len(cell) - len(cell.lstrip())
            kind = kind_of(cell.strip())
            is_behind = begin - before.start - len(text) == 1 and (is_text or "t" in {kind, kind_of(text.strip())})
            is_alone = begin == min(begins) and begins[begin] == 1
            if is_behind and begin < band.head_start and (is_alone or kind != "n"):
                raise ColumnsUnclear(place, self.lines[place][before.start : band.end])

    def _set_apart_what_spans(self) -> None:
        """Take out of the header words that stand over two columns (GST over % and Amt): they close no gutter."""
        if len(self.headers) < 2:
            return
        filled = self._filled()
        for row in self.headers:
            others = [word for other in self.headers if other is not row for word in other]
            closed = filled | {place for word in others for place in range(word.start, word.end)}
            for word in list(row):
                inside = [place for place in range(word.start, word.end) if place not in closed]
                if any(
                    any(one.end <= place for one in others) and any(one.start > place for one in others)
                    for place in inside
                ) and self._is_over_two(word, others):
                    row.remove(word)
                    self._above.append(word)

    @staticmethod
    def _is_over_two(word: Word, others: Sequence[Word]) -> bool:
        return sum(one.start < word.end and word.start < one.end for one in others) > 1

    def _title(self, band: _Band) -> str:
        over = [word.text for word in self._above if word.start < band.end and band.start < word.end]
        return clean_line(" ".join([*over, band.title]))

    def _filled(self) -> set[int]:
        return {place for line in self.lines for place, letter in enumerate(line) if letter != " "}

    def _bands(self) -> list[_Band]:
        filled = self._filled()
        closed = filled | {place for row in self.headers for word in row for place in range(word.start, word.end)}
        edges: list[tuple[int, int]] = []
        for place in sorted(closed):
            if edges and edges[-1][1] == place:
                edges[-1] = (edges[-1][0], place + 1)
            else:
                edges.append((place, place + 1))
        bands = []
        for start, end in edges:
            heads = [[word for word in row if start <= word.start < end] for row in self.headers]
            bands.append(_Band(start, end, heads, any(place in filled for place in range(start, end))))
        self._has_wide_gutters = self._are_wide(bands)
        for band in bands:
            for row, words in zip(self.headers, band.heads, strict=True):
                for one, other in itertools.pairwise(words):
                    self._refuse_two(band, row, one, other)
        return bands

    def _refuse_two(self, band: _Band, row: list[Word], one: Word, other: Word) -> None:
        """Refuse two words of a header between the same gutters that are not one header.

        Raises ColumnsUnclear with the line whose text closes the gutter between them.
        """
        meant = self._meant(row, one, other)
        if other.start - one.end == 1:
            cells = [line[band.start : band.end].strip() for line in self.lines]
            is_whole = not any(" " in cell for cell in cells)
            if meant.one > 0 or (self._covered(one.end) and (is_whole or not meant.two)):
                return
            # set to the right under both words: no text that is too long ends where its column does
            may_be_one = self._has_wide_gutters or not meant.two
            if is_whole and may_be_one and self._ends(band) == {other.end}:
                return
        gap = range(one.end, other.start)
        bridging = max(
            range(len(self.lines)),
            key=lambda at: sum(self.lines[at][place : place + 1].strip() != "" for place in gap),
        )
        for word in words_of(self.lines[bridging]):
            if word.start < other.start and one.end < word.end:
                raise ColumnsUnclear(bridging, word.text)
        raise ColumnsUnclear(None, f"{one.text} {other.text}")

    def _covered(self, place: int) -> bool:
        """Say whether most lines, and two at least, have a letter at a place: no text that is too long does that."""
        covering = sum(line[place : place + 1].strip() != "" for line in self.lines)
        return covering >= 2 and 2 * covering > len(self.lines)

    def _belong(self, before: _Band, bands: Sequence[_Band], at: int) -> bool:
        """Say whether a band is of the same column as the one before it. Raises ColumnsUnclear where none can tell."""
        band = bands[at]
        if not before.is_headed:  # words of a text whose header stands in the middle
            return True
        if not band.is_headed:
            return self._is_tail(before, bands, at)
        if band.is_head_alone and before.is_filled:
            after = bands[at + 1] if at + 1 < len(bands) else None
            to_left = self._strength(before, band)
            to_right = self._strength(band, after) if after is not None and after.is_headed else 0
            if to_left == to_right > 0 and after is not None and after.is_filled:
                raise self._unclear(band)
            return 0 < to_left >= to_right
        if not before.is_filled or not band.is_filled:
            return self._strength(before, band) > 0
        meant = self._meant_between(before, band)
        if meant is not None and self._is_currency(before):
            return True
        if meant is None or (meant.two and meant.one <= 0):
            return False
        if self._reads_on(before, band):
            if meant.two or meant.one <= 0:
                raise self._unclear(band)
            return True
        # one name of one column above what looks like two, or nothing that says they are two
        if (meant.one == _EXACTLY and not meant.two) or not self._are_two(before, band):
            raise self._unclear(band)
        return False

    def _are_two(self, before: _Band, band: _Band) -> bool:
        """Say whether cells beside each other are no words of one text: wide apart, numbers, or always behind one."""
        lines = self._filled_in(band)
        first, second = ([kind_of(line[one.start : one.end].strip()) for line in lines] for one in (before, band))
        is_behind_all = len(lines) > 1 and set(first) <= {"n", "d"}
        return self._gaps(before, band) or is_behind_all or set(first + second) <= {"n", ""}

    def _gaps(self, before: _Band, band: _Band) -> bool:
        """Say whether some line has cells of both more than one blank apart, as no text has its words."""
        cells = ((line[before.start : before.end], line[band.start : band.end]) for line in self._filled_in(band))
        room = band.start - before.end
        return any(
            one.strip() and room + len(one) - len(one.rstrip()) + len(other) - len(other.lstrip()) > 1
            for one, other in cells
        )

    def _is_currency(self, band: _Band) -> bool:
        return all(_CURRENCY.fullmatch(line[band.start : band.end].strip()) for line in self._filled_in(band))

    def _strength(self, before: _Band, band: _Band) -> int:
        """Return how much two bands, one of them a header alone, are of one name: 0 not at all, 1 by words, 2 exactly.

        Numbers that end below the end of their header have nothing of it to their right, nor texts to their left.
        """
        meant = self._meant_between(before, band)
        if meant is None:
            return 0
        if before.is_filled and len(self._begins(before)) > 1 and self._ends(before) == {before.head_end}:
            return 0
        if band.is_filled and len(self._ends(band)) > 1 and self._begins(band) == {band.head_start}:
            return 0
        if meant.one == _EITHER:
            raise self._unclear(band)
        return meant.one

    def _meant_between(self, before: _Band, band: _Band) -> _Meant | None:
        """Return what the words of a header mean where two bands meet, None where no row has them one blank apart."""
        row, gap = self._gap(before, band)
        if gap != 1:
            return None
        return self._meant(self.headers[row], before.heads[row][-1], band.heads[row][0])

    def _meant(self, row: Sequence[Word], one: Word, other: Word) -> _Meant:
        meant = _meant(row, row.index(one), row.index(other))
        return _Meant(1, False) if self._has_wide_gutters and meant.one <= 0 and not meant.two else meant

    def _are_wide(self, bands: Sequence[_Band]) -> bool:
        """Say whether all gutters between headers that stand apart are two blanks wide at least."""
        apart = [
            other.start - one.end
            for one, other in itertools.pairwise(bands)
            if one.is_headed and other.is_headed and self._gap(one, other)[1] > 1
        ]
        return bool(apart) and min(apart) > 1

    def _begins(self, band: _Band) -> set[int]:
        """Return where the texts of a band begin."""
        cells = (line[band.start : band.end] for line in self._filled_in(band))
        return {band.start + len(cell) - len(cell.lstrip()) for cell in cells}

    def _ends(self, band: _Band) -> set[int]:
        """Return behind which places the texts of a band end."""
        return {band.start + len(line[band.start : band.end].rstrip()) for line in self._filled_in(band)}

    def _filled_in(self, band: _Band) -> list[str]:
        return [line for line in self.lines if line[band.start : band.end].strip()]

    def _is_tail(self, before: _Band, bands: Sequence[_Band], at: int) -> bool:
        band = bands[at]
        is_head_of_next = self._is_head_of_next(bands, at)
        after, beyond = (bands[place] if place < len(bands) else None for place in (at + 1, at + 2))
        # the cells may be below the header behind them as well, where that has none of its own
        is_either = (
            after is not None
            and after.is_head_alone
            and not (beyond is not None and beyond.is_headed and beyond.is_filled and self._strength(after, beyond))
        )
        if before.is_head_alone:
            is_alternating = beyond is not None and not beyond.is_headed
            if is_head_of_next or (is_either and not is_alternating):
                raise self._unclear(band)
            return True
        is_more = self._reads_on(before, band) and self._begins(before) == {before.head_start}
        if is_more == is_head_of_next or is_either:
            raise self._unclear(band)
        return is_more

    def _is_head_of_next(self, bands: Sequence[_Band], at: int) -> bool:
        """Say whether a band has the first words of texts whose header stands in the middle above them."""
        for one, other in itertools.pairwise(bands[at:]):
            if not self._reads_on(one, other):
                return False
            if other.is_headed:
                return other.start < other.head_start
        return False

    def _reads_on(self, before: _Band, band: _Band) -> bool:
        """Say whether the cells of a band go on with a text of the one before it; numbers side by side are no text."""
        texts = 0
        for line in self._filled_in(band):
            is_text = _LETTERS.search(line[before.start : before.end]) is not None or (
                _LETTERS.search(line[band.start : band.end]) is not None and bool(said_by(before.title) & _COUNTED)
            )
            texts += 1 if is_text else -1
        if texts <= 0 or self._gaps(before, band):
            return False
        return all(line[before.start : before.end].strip() for line in self._filled_in(band))

    def _gap(self, before: _Band, band: _Band) -> tuple[int, int]:
        """Return the row of the header in which two bands stand closest, and the blanks between them there."""
        gaps = [
            (more[0].start - one[-1].end, row)
            for row, (one, more) in enumerate(zip(before.heads, band.heads, strict=True))
            if one and more
        ]
        # rows that do not agree are of two columns
        blanks, row = max(gaps, default=(0, 0))
        return row, blanks

    def _unclear(self, band: _Band) -> ColumnsUnclear:
        for at, line in enumerate(self.lines):
            if (text := line[band.start : band.end].strip()) != "":
                return ColumnsUnclear(at, text)
        return ColumnsUnclear(None, band.title)


class _Meant(NamedTuple):
    """What words of a header that follow each other can be.

    ``one``: of one name, 0 no, 1 by their words, 2 exactly, -1 nobody can tell; ``two``: of two that are known.
    """

    one: int
    two: bool


def _meant(words: Sequence[Word], one: int, other: int) -> _Meant:
    """Return what two words beside each other can be; two names that mean the same (Item Name) are one."""
    before = list(_names(words, range(one, max(one - _MOST_WORDS, -1), -1)))
    after = list(_names(words, range(other, min(other + _MOST_WORDS, len(words)))))
    joined = [
        f"{left} {right}" for left in before for right in after if len(left.split()) + len(right.split()) <= _MOST_WORDS
    ]
    is_two = any(
        said_by(left) and said_by(right) and said_by(left) != said_by(right) for left in before for right in after
    )
    if any(map(said_by, joined)):
        return _Meant(_EXACTLY, is_two)
    if is_two or not any(map(suggested_by, joined)):
        return _Meant(0, is_two)
    # Case and Bonus each speak of something: together they may be one header (of free goods) or two
    left, right = words[one].text, words[other].text
    is_either = (
        bool(suggested_by(f"{left} {right}") & _UNPROVEN) and len({_spoken_of(left), _spoken_of(right)} - _NONE) > 1
    )
    return _Meant(_EITHER if is_either else 1, False)


def _spoken_of(name: str) -> frozenset[Role]:
    return said_by(name) or suggested_by(name)


def _names(words: Sequence[Word], places: Sequence[int]) -> Iterator[str]:
    """Yield the names that words one blank apart make, each with one word more in the direction of the places."""
    chosen: list[Word] = []
    for place in places:
        word = words[place]
        if chosen and min(abs(word.end - chosen[-1].start), abs(word.start - chosen[-1].end)) != 1:
            return
        chosen.append(word)
        yield " ".join(one.text for one in sorted(chosen))
