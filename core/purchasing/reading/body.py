"""Where the table stands in a file: its header, its lines, and what is around them (letterhead, subtotals, footer)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.purchasing.reading.headers import said_by, suggested_by
from core.purchasing.reading.tables import Row, Table
from core.purchasing.reading.values import is_nothing, read_both, read_number

_DAY = re.compile(
    r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[-/]\d{2,4}|\d{4}-\d{2}(?:-\d{2})?"
    # a month, and not AUGMENTIN 625
    r"|(?:\d{1,2}[-/ .])?(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[-/ .,']*\d{2,4}",
    re.IGNORECASE | re.ASCII,
)
_SUM_WORDS = re.compile(
    r"\W*(?:(?:sub|grand|page|net|running|bill)[ -]*)?totals?\b|\W*(?:[csi]?gst|tax)\b"
    r"|.*\b(?:[cb]/[fd]|carried|brought|continued|contd)\b",
    re.IGNORECASE,
)
_HEADER_SEARCHED = 300
_LEAST_HEADER = 4
_EXACT_WORTH, _LIKE_WORTH = 3, 1
_LEAST_WORTH = 6
_LEAST_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class Body:
    """The table of a file: ``titles`` and the cells of ``lines`` are of one width, blank columns are left out.

    ``places`` are the columns' numbers in the file, from 0. ``has_header`` is false where the columns have no names.
    ``odd`` are rows amid the lines that are neither lines nor anything else that is known.
    """

    titles: tuple[str, ...]
    places: tuple[int, ...]
    has_header: bool
    lines: tuple[Row, ...]
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    odd: tuple[Row, ...]


def find_body(table: Table) -> Body | None:
    """Return the table in a file, None where no row looks like a line of a bill."""
    rows = table.rows
    header = _header_by_words(rows)
    start = 0 if header is None else header + 1
    lines = _lines(rows, start)
    if not lines:
        return None
    if header is None and lines[0] > 0 and _heads(rows[lines[0] - 1], rows[lines[0]]):
        header = lines[0] - 1
    titles = _titles(rows, header, lines[0])
    inside = set(lines)
    first, last = lines[0], lines[-1]
    skipped = range(header if header is not None else first, first)
    around = [at for at in range(len(rows)) if at not in inside and at not in skipped]
    odd = [at for at in around if first < at < last and not _is_known(rows[at], titles)]
    width = max(len(titles), *(len(rows[at].cells) for at in lines))
    kept = [
        place
        for place in range(width)
        if (place < len(titles) and titles[place]) or any(rows[at].cell(place) for at in lines)
    ]
    return Body(
        titles=tuple(titles[place] if place < len(titles) else "" for place in kept),
        places=tuple(kept),
        has_header=header is not None,
        lines=tuple(Row(rows[at].line, tuple(rows[at].cell(place) for place in kept)) for at in lines),
        before=tuple(rows[at] for at in around if at < first),
        after=tuple(rows[at] for at in around if at > first),
        odd=tuple(rows[at] for at in odd),
    )


def kind_of(text: str) -> str:
    """Return ``n`` for a number, ``d`` for a day or month, ``t`` for another text, nothing for nothing."""
    if is_nothing(text):
        return ""
    if read_number(text) is not None or read_both(text) is not None:
        return "n"
    return "d" if _DAY.fullmatch(text) else "t"


def _header_by_words(rows: Sequence[Row]) -> int | None:
    """Return the widest row of known words: the table of taxes below has a header too, of fewer columns.

    A header has at least half as many cells as the fullest row of numbers, and most rows as full are below it.
    """
    filled = [sum(map(bool, row.cells)) if _numbers_in(row) >= _LEAST_NUMBERS else 0 for row in rows]
    fullest = max(filled, default=0)
    full = [at for at, cells in enumerate(filled) if cells and 2 * cells >= fullest]
    best, widest = None, (fullest - 1) // 2
    for at, row in enumerate(rows[:_HEADER_SEARCHED]):
        cells = [cell for cell in row.cells if cell]
        if len(cells) < _LEAST_HEADER or any(read_number(cell) is not None for cell in cells):
            continue
        worths = [_EXACT_WORTH if said_by(cell) else _LIKE_WORTH if suggested_by(cell) else 0 for cell in cells]
        if (
            sum(worths) >= _LEAST_WORTH
            and 2 * sum(map(bool, worths)) >= len(cells) > widest
            and 2 * sum(line > at for line in full) >= len(full)
        ):
            best, widest = at, len(cells)
    return best


def _numbers_in(row: Row) -> int:
    return sum(kind_of(cell) == "n" for cell in row.cells)


def _lines(rows: Sequence[Row], start: int) -> list[int]:
    """Return the places of the rows that are lines: filled like the fullest, named, with numbers, of the same kinds."""
    kinds = [[kind_of(cell) for cell in row.cells] for row in rows]
    numbered = [at for at in range(start, len(rows)) if kinds[at].count("n") >= _LEAST_NUMBERS]
    fullest = max((_filled(kinds[at]) for at in numbered), default=0)
    likely = [at for at in numbered if 2 * _filled(kinds[at]) >= fullest and not _sums_up(rows[at], kinds[at])]
    usual: dict[int, Counter[str]] = {}
    for at in likely:
        for place, kind in enumerate(kinds[at]):
            if kind:
                usual.setdefault(place, Counter())[kind] += 1
    main = {place: counts.most_common(1)[0][0] for place, counts in usual.items()}
    letters = {place: sum(len(rows[at].cell(place)) for at in likely) for place, kind in main.items() if kind == "t"}
    named = max(letters, key=letters.__getitem__, default=-1)
    return [
        at
        for at in likely
        if 0 <= named < len(kinds[at])
        and kinds[at][named] == "t"
        and 5 * sum(main[place] == kind for place, kind in enumerate(kinds[at]) if kind) >= 3 * _filled(kinds[at])
    ]


def _filled(kinds: Sequence[str]) -> int:
    return sum(map(bool, kinds))


def _sums_up(row: Row, kinds: Sequence[str]) -> bool:
    """Say whether a row adds lines up: it begins so, and has no other text as a line does."""
    texts = [cell for cell, kind in zip(row.cells, kinds, strict=True) if kind in {"t", "d"}]
    return len(texts) <= 1 and any(map(sums_up, texts))


def sums_up(text: str) -> bool:
    """Say whether a text heads sums: a total, a tax, what is carried from page to page."""
    return _SUM_WORDS.match(text) is not None


def _heads(row: Row, line: Row) -> bool:
    """Say whether a row of unknown words stands above a line as its header does: texts alone, as many."""
    filled = [cell for cell in row.cells if cell]
    return (
        all(kind_of(cell) == "t" for cell in filled)
        and 5 * len(filled) >= 3 * sum(map(bool, line.cells))
        and len(filled) >= _LEAST_HEADER
    )


def _titles(rows: Sequence[Row], header: int | None, first: int) -> list[str]:
    """Return the names of the columns; a second row of them (GST over % and Amt) is read under the first."""
    if header is None:
        return []
    titles = list(rows[header].cells)
    below = [row for row in rows[header + 1 : first] if all(kind_of(cell) in {"", "t"} for cell in row.cells)]
    if len(below) != 1 or sum(map(bool, below[0].cells)) < 2:
        return titles
    width = max(len(titles), len(below[0].cells))
    titles += [""] * (width - len(titles))
    joined = []
    over = ""
    for place in range(width):
        over = titles[place] or over
        under = below[0].cell(place)
        joined.append(f"{titles[place] or over} {under}".strip() if under else titles[place])
    return joined


def _is_known(row: Row, titles: Sequence[str]) -> bool:
    """Say whether a row amid the lines may be passed over: sums so far, the header again, a heading of a group."""
    filled = [cell for cell in row.cells if not is_nothing(cell)]
    if any(map(sums_up, filled)):
        return True
    if [cell for cell in row.cells if cell] == [title for title in titles if title]:
        return True
    return len(filled) <= 2 and not any(read_number(cell) is not None for cell in filled)
