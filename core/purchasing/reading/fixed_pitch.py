"""The lines of a PDF in letters of one width, each letter in the cell of a grid, as DOS programs print them.

A line is one text there and blanks pad its columns, so that where a letter stands is known exactly. What cannot be
known exactly (letters moved one by one, other widths among them) is said to be off the grid, and never estimated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from core.kernel.rounding import divide_half_away
from core.purchasing.reading.tables import MOST_ROWS

if TYPE_CHECKING:
    from pypdf import PageObject

#: Letters in a line at most; the widest printer puts 240 on its paper.
MOST_LETTERS_A_LINE = 400
#: Thousandths of the size of a font that letters may be moved by within a line and still stand in their cells.
_MOST_MOVED = 150
#: How far, in hundredths of a cell, a text may begin from the edge of a cell and still be of the grid.
_MOST_OFF = 15
#: Parts that a point is held in: where letters stand is reckoned in whole numbers.
_PARTS = 1_000_000
_COURIER_WIDTH = 600
_BYTES_OF_WIDE = 2
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})
_MOVES = frozenset({b"Td", b"TD", b"Tm", b"T*"})
#: Space between letters (Tc) and between words (Tw) in points, width of letters in percent (Tz), all in parts.
_PLAIN: Mapping[bytes, int] = MappingProxyType({b"Tc": 0, b"Tw": 0, b"Tz": 100 * _PARTS})


class GridLine(NamedTuple):
    """A line of text: ``on_grid`` says that each letter stands at its place in it; ``texts`` of how many it is made."""

    text: str
    on_grid: bool
    texts: int


class _Run(NamedTuple):
    """A text as it is drawn: where it begins and how high it is, in parts; ``pitch`` of a letter, 0 if unknown."""

    x: int
    y: int
    height: int
    pitch: int
    text: str


@dataclass
class PageText:
    """What is drawn on a page, gathered while pypdf walks through it; ``words`` is its text as pypdf makes it of it."""

    words: str = ""
    _runs: list[_Run] = field(default_factory=list)
    _begun: tuple[int, int, int, int] | None = None
    _bytes: int = 0
    _is_exact: bool = True
    _has_moved: bool = False
    _forms: int = 0
    _spacing: Mapping[bytes, int] = field(default_factory=lambda: _PLAIN)
    _kept: list[Mapping[bytes, int]] = field(default_factory=list)

    @classmethod
    def of(cls, page: PageObject) -> PageText:
        """Walk through a page. Raises what pypdf raises."""
        found = cls()
        found.words = page.extract_text(
            visitor_operand_before=found._before, visitor_operand_after=found._after, visitor_text=found._flushed
        )
        return found

    @property
    def runs(self) -> Sequence[_Run]:
        """All texts in the order they are drawn."""
        return self._runs

    def _before(self, operator: bytes, *_: Any) -> None:
        self._forms += operator == b"Do"

    def _after(self, operator: bytes, operands: Any, cm: Sequence[Any], tm: Sequence[Any]) -> None:
        if operator in _SHOWS:
            self._show(operands, cm, tm)
        elif operator in _MOVES:
            self._has_moved = self._begun is not None
        elif operator in self._spacing and operands:
            self._spacing = {**self._spacing, operator: _parts(operands[0])}
        elif operator == b"Do":
            self._forms -= 1
        elif operator == b"q":
            self._kept.append(self._spacing)
        elif operator == b"Q" and self._kept:
            self._spacing = self._kept.pop()

    def _show(self, operands: Any, cm: Sequence[Any], tm: Sequence[Any]) -> None:
        """Note where a text begins and how many bytes it has."""
        # pypdf runs texts on one line together and puts blanks between them: they are in no cells any more
        self._is_exact &= not self._has_moved
        if self._begun is None:
            page, line = [_parts(one) for one in cm], [_parts(one) for one in tm]
            wide, high = _times(line[0], page[0]), _times(line[3], page[3])
            is_turned = any((line[1], line[2], page[1], page[2]))
            # pypdf reads a form as if it were drawn where the page begins
            self._is_exact = not self._forms and not is_turned and wide > 0 and high > 0
            self._begun = _times(line[4], page[0]) + page[4], _times(line[5], page[3]) + page[5], wide, abs(high)
        parts = operands[0] if operands and isinstance(operands[0], list) else operands[-1:]
        moved = 0
        for part in parts:
            if isinstance(part, str | bytes):
                self._bytes += len(part)
                self._is_exact &= isinstance(part, bytes)
            else:
                moved += abs(_parts(part))
        # with three operands it sets spaces too
        self._is_exact &= moved <= _MOST_MOVED * _PARTS and len(operands) == 1

    def _flushed(self, text: str, _cm: Any, _tm: Any, font: Any, size: Any) -> None:
        """Take over a text that pypdf has read whole, with its letters and its font."""
        begun, drawn, is_exact = self._begun, self._bytes, self._is_exact
        self._begun, self._bytes, self._is_exact, self._has_moved = None, 0, True, False
        text = text.rstrip("\n")
        if begun is None or not text.strip():
            return
        x, y, wide, high = begun
        width, bytes_a_letter = _width_and_bytes(font)
        letter = divide_half_away(width * _parts(size), 1_000) + self._spacing[b"Tc"]
        pitch = _times(divide_half_away(_times(letter, self._spacing[b"Tz"]), 100), wide)
        letters = drawn // bytes_a_letter
        if len(text) == letters + 1 and text[0] == " ":
            text = text[1:]  # pypdf puts it where a text goes on in the line of the one before
        is_exact = is_exact and width > 0 and not self._spacing[b"Tw"] and len(text) == letters
        self._runs.append(_Run(x, y, _times(_parts(size), high), pitch if is_exact else 0, text))


def grid_lines(pages: Iterable[PageText]) -> list[GridLine]:
    """Return the lines of all pages from top to bottom, nothing where no text is on a grid or there are too many."""
    sheets = [list(page.runs) for page in pages]
    exact = [run for runs in sheets for run in runs if run.pitch > 0]
    if not exact:
        return []
    pitch = _most_used(exact, lambda run: run.pitch)
    origin = _most_used([run for run in exact if _is_like(run.pitch, pitch)], lambda run: run.x)
    lines = [line for runs in sheets for line in _in_lines(runs)]
    if len(lines) > MOST_ROWS:
        return []
    placed = [(line, _cells(line, pitch, origin)) for line in lines]
    left = min((place for _, cells in placed for place in cells or ()), default=0)
    return [_as_line(line, cells, left) for line, cells in placed]


def _most_used(runs: Iterable[_Run], what: Callable[[_Run], int]) -> int:
    """Return the value that most letters have; those that differ by rounding count as one."""
    letters: Counter[int] = Counter()
    exact: dict[int, int] = {}
    for run in runs:
        about = divide_half_away(what(run), _PARTS // 100)
        exact.setdefault(about, what(run))
        letters[about] += len(run.text)
    return exact[letters.most_common(1)[0][0]]


def _is_like(pitch: int, other: int) -> bool:
    return 100 * abs(pitch - other) * MOST_LETTERS_A_LINE <= _MOST_OFF * other


def _in_lines(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Return the texts of a page line by line, those of a line from left to right."""
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: -run.y):
        if lines and 2 * (lines[-1][0].y - run.y) < min(lines[-1][0].height, run.height):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda run: run.x) for line in lines]


def _cells(line: Sequence[_Run], pitch: int, origin: int) -> dict[int, str] | None:
    """Return the letters of a line by their cells from the origin, None for a line that is not on the grid."""
    cells: dict[int, str] = {}
    for run in line:
        begins = divide_half_away(run.x - origin, pitch)
        off = abs(run.x - origin - begins * pitch)
        if not _is_like(run.pitch, pitch) or 100 * off > _MOST_OFF * pitch:
            return None
        for place, letter in enumerate(run.text, start=begins):
            # a program prints bold by printing twice
            if letter != " " and cells.setdefault(place, letter) != letter:
                return None
    if not cells or max(cells) - min(cells) > MOST_LETTERS_A_LINE:
        return None
    return cells


def _as_line(line: Sequence[_Run], cells: dict[int, str] | None, left: int) -> GridLine:
    if cells is None:
        return GridLine("  ".join(run.text.strip() for run in line), False, len(line))
    last = min(max(cells), left + 2 * MOST_LETTERS_A_LINE)
    text = "".join(cells.get(place, " ") for place in range(left, last + 1))
    return GridLine(text, last == max(cells), len(line))


def _width_and_bytes(font: Any) -> tuple[int, int]:
    """Return the one width of a font's letters in thousandths of its size, 0 if it has several, and bytes a letter."""
    if font is None:
        return 0, 1
    if font.get("/Subtype") == "/Type0":
        if not str(font.get("/Encoding", "")).startswith("/Identity"):
            return 0, _BYTES_OF_WIDE
        inner = font["/DescendantFonts"][0].get_object()
        widths = [_number(inner.get("/DW", 1000))] if "/W" not in inner else _listed(inner["/W"])
        return _the_one(widths), _BYTES_OF_WIDE
    widths = [_number(width.get_object()) for width in font.get("/Widths", ())]
    if not widths and str(font.get("/BaseFont", "")).startswith("/Courier"):
        return _COURIER_WIDTH, 1
    return _the_one(widths), 1


def _listed(widths: Any) -> list[int]:
    """Return the widths in ``[first [w w ...] first last w ...]``."""
    found: list[int] = []
    bounds = 0
    for one in (part.get_object() for part in widths):
        if isinstance(one, list):
            found.extend(_number(width.get_object()) for width in one)
            bounds = 0
        elif bounds == 2:
            found.append(_number(one))
            bounds = 0
        else:
            bounds += 1
    return found


def _the_one(widths: Iterable[int]) -> int:
    several = {width for width in widths if width}
    return several.pop() if len(several) == 1 else 0


def _number(value: Any) -> int:
    """Return a width as a whole number of thousandths."""
    return divide_half_away(_parts(value), _PARTS)


def _parts(value: Any) -> int:
    """Return what a page says in points, or as a factor, in whole parts."""
    return int(Decimal(str(value)) * _PARTS) if isinstance(value, Real) else 0


def _times(one: int, other: int) -> int:
    return divide_half_away(one * other, _PARTS)
