"""The lines of a PDF in letters of one width, each letter in the cell of a grid, as DOS programs print them.

A line is one text there and blanks pad its columns, so that where a letter stands is known exactly. What cannot be
known exactly (letters moved one by one, other widths among them) is said to be off the grid, and never estimated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from core.purchasing.reading.tables import MOST_ROWS

if TYPE_CHECKING:
    from pypdf import PageObject

#: Letters in a line at most; the widest printer puts 240 on its paper.
MOST_LETTERS_A_LINE = 400
#: Thousandths of the size of a font that letters may be moved by within a line and still stand in their cells.
_MOST_MOVED = 150
#: How far, in cells, a text may begin from the edge of a cell and still be of the grid.
_MOST_OFF = 0.15
#: What rounding leaves of a matrix that turns nothing.
_NOT_TURNED = 1e-6
_COURIER_WIDTH = 600.0
_BYTES_OF_WIDE = 2
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})
_MOVES = frozenset({b"Td", b"TD", b"Tm", b"T*"})
#: Space between letters (Tc) and between words (Tw) in points, and how wide letters are drawn in percent (Tz).
_PLAIN: Mapping[bytes, float] = MappingProxyType({b"Tc": 0.0, b"Tw": 0.0, b"Tz": 100.0})


class GridLine(NamedTuple):
    """A line of text: ``on_grid`` says that each letter stands at its place in it; ``texts`` of how many it is made."""

    text: str
    on_grid: bool
    texts: int


class _Run(NamedTuple):
    """A text as it is drawn: where it begins and how high it is, in points; ``pitch`` of a letter, 0 if unknown."""

    x: float
    y: float
    height: float
    pitch: float
    text: str


@dataclass
class PageText:
    """What is drawn on a page, gathered while pypdf walks through it; ``words`` is its text as pypdf makes it of it."""

    words: str = ""
    _runs: list[_Run] = field(default_factory=list)
    _begun: tuple[float, float, float, float] | None = None
    _bytes: int = 0
    _is_exact: bool = True
    _has_moved: bool = False
    _forms: int = 0
    _spacing: Mapping[bytes, float] = field(default_factory=lambda: _PLAIN)
    _kept: list[Mapping[bytes, float]] = field(default_factory=list)

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

    def _after(self, operator: bytes, operands: Any, cm: list[float], tm: list[float]) -> None:
        if operator in _SHOWS:
            self._show(operands, cm, tm)
        elif operator in _MOVES:
            self._has_moved = self._begun is not None
        elif operator in self._spacing and operands:
            self._spacing = {**self._spacing, operator: _number(operands[0])}
        elif operator == b"Do":
            self._forms -= 1
        elif operator == b"q":
            self._kept.append(self._spacing)
        elif operator == b"Q" and self._kept:
            self._spacing = self._kept.pop()

    def _show(self, operands: Any, cm: list[float], tm: list[float]) -> None:
        """Note where a text begins and how many bytes it has."""
        # pypdf runs texts on one line together and puts blanks between them: they are in no cells any more
        self._is_exact &= not self._has_moved
        if self._begun is None:
            turned = max(map(abs, (tm[1], tm[2], cm[1], cm[2])))
            # pypdf reads a form as if it were drawn where the page begins
            self._is_exact = not self._forms and turned < _NOT_TURNED and tm[0] * cm[0] > 0 and tm[3] * cm[3] > 0
            self._begun = (
                tm[4] * cm[0] + cm[4],
                tm[5] * cm[3] + cm[5],
                tm[0] * cm[0],
                abs(tm[3] * cm[3]),
            )
        parts = operands[0] if operands and isinstance(operands[0], list) else operands[-1:]
        moved = 0.0
        for part in parts:
            if isinstance(part, str | bytes):
                self._bytes += len(part)
                self._is_exact &= isinstance(part, bytes)
            else:
                moved += abs(_number(part))
        # with three operands it sets spaces too
        self._is_exact &= moved <= _MOST_MOVED and len(operands) == 1

    def _flushed(self, text: str, _cm: Any, _tm: Any, font: Any, size: float) -> None:
        """Take over a text that pypdf has read whole, with its letters and its font."""
        begun, drawn, is_exact = self._begun, self._bytes, self._is_exact
        self._begun, self._bytes, self._is_exact, self._has_moved = None, 0, True, False
        text = text.rstrip("\n")
        if begun is None or not text.strip():
            return
        x, y, wide, high = begun
        width, bytes_a_letter = _width_and_bytes(font)
        pitch = (width * size / 1000 + self._spacing[b"Tc"]) * self._spacing[b"Tz"] / 100 * wide
        letters = drawn // bytes_a_letter
        if len(text) == letters + 1 and text[0] == " ":
            text = text[1:]  # pypdf puts it where a text goes on in the line of the one before
        is_exact = is_exact and width > 0 and not self._spacing[b"Tw"] and len(text) == letters
        self._runs.append(_Run(x, y, size * high, pitch if is_exact else 0.0, text))


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


def _most_used(runs: Iterable[_Run], what: Callable[[_Run], float]) -> float:
    """Return the value that most letters have; those that differ by rounding count as one."""
    letters: Counter[float] = Counter()
    exact: dict[float, float] = {}
    for run in runs:
        about = round(what(run), 2)
        exact.setdefault(about, what(run))
        letters[about] += len(run.text)
    return exact[letters.most_common(1)[0][0]]


def _is_like(pitch: float, other: float) -> bool:
    return abs(pitch - other) * MOST_LETTERS_A_LINE <= _MOST_OFF * other


def _in_lines(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Return the texts of a page line by line, those of a line from left to right."""
    lines: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: -run.y):
        if lines and lines[-1][0].y - run.y < min(lines[-1][0].height, run.height) / 2:
            lines[-1].append(run)
        else:
            lines.append([run])
    return [sorted(line, key=lambda run: run.x) for line in lines]


def _cells(line: Sequence[_Run], pitch: float, origin: float) -> dict[int, str] | None:
    """Return the letters of a line by their cells from the origin, None for a line that is not on the grid."""
    cells: dict[int, str] = {}
    for run in line:
        begins = (run.x - origin) / pitch
        if not _is_like(run.pitch, pitch) or abs(begins - round(begins)) > _MOST_OFF:
            return None
        for place, letter in enumerate(run.text, start=round(begins)):
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


def _width_and_bytes(font: Any) -> tuple[float, int]:
    """Return the one width of a font's letters in thousandths of its size, 0 if it has several, and bytes a letter."""
    if font is None:
        return 0.0, 1
    if font.get("/Subtype") == "/Type0":
        if not str(font.get("/Encoding", "")).startswith("/Identity"):
            return 0.0, _BYTES_OF_WIDE
        inner = font["/DescendantFonts"][0].get_object()
        widths = [_number(inner.get("/DW", 1000))] if "/W" not in inner else _listed(inner["/W"])
        return _the_one(widths), _BYTES_OF_WIDE
    widths = [_number(width.get_object()) for width in font.get("/Widths", ())]
    if not widths and str(font.get("/BaseFont", "")).startswith("/Courier"):
        return _COURIER_WIDTH, 1
    return _the_one(widths), 1


def _listed(widths: Any) -> list[float]:
    """Return the widths in ``[first [w w ...] first last w ...]``."""
    found: list[float] = []
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


def _the_one(widths: Iterable[float]) -> float:
    several = {round(width) for width in widths if width}
    return float(several.pop()) if len(several) == 1 else 0.0


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
